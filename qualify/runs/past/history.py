"""How one contact moved through several runs: when, by which rule, and what changed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from qualify.contacts.reading.batches import ContactsError
from qualify.explain.wording import a_few
from qualify.runs.past.run_folder import PastRun, Row, known_values


@dataclass(frozen=True, slots=True)
class Moment:
    """The placement of a contact in one run, and what changed since the previous run that has it."""

    run: str
    as_of: str
    rules: str
    has_ids: bool  # of the run: without ids, a contact can only be found by its row number
    stage: str | None  # None if it was not in this run
    rule: str | None
    place: str | None
    changes: tuple[str, ...] = ()
    data_changed: bool | None = None  # None if the audits do not say, or there is no previous run


def history(runs: Iterable[PastRun], contact_id: str) -> tuple[Moment, ...]:
    """Return the placements of a contact in order of time; raises ContactsError if no run has it."""
    in_order = sorted(runs, key=lambda run: str(run.record["started"]))
    moments: list[Moment] = []
    before: tuple[PastRun, Row] | None = None
    for run in in_order:
        about = run.name, run.as_of, run.rules_label, run.has_ids
        rows = run.rows_of(contact_id)
        if not rows:
            moments.append(Moment(*about, None, None, None))
            continue
        row = rows[0]
        changes = tuple(changes_between(*before, run, row)) if before else ()
        if row["id"] is None:
            changes = (*changes, "found by its row because it has no id")
        if len(rows) > 1:
            changes = (*changes, f"the first of {len(rows)} with this id")
        has_new_data = data_changed(*before, run, row) if before else None
        moments.append(Moment(*about, row["stage"], row["rule"], row["place"], changes, has_new_data))
        before = run, row
    if before is None:
        raise ContactsError("E641", f"no run has a contact with the id `{contact_id}`")
    return tuple(moments)


def changes_between(earlier: PastRun, old: Row, later: PastRun, new: Row) -> Iterator[str]:
    """Yield what changed about a contact from one run to a later one: the rules, its data, the day.

    Data that cannot be compared is only mentioned if the contact moved, because it may be the reason.
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
    """Return whether the data of a contact changed; None if the audits do not say."""
    if changed_values(old, new) or (only_data_moves(earlier, later) and _moved(old, new)):
        return True
    return None if not_compared(earlier, old, later, new) else False


def only_data_moves(earlier: PastRun, later: PastRun) -> bool:
    """Return whether only the data differs between two runs, so that every move is due to data."""
    same_otherwise = earlier.rules_hash == later.rules_hash and earlier.as_of == later.as_of
    return same_otherwise and earlier.contacts_read != later.contacts_read


def _moved(old: Row, new: Row) -> bool:
    return (old["stage"], old["rule"]) != (new["stage"], new["rule"])


def changed_values(old: Row, new: Row) -> dict[str, tuple[str, str]]:
    """Return the cells that differ, from the fields whose cells both audits have."""
    was, now = known_values(old), known_values(new)
    return {name: (was[name], now[name]) for name in was if name in now and was[name] != now[name]}


def not_compared(earlier: PastRun, old: Row, later: PastRun, new: Row) -> list[str]:
    """Return the fields whose cells are not in both audits, those that the later deciding rule read first.

    There are none if both runs read the same contacts, whose data cannot differ.
    """
    if earlier.contacts_read == later.contacts_read:
        return []
    was, now = known_values(old), known_values(new)
    fields = dict.fromkeys([*later.fields, *earlier.fields])
    missing = (name for name in fields if name not in was or name not in now)
    return sorted(missing, key=lambda name: (name not in now, name not in was))


def _quoted(cell: str) -> str:
    return f'"{cell}"' if cell.strip() else "blank"
