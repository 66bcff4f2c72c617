"""Explanations: the complete input and output, as people read them."""

from __future__ import annotations

import pickle
from dataclasses import asdict
from datetime import date
from pathlib import Path

import pytest

import qualify
from qualify.explain import example_results
from qualify.explain.findings import explanation
from qualify.record.decide import conclude
from qualify.record.evaluation import evaluate

TODAY = date(2026, 11, 1)

BANT = """
rules "Mid-market":
list SeniorTitles: "VP", "Vice President", "Director", "Chief", "Head of"

criterion Budget "money is set aside":
  budget is at least $25,000
  or [Budget Range] is any of "25-50k", "50k+"

criterion Authority:
  title mentions any of SeniorTitles, "Owner"
  and title does not mention any of "Assistant", "Intern"

criterion Need: pain_points includes any of "manual entry", "churn"

criterion Timing: decision_date is within the next 6 months

rule "Existing customer":
  excluded when is_customer

rule "BANT":
  lead when at least 3 of
    - Budget
    - Authority
    - Need
    - Timing

rule "Asked":
  lead when demo_requested and not Need and (Budget or Budget is unknown)
"""


def explained(text: str, contact: dict[str, object], today: date = TODAY) -> str:
    return qualify.compile(text).decide(contact, today).explain()


def test_rules_up_to_the_deciding_one_are_explained_and_criteria_are_shown_in_full_once() -> None:
    contact = {
        "title": "Intern to the VP",
        "budget": "8,500",
        "Budget Range": "10-25k",
        "pain_points": "tedium; churn",
        "is_customer": "no",
        "demo_requested": "yes",
    }
    assert explained(BANT, contact) == (
        """\
inquiry: no rule placed it (the default)

✗ rule "Existing customer": excluded when
  ✗ is_customer — no
✗ rule "BANT": lead when at least 3 of
  ✗ Budget "money is set aside": any of
    ✗ budget is at least $25,000 — budget is $8,500
    ✗ [Budget Range] is any of "25-50k", "50k+" — Budget Range is "10-25k"
  ✗ Authority: all of
    ✓ title mentions any of SeniorTitles, "Owner" — title is "Intern to the VP"
    ✗ title does not mention any of "Assistant", "Intern" — title is "Intern to the VP"
  ✓ Need
    ✓ pain_points includes any of "manual entry", "churn" — pain_points has "tedium", "churn"
  ? Timing
    ? decision_date is within the next 6 months — not known
✗ rule "Asked": lead when all of
  ✓ demo_requested — yes
  ✗ not Need — see above
  ✗ any of
    ✗ Budget — see above
    ✗ Budget is unknown — Budget is no

nearest miss: rule "BANT":
  budget is $8,500; needs $25,000
  decision_date is not known; ask decision_date (needs 2026-11-01 to 2027-05-01)"""
    )


def test_later_rules_are_not_explained_and_the_highest_stage_has_no_nearest_miss() -> None:
    contact = {"title": "Owner", "budget": "$40k", "is_customer": "no", "decision_date": "2026-12-01"}
    assert (
        explained(BANT, contact)
        == """\
lead: by rule "BANT" (rules:20)

✗ rule "Existing customer": excluded when
  ✗ is_customer — no
✓ rule "BANT": lead when at least 3 of
  ✓ Budget "money is set aside": any of
    ✓ budget is at least $25,000 — budget is $40,000
    ? [Budget Range] is any of "25-50k", "50k+" — not known
  ✓ Authority: all of
    ✓ title mentions any of SeniorTitles, "Owner" — title is "Owner"
    ✓ title does not mention any of "Assistant", "Intern" — title is "Owner"
  ? Need
    ? pain_points includes any of "manual entry", "churn" — not known
  ✓ Timing
    ✓ decision_date is within the next 6 months — decision_date is 2026-12-01"""
    )


