"""The values of operands by row: fields, computed fields, scores, functions and arithmetic."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import assert_never

import numpy as np

from qualify.language.kinds import Kind, Value
from qualify.language.predicates import as_number
from qualify.model.expressions import (
    Arithmetic,
    Call,
    Constant,
    DefinedValue,
    FieldValue,
    Operand,
    Selection,
    Today,
)
from qualify.model.rules import Model
from qualify.record.evaluation import Evaluation
from qualify.targets.batch.classes.batch_state import BatchState
from qualify.targets.batch.classes.function_columns import SELECTED, FunctionColumns, Selected
from qualify.targets.batch.numbering import Floats
from qualify.targets.batch.values.column_values import Coded, ColumnValues, Entries, Quantities, is_quantity

OPERATIONS: Mapping[str, Callable[[Floats, Floats], Floats]] = {
    "+": np.add,
    "-": np.subtract,
    "*": np.multiply,
    "/": np.divide,
}


class Operands:
    """Evaluates operands on whole batches, with a cache for each function."""

    def __init__(self, model: Model, today: date) -> None:
        self.model = model
        self.today = today
        self._calls: dict[Call, FunctionColumns] = {}
        self._selections: dict[Selection, Selected] = {}

    def value(self, operand: Operand, batch: BatchState) -> ColumnValues:
        """Return the values of an operand by row."""
        match operand:
            case FieldValue(name):
                return batch.fields[name].values
            case DefinedValue(name):
                return batch.value(name)
            case Constant(fixed, kind=kind):
                return _constant(fixed, kind, batch.rows)
            case Today(kind=kind):
                return _constant(self.today, kind, batch.rows)
            case Arithmetic(operator, left, right):
                return _arithmetic(operator, self.value(left, batch), self.value(right, batch))
            case Call(function, argument):
                if operand not in self._calls:
                    self._calls[operand] = FunctionColumns(function, self.today)
                return self._calls[operand](self.value(argument, batch))
            case Selection(selector, choices):
                if operand not in self._selections:
                    self._selections[operand] = SELECTED[selector]()
                return self._selections[operand]([self.value(choice, batch) for choice in choices])
        assert_never(operand)

    def contact(self, row: int, batch: BatchState) -> Evaluation:
        """Return the contact of a row for the reference, without the answers of its criteria."""
        fields = {name: column.values.at(row) for name, column in batch.fields.items()}
        contact = Evaluation(self.model, self.today, fields)
        for name, known in batch.values.items():
            if isinstance(known, (Coded, Quantities)):  # not answers of criteria, which no operand uses
                contact.values[name] = known.at(row)
        return contact


def _constant(value: Value, kind: Kind, rows: int) -> ColumnValues:
    if not is_quantity(kind):
        entries = Entries()
        return Coded(np.full(rows, entries.number(value)), entries)
    number = as_number(value)
    assert isinstance(number, float)
    return Quantities(np.full(rows, number), None, kind)


def _arithmetic(operator: str, left: ColumnValues, right: ColumnValues) -> Quantities:
    """Return the results; ranges count as unknown in arithmetic."""
    assert isinstance(left, Quantities) and isinstance(right, Quantities)
    with np.errstate(all="ignore"):
        numbers = OPERATIONS[operator](left.numbers, right.numbers)
    return Quantities(np.where(np.isfinite(numbers), numbers, np.nan))
