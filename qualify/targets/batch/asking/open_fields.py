"""The open fields of tests that use several fields."""

from __future__ import annotations

import numpy as np

from qualify.model.expressions import Test
from qualify.model.walk import fields_and_choices, operands_of
from qualify.record.ask import position_bits
from qualify.record.evaluation import to_ask
from qualify.targets.batch.classes.batch_state import BatchState, Column
from qualify.targets.batch.classes.operand_columns import Operands
from qualify.targets.batch.numbering import UNKNOWN, Answers, Combining, Ints, Numbering, first_rows, take
from qualify.targets.batch.values.column_values import ColumnValues, Quantities


class OpenColumn(Column):
    """The open fields of a test that uses several fields, for rows with an unknown answer.

    The class is 0 if the answer is known; the others are patterns of which operands are known, ranges or unknown.
    `asked` has the fields to ask by class, as bits; the reference finds them for the first row of each.
    """

    answers: Answers = np.empty((0, 0), np.int8)
    expected = 0

    def __init__(self, test: Test, column: Column, position: int, operands: Operands) -> None:
        """`column` has the answers of the test at `position`."""
        self.asked: list[int] = [0]
        self._test = test
        self._column, self._position = column, position
        self._operands = operands
        model = operands.model
        self._parts = list(dict.fromkeys(part for one in operands_of(test) for part in fields_and_choices(one, model)))
        self._combining = Combining([3] * len(self._parts))
        self._numbering = Numbering()
        self._bits = position_bits(model)

    @property
    def count(self) -> int:
        return len(self.asked)

    def code(self, batch: BatchState) -> Ints:
        classes = batch.codes(self._column)  # first, as it may add classes
        unknown = np.flatnonzero(take(self._column.answers[:, self._position], classes) == UNKNOWN)
        values = [self._operands.value(part, batch) for part in self._parts]
        keys = self._combining.keys([_openness(each) for each in values])
        codes = np.zeros(batch.rows, np.int64)
        codes[unknown] = self._numbering.of(keys[unknown]) + 1
        for row in first_rows(codes, len(self.asked)):
            contact = self._operands.contact(int(row), batch)
            self.asked.append(sum(self._bits[name] for name in to_ask(self._test, contact)))
        return codes


def _openness(values: ColumnValues) -> Ints:
    """Return 0 for a known value, 1 for a range, 2 for an unknown value."""
    openness = np.where(values.is_known, 0, 2)
    if isinstance(values, Quantities) and values.ranges is not None:
        openness[values.ranges.is_known] = 1
    return openness
