"""Shared by the tests of reading: a small file goes in, and everything that was read comes out."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from qualify.contacts.reading.batches import Input, ReadOptions
from qualify.contacts.reading.contact_files import open_contacts
from qualify.contacts.reading.typed_cells import cells_of


@dataclass(frozen=True)
class Read:
    """Everything that was read from files."""

    columns: tuple[str, ...]
    rows: list[tuple[Any, ...]]
    numbers: list[int]
    lines: list[int]
    rejected: list[tuple[int, str, str]]  # line, reason, text
    inputs: list[Input]


def read_all(*paths: Path | str, **options: Any) -> Read:
    with open_contacts(paths, ReadOptions(**options)) as contacts:
        batches = list(contacts.batches())
        read = Read(
            columns=contacts.columns,
            rows=[row for batch in batches for row in zip(*map(cells_of, batch.table.columns), strict=True)],
            numbers=[int(number) for batch in batches for number in batch.numbers],
            lines=[int(line) for batch in batches for line in batch.lines],
            rejected=[(row.line, row.reason, row.text) for batch in batches for row in batch.rejected],
            inputs=contacts.inputs,
        )
    for path, file in zip(paths, read.inputs, strict=True):
        if Path(path).is_file():  # else it is the standard input
            data = Path(path).read_bytes()
            assert (file.bytes, file.sha256) == (len(data), hashlib.sha256(data).hexdigest())
        assert file.records == file.rows + file.rejected
    assert sum(file.rows for file in read.inputs) == len(read.rows) == len(read.numbers) == len(read.lines)
    assert sum(file.rejected for file in read.inputs) == len(read.rejected)
    return read


@pytest.fixture
def read(tmp_path: Path) -> Callable[..., Read]:
    """Return a function that reads the given bytes as a file of the given name."""

    def read_bytes(data: bytes | str, name: str = "contacts.csv", **options: Any) -> Read:
        path = tmp_path / name
        path.write_bytes(data.encode() if isinstance(data, str) else data)
        return read_all(path, **options)

    return read_bytes
