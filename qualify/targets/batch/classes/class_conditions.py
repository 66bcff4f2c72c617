"""Conditions on columns of classes: every leaf becomes one test of one column.

Answers are small numbers, so Kleene's logic is arithmetic on whole arrays: `and` is min, `or` is max, `not` is 2 - x.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TypeAlias, cast

import numpy as np

from qualify.language.logic import Algebra, All, Any, Count, Not, fold, leaves, with_leaves
from qualify.model.expressions import Condition, Holds, IsAnswered, Leaf, Operand, Test
from qualify.model.rules import Criterion
from qualify.model.walk import askable_fields, operands_of, reads
from qualify.record import evaluation
from qualify.record.ask import position_bits
from qualify.targets.batch.classes.batch_state import BatchState, Column
from qualify.targets.batch.classes.class_columns import ComparisonColumn, QuantityColumn, TestColumn, TextColumn
from qualify.targets.batch.classes.operand_columns import Operands
from qualify.targets.batch.classes.views import Product, View
from qualify.targets.batch.numbering import NO, UNKNOWN, YES, Answers, Ints, take
from qualify.targets.batch.values.column_values import is_quantity
from qualify.targets.limits import fixed_values


@dataclass(frozen=True, slots=True)
class Literal:
    """A test of a column, or its opposite."""

    column: Column
    position: int
    negated: bool = False


Node: TypeAlias = Literal | All["Node"] | Any["Node"] | Not["Node"] | Count["Node"]


def literals(node: Node) -> Iterator[Literal]:
    return cast(Iterator[Literal], leaves(node))


def _count(each: Iterable[Answers], low: int, high: int) -> Answers:
    answers = np.array(list(each))
    certain = (answers == YES).sum(axis=0)
    possible = (answers >= UNKNOWN).sum(axis=0)
    is_no = (possible < low) | (certain > high)
    is_yes = (low <= certain) & (possible <= high)
    return np.where(is_no, NO, np.where(is_yes, YES, UNKNOWN)).astype(np.int8)


# For at least one operand.
KLEENE_OF_ARRAYS: Algebra[Answers] = Algebra(
    every=lambda each: np.minimum.reduce(list(each)),
    some=lambda each: np.maximum.reduce(list(each)),
    opposite=lambda answers: YES - answers,
    count=_count,
)


def views_of(nodes: Iterable[Node]) -> list[View]:
    """Return a view of each column that some conditions use, in the order of first mention."""
    positions: dict[Column, dict[int, None]] = {}
    for node in nodes:
        for literal in literals(node):
            positions.setdefault(literal.column, {})[literal.position] = None
    return [View(column, list(asked)) for column, asked in positions.items()]


class Combination:
    """A product of views, and the answers of conditions on them, by class."""

    def __init__(self, views: Sequence[View]) -> None:
        self.product = Product(views)
        self._indices = {
            (view.column, position): (number, index)
            for number, view in enumerate(views)
            for index, position in enumerate(view.positions)
        }

    def answers(self, node: Node, start: int = 0) -> Answers:
        """Return the answers of a condition by class, from class `start` on."""

        def of_literal(literal: Literal) -> Answers:
            plain = self.plain(literal, start)
            return YES - plain if literal.negated else plain

        return fold(node, of_literal, KLEENE_OF_ARRAYS)

    def plain(self, literal: Literal, start: int = 0) -> Answers:
        """Return the answers of a literal's test by class, without its negation."""
        return self.product.answers(*self._indices[literal.column, literal.position], start)


HOLDS, IS_ANSWERED = 0, 1  # the tests of a criterion's column


class CriterionColumn(Column):
    """A condition as a column with two tests: whether it holds, and whether it is answered yes or no."""

    def __init__(self, node: Node) -> None:
        self.node = node
        self.combination = Combination(views_of([node]))
        self._answers: Answers = np.empty((0, 2), np.int8)

    def code(self, batch: BatchState) -> Ints:
        codes = self.combination.product.code(batch)
        known = len(self._answers)
        if len(self.combination.product.members) > known:
            holds = self.combination.answers(self.node, known)
            is_answered = np.where(holds == UNKNOWN, NO, YES).astype(np.int8)
            self._answers = np.concatenate([self._answers, np.stack([holds, is_answered], axis=1)])
        return codes

    @property
    def answers(self) -> Answers:
        return self._answers

    def holds(self, batch: BatchState) -> Answers:
        """Return the answer for each row."""
        codes = batch.codes(self)
        return take(self._answers[:, HOLDS], codes)

    @property
    def expected(self) -> int:
        return 3


class Library:
    """The columns that the conditions of a rule set use, each once."""

    def __init__(self, operands: Operands) -> None:
        self.criteria: dict[str, CriterionColumn] = {}
        self.operands = operands
        self._subjects: dict[Operand, TestColumn] = {}
        self._literals: dict[Test, Literal] = {}
        # By identity, since the model keeps its tests alive: comparing tests would take longer than everything else.
        self._plain: dict[int, Literal] = {}
        self._fields: dict[int, int] = {}
        self._bits = position_bits(operands.model)

    @property
    def size(self) -> int:
        """The number of cached classes of columns and combinations of criteria."""
        columns = {literal.column for literal in self._literals.values()} | set(self.criteria.values())
        return sum(len(column.answers) for column in columns)

    def add(self, criterion: Criterion) -> CriterionColumn:
        """Add the column of a criterion and return it; criteria that it uses must have been added before."""
        self.criteria[criterion.name] = CriterionColumn(self.node(criterion.condition))
        return self.criteria[criterion.name]

    def node(self, condition: Condition) -> Node:
        return cast(Node, with_leaves(condition, self.literal))

    def literal(self, leaf: Leaf) -> Literal:
        match leaf:
            case Holds(name):
                return Literal(self.criteria[name], HOLDS)
            case IsAnswered(name, negated):
                return Literal(self.criteria[name], IS_ANSWERED, negated)
            case Test():
                plain = self.plain(leaf)
                return replace(plain, negated=True) if leaf.negated else plain

    def plain(self, test: Test) -> Literal:
        """Return the literal of a test of the rules without its negation."""
        if id(test) not in self._plain:
            plain = replace(test, negated=False) if test.negated else test
            if plain not in self._literals:
                self._literals[plain] = self._literal_of(plain)
            self._plain[id(test)] = self._literals[plain]
        return self._plain[id(test)]

    def fields(self, test: Test) -> int:
        """Return the fields that a test of the rules may ask for, as bits."""
        if id(test) not in self._fields:
            self._fields[id(test)] = sum(self._bits[name] for name in askable_fields(test, self.operands.model))
        return self._fields[id(test)]

    def _literal_of(self, test: Test) -> Literal:
        fixed = fixed_values(test, evaluation.Evaluation(self.operands.model, self.operands.today, {}))
        if fixed is None:
            compared = [operand for operand in dict.fromkeys(operands_of(test)) if any(True for _ in reads(operand))]
            return Literal(ComparisonColumn(test, compared, self.operands), 0)
        column = self._subjects.get(test.subject)
        if column is None:
            kind = QuantityColumn if is_quantity(test.kind) else TextColumn
            column = self._subjects[test.subject] = kind(test.subject, self.operands, self.operands.today)
        return Literal(column, column.add(test, fixed))
