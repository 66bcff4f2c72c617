"""The rejected rows of a run: rows that could not be read, with their place and the reason."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from contextlib import ExitStack
from pathlib import Path
from typing import BinaryIO

from qualify.contacts.reading.batches import Rejected
from qualify.contacts.writing.destination import new_file
from qualify.contacts.writing.writers import FORMULA_STARTS

HEADER = ("file", "line", "reason", "text")
MAX_KEPT = 20  # rows kept for the screen if the contacts go to stdout


class Rejects:
    """Writes rejected rows as CSV, to an open file or to one that is created for the first row.

    If the contacts go to stdout, there is no file, and the first rows are kept to be printed.
    """

    def __init__(self, file: BinaryIO | None, excel_safe: bool = False, name: str = "") -> None:
        self.count = 0
        self.name = name
        self.kept: list[Rejected] = []
        self._excel_safe = excel_safe
        self._file = file
        self._created = ExitStack()
        if file:
            self._write(HEADER)

    @staticmethod
    def beside(out: str, excel_safe: bool = False) -> Rejects:
        """Return a writer to `NAME.rejected.csv` beside an output file; it is created for the first row."""
        return Rejects(None, excel_safe, next(iter(Rejects.files_beside(out)), "stderr"))

    @staticmethod
    def files_beside(out: str) -> tuple[str, ...]:
        """Return the file for the rejected rows of an output file; none for stdout."""
        return () if out == "-" else (str(Path(out).with_suffix(".rejected.csv")),)

    @staticmethod
    def remove_older(out: str) -> None:
        """Remove the rejected rows of an earlier run to the same output file, which would seem to be of this run."""
        for older in map(Path, Rejects.files_beside(out)):
            if older.is_file() and _is_ours(older):
                older.unlink()

    def __enter__(self) -> Rejects:
        return self

    def __exit__(self, *problem: object) -> None:
        self._created.__exit__(*problem)  # type: ignore[arg-type]  # passed on as it came

    def add(self, rows: Iterable[Rejected]) -> None:
        for row in rows:
            self.count += 1
            if self.name == "stderr":
                self.kept += [row] if self.count <= MAX_KEPT else []
                continue
            if self._file is None:
                self._file = self._created.enter_context(new_file(self.name))
                self._write(HEADER)
            self._write((row.file, str(row.line), row.reason, row.text))

    def _write(self, cells: Iterable[str]) -> None:
        assert self._file is not None
        text = io.StringIO()
        csv.writer(text, lineterminator="\n").writerow(map(self._defused, cells))
        self._file.write(text.getvalue().encode("utf-8", "replace"))

    def _defused(self, cell: str) -> str:
        return f"'{cell}" if self._excel_safe and cell.startswith(FORMULA_STARTS) else cell


def _is_ours(file: Path) -> bool:
    """Return whether a file has the header of rejected rows, unchanged by a spreadsheet."""
    header = ",".join(HEADER).encode() + b"\n"
    with file.open("rb") as opened:
        return opened.read(len(header)) == header
