"""Reading NDJSON, one object per line. The keys are the columns, in the order in which they first occur.

The file is read twice: first for its keys and their types, so that late keys are not lost, then for its rows. Arrow
parses the blocks that it is certain to parse correctly; all others are read line by line.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, BinaryIO, TypeAlias

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.json

from qualify.contacts.prefetch import in_order
from qualify.contacts.reading.batches import Array, ContactsError, Piece, ReadOptions, Rejected
from qualify.contacts.reading.byte_streams import Stream
from qualify.contacts.reading.encoding import shown
from qualify.contacts.reading.typed_cells import EXACT, column_of, text_of

MAX_DEPTH = 100  # of nested lists and objects
MAX_LINE = 64 << 20  # bytes
_BOM = b"\xef\xbb\xbf"

Block: TypeAlias = tuple[int, bytes]  # the number of the first line, and complete lines
Kinds: TypeAlias = dict[str, set[str]]


class JsonLines:
    """An open NDJSON file whose keys are known.

    A key with values of several types is written as text. An object inside a cell is kept as JSON text.
    """

    def __init__(self, stream: Stream, options: ReadOptions) -> None:
        self._name, self._size = stream.name, options.block
        self._file = stream.rest()
        kinds: Kinds = {}
        for found in in_order(_kinds, _blocks(self._name, self._file, self._size)):
            for key, held in found.items():
                kinds.setdefault(key, set()).update(held)
        if not kinds:
            raise ContactsError(
                "E632", f"no line of `{stream.name}` is a JSON object with a key", "is it a contact file?"
            )
        self.columns = tuple(kinds)
        self.types = tuple(_type(held - {"null"}) for held in kinds.values())
        self.found = ("NDJSON",)

    def pieces(self) -> Iterator[Piece]:
        self._file.seek(0)
        yield from in_order(self._piece, _blocks(self._name, self._file, self._size))

    def _piece(self, block: Block) -> Piece:
        line, data = block
        table = _parse(data, pa.schema(zip(self.columns, self.types, strict=True)))
        if table is None:
            return self._line_by_line(block)
        places = np.arange(len(table))
        columns = tuple(column.combine_chunks() for column in table.columns)
        return Piece(columns, places, places + line, records=len(table))

    def _line_by_line(self, block: Block) -> Piece:
        records: list[dict[str, Any]] = []
        lines: list[int] = []
        rows: list[int] = []
        rejected: list[Rejected] = []
        blank = 0
        for line, record in _records(block):
            if isinstance(record, dict):
                rows.append(len(rows) + len(rejected))
                lines.append(line)
                records.append(record)
            elif record is None:
                blank += 1
            else:
                rejected.append(Rejected(self._name, line, *record))
        return Piece(
            columns=tuple(
                _column([record.get(key) for record in records], kind)
                for key, kind in zip(self.columns, self.types, strict=True)
            ),
            rows=np.array(rows, np.int64),
            lines=np.array(lines, np.int64),
            records=len(rows) + len(rejected),
            rejected=tuple(rejected),
            blank_lines=blank,
        )


def _blocks(name: str, file: BinaryIO, size: int) -> Iterator[Block]:
    line, left = 1, b""
    while block := file.read(size):
        data = left + (block if line > 1 or left else block.removeprefix(_BOM))
        end = data.rfind(b"\n") + 1
        left = data[end:]
        if len(left) > MAX_LINE:
            number = line + data.count(b"\n")
            raise ContactsError(
                "E639", f"line {number:,} of `{name}` is longer than 64 MiB", "is it NDJSON, an object a line?"
            )
        if end:
            yield line, data[:end]
            line += data.count(b"\n", 0, end)
    if left:
        yield line, left


def _parse(data: bytes, schema: pa.Schema | None) -> pa.Table | None:
    """Return the objects of a block, parsed by Arrow; None if a line may not be exactly one valid object."""
    data = data.replace(b"\r\n", b"\n")
    bytes_ = np.frombuffer(data, np.uint8)
    ends = np.flatnonzero(bytes_ == 10)
    if not data.endswith(b"\n"):
        ends = np.append(ends, len(data))
    starts = np.concatenate(([0], ends[:-1] + 1))
    if not ((ends > starts).all() and (bytes_[starts] == ord("{")).all() and (bytes_[ends - 1] == ord("}")).all()):
        return None
    try:
        str(data, "utf-8")
        table = pa.json.read_json(
            pa.BufferReader(data),
            read_options=pa.json.ReadOptions(block_size=len(data) + 1, use_threads=False),
            parse_options=pa.json.ParseOptions(
                explicit_schema=schema, unexpected_field_behavior="ignore" if schema else "infer"
            ),
        )
    except (pa.ArrowException, UnicodeDecodeError):
        return None
    return table if len(table) == len(ends) and table.num_columns else None


def _kinds(block: Block) -> Kinds:
    """Return the keys of a block with the kinds of their values."""
    table = _parse(block[1], None)
    if table is not None:
        kinds = [_kind_of_column(column) for column in table.columns]
        if "unclear" not in kinds:
            return {name: {kind} for name, kind in zip(table.column_names, kinds, strict=True)}
    found: Kinds = {}
    for _, record in _records(block):
        if isinstance(record, dict):
            for key, value in record.items():
                found.setdefault(key, set()).add(_kind(value))
    return found


def _kind_of_column(column: pa.ChunkedArray) -> str:
    kind = column.type
    if pa.types.is_integer(kind) or pa.types.is_floating(kind):
        # A long number may be an id, which a float would corrupt.
        largest = pc.max(pc.abs(column)).as_py()
        if largest is not None and not largest <= EXACT:
            return "unclear"
        return "whole" if pa.types.is_integer(kind) else "number"
    if pa.types.is_list(kind):
        inner = kind.value_type
        text = pa.types.is_string(inner) or pa.types.is_timestamp(inner) or pa.types.is_null(inner)
        return "list" if text else "text"
    if pa.types.is_null(kind):
        return "null"
    return "flag" if pa.types.is_boolean(kind) else "text"


def _records(block: Block) -> Iterator[tuple[int, dict[str, Any] | tuple[str, str] | None]]:
    """Yield the number of each line with its object, None for a blank line, or the reason and text of a bad line."""
    first, data = block
    for line, text in enumerate(data.removesuffix(b"\n").split(b"\n"), first):
        if not text.strip():
            yield line, None
            continue
        try:
            record = json.loads(text, object_pairs_hook=_object)
            json.dumps(record, ensure_ascii=False).encode() if b"\\u" in text else None  # raises for lone surrogates
            _check_depth(record)
        except (ValueError, RecursionError) as problem:
            yield line, (_why(problem), shown(text.rstrip(b"\r")))
            continue
        yield line, record if isinstance(record, dict) else ("it is not a JSON object", shown(text.rstrip(b"\r")))


def _check_depth(value: Any, left: int = MAX_DEPTH) -> None:
    """Raise RecursionError for lists and objects nested too deeply, because writing them is recursive."""
    if isinstance(value, (dict, list)):
        if not left:
            raise RecursionError
        for part in value.values() if isinstance(value, dict) else value:
            _check_depth(part, left - 1)


class _RepeatedKeyError(ValueError):
    """A key occurs twice in one object, so one of its values would be lost."""


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise _RepeatedKeyError
    return found


def _why(problem: Exception) -> str:
    """Return why a line is not valid JSON, without the position, because rows are counted by reason."""
    match problem:
        case UnicodeError():
            return "it is not UTF-8"
        case _RepeatedKeyError():
            return "it has a key twice"
        case json.JSONDecodeError():
            return f"it is not JSON: {problem.msg.lower()}"
        case RecursionError():
            return "it is not JSON: too many nested brackets"
        case _:
            return f"it is not JSON: {str(problem).lower()}"


def _kind(value: Any) -> str:
    match value:
        case None:
            return "null"
        case bool():
            return "flag"
        case int():
            return "whole" if abs(value) <= EXACT else "text"
        case float():
            return "number"
        case list() if all(part is None or isinstance(part, str) for part in value):
            return "list"
        case _:
            return "text"


def _type(kinds: set[str]) -> pa.DataType:
    if len(kinds) == 1:
        types = {"flag": pa.bool_(), "whole": pa.int64(), "number": pa.float64(), "list": pa.list_(pa.string())}
        return types.get(next(iter(kinds)), pa.string())
    return pa.float64() if kinds == {"whole", "number"} else pa.string()


def _column(cells: list[Any], kind: pa.DataType) -> Array:
    """Return a column to be written as a type; if that is text, its cells may have several types."""
    return column_of([_cell(cell) for cell in cells]) if pa.types.is_string(kind) else pa.array(cells, kind)


def _cell(value: Any) -> Any:
    """Return a cell as a column can hold it: objects and nested lists as text."""
    is_list = isinstance(value, list) and not any(isinstance(part, (list, dict)) for part in value)
    return text_of(value) if isinstance(value, (list, dict)) and not is_list else value
