"""Cells to values: a column of a file or a frame, read once for each distinct cell.

Whatever a cell may look like, `cells.read` says what it means; here is only how to ask it rarely. What it said of a
cell is remembered up to a bound. Numbers that are plainly numbers, and columns that are typed already, are taken in
whole arrays.
"""

from __future__ import annotations

import math
from collections.abc import Hashable, Sequence
from dataclasses import dataclass, field
from datetime import date

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from qualify.cells import read
from qualify.schema import Field, Kind, Range, Unreadable, Value
from qualify.targets.batch.distinct import Distinct, distinct_cells
from qualify.targets.batch.numbering import Floats, Ints, take
from qualify.targets.batch.texts import plain_integers, read_texts
from qualify.targets.batch.values import Coded, Entries, PassingEntries, Quantities, Values, in_range

MOST_REMEMBERED = 200_000  # distinct cells of one column; beyond, the column's memory starts anew
FEW = 4_096  # distinct texts are always remembered
EPOCH = date(1970, 1, 1).toordinal()
_PLAIN = {  # the types whose cells are the field's values as they stand
    Kind.NUMBER: (pa.types.is_integer, pa.types.is_floating),
    Kind.MONEY: (pa.types.is_integer, pa.types.is_floating),
    Kind.DATE: (pa.types.is_date, pa.types.is_timestamp),
}


@dataclass(frozen=True, slots=True, eq=False)
class FieldColumn:
    """A field of a batch: its values, and by row the text of what could not be read (0 where all is well)."""

    values: Values
    unreadable: Coded


@dataclass(slots=True)
class _Memory:
    """What `read` said of each distinct cell, by the cell's number."""

    number: dict[Hashable, int] = field(default_factory=dict)
    entry: list[int] = field(default_factory=list)  # among `entries`, or among `ranges` of a quantity
    quantity: list[float] = field(default_factory=list)
    unreadable: list[int] = field(default_factory=list)  # among `texts`
    entries: Entries = field(default_factory=Entries)
    texts: Entries = field(default_factory=Entries)


