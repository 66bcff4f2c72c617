"""Calling every evaluator the same way: its results for contacts, as written on the pages of the language."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date

import pyarrow as pa

import qualify
from qualify.decision import Decision
from qualify.record.decide import decide
from qualify.targets.batch.engine import Engine

Contacts = Sequence[Mapping[str, str]]
Target = Callable[[qualify.RuleSet, Contacts, date], list[dict[str, str]]]


def by_record(rules: qualify.RuleSet, contacts: Contacts, today: date) -> list[dict[str, str]]:
    return [_shown(decide(rules.model, contact, today)) for contact in contacts]


def one_by_one(rules: qualify.RuleSet, contacts: Contacts, today: date) -> list[dict[str, str]]:
    return [_shown(rules.decide(contact, today=today)) for contact in contacts]


def as_a_table(rules: qualify.RuleSet, contacts: Contacts, today: date) -> list[dict[str, str]]:
    batch = pa.RecordBatch.from_pylist([dict(contact) for contact in contacts])
    engine = Engine(rules.model, today)
    decided = engine.decide(engine.read(batch))
    columns = {name: getattr(decided, name) for name in ("stage", "rule", "could_be", "ask")}
    for group in (decided.columns, decided.outputs):
        columns |= dict(group)
    shown = {name: ["" if one is None else str(one) for one in column.to_pylist()] for name, column in columns.items()}
    unreadable = {name: column.to_pylist() for name, column in decided.unreadable.items()}
    return [
        {name: column[row] for name, column in shown.items()}
        | {"unreadable": "; ".join(name for name, column in unreadable.items() if column[row] is not None)}
        for row in range(len(contacts))
    ]


# A target takes a rule set, contacts and a day; it returns for each contact all that a page can expect.
TARGETS: dict[str, Target] = {"record": by_record, "single": one_by_one, "batch": as_a_table}


def _shown(decision: Decision) -> dict[str, str]:
    """Return everything that a page can expect of a decision, as written on the page."""
    found = {
        "stage": decision.stage,
        "rule": decision.rule or "",
        "could_be": decision.could_be or "",
        "ask": "; ".join(decision.ask),
        "unreadable": "; ".join(decision.unreadable),
    }
    answers = {**decision.criteria, **decision.scores, **decision.grades, **decision.outputs}
    return found | {name: str(answer) for name, answer in answers.items()}
