"""Writers of batches as CSV, Parquet or NDJSON."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from enum import StrEnum
from pathlib import Path
from typing import Any, BinaryIO, Protocol

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from qualify.contacts.reading.batches import Array, ContactsError, Integers
from qualify.contacts.reading.typed_cells import as_text, by_distinct_cell, text_of
from qualify.contacts.writing.destination import new_file

_SLICE = 32 << 20  # bytes formatted at a time
_LINE_FEED = 10
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")  # Excel reads cells that start with these as formulas
_ROWS_PER_PIECE = 16  # combining cells pays off if each combination serves this many rows
_GROUP = 1 << 15  # rows of a row group in Parquet: few enough to skip, enough to code well


class Format(StrEnum):
    CSV = "csv"
    PARQUET = "parquet"
    NDJSON = "ndjson"

    @staticmethod
    def of(path: str | Path) -> Format:
        """Return the format for a file name; CSV if it has no ending."""
        ending = Path(path).suffix.lower()
        found = _ENDINGS.get(ending)
        if found is None:
            raise ContactsError(
                "E651", f"`{path}`: contacts cannot be written as `{ending}`", "use .csv, .parquet or .ndjson"
            )
        return found


_ENDINGS = {
    "": Format.CSV,
    ".csv": Format.CSV,
    ".parquet": Format.PARQUET,
    ".ndjson": Format.NDJSON,
    ".jsonl": Format.NDJSON,
}


class Writer(Protocol):
    """Takes batches of one schema. `close` completes the content but does not close the file."""

    def write(self, batch: pa.RecordBatch) -> None: ...

    def close(self) -> None: ...


@contextmanager
def open_writer(path: str | Path, schema: pa.Schema, *, excel_safe: bool = False) -> Iterator[Writer]:
    """Open a writer to a file that is renamed to its target when the block ends without an error; `-` is stdout."""
    form = Format.CSV if str(path) == "-" else Format.of(path)
    with new_file(path) as file:
        writer = writer_to(file, schema, form, excel_safe=excel_safe)
        try:
            yield writer
        except BaseException:
            with suppress(Exception):  # the file is discarded, but Arrow still wants to complete it
                writer.close()
            raise
        writer.close()


def writer_to(file: BinaryIO, schema: pa.Schema, form: Format, *, excel_safe: bool = False) -> Writer:
    """Return a writer to an open file.

    `excel_safe` puts an apostrophe before cells of a CSV file that Excel would read as formulas.
    """
    match form:
        case Format.CSV:
            return CsvWriter(file, schema, excel_safe)
        case Format.PARQUET:
            return ParquetWriter(file, schema)
        case Format.NDJSON:
            return JsonWriter(file, schema)


class CsvWriter:
    """Writes comma-separated UTF-8 with a line feed after each row and quotes only where needed. Null is blank."""

    def __init__(self, file: BinaryIO, schema: pa.Schema, excel_safe: bool = False) -> None:
        self._file, self._excel_safe = file, excel_safe
        header = [pa.array([name]) for name in schema.names]
        if header:
            file.write(self._lines(header))

    def write(self, batch: pa.RecordBatch) -> None:
        for part in _slices(batch):
            self._file.write(self._lines(part.columns))

    def extend(self, rows: Array, added: pa.RecordBatch) -> None:
        """Write rows as they are in the input (see `Batch.text`), each followed by the cells of `added`."""
        if len(rows):
            lines = _joined([rows, *self._pieces(added.columns)], ",")
            self._file.write(lines.slice(1) if memoryview(lines)[0] == _LINE_FEED else lines)
            self._file.write(b"\n")

    def close(self) -> None:
        pass

    def _lines(self, columns: list[Array]) -> pa.Buffer:
        cells = [self._cells(column) for column in columns]
        if len(cells) == 1:  # an empty line would not be a row
            cells[0] = pc.if_else(pc.equal(pc.fill_null(cells[0], ""), ""), '""', cells[0])
        cells[-1] = pc.binary_join_element_wise(cells[-1], "\n", "", null_handling="replace")
        return _joined(cells, ",")

    def _pieces(self, columns: list[Array]) -> Iterator[Array]:
        """Yield the cells of columns, with adjacent columns joined where they have few combinations of cells.

        Adding one cell to each row takes as long as adding several at once, so each combination is formatted once.
        """
        pieces, numbers = self._numbered(columns[0])
        for column in columns[1:]:
            cells, others = self._numbered(column)
            if len(pieces) * len(cells) * _ROWS_PER_PIECE > len(column):
                yield pieces.take(pa.array(numbers))
                pieces, numbers = cells, others
            else:
                pieces, numbers = _combined(pieces, cells), numbers * len(cells) + others
        yield pieces.take(pa.array(numbers))

    def _numbered(self, column: Array) -> tuple[Array, Integers]:
        """Return the distinct cells of a column as they are written, and for each row the index of its cell."""
        coded = column if pa.types.is_dictionary(column.type) else column.dictionary_encode()
        cells = self._cells(coded.dictionary)
        if coded.null_count:
            cells = pa.concat_arrays([cells, pa.array([""])])
        return cells, coded.indices.fill_null(len(coded.dictionary)).to_numpy()

    def _cells(self, column: Array) -> Array:
        if pa.types.is_dictionary(column.type):  # format only the distinct cells
            return self._cells(column.dictionary).take(column.indices)
        text = as_text(column)
        if self._excel_safe and text is column:  # a number is not a formula
            text = _defused(text)
        return _quoted(text)


class ParquetWriter:
    """Writes Parquet with dictionaries and compression. Small batches are combined into row groups.

    A large batch is a row group by itself, so that existing dictionary indices are written unchanged.
    """

    def __init__(
        self, file: BinaryIO, schema: pa.Schema, encodings: Mapping[str, str] | None = None, *, types_kept: bool = True
    ) -> None:
        """`encodings` are for columns where a dictionary does not pay off.

        With `types_kept`, Arrow restores the types of the schema when reading; else dictionary columns become text.
        """
        self._schema = schema
        leaves = dict(_leaves(schema))
        encodings = encodings or {}
        # LZ4 takes half the time of Zstandard for a third more space. Statistics of dictionary columns would not help:
        # most of their few texts occur in every row group.
        self._writer = pq.ParquetWriter(
            file,
            schema,
            compression="lz4",
            use_dictionary=[path for path in leaves if path not in encodings],
            column_encoding=dict(encodings),
            write_statistics=[path for path, kind in leaves.items() if not pa.types.is_dictionary(kind)],
            store_schema=types_kept,
        )
        self._held: list[pa.RecordBatch] = []
        self._rows = self._bytes = 0

    def write(self, batch: pa.RecordBatch) -> None:
        self._held.append(batch)
        self._rows += batch.num_rows
        self._bytes += batch.get_total_buffer_size()
        if self._rows >= _GROUP or self._bytes >= 2 * _SLICE:
            self._flush()

    def close(self) -> None:
        self._flush()
        self._writer.close()

    def _flush(self) -> None:
        if self._rows:
            self._writer.write_table(pa.Table.from_batches(self._held, self._schema).unify_dictionaries())
        self._held, self._rows, self._bytes = [], 0, 0


def _leaves(fields: Iterable[pa.Field], above: str = "") -> Iterator[tuple[str, pa.DataType]]:
    """Yield the path and type of each Parquet column; each part of a struct is a column."""
    for one in fields:
        if pa.types.is_struct(one.type):
            yield from _leaves(one.type, f"{above}{one.name}.")
        else:
            yield above + one.name, one.type


class JsonWriter:
    """Writes one JSON object per line; a missing cell is null."""

    def __init__(self, file: BinaryIO, schema: pa.Schema) -> None:
        repeated = [name for name, count in Counter(schema.names).items() if count > 1]
        if repeated:
            raise ContactsError(
                "E651", f"NDJSON cannot hold two columns named `{repeated[0]}`", "write .csv or .parquet"
            )
        self._file = file
        self._keys = [f"{'{' if at == 0 else ','}{_json(name)}:" for at, name in enumerate(schema.names)]

    def write(self, batch: pa.RecordBatch) -> None:
        for part in _slices(batch):
            cells: list[Any] = []
            for key, column in zip(self._keys, part.columns, strict=True):
                cells += [key, _as_json(column)]
            self._file.write(_joined([*cells, "}\n"], ""))

    def close(self) -> None:
        pass


def _slices(batch: pa.RecordBatch) -> Iterator[pa.RecordBatch]:
    """Yield a batch in parts whose text stays far below the 2 GiB limit of an Arrow text column."""
    if not batch.num_rows or not batch.num_columns:
        return
    rows = max(1, batch.num_rows * _SLICE // max(batch.nbytes, _SLICE))
    for start in range(0, batch.num_rows, rows):
        yield batch.slice(start, rows)


def _by_row(cells: list[Any], between: str) -> Array:
    """Return the joined cells of each row; null is blank."""
    return pc.binary_join_element_wise(*cells, between, null_handling="replace", null_replacement="")


def _joined(cells: list[Any], between: str) -> pa.Buffer:
    """Return the bytes of all rows, each with its cells joined."""
    rows = _by_row(cells, between)
    offsets = _offsets(rows)
    return rows.buffers()[2].slice(int(offsets[0]), int(offsets[-1] - offsets[0]))


def _combined(left: Array, right: Array) -> Array:
    """Return every left cell joined with every right cell."""
    numbers = np.arange(len(left) * len(right))
    return _by_row([left.take(numbers // len(right)), right.take(numbers % len(right))], ",")


def _quoted(text: Array) -> Array:
    """Return cells with quotes around those that contain a delimiter, a quote or a line end."""
    data, offsets = _data(text), _offsets(text)
    plain = data.tobytes()
    if not any(mark in plain for mark in (b",", b'"', b"\n", b"\r")):
        return text
    special = (data == 34) | (data == 44) | (data == 10) | (data == 13)
    needs = np.zeros(len(text), bool)
    needs[np.searchsorted(offsets - offsets[0], np.flatnonzero(special), side="right") - 1] = True
    doubled = pc.replace_substring(text, '"', '""') if b'"' in plain else text
    return pc.if_else(pa.array(needs), pc.binary_join_element_wise('"', doubled, '"', ""), text)


def _defused(text: Array) -> Array:
    """Return cells with an apostrophe before those that start like a formula."""
    data, offsets = _data(text), _offsets(text)
    starts = (offsets - offsets[0])[:-1]
    filled = np.flatnonzero(np.diff(offsets))
    risky = np.zeros(len(text), bool)
    risky[filled] = np.isin(data[starts[filled]], np.frombuffer("".join(FORMULA_STARTS).encode(), np.uint8))
    if not risky.any():
        return text
    return pc.if_else(pa.array(risky), pc.binary_join_element_wise("'", text, ""), text)


def _offsets(text: Array) -> Any:
    if len(text) == 0:
        return np.zeros(1, np.int32)
    return np.frombuffer(text.buffers()[1], np.int32, len(text) + 1, text.offset * 4)


def _data(text: Array) -> Any:
    """Return the bytes of all cells, concatenated."""
    offsets, buffer = _offsets(text), text.buffers()[2]
    return np.frombuffer(buffer or b"", np.uint8)[offsets[0] : offsets[-1]]


def _as_json(column: Array) -> Array:
    """Return each cell as JSON text. Where a Python loop is needed, it is over distinct values."""
    if pa.types.is_boolean(column.type) or pa.types.is_integer(column.type):
        return pc.fill_null(as_text(column), "null")
    if pa.types.is_string(column.type):
        data = _data(column)
        if not ((data < 32) | (data == 34) | (data == 92)).any():  # nothing to escape
            return pc.fill_null(pc.binary_join_element_wise('"', column, '"', ""), "null")
    return pc.fill_null(by_distinct_cell(column, _json), "null")


def _json(value: Any) -> str:
    if isinstance(value, float) and not np.isfinite(value):
        return "null"
    if isinstance(value, float) and value.is_integer():
        return text_of(value) or ""
    return json.dumps(value, ensure_ascii=False, default=text_of)
