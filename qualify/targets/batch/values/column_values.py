"""The two forms of a column of values.

`Coded` is for types with few distinct values: texts, lists, flags and grades. A row has the number of its value in
`Entries`, which are kept from batch to batch, so that results for an entry are computed once. `Quantities` is for
numbers, money, dates (as ordinals) and scores: one float per row, NaN if it is unknown; ranges are coded.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Generic, TypeAlias

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from qualify.language.kinds import Kind, Value
from qualify.targets.batch.numbering import Floats, Ints, Item, Mask, take
from qualify.targets.limits import QUANTITIES


class Entries:
    """Distinct values by number; number 0 is unknown."""

    def __init__(self) -> None:
        self.values: list[Value | None] = [None]
        self._numbers: dict[Hashable, int] = {(type(None), None): 0}

    def __len__(self) -> int:
        return len(self.values)

    def number(self, value: Value | None) -> int:
        key = (type(value), value)
        number = self._numbers.setdefault(key, len(self.values))
        if number == len(self.values):
            self.values.append(value)
        return number

    def extend(self, texts: pa.StringArray) -> Ints:
        """Add texts without looking for them among the entries; return their numbers, 0 for null."""
        is_known = texts.is_valid().to_numpy(zero_copy_only=False)
        numbers = np.where(is_known, len(self.values) - 1 + np.cumsum(is_known), 0)
        self.values.extend(texts.drop_null().to_pylist())
        return numbers

    def texts(self, start: int) -> pa.StringArray | None:
        """Return the values from `start` on as an array, null for unknown; None if some are not texts."""
        new = self.values[start:]
        if all(value is None or type(value) is str for value in new):
            return pa.array(new, pa.string())
        return None


class BatchEntries(Entries):
    """Texts of one batch, most of which will not be seen again: they stay in Arrow, and are not kept."""

    def __init__(self, texts: pa.StringArray) -> None:
        self._texts = pa.concat_arrays([pa.nulls(1, pa.string()), texts])

    def __len__(self) -> int:
        return len(self._texts)

    @cached_property
    def values(self) -> list[Value | None]:  # type: ignore[override]  # computed on demand
        return list(self._texts.to_pylist())

    def texts(self, start: int) -> pa.StringArray | None:
        return self._texts.slice(start)


@dataclass(frozen=True, slots=True, eq=False)
class Coded:
    codes: Ints
    entries: Entries

    def at(self, row: int) -> Value | None:
        return self.entries.values[int(self.codes[row])]

    @property
    def is_known(self) -> Mask:
        known: Mask = self.codes != 0
        return known


class Quantities:
    """Numbers and ranges by distinct cell. `codes` has the cell of each row; None if each row is its own cell."""

    def __init__(
        self, numbers: Floats, ranges: Coded | None = None, kind: Kind = Kind.NUMBER, codes: Ints | None = None
    ) -> None:
        self.cell_numbers = numbers
        self.cell_ranges = ranges  # None if no cell has one
        self.kind = kind
        self.codes = codes

    @cached_property
    def numbers(self) -> Floats:
        """The number of each row; NaN if it is unknown or a range."""
        return self.by_row(self.cell_numbers)

    @cached_property
    def ranges(self) -> Coded | None:
        """The range of each row."""
        if self.cell_ranges is None:
            return None
        return Coded(self.by_row(self.cell_ranges.codes), self.cell_ranges.entries)

    @cached_property
    def is_known(self) -> Mask:
        known = ~np.isnan(self.cell_numbers)
        return self.by_row(known if self.cell_ranges is None else known | self.cell_ranges.is_known)

    def by_row(self, by_cell: NDArray[Item]) -> NDArray[Item]:
        """Return the result of each row's cell."""
        return by_cell if self.codes is None else take(by_cell, self.codes)

    def at(self, row: int) -> Value | None:
        cell = row if self.codes is None else self.codes[row]
        if self.cell_ranges is not None and self.cell_ranges.codes[cell]:
            return self.cell_ranges.at(cell)
        return self.value_of(float(self.cell_numbers[cell]))

    def value_of(self, number: float) -> Value | None:
        """Return the value that a number of this column stands for; None for NaN."""
        if number != number:
            return None
        return date.fromordinal(int(number)) if self.kind is Kind.DATE else number


ColumnValues: TypeAlias = Coded | Quantities


class PerEntry(Generic[Item]):
    """A cache of results by entry. `compute` returns those of the entries from a number on.

    It is emptied when it is called with other entries, as they are replaced when they have become too many.
    """

    def __init__(self, compute: Callable[[Entries, int], NDArray[Item]]) -> None:
        self._compute = compute
        self._entries: Entries | None = None
        self._table: NDArray[Item]

    def table(self, entries: Entries) -> NDArray[Item]:
        if self._entries is not entries:
            self._entries, self._table = entries, self._compute(entries, 0)
        elif len(self._table) < len(entries):
            self._table = np.concatenate([self._table, self._compute(entries, len(self._table))])
        return self._table

    def __call__(self, column: Coded) -> NDArray[Item]:
        return take(self.table(column.entries), column.codes)


def quantity(value: Value | None) -> float:
    """Return the number that stands for a value other than a range; NaN if it is unknown."""
    if isinstance(value, date):
        return float(value.toordinal())
    assert value is None or isinstance(value, (int, float))
    return math.nan if value is None else float(value)


def is_quantity(kind: Kind | None) -> bool:
    """Return whether values of a type are quantities."""
    return kind in QUANTITIES