class FieldReader:
    """Reads the column of one field, batch after batch."""

    def __init__(self, its_field: Field) -> None:
        self._field = its_field
        self._is_quantity = in_range(its_field.kind)
        self._memory = _Memory()
        self._type: pa.DataType | None = None
        # Where a number or date can stand for another value or for a missing one, each has to be looked at.
        special = (*its_field.synonyms, *its_field.missing)
        self._takes_plain = not any(character.isdigit() for text in special for character in text)

    def read(self, array: pa.Array) -> FieldColumn:
        """Return the values of a column."""
        if array.type != self._type or len(self._memory.number) > MOST_REMEMBERED:
            self._memory, self._type = _Memory(), array.type
        if self._takes_plain and any(is_type(array.type) for is_type in _PLAIN.get(self._field.kind, ())):  # type: ignore
            numbers = _plain_quantities(array, self._field)
            if numbers is not None:
                return self._column(Quantities(numbers, None, self._kind), None)
        distinct = distinct_cells(array)
        if self._is_quantity:
            return self._quantities(distinct)
        if (
            len(distinct.cells) > max(len(array) // 2, FEW)
            and self._field.kind is Kind.TEXT
            and distinct.texts is not None
        ):
            return self._passing(distinct)
        cells = self._numbers(distinct)
        memory = self._memory
        entry = take(np.array(memory.entry)[cells], distinct.codes)
        unreadable = take(np.array(memory.unreadable)[cells], distinct.codes) if len(memory.texts) > 1 else None
        return self._column(Coded(entry, memory.entries), unreadable)

    def _quantities(self, distinct: Distinct) -> FieldColumn:
        memory = self._memory
        numbers = np.full(len(distinct), np.nan)
        entry = np.zeros(len(distinct), np.int64)
        unreadable = np.zeros(len(distinct), np.int64)
        if distinct.texts is not None and self._takes_plain:
            numbers, is_plain = plain_integers(distinct.texts)
            others = np.flatnonzero(~is_plain)
        else:
            others = np.arange(len(distinct))
        cells = self._numbers(distinct.some(others))
        numbers[others] = np.array(memory.quantity)[cells]
        entry[others] = np.array(memory.entry)[cells]
        unreadable[others] = np.array(memory.unreadable)[cells]
        ranges = Coded(take(entry, distinct.codes), memory.entries) if len(memory.entries) > 1 else None
        return self._column(
            Quantities(take(numbers, distinct.codes), ranges, self._kind),
            take(unreadable, distinct.codes) if len(memory.texts) > 1 else None,
        )

    def _passing(self, distinct: Distinct) -> FieldColumn:
        assert distinct.texts is not None
        values = read_texts(distinct.texts, self._field)
        numbers = np.where(values.is_valid().to_numpy(zero_copy_only=False), np.arange(1, len(values) + 1), 0)
        return self._column(Coded(take(numbers, distinct.codes), PassingEntries(values)), None)

    def absent(self, rows: int) -> FieldColumn:
        """Return the values of a field without a column: as of missing cells."""
        return self.read(pa.nulls(rows, pa.string()))

    @property
    def _kind(self) -> Kind:
        return self._field.kind or Kind.TEXT

    def _column(self, values: Values, unreadable: Ints | None) -> FieldColumn:
        rows = len(values.codes) if isinstance(values, Coded) else len(values.numbers)
        codes = np.zeros(rows, np.int64) if unreadable is None else unreadable
        return FieldColumn(values, Coded(codes, self._memory.texts))

    def _numbers(self, distinct: Distinct) -> Ints:
        """Return the number of each distinct cell in memory, after reading those not met before."""
        known = self._memory.number
        for key, cell in zip(distinct.keys, distinct.cells, strict=True):
            if key not in known:
                known[key] = len(known)
                self._remember(read(cell, self._field))
        return np.fromiter((known[key] for key in distinct.keys), np.int64, len(distinct.keys))

    def _remember(self, value: Value | Unreadable | None) -> None:
        memory = self._memory
        text = value.text if isinstance(value, Unreadable) else None
        known = None if isinstance(value, Unreadable) else value
        is_plain = self._is_quantity and not isinstance(known, Range)
        memory.unreadable.append(memory.texts.number(text))
        memory.entry.append(memory.entries.number(None if is_plain else known))
        memory.quantity.append(_quantity(known) if is_plain else math.nan)


def _quantity(value: Value | None) -> float:
    if isinstance(value, date):
        return float(value.toordinal())
    assert value is None or isinstance(value, (int, float))
    return math.nan if value is None else float(value)


def _plain_quantities(array: pa.Array, its_field: Field) -> Floats | None:
    """Return the quantities of a typed column; None where it has some that have to be looked at one by one."""
    if isinstance(its_field.blank, Range):
        return None
    if its_field.kind is Kind.DATE:
        # Of a moment the date as written counts, in its own time zone.
        if pa.types.is_timestamp(array.type) and array.type.tz is not None:
            array = pc.local_timestamp(array)
        days = array.cast(pa.date32(), safe=False).cast(pa.int32())
        numbers = days.cast(pa.float64()).fill_null(math.nan).to_numpy(zero_copy_only=False) + EPOCH
        outside = (numbers < 1) | (numbers > date.max.toordinal())
    else:
        numbers = array.cast(pa.float64(), safe=False).fill_null(math.nan).to_numpy(zero_copy_only=False)
        outside = np.isinf(numbers)
    if outside.any():
        return None
    if its_field.blank is None:
        return numbers
    return np.where(np.isnan(numbers), _quantity(its_field.blank), numbers)


def commonest(texts: Sequence[str], counts: Ints, most: int) -> list[tuple[str, int]]:
    """Return the texts with the highest counts, the most frequent first."""
    order = np.argsort(-counts, kind="stable")[:most]
    return [(texts[place], int(counts[place])) for place in order if counts[place]]
