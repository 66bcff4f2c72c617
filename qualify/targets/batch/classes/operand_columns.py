"""The values of operands, a row each: fields, computed fields, scores, functions, arithmetic."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import assert_never

import numpy as np

from qualify.language.kinds import Kind, Value
from qualify.language.predicates import real
from qualify.model.expressions import (
    Arithmetic,
    Call,
    ComputedValue,
    Constant,
    FieldValue,
    GradeValue,
    Operand,
    ScoreValue,
    Selection,
    Today,
)
from qualify.model.rules import Computed, Model
from qualify.record import evaluation
from qualify.record.evaluation import Evaluation
from qualify.targets.batch.classes.batch_state import Settled
from qualify.targets.batch.classes.function_columns import SELECTED, FunctionColumns, Selected
from qualify.targets.batch.numbering import Floats
from qualify.targets.batch.values.column_values import Coded, ColumnValues, Entries, Quantities

OPERATIONS: Mapping[str, Callable[[Floats, Floats], Floats]] = {
    "+": np.add,
    "-": np.subtract,
    "*": np.multiply,
    "/": np.divide,
}


class Operands:
    """Evaluates operands on whole batches; remembers what functions gave for the values met before."""

    def __init__(self, model: Model, today: date) -> None:
        self.model = model
        self.today = today
        self._calls: dict[Call, FunctionColumns] = {}
        self._selections: dict[Selection, Selected] = {}

    def value(self, operand: Operand, batch: Settled) -> ColumnValues:
        """Return the values of an operand, a row each."""
        match operand:
            case FieldValue(name):
                return batch.fields[name].values
            case ComputedValue(name):
                return batch.computed[name]
            case ScoreValue(name):
                return Quantities(batch.scores[name].astype(np.float64))
            case GradeValue(name):
                return batch.grades[name]
            case Constant(fixed):
                return _constant(fixed, batch.rows)
            case Today():
                return _constant(self.today, batch.rows)
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

    def contact(self, row: int, batch: Settled) -> Evaluation:
        """Return the contact of a row as the reference has it, with its values, scores and grades."""
        values = {name: column.values.at(row) for name, column in batch.fields.items()}
        contact = Evaluation(self.model, self.today, values)
        contact.scores = {name: int(points[row]) for name, points in batch.scores.items()}
        contact.grades = {name: str(grade.at(row)) for name, grade in batch.grades.items()}
        for definition in self.model.order:
            if isinstance(definition, Computed) and definition.name in batch.computed:
                contact.computed[definition.name] = evaluation.value(definition.expression, contact)
        return contact


def _constant(value: Value, rows: int) -> ColumnValues:
    if isinstance(value, (str, bool, tuple)):
        entries = Entries()
        return Coded(np.full(rows, entries.number(value)), entries)
    number = real(value)
    assert isinstance(number, float)
    return Quantities(np.full(rows, number), None, Kind.DATE if isinstance(value, date) else Kind.NUMBER)


def _arithmetic(operator: str, left: ColumnValues, right: ColumnValues) -> Quantities:
    """Ranges are not a number here, as the language says: in arithmetic they count as unknown."""
    assert isinstance(left, Quantities) and isinstance(right, Quantities)
    with np.errstate(all="ignore"):
        numbers = OPERATIONS[operator](left.numbers, right.numbers)
    return Quantities(np.where(np.isfinite(numbers), numbers, np.nan))
