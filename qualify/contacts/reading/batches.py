"""What reading contacts gives: batches of rows, the rows that could not be read, and what was found out."""

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
    """A contact file that cannot be read or written, in words for the person who named it."""

    def __init__(self, code: str, message: str, hint: str | None = None) -> None:
        super().__init__(message)
        self.code, self.hint = code, hint

    def __str__(self) -> str:
        return harmless(super().__str__())


@dataclass(frozen=True, slots=True)
class ReadOptions:
    """What a person says of a file, against what would be found out."""

    delimiter: str | None = None
    encoding: str | None = None
    sheet: str | None = None
    block: int = 8 << 20  # bytes read at a time, and about the size of a batch: rows enough to be worth a round


@dataclass(frozen=True, slots=True)
class Rejected:
    """A row that could not be read: where it stands, why, and its text."""

    file: str
    line: int  # the line of the file on which it begins, from 1; in a workbook or Parquet file the row
    reason: str
    text: str


@dataclass(frozen=True, slots=True)
class Batch:
    """Some rows of one file, in its order, and the rejected rows that stand among them.

    `cells` has the columns of its own file, each cell of its own type (see `column_of`): what rules read. `table` has
    the columns of the whole run, each of one type: what is written. A cell that never existed is null; a blank one
    is "".
    Rows are counted from 1 over all files, rejected ones included. `text` has the rows as they stand in the file
    where that is comma-separated and has the columns of the run, each but perhaps the first with the line feed before
    it: what is to be written again untouched need not be put together from its cells. Else it is None. `share` is how
    much of all files had been read for it, from 0 to 1; None where that cannot be known.
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

    `records` was counted apart from the parser (by line ends, or by the file's own count), so that
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
    reasons: tuple[tuple[str, int], ...] = ()  # the commonest of the rejected rows, with how often


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of one file as its reader gives it: its own columns, and its own count of rows.

    A column may be of another type in each piece.
    """

    columns: tuple[Array, ...]
    rows: Integers  # place among the records of this piece, from 0, rejected ones included
    lines: Integers
    records: int
    rejected: tuple[Rejected, ...] = ()
    blank_lines: int = 0
    text: Array | None = None  # see `Batch`
    taken: int | None = None  # bytes of the file that had been read for it; None where more is not read ahead
