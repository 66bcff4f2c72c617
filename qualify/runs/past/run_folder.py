"""Reading the run folder of an earlier run: its record and its audit."""

from __future__ import annotations

import errno
import json
import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from qualify.contacts.reading.batches import ContactsError
from qualify.language.fields import DEFAULT_MISSING
from qualify.runs.audit import PLAIN, UNREADABLE, VALUES
from qualify.runs.folder import AUDIT, RECORD
from qualify.text.compare import fold

Row = Mapping[str, Any]  # of the audit

NO_ID = pa.array(map(fold, DEFAULT_MISSING))


@dataclass(frozen=True)
class PastRun:
    """A run folder and what its `run.json` says."""

    folder: Path
    record: Mapping[str, Any]

    @property
    def name(self) -> str:
        return Path(os.path.abspath(self.folder)).name  # noqa: PTH100 - `.` and `..` have a name, links keep theirs

    @property
    def as_of(self) -> str:
        return str(self.record["as_of"])

    @property
    def rules_hash(self) -> str:
        return str(self.record["rules"]["sha256"])

    @property
    def rules_label(self) -> str:
        """The rule set of the run, such as `BANT 2026.4 (a470541a)`."""
        rules = self.record["rules"]
        return f"{' '.join(filter(None, (rules['title'], rules['version'])))} ({self.rules_hash[:8]})"

    @property
    def contacts_read(self) -> object:
        """The hashes of the contact files and how they were read; if these are equal, so is the data."""
        options = self.record["options"]
        how = [options[name] for name in ("encoding", "delimiter", "sheet")]
        return [one["sha256"] for one in self.record["inputs"]], how

    @cached_property
    def columns(self) -> tuple[str, ...]:
        """The criteria, scores and grades in the audit, in its order."""
        return tuple(name for name in self.schema.names if name not in (*PLAIN, VALUES, UNREADABLE))

    @cached_property
    def fields(self) -> tuple[str, ...]:
        """The fields whose cells the audit has for the rules that read them, in its order."""
        cells = self.schema.field(VALUES).type
        return tuple(cells.field(at).name for at in range(cells.num_fields))

    @cached_property
    def schema(self) -> Any:
        with self.audit() as audit:
            return audit.schema_arrow

    @contextmanager
    def audit(self, read_dictionary: Sequence[str] | None = None) -> Iterator[Any]:
        """Open the audit as a Parquet file. Raises ContactsError if it is missing or damaged, or not an audit."""
        file = self.folder / AUDIT
        if not file.is_file():
            raise ContactsError("E661", f"`{self.folder}` has no `{AUDIT}`")
        with report_damage(file):
            schema = pq.read_schema(file)
            for name in (*PLAIN, VALUES, UNREADABLE):
                if name not in schema.names or not _fits(name, schema.field(name).type):
                    raise pa.ArrowInvalid(f"its column `{name}` is missing or of another type")
            with pq.ParquetFile(file, read_dictionary=read_dictionary) as audit:
                yield audit

    def rows(self) -> Iterator[pa.Table]:
        """Yield the audit row group by row group, in plain columns (see `plain`)."""
        with self.audit() as audit:
            for group in range(audit.num_row_groups):
                rows = audit.read_row_group(group)
                rows.validate(full=True)  # invalid UTF-8 would fail later
                yield plain(rows)

    @cached_property
    def has_ids(self) -> bool:
        """Whether any contact has an id; true if there are no contacts."""
        with self.audit() as audit:
            groups = (audit.read_row_group(group, columns=["id"]) for group in range(audit.num_row_groups))
            ids = (names.column("id").cast(pa.string()) for names in groups)
            return audit.metadata.num_rows == 0 or any(pc.any(are_ids(some)).as_py() for some in ids)

    def rows_of(self, contact_id: str) -> list[Row]:
        """Return the rows of the audit with an id, or else with a row number."""
        found: list[Row] = []
        contact_id = contact_id.strip()
        with self.audit() as audit:
            for group in range(audit.num_row_groups):
                if not _may_have(audit.metadata.row_group(group), contact_id):
                    continue
                names = audit.read_row_group(group, columns=["id", "row"])
                ids = pc.coalesce(names.column("id"), names.column("row").cast(pa.string()))
                places = pc.indices_nonzero(pc.equal(ids, contact_id))
                if len(places):  # read the other columns only of these groups
                    found += audit.read_row_group(group).take(places).to_pylist()
        return [row for row in found if row["id"] is not None] or found


def _fits(name: str, kind: Any) -> bool:
    if name in PLAIN:
        return not pa.types.is_nested(kind)
    return bool(pa.types.is_struct(kind) or pa.types.is_null(kind))  # null where the rules read no field


