"""How one contact moved through runs: when, by which rule, and what had changed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from qualify.contacts.reading.batches import ContactsError
from qualify.explain.wording import a_few
from qualify.runs.past.run_folder import PastRun, Row, known_values


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
        raise ContactsError("E641", f"no run has a contact with the id `{contact_id}`")
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
