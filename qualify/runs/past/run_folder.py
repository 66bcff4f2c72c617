"""A run folder read again: what it says of itself, and of one contact."""

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
from qualify.runs.run import AUDIT, RECORD
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
    def rules_told(self) -> str:
        """Which rules the run was made with: `BANT 2026.4 (a470541a)`."""
        rules = self.record["rules"]
        return f"{' '.join(filter(None, (rules['title'], rules['version'])))} ({self.rules_hash[:8]})"

    @property
    def contacts_read(self) -> object:
        """The hashes of the files that the contacts were read from, and how: where it is the same, the data is."""
        options = self.record["options"]
        how = [options[name] for name in ("encoding", "delimiter", "sheet")]
        return [one["sha256"] for one in self.record["inputs"]], how

    @cached_property
    def columns(self) -> tuple[str, ...]:
        """The criteria, scores and grades that the audit has, in its order."""
        return tuple(name for name in self.schema.names if name not in (*PLAIN, VALUES, UNREADABLE))

    @cached_property
    def fields(self) -> tuple[str, ...]:
        """The fields whose cells the audit has where the deciding rule read them, in its order."""
        cells = self.schema.field(VALUES).type
        return tuple(cells.field(at).name for at in range(cells.num_fields))

    @cached_property
    def schema(self) -> Any:
        with self.audit() as audit:
            return audit.schema_arrow

    @contextmanager
    def audit(self, read_dictionary: Sequence[str] | None = None) -> Iterator[Any]:
        """Give the audit as an open Parquet file; ContactsError where it is missing, damaged or not of a run."""
        file = self.folder / AUDIT
        if not file.is_file():
            raise ContactsError("E661", f"`{self.folder}` has no `{AUDIT}`")
        with damage_told(file):
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
                rows.validate(full=True)  # texts that are none would stop us later
                yield plain(rows)

    @cached_property
    def has_ids(self) -> bool:
        """Return whether any contact has an id, as far as there are contacts."""
        with self.audit() as audit:
            groups = (audit.read_row_group(group, columns=["id"]) for group in range(audit.num_row_groups))
            ids = (names.column("id").cast(pa.string()) for names in groups)
            return audit.metadata.num_rows == 0 or any(pc.any(are_ids(some)).as_py() for some in ids)

    def rows_of(self, contact_id: str) -> list[Row]:
        """Return the audit's rows about a contact; where it has no id, that is its row's number."""
        found: list[Row] = []
        contact_id = contact_id.strip()
        with self.audit() as audit:
            for group in range(audit.num_row_groups):
                if not _may_have(audit.metadata.row_group(group), contact_id):
                    continue
                names = audit.read_row_group(group, columns=["id", "row"])
                ids = pc.coalesce(names.column("id"), names.column("row").cast(pa.string()))
                places = pc.indices_nonzero(pc.equal(ids, contact_id))
                if len(places):  # the other columns only of the groups that have it
                    found += audit.read_row_group(group).take(places).to_pylist()
        return [row for row in found if row["id"] is not None] or found


def _fits(name: str, kind: Any) -> bool:
    if name in PLAIN:
        return not pa.types.is_nested(kind)
    return bool(pa.types.is_struct(kind) or pa.types.is_null(kind))  # null where the rules read no field


def _may_have(group: Any, contact_id: str) -> bool:
    """Tell by the least and the greatest id of a row group whether one can be in it."""
    told = next((at for at in map(group.column, range(group.num_columns)) if at.path_in_schema == "id"), None)
    ids = told.statistics if told else None
    if ids is None or not ids.has_min_max or ids.null_count != 0 or not isinstance(ids.min, str):
        return True
    # Parquet orders texts by their bytes.
    return bool(ids.min.encode() <= contact_id.encode("utf-8", "replace") <= ids.max.encode())


def are_ids(cells: Any) -> Any:
    """Tell of each cell of an id column whether it is an id: blank, N/A and the like are none, whatever their case."""
    folded = pc.utf8_lower(pc.utf8_trim_whitespace(pc.fill_null(cells, "")))
    return pc.invert(pc.is_in(folded, value_set=NO_ID))


def plain(rows: pa.Table) -> pa.Table:
    """Return rows of the audit with a column for each part of a struct (`values.title`), and texts not coded."""
    flat = rows.flatten()
    texts = (one.with_type(pa.string()) if pa.types.is_dictionary(one.type) else one for one in flat.schema)
    return flat.cast(pa.schema(texts))


# What the commands need of a run's record, which anybody may have edited.
NAMED_FILE = {"path": str, "sha256": str}
MAYBE = (str, type(None))
SHAPE: Mapping[str, Any] = {
    "started": str,
    "as_of": date,
    "versions": {"qualify": str},
    "rules": {"file": str, "title": MAYBE, "owner": MAYBE, "version": MAYBE, "sha256": str, "files": [NAMED_FILE]},
    "inputs": [{**NAMED_FILE, "rows": int, "rejected": int, "records": int}],
    "options": {
        "prefix": str,
        "split": bool,
        "excel_safe": bool,
        "delimiter": MAYBE,
        "encoding": MAYBE,
        "sheet": MAYBE,
    },
    "outputs": [NAMED_FILE],
    "rows": {"in": int, "placed": int, "rejected": int},
    "summary": {
        "stages": {str: int},
        "rules": [{"rule": MAYBE, "stage": str, "placed": int, "silent": int}],
    },
}


def misfit(value: Any, shape: Any, where: str = "it") -> str | None:
    """Return where a value does not have a shape, or None."""
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
def damage_told(file: Path) -> Iterator[None]:
    """Say of a Parquet file that may not be read so, and of one that was edited that it is damaged."""
    try:
        yield
    except PermissionError:
        raise ContactsError("E661", f"`{file}` cannot be read: {os.strerror(errno.EACCES)}") from None
    except (pa.ArrowException, OSError, KeyError, UnicodeDecodeError) as problem:
        said = next(iter(str(problem).splitlines()), "")
        raise ContactsError("E661", f"`{file}` is damaged, or not the audit of a run: {said}") from problem


def open_run(path: str | Path) -> PastRun:
    """Return the run in a folder; raises ContactsError where there is none."""
    folder = Path(path)
    try:
        record = json.loads((folder / RECORD).read_text("utf-8"))
        if wrong := misfit(record, SHAPE):
            raise ValueError(f"{wrong} is not as a run writes it")
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
