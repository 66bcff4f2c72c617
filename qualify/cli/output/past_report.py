"""How `qualify audit` shows earlier runs."""

from __future__ import annotations

from collections.abc import Iterator

from qualify.cli.output.screen import say, show_table
from qualify.explain.wording import counted
from qualify.runs.past.history import Moment
from qualify.runs.past.moves import Moves
from qualify.runs.past.run_folder import PastRun, Row, known_values

MOST_MOVES = 10


def show_run(run: PastRun) -> None:
    record, summary = run.record, run.record["summary"]
    say(f"{run.name}: {record['started'][:16].replace('T', ' ')} UTC, as of {run.as_of}")
    say(f"rules: {run.rules_label}, {record['rules']['file']}")
    for one in record["inputs"]:
        rows = f"{counted(one['rows'], 'contact')}, {one['rejected']:,} rejected"
        say(f"input: {one['path']}: {rows} ({one['sha256'][:8]})")
    say("")
    show_table(("stage", "contacts"), list(summary["stages"].items()))
    rules = [(one["rule"], one["stage"], one["placed"], one["silent"] or "") for one in summary["rules"]]
    show_table(("rule", "stage", "placed", "left unknown"), rules)


def show_contact(run: PastRun, row: Row) -> None:
    """Print a contact's record: its stage, the rule, and the values that decided."""
    say("\n".join(_contact(run, row)))
    values = [(name, f'"{cell}"' if cell.strip() else "blank") for name, cell in known_values(row).items()]
    say("")
    show_table(("the values that decided", ""), values)


def _contact(run: PastRun, row: Row) -> Iterator[str]:
    yield f"{row['id'] or 'row'} (row {row['row']:,} of {run.name}, as of {run.as_of})"
    by = f'by rule "{row["rule"]}"' if row["rule"] else "no rule placed it"
    yield f"{row['stage']}: {by} ({row['place']}), {run.rules_label}"
    if row["could_be"]:
        yield f"could be {row['could_be']}; ask {row['ask']}"
    answers = [f"{name} {row[name]}" for name in run.columns]
    if answers:
        yield ", ".join(answers)
    for name, text in (row["unreadable"] or {}).items():
        if text is not None:
            yield f'{name} was "{text}", which could not be read'


def show_history(contact_id: str, moments: tuple[Moment, ...]) -> None:
    say(f"{contact_id} in {counted(len(moments), 'run')}\n")
    rows = [
        (one.run, one.as_of, one.stage or _absence(one), one.rule or "", one.rules, "; ".join(one.changes))
        for one in moments
    ]
    show_table(("run", "as of", "stage", "rule", "rules", "what changed"), rows)


def _absence(moment: Moment) -> str:
    return "not in this run" if moment.has_ids else "no ids in this run"


def show_moves(found: Moves) -> None:
    say(f"from {found.earlier} to {found.later}: {_causes(found)}\n")
    rows = [(was, *(found.table[was][now] or "" for now in found.stages)) for was in found.stages]
    show_table(("was \\ is", *found.stages), rows)
    if found.added or found.gone:
        say(f"only in the later run: {found.added:,}; only in the earlier: {found.gone:,}\n")
    if found.nameless:
        say(f"left out because they have no id: {found.nameless:,}\n")
    if found.repeated:
        say(f"left out because their id occurs more than once in a run: {found.repeated:,}\n")
    moves = [
        (_placement(one.from_stage, one.from_rule), _placement(one.to_stage, one.to_rule), one.contacts)
        for one in found.moves[:MOST_MOVES]
    ]
    show_table(("from", "to", "contacts"), moves)
    if found.ids:
        fields = ", ".join(f"{name} ({count:,})" for name, count in found.changed_fields.items())
        moved = f"of {counted(len(found.ids), 'contact')} that moved, {found.data_changed:,} had different data"
        unknown = f"; not known for {found.data_unknown:,}" if found.data_unknown else ""
        say((f"{moved}: {fields}" if fields else moved) + unknown)


def _placement(stage: str, rule: str | None) -> str:
    return f'{stage} by "{rule}"' if rule else f"{stage}, no rule"


def _causes(found: Moves) -> str:
    rules = "different rules" if found.rules_changed else "the same rules"
    return f"{rules}, {'another day' if found.day_changed else 'the same day'}"
