"""Columns of classes: values cut into classes within which all tests about a column answer alike.

A `Column` gives each row of a batch a class, and has the answers of its tests by class. A test is answered once for
a class, not for a row: of numbers by their place among the thresholds, of texts once for each distinct text, of
whatever compares several fields by the reference itself, for the first row of each combination that occurs.
"""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

import numpy as np

from qualify.duration import Duration
from qualify.logic import Answer
from qualify.meaning import Operand, Test
from qualify.operators import OPERATORS, Interval, Pieces, Presence, Region, Values, Wanted, real
from qualify.schema import Value
from qualify.targets.batch.numbering import (
    NO,
    UNKNOWN,
    YES,
    Answers,
    Combining,
    Floats,
    Ints,
    Numbering,
    first_rows,
    take,
)
from qualify.targets.batch.settled import Operands, Settled
from qualify.targets.batch.values import Coded, PerEntry, Quantities
from qualify.targets.evaluation import answer, tested

if TYPE_CHECKING:
    from qualify.targets.batch.conditions import Library

OF_ANSWER = {Answer.NO: NO, Answer.UNKNOWN: UNKNOWN, Answer.YES: YES}
Fixed = Values | Duration | Value  # what a test compares with, once it is known


class Classes:
    """Numbers for distinct rows of answers."""

    def __init__(self) -> None:
        self._numbers: dict[bytes, int] = {}
        self._rows: list[Answers] = []
        self._answers: Answers = np.empty((0, 0), np.int8)

    def of(self, answers: Answers) -> Ints:
        """Return the class of each row of answers."""
        numbers = np.empty(len(answers), np.int64)
        for place, row in enumerate(np.ascontiguousarray(answers)):
            number = self._numbers.setdefault(row.tobytes(), len(self._rows))
            if number == len(self._rows):
                self._rows.append(row)
            numbers[place] = number
        return numbers

    def __len__(self) -> int:
        return len(self._rows)

    @property
    def answers(self) -> Answers:
        """The answers by class and test."""
        if len(self._answers) < len(self._rows):
            self._answers = np.array(self._rows)
        return self._answers


class Column(ABC):
    """What its subject is for each contact, as far as some tests tell."""

    @abstractmethod
    def code(self, batch: Settled) -> Ints:
        """Return the class of each row."""

    @property
    @abstractmethod
    def answers(self) -> Answers:
        """The answers by class and by position of the test; later batches may add classes."""

    @property
    @abstractmethod
    def expected(self) -> int:
        """About how many classes there will be: only speed depends on it."""


class TestColumn(Column):
    """The tests about one subject, as if not negated; each is added once, before the first batch."""

    __test__ = False

    def __init__(self, subject: Operand, operands: Operands, today: date) -> None:
        self.subject = subject
        self._operands = operands
        self._today = today
        self._tests: list[Test] = []
        self._fixed: list[list[Fixed]] = []
        self._classes = Classes()

    def add(self, test: Test, fixed: list[Fixed]) -> int:
        """Return the position of a test, compared with `fixed` values."""
        if test not in self._tests:
            self._tests.append(test)
            self._fixed.append(fixed)
        return self._tests.index(test)

    @property
    def answers(self) -> Answers:
        return self._classes.answers

    def _answered(self, value: Value | None) -> Answers:
        """Return the answers about one value, as the reference gives them."""
        each = (
            tested(test, value, list(fixed), self._today) for test, fixed in zip(self._tests, self._fixed, strict=True)
        )
        return np.array([OF_ANSWER[one] for one in each], np.int8)