def test_unknown_fields_are_asked_for_and_unreadable_cells_are_shown_unchanged() -> None:
    rules = 'rule "R": lead when budget is at least €25,000 and employees is between 50 and 5,000'
    assert (
        explained(rules, {"budget": "ask  her", "employees": "11-99"})
        == """\
inquiry: no rule placed it (the default)

? rule "R": lead when all of
  ? budget is at least €25,000 — "ask her", not readable as money
  ? employees is between 50 and 5,000 — employees is 11–99

nearest miss: rule "R":
  budget is "ask her", not readable as money; ask budget (needs €25,000)
  employees is 11–99; ask employees (needs 50 to 5,000)
could be lead; ask budget, employees"""
    )


SCORES = """
criterion Fit: country is "DE"
score Engagement:
  +30 when demo_requested
  +20 when Fit or country is "FR"
  +5 per webinars up to 15 points
  +40 fading by 10 every 30 days since last_visit
  kept between 0 and 50
grade Interest of Engagement: "A" from 40, "B" from 20, otherwise "C"
rule "Hot": lead when Interest is "A" and Engagement is more than 60
"""


def test_scores_show_their_lines_and_points_once_and_their_limits() -> None:
    contact = {"demo_requested": "y", "country": "FR", "webinars": "7", "last_visit": "2026-09-30"}
    assert (
        explained(SCORES, contact)
        == """\
inquiry: no rule placed it (the default)

✗ rule "Hot": lead when all of
  ✓ Interest is "A" — Interest is "A" (Engagement is 50)
    ✓ +30 when demo_requested — yes
    ✓ +20 when any of
      ✗ Fit
        ✗ country is "DE" — country is "FR"
      ✓ country is "FR" — country is "FR"
    · +5 per webinars up to 15 points — webinars is 7 → +15
    · +40 fading by 10 every 30 days since last_visit — last_visit is 2026-09-30 → +30
    · kept between 0 and 50 — the lines come to 95
  ✗ Engagement is more than 60 — Engagement is 50

nearest miss: rule "Hot": Engagement is 50; needs more than 60"""
    )


def needs(condition: str, contact: dict[str, object], before: str = "") -> str:
    """Return the line of the nearest miss of a rule with one condition, without its beginning."""
    told = explained(f'{before}\nrule "R": lead when {condition}', contact)
    return told.split('nearest miss: rule "R": ')[1].split("\n")[0]


