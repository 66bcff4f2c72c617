"""Contact files of any kind, opened together and read as one sequence of batches."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, closing
from pathlib import Path
from typing import Any, Protocol

import pyarrow as pa

from qualify.contacts.reading.batches import Array, Batch, ContactsError, Input, Piece, ReadOptions
from qualify.contacts.reading.byte_streams import Stream
from qualify.contacts.reading.typed_cells import written_as

_COMMONEST = 5  # reasons for rejected rows that are kept

# Other kinds of files, by their first bytes in lower case. Some systems give a web page the ending .xls.
_NOT_TABLES = {
    b"<!doctype html": "a web page",
    b"<html": "a web page",
    b"<table": "a web page",
    b"<?xml": "an XML file",
    b"%pdf-": "a PDF document",
    b"{\\rtf": "a text document",
    b"\x89png": "a picture",
    b"\xff\xd8\xff": "a picture",
}


class Reader(Protocol):
    """An open contact file whose columns are known. It is always read to the end, which the hash requires."""

    columns: tuple[str, ...]
    types: tuple[Any, ...]  # the pyarrow type in which each column is written

    @property
    def found(self) -> tuple[str, ...]: ...

    def pieces(self) -> Iterator[Piece]: ...


def open_contacts(paths: Sequence[str | Path], options: ReadOptions | None = None) -> Contacts:
    """Open contact files as one sequence of rows; a context manager. `-` is the standard input."""
    return Contacts([str(path) for path in paths], options or ReadOptions())


class Contacts:
    """Open contact files, to be read once.

    `columns` are the headers of all files in the order in which they first occur. If a file repeats a header, its
    second column of that name is combined with the second one of other files. `inputs` has the facts about each file
    that has been read to its end.
    """

    def __init__(self, names: Sequence[str], options: ReadOptions) -> None:
        self._open = ExitStack()
        self.inputs: list[Input] = []
        try:
            self._streams = [self._open.enter_context(closing(Stream(name))) for name in names]
            if options.sheet is not None and not any(map(_is_workbook, self._streams)):
                raise ContactsError(
                    "E637", f"there is no sheet `{options.sheet}`: the files have no sheets", "leave out --sheet"
                )
            self._readers = [_reader(stream, options) for stream in self._streams]
        except BaseException:
            self._open.close()
            raise
        self.schema, self._places = _union(self._readers)
        self.columns = tuple(self.schema.names)

    @property
    def names(self) -> list[str]:
        """The name of each file, as messages show it."""
        return [stream.name for stream in self._streams]

    @property
    def columns_by_file(self) -> list[tuple[str, ...]]:
        """The columns of each file."""
        return [reader.columns for reader in self._readers]

    def _share(self, stream: Stream, piece: Piece) -> float | None:
        sizes = [one.size for one in self._streams if one.size is not None]
        if len(sizes) < len(self._streams):
            return None
        ahead = 0 if piece.taken is None else stream.taken - piece.taken
        return (sum(one.taken for one in self._streams) - ahead) / sum(sizes)

    def batches(self) -> Iterator[Batch]:
        """Yield all rows in the order of the files."""
        before = 0
        own_places = list(range(len(self.columns)))
        for stream, reader, places in zip(self._streams, self._readers, self._places, strict=True):
            rows = records = blank_lines = 0
            reasons: Counter[str] = Counter()
            for piece in reader.pieces():
                cells = pa.RecordBatch.from_arrays(list(piece.columns), names=list(reader.columns))
                table = cells if cells.schema.equals(self.schema) else _fit(cells, places, self.schema)
                text = piece.text if places == own_places else None
                numbers = piece.rows + (before + records + 1)
                share = self._share(stream, piece)
                yield Batch(cells, table, stream.name, numbers, piece.lines, piece.rejected, text, share)
                rows += len(piece.rows)
                reasons.update(row.reason for row in piece.rejected)
                records += piece.records
                blank_lines += piece.blank_lines
            stream.check_unchanged()
            found = (("packed with gzip",) if stream.packed else ()) + reader.found + _left_out(blank_lines)
            self.inputs.append(
                Input(
                    stream.name,
                    stream.sha256,
                    stream.taken,
                    rows,
                    reasons.total(),
                    records,
                    blank_lines,
                    found,
                    tuple(reasons.most_common(_COMMONEST)),
                )
            )
            before += records

    def __enter__(self) -> Contacts:
        return self

    def __exit__(self, *problem: object) -> None:
        self._open.close()


def _reader(stream: Stream, options: ReadOptions) -> Reader:
    """Return the reader for a file, chosen by its first bytes and not by its name."""
    head = stream.head
    if not head:
        raise ContactsError("E633", f"`{stream.name}` is empty", "the first line of a contact file names the columns")
    for start, what in _NOT_TABLES.items():
        if head.removeprefix(b"\xef\xbb\xbf").lstrip().lower().startswith(start):
            raise ContactsError(
                "E632", f"`{stream.name}` is {what}, not a table", "save it as .xlsx or CSV where it comes from"
            )
    if _is_workbook(stream):
        from qualify.contacts.reading.workbook import Workbook

        return Workbook(stream, options)
    if head.startswith(b"PAR1"):
        from qualify.contacts.reading.parquet import ParquetFile

        return ParquetFile(stream)
    if _is_json(stream.name, head):
        from qualify.contacts.reading.ndjson import JsonLines

        return JsonLines(stream, options)
    from qualify.contacts.reading.delimited import Delimited

    return Delimited(stream, options)


def _is_workbook(stream: Stream) -> bool:
    return stream.head.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0"))


def _is_json(name: str, head: bytes) -> bool:
    """Return whether a file has one JSON object per line; a CSV header that begins with a brace is not one."""
    text = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    if text.startswith(b"[") and text[1:].lstrip().startswith(b"{"):
        raise ContactsError(
            "E632", f"`{name}` is one JSON array", "write each object on its own line, without the array"
        )
    if name.removesuffix(".gz").endswith((".ndjson", ".jsonl")):
        return True
    if not text.startswith(b"{"):
        return False
    try:
        json.loads(text.split(b"\n", 1)[0])
    except (ValueError, RecursionError):
        return b"\n" not in text and b'"' in text[:3]  # one very long line
    return True


def _union(readers: Sequence[Reader]) -> tuple[pa.Schema, list[list[int | None]]]:
    """Return the columns of all files, and for each file the position of each of them."""
    keys: dict[tuple[str, int], set[Any]] = {}
    own: list[dict[tuple[str, int], int]] = []
    for reader in readers:
        seen: dict[str, int] = {}
        places: dict[tuple[str, int], int] = {}
        for place, (name, kind) in enumerate(zip(reader.columns, reader.types, strict=True)):
            key = name, seen.get(name, 0)
            seen[name] = key[1] + 1
            places[key] = place
            keys.setdefault(key, set()).add(kind)
        own.append(places)
    # A column that has different types in several files is text.
    fields = [
        pa.field(name, next(iter(types)) if len(types) == 1 else pa.string()) for (name, _), types in keys.items()
    ]
    return pa.schema(fields), [[places.get(key) for key in keys] for places in own]


def _left_out(blank_lines: int) -> tuple[str, ...]:
    return (f"{blank_lines} blank {'line' if blank_lines == 1 else 'lines'} left out",) if blank_lines else ()


def _fit(cells: pa.RecordBatch, places: list[int | None], schema: pa.Schema) -> pa.RecordBatch:
    def column(place: int | None, kind: Any) -> Array:
        return pa.nulls(cells.num_rows, kind) if place is None else written_as(cells.column(place), kind)

    return pa.RecordBatch.from_arrays([column(p, f.type) for p, f in zip(places, schema, strict=True)], schema=schema)
