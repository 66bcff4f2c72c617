"""The cheapest sets that make a given number of operands yes, and a given number of others no.

A set is an integer with a bit for each element. Only sets that can still become part of the preferred one are kept.
If a part shares no element with the others, that is a single set, and nothing has to be enumerated: of twenty bullets
without common fields, the cheapest eight are taken. If parts share elements, several sets may have to be kept, within
a limit on the work.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from heapq import heappush, heappushpop

# Comparisons at one place. Beyond that, any sufficient set will do from which nothing can be left out.
MOST_STEPS = 50_000

Sets = frozenset[int]  # of sets as bits
NEVER: Sets = frozenset()
ALREADY: Sets = frozenset({0})

# The sets that are enough for a yes, and those that are enough for a no.
Ways = tuple[Sets, Sets]
YES, NO = 0, 1
SETTLED_YES: Ways = (ALREADY, NEVER)
SETTLED_NO: Ways = (NEVER, ALREADY)


@dataclass(frozen=True, slots=True)
class Cost:
    """The cost of a set, which is lower for preferred sets. Costs of sets without common bits add up.

    Smaller sets are preferred, then sets with fewer bits of `worse`, then sets with higher bits. `length` is the
    number of all bits.
    """

    length: int
    worse: int = 0

    def __call__(self, one: int) -> int:
        return (((one.bit_count() << self.length) + (one & self.worse).bit_count()) << self.length) - one


class TooManySetsError(Exception):
    """More work at one place than `MOST_STEPS`."""


class Steps:
    """The steps that are left at one place."""

    def __init__(self) -> None:
        self._left = MOST_STEPS

    def take(self, steps: int) -> None:
        self._left -= steps
        if self._left < 0:
            raise TooManySetsError


def minimal(sets: Iterable[int], shared: int, cost: Cost, steps: Steps) -> Sets:
    """Return the sets that may become part of the preferred one. Only bits of `shared` may be chosen elsewhere, too.

    A set is dropped if another never costs more, whatever is chosen elsewhere.
    """
    cheapest: dict[int, int] = {}  # by shared bits
    for one in sets:
        known = cheapest.get(one & shared)
        if known is None or cost(one) < cost(known):
            cheapest[one & shared] = one
    kept: list[int] = []
    for one in sorted(cheapest.values(), key=cost):
        steps.take(len(kept))
        common, own = one & shared, cost(one & ~shared)
        if not any(cost(other & ~common) <= own for other in kept):
            kept.append(one)
    return frozenset(kept)


# The same few sets recur, in the criteria of one contact and in the rules of many.
@lru_cache(maxsize=1 << 15)
def cheapest_split(parts: tuple[Ways, ...], yes: int, no: int, shared: int, cost: Cost) -> Sets:
    """Return the sets that are enough for at least `yes` parts to be yes and at least `no` others to be no."""
    steps = Steps()
    bits = [_union(*to_yes, *to_no) for to_yes, to_no in parts]
    several = in_several([shared, *bits])
    alone = [_best(part, cost) for part, own in zip(parts, bits, strict=True) if not own & several]
    entangled = [(part, own) for part, own in zip(parts, bits, strict=True) if own & several]
    # By how many yeses and noes are still needed: a part can serve as one of them, or as neither.
    enough: dict[tuple[int, int], Sets] = {(yes, no): ALREADY}
    left = len(parts)
    for place, ((to_yes, to_no), _) in enumerate(entangled):
        left -= 1
        later = shared | _union(*(own for _, own in entangled[place + 1 :]))
        following = defaultdict[tuple[int, int], set[int]](set)
        for (more_yes, more_no), sets in enough.items():
            following[more_yes, more_no].update(sets)
            for wanted, ways in ((more_yes - 1, more_no), to_yes), ((more_yes, more_no - 1), to_no):
                if min(wanted) >= 0 and sum(wanted) <= left:
                    steps.take(len(ways) * len(sets))
                    following[wanted].update(a | b for a in sets for b in ways)
        enough = {
            wanted: minimal(sets, later if any(wanted) else shared, cost, steps)
            for wanted, sets in following.items()
            if sum(wanted) <= left
        }
    found = set[int]()
    steps.take(len(alone) * (len(enough) - 1))
    for (more_yes, more_no), sets in enough.items():
        rest = _cheapest(alone, more_yes, more_no, cost)
        if rest is not None:
            found.update(one | rest for one in sets)
    return minimal(found, shared, cost, steps)


def _union(*sets: int) -> int:
    union = 0
    for one in sets:
        union |= one
    return union


def _best(part: Ways, cost: Cost) -> tuple[int | None, int | None]:
    return min(part[YES], key=cost, default=None), min(part[NO], key=cost, default=None)


def _cheapest(parts: Sequence[tuple[int | None, int | None]], yes: int, no: int, cost: Cost) -> int | None:
    """Return the cheapest choice of `yes` parts for a yes and `no` others for a no. The parts have no common bits.

    Sorted by how much more a yes costs than a no, the parts chosen for a yes come before those chosen for a no:
    otherwise, swapping two of them would be cheaper. So every border between the two is tried.
    """

    def difference(part: tuple[int | None, int | None]) -> tuple[int, int]:
        to_yes, to_no = part
        if to_yes is None or to_no is None:
            return (1, 0) if to_yes is None else (-1, 0)
        return 0, cost(to_yes) - cost(to_no)

    ordered = sorted(parts, key=difference)
    yeses = _cheapest_of_first([to_yes for to_yes, _ in ordered], yes, cost)
    noes = _cheapest_of_first([to_no for _, to_no in reversed(ordered)], no, cost)
    unions = (a | b for a, b in zip(yeses, reversed(noes), strict=True) if a is not None and b is not None)
    return min(unions, key=cost, default=None)


def _cheapest_of_first(sets: Sequence[int | None], count: int, cost: Cost) -> list[int | None]:
    """Return for each place the union of the `count` cheapest sets before it, or None if there are fewer."""
    unions: list[int | None] = [None if count else 0]
    chosen: list[tuple[int, int]] = []  # a heap, the most expensive first
    union = 0
    for one in sets:
        if one is not None and count:
            union |= one
            if len(chosen) < count:
                heappush(chosen, (-cost(one), one))
            else:
                union &= ~heappushpop(chosen, (-cost(one), one))[1]
        unions.append(union if len(chosen) == count else None)
    return unions


def in_several(each: Iterable[int]) -> int:
    """Return the bits that occur in more than one set."""
    seen = several = 0
    for one in each:
        several |= seen & one
        seen |= one
    return several
