"""Reading the column of a field, once per distinct cell.

`cells.read` defines the value of a cell; this module only calls it rarely, with a bounded cache. Cells that are all
digits, and columns that already have a type, are converted as whole arrays.
"""

from __future__ import annotations

import math
from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from qualify.language.cells import read
from qualify.language.fields import Field
from qualify.language.kinds import Kind, Range, Unreadable, Value
from qualify.targets.batch.numbering import Floats, Ints, take
from qualify.targets.batch.values.column_values import (
    BatchEntries,
    Coded,
    ColumnValues,
    Entries,
    Quantities,
    is_quantity,
    quantity,
)
from qualify.targets.batch.values.distinct import Distinct, distinct_cells, plain_texts
from qualify.targets.batch.values.plain_texts import plain_integers, read_texts

MOST_CACHED = 100_000  # distinct cells of one column; a cache that grows larger is replaced
MOST_BYTES = 16 << 20  # of those cells
LONG = 256  # bytes: new texts that are longer on average are rarely repeated
FEW = 4_096  # so many distinct texts are always cached
NONE = Entries()
EPOCH = date(1970, 1, 1).toordinal()
_PLAIN = {  # the Arrow types whose cells are values of the field
    Kind.NUMBER: (pa.types.is_integer, pa.types.is_floating),
    Kind.MONEY: (pa.types.is_integer, pa.types.is_floating),
    Kind.DATE: (pa.types.is_date, pa.types.is_timestamp),
}


@dataclass(frozen=True, slots=True, eq=False)
class FieldColumn:
    """A field of a batch: its values, and by row the text of an unreadable cell (number 0 for none).

    `cells` has the original texts, if they were dictionary-encoded.
    """

    values: ColumnValues
    unreadable: Coded
    cells: pa.DictionaryArray | None


class CellCache:
    """The values that `read` returned, by the number of the distinct cell."""

    def __init__(self) -> None:
        self.entries = Entries()  # the values; for quantities, only ranges
        self.texts = Entries()  # of unreadable cells
        self.entry = np.empty(0, np.int64)
        self.unreadable = np.empty(0, np.int64)
        self.quantity = np.empty(0)
        self._cells = pa.array([], pa.string())
        self._numbers: dict[Hashable, int] = {}
        self._bytes = 0  # of the keys in `_numbers` that are texts

    def __len__(self) -> int:
        return len(self.entry)

    @property
    def is_full(self) -> bool:
        return len(self) > MOST_CACHED or self._cells.nbytes + self._bytes > MOST_BYTES

    def find(self, distinct: Distinct) -> Ints:
        """Return the number of each cell; new cells get the next numbers in order."""
        if distinct.texts is None:
            known = self._numbers
            self._bytes += sum(len(key) for key in distinct.keys if isinstance(key, str) and key not in known)
            return np.fromiter((known.setdefault(key, len(known)) for key in distinct.keys), np.int64, len(distinct))
        found = pc.index_in(distinct.texts, value_set=self._cells)
        numbers: Ints = found.fill_null(-1).to_numpy().astype(np.int64)
        new = np.flatnonzero(numbers < 0)
        numbers[new] = np.arange(len(self._cells), len(self._cells) + len(new))
        self._cells = pa.concat_arrays([self._cells, distinct.texts.take(pa.array(new))])
        return numbers

    def add_texts(self, values: pa.StringArray) -> None:
        """Add the values of new cells of a text field; all are readable."""
        self.unreadable = np.append(self.unreadable, np.zeros(len(values), np.int64))
        self.entry = np.append(self.entry, self.entries.extend(values))

    def add(self, values: Sequence[Value | Unreadable | None], is_quantity: bool) -> None:
        """Add the values of new cells."""
        texts = [value.text if isinstance(value, Unreadable) else None for value in values]
        known = [None if isinstance(value, Unreadable) else value for value in values]
        self.unreadable = np.append(self.unreadable, [self.texts.number(text) for text in texts]).astype(np.int64)
        if is_quantity:
            plain = [math.nan if isinstance(value, Range) else quantity(value) for value in known]
            self.quantity = np.append(self.quantity, plain)
            known = [value if isinstance(value, Range) else None for value in known]
        self.entry = np.append(self.entry, [self.entries.number(value) for value in known]).astype(np.int64)


