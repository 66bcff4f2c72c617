"""Every page of `tests/language` is correct in every evaluator."""

from __future__ import annotations

from pathlib import Path

import pytest
from pages import FIRST, Case, cases
from targets import TARGETS

import qualify
from qualify.explain import example_results

CASES = list(cases())
WITH_CONTACTS = [case for case in CASES if case.expected]
WITH_EXAMPLES = [case for case in CASES if "\nexample " in case.files[FIRST]]


def _loaded(case: Case, folder: Path) -> qualify.RuleSet:
    for name, text in case.files.items():
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(text.encode("utf-8"))
    return qualify.load(folder / FIRST)


@pytest.mark.parametrize("target", TARGETS)
@pytest.mark.parametrize("case", WITH_CONTACTS, ids=lambda case: case.name)
def test_page(case: Case, target: str, tmp_path: Path) -> None:
    rules = _loaded(case, tmp_path)
    found = TARGETS[target](rules, case.contacts, case.today)
    # What a rule set has no column for is blank: a `with` key of a rule that did not place the contact.
    picked = [
        {name: answers.get(name, "") for name in expected}
        for answers, expected in zip(found, case.expected, strict=True)
    ]
    assert picked == list(case.expected)


@pytest.mark.parametrize("case", WITH_EXAMPLES, ids=lambda case: case.name)
def test_the_examples_of_a_page_give_the_stated_results(case: Case, tmp_path: Path) -> None:
    results = example_results.tested(_loaded(case, tmp_path).model, case.today)
    outcomes = list(example_results.outcomes(results))
    assert len(outcomes) == case.files[FIRST].count("\nexample ")
    assert [one for one in outcomes if one.failures] == []


def test_pages_are_found() -> None:
    assert len(CASES) > 60
    assert all(case in WITH_CONTACTS or case in WITH_EXAMPLES for case in CASES)
