"""Typed cells: columns in which each cell keeps its type, and the text that a person would type for a cell.

A column with cells of one type is an array of that type; with several types it is a union, which is written as text.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable, Sequence
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from itertools import chain
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from qualify.contacts.reading.batches import Array

# --- cells of several types ------------------------------------------------------------------------------------

_TYPES = {"text": pa.string(), "number": pa.float64(), "flag": pa.bool_(), "moment": pa.timestamp("us")}
EXACT = 2**53  # floats represent whole numbers up to here exactly


def column_of(cells: Sequence[Any]) -> Array:
    """Return texts, numbers, flags, dates, times and lists of them as a column in which each keeps its type.

    A whole number that a float cannot represent exactly becomes text, because it may be an id.
    """
    kinds = [_kind(cell) for cell in cells]
    held = {kind for kind in kinds if kind}
    if len(held) <= 1:
        return _of_kind(held.pop() if held else "text", cells)
    parts: dict[str, list[Any]] = defaultdict(list)
    places = np.zeros(len(cells), np.int32)
    for row, (kind, cell) in enumerate(zip(kinds, cells, strict=True)):
        part = parts[kind or "text"]
        places[row] = len(part)
        part.append(cell)
    numbers = {kind: number for number, kind in enumerate(parts)}
    types = np.array([numbers[kind or "text"] for kind in kinds], np.int8)
    arrays = [_of_kind(kind, part) for kind, part in parts.items()]
    return pa.UnionArray.from_dense(pa.array(types), pa.array(places), arrays, list(parts))


def _kind(cell: Any) -> str | None:
    match cell:
        case None:
            return None
        case bool():
            return "flag"
        case int():
            return "number" if abs(cell) <= EXACT else "text"
        case float():
            return "number"
        case date():
            return "moment"
        case list():
            return "list"
        case _:
            return "text"


def _of_kind(kind: str, cells: Sequence[Any]) -> Array:
    if kind == "list":
        ends = np.cumsum([0, *(len(cell or ()) for cell in cells)], dtype=np.int32)
        parts = column_of(list(chain.from_iterable(cell or () for cell in cells)))
        return pa.ListArray.from_arrays(pa.array(ends), parts, mask=pa.array([cell is None for cell in cells]))
    if kind == "text":
        return pa.array([text_of(cell) for cell in cells], pa.string())
    if kind == "moment":  # Arrow timestamps cannot be made from dates
        cells = [datetime.combine(cell, time()) if type(cell) is date else cell for cell in cells]
    return pa.array(cells, _TYPES[kind])


# --- text of cells ---------------------------------------------------------------------------------------------


def written_as(array: Array, kind: Any) -> Array:
    """Return a column as the type in which it is written: its own type, its storage type, or text."""
    if array.type == kind:
        return array
    if isinstance(array, pa.ExtensionArray) and array.storage.type == kind:
        return array.storage
    return as_text(array)


def as_text(array: Array) -> Array:
    """Return a column as text: numbers in their shortest form, ISO dates, lists joined by `; `; null stays null."""
    if isinstance(array, pa.ExtensionArray) and not isinstance(array.type, pa.UuidType):
        array = array.storage
    if pa.types.is_string(array.type):
        return array
    if pa.types.is_large_string(array.type) or pa.types.is_string_view(array.type) or pa.types.is_integer(array.type):
        return array.cast(pa.string())
    return by_distinct_cell(array, text_of)


def by_distinct_cell(array: Array, text: Callable[[Any], str | None]) -> Array:
    """Return a text for each cell, computed once per distinct cell, because typed columns usually have few."""
    if not pa.types.is_nested(array.type):
        try:
            coded = array if pa.types.is_dictionary(array.type) else array.dictionary_encode()
            return pa.array(map(text, cells_of(coded.dictionary)), pa.string()).take(coded.indices)
        except pa.ArrowNotImplementedError:  # a type that Arrow cannot encode as a dictionary
            pass
    return pa.array(map(text, cells_of(array)), pa.string())


def text_of(value: Any) -> str | None:
    """Return a Python value as text; None stays None."""
    match value:
        case None:
            return None
        case str():
            return value
        case bool():
            return "true" if value else "false"
        case float():
            return str(int(value)) if value.is_integer() and abs(value) < EXACT else repr(value)
        case Decimal():
            text = format(value, "f")  # `normalize` would round a long one
            return text.rstrip("0").rstrip(".") if "." in text else text
        case datetime() if value.time() == time() and value.tzinfo is None:
            return value.date().isoformat()
        case date() | time():
            return value.isoformat()
        case timedelta():
            return str(value)
        case bytes():
            return _text_of_bytes(value)
        case list():
            return "; ".join(text_of(part) or "" for part in value)
        case dict() | tuple():  # a pair of a map
            return json.dumps(value, ensure_ascii=False, default=text_of)
        case _:
            return str(value)


def _text_of_bytes(value: bytes) -> str:
    """Return bytes as text if they are UTF-8, else as hexadecimal digits."""
    try:
        return value.decode("utf-8")
    except UnicodeDecodeError:
        return value.hex()


# --- values that Python cannot represent -----------------------------------------------------------------------


def cells_of(array: Array) -> list[Any]:
    """Return the cells as Python values, or as Arrow's text for dates and times that Python cannot represent.

    These have fractions of a microsecond, a year after 9999, or an unknown time zone.
    """
    if _fits_python(array):
        cells: list[Any] = array.to_pylist()
        return cells
    if len(array) == 1:
        return [_temporal_as_text(array).to_pylist()[0]]
    half = len(array) // 2
    return [*cells_of(array.slice(0, half)), *cells_of(array.slice(half))]


def _fits_python(column: Array) -> bool:
    """Return whether Python can represent all values of a column."""
    kind = column.type
    try:
        if pa.types.is_union(kind):
            return True  # made by `column_of` from Python values
        if pa.types.is_nested(kind):
            return all(map(_fits_python, _parts(column)))
        if pa.types.is_timestamp(kind):
            pa.scalar(0, kind).as_py()  # fails for an unknown time zone
            pc.min_max(column.cast(pa.timestamp("us", kind.tz))).as_py()
        elif pa.types.is_time64(kind):
            column.cast(pa.time64("us"))
        elif pa.types.is_duration(kind):
            column.cast(pa.duration("us")).to_pylist()
        elif pa.types.is_date(kind):
            pc.min_max(column).as_py()
    except (pa.ArrowException, ValueError, OverflowError, LookupError):
        return False
    return True


def _parts(column: Array) -> list[Array]:
    """Return the parts of a list, struct or map column as columns."""
    if pa.types.is_map(column.type):
        return [column.keys, column.items]
    return column.flatten() if pa.types.is_struct(column.type) else [column.flatten()]


def _temporal_as_text(column: Array) -> Array:
    """Return a column with Arrow's text for dates and times."""
    kind = _with_texts(column.type)
    if not pa.types.is_timestamp(column.type):
        return column.cast(kind)
    try:
        text = column.cast(kind)
    except pa.ArrowInvalid:  # an unknown time zone
        text = column.cast(pa.timestamp(column.type.unit, "UTC")).cast(kind)
    return pc.replace_substring_regex(text, r"^(\S+-\d\d) ", r"\1T")  # the ISO 8601 form


def _with_texts(kind: pa.DataType) -> pa.DataType:
    """Return a type with text instead of dates and times, also inside lists and structs."""
    parts = [kind.field(at) for at in range(kind.num_fields)]
    if pa.types.is_temporal(kind):
        return pa.string()
    if pa.types.is_struct(kind):
        return pa.struct([part.with_type(_with_texts(part.type)) for part in parts])
    if pa.types.is_map(kind):
        return pa.map_(_with_texts(kind.key_type), _with_texts(kind.item_type))
    return pa.list_(_with_texts(parts[0].type)) if parts else kind