class QuantityColumn(TestColumn):
    """Numbers and dates, by their place among the thresholds of all tests; ranges one by one."""

    def __init__(self, subject: Operand, operands: Operands, today: date) -> None:
        super().__init__(subject, operands, today)
        self._thresholds: Floats | None = None
        self._of_ranges = PerEntry(lambda ranges: self._classes.of(np.array([self._answered(one) for one in ranges])))

    def code(self, batch: Settled) -> Ints:
        subject = self._operands.value(self.subject, batch)
        assert isinstance(subject, Quantities)
        if self._thresholds is None:
            self._prepare()
        places = self._places(subject.numbers)
        codes = take(self._of_place, places)
        new = np.flatnonzero(codes < 0)
        if len(new):
            _, first = np.unique(places[new], return_index=True)
            rows = new[first]
            self._of_place[places[rows]] = self._classes.of(self._about(subject.numbers[rows]))
            codes = take(self._of_place, places)
        if subject.ranges is not None:
            codes = np.where(subject.ranges.is_known, self._of_ranges(subject.ranges), codes)
        return codes

    @property
    def expected(self) -> int:
        if self._thresholds is None:
            self._prepare()
        assert self._thresholds is not None
        return 2 * len(self._thresholds) + 2

    def _prepare(self) -> None:
        self._limits = [_limits(test, fixed, self._today) for test, fixed in zip(self._tests, self._fixed, strict=True)]
        thresholds = {end for intervals, _ in self._limits for one in intervals for end in (one.low, one.high)}
        thresholds.update(number for _, listed in self._limits for number in listed)
        self._thresholds = np.array(sorted(end for end in thresholds if math.isfinite(end)))
        # Two places for each threshold, on it and above it; one below all, and the last for what is no number.
        self._of_place = np.full(2 * len(self._thresholds) + 2, -1, np.int64)
        self._of_place[-1] = self._classes.of(self._answered(None)[None])[0]

    def _places(self, numbers: Floats) -> Ints:
        assert self._thresholds is not None
        if not len(self._thresholds):
            return np.isnan(numbers).astype(np.int64)
        above = np.searchsorted(self._thresholds, numbers)
        places = 2 * above + (take(self._thresholds, above) == numbers)
        places[np.isnan(numbers)] = len(self._of_place) - 1
        return places

    def _about(self, numbers: Floats) -> Answers:
        """Return the answers about some numbers: each is in one of a test's intervals or lists, or not."""
        answers = np.empty((len(numbers), len(self._tests)), np.int8)
        for position, (intervals, listed) in enumerate(self._limits):
            found = np.isin(numbers, listed)
            for interval in intervals:
                above = numbers >= interval.low if interval.low_included else numbers > interval.low
                below = numbers <= interval.high if interval.high_included else numbers < interval.high
                found |= above & below
            answers[:, position] = np.where(found, YES, NO)
        return answers


def _limits(test: Test, fixed: list[Fixed], today: date) -> tuple[list[Interval], Floats]:
    """Return the intervals and single numbers of which a number has to be in one, for the test's yes."""
    form = OPERATORS[test.operator].forms[test.kind]
    if isinstance(form, Presence):
        return [Interval()], np.empty(0)
    if isinstance(form, Region):
        limits = tuple(one if isinstance(one, Duration) else real(_value(one)) for one in fixed)
        return [form.of(limits, today)], np.empty(0)  # type: ignore[arg-type]
    listed = [number for one in fixed if isinstance(one, Values) for number in one.numbers]
    listed += [real(_value(one)) for one in fixed if not isinstance(one, Values)]  # type: ignore[misc]
    return [], np.array(listed, np.float64)


def _value(fixed: Fixed) -> Value:
    assert not isinstance(fixed, (Values, Duration))
    return fixed


class TextColumn(TestColumn):
    """Texts, lists, flags and grades: each distinct one is searched once for all that the tests look for."""

    def __init__(self, subject: Operand, operands: Operands, today: date) -> None:
        super().__init__(subject, operands, today)
        self._of_entries = PerEntry(self._classes_of)
        self._searches: list[Search] | None = None

    def code(self, batch: Settled) -> Ints:
        subject = self._operands.value(self.subject, batch)
        assert isinstance(subject, Coded)
        return self._of_entries(subject)  # type: ignore[return-value]

    @property
    def expected(self) -> int:
        wanted = sum(len(one.items) if isinstance(one, Values) else 1 for fixed in self._fixed for one in fixed)
        return 2 + wanted

    def _classes_of(self, values: Sequence[Value | None]) -> Ints:
        if self._searches is None:
            self._prepare()
        assert self._searches is not None
        answers = np.empty((len(values), len(self._tests)), np.int8)
        for place, value in enumerate(values):
            if value is None:
                answers[place] = self._answered(None)
                continue
            answers[place] = NO
            for search in self._searches:
                answers[place, search.positions_found(value)] = YES
            for position in self._singly:
                one = tested(self._tests[position], value, list(self._fixed[position]), self._today)
                answers[place, position] = OF_ANSWER[one]
        return self._classes.of(answers)

    def _prepare(self) -> None:
        by_form: dict[Pieces, Search] = {}
        self._singly: list[int] = []
        for position, (test, fixed) in enumerate(zip(self._tests, self._fixed, strict=True)):
            form = OPERATORS[test.operator].forms[test.kind]
            if isinstance(form, Pieces):
                wanted = [form.wanted(one if isinstance(one, Values) else Values((str(one),))) for one in fixed]
                by_form.setdefault(form, Search(form)).add(position, wanted, test.every)
            else:
                self._singly.append(position)
        self._searches = list(by_form.values())


