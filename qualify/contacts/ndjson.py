"""NDJSON: an object a line. Columns are the keys, in the order of their first mention; types are kept."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, BinaryIO

import numpy as np
import pyarrow as pa

from qualify.contacts.batch import Piece, ReadOptions, Rejected
from qualify.contacts.encoding import shown
from qualify.contacts.stream import Stream
from qualify.contacts.typed import text_of

_ROWS = 10_000  # of a batch
_EXACT = 2**53  # whole numbers up to here are exact as floats


class JsonLines:
    """An NDJSON file, opened: read once for its keys and what they hold, so that no late key is lost.

    A key that holds different types is text. An object inside a cell is kept as JSON text.
    """

    def __init__(self, stream: Stream, options: ReadOptions) -> None:
        self._name = stream.name
        self._file = stream.rest()
        kinds: dict[str, set[str]] = {}
        for _, record in _records(self._file):
            if isinstance(record, dict):
                for key, value in record.items():
                    kinds.setdefault(key, set()).add(_kind(value))
        self.columns = tuple(kinds)
        self.types = tuple(_type(found - {"null"}) for found in kinds.values())
        self.found = ("NDJSON",)

    def pieces(self) -> Iterator[Piece]:
        self._file.seek(0)
        records: list[dict[str, Any]] = []
        lines: list[int] = []
        rows: list[int] = []
        rejected: list[Rejected] = []
        blank = 0
        for line, record in _records(self._file):
            if isinstance(record, dict):
                rows.append(len(rows) + len(rejected))
                lines.append(line)
                records.append(record)
            elif record is None:
                blank += 1
            else:
                rejected.append(Rejected(self._name, line, *record))
            if len(rows) + len(rejected) == _ROWS:
                yield self._piece(records, rows, lines, rejected, blank)
                records, lines, rows, rejected, blank = [], [], [], [], 0
        yield self._piece(records, rows, lines, rejected, blank)

    def _piece(
        self, records: list[dict[str, Any]], rows: list[int], lines: list[int], rejected: list[Rejected], blank: int
    ) -> Piece:
        columns = tuple(
            pa.array([_value(record.get(key), kind) for record in records], kind)
            for key, kind in zip(self.columns, self.types, strict=True)
        )
        return Piece(
            columns=columns,
            rows=np.array(rows, np.int64),
            lines=np.array(lines, np.int64),
            records=len(rows) + len(rejected),
            rejected=tuple(rejected),
            blank_lines=blank,
        )


def _records(file: BinaryIO) -> Iterator[tuple[int, dict[str, Any] | tuple[str, str] | None]]:
    """Yield each line's number and its object; None for a blank line, reason and text for one that is no object."""
    for line, data in enumerate(file, 1):
        text = data.removeprefix(b"\xef\xbb\xbf") if line == 1 else data
        if not text.strip():
            yield line, None
            continue
        try:
            record = json.loads(text)
        except (ValueError, RecursionError) as problem:
            reason = "it is not UTF-8" if isinstance(problem, UnicodeDecodeError) else f"it is not JSON: {problem}"
            yield line, (reason, shown(text.rstrip(b"\r\n")))
            continue
        yield line, record if isinstance(record, dict) else ("it is not a JSON object", shown(text.rstrip(b"\r\n")))


def _kind(value: Any) -> str:
    match value:
        case None:
            return "null"
        case bool():
            return "flag"
        case int():
            return "whole" if abs(value) <= _EXACT else "text"
        case float():
            return "number"
        case list() if all(isinstance(part, str) for part in value):
            return "list"
        case _:
            return "text"


def _type(kinds: set[str]) -> pa.DataType:
    if len(kinds) == 1:
        types = {"flag": pa.bool_(), "whole": pa.int64(), "number": pa.float64(), "list": pa.list_(pa.string())}
        return types.get(next(iter(kinds)), pa.string())
    return pa.float64() if kinds == {"whole", "number"} else pa.string()


def _value(value: Any, kind: pa.DataType) -> Any:
    if value is None or not pa.types.is_string(kind):
        return value
    return json.dumps(value, ensure_ascii=False) if isinstance(value, dict) else text_of(value)
