"""Conditions as cubes: a condition is yes when one of its cubes is, a cube when all of its parts are.

A part is any condition about the columns of one group, since its answer is looked up in one table. Conditions are in
negation normal form on the way, and nothing is simplified, so that Kleene's logic comes out test by test: `and` and
`or` distribute over one another in three values as they do in two.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias, assert_never

from qualify.language.logic import All, Any, Count, Not, operands
from qualify.targets.batch.classes.batch_state import Column
from qualify.targets.batch.classes.class_conditions import HOLDS, CriterionColumn, Literal, Node, literals
from qualify.targets.batch.classes.views import View
from qualify.text.source import Span

MOST_CUBES = 16  # of one condition; a larger one is settled as if it were a criterion
LARGEST_GROUP = 1024  # classes that a group is expected to have: its tables should stay in the nearest cache


@dataclass(frozen=True, slots=True)
class Part:
    """A condition about one group, or its opposite."""

    node: Node
    negated: bool


Cube: TypeAlias = tuple[Part, ...]


def grouped(views: Iterable[View]) -> list[list[View]]:
    """Return views in groups of few classes each, so that fewer tables are looked up for a row."""
    groups: list[list[View]] = []
    room = 0
    for view in sorted(views, key=lambda view: view.column.expected):
        size = max(view.column.expected, 1)
        if size > room:
            groups.append([])
            room = LARGEST_GROUP
        groups[-1].append(view)
        room //= size
    return groups


class Cubes:
    """Makes the cubes of conditions; settles apart what would have too many, the same only once."""

    def __init__(self, groups: Sequence[Sequence[View]]) -> None:
        self._group_of: Mapping[Column, int] = {
            view.column: number for number, group in enumerate(groups) for view in group
        }
        self.hidden: dict[Node, CriterionColumn] = {}

    def of(self, node: Node, negated: bool = False) -> list[Cube]:
        if self._group(node) is not None:
            return [(Part(node, negated),)]
        match node:
            case Literal():
                return [(Part(node, negated),)]  # of what was settled apart
            case Not(operand):
                return self.of(operand, not negated)
            case All(operands, span):
                make = self._either if negated else self._each
                return make(operands, negated, span) or self._settled(node, negated)
            case Any(operands, span):
                make = self._each if negated else self._either
                return make(operands, negated, span) or self._settled(node, negated)
            case Count(parts):
                # One within another would be written again and again, twice as often with each.
                counted = None if any(map(_has_count, parts)) else _without_count(node, negated)
                return self.of(counted) if counted is not None else self._settled(node, negated)
        assert_never(node)

    def _group(self, node: Node) -> int | None:
        """Return the one group that a condition is about."""
        groups = {self._group_of.get(literal.column) for literal in literals(node)}
        return groups.pop() if len(groups) == 1 else None

    def _either(self, operands: Sequence[Node], negated: bool, span: Span) -> list[Cube]:
        """Return the cubes of a disjunction; none if there are too many."""
        cubes = [cube for operand in self._merged(operands, negated, span, Any) for cube in self.of(operand, negated)]
        return cubes if len(cubes) <= MOST_CUBES else []

    def _each(self, operands: Sequence[Node], negated: bool, span: Span) -> list[Cube]:
        """Return the cubes of a conjunction; the operands with the most are settled apart until they are few."""
        parts = [(operand, self.of(operand, negated)) for operand in self._merged(operands, negated, span, All)]
        while math.prod(len(cubes) for _, cubes in parts) > MOST_CUBES:
            place = max(range(len(parts)), key=lambda place: len(parts[place][1]))
            operand = parts[place][0]
            parts[place] = operand, self._settled(operand, negated)
        return [tuple(itertools.chain(*cubes)) for cubes in itertools.product(*(cubes for _, cubes in parts))]

    def _merged(
        self, operands: Sequence[Node], negated: bool, span: Span, joined: Callable[[tuple[Node, ...], Span], Node]
    ) -> list[Node]:
        """Return operands with those about the same group as one."""
        if negated:  # not (a and b) is (not a) or (not b)
            joined = Any if joined is All else All
        together: dict[Hashable, list[Node]] = {}
        for place, operand in enumerate(operands):
            group = self._group(operand)
            together.setdefault(("group", group) if group is not None else ("place", place), []).append(operand)
        return [same[0] if len(same) == 1 else joined(tuple(same), span) for same in together.values()]

    def _settled(self, node: Node, negated: bool) -> list[Cube]:
        column = self.hidden.setdefault(node, CriterionColumn(node))
        return [(Part(Literal(column, HOLDS), negated),)]


def _without_count(node: Count[Node], negated: bool) -> Node | None:
    """Return what a quantifier says by `and` and `or` alone; None if that is too long.

    From `low` to `high` of n are yes when some `low` are and some n - `high` are not.
    """
    operands, low, high, span = node.operands, node.low, node.high, node.span
    total = len(operands)

    def some(count: int, of_no: bool) -> Node | None:
        if not 0 < count <= total:
            return None
        each: list[Node] = [Not(operand, span) for operand in operands] if of_no else list(operands)
        return Any(tuple(All(some, span) for some in itertools.combinations(each, count)), span)

    sides = [(total - low + 1, True), (high + 1, False)] if negated else [(low, False), (total - high, True)]
    if any(math.comb(total, max(count, 0)) > MOST_CUBES for count, _ in sides):
        return None
    if any(count > total for count, _ in sides) and not negated:
        return None
    written = [side for side in (some(*one) for one in sides) if side is not None]
    if not written or (any(count <= 0 for count, _ in sides) and negated):
        return None
    if len(written) == 1:
        return written[0]
    return Any(tuple(written), span) if negated else All(tuple(written), span)


def _has_count(node: Node) -> bool:
    return isinstance(node, Count) or any(map(_has_count, operands(node)))