class Search:
    """One pass over a text for all that the tests of one form look for."""

    def __init__(self, form: Pieces) -> None:
        self._form = form
        self._any: dict[str, set[int]] = defaultdict(set)  # by piece: the positions of the tests that it satisfies
        self._every: list[tuple[int, list[Wanted]]] = []
        self._wanted = Wanted()

    def add(self, position: int, wanted: list[Wanted], every: bool) -> None:
        self._wanted = Wanted()
        if every:
            self._every.append((position, wanted))
        for piece in () if every else (piece for each in wanted for piece in each):
            self._any[piece].add(position)

    def positions_found(self, value: Value) -> list[int]:
        """Return the positions of the tests that say yes about a value."""
        if not self._wanted:
            self._wanted = Wanted({*self._any, *(piece for _, each in self._every for one in each for piece in one)})
        texts = value if isinstance(value, tuple) else (str(value),)
        cut, prepare, wanted = self._form.cut, self._form.prepare, self._wanted
        found = {piece for text in texts for piece in cut(prepare(text), wanted) if piece in wanted}
        positions = [position for piece in found if piece in self._any for position in self._any[piece]]
        positions += [position for position, each in self._every if all(one <= found for one in each)]
        return positions


class ComparisonColumn(Column):
    """One test that compares fields, or whose answer is always unknown: by the combinations of values that occur."""

    answers: Answers = np.array([[NO], [UNKNOWN], [YES]], np.int8)  # the class is the answer
    expected = 3

    def __init__(self, test: Test, compared: Sequence[Operand], library: Library) -> None:
        self._test = test
        self._compared = compared
        self._library = library

    def code(self, batch: Settled) -> Ints:
        parts = [part for operand in self._compared for part in self._parts(operand, batch)]
        if not parts:
            return np.full(batch.rows, self._about(0, batch) if batch.rows else NO, np.int64)
        codes = parts[0]
        for part in parts[1:]:
            codes = codes * (int(part.max(initial=0)) + 1) + part
            codes = np.unique(codes, return_inverse=True)[1]
        numbering = Numbering()
        numbers = numbering.of(codes)
        about = [self._about(int(row), batch) for row in first_rows(numbers, 0)]
        return take(np.array(about, np.int64), numbers) if about else codes  # type: ignore[return-value]

    def _parts(self, operand: Operand, batch: Settled) -> Iterable[Ints]:
        """Yield small numbers that together tell the values of an operand apart."""
        values = self._library.operands.value(operand, batch)
        if isinstance(values, Coded):
            yield values.codes
            return
        yield np.unique(values.numbers, return_inverse=True)[1].astype(np.int64)
        if values.ranges is not None:
            yield values.ranges.codes

    def _about(self, row: int, batch: Settled) -> int:
        return OF_ANSWER[answer(self._test, batch.contact(row, self._library.meaning, self._library.today))]


@dataclass(eq=False)
class View:
    """Some tests of a column: the classes that differ only in others are one state."""

    column: Column
    positions: list[int]

    def __post_init__(self) -> None:
        self._states = Classes()
        self._of_class: Ints = np.empty(0, np.int64)

    def table(self) -> Ints:
        """Return the state of each class that the column has by now."""
        answers = self.column.answers
        if len(self._of_class) < len(answers):
            new = self._states.of(answers[len(self._of_class) :][:, self.positions])
            self._of_class = np.concatenate([self._of_class, new])
        return self._of_class

    def states(self, batch: Settled) -> Ints:
        """Return the state of each row."""
        codes = batch.codes(self.column)
        return take(self.table(), codes)  # type: ignore[return-value]

    @property
    def answers(self) -> Answers:
        """The answers by state and by place in `positions`."""
        return self._states.answers

    @property
    def count(self) -> int:
        """How many states there are by now."""
        return len(self._states)

    @property
    def capacity(self) -> int:
        """A power of two not less than the number of states, so that it seldom changes."""
        return max(4, 1 << (max(self.count, 1) - 1).bit_length())


class Product:
    """Several views as one: a class for each combination of their states that occurs."""

    def __init__(self, views: Sequence[View]) -> None:
        self.views = tuple(views)
        self._capacities: tuple[int, ...] | None = None
        self.members: Ints = np.empty((0, len(self.views)), np.int64)  # the states of which a class is made

    def code(self, batch: Settled) -> Ints:
        """Return the class of each row."""
        if not self.views:
            self.members = np.empty((1, 0), np.int64)
            return np.zeros(batch.rows, np.int64)
        parts = [view.states(batch) for view in self.views]
        if self._capacities != tuple(view.capacity for view in self.views):
            self._make_room()
        codes = self._numbering.of(self._combining.keys(parts))
        if len(self._numbering) > len(self.members):
            rows = first_rows(codes, len(self.members))
            self.members = np.concatenate([self.members, np.stack([part[rows] for part in parts], axis=1)])
        return codes

    def _make_room(self) -> None:
        self._capacities = tuple(view.capacity for view in self.views)
        self._combining = Combining(self._capacities)
        self._numbering = Numbering(self._combining.bound)
        if len(self.members):
            self._numbering.add(self._combining.keys(list(self.members.T)))

    def answers(self, view: int, place: int, start: int = 0) -> Answers:
        """Return the answers of one test of one view, by class from `start` on."""
        return take(self.views[view].answers[:, place], self.members[start:, view])  # type: ignore[return-value]
