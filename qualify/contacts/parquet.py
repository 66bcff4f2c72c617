"""Parquet files: columns with types, which are kept."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from qualify.contacts.batch import ContactsError, Piece
from qualify.contacts.stream import Stream

_ROWS = 16_384  # of a batch


class ParquetFile:
    """A Parquet file, opened. The line of a row is its place in the file, from 1."""

    def __init__(self, stream: Stream) -> None:
        self._name = stream.name
        try:
            self._file = pq.ParquetFile(stream.rest())
        except (pa.ArrowInvalid, OSError) as problem:
            raise ContactsError(f"`{stream.name}` is a damaged Parquet file", str(problem)) from problem
        schema = self._file.schema_arrow
        self.columns = tuple(schema.names)
        self.types = tuple(pa.string() if _is_text(kind) else kind for kind in schema.types)
        self.found = ("Parquet",)

    def pieces(self) -> Iterator[Piece]:
        row, groups = 0, self._file.metadata.num_row_groups
        try:
            # Row group by row group, so that what each says of its length is compared with what it gives.
            for group in range(groups):
                left = self._file.metadata.row_group(group).num_rows
                for batch in self._file.iter_batches(_ROWS, row_groups=[group]):
                    columns = tuple(
                        column if column.type == kind else column.cast(kind)
                        for column, kind in zip(batch.columns, self.types, strict=True)
                    )
                    records = min(_ROWS, left)
                    left -= records
                    yield Piece(
                        columns, np.arange(len(batch)), np.arange(row + 1, row + len(batch) + 1), records=records
                    )
                    row += len(batch)
        except (pa.ArrowInvalid, OSError) as problem:
            raise ContactsError(f"`{self._name}` is a damaged Parquet file", str(problem)) from problem


def _is_text(kind: pa.DataType) -> bool:
    if pa.types.is_dictionary(kind):
        return _is_text(kind.value_type)
    return bool(pa.types.is_string(kind) or pa.types.is_large_string(kind) or pa.types.is_string_view(kind))
