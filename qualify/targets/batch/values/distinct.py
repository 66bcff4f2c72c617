"""The distinct cells of an Arrow column of any type, and the distinct cell of each row."""

from __future__ import annotations

import re
from collections.abc import Hashable, Sequence
from functools import cached_property

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from qualify.targets.batch.numbering import Ints

_ESCAPE, _SEPARATOR = "\x1b", "\x1f"
# Polars gives views, for which Arrow has no `take`.
_TAKEN = {pa.string_view(): pa.large_string(), pa.binary_view(): pa.large_binary()}


class Distinct:
    """A column as distinct cells and, in `codes`, the number of each row's cell. `keys` tell the cells apart.

    If all cells are texts or null, `texts` has the distinct ones as an array, and `coded` is the encoded column.
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
        return _objects(self._array)

    @property
    def keys(self) -> Sequence[Hashable]:
        if self._keys is not None:
            return self._keys
        if self._array is not None and pa.types.is_floating(self._array.type):
            return [repr(cell) for cell in self.cells]  # 0.0 and -0.0 are equal, but different cells
        if self._array is not None and pa.types.is_timestamp(self._array.type):
            numbers: list[int | None] = self._array.cast(pa.int64()).to_pylist()
            return numbers  # when clocks are set back, two moments of one hour are equal in Python
        return self.cells

    @property
    def texts(self) -> pa.StringArray | None:
        """The distinct cells as an array, if all are texts or null."""
        return self._array if self._array is not None and pa.types.is_string(self._array.type) else None

    def some(self, numbers: Ints) -> Distinct:
        """Return only some of the distinct cells; the codes no longer fit them."""
        if self._array is not None:
            return Distinct(self.codes, self._array.take(pa.array(numbers)))
        return Distinct(self.codes, None, [self.keys[one] for one in numbers], [self.cells[one] for one in numbers])


def plain_texts(array: pa.Array) -> pa.Array:
    """Return a column of texts as `pa.string`, which is read fastest, and any other column unchanged.

    pandas gives large strings, Polars string views, and both give dictionaries, in which each batch may carry the cells
    of all others. Some Parquet files have texts as bytes.
    """
    kind = array.type.value_type if pa.types.is_dictionary(array.type) else array.type
    if pa.types.is_string(array.type) or not (_is_text(kind) or _is_binary(kind)):
        return array
    try:
        if pa.types.is_dictionary(array.type):
            return array.dictionary.cast(_TAKEN.get(kind, kind)).take(array.indices).cast(pa.string())
        # By way of large strings: from views, Arrow does not check the limit.
        return array.cast(pa.string() if _is_binary(kind) else pa.large_string()).cast(pa.string())
    except pa.ArrowInvalid:  # more than the limit of 2 GiB, or bytes that are not UTF-8
        return array


def distinct_cells(array: pa.Array) -> Distinct:
    """Return the distinct cells of a column. Only for types that no field can read, it loops over rows."""
    if isinstance(array, pa.ExtensionArray):
        if not _is_text(array.storage.type):
            return _of_anything(array)
        array = array.storage
    kind = array.type
    if pa.types.is_dictionary(kind):
        return _of_dictionary(array)
    if _is_list(kind):
        return _of_lists(array)
    if pa.types.is_nested(kind):
        return _of_anything(array)
    try:
        if pa.types.is_timestamp(kind) and kind.unit == "ns":
            array = pc.floor_temporal(array, unit="microsecond").cast(pa.timestamp("us", kind.tz))  # as in Python
        coded = array.cast(_TAKEN.get(kind, array.type)).dictionary_encode()
    except (pa.ArrowNotImplementedError, pa.ArrowInvalid):  # a type that Arrow cannot encode
        return _of_anything(array)
    cells = coded.dictionary
    codes = _indices(coded.indices.fill_null(len(cells)))
    if coded.null_count:
        cells = pa.concat_arrays([cells, pa.nulls(1, cells.type)])
    return Distinct(codes, cells, coded=coded if pa.types.is_string(cells.type) else None)


def _is_text(kind: pa.DataType) -> bool:
    return any(is_type(kind) for is_type in (pa.types.is_string, pa.types.is_large_string, pa.types.is_string_view))


def _is_binary(kind: pa.DataType) -> bool:
    tests = (pa.types.is_binary, pa.types.is_large_binary, pa.types.is_fixed_size_binary, pa.types.is_binary_view)
    return any(is_type(kind) for is_type in tests)


def _is_list(kind: pa.DataType) -> bool:
    return any(is_type(kind) for is_type in (pa.types.is_list, pa.types.is_large_list, pa.types.is_fixed_size_list))


def _indices(array: pa.Array) -> Ints:
    indices: Ints = array.to_numpy(zero_copy_only=False).astype(np.int64)
    return indices


def _of_dictionary(array: pa.DictionaryArray) -> Distinct:
    dictionary, indices = array.dictionary, array.indices
    if indices.null_count:
        indices = indices.cast(pa.int64()).fill_null(len(dictionary))
        dictionary = pa.concat_arrays([dictionary, pa.nulls(1, dictionary.type)])
    values = distinct_cells(dictionary)
    return Distinct(values.codes[_indices(indices)], None, values.keys, values.cells)


def _of_lists(array: pa.Array) -> Distinct:
    """Return distinct lists, told apart by one text each: the parts, escaped and joined."""
    try:
        if pa.types.is_fixed_size_list(array.type):
            array = array.cast(pa.list_(array.type.value_type))
        if array.type.value_type in _TAKEN:
            array = array.cast(pa.large_list(_TAKEN[array.type.value_type]))
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
    except (pa.ArrowNotImplementedError, pa.ArrowInvalid):  # parts that Arrow cannot cast to text, such as lists
        return _of_anything(array)
    codes = _indices(encoded.indices)
    _, first = np.unique(codes, return_index=True)
    return Distinct(codes, None, encoded.dictionary.to_pylist(), _objects(array.take(pa.array(first))))


def _of_anything(array: pa.Array) -> Distinct:
    """Return distinct structs, maps and the like; no field reads them, so they are only shown."""
    cells = _objects(array)
    numbers: dict[str, int] = {}
    codes = np.fromiter((numbers.setdefault(repr(cell), len(numbers)) for cell in cells), np.int64, len(cells))
    _, first = np.unique(codes, return_index=True)
    return Distinct(codes, None, list(numbers), [cells[row] for row in first])


def _objects(array: pa.Array) -> list[object]:
    """Return the cells as Python objects, or as Arrow scalars with their text if Python has no such value.

    Examples are a day in the year 10,000 and DuckDB's `infinity`. No field can read an Arrow scalar.
    """
    try:
        cells: list[object] = array.to_pylist()
    except (ValueError, OverflowError):
        cells = [_object(array.slice(row, 1)) for row in range(len(array))]
    return cells


def _object(array: pa.Array) -> object:
    """Return the only cell of an array."""
    try:
        return array.to_pylist()[0]
    except (ValueError, OverflowError):
        text = array.to_string(skip_new_lines=True)[1:-1]
        return pa.scalar(re.sub(r"^(\S+-\d\d) ", r"\1T", text))  # a moment in ISO format
