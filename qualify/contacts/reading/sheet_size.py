"""A limit on the size of an `.xlsx` sheet, checked before the library for workbooks loads it.

The library holds every cell up to the last row and column, even blank ones, so a single cell far away costs as much as
a full sheet.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator
from typing import IO, BinaryIO
from xml.parsers import expat

from qualify.contacts.reading.batches import ContactsError
from qualify.contacts.reading.sheet_errors import part_of

MAX_CELLS = 50_000_000
LAST_ROW, LAST_COLUMN = 1 << 20, 1 << 14  # the limits of Excel
_BLOCK = 1 << 20  # bytes
# A row or cell without an address, or beyond the first 47 columns. Sheets without these are small enough.
_ODD = re.compile(
    rb'<(?:c(?![a-zA-Z]| r="(?:[A-Z]|A[A-U])[1-9][0-9]{0,5}")|row(?! r="[1-9][0-9]{0,5}")|[^ />]*:(?:c|row)[\s/>])'
)
_ADDRESS = re.compile(r"([A-Z]{1,3})([1-9][0-9]{0,6})")


def check_size(name: str, file: BinaryIO, sheet: str) -> None:
    """Raise ContactsError for a sheet with too many cells, or with a cell whose address is invalid."""
    if not zipfile.is_zipfile(file):
        return
    with zipfile.ZipFile(file) as book:
        part = part_of(book, sheet)
        if part is None:
            return
        with book.open(part) as opened:
            if not any(map(_ODD.search, _whole_tags(opened))):
                return
        with book.open(part) as opened:
            rows, columns = _extent(name, opened)
    if rows * columns > MAX_CELLS:
        raise ContactsError(
            "E639",
            f"the sheet `{sheet}` of `{name}` has {rows:,} rows and {columns:,} columns, more than can be read",
            "delete whatever is far below or to the right of the contacts, or save the sheet as CSV",
        )


def _whole_tags(file: IO[bytes]) -> Iterator[bytes]:
    left = b""
    while block := file.read(_BLOCK):
        data = left + block
        end = data.rfind(b"<")
        yield data[: end if end > 0 else None]
        left = data[end:] if end > 0 else b""
    yield left


def _extent(name: str, file: IO[bytes]) -> tuple[int, int]:
    """Return the last row and the last column with a cell."""
    row = column = last_row = last_column = 0

    def start(tag: str, attributes: dict[str, str]) -> None:
        nonlocal row, column, last_row, last_column
        kind, address = tag.rpartition(":")[2], attributes.get("r")
        if kind == "row":
            row, column = (int(address) if address and address.isdecimal() else row + 1), 0
        elif kind == "c":
            place = _ADDRESS.fullmatch(address) if address else None
            if address is not None and place is None:
                raise ContactsError("E636", f"`{name}` has a cell at `{address[:20]}`, which is not a valid place")
            at_row, column = (int(place[2]), _number(place[1])) if place else (row, column + 1)
            last_row, last_column = max(last_row, at_row), max(last_column, column)
        if max(last_row, row) > LAST_ROW or last_column > LAST_COLUMN:
            raise ContactsError("E636", f"`{name}` has a cell beyond the last place of a sheet, XFD1048576")

    parser = expat.ParserCreate()
    parser.StartElementHandler = start
    parser.ParseFile(file)
    return last_row, last_column


def _number(letters: str) -> int:
    number = 0
    for letter in letters:
        number = 26 * number + ord(letter) - ord("A") + 1
    return number
