"""Run folders read again: what they say of one contact, and how it moved through runs."""

from __future__ import annotations

import errno
import json
import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from qualify.audit import PLAIN, UNREADABLE, VALUES
from qualify.contacts.batch import ContactsError
from qualify.runs import AUDIT, RECORD
from qualify.schema import DEFAULT_MISSING
from qualify.targets.wording import a_few
from qualify.text import fold

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
            raise ContactsError(f"`{self.folder}` has no `{AUDIT}`")
        with in_words(file):
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
def in_words(file: Path) -> Iterator[None]:
    """Say of a Parquet file that may not be read so, and of one that was edited that it is damaged."""
    try:
        yield
    except PermissionError:
        raise ContactsError(f"`{file}` cannot be read: {os.strerror(errno.EACCES)}") from None
    except (pa.ArrowException, OSError, KeyError, UnicodeDecodeError) as problem:
        said = next(iter(str(problem).splitlines()), "")
        raise ContactsError(f"`{file}` is damaged, or not the audit of a run: {said}") from problem


def open_run(path: str | Path) -> PastRun:
    """Return the run in a folder; raises ContactsError where there is none."""
    folder = Path(path)
    try:
        record = json.loads((folder / RECORD).read_text("utf-8"))
        if wrong := misfit(record, SHAPE):
            raise ValueError(f"{wrong} is not as a run writes it")
    except (FileNotFoundError, NotADirectoryError):
        raise ContactsError(f"`{path}` is not a run folder", f"it has no `{RECORD}`") from None
    except OSError as problem:
        raise ContactsError(f"`{folder / RECORD}` cannot be read: {problem.strerror}") from None
    except (ValueError, RecursionError) as problem:
        raise ContactsError(f"`{folder / RECORD}` cannot be read: {problem}") from None
    return PastRun(folder, record)


def known_values(row: Row) -> dict[str, str]:
    """Return the cells that the deciding rule read, by field."""
    return {name: cell for name, cell in (row[VALUES] or {}).items() if cell is not None}


# --- one contact through runs ----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Moment:
    """Where a contact was in one run, and what had changed since the run before."""

    run: str
    as_of: str
    rules: str
    has_ids: bool  # the run: where it has none, only a row's number can be found in it
    stage: str | None  # None: it was not in this run
    rule: str | None
    place: str | None
    changes: tuple[str, ...] = ()
    data_changed: bool | None = None  # None: the audits do not tell, or there is no run before


def history(runs: Iterable[PastRun], contact_id: str) -> tuple[Moment, ...]:
    """Return where a contact was, run after run, from the earliest; raises ContactsError where no run has it."""
    in_order = sorted(runs, key=lambda run: str(run.record["started"]))
    moments: list[Moment] = []
    before: tuple[PastRun, Row] | None = None
    for run in in_order:
        told = run.name, run.as_of, run.rules_told, run.has_ids
        rows = run.rows_of(contact_id)
        if not rows:
            moments.append(Moment(*told, None, None, None))
            continue
        row = rows[0]
        changes = tuple(changes_between(*before, run, row)) if before else ()
        if row["id"] is None:
            changes = (*changes, "found by its row, as it has no id")
        if len(rows) > 1:
            changes = (*changes, f"the first of {len(rows)} with this id")
        other_data = data_changed(*before, run, row) if before else None
        moments.append(Moment(*told, row["stage"], row["rule"], row["place"], changes, other_data))
        before = run, row
    if before is None:
        raise ContactsError(f"no run has a contact with the id `{contact_id}`")
    return tuple(moments)


def changes_between(earlier: PastRun, old: Row, later: PastRun, new: Row) -> Iterator[str]:
    """Yield what had changed about a contact from one run to a later one: the rules, its data, the day.

    Data that cannot be compared is spoken of only where the contact moved, which it may be why.
    """
    if earlier.rules_hash != later.rules_hash:
        yield "the rules"
    data = changed_values(old, new)
    yield from (f"{name}: {_quoted(was)} → {_quoted(now)}" for name, (was, now) in data.items())
    if earlier.as_of != later.as_of:
        yield "the day"
    if not data and _moved(old, new):
        match data_changed(earlier, old, later, new):
            case True:
                yield "its data"
            case None:
                fields = a_few(f"`{name}`" for name in not_compared(earlier, old, later, new))
                yield f"perhaps its data: {fields} cannot be compared"


def data_changed(earlier: PastRun, old: Row, later: PastRun, new: Row) -> bool | None:
    """Return whether a contact's data had changed, None where the audits do not tell."""
    if changed_values(old, new) or (only_data_moves(earlier, later) and _moved(old, new)):
        return True
    return None if not_compared(earlier, old, later, new) else False


def only_data_moves(earlier: PastRun, later: PastRun) -> bool:
    """Return whether all but the data is the same, so that whoever moved had other data, seen in the audits or not."""
    same_otherwise = earlier.rules_hash == later.rules_hash and earlier.as_of == later.as_of
    return same_otherwise and earlier.contacts_read != later.contacts_read


def _moved(old: Row, new: Row) -> bool:
    return (old["stage"], old["rule"]) != (new["stage"], new["rule"])


def changed_values(old: Row, new: Row) -> dict[str, tuple[str, str]]:
    """Return the cells that both audits have and that differ."""
    was, now = known_values(old), known_values(new)
    return {name: (was[name], now[name]) for name in was if name in now and was[name] != now[name]}


def not_compared(earlier: PastRun, old: Row, later: PastRun, new: Row) -> list[str]:
    """Return the fields whose cell only one audit has, or none: first those that the later deciding rule read.

    Where both runs read the same contacts there is nothing to compare.
    """
    if earlier.contacts_read == later.contacts_read:
        return []
    was, now = known_values(old), known_values(new)
    fields = dict.fromkeys([*later.fields, *earlier.fields])
    apart = (name for name in fields if name not in was or name not in now)
    return sorted(apart, key=lambda name: (name not in now, name not in was))


def _quoted(cell: str) -> str:
    return f'"{cell}"' if cell.strip() else "blank"
