"""Reading delimited text: CSV and similar formats."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import chain
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.csv

from qualify.contacts.prefetch import in_order
from qualify.contacts.reading.batches import Array, ContactsError, Piece, ReadOptions, Rejected
from qualify.contacts.reading.byte_streams import Stream
from qualify.contacts.reading.dialect import DELIMITERS, Header, find_footer, find_header
from qualify.contacts.reading.encoding import Text, shown
from qualify.contacts.reading.records import LONGEST, Stretch, careful, stretches

_FOOTER_ROOM = 64 << 10
_BOM = b"\xef\xbb\xbf"


class Delimited:
    """An open CSV file whose header has been read."""

    def __init__(self, stream: Stream, options: ReadOptions) -> None:
        self._stream = stream
        self._name = stream.name
        self._text = Text(stream.head, options.encoding)
        self._blocks = self._text.blocks(stream.read, options.block)
        self._header, self._start = self._read_header(options.delimiter)
        self.columns = self._header.columns
        self.types = (pa.string(),) * len(self.columns)
        self._footer_lines = 0

    def _read_header(self, delimiter: str | None) -> tuple[Header, bytes]:
        start, ended = b"", False
        while not ended:
            block = next(self._blocks, b"")
            start, ended = start + block, not block
            if len(start) > LONGEST:
                raise ContactsError("E634", f"the header of `{self._name}` does not end", "is it a contact file?")
            header = find_header(self._name, start, delimiter, ended)
            if header is not None:
                return header, start[header.length :]
        raise AssertionError("at the end of a file, `find_header` returns a header or raises")

    @property
    def found(self) -> tuple[str, ...]:
        delimiter = self._header.delimiter
        facts = [self._text.words]
        if len(self.columns) > 1:
            facts.append(f"{DELIMITERS.get(delimiter, f'`{delimiter}`')}-separated")
        if self._footer_lines:
            facts.append(f"Salesforce report footer of {self._footer_lines} lines left out")
        return tuple(facts)

    def pieces(self) -> Iterator[Piece]:
        """Yield the rows in order; they are parsed on several threads."""
        header = self._header
        blocks = self._without_footer(with_last(chain([self._start], self._blocks)))
        parts = stretches(blocks, header.delimiter, len(header.columns), header.lines + 1)
        above = header.blank_lines
        for piece in in_order(self._piece, ((part, self._stream.taken) for part in parts)):
            yield replace(piece, blank_lines=piece.blank_lines + above) if above else piece
            above = 0

    def _without_footer(self, blocks: Iterable[tuple[bytes, bool]]) -> Iterator[tuple[bytes, bool]]:
        for block, last in blocks:
            if last:
                end, self._footer_lines = find_footer(block, self._header.delimiter, len(self.columns))
                yield block[:end], True
            else:
                yield block, False

    def _piece(self, part: tuple[Stretch, int]) -> Piece:
        stretch, taken = part
        return replace(self._parse(stretch), taken=taken)

    def _parse(self, stretch: Stretch) -> Piece:
        """Return the rows of a stretch. If the parser finds unexpected records, it is split again carefully."""
        piece = self._parse_whole(stretch)
        if piece is None and not stretch.careful:
            delimiter, columns = self._header.delimiter, len(self.columns)
            resplit = careful(bytes(stretch.data), delimiter, columns, stretch.first_line, last=True)
            piece = self._parse_whole(resplit)
        if piece is None:
            raise ContactsError("E634", f"`{self._name}` cannot be split into rows from line {stretch.first_line} on")
        return piece

    def _parse_whole(self, stretch: Stretch) -> Piece | None:
        """Return the rows of a stretch, or None if the parser does not find the expected records."""
        delimiter, columns = self._header.delimiter, len(self.columns)
        try:
            arrays, misfits = parse(stretch.data, delimiter, columns, stretch.quoted)
        except (pa.ArrowInvalid, UnicodeDecodeError):
            return None
        if len(arrays[0]) + len(misfits) != len(stretch.lines):
            return None
        rejected = [Rejected(self._name, line, reason, shown(text)) for line, reason, text in stretch.rejected]
        rejected += [
            Rejected(self._name, int(stretch.lines[m.place]), _wrong_count(m.cells, columns), m.text)
            for m in misfits
            if m.text.strip()
        ]
        rows, lines = stretch.places, stretch.lines
        blank = [m.place for m in misfits if not m.text.strip()]  # lines of spaces, which the parser treats as rows
        if misfits:
            wrong = [m.place for m in misfits]
            rows = np.delete(rows - np.searchsorted(rows[blank], rows), wrong)
            lines = np.delete(lines, wrong)
        return Piece(
            columns=tuple(arrays),
            rows=rows,
            lines=lines,
            records=len(stretch.lines) + len(stretch.rejected) - len(blank),
            rejected=tuple(sorted(rejected, key=lambda row: row.line)),
            blank_lines=stretch.blank_lines + len(blank),
            text=None if misfits or delimiter != "," else _rows(stretch),
        )


def _rows(stretch: Stretch) -> Array | None:
    """Return the text of the rows of a stretch, each but the first with the line feed before it."""
    if stretch.ends is None:
        return None
    offsets = np.concatenate(([0], stretch.ends)).astype(np.int32)
    return pa.StringArray.from_buffers(len(stretch.ends), pa.py_buffer(offsets), pa.py_buffer(stretch.data))


@dataclass(frozen=True, slots=True)
class Misfit:
    """A record with too few or too many cells, and its index among the parsed records."""

    place: int
    cells: int
    text: str


def parse(data: bytes | memoryview, delimiter: str, columns: int, quoted: bool) -> tuple[list[Array], list[Misfit]]:
    """Return the columns of well-formed records as text, and the records with a wrong number of cells.

    Raises ArrowInvalid or UnicodeDecodeError for text that is not UTF-8.
    """
    names = [str(at) for at in range(columns)]  # headers may repeat
    if not data:
        return [pa.array([], pa.string()) for _ in names], []
    if data[:3] == _BOM:
        data = b"\n" + bytes(data)  # otherwise the parser would drop it as a byte-order mark
    misfits: list[Misfit] = []

    def keep(row: Any) -> str:
        misfits.append(Misfit(row.number - 1, row.actual_columns, row.text))
        return "skip"

    def table(handler: Callable[[Any], str] | None) -> pa.Table:
        return pa.csv.read_csv(
            pa.BufferReader(pa.py_buffer(data)),
            # One block on one thread, so that rows keep their numbers; other threads parse the next blocks.
            read_options=pa.csv.ReadOptions(column_names=names, block_size=len(data) + 1, use_threads=False),
            parse_options=pa.csv.ParseOptions(
                delimiter=delimiter, newlines_in_values=quoted, invalid_row_handler=handler
            ),
            convert_options=pa.csv.ConvertOptions(
                column_types=dict.fromkeys(names, pa.string()), strings_can_be_null=False
            ),
        )

    try:
        whole = table(None)
    except pa.ArrowInvalid:
        str(data, "utf-8")  # otherwise the row handler would print errors about invalid UTF-8
        whole = table(keep)
    return [column.combine_chunks() for column in whole.columns], misfits


def with_last(blocks: Iterable[bytes]) -> Iterator[tuple[bytes, bool]]:
    """Yield each block and whether it is the last one, which is made long enough for a complete footer."""
    held = b""
    for block in blocks:
        if held and len(block) >= _FOOTER_ROOM:
            yield held, False
            held = block
        else:
            held += block
    yield held, True


def _wrong_count(cells: int, columns: int) -> str:
    return f"{cells} {'cell' if cells == 1 else 'cells'} where the header has {columns}"
