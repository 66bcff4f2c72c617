"""The smallest set that makes a condition yes: of fields to ask for, or of tests whose answer has to change.

Adding to a set that is enough leaves it enough. So sufficient sets are built from the leaves up, as bits, and
`counting` decides which to keep.

All evaluators share this module; the one for batches calls it once for each distinct state of a rule's tests. What is
kept depends on the rules only, not on the contact, so that the evaluators agree even beyond the limit on the work.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TypeAlias, TypeVar, assert_never

from qualify.language.logic import All, Answer, Any, Count, Not, leaves
from qualify.model.expressions import Condition, Holds, IsAnswered, Leaf, Test
from qualify.record.counting import (
    ALREADY,
    NEVER,
    NO,
    YES,
    Cost,
    Sets,
    Steps,
    TooManySetsError,
    Ways,
    cheapest_split,
    in_several,
    minimal,
)

EVERYTHING = -1  # all bits

State = TypeVar("State")
Plan: TypeAlias = Callable[[State], Ways]
# For the yes and for the no of a condition, the bits that may be chosen outside it; None if that side is not needed.
Wanted: TypeAlias = tuple[int | None, int | None]
FOR_YES: Wanted = (0, None)


def settled(answer: Answer) -> Ways:
    """Return the ways of a known answer: nothing is needed for it, and nothing makes it another."""
    return ALREADY if answer is Answer.YES else NEVER, ALREADY if answer is Answer.NO else NEVER


def asking(fields: int) -> Ways:
    """Return the ways of a test with unknown fields. If there are none, as after a division by 0, it stays unknown."""
    return (frozenset({fields}), frozenset({fields})) if fields else (NEVER, NEVER)


def within_reach(ways: Ways, within: int) -> Ways:
    """Return the ways that remain if the bits of `within` are chosen, and no others: needing nothing, or never."""
    if within == EVERYTHING:
        return ways
    to_yes, to_no = (ALREADY if any(not one & ~within for one in sets) else NEVER for sets in ways)
    return to_yes, to_no


# --- plans -----------------------------------------------------------------------------------------------------


class Planner:
    """Makes plans for the conditions of a rule set: functions from the state of leaves to the sets that are enough.

    `bits` returns all bits that a leaf can ever need. A leaf that is one of `criteria` is replaced by its condition.
    """

    def __init__(
        self,
        cost: Cost,
        bits: Callable[[Leaf], int],
        criteria: Mapping[str, Condition],
        rules: Iterable[Condition],
    ) -> None:
        """Each of `criteria` comes after those that it uses."""
        self.cost = cost
        self.criteria = criteria
        self._bits = bits
        self._criterion_bits: dict[str, int] = {}
        for name, condition in criteria.items():
            self._criterion_bits[name] = self.bits(condition)
        self.wanted: dict[str, Wanted] = dict.fromkeys(criteria, (None, None))  # by all uses of a criterion
        for condition in rules:
            self._want(condition, FOR_YES)
        for name in reversed(list(criteria)):
            self._want(criteria[name], self.wanted[name])

    def bits(self, condition: Condition) -> int:
        """Return all bits that a condition can ever need."""
        found = 0
        for leaf in leaves(condition):
            if isinstance(leaf, Holds) and leaf.name in self._criterion_bits:
                found |= self._criterion_bits[leaf.name]
            elif isinstance(leaf, (Test, Holds, IsAnswered)):
                found |= self._bits(leaf)
        return found

    def _want(self, condition: Condition, wanted: Wanted) -> None:
        match condition:
            case Holds(name) if name in self.wanted:
                known = self.wanted[name]
                self.wanted[name] = _joined(known[YES], wanted[YES]), _joined(known[NO], wanted[NO])
            case Test() | Holds() | IsAnswered():
                pass
            case Not(operand):
                self._want(operand, wanted[::-1])
            case _:
                for operand, below in zip(condition.operands, self._wanted_below(condition, wanted), strict=True):
                    self._want(operand, below)

    def _wanted_below(self, node: Combined, wanted: Wanted) -> list[Wanted]:
        """Return what is wanted of each operand."""
        each = [self.bits(operand) for operand in node.operands]
        below: list[Wanted] = [(None, None)] * len(each)
        for side, outside in enumerate(wanted):
            if outside is None:
                continue
            for yes, no in _splits(node, side):
                # If one operand is enough, no two are ever chosen together.
                shared = in_several([outside, *each]) if yes + no > 1 else outside
                for place, bits in enumerate(each):
                    to_yes, to_no = below[place]
                    both = shared & bits
                    below[place] = _joined(to_yes, both if yes else None), _joined(to_no, both if no else None)
        return below

    def plan(self, node: Condition, wanted: Wanted, leaf_plan: Callable[[Leaf], Plan[State]]) -> Plan[State]:
        """Return a function from the state of the leaves to the sets that are enough for a yes and for a no.

        It is made once for a condition and applied to many states. Its result for a side that is not wanted is
        meaningless.
        """
        match node:
            case Test() | Holds() | IsAnswered():
                return leaf_plan(node)
            case Not(operand):
                plain = self.plan(operand, wanted[::-1], leaf_plan)
                return lambda state: plain(state)[::-1]
            case All(operands) | Any(operands) | Count(operands):
                below = self._wanted_below(node, wanted)
                parts = [self.plan(one, its, leaf_plan) for one, its in zip(operands, below, strict=True)]
                return self._counted(node, parts, wanted)
        assert_never(node)

    def _counted(self, node: Combined, parts: Sequence[Plan[State]], wanted: Wanted) -> Plan[State]:
        total, cost = len(parts), self.cost
        sides = [
            (side, outside, yes, no)
            for side, outside in enumerate(wanted)
            if outside is not None
            for yes, no in _splits(node, side)
        ]
        if len(sides) == 1:
            ((side, outside, yes, no),) = sides

            def only(state: State) -> Ways:
                sets = enough((part(state) for part in parts), total, yes, no, outside, cost)
                return (sets, NEVER) if side == YES else (NEVER, sets)

            return only

        def all_of_them(state: State) -> Ways:
            each = [part(state) for part in parts]  # once for all sides, or the work would double at each level
            found: tuple[set[int], set[int]] = (set(), set())
            for side, outside, yes, no in sides:
                found[side].update(enough(each, total, yes, no, outside, cost))
            to_yes, to_no = (
                minimal(sets, outside or 0, cost, Steps()) for sets, outside in zip(found, wanted, strict=True)
            )
            return to_yes, to_no

        return all_of_them


Combined: TypeAlias = All[Condition] | Any[Condition] | Count[Condition]


def _splits(node: Combined, side: int) -> list[tuple[int, int]]:
    """Return pairs of how many operands have to be yes and how many others no; any pair gives the node its answer."""
    total = len(node.operands)
    match node:
        case All():
            low, high = total, total
        case Any():
            low, high = 1, total
        case Count(_, low, high):
            pass
    pairs = [(low, total - high)] if side == YES else [(0, total - low + 1), (high + 1, 0)]
    return [(max(yes, 0), max(no, 0)) for yes, no in pairs if yes <= total and no <= total and yes + no <= total]


def _joined(one: int | None, other: int | None) -> int | None:
    return other if one is None else one if other is None else one | other


def enough(each: Iterable[Ways], total: int, yes: int, no: int, shared: int, cost: Cost) -> Sets:
    """Return the sets that are enough for at least `yes` parts to be yes and at least `no` others to be no."""
    if yes and no:
        return cheapest_split(tuple(each), yes, no, shared, cost)
    side, wanted, left = YES if yes else NO, yes + no, total - yes - no
    open_parts = []
    if wanted:
        for ways in each:
            sets = ways[side]
            if sets == ALREADY:
                wanted -= 1
                if not wanted:
                    break
            elif sets:
                open_parts.append(sets)
            else:
                left -= 1
                if left < 0:
                    return NEVER
    if not wanted:
        return ALREADY
    if len(open_parts) == 1:
        return open_parts[0]
    if wanted == len(open_parts) and all(len(sets) == 1 for sets in open_parts):  # usual: `and`, no choice
        union = 0
        for (one,) in open_parts:
            union |= one
        return frozenset({union})
    return cheapest_split(tuple((sets, NEVER) for sets in open_parts), wanted, 0, shared, cost)


# --- one contact -----------------------------------------------------------------------------------------------


def smallest_within(plan: Plan[int], bits: int) -> int | None:
    """Return a set that is enough for a yes and from which nothing can be left out, or None if there is none.

    Bits are dropped from the lowest up. The plan only tells whether the chosen bits are enough, so sets never multiply.
    """
    if not plan(bits)[YES]:
        return None
    chosen, left = bits, bits
    while left:
        bit = left & -left
        left ^= bit
        if plan(chosen & ~bit)[YES]:
            chosen &= ~bit
    return chosen


class Search:
    """Finds the smallest sets for the conditions of one contact.

    `ways` returns the ways of a leaf, or None for a criterion, to be replaced by its condition.
    """

    def __init__(self, planner: Planner, ways: Callable[[Leaf], Ways | None]) -> None:
        self._planner = planner
        self._ways = ways
        self._plans: dict[str, Plan[int]] = {}  # by criterion
        self._found: dict[tuple[str, int], Ways | TooManySetsError] = {}  # by criterion and chosen bits

    def smallest(self, condition: Condition) -> int | None:
        """Return the preferred smallest set that makes the condition yes, or None if none does."""
        planner = self._planner
        plan = planner.plan(condition, FOR_YES, self._leaf_plan)
        try:
            return min(plan(EVERYTHING)[YES], key=planner.cost, default=None)
        except TooManySetsError:
            return smallest_within(plan, planner.bits(condition))

    def _leaf_plan(self, leaf: Leaf) -> Plan[int]:
        ways = self._ways(leaf)
        if ways is not None:
            return lambda within: within_reach(ways, within)
        assert isinstance(leaf, Holds)
        return lambda within: self._criterion_ways(leaf.name, within)

    def _criterion_ways(self, name: str, within: int) -> Ways:
        if (name, within) not in self._found:
            self._found[name, within] = self._find(name, within)
        found = self._found[name, within]
        if isinstance(found, TooManySetsError):  # raised only if the criterion is used
            raise found
        return found

    def _find(self, name: str, within: int) -> Ways | TooManySetsError:
        planner = self._planner
        if within != EVERYTHING:
            try:
                return within_reach(self._criterion_ways(name, EVERYTHING), within)
            except TooManySetsError:
                pass
        if name not in self._plans:
            self._plans[name] = planner.plan(planner.criteria[name], planner.wanted[name], self._leaf_plan)
        try:
            return self._plans[name](within)
        except TooManySetsError as problem:
            return problem
