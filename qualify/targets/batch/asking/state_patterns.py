"""The questions for a rule, found by the code of `record.ask` once per distinct state of the rule's tests.

They depend only on the state of the rule's inputs: the answer of a test, the open fields of a test that uses several,
and for a criterion the sets of fields that would make it yes or no. Each rule has a few inputs with a few states each.
The states of all its inputs form a pattern; few patterns occur, and each is answered once.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TypeAlias

import numpy as np

from qualify.language.logic import Answer, leaves
from qualify.model.expressions import Condition, Holds, IsAnswered, Leaf, Test
from qualify.model.rules import Model
from qualify.record.ask import planner_of
from qualify.record.counting import NEVER, SETTLED_NO, SETTLED_YES, YES, TooManySetsError, Ways
from qualify.record.minimal_sets import FOR_YES, Plan, asking, settled, smallest_within, within_reach
from qualify.targets.batch.asking.field_sets import FieldSets
from qualify.targets.batch.asking.open_fields import OpenColumn
from qualify.targets.batch.classes.batch_state import BatchState, Column
from qualify.targets.batch.classes.class_conditions import HOLDS, CriterionColumn, Library, Literal
from qualify.targets.batch.classes.views import Product, View
from qualify.targets.batch.numbering import (
    ANSWERS,
    UNKNOWN,
    Answers,
    Combining,
    Ints,
    Numbering,
    first_rows,
    take,
)


class WaysColumn(Column):
    """A criterion as `record.ask` uses it: by class, the sets of fields that would make it yes and those for no."""

    answers: Answers = np.empty((0, 0), np.int8)
    expected = 0

    def __init__(
        self,
        name: str,
        criterion: CriterionColumn,
        behind: Sequence[WaysColumn | OpenColumn],
        inputs: Inputs,
    ) -> None:
        self.ways: list[Ways | Unbounded] = []
        self._name = name
        self._criterion = criterion
        self._product = Product([ClassView(criterion), *(ClassView(one) for one in behind)])
        self._inputs = inputs
        self._numbers: dict[object, int] = {}
        self._class_of_member: Ints = np.empty(0, np.int64)
        planner = inputs.planner
        self._plan = planner.plan(planner.criteria[name], planner.wanted[name], inputs.plan)

    @property
    def count(self) -> int:
        return len(self.ways)

    def code(self, batch: BatchState) -> Ints:
        codes = self._product.code(batch)
        new = self._product.members[len(self._class_of_member) :]
        self._class_of_member = np.append(
            self._class_of_member, [self._number(member) for member in new.tolist()]
        ).astype(np.int64)
        return take(self._class_of_member, codes)

    def _number(self, member: list[int]) -> int:
        answer = ANSWERS[int(self._criterion.answers[member[0], HOLDS])]
        ways: Ways | Unbounded = settled(answer)
        key: object = ways
        if answer is Answer.UNKNOWN:
            states = _states(self._product.views, member)
            try:
                ways = key = self._plan(states)
            except TooManySetsError:
                ways, key = Unbounded(self._name, self._inputs, states), tuple(member)
        number = self._numbers.setdefault(key, len(self.ways))
        if number == len(self.ways):
            self.ways.append(ways)
        return number


class ClassView(View):
    """A view in which each class is its own state."""

    def __init__(self, column: WaysColumn | OpenColumn | CriterionColumn) -> None:
        super().__init__(column, [])
        self.whole = column

    def table(self) -> Ints:
        return np.arange(self.count)

    @property
    def count(self) -> int:
        return self.whole.count


Input: TypeAlias = Literal | WaysColumn | OpenColumn  # its state: the answer, or the class
States: TypeAlias = Mapping[Input, int]


def _states(views: Sequence[View], member: Sequence[int]) -> States:
    """Return the states of the inputs behind some views; for a criterion, those of all its inputs."""
    states: dict[Input, int] = {}
    for view, state in zip(views, member, strict=True):
        if not isinstance(view, ClassView):
            for index, position in enumerate(view.positions):
                states[Literal(view.column, position)] = int(view.answers[state, index])
        elif isinstance(view.whole, CriterionColumn):
            product = view.whole.combination.product
            states |= _states(product.views, product.members[state].tolist())
        else:
            states[view.whole] = state
    return states


class Unbounded:
    """A criterion in a state with too many sets of fields to list; its ways are found only within given fields."""

    def __init__(self, name: str, inputs: Inputs, states: States) -> None:
        planner = inputs.planner
        self._plan = planner.plan(planner.criteria[name], planner.wanted[name], inputs.plan_within(states))
        self._found: dict[int, Ways] = {}

    def ways(self, within: int) -> Ways:
        if within not in self._found:  # cached, since many criteria may use this one
            self._found = {within: self._plan(within)}
        return self._found[within]


class Inputs:
    """The inputs of each condition, and functions from their states to the ways of each leaf."""

    def __init__(self, library: Library) -> None:
        self._library = library
        self.planner = planner_of(library.operands.model)
        self.open: dict[Literal, OpenColumn] = {}
        self._ways: dict[str, WaysColumn] = {}

    def add(self, name: str, condition: Condition) -> None:
        """Add a criterion; those that it uses must have been added before."""
        behind = [one for one in self.of(condition) if not isinstance(one, Literal)]
        self._ways[name] = WaysColumn(name, self._library.criteria[name], behind, self)

    def of(self, condition: Condition) -> list[Input]:
        """Return the inputs of a condition, with those that have the most states first."""
        inputs: dict[Input, None] = {}
        for leaf in leaves(condition):
            if isinstance(leaf, (Holds, IsAnswered)):
                inputs[self._ways[leaf.name]] = None
            elif isinstance(leaf, Test):
                literal = self._library.plain(leaf)
                inputs[literal] = None
                if self._library.fields(leaf).bit_count() > 1:
                    inputs[self._open_column(leaf, literal)] = None
        return sorted(inputs, key=lambda one: isinstance(one, Literal))

    def plan_within(self, states: States) -> Callable[[Leaf], Plan[int]]:
        """Return a function from a leaf to its plan: from the fields that may be asked to what is left to ask."""

        def leaf_plan(leaf: Leaf) -> Plan[int]:
            if isinstance(leaf, Holds):
                column = self._ways[leaf.name]
                found = column.ways[states[column]]
                if isinstance(found, Unbounded):
                    return found.ways
            ways = self.plan(leaf)(states)
            return lambda within: within_reach(ways, within)

        return leaf_plan

    def plan(self, leaf: Leaf) -> Plan[States]:
        """Return the plan of a leaf: from the states of the inputs to the ways to make it yes and no."""
        match leaf:
            case Test():
                return self._test_plan(leaf)
            case Holds(name):
                column = self._ways[name]

                def holds(states: States) -> Ways:
                    found = column.ways[states[column]]
                    if isinstance(found, Unbounded):
                        raise TooManySetsError
                    return found

                return holds
            case IsAnswered(name, negated):
                column = self._ways[name]

                def is_answered(states: States) -> Ways:
                    known = column.ways[states[column]] in (SETTLED_YES, SETTLED_NO)
                    return settled(Answer.of(known != negated))

                return is_answered

    def _test_plan(self, test: Test) -> Plan[States]:
        literal = self._library.plain(test)
        fields = self._library.fields(test)
        by_answer = [settled(Answer.of(test.negated)), (NEVER, NEVER), settled(Answer.of(not test.negated))]
        if fields.bit_count() <= 1:
            by_answer[UNKNOWN] = asking(fields)
            return lambda states: by_answer[states[literal]]
        column = self.open[literal]

        def ways(states: States) -> Ways:
            answer = states[literal]
            return asking(column.asked[states[column]]) if answer == UNKNOWN else by_answer[answer]

        return ways

    def _open_column(self, test: Test, literal: Literal) -> OpenColumn:
        if literal not in self.open:
            self.open[literal] = OpenColumn(test, literal.column, literal.position, self._library.operands)
        return self.open[literal]


class Patterns:
    """Finds the questions that could make a rule yes, for many pairs of a row and a rule at once."""

    def __init__(self, model: Model, inputs: Inputs, asked: FieldSets) -> None:
        self._asked = asked
        self._inputs = inputs
        self._conditions = [rule.condition for rule in model.rules]
        self._rule_inputs = [inputs.of(condition) for condition in self._conditions]
        self._plans: dict[int, Plan[States]] = {}
        self._all = list(dict.fromkeys(one for each in self._rule_inputs for one in each))
        self._columns = list(dict.fromkeys(_column(one) for one in self._all))
        # By rule, the numbers of its inputs. The number after the last stands for none, which always has state 0.
        number_of = {one: number for number, one in enumerate(self._all)}
        self._widest = max(map(len, self._rule_inputs), default=0)
        self._numbers = np.full((len(self._rule_inputs), self._widest), len(self._all), np.int64)
        for rule, each in enumerate(self._rule_inputs):
            self._numbers[rule, : len(each)] = [number_of[one] for one in each]
        missing = [self._widest - len(each) for each in self._rule_inputs]
        self._missing = np.array(missing, np.min_scalar_type(self._widest))  # NumPy sorts small types by counting
        index_of = {column: index for index, column in enumerate(self._columns)}
        self._column_of = np.array([*(index_of[_column(one)] for one in self._all), 0])
        self._sizes: list[int] = []
        self._known: dict[tuple[int, ...], int] = {}  # by rule and states

    @property
    def size(self) -> int:
        """The number of cached patterns, and of classes of inputs that are columns."""
        return len(self._known) + sum(one.count for one in self._all if not isinstance(one, Literal))

    def smallest(self, rows: Ints, rules: Ints, batch: BatchState) -> Ints:
        """Return for each pair the number in `asked` of the preferred smallest set of fields."""
        # Concatenated, since indexing one array with computed positions is much faster than indexing row and column.
        codes = np.concatenate([batch.codes(column) for column in self._columns])
        flat, starts = self._tables()
        self._renumber()
        # Rules with the most inputs first, so that the pairs with an input at a given index are the first ones.
        missing = take(self._missing, rules)
        order = np.argsort(missing, kind="stable")
        rows, rules, missing = rows[order], rules[order], missing[order]
        parts = [rules]
        for index in range(self._widest):
            count = np.searchsorted(missing, self._widest - index)
            numbers = self._numbers[:, index]
            some = rules[:count]
            classes = take(codes, take(self._column_of[numbers] * batch.rows, some) + rows[:count])
            parts.append(take(flat, take(starts[numbers], some) + classes))
        patterns = self._numbering.of(self._combining.keys(parts))
        self._answer_new(patterns, parts)
        sets = np.empty(len(rules), np.int64)
        sets[order] = take(self._pattern_sets, patterns)
        return sets

    def _tables(self) -> tuple[Ints, Ints]:
        """Return the states of all inputs by class in one array, and where those of each input start; none is last."""
        tables = {column: _table(column) for column in self._columns}
        lengths = np.cumsum([0, *(table.size for table in tables.values())])
        start_of = dict(zip(tables, lengths.tolist(), strict=False))
        starts = []
        for one in self._all:
            column = _column(one)
            at = one.position * tables[column].shape[1] if isinstance(one, Literal) else 0
            starts.append(start_of[column] + at)
        flat = np.concatenate([table.ravel() for table in tables.values()])
        return flat, np.array([*starts, 0])

    def _renumber(self) -> None:
        """Renumber the patterns if an input has more states than its size in the key."""
        sizes = [len(self._rule_inputs)]
        for index in range(self._widest):
            counts = [_count(each[index]) for each in self._rule_inputs if index < len(each)]
            sizes.append(1 << max(2, (max(counts) - 1).bit_length()))
        if sizes != self._sizes:
            self._sizes = sizes
            self._combining = Combining(sizes)
            self._numbering = Numbering(self._combining.bound)
            self._pattern_sets: Ints = np.empty(0, np.int64)

    def _answer_new(self, patterns: Ints, parts: Sequence[Ints]) -> None:
        known = len(self._pattern_sets)
        if len(self._numbering) == known:
            return
        first = first_rows(patterns, known)
        pairs = [[int(part[row]) for part in parts if row < len(part)] for row in first]
        self._pattern_sets = np.append(self._pattern_sets, [self._number(tuple(pair)) for pair in pairs])

    def _number(self, pattern: tuple[int, ...]) -> int:
        if pattern not in self._known:
            rule, *each = pattern
            states = dict(zip(self._rule_inputs[rule], each, strict=True))
            self._known[pattern] = self._asked.number(self._smallest(rule, states) or 0)  # NONE if no set is enough
        return self._known[pattern]

    def _smallest(self, rule: int, states: States) -> int | None:
        planner, condition = self._inputs.planner, self._conditions[rule]
        try:
            return min(self._plan(rule)(states)[YES], key=planner.cost, default=None)
        except TooManySetsError:
            plan = planner.plan(condition, FOR_YES, self._inputs.plan_within(states))
            return smallest_within(plan, planner.bits(condition))

    def _plan(self, rule: int) -> Plan[States]:
        """Return the plan that makes a rule yes; cached."""
        if rule not in self._plans:
            self._plans[rule] = self._inputs.planner.plan(self._conditions[rule], FOR_YES, self._inputs.plan)
        return self._plans[rule]


def _column(one: Input) -> Column:
    return one.column if isinstance(one, Literal) else one


def _count(one: Input) -> int:
    return 3 if isinstance(one, Literal) else one.count


def _table(column: Column) -> Ints:
    """Return states by input and class. The inputs are the tests of the column, or the column itself."""
    if isinstance(column, (WaysColumn, OpenColumn)):
        return np.arange(column.count)[None]
    return column.answers.T.astype(np.int64)