def _may_have(group: Any, contact_id: str) -> bool:
    """Return whether an id can be in a row group, by the smallest and the largest id in it."""
    column = next((at for at in map(group.column, range(group.num_columns)) if at.path_in_schema == "id"), None)
    ids = column.statistics if column else None
    if ids is None or not ids.has_min_max or ids.null_count != 0 or not isinstance(ids.min, str):
        return True
    # Parquet orders text by its bytes.
    return bool(ids.min.encode() <= contact_id.encode("utf-8", "replace") <= ids.max.encode())


def are_ids(cells: Any) -> Any:
    """Return for each cell of an id column whether it is an id; blank, N/A and the like are not, in any case."""
    folded = pc.utf8_lower(pc.utf8_trim_whitespace(pc.fill_null(cells, "")))
    return pc.invert(pc.is_in(folded, value_set=NO_ID))


def plain(rows: pa.Table) -> pa.Table:
    """Return rows of the audit with one column per struct part (`values.title`) and without dictionaries."""
    flat = rows.flatten()
    texts = (one.with_type(pa.string()) if pa.types.is_dictionary(one.type) else one for one in flat.schema)
    return flat.cast(pa.schema(texts))


# What the commands need from `run.json`, which people may have edited.
HASHED_FILE = {"path": str, "sha256": str}
OPTIONAL = (str, type(None))
SHAPE: Mapping[str, Any] = {
    "started": str,
    "as_of": date,
    "versions": {"qualify": str},
    "rules": {
        "file": str,
        "title": OPTIONAL,
        "owner": OPTIONAL,
        "version": OPTIONAL,
        "sha256": str,
        "files": [HASHED_FILE],
    },
    "inputs": [{**HASHED_FILE, "rows": int, "rejected": int, "records": int}],
    "options": {
        "prefix": str,
        "split": bool,
        "excel_safe": bool,
        "delimiter": OPTIONAL,
        "encoding": OPTIONAL,
        "sheet": OPTIONAL,
    },
    "outputs": [HASHED_FILE],
    "rows": {"in": int, "placed": int, "rejected": int},
    "summary": {
        "stages": {str: int},
        "rules": [{"rule": OPTIONAL, "stage": str, "placed": int, "silent": int}],
    },
}


def misfit(value: Any, shape: Any, where: str = "it") -> str | None:
    """Return the first place where a value does not have a shape, or None."""
    match shape:
        case dict() if str in shape:
            fits = isinstance(value, dict) and all(isinstance(one, shape[str]) for one in value.values())
            return None if fits else where
        case dict():
            if not isinstance(value, dict):
                return where
            wrong = (misfit(value.get(name, ...), part, f"`{name}`") for name, part in shape.items())
            return next(filter(None, wrong), None)
        case [part] if isinstance(shape, list):
            if not isinstance(value, list):
                return where
            return next(filter(None, (misfit(one, part, where) for one in value)), None)
        case _ if shape is date:
            return None if isinstance(value, str) and _is_date(value) else where
        case _:
            return None if isinstance(value, shape) else where


def _is_date(text: str) -> bool:
    try:
        return bool(date.fromisoformat(text))
    except ValueError:
        return False


@contextmanager
def report_damage(file: Path) -> Iterator[None]:
    """Raise ContactsError if a Parquet file may not be read, or was damaged."""
    try:
        yield
    except PermissionError:
        raise ContactsError("E661", f"`{file}` cannot be read: {os.strerror(errno.EACCES)}") from None
    except (pa.ArrowException, OSError, KeyError, UnicodeDecodeError) as problem:
        reason = next(iter(str(problem).splitlines()), "")
        raise ContactsError("E661", f"`{file}` is damaged, or not the audit of a run: {reason}") from problem


def open_run(path: str | Path) -> PastRun:
    """Return the run in a folder. Raises ContactsError if there is none."""
    folder = Path(path)
    try:
        record = json.loads((folder / RECORD).read_text("utf-8"))
        if wrong := misfit(record, SHAPE):
            raise ValueError(f"{wrong} has an unexpected form")
    except (FileNotFoundError, NotADirectoryError):
        raise ContactsError("E661", f"`{path}` is not a run folder", f"it has no `{RECORD}`") from None
    except OSError as problem:
        raise ContactsError("E661", f"`{folder / RECORD}` cannot be read: {problem.strerror}") from None
    except (ValueError, RecursionError) as problem:
        raise ContactsError("E661", f"`{folder / RECORD}` cannot be read: {problem}") from None
    return PastRun(folder, record)


def known_values(row: Row) -> dict[str, str]:
    """Return the cells that the deciding rule read, by field."""
    return {name: cell for name, cell in (row[VALUES] or {}).items() if cell is not None}
