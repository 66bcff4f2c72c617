"""The results of reading contacts: batches of rows, rejected rows, and facts about each file."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from qualify.text.phrasing import harmless

Array: TypeAlias = Any  # a pyarrow array; pyarrow comes without types
Integers: TypeAlias = NDArray[np.int64]


class ContactsError(Exception):
    """A contact file cannot be read or written; the message is for the person who named it."""

    def __init__(self, code: str, message: str, hint: str | None = None) -> None:
        super().__init__(message)
        self.code, self.hint = code, hint

    def __str__(self) -> str:
        return harmless(super().__str__())


@dataclass(frozen=True, slots=True)
class ReadOptions:
    """Options that override what would be detected from a file."""

    delimiter: str | None = None
    encoding: str | None = None
    sheet: str | None = None
    block: int = 8 << 20  # bytes read at a time, and about the size of a batch


@dataclass(frozen=True, slots=True)
class Rejected:
    """A row that could not be read: its place, the reason and its text."""

    file: str
    line: int  # the line on which it begins, from 1; in a workbook or Parquet file, the row
    reason: str
    text: str


@dataclass(frozen=True, slots=True)
class Batch:
    """Consecutive rows of one file, and the rejected rows among them.

    `cells` is what rules read: the columns of the file, where each cell keeps its type (see `column_of`). `table` is
    what is written: the columns of the whole run, each of one type. A cell that does not exist is null, a blank one "".
    `numbers` count rows from 1 over all files, including rejected rows. `text` has the rows as they are in the file, so
    that they can be written again unchanged; each starts with a line feed, except perhaps the first. It is None unless
    the file is comma-separated and has the columns of the run. `share` is how much of all files has been read, from
    0 to 1, or None if unknown.
    """

    cells: pa.RecordBatch
    table: pa.RecordBatch
    file: str
    numbers: Integers
    lines: Integers
    rejected: tuple[Rejected, ...] = ()
    text: Array | None = None
    share: float | None = None


@dataclass(frozen=True, slots=True)
class Input:
    """A file that has been read to its end.

    `records` is counted independently of the parser (by line ends, or by the file's own count), so that
    `records == rows + rejected` is a check that nothing was lost.
    """

    path: str
    sha256: str
    bytes: int
    rows: int
    rejected: int
    records: int
    blank_lines: int
    found: tuple[str, ...]
    reasons: tuple[tuple[str, int], ...] = ()  # of rejected rows, with their counts, most frequent first


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of one file as its reader yields it, with its own columns and row numbers.

    A column may have a different type in each piece.
    """

    columns: tuple[Array, ...]
    rows: Integers  # index among the records of this piece, including rejected ones
    lines: Integers
    records: int
    rejected: tuple[Rejected, ...] = ()
    blank_lines: int = 0
    text: Array | None = None  # see `Batch`
    taken: int | None = None  # bytes of the file read for this piece; None if none are read ahead
