"""Splitting text into well-formed records, so that nothing broken reaches the parser.

Most blocks are plain: every quote opens or closes a cell. A few vectorised passes over the bytes verify this and find
where the records begin. Any other block is read record by record; broken records are rejected with their line. A quote
counts as unclosed if the next quote is in an impossible place, or if none follows before the end of the file or within
`LONGEST` bytes. Then one line is rejected, and reading continues on the next.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from qualify.contacts.reading.batches import Integers
from qualify.contacts.reading.dialect import LINE_END, Grammar, grammar
from qualify.contacts.reading.encoding import shown

NOT_CLOSED = "a quote is not closed"
TOO_LONG = "it is longer than 64 MiB"
LONGEST = 64 << 20  # bytes of a record; a longer one must have an unclosed quote
AT_ONCE = 10 << 20  # bytes searched for records at a time, unless one is longer; this bounds the memory

_NEWLINE, _RETURN, _QUOTE = b'\n\r"'


@dataclass(frozen=True, slots=True)
class Stretch:
    """Consecutive well-formed records, which every CSV reader reads the same way, and the rejected lines among them.

    `lines` has the line on which each record begins, without blank lines; `places` its index among all records of the
    stretch, including the `rejected` ones (their line, reason and bytes). `ends` has the position of the line feed
    after each record, or is None unless exactly one line feed separates any two records.
    """

    data: bytes | memoryview
    quoted: bool
    first_line: int
    lines: Integers
    places: Integers
    rejected: tuple[tuple[int, str, bytes], ...] = ()
    blank_lines: int = 0
    end: int = 0  # how many of the given bytes it covers
    line_count: int = 0
    careful: bool = False
    ends: Integers | None = None


def stretches(blocks: Iterable[tuple[bytes, bool]], delimiter: str, columns: int, line: int) -> Iterator[Stretch]:
    """Yield the records of blocks, each given with whether it is the last; the first begins on `line`."""
    parts: list[bytes] = []
    wanted = 0
    for block, last in blocks:
        parts.append(block)
        if not last and sum(map(len, parts)) < wanted:
            continue
        data = b"".join(parts)
        usual = AT_ONCE if len(data) <= AT_ONCE else AT_ONCE // 2
        start, size = 0, usual
        while start < len(data):
            some = data[start : start + size]
            is_rest = start + len(some) == len(data)
            stretch = plain(some, delimiter, columns, line, last and is_rest)
            if stretch is None:
                stretch = careful(some, delimiter, columns, line, last and is_rest, AT_ONCE)
            is_unfinished = is_rest and not stretch.end  # only the beginning of a record is left
            if start == 0 or not is_unfinished:
                yield stretch
            if is_unfinished:
                break
            # Retry an unfinished record only when twice as much of it is available.
            start, size = start + stretch.end, usual if stretch.end else 2 * size
            line += stretch.line_count
        wanted = 0 if start else 2 * len(data)
        parts = [data[start:]]


def plain(data: bytes, delimiter: str, columns: int, line: int, last: bool) -> Stretch | None:
    """Return the complete records of a block, or None if it needs a careful reading."""
    if b"\0" in data:
        return None
    if b'"' not in data and b"\r" not in data:
        return _a_line_each(data, line, last)
    bytes_ = np.frombuffer(data, np.uint8)
    ends = _line_ends(data, bytes_, last)
    quotes = np.flatnonzero(bytes_ == _QUOTE)
    if len(quotes) and (not _are_well_placed(bytes_, quotes, ord(delimiter)) or (last and len(quotes) % 2)):
        return None
    outside = np.searchsorted(quotes, ends) % 2 == 0
    record_ends = ends[outside]
    if len(record_ends) == 0:
        return None if len(data) > LONGEST else _NOTHING
    end = min(int(record_ends[-1]) + 1, len(data))
    last_lines = np.flatnonzero(outside) + 1
    starts = np.concatenate(([0], record_ends[:-1] + 1))
    lines = np.concatenate(([0], last_lines[:-1])) + line
    if columns > 1 and len(ends) > len(record_ends):
        several = np.flatnonzero(np.diff(last_lines, prepend=0) > 1)
        misfits = several[_cells(bytes_[:end], ord(delimiter), starts)[several] != columns]
        rules = grammar(delimiter)
        if any(swallows_rows(data[starts[at] : record_ends[at]].rstrip(b"\r"), rules, columns) for at in misfits):
            return None
    lengths = record_ends - starts
    blank = (lengths == 0) | ((lengths == 1) & (bytes_[starts] == _RETURN))
    blank_lines = int(np.count_nonzero(blank))
    if blank_lines:
        lines = lines[~blank]
    return Stretch(
        data=memoryview(data)[:end],
        quoted=len(quotes) > 0,
        first_line=line,
        lines=lines,
        places=np.arange(len(lines)),
        blank_lines=blank_lines,
        end=end,
        line_count=int(last_lines[-1]),
        ends=None if blank_lines or b"\r" in data else record_ends,
    )


def _a_line_each(data: bytes, line: int, last: bool) -> Stretch | None:
    """Return the records of a block without quotes or carriage returns.

    Most files take this path, so it only counts lines. Blank lines are not searched for: the parser skips them, finds
    fewer records than were counted, and the block is read carefully.
    """
    ends = np.flatnonzero(np.frombuffer(data, np.uint8) == _NEWLINE)
    end = data.rfind(b"\n") + 1
    if last and end < len(data):
        ends, end = np.append(ends, len(data)), len(data)
    if len(ends) == 0:
        return None if len(data) > LONGEST else _NOTHING
    places = np.arange(len(ends))
    return Stretch(memoryview(data)[:end], False, line, places + line, places, end=end, line_count=len(ends), ends=ends)


def _line_ends(data: bytes, bytes_: NDArray[np.uint8], last: bool) -> Integers:
    """Return the position of the last byte of every line end. The end of the file ends a line too."""
    marks = bytes_ == _NEWLINE
    if b"\r" in data:
        alone = bytes_ == _RETURN
        alone[:-1] &= ~marks[1:]
        if not last:
            alone[-1] = False  # its line feed may be in the next block
        marks |= alone
    ends = np.flatnonzero(marks)
    if last and len(data) and data[-1] not in b"\r\n":
        ends = np.append(ends, len(data))
    return ends


def _cells(bytes_: NDArray[np.uint8], delimiter: int, starts: Integers) -> Integers:
    """Return the number of cells in each record: its delimiters outside quotes, plus one."""
    inside = np.cumsum(bytes_ == _QUOTE, dtype=np.uint8) & 1
    cells: Integers = np.add.reduceat((bytes_ == delimiter) & (inside == 0), starts, dtype=np.int64) + 1
    return cells


def _are_well_placed(bytes_: NDArray[np.uint8], quotes: Integers, delimiter: int) -> bool:
    """Return whether each quote opens a cell, closes one, or is one of a pair inside a quoted cell.

    Counting from 0, an even quote is outside of quoted text: it must follow a delimiter or a line end, or come directly
    after a closing quote, with which it forms a pair. An odd quote must be followed by one of these.
    """
    edge = np.zeros(256, bool)
    edge[[delimiter, _NEWLINE, _RETURN]] = True
    pair = quotes[1:] - quotes[:-1] == 1
    opening, closing = quotes[0::2], quotes[1::2]
    opens = edge[bytes_[opening - 1]]
    if opening[0] == 0:
        opens[0] = True
    opens[1:] |= pair[1::2][: len(opens) - 1]
    if not opens.all():
        return False
    if len(closing) and closing[-1] == len(bytes_) - 1:
        closing = closing[:-1]  # what follows is not known yet
    closes = edge[bytes_[closing + 1]]
    following = pair[1::2][: len(closes)]
    closes[: len(following)] |= following
    return bool(closes.all())


def careful(data: bytes, delimiter: str, columns: int, line: int, last: bool, most: int | None = None) -> Stretch:
    """Return the complete, well-formed records of a block, or of its first `most` bytes, read one by one."""
    walk = _Walk(data, grammar(delimiter), columns, line)
    place = 0
    while place < (len(data) if most is None else min(most, len(data))):
        rejected = len(walk.rejected)
        step = walk.step(place, last)
        if step == place and len(data) - place > LONGEST:
            step = walk.give_up(place)
        if step == place:
            break
        place = step
        if most and len(walk.rejected) > rejected and b'"' in walk.rejected[-1][2] and data.find(b'"', place) < 0:
            break  # that was the last quote, so what follows may be plain
    return Stretch(
        data=b"".join(data[begin:end] for begin, end in walk.kept),
        quoted=True,
        first_line=line,
        lines=np.frombuffer(walk.lines, np.int64),
        places=np.frombuffer(walk.places, np.int64),
        rejected=tuple(walk.rejected),
        blank_lines=walk.blank_lines,
        end=place,
        line_count=walk.line - line,
        careful=True,
    )


class _Walk:
    """The state of a careful reading: what it has kept and what it has rejected."""

    def __init__(self, data: bytes, rules: Grammar, columns: int, line: int) -> None:
        self.data, self.rules, self.columns, self.line = data, rules, columns, line
        self.kept: list[tuple[int, int]] = []  # the start and end of each group of adjacent records
        self.lines = array("q")
        self.places = array("q")
        self.rejected: list[tuple[int, str, bytes]] = []
        self.blank_lines = 0

    def step(self, place: int, final: bool) -> int:
        """Take the record at a place and return the place after it, or the same place if it may be incomplete."""
        match = self.rules.record.match(self.data, place)
        if match is None:
            open_ended = self.rules.unclosed.match(self.data, place) is not None
            return place if open_ended and not final else self._reject_line(place, final, self._why_broken(place))
        record, end = match[0], match.end()
        if not final and end == len(self.data) and not record.endswith(b"\n"):
            return place
        lines = 1
        if b'"' in record:
            lines = len(LINE_END.findall(record)) + (not record.endswith((b"\n", b"\r")))
        if lines > 1 and swallows_rows(record.rstrip(b"\r\n"), self.rules, self.columns):
            return self._reject_line(place, final, NOT_CLOSED)
        if not record.strip(b"\r\n"):
            self.blank_lines += 1
        elif reason := _unreadable(record):
            self.rejected.append((self.line, reason, record.rstrip(b"\r\n")))
        else:
            self.places.append(self._count())
            self.lines.append(self.line)
            begin = self.kept.pop()[0] if self.kept and self.kept[-1][1] == place else place
            self.kept.append((begin, end))
        self.line += lines
        return end

    def give_up(self, place: int) -> int:
        """Reject the line at a place, because the record that begins there does not end."""
        open_ended = self.rules.unclosed.match(self.data, place) is not None
        return self._reject_line(place, True, NOT_CLOSED if open_ended else TOO_LONG)

    def _why_broken(self, place: int) -> str:
        match = self.rules.broken.match(self.data, place)
        return NOT_CLOSED if match is None or LINE_END.search(match[1]) else "text follows a closing quote"

    def _reject_line(self, place: int, final: bool, reason: str) -> int:
        end = LINE_END.search(self.data, place)
        if end is None and not final:
            return place
        if end is not None and end.end() == len(self.data) and end[0] == b"\r" and not final:
            return place
        text = self.data[place : end.start() if end else len(self.data)]
        self.rejected.append((self.line, reason, text))
        self.line += 1
        return end.end() if end else len(self.data)

    def _count(self) -> int:
        return len(self.places) + len(self.rejected)


def swallows_rows(record: bytes, rules: Grammar, columns: int) -> bool:
    """Return whether a record of several lines is more likely a row with an unclosed quote and the rows after it.

    This is so if the record has a wrong number of cells and one of its later lines has the right one.
    """
    if columns == 1 or rules.count(record) == columns:
        return False
    return any(rules.is_row(line, columns) for line in LINE_END.split(record)[1:])


def _unreadable(record: bytes) -> str | None:
    """Return why the characters of a record are unreadable, or None."""
    if b"\0" in record:
        return "it has a NUL byte"
    try:
        record.decode("utf-8")
    except UnicodeDecodeError as problem:
        return f"{shown(record[problem.start : problem.start + 3])[:4]} is not a character of the file's encoding"
    return None


_NONE: Integers = np.zeros(0, np.int64)
_NOTHING = Stretch(b"", False, 0, _NONE, _NONE)