@pytest.mark.parametrize(
    ("condition", "contact", "told"),
    [
        ("budget is at least $25,000", {"budget": 8500}, "budget is $8,500; needs $25,000"),
        ("budget is at least 25k CHF", {"budget": 8500}, "budget is 8,500 CHF; needs 25,000 CHF"),
        ("n is more than 50", {"n": 50}, "n is 50; needs more than 50"),
        ("n is at most 50", {"n": 51.5}, "n is 51.5; needs at most 50"),
        ("n is less than 50", {"n": "over 500"}, "n is over 500; needs less than 50"),
        ("n is between 5 and 10", {"n": 11}, "n is 11; needs 5 to 10"),
        ("n is not between 5 and 10", {"n": 7}, "n is 7; needs less than 5 or more than 10"),
        ("not n is at least 5", {"n": 7}, "n is 7; needs less than 5"),
        ("n is 5", {"n": "10,000+"}, "n is 10,000+; needs 5"),
        ("n is any of 1, 2", {"n": 3}, "n is 3; needs one of 1, 2"),
        ("n is none of 1, 2", {"n": 1}, "n is 1; needs anything but one of 1, 2"),
        ("n is unknown", {"n": "x"}, 'n is "x"; needs to be blank'),
        ("n is known", {}, "n is not known; needs a value"),
        ("d is before 2026-10-01", {"d": "2026-10-01"}, "d is 2026-10-01; needs before 2026-10-01"),
        ("d is on or after today", {"d": "2026-10-01"}, "d is 2026-10-01; needs on or after 2026-11-01"),
        ("d is within the last 14 days", {"d": "2026-10-01"}, "d is 2026-10-01; needs 2026-10-18 to 2026-11-01"),
        ("d is less than 14 days ago", {"d": "2026-10-01"}, "d is 2026-10-01; needs after 2026-10-18"),
        ("d is less than 14 days away", {"d": "2026-12-01"}, "d is 2026-12-01; needs before 2026-11-15"),
        ("d is more than 2 months ago", {"d": "2026-10-01"}, "d is 2026-10-01; needs before 2026-09-01"),
        ('country is "DE"', {"country": "fr"}, 'country is "fr"; needs "DE"'),
        ('country is not "DE"', {"country": "de"}, 'country is "de"; needs anything but "DE"'),
        ('t mentions all of "a b", "c"', {"t": "x"}, 't is "x"; needs to mention all of "a b", "c"'),
        ('t does not contain "x"', {"t": "xy"}, 't is "xy"; needs not to contain "x"'),
        (
            't starts with any of "1", "2", "3", "4", "5"',
            {"t": "x"},
            't is "x"; needs to start with one of "1", "2", "3", …',
        ),
        ('t matches "*.edu"', {"t": "x"}, 't is "x"; needs to match "*.edu"'),
        ('l includes "a"', {"l": "b; c"}, 'l has "b", "c"; needs to include "a"'),
        ("ok", {"ok": "no"}, "ok is no; needs yes"),
        ("not ok", {"ok": "yes"}, "ok is yes; needs no"),
        ("ok", {}, "ok is not known; ask ok (needs yes)"),
        (
            "x is after y and y is known and x is known",
            {"x": "2026-01-01", "y": "2026-02-01"},
            "x is 2026-01-01; needs after 2026-02-01",
        ),
        ('a is b and a contains "x"', {"a": "x", "b": "y"}, 'a is "x"; needs b ("y")'),
        (
            "days since d is at most 30",
            {"d": "2026-09-02"},
            "days since d is 60 (d is 2026-09-02); needs at most 30",
        ),
        ('x is "1" or y is "2"', {"x": "0", "y": "0"}, 'x is "0"; needs "1"'),
        ("x = 1 and y = 1", {"x": 1, "y": 2}, "y is 2; needs 1"),
        ("exactly 1 of (x = 1), (y = 1)", {"x": 1, "y": 1}, "x is 1; needs anything but 1"),
        ("none of (x = 1), (y = 1)", {"x": 1, "y": 2}, "x is 1; needs anything but 1"),
        # One change that serves all three is nearer than one for each.
        ("(x = 1 or n = 1) and (y = 1 or n = 1) and (z = 1 or n = 1)", dict.fromkeys("xyzn", 2), "n is 2; needs 1"),
    ],
)
def test_the_nearest_miss_says_what_a_test_needs(condition: str, contact: dict[str, object], told: str) -> None:
    assert needs(condition, contact) == told


def test_a_computed_field_is_shown_with_its_parts() -> None:
    before = "define deal_size as seats * $120"
    assert needs("deal_size is at least $30,000", {"seats": 100}, before) == (
        "deal_size is $12,000 (seats is 100); needs $30,000"
    )
    assert needs("deal_size is at least $30,000", {}, before) == (
        "deal_size is not known (seats is not known); ask seats (needs $30,000)"
    )


def test_a_quotient_is_rounded() -> None:
    assert needs("ratio is at least 2", {"n": 1, "m": 3}, "define ratio as n / m") == (
        "ratio is 0.333333 (n is 1; m is 3); needs 2"
    )


def test_a_grade_is_shown_with_the_score_that_it_needs() -> None:
    before = 'score S: +10 when x\ngrade G of S: "A" from 80, "B" from 60, otherwise "C"'
    assert needs('G is "B" or better', {"x": "y"}, before) == ('G is "C" (S is 10); needs one of "A", "B" (S from 60)')


NEAREST = """
stages: inquiry, prospect, lead
rule "Two": lead when x = 1 and y = 1
rule "One": prospect when z = 1
rule "Higher": lead when w = 1
rule "Last": lead when v = 1
otherwise inquiry
"""


