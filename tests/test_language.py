"""Every page of `tests/language` holds, in every target."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from pathlib import Path

import pyarrow as pa
import pytest
from pages import FIRST, Case, cases

import qualify
from qualify.decision import Decision
from qualify.explain import example_results
from qualify.record.decide import decide
from qualify.targets.batch.engine import Engine

CASES = list(cases())
Contacts = Sequence[Mapping[str, str]]
Target = Callable[[qualify.RuleSet, Contacts, date], list[dict[str, str]]]


def by_record(rules: qualify.RuleSet, contacts: Contacts, today: date) -> list[dict[str, str]]:
    return [_shown(decide(rules.model, contact, today)) for contact in contacts]


def one_by_one(rules: qualify.RuleSet, contacts: Contacts, today: date) -> list[dict[str, str]]:
    return [_shown(rules.decide(contact, today=today)) for contact in contacts]


def as_a_table(rules: qualify.RuleSet, contacts: Contacts, today: date) -> list[dict[str, str]]:
    batch = pa.RecordBatch.from_pylist([dict(contact) for contact in contacts])
    engine = Engine(rules.model, today, batch.schema.names)
    decided = engine.decide(engine.read(batch))
    columns = {name: getattr(decided, name) for name in ("stage", "rule", "could_be", "ask")}
    for group in (decided.criteria, decided.scores, decided.grades, decided.outputs):
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
    """Return all that a page can expect of a decision, as the page writes it."""
    found = {
        "stage": decision.stage,
        "rule": decision.rule or "",
        "could_be": decision.could_be or "",
        "ask": "; ".join(decision.ask),
        "unreadable": "; ".join(decision.unreadable),
    }
    answers = {**decision.criteria, **decision.scores, **decision.grades, **decision.outputs}
    return found | {name: str(answer) for name, answer in answers.items()}


def _loaded(case: Case, folder: Path) -> qualify.RuleSet:
    for name, text in case.files.items():
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(text.encode("utf-8"))
    return qualify.load(folder / FIRST)


@pytest.mark.parametrize("target", TARGETS)
@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_page(case: Case, target: str, tmp_path: Path) -> None:
    rules = _loaded(case, tmp_path)
    found = TARGETS[target](rules, case.contacts, case.today)
    # What a rule set has no column for is blank: a `with` key of a rule that did not place the contact.
    picked = [
        {name: answers.get(name, "") for name in expected}
        for answers, expected in zip(found, case.expected, strict=True)
    ]
    assert picked == list(case.expected)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_examples_of_page(case: Case, tmp_path: Path) -> None:
    model = _loaded(case, tmp_path).model
    assert [one for one in example_results.outcomes(example_results.tested(model, case.today)) if one.failures] == []


def test_pages_are_found() -> None:
    assert len(CASES) > 60
    assert all(case.expected or "example " in case.files[FIRST] for case in CASES)
