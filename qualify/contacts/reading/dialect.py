"""Detecting the layout of a text file: its delimiter, its header, and the footer of a report."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from qualify.contacts.reading.batches import ContactsError
from qualify.contacts.reading.encoding import shown

DELIMITERS = {",": "comma", ";": "semicolon", "\t": "tab", "|": "bar"}
_NAMED = {"tab": "\t", "\\t": "\t", "comma": ",", "semicolon": ";", "bar": "|", "pipe": "|", "space": " "}

LINE_END = re.compile(rb"\r\n|\n|\r")
_SAMPLE_RECORDS = 100
_EXCEL_SEPARATOR = re.compile(rb"sep=([^\"\r\n\0\x80-\xff])(?:\r\n|\n|\r)", re.IGNORECASE)

_FOOTER_MARK = re.compile(
    rb"^\W*(?:copyright \(c\) 2000-20\d\d salesforce|confidential information - do not distribute)", re.IGNORECASE
)
_FOOTER_TOTALS = re.compile(rb"^\W*grand totals?\b", re.IGNORECASE)
_FOOTER_BYTES = 8 << 10
_LINE_STARTS = re.compile(rb"(?<=\n)|(?<=\r)(?!\n)")


@dataclass(frozen=True, slots=True)
class Grammar:
    """The definition of a record, for one delimiter.

    A cell is quoted as a whole or not at all; a quote inside an unquoted cell is an ordinary character (`5" pipe`).
    All quantifiers are possessive, so that a broken record costs one pass without backtracking.
    """

    cell: re.Pattern[bytes]
    record: re.Pattern[bytes]  # with its line end
    unclosed: re.Pattern[bytes]  # a record whose last cell opens a quote that is not closed
    broken: re.Pattern[bytes]  # a record up to the first quoted cell followed by other text; the cell is group 1

    def cells(self, record: bytes) -> list[str]:
        """Return the cells of a well-formed record without its line end."""
        texts = [record[start:end].decode("utf-8") for start, end in self._places(record)]
        return [text[1:-1].replace('""', '"') if text.startswith('"') else text for text in texts]

    def count(self, record: bytes) -> int:
        """Return the number of cells in a well-formed record without its line end."""
        return sum(1 for _ in self._places(record))

    def is_row(self, line: bytes, cells: int) -> bool:
        """Return whether a line is a complete record with this number of cells."""
        return self.record.fullmatch(line) is not None and self.count(line) == cells

    def _places(self, record: bytes) -> Iterator[tuple[int, int]]:
        place = 0
        while place <= len(record):
            match = self.cell.match(record, place)
            assert match is not None
            yield match.span()
            place = match.end() + 1


@lru_cache
def grammar(delimiter: str) -> Grammar:
    mark = re.escape(delimiter.encode())
    quoted = rb'"(?:[^"]++|"")*+'
    cell = rb"(?:" + quoted + rb'"(?=[' + mark + rb'\r\n]|\Z)|(?!")[^' + mark + rb"\r\n]*+)"
    record = cell + rb"(?:" + mark + cell + rb")*+(?:\r\n|\n|\r|\Z)"
    before = rb"(?:" + cell + mark + rb")*+"
    patterns = (cell, record, before + quoted + rb"\Z", before + rb"(" + quoted + rb'")')
    return Grammar(*map(re.compile, patterns))


@dataclass(frozen=True, slots=True)
class Header:
    """The columns of a text file, and where the rows begin."""

    delimiter: str
    columns: tuple[str, ...]
    length: int  # bytes up to the end of the header
    lines: int
    blank_lines: int


def find_header(name: str, text: bytes, override: str | None, ended: bool) -> Header | None:
    """Return the header of a file that begins with `text`, or None if more text is needed."""
    start, blank = _skip_blank_lines(text)
    if start == len(text):
        if ended:
            raise ContactsError("E633", f"`{name}` has no header: it is empty", "the first line names the columns")
        return None
    directive = _EXCEL_SEPARATOR.match(text, start)
    delimiter = (
        _delimiter(override) if override else directive[1].decode() if directive else find_delimiter(text[start:])
    )
    rules = grammar(delimiter)
    match = rules.record.match(text, directive.end() if directive else start)
    if match is None and (ended or not rules.unclosed.match(text, start)):
        raise ContactsError("E634", f"the header of `{name}` has a broken quote", shown(text[start : start + 80]))
    if match is None or (match.end() == len(text) and not ended):
        return None
    record = match[0].rstrip(b"\r\n")
    if b"\0" in record or not _is_utf8(record):
        raise ContactsError("E634", f"the header of `{name}` is not text", "is it a contact file?")
    if override and rules.count(record) == 1 and grammar(found := find_delimiter(text[start:])).count(record) > 1:
        hint = f"it is {DELIMITERS[found]}-separated: leave `--delimiter` out"
        raise ContactsError("E638", f"there is no `{override}` in the header of `{name}`", hint)
    lines = len(LINE_END.findall(text, start, match.end()))
    return Header(delimiter, tuple(rules.cells(record)), match.end(), blank + lines, blank)


def find_delimiter(text: bytes) -> str:
    """Return the delimiter for which most of the first records have as many cells as the header, and then the most."""

    def agreement(delimiter: str) -> tuple[float, int]:
        rules = grammar(delimiter)
        widths: list[int] = []
        place = 0
        while len(widths) < _SAMPLE_RECORDS and place < len(text) and (match := rules.record.match(text, place)):
            if record := match[0].rstrip(b"\r\n"):
                widths.append(rules.count(record))
            place = match.end()
        if not widths or widths[0] < 2:
            return 0.0, 0
        return widths.count(widths[0]) / len(widths), widths[0]

    return max(DELIMITERS, key=agreement)


def find_footer(text: bytes, delimiter: str, columns: int) -> tuple[int, int]:
    """Return where the footer of a Salesforce report begins in the last part of a file, and its number of lines.

    Without a footer, this is the end of the text and 0. A footer is at the very end, around a line with a notice of
    Salesforce: lines of one cell, blank lines, the grand totals. It begins with the first blank line or total, so that
    a short row directly above is not mistaken for a part of it.
    """
    lines = _LINE_STARTS.split(text[-_FOOTER_BYTES:])[1 if len(text) > _FOOTER_BYTES else 0 :]
    marks = [at for at, line in enumerate(lines) if _FOOTER_MARK.match(line)]
    if not marks:
        return len(text), 0

    def alone(line: bytes) -> bool:
        return grammar(delimiter).is_row(line.rstrip(b"\r\n"), 1)

    if not all(map(alone, lines[marks[-1] + 1 :])):
        return len(text), 0
    start = first = marks[0]
    while first > 0:
        line = lines[first - 1]
        opens = not line.strip() or _FOOTER_TOTALS.match(line) is not None
        # In a file with one column every row is a single cell, so only unmistakable lines count.
        if not opens and (columns == 1 or not alone(line)):
            break
        first -= 1
        start = first if opens else start
    return len(text) - sum(map(len, lines[start:])), len(lines[start:]) - (not lines[-1])


def _skip_blank_lines(text: bytes) -> tuple[int, int]:
    blank = re.compile(rb"[ ]*(?:\r\n|\n|\r)")
    place = lines = 0
    while match := blank.match(text, place):
        place, lines = match.end(), lines + 1
    return place, lines


def _delimiter(name: str) -> str:
    delimiter = _NAMED.get(name.lower(), name)
    if len(delimiter) != 1 or not delimiter.isascii() or delimiter in '"\r\n\0':
        raise ContactsError("E638", f"`{name}` cannot be a delimiter", "one plain character, or `tab`")
    return delimiter


def _is_utf8(data: bytes) -> bool:
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True
