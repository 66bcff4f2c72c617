"""Reading workbooks: `.xlsx` and the older formats of Excel."""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from datetime import date, datetime, timedelta
from itertools import chain, islice
from typing import TYPE_CHECKING, Any, BinaryIO, TypeAlias
from xml.etree import ElementTree
from xml.parsers import expat
from zipfile import BadZipFile, is_zipfile

import numpy as np
import pyarrow as pa

from qualify.contacts.reading.batches import Array, ContactsError, Piece, ReadOptions
from qualify.contacts.reading.byte_streams import Stream
from qualify.contacts.reading.sheet_errors import errors_in
from qualify.contacts.reading.sheet_size import check_size
from qualify.contacts.reading.typed_cells import column_of, text_of

if TYPE_CHECKING:
    from python_calamine import CalamineSheet, CalamineWorkbook

_ROWS, _CELLS = 10_000, 1_000_000  # per batch, at most
_TYPED = (int, float, date)
Errors: TypeAlias = Mapping[int, Mapping[int, str]]  # see `errors_in`


class Workbook:
    """An open sheet of a workbook. Its first row that is not blank is the header.

    Numbers and dates keep their type, because their text could be misread with the `decimal` or `format` of a field.
    All other cells are text. A column is written as numbers or as dates if it holds nothing else, else as text.
    """

    def __init__(self, stream: Stream, options: ReadOptions) -> None:
        self._name = stream.name
        with stream.rest() as file:
            self._book = _open(stream, file)
            self._sheet = self._choose(options.sheet, file)
            errors = _errors(file, self._sheet.name)
        rows = self._rows(errors)
        first = next(rows, None)
        if first is None:
            raise ContactsError("E633", f"the sheet `{self._sheet.name}` of `{self._name}` is empty", self._others())
        self._header_row, header = first
        self.columns = tuple(map(_text, header))
        self.types = self._types_below(self._header_row, errors)
        self._next_rows = rows

    @property
    def found(self) -> tuple[str, ...]:
        return (
            "workbook",
            f"sheet `{self._sheet.name}`" + (f" of {len(self._book.sheet_names)}" if self._others() else ""),
        )

    def pieces(self) -> Iterator[Piece]:
        last = self._header_row
        at_once = max(1, min(_ROWS, _CELLS // len(self.columns)))
        while rows := list(islice(self._next_rows, at_once)):
            lines = np.array([line for line, _ in rows], np.int64)
            blank = int(lines[-1]) - last - len(rows)
            last = int(lines[-1])
            by_column = zip(*(cells for _, cells in rows), strict=True)
            columns = tuple(map(_column, by_column, self.types))
            yield Piece(columns, np.arange(len(rows)), lines, len(rows), blank_lines=blank)

    def _types_below(self, header_row: int, errors: Errors) -> tuple[pa.DataType, ...]:
        kinds: list[set[type]] = [set() for _ in self.columns]
        for line, cells in self._rows(errors):
            for column_kinds, cell in zip(kinds, cells, strict=True):
                if line > header_row and cell != "":
                    column_kinds.add(type(cell))
        return tuple(map(_type, kinds))

    def _rows(self, errors: Errors) -> Iterator[tuple[int, list[Any]]]:
        """Yield each row that is not blank, with its number as Excel shows it."""
        first_column = self._sheet.start[1] if self._sheet.start else 0
        for line, cells in enumerate(self._sheet.iter_rows(), 1):
            row_errors = errors.get(line, {})
            if row_errors or any(cell != "" for cell in cells):
                yield line, [row_errors.get(at, cell) for at, cell in enumerate(cells, first_column)]

    def _choose(self, name: str | None, file: BinaryIO) -> CalamineSheet:
        from python_calamine import CalamineError, WorksheetNotFound

        def sheet(name: str) -> CalamineSheet:
            _check_size(self._name, file, name)
            return self._book.get_sheet_by_name(name)

        names = self._book.sheet_names
        try:
            if name is not None:
                return sheet(name)
            sheets = map(sheet, names)  # lazily, because each sheet is loaded as a whole
            first = next(sheets)
            return next((sheet for sheet in chain([first], sheets) if sheet.height), first)
        except WorksheetNotFound:
            existing = ", ".join(f"`{sheet}`" for sheet in names)
            raise ContactsError("E637", f"`{self._name}` has no sheet `{name}`", f"it has {existing}") from None
        except StopIteration:
            raise ContactsError("E637", f"`{self._name}` has no sheets") from None
        except CalamineError as problem:
            raise _not_readable(self._name, problem) from problem

    def _others(self) -> str | None:
        names = [name for name in self._book.sheet_names if name != self._sheet.name]
        return f"choose another with `--sheet`:  {', '.join(f'`{name}`' for name in names)}" if names else None


# If a part is broken or packed unusually, the library for workbooks decides whether it can be read.
_BROKEN = (
    *(ElementTree.ParseError, expat.ExpatError, BadZipFile, zlib.error),
    *(OSError, RuntimeError, ValueError, LookupError, EOFError),
)


def _errors(file: BinaryIO, sheet: str) -> Errors:
    try:
        return errors_in(file, sheet)
    except _BROKEN:
        return {}


def _check_size(name: str, file: BinaryIO, sheet: str) -> None:
    with suppress(*_BROKEN):
        check_size(name, file, sheet)


def _open(stream: Stream, file: BinaryIO) -> CalamineWorkbook:
    from python_calamine import CalamineError, CalamineWorkbook, PasswordError

    try:
        return CalamineWorkbook.from_filelike(file)
    except PasswordError:
        raise ContactsError("E636", f"`{stream.name}` is locked with a password", "save it without one") from None
    except (CalamineError, OSError, ValueError) as problem:
        if stream.head.startswith(b"PK") and not is_zipfile(file):
            raise ContactsError(
                "E636", f"`{stream.name}` is damaged: its end is missing", "download or save it again"
            ) from None
        if stream.head.startswith(b"PK") and b"[Content_Types].xml" not in stream.head:
            raise ContactsError(
                "E632", f"`{stream.name}` is a zip archive", "unpack it, and name the files in it"
            ) from None
        raise _not_readable(stream.name, problem) from problem


def _not_readable(name: str, problem: Exception) -> ContactsError:
    message = f"`{name}` looks like a workbook, but cannot be read as one: {problem}"
    return ContactsError("E636", message, "open it in Excel and save it again, or save it as CSV")


def _type(kinds: set[type]) -> pa.DataType:
    """Return the type for a column whose cells, apart from blank ones, have these Python types."""
    if kinds and kinds <= {int, float}:
        return pa.float64()
    if kinds and kinds <= {date, datetime}:
        return pa.timestamp("us") if datetime in kinds else pa.date32()
    return pa.string()


def _column(cells: Iterable[Any], kind: pa.DataType) -> Array:
    """Return a column to be written as a type; unless that is text, a blank cell is null."""
    if not pa.types.is_string(kind):
        known = column_of([None if cell == "" else cell for cell in cells])
        return known.cast(kind)
    return column_of(
        [cell if isinstance(cell, _TYPED) and not isinstance(cell, bool) else _text(cell) for cell in cells]
    )


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"  # as Excel shows it
    if isinstance(value, timedelta):
        seconds = round(value.total_seconds())
        return f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}"
    return text_of(value) or ""
