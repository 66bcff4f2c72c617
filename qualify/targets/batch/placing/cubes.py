"""Conditions as cubes: a condition is yes if any of its cubes is yes, and a cube if all of its parts are yes.

A part is a condition on the columns of one group, so that its answer is looked up in one table. Negations are moved
down to the parts, and `and` is distributed over `or`, which is valid in Kleene's logic. Nothing is simplified.
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

MOST_CUBES = 16  # in one condition; what would need more is answered first, like a criterion
LARGEST_GROUP = 1024  # expected classes of a group: its tables should fit into the fastest cache


@dataclass(frozen=True, slots=True)
class Part:
    """A condition on the columns of one group, or its opposite."""

    node: Node
    negated: bool


Cube: TypeAlias = tuple[Part, ...]


def grouped(views: Iterable[View]) -> list[list[View]]:
    """Return views in groups with few classes each, so that fewer tables are looked up for a row."""
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
    """Makes cubes of conditions. `hidden` has the conditions that would need too many, as columns."""

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
                return [(Part(node, negated),)]  # of a hidden column
            case Not(operand):
                return self.of(operand, not negated)
            case All(operands, span):
                make = self._either if negated else self._each
                return make(operands, negated, span) or self._hidden(node, negated)
            case Any(operands, span):
                make = self._each if negated else self._either
                return make(operands, negated, span) or self._hidden(node, negated)
            case Count(parts):
                # Nested counts are not expanded: they would double at every level.
                expanded = None if any(map(_has_count, parts)) else _without_count(node, negated)
                return self.of(expanded) if expanded is not None else self._hidden(node, negated)
        assert_never(node)

    def _group(self, node: Node) -> int | None:
        """Return the group of all columns of a condition, or None if there are several."""
        groups = {self._group_of.get(literal.column) for literal in literals(node)}
        return groups.pop() if len(groups) == 1 else None

    def _either(self, operands: Sequence[Node], negated: bool, span: Span) -> list[Cube]:
        """Return the cubes of a disjunction; none if there are too many."""
        cubes = [cube for operand in self._merged(operands, negated, span, Any) for cube in self.of(operand, negated)]
        return cubes if len(cubes) <= MOST_CUBES else []

    def _each(self, operands: Sequence[Node], negated: bool, span: Span) -> list[Cube]:
        """Return the cubes of a conjunction. Operands with the most cubes are hidden until few are left."""
        parts = [(operand, self.of(operand, negated)) for operand in self._merged(operands, negated, span, All)]
        while math.prod(len(cubes) for _, cubes in parts) > MOST_CUBES:
            largest = max(range(len(parts)), key=lambda index: len(parts[index][1]))
            operand = parts[largest][0]
            parts[largest] = operand, self._hidden(operand, negated)
        return [tuple(itertools.chain(*cubes)) for cubes in itertools.product(*(cubes for _, cubes in parts))]

    def _merged(
        self, operands: Sequence[Node], negated: bool, span: Span, joined: Callable[[tuple[Node, ...], Span], Node]
    ) -> list[Node]:
        """Return operands, with those on the same group joined into one."""
        if negated:  # not (a and b) is (not a) or (not b)
            joined = Any if joined is All else All
        together: dict[Hashable, list[Node]] = {}
        for number, operand in enumerate(operands):
            group = self._group(operand)
            together.setdefault(("group", group) if group is not None else ("operand", number), []).append(operand)
        return [same[0] if len(same) == 1 else joined(tuple(same), span) for same in together.values()]

    def _hidden(self, node: Node, negated: bool) -> list[Cube]:
        column = self.hidden.setdefault(node, CriterionColumn(node))
        return [(Part(Literal(column, HOLDS), negated),)]


def _without_count(node: Count[Node], negated: bool) -> Node | None:
    """Return a count as a condition with only `and` and `or`; None if that is too long.

    From `low` to `high` of n are yes if some `low` are yes and some n - `high` are no.
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