class FieldReader:
    """Reads the columns of one field, batch by batch."""

    def __init__(self, field: Field) -> None:
        self._field = field
        self._kind = field.kind or Kind.TEXT
        self._cache = CellCache()
        self._type: pa.DataType | None = None
        self._skips_cache = False
        # If a number or date may be a synonym or mean a missing value, each cell has to be read.
        special = (*field.synonyms, *field.missing)
        self._takes_plain = not any(character.isdigit() for text in special for character in text)

    def read(self, array: pa.Array) -> FieldColumn:
        """Return the values of a column."""
        array = plain_texts(array)
        if array.type != self._type or self._cache.is_full:
            self._cache, self._type = CellCache(), array.type
        if self._takes_plain and any(is_type(array.type) for is_type in _PLAIN.get(self._kind, ())):
            numbers = _plain_quantities(array, self._field)
            if numbers is not None:
                return self._column(Quantities(numbers, None, self._kind), len(array))
        if self._skips_cache and pa.types.is_string(array.type):
            return self._uncached(array)
        distinct = distinct_cells(array)
        if is_quantity(self._kind):
            return self._quantities(distinct)
        known = len(self._cache)
        cells = self._numbers(distinct)
        # If most cells are new, encoding the next batch would only cost time and, for long cells, memory.
        new = len(self._cache) - known
        few = 0 if distinct.texts is not None and distinct.texts.nbytes > LONG * len(distinct) else FEW
        self._skips_cache = self._kind is Kind.TEXT and new > max(len(array) // 2, few)
        codes = Coded(take(self._cache.entry[cells], distinct.codes), self._cache.entries)
        return self._column(codes, len(array), self._cache.unreadable[cells], distinct)

    def absent(self, rows: int) -> FieldColumn:
        """Return the values of a field without a column: those of missing cells."""
        return self.read(pa.nulls(rows, pa.string()))

    def _quantities(self, distinct: Distinct) -> FieldColumn:
        numbers = np.full(len(distinct), np.nan)
        entry = np.zeros(len(distinct), np.int64)
        unreadable = np.zeros(len(distinct), np.int64)
        others = np.arange(len(distinct))
        if distinct.texts is not None and self._takes_plain and self._kind is not Kind.DATE:
            numbers, is_plain = plain_integers(distinct.texts)
            others = np.flatnonzero(~is_plain)
        cells = self._numbers(distinct.some(others))
        numbers[others] = self._cache.quantity[cells]
        entry[others] = self._cache.entry[cells]
        unreadable[others] = self._cache.unreadable[cells]
        ranges = Coded(entry, self._cache.entries) if len(self._cache.entries) > 1 else None
        values = Quantities(numbers, ranges, self._kind, distinct.codes)
        return self._column(values, len(distinct.codes), unreadable, distinct)

    def _uncached(self, cells: pa.StringArray) -> FieldColumn:
        values = read_texts(cells, self._field)
        codes = np.where(values.is_valid().to_numpy(zero_copy_only=False), np.arange(1, len(values) + 1), 0)
        return self._column(Coded(codes, BatchEntries(values)), len(cells))

    def _column(
        self, values: ColumnValues, rows: int, unreadable: Ints | None = None, distinct: Distinct | None = None
    ) -> FieldColumn:
        cells = None if distinct is None else distinct.coded
        if unreadable is None or distinct is None or not unreadable.any():
            return FieldColumn(values, Coded(np.zeros(rows, np.int64), NONE), cells)
        return FieldColumn(values, Coded(take(unreadable, distinct.codes), self._cache.texts), cells)

    def _numbers(self, distinct: Distinct) -> Ints:
        """Return the number of each distinct cell in the cache, after reading the new ones."""
        numbers = self._cache.find(distinct)
        new = np.flatnonzero(numbers >= len(self._cache))
        if len(new):
            cells = distinct.some(new)
            if self._kind is Kind.TEXT and cells.texts is not None:
                self._cache.add_texts(read_texts(cells.texts, self._field))
            else:
                self._cache.add([read(cell, self._field) for cell in cells.cells], is_quantity(self._kind))
        return numbers


def _plain_quantities(array: pa.Array, field: Field) -> Floats | None:
    """Return the quantities of a typed column; None if some cells have to be read one by one."""
    if isinstance(field.blank, Range):
        return None
    if field.kind is Kind.DATE:
        # The date of a moment is the one in its own time zone.
        if pa.types.is_timestamp(array.type) and array.type.tz is not None:
            array = pc.local_timestamp(array)
        days = array.cast(pa.date32(), safe=False).cast(pa.int32())
        numbers: Floats = days.cast(pa.float64()).fill_null(math.nan).to_numpy(zero_copy_only=False) + EPOCH
        outside = (numbers < 1) | (numbers > date.max.toordinal())
    else:
        numbers = array.cast(pa.float64(), safe=False).fill_null(math.nan).to_numpy(zero_copy_only=False)
        outside = np.isinf(numbers)
    if outside.any():
        return None
    if field.blank is None:
        return numbers
    return np.where(np.isnan(numbers), quantity(field.blank), numbers)
