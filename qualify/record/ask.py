"""What to ask next: a smallest set of fields whose answers would give a rule its yes.

A condition in which each unknown test may come out as is needed is monotone in the set of fields asked, so the
sets that are enough can be built from the leaves up, as sets of bits: those of `and` are the unions of one set of
each operand, those of `or` the sets of any operand. Only minimal sets are kept. All Python targets share this
module; one that answers many contacts calls it once for each distinct state of a rule's tests.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from functools import lru_cache
from typing import TypeAlias, TypeVar, assert_never

from qualify.language.logic import All, Answer, Any, Count, Not
from qualify.model.expressions import Condition, Holds, IsAnswered, Leaf, Test
from qualify.model.rules import Criterion, Model

# Beyond this many sets at one place a set that is enough, from which nothing can be left out, has to do.
MOST_SETS = 500

Sets = frozenset[int]  # each a set of fields, as bits
NEVER: Sets = frozenset()
ALREADY: Sets = frozenset({0})

EVERYTHING = -1  # all fields may be asked

# What is enough for a yes, and what is enough for a no.
Ways = tuple[Sets, Sets]
State = TypeVar("State")
Plan: TypeAlias = Callable[[State], Sets]
SETTLED_YES: Ways = (ALREADY, NEVER)
SETTLED_NO: Ways = (NEVER, ALREADY)


def position_bits(model: Model) -> Mapping[str, int]:
    """Return the bit of each field. Earlier first mentions have higher bits, so that of two equally large sets the
    one whose list of positions comes first is the larger number."""
    return {name: 1 << place for place, name in enumerate(reversed(list(model.fields)))}


def preference(fields: int) -> tuple[int, int]:
    """Return what to order sets by: smaller sets first, then the earlier positions."""
    return fields.bit_count(), -fields


class Questions:
    """The questions about one contact, or about all whose tests have the same answers.

    `answer` gives the answer of a leaf as things stand; `asks` the fields, as bits, to ask where a test is unknown;
    `given` names the criteria that were answered directly, behind which nothing can be asked.
    """

    def __init__(
        self,
        model: Model,
        answer: Callable[[Leaf], Answer],
        asks: Callable[[Test], int],
        given: Collection[str] = (),
    ) -> None:
        self._model = model
        self._answer = answer
        self._asks = asks
        self._given = given

    def smallest(self, condition: Condition) -> int | None:
        """Return the preferred smallest set of fields that would give the condition its yes; None if none would."""
        return smallest(lambda within: self._enough(condition, within), position_bits(self._model).values())

    def _enough(self, condition: Condition, within: int) -> Sets:
        criteria: dict[str, Ways | TooManySetsError] = {}

        def leaf_ways(leaf: Leaf) -> Ways:
            match leaf:
                case Test():
                    answer = self._answer(leaf)
                    return settled(answer) if answer is not Answer.UNKNOWN else asking(self._asks(leaf), within)
                case Holds(name):
                    ways = criteria[name]
                    if isinstance(ways, TooManySetsError):
                        raise ways
                    return ways
                case IsAnswered():
                    return settled(self._answer(leaf))

        for definition in self._model.order:  # each after all that it uses, so that this does not recurse
            if isinstance(definition, Criterion):
                holds = self._answer(Holds(definition.name, definition.span))
                if holds is not Answer.UNKNOWN or definition.name in self._given:
                    criteria[definition.name] = settled(holds)
                else:
                    try:
                        criteria[definition.name] = ways_of(definition.condition, leaf_ways)
                    except TooManySetsError as problem:  # only a problem where the criterion is asked about
                        criteria[definition.name] = problem
        return enough_for(True, condition, leaf_ways)


def smallest(enough: Callable[[int], Sets], bits: Collection[int]) -> int | None:
    """Return the preferred smallest set of fields of those that are enough; None if there is none.

    `enough` gives the sets that are enough for a yes. With all fields allowed (`within` is -1) they are the minimal
    ones. With some fields taken as asked, what is left to ask is nothing or impossible, so there never are many:
    where there are too many, fields are dropped from the last on until nothing can be left out. `bits` are those
    of all fields, the last mentioned first.
    """
    try:
        return min(enough(EVERYTHING), key=preference, default=None)
    except TooManySetsError:
        chosen = sum(bits)
    if not enough(chosen):
        return None
    for bit in bits:
        if enough(chosen & ~bit):
            chosen &= ~bit
    return chosen


def ways_of(node: Condition, leaf_ways: Callable[[Leaf], Ways]) -> Ways:
    """Return what is enough for a condition's yes and for its no, from the same of its leaves."""
    return enough_for(True, node, leaf_ways), enough_for(False, node, leaf_ways)


def enough_for(yes: bool, node: Condition, leaf_ways: Callable[[Leaf], Ways]) -> Sets:
    """Return what is enough for a condition's yes, or for its no, from the ways of its leaves."""

    def leaf_plan(leaf: Leaf, yes: bool) -> Plan[None]:
        return lambda state: leaf_ways(leaf)[0 if yes else 1]

    return plan(yes, node, leaf_plan)(None)