@pytest.mark.parametrize(
    ("not_known", "told"),
    [
        ("xy", 'rule "Higher": w is 0; needs 1'),  # the fewest, of these the highest, of these the first
        ("z", 'rule "One": z is not known; ask z (needs 1)'),  # a question is nearer than another fact
        ("zwv", 'rule "Higher": w is not known; ask w (needs 1)'),
    ],
)
def test_the_nearest_miss_needs_the_fewest_changes(not_known: str, told: str) -> None:
    contact = {name: 0 for name in "xyzwv" if name not in not_known}
    assert f"nearest miss: {told}" in explained(NEAREST, contact)


@pytest.mark.parametrize("condition", ["title = 1 or need = 1", "at least 1 of (title = 1), (need = 1)"])
def test_within_a_rule_a_question_is_nearer_than_another_fact(condition: str) -> None:
    assert needs(condition, {"title": 0}) == "need is not known; ask need (needs 1)"


def test_a_long_text_is_cut_and_a_line_break_in_a_cell_stays_on_one_line() -> None:
    told = explained('rule "R": lead when notes contains "x"', {"notes": "a\nb " + "c" * 200})
    line = told.split("\n")[3]
    assert line == f'  ✗ notes contains "x" — notes is "a b {"c" * 75}…"'


def test_json_has_the_same_facts() -> None:
    rules = qualify.compile('rule "R": lead when n is at least 5').model
    contact = evaluate(rules, {"n": "3"}, TODAY)
    assert asdict(explanation(conclude(contact))) == {
        "stage": "inquiry",
        "rule": None,
        "place": "the default",
        "tried": (
            {
                "rule": "R",
                "stage": "lead",
                "place": "rules:1",
                "asked": "lead when",
                "answer": "no",
                "parts": ({"asked": "n is at least 5", "answer": "no", "seen": "n is 3", "points": None, "parts": ()},),
            },
        ),
        "nearest_miss": {"rule": "R", "stage": "lead", "needs": ("n is 3; needs 5",)},
        "could_be": None,
        "ask": (),
    }


def test_a_decision_can_be_sent_elsewhere_and_explained_there() -> None:
    decision = qualify.compile('rule "R": lead when n is at least 5').decide({"n": "3"}, TODAY)
    assert pickle.loads(pickle.dumps(decision)).explain() == decision.explain()


def test_the_example_of_the_language_page() -> None:
    rules = qualify.load(Path(__file__).parent.parent / "rules" / "example.lead")
    told = rules.decide({"title": "VP of Sales", "budget": "$40,000"}, TODAY).explain()
    assert told.endswith(
        """\
nearest miss: rule "BANT": pain_points is not known; ask pain_points (needs to include one of "manual entry", "churn")
could be lead; ask pain_points"""
    )


def test_a_negated_criterion_is_shown_above_its_own_answers() -> None:
    rules = 'criterion Reach: email is known or phone is known\nrule "A": lead when not Reach and x is known'
    tree = explained(rules, {"email": "a", "phone": "", "x": "1"}).split("\n\n")[1]
    assert (
        tree
        == """\
✗ rule "A": lead when all of
  ✗ not
    ✓ Reach: any of
      ✓ email is known — email is "a"
      ✗ phone is known — not known
  ✓ x is known — x is "1\""""
    )


@pytest.mark.parametrize(
    ("quantifier", "answer"), [("exactly 1 of", "✗"), ("at most 2 of", "✓"), ("at least 3 of", "✗"), ("none of", "✗")]
)
def test_a_count_is_shown_as_it_was_written(quantifier: str, answer: str) -> None:
    rules = f'rule "A": lead when {quantifier} (x is known), (y is known), (z is known)'
    assert f'{answer} rule "A": lead when {quantifier}\n  ✓ x is known' in explained(rules, {"x": "1", "y": "2"})


def test_a_criterion_that_an_example_gives_is_not_explained_by_its_fields() -> None:
    rules = """
    criterion Big: employees is at least 50
    rule "R": lead when Big
    example "Small": given Big no expect lead, Big yes
    """
    (outcome,) = example_results.outcomes(example_results.tested(qualify.compile(rules).model, TODAY))
    assert [failure.why for failure in outcome.failures] == [('rule "R": Big is no; needs yes',), ("✗ Big — given",)]
