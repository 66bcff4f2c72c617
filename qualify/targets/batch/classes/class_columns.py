"""Columns of classes, whose values get the same answers from all tests on a column.

Tests are answered per class, not per row: for numbers by their position among the thresholds, for texts once per
distinct text, and for tests that compare fields by the reference, on the first row of each combination that occurs.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from functools import cached_property

import numpy as np

from qualify.language.kinds import Value
from qualify.language.predicates import Interval, Values
from qualify.model.expressions import Operand, Test
from qualify.record.evaluation import answer, tested
from qualify.targets.batch.classes.batch_state import BatchState, Column
from qualify.targets.batch.classes.operand_columns import Operands
from qualify.targets.batch.classes.text_search import ArraySearch
from qualify.targets.batch.numbering import (
    NO,
    NUMBER_OF_ANSWER,
    UNKNOWN,
    YES,
    Answers,
    Classes,
    Floats,
    Ints,
    first_rows,
    take,
)
from qualify.targets.batch.values.column_values import Coded, ColumnValues, Entries, PerEntry, Quantities
from qualify.targets.compiled_tests import FixedTest, TextBits, reference_bits
from qualify.targets.limits import Fixed, limits, thresholds


def answers_of(bits: Sequence[int], tests: int) -> Answers:
    """Return the answers of some tests about each value, given its bits (see `compiled_tests`)."""
    width = -(-2 * tests // 8)
    packed = np.frombuffer(b"".join(one.to_bytes(width, "little") for one in bits), np.uint8).reshape(-1, width)
    each = np.unpackbits(packed, axis=1, count=2 * tests, bitorder="little").astype(np.int8)
    answers: Answers = UNKNOWN + each[:, 0::2] - each[:, 1::2]  # an unknown test has neither bit
    return answers


class TestColumn(Column):
    """The tests on one subject, without their negations. All are added before the first batch."""

    __test__ = False

    def __init__(self, subject: Operand, operands: Operands, today: date) -> None:
        self.subject = subject
        self._operands = operands
        self._today = today
        self._tests: list[FixedTest] = []
        self._classes = Classes()

    def add(self, test: Test, fixed: list[Fixed]) -> int:
        """Add a new test and its fixed values; return its position."""
        position = len(self._tests)
        self._tests.append(FixedTest(test, fixed, yes=1 << 2 * position))
        return position

    @property
    def answers(self) -> Answers:
        return self._classes.answers

    def _classes_by_reference(self, values: Iterable[Value | None]) -> Ints:
        """Return the class of each value, by the reference's answers."""
        bits = [reference_bits(self._tests, value, self._today) for value in values]
        return self._classes.of(answers_of(bits, len(self._tests)))


class QuantityColumn(TestColumn):
    """Numbers and dates, by their position among the thresholds of all tests. Ranges are tested one by one."""

    def __init__(self, subject: Operand, operands: Operands, today: date) -> None:
        super().__init__(subject, operands, today)
        self._range_classes = PerEntry(self._classes_of_ranges)

    def code(self, batch: BatchState) -> Ints:
        subject = self._operands.value(self.subject, batch)
        assert isinstance(subject, Quantities)
        positions = self._positions(subject.cell_numbers)
        codes = take(self._class_at, positions)
        cells = first_rows(np.where(codes < 0, positions, -1), 0)
        if len(cells):
            self._class_at[positions[cells]] = self._classes.of(self._answers_to(subject.cell_numbers[cells]))
            codes = take(self._class_at, positions)
        if subject.cell_ranges is not None:
            codes = np.where(subject.cell_ranges.is_known, self._range_classes(subject.cell_ranges), codes)
        return subject.by_row(codes)

    @property
    def expected(self) -> int:
        return 2 * len(self._thresholds) + 2

    def _classes_of_ranges(self, ranges: Entries, start: int) -> Ints:
        return self._classes_by_reference(ranges.values[start:])

    @cached_property
    def _limits(self) -> list[tuple[list[Interval], list[float]]]:
        return [limits(one.test, one.fixed, self._today) for one in self._tests]

    @cached_property
    def _thresholds(self) -> Floats:
        return np.array(thresholds(self._limits))

    @cached_property
    def _class_at(self) -> Ints:
        """The class at each position, -1 if no number had this position yet.

        The positions are: below all thresholds, then for each one equal to it and above it; the last is for NaN.
        """
        classes = np.full(2 * len(self._thresholds) + 2, -1, np.int64)
        classes[-1] = self._classes_by_reference([None])[0]
        return classes

    def _positions(self, numbers: Floats) -> Ints:
        if not len(self._thresholds):
            return np.isnan(numbers).astype(np.int64)
        below = np.searchsorted(self._thresholds, numbers)
        positions: Ints = 2 * below + (take(self._thresholds, below) == numbers)
        positions[np.isnan(numbers)] = len(self._class_at) - 1
        return positions

    def _answers_to(self, numbers: Floats) -> Answers:
        """Return the answers about some numbers, by number and test."""
        answers = np.empty((len(numbers), len(self._tests)), np.int8)
        for position, (intervals, listed) in enumerate(self._limits):
            found = np.isin(numbers, listed)
            for interval in intervals:
                above = numbers >= interval.low if interval.low_included else numbers > interval.low
                below = numbers <= interval.high if interval.high_included else numbers < interval.high
                found |= above & below
            answers[:, position] = np.where(found, YES, NO)
        return answers


