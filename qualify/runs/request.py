"""The options of a run."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from qualify.contacts.reading.batches import ReadOptions

# A name with one of these endings means a file. Not all of these formats can be written; a message then says so.
FILE_ENDINGS = (".csv", ".parquet", ".ndjson", ".jsonl", ".tsv", ".txt", ".json", ".xlsx", ".xls", ".gz", ".zip")


@dataclass(frozen=True, slots=True)
class Request:
    """The options of a run. `out` is a folder, a file, `-`, or None for a folder named after the time."""

    rules: str
    contacts: tuple[str, ...]
    as_of: date
    reading: ReadOptions = field(default_factory=ReadOptions)
    out: str | None = None
    audit: str | None = None  # the audit file, if `out` is a file
    prefix: str = ""
    split: bool = False
    excel_safe: bool = False
    force: bool = False

    @property
    def into_file(self) -> bool:
        return self.out == "-" or (self.out is not None and Path(self.out).suffix.lower() in FILE_ENDINGS)
