"""The fixed values of tests, and the limits they set: shared by both targets that sort values into classes."""

from __future__ import annotations

import math
from collections.abc import Iterable
from datetime import date
from typing import TypeAlias, assert_never

from qualify.language.durations import CalendarPeriod, Duration, TimeSpan
from qualify.language.kinds import Kind, Value
from qualify.language.predicates import Between, Interval, OneOf, Patterns, Presence, TextMatch, Values, as_number
from qualify.model.expressions import Test
from qualify.model.walk import reads
from qualify.record.evaluation import Evaluation, value

Fixed: TypeAlias = Values | TimeSpan | Value

QUANTITIES = (Kind.NUMBER, Kind.MONEY, Kind.DATE, Kind.SCORE)  # the types whose values are compared with limits


def fixed_values(test: Test, no_contact: Evaluation) -> list[Fixed] | None:
    """Return the values that a test compares with; None if they depend on the contact or are unknown.

    `no_contact` is an evaluation without any fields.
    """
    fixed: list[Fixed] = []
    for one in test.values:
        if isinstance(one, (Values, Duration, CalendarPeriod)):
            fixed.append(one)
            continue
        known = None if any(True for _ in reads(one)) else value(one, no_contact)
        if known is None:
            return None
        fixed.append(known)
    return fixed


def limits(test: Test, fixed: list[Fixed], today: date) -> tuple[list[Interval], list[float]]:
    """Return the intervals and the single numbers for which a test is yes; none if it is not about numbers."""
    predicate = test.predicate
    match predicate:
        case Presence():
            return [Interval()], []
        case Between():
            ends = [one if isinstance(one, (Duration, CalendarPeriod)) else _number(one) for one in fixed]
            return [predicate.interval(ends, today)], []
        case OneOf():
            listed = [number for one in fixed if isinstance(one, Values) for number in one.numbers]
            return [], listed + [_number(one) for one in fixed if not isinstance(one, Values)]
        case TextMatch() | Patterns():
            return [], []
    assert_never(predicate)


def thresholds(found: Iterable[tuple[list[Interval], list[float]]]) -> list[float]:
    """Return the finite limits of some tests in order. All numbers between two of them get the same answers."""
    ends: set[float] = set()
    for intervals, listed in found:
        ends.update(listed)
        ends.update(end for one in intervals for end in (one.low, one.high))
    return sorted(filter(math.isfinite, ends))


def _number(fixed: Fixed) -> float:
    assert not isinstance(fixed, (Values, Duration, CalendarPeriod))
    number = as_number(fixed)
    assert isinstance(number, float)
    return number