class TextColumn(TestColumn):
    """Texts, lists, flags and grades. Each distinct value is searched once for all tests together."""

    def __init__(self, subject: Operand, operands: Operands, today: date) -> None:
        super().__init__(subject, operands, today)
        self._entry_classes = PerEntry(self._classes_of)

    @cached_property
    def _one_by_one(self) -> TextBits:
        return TextBits(self._tests, self._today)

    @cached_property
    def _search(self) -> ArraySearch:
        return ArraySearch(self._tests)

    def code(self, batch: BatchState) -> Ints:
        subject = self._operands.value(self.subject, batch)
        assert isinstance(subject, Coded)
        return self._entry_classes(subject)

    @property
    def expected(self) -> int:
        return 2 + sum(len(one.items) if isinstance(one, Values) else 1 for test in self._tests for one in test.fixed)

    def _classes_of(self, entries: Entries, start: int) -> Ints:
        texts = entries.texts(start) if self._search.is_broad else None
        if texts is None:
            return self._classes.of(self._answers_to(entries.values[start:]))
        is_known = texts.is_valid().to_numpy(zero_copy_only=False)
        answers = np.empty((len(texts), len(self._tests)), np.int8)
        answers[~is_known] = self._answers_to([None])
        answers[is_known] = np.where(self._search.of(texts.drop_null()), YES, NO).T
        return self._classes.of(answers)

    def _answers_to(self, values: Iterable[Value | None]) -> Answers:
        """Return the answers about some values, tested one by one."""
        return answers_of([self._one_by_one(value) for value in values], len(self._tests))


class ComparisonColumn(Column):
    """A test that compares fields, or is always unknown, answered once per combination of values that occurs."""

    answers: Answers = np.array([[NO], [UNKNOWN], [YES]], np.int8)  # the class is the answer
    expected = 3

    def __init__(self, test: Test, compared: Sequence[Operand], operands: Operands) -> None:
        self._test = test
        self._compared = compared
        self._operands = operands

    def code(self, batch: BatchState) -> Ints:
        values = [self._operands.value(operand, batch) for operand in self._compared]
        codes = np.full(batch.rows, UNKNOWN, np.int64)
        left = np.arange(batch.rows)
        if len(self._test.values) == 1 and len(values) == 2 and all(isinstance(each, Quantities) for each in values):
            left = self._compare(codes, *values)  # type: ignore[arg-type]  # both are Quantities
        if len(left):
            numbers = _combinations(values, left)
            answers = [self._reference_answer(int(left[row]), batch) for row in first_rows(numbers, 0)]
            codes[left] = np.array(answers)[numbers]
        return codes

    def _compare(self, codes: Ints, subject: Quantities, other: Quantities) -> Ints:
        """Set the answers for numbers, by the sign of their difference; return the rows with a range."""
        by_sign = [tested(self._test, sign, [0.0], self._operands.today) for sign in (-1.0, 0.0, 1.0)]
        difference = subject.numbers - other.numbers
        plain = np.flatnonzero(~np.isnan(difference))
        signs = np.sign(difference[plain]).astype(np.int64)
        codes[plain] = take(np.array([NUMBER_OF_ANSWER[one] for one in by_sign]), signs + 1)
        has_range = np.zeros(len(codes), np.bool_)
        for one in (subject, other):
            if one.ranges is not None:
                has_range |= one.ranges.is_known
        return np.flatnonzero(has_range & subject.is_known & other.is_known)

    def _reference_answer(self, row: int, batch: BatchState) -> int:
        return NUMBER_OF_ANSWER[answer(self._test, self._operands.contact(row, batch))]


def _combinations(values: Sequence[ColumnValues], rows: Ints) -> Ints:
    """Return the number of each row's combination of values; the numbers are 0, 1, 2, ... without gaps."""
    numbers = np.zeros(len(rows), np.int64)
    for each in values:
        parts = [each.codes] if isinstance(each, Coded) else [np.unique(each.numbers, return_inverse=True)[1]]
        if isinstance(each, Quantities) and each.ranges is not None:
            parts.append(each.ranges.codes)
        for part in parts:
            numbers = numbers * (int(part.max(initial=0)) + 1) + part[rows]
            numbers = np.unique(numbers, return_inverse=True)[1]
    return numbers
