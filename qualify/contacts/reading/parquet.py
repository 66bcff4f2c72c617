"""Parquet files: columns with types, which are kept where Python has all their values, too."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from qualify.contacts.reading.batches import Array, ContactsError, Piece
from qualify.contacts.reading.byte_streams import Stream
from qualify.contacts.reading.typed_cells import text_of

_ROWS = 16_384  # of a batch


class ParquetFile:
    """A Parquet file, opened. The line of a row is its place in the file, from 1."""

    def __init__(self, stream: Stream) -> None:
        self._name = stream.name
        try:
            # Spark's older type for a moment, counted in nanoseconds, would end in the year 2262 and begin again.
            self._file = pq.ParquetFile(stream.rest(), coerce_int96_timestamp_unit="us")
            schema = self._file.schema_arrow
            odd = self._odd_columns([one.name for one in schema if _may_be_odd(one.type)])
        except (pa.ArrowInvalid, OSError) as problem:
            raise ContactsError("E636", f"`{stream.name}` is a damaged Parquet file", str(problem)) from problem
        self.columns = tuple(schema.names)
        self.types = tuple(_read_as(one.type, one.name in odd) for one in schema)
        self.found = ("Parquet",)

    def _odd_columns(self, names: list[str]) -> set[str]:
        """Return which columns have values that Python does not have; for that they are read once more."""
        odd: set[str] = set()
        for batch in self._file.iter_batches(columns=names) if names else ():
            odd.update(name for name in {*names} - odd if not all(map(_in_python, _columns_of(batch, name))))
        return odd

    def pieces(self) -> Iterator[Piece]:
        row, groups = 0, self._file.metadata.num_row_groups
        try:
            # Row group by row group, so that what each says of its length is compared with what it gives.
            for group in range(groups):
                left = self._file.metadata.row_group(group).num_rows
                for batch in self._file.iter_batches(_ROWS, row_groups=[group]):
                    columns = tuple(
                        column if column.type == kind else _cast(column, kind)
                        for column, kind in zip(batch.columns, self.types, strict=True)
                    )
                    records = min(_ROWS, left)
                    left -= records
                    yield Piece(
                        columns, np.arange(len(batch)), np.arange(row + 1, row + len(batch) + 1), records=records
                    )
                    row += len(batch)
        except (pa.ArrowInvalid, OSError) as problem:
            raise ContactsError("E636", f"`{self._name}` is a damaged Parquet file", str(problem)) from problem


def _columns_of(batch: pa.RecordBatch, name: str) -> list[Array]:
    return [column for one, column in zip(batch.schema.names, batch.columns, strict=True) if one == name]


# --- types -----------------------------------------------------------------------------------------------------


def _read_as(kind: pa.DataType, odd: bool) -> pa.DataType:
    """Return the type that a column is given; `odd` where Python does not have all of its values."""
    if _is_text(kind) or isinstance(kind, pa.UuidType) or (_is_binary(kind) and not odd):
        return pa.string()
    if isinstance(kind, pa.BaseExtensionType):
        return kind.storage_type
    return _spelt(kind) if odd else kind


def _is_text(kind: pa.DataType) -> bool:
    if pa.types.is_dictionary(kind):
        return _is_text(kind.value_type)
    return bool(pa.types.is_string(kind) or pa.types.is_large_string(kind) or pa.types.is_string_view(kind))


def _is_binary(kind: pa.DataType) -> bool:
    """Tell whether a column is of bytes, as which some programs write texts."""
    tests = (pa.types.is_binary, pa.types.is_large_binary, pa.types.is_fixed_size_binary, pa.types.is_binary_view)
    return any(is_type(kind) for is_type in tests)


def _may_be_odd(kind: pa.DataType) -> bool:
    parts = (kind.field(at).type for at in range(kind.num_fields))
    return _is_binary(kind) or pa.types.is_temporal(kind) or any(map(_may_be_odd, parts))


def _in_python(column: Array) -> bool:
    """Tell whether Python has all values: no part of a microsecond, no year beyond 9999, no bytes that are no text."""
    kind = column.type
    if pa.types.is_nested(kind):
        return all(map(_in_python, _parts(column)))
    try:
        if _is_binary(kind):
            column.cast(pa.string())
        elif pa.types.is_timestamp(kind):
            pa.scalar(0, kind).as_py()  # where Python has the time zone
            pc.min_max(column.cast(pa.timestamp("us"))).as_py()
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
    """Return what lists, objects or maps hold, each kind of part as a column."""
    if pa.types.is_map(column.type):
        return [column.keys, column.items]
    return column.flatten() if pa.types.is_struct(column.type) else [column.flatten()]


def _spelt(kind: pa.DataType) -> pa.DataType:
    """Return a type with texts in place of days and moments, also of those in a list or an object."""
    parts = [kind.field(at) for at in range(kind.num_fields)]
    if pa.types.is_temporal(kind):
        return pa.string()
    if pa.types.is_struct(kind):
        return pa.struct([part.with_type(_spelt(part.type)) for part in parts])
    if pa.types.is_map(kind):
        return pa.map_(_spelt(kind.key_type), _spelt(kind.item_type))
    return pa.list_(_spelt(parts[0].type)) if parts else kind


def _cast(column: Array, kind: pa.DataType) -> Array:
    if isinstance(column, pa.ExtensionArray):
        is_text = isinstance(column.type, pa.UuidType)
        return pa.array(map(text_of, column.to_pylist()), kind) if is_text else column.storage
    if not pa.types.is_timestamp(column.type):
        return column.cast(kind)
    try:
        text = column.cast(kind)
    except pa.ArrowInvalid:  # a time zone that nobody knows
        text = column.cast(pa.timestamp(column.type.unit, "UTC")).cast(kind)
    return pc.replace_substring_regex(text, r"^(\S+-\d\d) ", r"\1T")  # as ISO writes a moment, and we do
