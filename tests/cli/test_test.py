"""`qualify test`: the examples in the rules, the actual results, and what no example covers."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from .conftest import Ran

Qualify = Callable[..., Ran]

RULES = """\
criterion Budget: budget is at least $25,000
score S: +5 when budget is known
grade G of S: "A" from 10, otherwise "B"
rule "Out": excluded when country is "XX"
rule "R": lead when Budget
rule "Q": lead when country is "DE"
"""


def example_of(qualify: Qualify, folder: Path, examples: str, *options: str) -> Ran:
    (folder / "t.lead").write_text(RULES + examples, "utf-8")
    return qualify("test", "t.lead", *options)


def test_examples_that_hold_are_counted(qualify: Qualify) -> None:
    ran = qualify("test", "small.lead")
    assert (ran.code, ran.out, ran.err) == (0, "small.lead: 1 example: as expected\n", "")


def test_a_failing_example_shows_each_expectation_the_result_and_the_reason(qualify: Qualify, folder: Path) -> None:
    ran = example_of(
        qualify,
        folder,
        'example "one": given budget $8,500 expect lead by "R" expect Budget yes, S 10, G "A"\n'
        'example "two": given country "XX", budget $40,000 expect lead\n'
        'example "three": given budget $1 expect inquiry, could be lead expect ask country\n',
    )
    assert ran.code == 1
    assert (
        ran.out
        == """\
✗ example "one" (t.lead:7)
    expected lead by "R"; got inquiry, no rule placed it
      rule "R": budget is $8,500; needs $25,000
    expected Budget yes; got Budget no
      ✗ Budget
        ✗ budget is at least $25,000 — budget is $8,500
    expected S 10; got S 5
      · S — S is 5
        ✓ +5 when budget is known — budget is $8,500
    expected G A; got G B
      · G — G is "B" (S is 5)
        ✓ +5 when budget is known — budget is $8,500

✗ example "two" (t.lead:8)
    expected lead; got excluded by "Out"
      rule "R" says yes too, but comes after rule "Out"

t.lead: 3 examples: 2 fail
"""
    )


@pytest.mark.parametrize(
    ("example", "expected", "found"),
    [
        ("given budget $1 expect inquiry, could be excluded", "could be excluded", "could be lead"),
        (
            'given budget $1, country "FR" expect inquiry, could be lead',
            "could be lead",
            "inquiry, and nothing above it",
        ),
        ("given budget $1 expect ask budget", "ask budget", "ask country"),
        ('given budget $1, country "FR" expect ask budget', "ask budget", "nothing to ask"),
        ('given country "DE" expect lead by "R"', 'lead by "R"', 'lead by "Q"'),
        ("given budget $30,000 expect Budget unknown", "Budget unknown", "Budget yes"),
    ],
)
def test_each_kind_of_expectation_can_fail(
    qualify: Qualify, folder: Path, example: str, expected: str, found: str
) -> None:
    ran = example_of(qualify, folder, f'example "e": {example}\n', "--format", "json")
    failures = json.loads(ran.out)[0]["examples"][0]["failures"]
    assert [(failure["expected"], failure["found"]) for failure in failures] == [(expected, found)]


def test_coverage_shows_what_no_example_exercises(qualify: Qualify, folder: Path) -> None:
    ran = example_of(
        qualify,
        folder,
        'example "one": given budget $30,000, country "FR" expect lead\n'
        'example "two": given Budget no, country "DE" expect lead\n',
        "--coverage",
    )
    assert ran.code == 0
    assert "\n".join(" ".join(line.split()) for line in ran.out.splitlines()) == (
        """\
t.lead: 2 examples: as expected
3 not exercised
missing where
rule "Out" placed no example t.lead:4
condition budget is at least $25,000 never no or unknown t.lead:1
condition country is "XX" never yes t.lead:4
"""
    )


def test_full_coverage_is_reported(qualify: Qualify, folder: Path) -> None:
    ran = example_of(
        qualify,
        folder,
        'example "one": given budget $30,000, country "FR" expect lead\n'
        'example "two": given country "DE" expect lead\n'
        'example "three": given country "XX" expect excluded\n',
        "--coverage",
    )
    assert ran.out == "t.lead: 3 examples: as expected\nevery rule, criterion and condition is exercised\n"
