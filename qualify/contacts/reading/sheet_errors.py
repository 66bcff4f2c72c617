"""Error values in the cells of an `.xlsx` workbook, such as `#DIV/0!`, which the library for workbooks leaves blank."""

from __future__ import annotations

import posixpath
import re
import zipfile
from collections import defaultdict
from collections.abc import Mapping
from typing import BinaryIO
from xml.etree import ElementTree

_BOOK, _LINKS = "xl/workbook.xml", "xl/_rels/workbook.xml.rels"
_MARK = re.compile(rb"""\bt\s*=\s*["']e["']""")  # marks a cell with an error
_BLOCK = 1 << 20  # bytes
_ADDRESS = re.compile(r"([A-Z]{1,3})[0-9]{1,7}")


def errors_in(file: BinaryIO, sheet: str) -> Mapping[int, Mapping[int, str]]:
    """Return the error values of a sheet by row, numbered as in Excel, and by column from 0.

    Other kinds of workbooks are not XML; for them the result is empty.
    """
    found: dict[int, dict[int, str]] = defaultdict(dict)
    if not zipfile.is_zipfile(file):
        return found
    with zipfile.ZipFile(file) as book:
        part = part_of(book, sheet)
        if part is None or not _has_mark(book, part):
            return found
        row = column = 0
        with book.open(part) as opened:
            for event, element in ElementTree.iterparse(opened, ("start", "end")):
                name = element.tag.rpartition("}")[2]
                if name == "row" and event == "start":
                    row, column = int(element.get("r", row + 1)), -1
                elif name == "row":
                    element.clear()
                elif name == "c" and event == "end":
                    address = _ADDRESS.fullmatch(element.get("r", ""))
                    column = _column(address[1]) if address else column + 1  # by default right of the last cell
                    if element.get("t") == "e":
                        found[row][column] = element.findtext("{*}v", "")
    return found


def part_of(book: zipfile.ZipFile, sheet: str) -> str | None:
    """Return the name of the file in a workbook that holds a sheet."""
    if not {_BOOK, _LINKS} <= set(book.namelist()):
        return None
    sheets = ElementTree.fromstring(book.read(_BOOK)).iterfind(".//{*}sheet")
    links = ElementTree.fromstring(book.read(_LINKS))
    its_ids = {value for one in sheets if one.get("name") == sheet for key, value in one.items() if key.endswith("}id")}
    targets = [one.get("Target", "") for one in links if one.get("Id") in its_ids]
    part = posixpath.normpath(posixpath.join("/xl", targets[0])).lstrip("/") if targets else ""
    return part if part in book.namelist() else None


def _has_mark(book: zipfile.ZipFile, part: str) -> bool:
    """Return whether any cell has an error, by a fast search."""
    with book.open(part) as opened:
        before = b""
        while block := opened.read(_BLOCK):
            if _MARK.search(before + block):
                return True
            before = block[-16:]
    return False


def _column(letters: str) -> int:
    number = 0
    for letter in letters:
        number = 26 * number + ord(letter) - ord("A") + 1
    return number - 1
