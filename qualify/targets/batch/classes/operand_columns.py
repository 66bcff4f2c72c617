"""The values of operands, a row each: fields, computed fields, scores, functions, arithmetic."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import assert_never

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from qualify.language.functions import FUNCTIONS
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
    Today,
)
from qualify.model.rules import Computed, Model
from qualify.record import evaluation
from qualify.record.evaluation import Evaluation
from qualify.targets.batch.classes.batch_state import Settled
from qualify.targets.batch.numbering import Floats, Ints, take
from qualify.targets.batch.values.column_values import Coded, ColumnValues, Entries, PerEntry, Quantities
from qualify.targets.batch.values.field_columns import EPOCH
from qualify.targets.batch.values.plain_texts import domains, lengths

OPERATIONS: Mapping[str, Callable[[Floats, Floats], Floats]] = {
    "+": np.add,
    "-": np.subtract,
    "*": np.multiply,
    "/": np.divide,
}


class Operands:
    """Evaluates operands on whole batches; remembers what functions gave for the texts met before."""

    def __init__(self, model: Model, today: date) -> None:
        self.model = model
        self.today = today
        self._lengths: dict[Operand, PerEntry[np.float64]] = {}
        self._texts: dict[Operand, tuple[PerEntry[np.int64], Entries]] = {}
        self._merged: dict[Operand, tuple[list[PerEntry[np.int64]], Entries]] = {}

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
            case Call("first_known_of", arguments):
                return self._first_known(operand, [self.value(argument, batch) for argument in arguments])
            case Call(function, (argument,)):
                return self._applied(function, operand, self.value(argument, batch))
            case Call():
                raise AssertionError(f"{operand.function} takes one argument")
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

    def _applied(self, function: str, call: Operand, subject: ColumnValues) -> ColumnValues:
        if isinstance(subject, Quantities):
            return Quantities(_of_days(function, subject.cell_numbers, self.today), codes=subject.codes)
        apply = FUNCTIONS[function].apply
        assert apply is not None

        def each(entries: Entries, start: int) -> list[Value | None]:
            return [None if value is None else apply(value, self.today) for value in entries.values[start:]]

        if function == "domain_of":
            numbers, entries = self._texts.setdefault(call, _domains())
            return Coded(numbers(subject), entries)
        of = _lengths if function == "length_of" else lambda entries, start: np.array(each(entries, start), np.float64)
        return Quantities(self._lengths.setdefault(call, PerEntry(of)).table(subject.entries), codes=subject.codes)

    def _first_known(self, call: Operand, columns: list[ColumnValues]) -> ColumnValues:
        first, *others = columns
        if isinstance(first, Quantities):
            for other in others:
                assert isinstance(other, Quantities)
                first = _else(first, other)
            return first
        if call not in self._merged:
            entries = Entries()
            self._merged[call] = [_into(entries) for _ in columns], entries
        tables, entries = self._merged[call]
        codes = np.zeros(len(first.codes), np.int64)
        for column, table in zip(columns, tables, strict=True):
            assert isinstance(column, Coded)
            codes = np.where(codes == 0, table(column), codes)
        return Coded(codes, entries)


def _into(entries: Entries) -> PerEntry[np.int64]:
    """Return what gives the number in `entries` of the values of other entries."""

    def numbers(source: Entries, start: int) -> Ints:
        new = source.values[start:]
        return np.fromiter((entries.number(value) for value in new), np.int64, len(new))

    return PerEntry(numbers)


def _domains() -> tuple[PerEntry[np.int64], Entries]:
    """Return what gives the numbers of the domains of texts, and the domains by number."""
    entries = Entries()
    known = pa.array([None], pa.string())  # the domains as `entries` has them

    def numbers(source: Entries, start: int) -> Ints:
        nonlocal known
        texts = source.texts(start)
        assert texts is not None
        places, found = domains(texts)
        new = pc.unique(found.filter(pc.invert(pc.is_in(found, value_set=known))))
        entries.extend(new)
        known = pa.concat_arrays([known, new])
        return take(pc.index_in(found, value_set=known).to_numpy().astype(np.int64), places)

    return PerEntry(numbers), entries


def _lengths(source: Entries, start: int) -> Floats:
    texts = source.texts(start)
    assert texts is not None
    return lengths(texts)


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


def _of_days(function: str, days: Floats, today: date) -> Floats:
    match function:
        case "days_since":
            return today.toordinal() - days
        case "days_until":
            return days - today.toordinal()
        case "year_of":
            is_known = ~np.isnan(days)
            since_epoch = np.where(is_known, days, EPOCH).astype(np.int64) - EPOCH
            years = since_epoch.astype("datetime64[D]").astype("datetime64[Y]").astype(np.int64) + 1970
            return np.where(is_known, years, np.nan)
    raise AssertionError(f"{function} is not about dates")


def _else(first: Quantities, other: Quantities) -> Quantities:
    """Return the first where it is known, else the other."""
    is_known = first.is_known
    numbers = np.where(is_known, first.numbers, other.numbers)
    if first.ranges is None and other.ranges is None:
        return Quantities(numbers, None, first.kind)
    entries = Entries()  # of few ranges: a new numbering costs less than one that is kept
    codes = np.zeros(len(numbers), np.int64)
    for quantities, rows in ((first, is_known), (other, ~is_known)):
        if quantities.ranges is not None:
            mine = quantities.ranges
            numbers_of = np.array([entries.number(value) for value in mine.entries.values])
            codes = np.where(rows, take(numbers_of, mine.codes), codes)
    return Quantities(numbers, Coded(codes, entries), first.kind)
