"""The cheapest sets with which so many operands of a condition come out as yes, and so many others as no.

A set is an integer with a bit for each element. Only those sets are kept that can still become the preferred one.
Where nothing of a part occurs elsewhere that is a single set, so that counting needs no enumeration: of twenty bullets
that share no field, the cheapest eight. Where parts share elements, all sets are kept of which none can take the place
of another, within a bound on the work.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from heapq import heappush, heappushpop

# Beyond this many comparisons at one place a set that is enough, from which nothing can be left out, has to do.
MOST_STEPS = 50_000

Sets = frozenset[int]  # each a set, as bits
NEVER: Sets = frozenset()
ALREADY: Sets = frozenset({0})

# What is enough for a yes, and what is enough for a no: each by its place in the pair.
Ways = tuple[Sets, Sets]
YES, NO = 0, 1
SETTLED_YES: Ways = (ALREADY, NEVER)
SETTLED_NO: Ways = (NEVER, ALREADY)


@dataclass(frozen=True, slots=True)
class Cost:
    """A number for each set, less for the preferred one of two, and the sum of those of parts without common bits.

    Smaller sets come first, then those with fewer bits of `worse`, then those with higher bits. `length` is that of
    all bits.
    """

    length: int
    worse: int = 0

    def __call__(self, one: int) -> int:
        return (((one.bit_count() << self.length) + (one & self.worse).bit_count()) << self.length) - one


class TooManySetsError(Exception):
    """More work at one place than `MOST_STEPS`."""


class Steps:
    """Counts the work at one place."""

    def __init__(self) -> None:
        self._left = MOST_STEPS

    def take(self, steps: int) -> None:
        self._left -= steps
        if self._left < 0:
            raise TooManySetsError


def minimal(sets: Iterable[int], shared: int, cost: Cost, steps: Steps) -> Sets:
    """Return the sets that may become part of the preferred one; of what is not `shared`, nothing is chosen elsewhere.

    A set stands for another where it never costs more, whatever the other has in common with what is chosen elsewhere.
    """
    cheapest: dict[int, int] = {}  # by what is shared
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


# The same few sets meet again and again, in one contact's criteria as in many contacts' rules.
@lru_cache(maxsize=1 << 15)
def cheapest_split(parts: tuple[Ways, ...], yes: int, no: int, shared: int, cost: Cost) -> Sets:
    """Return what is enough for at least `yes` parts to be yes and at least `no` others to be no."""
    steps = Steps()
    bits = [_union(*to_yes, *to_no) for to_yes, to_no in parts]
    several = in_several([shared, *bits])
    alone = [_best(part, cost) for part, its_bits in zip(parts, bits, strict=True) if not its_bits & several]
    entangled = [(part, its_bits) for part, its_bits in zip(parts, bits, strict=True) if its_bits & several]
    # By how many of each are still wanted: a part can serve one side only, or neither.
    enough: dict[tuple[int, int], Sets] = {(yes, no): ALREADY}
    left = len(parts)
    for place, ((to_yes, to_no), _) in enumerate(entangled):
        left -= 1
        later = shared | _union(*(its_bits for _, its_bits in entangled[place + 1 :]))
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
    together = 0
    for one in sets:
        together |= one
    return together


def _best(part: Ways, cost: Cost) -> tuple[int | None, int | None]:
    return min(part[YES], key=cost, default=None), min(part[NO], key=cost, default=None)


def _cheapest(parts: Sequence[tuple[int | None, int | None]], yes: int, no: int, cost: Cost) -> int | None:
    """Return the cheapest choice of `yes` parts for a yes and `no` others for a no; no two of them have common bits.

    In the order of how much more a yes costs than a no, all that serve as a yes stand before all that serve as a no:
    else two could change places. So each place in that order is tried as the border.
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
    """Return by place the union of the `count` cheapest sets before it; None where there are not as many."""
    unions: list[int | None] = [None if count else 0]
    chosen: list[tuple[int, int]] = []  # the most expensive first
    together = 0
    for one in sets:
        if one is not None and count:
            together |= one
            if len(chosen) < count:
                heappush(chosen, (-cost(one), one))
            else:
                together &= ~heappushpop(chosen, (-cost(one), one))[1]
        unions.append(together if len(chosen) == count else None)
    return unions


def in_several(each: Iterable[int]) -> int:
    """Return the bits that are in more than one of some sets."""
    seen = several = 0
    for one in each:
        several |= seen & one
        seen |= one
    return several