def plan(yes: bool, node: Condition, leaf_plan: Callable[[Leaf, bool], Plan[State]]) -> Plan[State]:
    """Return the function that says what is enough for a condition's yes, or for its no, as its leaves have it.

    It is made once for a condition, and then applied to all states that its leaves are in.
    """
    match node:
        case Test() | Holds() | IsAnswered():
            return leaf_plan(node, yes)
        case Not(operand):
            return plan(not yes, operand, leaf_plan)
        case All(operands) | Any(operands):
            parts = [plan(yes, operand, leaf_plan) for operand in operands]
            return _some_of(parts, len(parts) if isinstance(node, All) == yes else 1)
        case Count(operands, low, high):
            to_yes = [plan(True, operand, leaf_plan) for operand in operands]
            to_no = [plan(False, operand, leaf_plan) for operand in operands]
            total = len(operands)
            if high >= total:  # at least `low`
                return _some_of(to_yes, low) if yes else _some_of(to_no, total - low + 1)
            if low <= 0:  # at most `high`
                return _some_of(to_no, total - high) if yes else _some_of(to_yes, high + 1)
            both = list(zip(to_yes, to_no, strict=True))
            return lambda state: _counted(yes, [(to_yes(state), to_no(state)) for to_yes, to_no in both], low, high)
    assert_never(node)


def _some_of(parts: Sequence[Plan[State]], count: int) -> Plan[State]:
    """Return the plan for at least `count` of some parts."""
    spare = len(parts) - count
    if spare < 0:
        return lambda state: NEVER

    def some(state: State) -> Sets:
        wanted, left = count, spare
        open_parts = []
        for part in parts:
            sets = part(state)
            if sets == ALREADY:
                wanted -= 1
            elif sets:
                open_parts.append(sets)
            else:
                left -= 1
                if left < 0:
                    return NEVER
            if wanted <= 0:
                return ALREADY
        return open_parts[0] if len(open_parts) == 1 else _some(tuple(open_parts), wanted)

    return some


def _counted(yes: bool, parts: Sequence[Ways], low: int, high: int) -> Sets:
    """Return what is enough for the number of yeses to lie from `low` to `high`, or for it not to."""
    open_parts = tuple(ways for ways in parts if ways not in (SETTLED_YES, SETTLED_NO))
    already = sum(ways == SETTLED_YES for ways in parts)
    low, high, total = max(low - already, 0), high - already, len(open_parts)
    if high < 0:
        return NEVER if yes else ALREADY
    if yes:
        return _split(open_parts, low, max(total - high, 0))
    fewer = _split(open_parts, 0, max(total - low + 1, 0)) if low else NEVER
    return _some((fewer, _split(open_parts, high + 1, 0)), 1)


def settled(answer: Answer) -> Ways:
    """Return the ways of what cannot be asked: its own answer for nothing, any other never."""
    return ALREADY if answer is Answer.YES else NEVER, ALREADY if answer is Answer.NO else NEVER


def asking(fields: int, within: int) -> Ways:
    """Return the ways of a test that is unknown on some fields; on none, as after a division by 0, it stays so."""
    if not fields:
        return NEVER, NEVER
    return within_reach((frozenset({fields}), frozenset({fields})), within)


def within_reach(ways: Ways, within: int) -> Ways:
    """Return what is left to ask once the fields in `within` are asked: nothing, or what never can be."""
    if within == EVERYTHING:
        return ways
    yes, no = (ALREADY if any(not fields & ~within for fields in sets) else NEVER for sets in ways)
    return yes, no


class TooManySetsError(Exception):
    """More sets than `MOST_SETS` at one place."""


def _minimal(sets: Iterable[int]) -> Sets:
    """Return the sets that contain no other."""
    kept: list[int] = []
    for fields in sorted(set(sets), key=int.bit_count):
        if not any(smaller & ~fields == 0 for smaller in kept):
            kept.append(fields)
            if len(kept) > MOST_SETS:
                raise TooManySetsError
    return frozenset(kept)


# The same few sets meet again and again, in one contact's criteria as in many contacts' rules.
@lru_cache(maxsize=1 << 15)
def _some(parts: tuple[Sets, ...], count: int) -> Sets:
    """Return what is enough for at least `count` of some parts, from what is enough for each."""
    if count == 1:
        return _minimal(fields for sets in parts for fields in sets)
    if count < len(parts):
        return _split(tuple((sets, NEVER) for sets in parts), count, 0)
    together = ALREADY
    for sets in parts:
        together = _minimal(some | more for some in together for more in sets)
    return together


@lru_cache(maxsize=1 << 15)
def _split(parts: tuple[Ways, ...], yes: int, no: int) -> Sets:
    """Return what is enough for at least `yes` operands to be yes and at least `no` others to be no."""
    if yes + no > len(parts):
        return NEVER
    # By how many of each are still wanted: an operand can serve one side only, or neither.
    enough: dict[tuple[int, int], Sets] = {(yes, no): ALREADY}
    for to_yes, to_no in parts:
        following: dict[tuple[int, int], list[int]] = {}
        for (more_yes, more_no), sets in enough.items():
            for wanted, ways in (
                ((more_yes, more_no), ALREADY),
                ((max(more_yes - 1, 0), more_no), to_yes),
                ((more_yes, max(more_no - 1, 0)), to_no),
            ):
                following.setdefault(wanted, []).extend(a | b for a in sets for b in ways)
        enough = {wanted: _minimal(sets) for wanted, sets in following.items()}
    return enough.get((0, 0), NEVER)
