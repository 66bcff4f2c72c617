"""Warnings only inform: rules decide the same with and without them."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pyarrow as pa
import pytest
from drawing import FIELDS, SEEDS, TODAY, drawn

import qualify
from qualify import RuleSet
from qualify.checking import check
from qualify.checking.lints import LINTS
from qualify.checking.scope import Scope
from qualify.parsing import plain_yaml
from qualify.parsing.builder.operand_nodes import Operands
from qualify.record.decide import decide
from qualify.text.codes import CODES
from qualify.text.diagnostics import errors

GALLERY = Path(__file__).parent / "diagnostics"
DAY = TODAY.replace(year=2027)  # after the `review by` of W203

# For each doubt, a contact for its rules in the gallery, and the stage and rule that the contact gets.
CASES: Mapping[str, tuple[Mapping[str, str], str, str | None]] = {
    "W101": ({"seats": "5000"}, "lead", "R"),
    "W102": ({"seats": "25", "budget": "1"}, "lead", "R"),
    "W103": ({"title": "in charge of AI today", "name": "Jo"}, "lead", "R"),
    "W104": ({"country": "DE; FR", "company": "Smith; Sons"}, "lead", "R"),
    "W201": ({"employees": "10", "employes": "500", "Bugdet": "", "titel": "", "title": ""}, "lead", "S"),
    "W202": ({"country": "DE"}, "inquiry", None),
    "W203": ({"country": "DE"}, "lead", "R"),
    "W204": ({"country": "FR", "DE": "FR", "NO": "no", "FR": "no", "is_partner": "no"}, "lead", "R"),
    "W205": ({"a": "acme.com,Acme"}, "lead", "R"),
}
# Rules are not what these are about.
OF_CONTACTS = {
    "W611": "cells of a contact file",
    "W612": "cells of a contact file",
    "W613": "cells of a contact file",
    "W614": "how many cells of a contact file are blank",
    "W615": "rows of a contact file",
    "W616": "a contact file without rows",
    "W617": "cells of a contact file",
    "W621": "what a run counted",
}


def gallery(code: str) -> RuleSet:
    """Return the rules of the gallery that cause a warning."""
    path = GALLERY / f"{code}.lead"
    return qualify.load(path if path.exists() else GALLERY / code / "rules.lead", today=DAY)


def placements(rules: RuleSet, contact: Mapping[str, str]) -> list[tuple[str, str | None]]:
    """Return the stage and rule that each target gives a contact: record, single, batch."""
    by_record, by_single = decide(rules.model, contact, DAY), rules.decide(contact, DAY)
    (by_batch,) = rules.decide_table(pa.Table.from_pylist([dict(contact)]), DAY).to_pylist()
    return [
        (by_record.stage, by_record.rule),
        (by_single.stage, by_single.rule),
        (by_batch["stage"], by_batch["rule"]),
    ]


def doubt_nothing(patch: pytest.MonkeyPatch) -> None:
    """Turn all warnings off."""
    for notes in (Scope, Operands, plain_yaml.Reading):
        patch.setattr(notes, "doubt", lambda *_: None)
    patch.setattr(check, "LINTS", [lambda *given, lint=lint: errors(lint(*given)) for lint in LINTS])


def reviewed(seed: int) -> str:
    """Return the rule set that a seed draws, with a day of review that has passed."""
    return 'rules "Old": review by 2026-01-01\n' + drawn(seed)[0]


@pytest.mark.parametrize("more", ["", " or x is at least 5"])
def test_a_text_with_spaces_around_it_is_found_without_them(more: str) -> None:
    rules = qualify.compile(f'rule "U": lead when notes contains " urgent "{more}')
    assert [doubt.code for doubt in rules.warnings] == ["W103"]
    assert placements(rules, {"notes": "this is urgent now", "x": "1"}) == [("lead", "U")] * 3


def test_all_values_of_a_list_are_found_even_if_some_cause_warnings() -> None:
    rules = qualify.compile('rule "U": lead when notes contains any of " a1 ", " b2 ", " c3 ", " d4 "')
    assert [doubt.code for doubt in rules.warnings] == ["W103"] * 4
    assert placements(rules, {"notes": "see d4"}) == [("lead", "U")] * 3


@pytest.mark.parametrize("code", CASES)
def test_every_evaluator_places_a_contact_alike_with_rules_that_cause_a_warning(code: str) -> None:
    rules = gallery(code)
    contact, *placement = CASES[code]
    assert code in {doubt.code for doubt in rules.warnings}
    assert placements(rules, contact) == [tuple(placement)] * 3


@pytest.mark.parametrize("code", CASES)
def test_rules_mean_the_same_without_their_warning(code: str) -> None:
    rules = gallery(code)
    with pytest.MonkeyPatch.context() as patch:
        doubt_nothing(patch)
        undoubted = gallery(code)
    assert undoubted.warnings == ()
    assert undoubted.model == rules.model


def test_every_warning_about_rules_has_a_case() -> None:
    doubts = {code for code in CODES if code.startswith("W")}
    assert doubts - OF_CONTACTS.keys() == CASES.keys()
    assert doubts >= OF_CONTACTS.keys()


@pytest.mark.parametrize("seed", SEEDS[:30])
def test_random_rules_mean_the_same_without_their_warnings(seed: int) -> None:
    text = reviewed(seed)
    rules = qualify.compile(text, fields=FIELDS, today=DAY)
    with pytest.MonkeyPatch.context() as patch:
        doubt_nothing(patch)
        undoubted = qualify.compile(text, fields=FIELDS, today=DAY)
    assert undoubted.warnings == ()
    assert undoubted.model == rules.model, text


def test_random_rules_cause_warnings() -> None:
    """Otherwise there would be nothing to leave out."""
    warnings = [qualify.compile(reviewed(seed), fields=FIELDS, today=DAY).warnings for seed in SEEDS[:20]]
    assert {doubt.code for doubts in warnings for doubt in doubts} == {"W101", "W102", "W103", "W203"}
