"""Reading Parquet files; columns keep their types."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from qualify.contacts.reading.batches import Array, ContactsError, Piece
from qualify.contacts.reading.byte_streams import Stream
from qualify.contacts.reading.encoding import shown

_ROWS = 16_384  # per batch, at most
_BYTES = 64 << 20  # per batch, roughly
_FIRST_ROWS = 64


class ParquetFile:
    """An open Parquet file. The line of a row is its number in the file, from 1."""

    def __init__(self, stream: Stream) -> None:
        self._name = stream.name
        copy = stream.rest()
        with self._report_damage():
            # Older Spark timestamps would overflow in the year 2262 if read as nanoseconds.
            self._file = pq.ParquetFile(copy, coerce_int96_timestamp_unit="us")
            schema = self._file.schema_arrow
            self.columns = tuple(schema.names)
            self._rows = self._rows_at_once()
            texts = self._texts([one.name for one in schema if _is_binary(one.type)])
            self.types = tuple(_written_as(one.type, one.name in texts) for one in schema)
        self.found = ("Parquet",)

    def _rows_at_once(self) -> int:
        """Return the number of rows per batch: fewer if the first rows, or those of any row group, are long."""
        file = self._file.metadata
        groups = [file.row_group(group) for group in range(file.num_row_groups)]
        longest = max((group.total_byte_size // max(group.num_rows, 1) for group in groups), default=0)
        for first in self._file.iter_batches(_FIRST_ROWS):
            longest = max(longest, first.nbytes // max(len(first), 1))
            break
        return max(1, min(_ROWS, _BYTES // max(longest, 1)))

    def _texts(self, names: list[str]) -> set[str]:
        """Return which binary columns hold only text, by reading them once."""
        texts = {*names}
        for batch in self._file.iter_batches(self._rows, columns=names) if names else ():
            columns = zip(batch.schema.names, batch.columns, strict=True)
            texts -= {name for name, column in columns if not _are_texts(column)}
        return texts

    def pieces(self) -> Iterator[Piece]:
        row, groups = 0, self._file.metadata.num_row_groups
        with self._report_damage():
            # Read each row group by itself, to compare its stated length with the rows that it yields.
            for group in range(groups):
                left = self._file.metadata.row_group(group).num_rows
                for batch in self._file.iter_batches(self._rows, row_groups=[group]):
                    records = min(self._rows, left)
                    left -= records
                    rows = np.arange(len(batch))
                    yield Piece(tuple(batch.columns), rows, rows + row + 1, records=records)
                    row += len(batch)

    @contextmanager
    def _report_damage(self) -> Iterator[None]:
        try:
            yield
        except UnicodeDecodeError as problem:
            message = f"`{self._name}` has a column whose name is not UTF-8: {shown(problem.object)}"
            raise ContactsError("E636", message, "rename it where the file comes from") from problem
        except pa.ArrowNotImplementedError as problem:
            raise ContactsError(
                "E636", f"`{self._name}` is a Parquet file that cannot be read", str(problem)
            ) from problem
        except (pa.ArrowInvalid, OSError) as problem:
            raise ContactsError("E636", f"`{self._name}` is a damaged Parquet file", str(problem)) from problem


def _written_as(kind: pa.DataType, is_text: bool) -> pa.DataType:
    """Return the type in which a column is written; `is_text` if it is binary but holds only text."""
    if is_text or _is_text(kind) or isinstance(kind, pa.UuidType):
        return pa.string()
    return kind.storage_type if isinstance(kind, pa.BaseExtensionType) else kind


def _is_text(kind: pa.DataType) -> bool:
    if pa.types.is_dictionary(kind):
        return _is_text(kind.value_type)
    return bool(pa.types.is_string(kind) or pa.types.is_large_string(kind) or pa.types.is_string_view(kind))


def _is_binary(kind: pa.DataType) -> bool:
    """Return whether a column is binary, which is how some programs write text."""
    tests = (pa.types.is_binary, pa.types.is_large_binary, pa.types.is_fixed_size_binary, pa.types.is_binary_view)
    return any(is_type(kind) for is_type in tests)


def _are_texts(column: Array) -> bool:
    try:
        column.cast(pa.string())
    except pa.ArrowInvalid:
        return False
    return True
