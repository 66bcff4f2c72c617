"""Functions and selectors on whole columns. Functions without a form for columns are applied to each distinct value."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from typing import Any, TypeAlias

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from qualify.language.functions import FUNCTIONS
from qualify.language.kinds import Value
from qualify.targets.batch.numbering import Floats, Ints, take
from qualify.targets.batch.values.column_values import (
    Coded,
    ColumnValues,
    Entries,
    PerEntry,
    Quantities,
    is_quantity,
    quantity,
)
from qualify.targets.batch.values.field_columns import EPOCH
from qualify.targets.batch.values.plain_texts import domains, lengths

# --- functions -------------------------------------------------------------------------------------------------


def _years(days: Floats, today: date) -> Floats:
    is_known = ~np.isnan(days)
    since_epoch = np.where(is_known, days, EPOCH).astype(np.int64) - EPOCH
    years = since_epoch.astype("datetime64[D]").astype("datetime64[Y]").astype(np.int64) + 1970
    return np.where(is_known, years, np.nan)


# The forms for columns, by function. Those from texts to texts return an array, and for each text an index in it.
OF_DAYS: Mapping[str, Callable[[Floats, date], Floats]] = {
    "days_since": lambda days, today: today.toordinal() - days,
    "days_until": lambda days, today: days - today.toordinal(),
    "year_of": _years,
}
TEXTS_TO_NUMBERS: Mapping[str, Callable[[pa.StringArray], Floats]] = {"length_of": lengths}
TEXTS_TO_TEXTS: Mapping[str, Callable[[pa.StringArray], tuple[Ints, pa.StringArray]]] = {"domain_of": domains}


class FunctionColumns:
    """A function applied to columns, with a cache for texts and lists."""

    def __init__(self, name: str, today: date) -> None:
        self._name, self._function, self._today = name, FUNCTIONS[name], today
        self._entries = Entries()  # the results that are not quantities
        self._texts = pa.array([None], pa.string())  # the same as an array, if there is a form for texts
        self._results = PerEntry[Any](self._of_entries)

    def __call__(self, subject: ColumnValues) -> ColumnValues:
        results = self._results.table(subject.entries) if isinstance(subject, Coded) else self._of_quantities(subject)
        codes = subject.codes
        if is_quantity(self._function.gives):
            return Quantities(results, None, self._function.gives, codes)
        return Coded(results if codes is None else take(results, codes), self._entries)

    def _of_entries(self, entries: Entries, start: int) -> NDArray[Any]:
        """Return the results for the entries from `start` on: quantities, or numbers of entries."""
        if to_numbers := TEXTS_TO_NUMBERS.get(self._name):
            return to_numbers(entries.texts(start))
        if to_texts := TEXTS_TO_TEXTS.get(self._name):
            return self._numbered(*to_texts(entries.texts(start)))
        return self._one_by_one(entries.values[start:])

    def _of_quantities(self, subject: Quantities) -> NDArray[Any]:
        """Return the result for each cell; a range counts as unknown."""
        if of_days := OF_DAYS.get(self._name):
            return of_days(subject.cell_numbers, self._today)
        numbers, inverse = np.unique(subject.cell_numbers, return_inverse=True)
        return take(self._one_by_one(subject.value_of(float(number)) for number in numbers), inverse)

    def _one_by_one(self, values: Iterable[Value | None]) -> NDArray[Any]:
        results = [self._function(value, self._today) for value in values]
        if is_quantity(self._function.gives):
            return np.array([quantity(value) for value in results], np.float64)
        return np.array([self._entries.number(value) for value in results], np.int64)

    def _numbered(self, indices: Ints, found: pa.StringArray) -> Ints:
        """Return the entry number of each text, given as an index of `found`."""
        new = pc.unique(found.filter(pc.invert(pc.is_in(found, value_set=self._texts))))
        self._entries.extend(new)
        self._texts = pa.concat_arrays([self._texts, new])
        return take(pc.index_in(found, value_set=self._texts).to_numpy().astype(np.int64), indices)


# --- selectors -------------------------------------------------------------------------------------------------


class FirstKnown:
    """The first known value of several columns, with a cache for texts."""

    def __init__(self) -> None:
        self._entries = Entries()
        self._tables: list[PerEntry[np.int64]] = []  # by column, its entries -> the numbers in `_entries`

    def __call__(self, columns: Sequence[ColumnValues]) -> ColumnValues:
        first, *others = columns
        if isinstance(first, Quantities):
            for other in others:
                assert isinstance(other, Quantities)
                first = _else(first, other)
            return first
        self._tables = self._tables or [PerEntry(self._numbers) for _ in columns]
        codes = np.zeros(len(first.codes), np.int64)
        for column, table in zip(columns, self._tables, strict=True):
            assert isinstance(column, Coded)
            codes = np.where(codes == 0, table(column), codes)
        return Coded(codes, self._entries)

    def _numbers(self, source: Entries, start: int) -> Ints:
        new = source.values[start:]
        return np.fromiter((self._entries.number(value) for value in new), np.int64, len(new))


Selected: TypeAlias = Callable[[Sequence[ColumnValues]], ColumnValues]
SELECTED: Mapping[str, Callable[[], Selected]] = {"first_known_of": FirstKnown}


def _else(first: Quantities, other: Quantities) -> Quantities:
    """Return the first quantity of each row if it is known, else the other."""
    is_known = first.is_known
    numbers = np.where(is_known, first.numbers, other.numbers)
    if first.ranges is None and other.ranges is None:
        return Quantities(numbers, None, first.kind)
    entries = Entries()  # new ones, since there are few ranges
    codes = np.zeros(len(numbers), np.int64)
    for quantities, rows in ((first, is_known), (other, ~is_known)):
        if quantities.ranges is not None:
            mine = quantities.ranges
            numbers_of = np.array([entries.number(value) for value in mine.entries.values])
            codes = np.where(rows, take(numbers_of, mine.codes), codes)
    return Quantities(numbers, Coded(codes, entries), first.kind)
