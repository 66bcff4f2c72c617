"""The distinct cells of an Arrow column, whatever its type, and where they stand."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from functools import cached_property

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from qualify.targets.batch.numbering import Ints

_ESCAPE, _SEPARATOR = "\x1b", "\x1f"


class Distinct:
    """A column by the number of each row's cell among the distinct ones; `keys` tell the cells apart.

    `texts` has the distinct cells as an array where all are texts or null; `coded` then is the column as Arrow has it.
    """

    def __init__(
        self,
        codes: Ints,
        array: pa.Array | None = None,
        keys: Sequence[Hashable] | None = None,
        cells: Sequence[object] | None = None,
        coded: pa.DictionaryArray | None = None,
    ) -> None:
        self.codes = codes
        self.coded = coded
        self._array = array
        self._keys = keys
        self._cells = cells

    def __len__(self) -> int:
        return len(self.cells) if self._array is None else len(self._array)

    @cached_property
    def cells(self) -> Sequence[object]:
        if self._cells is not None:
            return self._cells
        assert self._array is not None
        try:
            cells: list[object] = self._array.to_pylist()
        except (OverflowError, ValueError):
            cells = [python_value(scalar) for scalar in self._array]
        return cells

    @property
    def keys(self) -> Sequence[Hashable]:
        if self._keys is not None:
            return self._keys
        if self._array is not None and pa.types.is_floating(self._array.type):
            return [repr(cell) for cell in self.cells]  # 0.0 and -0.0 are equal, but two cells
        return self.cells

    @property
    def texts(self) -> pa.StringArray | None:
        """The distinct cells as an array where all are texts or null."""
        return self._array if self._array is not None and pa.types.is_string(self._array.type) else None

    def some(self, places: Ints) -> Distinct:
        """Return only some of the distinct cells; the codes are no longer theirs."""
        if self._array is not None:
            return Distinct(self.codes, self._array.take(pa.array(places)))
        return Distinct(
            self.codes, None, [self.keys[place] for place in places], [self.cells[place] for place in places]
        )


def distinct_cells(array: pa.Array) -> Distinct:
    """Return the distinct cells of a column, as Python values. No loop over rows but for types that no cell has."""
    if isinstance(array, pa.ExtensionArray):
        array = array.storage
    kind = array.type
    if pa.types.is_dictionary(kind):
        return _of_dictionary(array)
    if _is_list(kind):
        return _of_lists(array)
    if pa.types.is_nested(kind):
        return _of_anything(array)
    try:
        if pa.types.is_string_view(kind):
            array = array.cast(pa.large_string())
        coded = array.dictionary_encode()
    except (pa.ArrowNotImplementedError, pa.ArrowInvalid):  # a type that Arrow cannot tell apart by itself
        return _of_anything(array)
    cells = coded.dictionary
    codes = _places(coded.indices.fill_null(len(cells)))
    if coded.null_count:
        cells = pa.concat_arrays([cells, pa.nulls(1, cells.type)])
    return Distinct(codes, cells, coded=coded if pa.types.is_string(cells.type) else None)


def python_value(scalar: pa.Scalar) -> object:
    """Return what Python has for a cell; of a moment outside its calendar, or finer than it tells, what NumPy has."""
    try:
        return scalar.as_py()
    except (OverflowError, ValueError):
        if pa.types.is_timestamp(scalar.type):
            return np.datetime64(scalar.value, scalar.type.unit)
        if pa.types.is_date(scalar.type):
            return np.datetime64(scalar.value, "D" if pa.types.is_date32(scalar.type) else "ms")
        return scalar


def _is_list(kind: pa.DataType) -> bool:
    return any(is_type(kind) for is_type in (pa.types.is_list, pa.types.is_large_list, pa.types.is_fixed_size_list))


def _places(indices: pa.Array) -> Ints:
    places: Ints = indices.to_numpy(zero_copy_only=False).astype(np.int64)
    return places


def _of_dictionary(array: pa.DictionaryArray) -> Distinct:
    values = distinct_cells(array.dictionary)
    if array.null_count == 0:
        return Distinct(values.codes[_places(array.indices)], None, values.keys, values.cells)
    codes = np.append(values.codes, len(values.cells))[
        _places(array.indices.cast(pa.int64()).fill_null(len(values.codes)))
    ]
    return Distinct(codes, None, [*values.keys, None], [*values.cells, None])


def _of_lists(array: pa.Array) -> Distinct:
    """Tell lists apart by one text each: the parts, marked and joined. Escapes keep different lists different."""
    try:
        if pa.types.is_fixed_size_list(array.type):
            array = array.cast(pa.list_(array.type.value_type))
        if pa.types.is_string_view(array.type.value_type):
            array = array.cast(pa.large_list(pa.large_string()))  # Arrow takes no rows of the other, which Polars gives
        parts = array.values.cast(pa.string())
        for special in (_ESCAPE, _SEPARATOR):
            parts = pc.replace_substring(parts, special, _ESCAPE + special)
        marked = pc.binary_join_element_wise("=", parts, "").fill_null(_ESCAPE + "null")
        offsets = array.offsets
        make = pa.LargeListArray if pa.types.is_large_list(array.type) else pa.ListArray
        texts = pc.binary_join(make.from_arrays(offsets, marked), _SEPARATOR)
        if array.null_count:
            texts = pc.if_else(array.is_valid(), texts, pa.scalar(None, texts.type))
        encoded = texts.dictionary_encode(null_encoding="encode")
    except (pa.ArrowNotImplementedError, pa.ArrowInvalid):  # parts that Arrow cannot print, such as lists
        return _of_anything(array)
    codes = _places(encoded.indices)
    _, first = np.unique(codes, return_index=True)
    return Distinct(codes, None, encoded.dictionary.to_pylist(), array.take(pa.array(first)).to_pylist())


def _of_anything(array: pa.Array) -> Distinct:
    """Structs, maps and the like: no field reads them, so each is only shown."""
    cells = array.to_pylist()
    numbers: dict[str, int] = {}
    codes = np.fromiter((numbers.setdefault(repr(cell), len(numbers)) for cell in cells), np.int64, len(cells))
    _, first = np.unique(codes, return_index=True)
    return Distinct(codes, None, list(numbers), [cells[row] for row in first])
