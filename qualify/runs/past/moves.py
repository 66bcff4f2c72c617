"""Which contacts moved between two runs, and why."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from typing import Any, TypeAlias

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from qualify.contacts.prefetch import in_order
from qualify.contacts.reading.batches import Array, ContactsError, Integers
from qualify.runs.audit import VALUES
from qualify.runs.past.history import only_data_moves
from qualify.runs.past.run_folder import PastRun, are_ids
from qualify.targets.batch.added_columns import CODED

Table: TypeAlias = Any  # of pyarrow
Flags: TypeAlias = NDArray[np.bool_]

PLACEMENT = pa.schema([("id", pa.string()), ("stage", CODED), ("rule", CODED)])


@dataclass(frozen=True, slots=True)
class Move:
    """How many contacts moved from one placement to another."""

    from_stage: str
    from_rule: str | None
    to_stage: str
    to_rule: str | None
    contacts: int


@dataclass(frozen=True, slots=True)
class Moves:
    """The moves between two runs. `table` counts the contacts in both runs by their earlier and later stage."""

    earlier: str
    later: str
    rules_changed: bool
    day_changed: bool
    stages: tuple[str, ...]
    table: Mapping[str, Mapping[str, int]]
    added: int
    gone: int
    nameless: int  # rows without an id in either run; not in any other count
    repeated: int  # rows with an id that occurs more than once in a run; not in any other count
    moves: tuple[Move, ...]  # between stages, the most frequent first
    data_changed: int  # contacts that moved and whose data changed
    data_unknown: int  # contacts that moved and of which the audits do not say whether their data changed
    changed_fields: Mapping[str, int]  # from the cells that both audits have
    ids: Mapping[str, tuple[str, str]]  # of the contacts that moved: the earlier and the later stage


def moves(earlier: PastRun, later: PastRun) -> Moves:
    """Return the moves from one run to a later one. Raises ContactsError if a run has no ids to match contacts by."""
    placements = list(in_order(_placements, (earlier, later)))
    named = list(map(_with_ids, (earlier, later), placements))
    old, new = _without_repeated(*named)
    both = _paired(old, new)
    stage, stage_now = (both.column(name).cast(pa.string()) for name in ("stage", "stage now"))
    moved = both.filter(pc.not_equal(stage, stage_now)).sort_by("id")
    stages = tuple(dict.fromkeys([*later.record["summary"]["stages"], *earlier.record["summary"]["stages"]]))
    counts = _counted(both, "stage", "stage now")
    routes = _counted(moved, "stage", "rule", "stage now", "rule now")
    changes = _changes(earlier, later, moved)
    changed_fields = Counter({name: int(flags.sum()) for name, flags in changes.fields.items() if flags.any()})
    return Moves(
        earlier=earlier.name,
        later=later.name,
        rules_changed=earlier.rules_hash != later.rules_hash,
        day_changed=earlier.as_of != later.as_of,
        stages=stages,
        table={was: {now: counts[was, now] for now in stages} for was in stages},
        added=new.num_rows - both.num_rows,
        gone=old.num_rows - both.num_rows,
        nameless=_rows_in(placements) - _rows_in(named),
        repeated=_rows_in(named) - _rows_in((old, new)),
        moves=tuple(Move(was, by, now, now_by, count) for (was, by, now, now_by), count in routes.most_common()),
        data_changed=int(changes.changed.sum()),
        data_unknown=int((~changes.changed & ~changes.compared).sum()),
        changed_fields=dict(changed_fields.most_common()),
        ids={one: (was, now) for one, was, now in _rows(moved, "id", "stage", "stage now")},
    )


def _counted(table: Table, *columns: str) -> Counter[tuple[Any, ...]]:
    counts = table.group_by(list(columns)).aggregate([([], "count_all")])
    return Counter({tuple(key): count for *key, count in _rows(counts, *columns, "count_all")})


def _rows_in(tables: Iterable[Table]) -> int:
    return sum(table.num_rows for table in tables)


def _rows(table: Table, *columns: str) -> Iterator[tuple[Any, ...]]:
    return zip(*(table.column(name).to_pylist() for name in columns), strict=True)


# --- contacts in both runs -------------------------------------------------------------------------------------


def _placements(run: PastRun) -> Table:
    """Return the placement of each contact in a run; `at` is the number of its row in the audit."""
    coded = [one.name for one in PLACEMENT if one.type == CODED]
    with run.audit(read_dictionary=coded) as audit:
        table = audit.read(PLACEMENT.names).cast(PLACEMENT)
        table.validate(full=True)  # invalid UTF-8 would fail later
        table = table.unify_dictionaries().combine_chunks()
    return table.append_column("at", pa.array(np.arange(table.num_rows)))


def _with_ids(run: PastRun, table: Table) -> Table:
    named = are_ids(table.column("id"))
    if table.num_rows and not pc.any(named).as_py():
        hint = "name the column in the field file (id: COLUMN) and run again"
        raise ContactsError("E642", f"`{run.folder}` has no ids", hint)
    return table.filter(named)


def _without_repeated(old: Table, new: Table) -> tuple[Table, Table]:
    """Return the contacts of two runs without those whose id occurs more than once in one of them."""
    ids, ids_now = old.column("id"), new.column("id")
    repeated = pa.concat_arrays(list(map(_repeated, [ids] if ids.equals(ids_now) else [ids, ids_now])))
    if not len(repeated):
        return old, new
    unique, unique_now = (pc.invert(pc.is_in(one, value_set=repeated)) for one in (ids, ids_now))
    return old.filter(unique), new.filter(unique_now)


def _repeated(ids: Array) -> Array:
    """Return the ids that occur more than once."""
    is_ascending = pc.all(pc.less(ids[:-1], ids[1:])).as_py()  # the usual case, and cheap to check
    if is_ascending or len(pc.unique(ids)) == len(ids):
        return pa.array([], pa.string())
    counts = pc.value_counts(ids)
    return counts.filter(pc.greater(counts.field("counts"), 1)).field("values")


def _paired(old: Table, new: Table) -> Table:
    """Return the contacts in both runs; the columns of the later one are named `stage now` and so on."""
    ids, ids_now = old.column("id"), new.column("id")
    new = new.rename_columns(["id", *(f"{name} now" for name in old.column_names[1:])])
    old = old.drop_columns("id")
    # Usually both runs have the same contacts in the same order, and no search is needed.
    if not ids.equals(ids_now):
        was_at = pc.index_in(ids_now, value_set=ids)
        known = was_at.is_valid()
        old, new = old.take(was_at.filter(known)), new.filter(known)
    return reduce(lambda table, name: table.append_column(name, old.column(name)), old.column_names, new)


# --- reasons ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Changes:
    """For each contact that moved, whether its data changed; `history.data_changed` is the same for one contact."""

    fields: Mapping[str, Flags]  # whether the cell of a field differs
    changed: Flags  # whether any data changed
    compared: Flags  # whether both audits have the cells of every field


def _changes(earlier: PastRun, later: PastRun, moved: Table) -> Changes:
    both = [name for name in earlier.fields if name in later.fields]
    wanted = (earlier, moved.column("at").to_numpy()), (later, moved.column("at now").to_numpy())
    old, new = in_order(lambda one: _cells(*one, both), wanted)
    differ = [pc.not_equal(was, now) for was, now in zip(old, new, strict=True)]  # null if one has no cell
    fields = {name: pc.fill_null(one, False).to_numpy() for name, one in zip(both, differ, strict=True)}
    moved_by_data = np.full(moved.num_rows, only_data_moves(earlier, later))
    same_contacts = earlier.contacts_read == later.contacts_read
    same_fields = np.full(moved.num_rows, set(earlier.fields) == set(later.fields))
    return Changes(
        fields,
        np.logical_or.reduce([moved_by_data, *fields.values()]),
        same_contacts | np.logical_and.reduce([same_fields, *(one.is_valid().to_numpy() for one in differ)]),
    )


def _cells(run: PastRun, places: Integers, fields: Sequence[str]) -> list[Array]:
    """Return for each field the cells that the deciding rules read, in some rows of the audit.

    Only the row groups that hold one of these rows are read, one at a time.
    """
    ascending, order = np.unique(places, return_inverse=True)
    parts = [[pa.array([], pa.string())] for _ in fields]
    with run.audit() as audit:
        first = 0
        for group in range(audit.num_row_groups):
            last = first + audit.metadata.row_group(group).num_rows
            wanted = ascending[slice(*np.searchsorted(ascending, (first, last)))] - first
            if len(wanted) and fields:
                columns = [f"{VALUES}.{name}" for name in fields]
                cells = audit.read_row_group(group, columns).flatten()  # ordered as in the file, not as requested
                for part, column in zip(parts, columns, strict=True):
                    part += cells.column(column).take(wanted).cast(pa.string()).chunks
            first = last
    return [pa.chunked_array(part).take(order) for part in parts]
