"""Durations that leave the calendar: no day exists there, so nothing is that long ago or away."""

from __future__ import annotations

from datetime import date

import pyarrow as pa
import pytest

import qualify
from qualify.language.durations import Duration, Unit
from qualify.record.decide import decide

TODAY = date(2026, 11, 1)
DAYS = {"first": "0001-01-01", "past": "2026-10-31", "today": "2026-11-01", "next": "2026-11-02", "last": "9999-12-31"}
PAST, TO_COME = ("first", "past", "today"), ("today", "next", "last")


@pytest.mark.parametrize("duration", ["9000 years", "108,000 months", "500,000 weeks", "4,000,000 days"])
@pytest.mark.parametrize(
    ("words", "satisfied_by"),
    [
        ("more than {} ago", ()),
        ("at least {} ago", ()),
        ("less than {} ago", PAST),
        ("at most {} ago", PAST),
        ("within the last {}", PAST),
        ("more than {} away", ()),
        ("at least {} away", ()),
        ("less than {} away", TO_COME),
        ("at most {} away", TO_COME),
        ("within the next {}", TO_COME),
    ],
)
def test_a_day_outside_the_calendar_is_unknown(words: str, satisfied_by: tuple[str, ...], duration: str) -> None:
    rules = qualify.compile(f'rule "R": lead when d is {words.format(duration)}')
    contacts = [{"d": cell} for cell in DAYS.values()]
    found = {
        "record": [decide(rules.model, contact, TODAY).stage for contact in contacts],
        "decide": [rules.decide(contact, today=TODAY).stage for contact in contacts],
        "decide_table": rules.decide_table(pa.Table.from_pylist(contacts), today=TODAY)["stage"].to_pylist(),
    }
    expected = ["lead" if name in satisfied_by else "inquiry" for name in DAYS]
    assert found == dict.fromkeys(found, expected)


@pytest.mark.parametrize(
    ("test", "needs"),
    [("d is at least 5000 years ago", "a day outside the calendar"), ("not (d is at least 5000 years ago)", "any day")],
)
def test_the_nearest_miss_says_what_no_day_can_be(test: str, needs: str) -> None:
    decision = qualify.compile(f'rule "R": lead when {test}').decide({"d": "2026-10-01" if "not" not in test else ""})
    assert needs in decision.explain()


@pytest.mark.parametrize("unit", ["days", "weeks", "months", "years"])
def test_a_period_that_ends_outside_the_calendar_has_not_passed(unit: Unit) -> None:
    assert Duration(1, unit).periods(date(9999, 12, 30), date.max) == (1 if unit == "days" else 0)
    assert Duration(4_000_000, unit).periods(date.min, date.max) == 0
