"""Every test of the language, once: its words, the types it is about, its documentation, and what it means.

To add one: a line in the grammar whose alias is the test's name, and an entry here, whose meaning is one of the few
forms of `predicates`. Then `python -m qualify.parsing.grammar` and `python docs/tables.py` write anew what is made of
the two; tests fail until all of it is done.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from qualify.language.durations import Duration
from qualify.language.kinds import Kind
from qualify.language.predicates import (
    ANYWHERE,
    BEGINNING,
    ENDING,
    PHRASES,
    WHOLE,
    Form,
    Interval,
    OneOf,
    Patterns,
    Presence,
    Region,
)


@dataclass(frozen=True, slots=True)
class Operator:
    """One test: how it is written, what it is about, what it means."""

    words: str  # the canonical form; V stands for a value, D for a date, DURATION for a duration
    negative: str | None  # the canonical form of its opposite
    also: tuple[str, ...]  # other spellings
    forms: Mapping[Kind, Form]  # by the type of what is tested: a type that is not here cannot be tested so
    doc: str
    example: str


NUMERIC = (Kind.NUMBER, Kind.MONEY, Kind.SCORE)


def _on(form: Form, *kinds: Kind) -> dict[Kind, Form]:
    return dict.fromkeys(kinds, form)


def _number(value: float | Duration) -> float:
    assert not isinstance(value, Duration)
    return value


def _duration(value: float | Duration) -> Duration:
    assert isinstance(value, Duration)
    return value


def _back(value: float | Duration, today: date) -> float:
    """Return the number of the day that lies a duration before today, infinite outside the calendar."""
    return _duration(value).before(today)


def _ahead(value: float | Duration, today: date) -> float:
    return _duration(value).after(today)


AT_LEAST = Region(lambda v, today: Interval(low=_number(v[0])))
MORE_THAN = Region(lambda v, today: Interval(low=_number(v[0]), low_included=False))
AT_MOST = Region(lambda v, today: Interval(high=_number(v[0])))
LESS_THAN = Region(lambda v, today: Interval(high=_number(v[0]), high_included=False))
BETWEEN = Region(lambda v, today: Interval(_number(v[0]), _number(v[1])))

OPERATORS: dict[str, Operator] = {
    "is": Operator(
        "is V",
        "is not V",
        ("= V", "!= V", "≠ V"),
        _on(OneOf(), Kind.NUMBER, Kind.MONEY, Kind.DATE, Kind.FLAG) | _on(WHOLE, Kind.TEXT, Kind.GRADE),
        "Equal; of texts, case is ignored.",
        'country is "DE"',
    ),
    "is_any_of": Operator(
        "is any of V, …",
        "is none of V, …",
        ("is in LIST", "is not in LIST", "is not any of V, …"),
        _on(OneOf(), Kind.NUMBER, Kind.MONEY) | _on(WHOLE, Kind.TEXT, Kind.GRADE),
        "Equal to one of the values or the values of a list.",
        'country is any of "DE", "FR"',
    ),
    "is_known": Operator(
        "is known",
        "is unknown",
        ("is not unknown", "is not blank", "is not known", "is blank"),
        _on(Presence(), *Kind),
        "There is a value; always yes or no.",
        "use_case is known",
    ),
    "at_least": Operator(
        "is at least V",
        None,
        (">= V", "≥ V"),
        _on(AT_LEAST, *NUMERIC),
        "V or more.",
        "employees is at least 50",
    ),
    "more_than": Operator(
        "is more than V",
        None,
        ("> V", "is over V", "is above V"),
        _on(MORE_THAN, *NUMERIC),
        "More than V.",
        "employees is more than 50",
    ),
    "at_most": Operator(
        "is at most V",
        None,
        ("<= V", "≤ V"),
        _on(AT_MOST, *NUMERIC),
        "V or less.",
        "employees is at most 5,000",
    ),
    "less_than": Operator(
        "is less than V",
        None,
        ("< V", "is under V", "is below V"),
        _on(LESS_THAN, *NUMERIC),
        "Less than V.",
        "employees is less than 5,000",
    ),
    "between": Operator(
        "is between A and B",
        "is not between A and B",
        (),
        _on(BETWEEN, *NUMERIC, Kind.DATE),
        "From A to B, both included.",
        "employees is between 50 and 5,000",
    ),
    "before": Operator(
        "is before D",
        None,
        ("< D",),
        _on(LESS_THAN, Kind.DATE),
        "Earlier than D.",
        "decision_date is before 2027-01-01",
    ),
    "after": Operator(
        "is after D",
        None,
        ("> D",),
        _on(MORE_THAN, Kind.DATE),
        "Later than D.",
        "last_reply is after last_email",
    ),
    "on_or_before": Operator(
        "is on or before D",
        None,
        ("<= D", "≤ D"),
        _on(AT_MOST, Kind.DATE),
        "D or earlier.",
        "decision_date is on or before today",
    ),
    "on_or_after": Operator(
        "is on or after D",
        None,
        (">= D", "≥ D"),
        _on(AT_LEAST, Kind.DATE),
        "D or later.",
        "decision_date is on or after today",
    ),
    "within_last": Operator(
        "is within the last DURATION",
        None,
        (),
        _on(Region(lambda v, today: Interval(_back(v[0], today), today.toordinal())), Kind.DATE),
        "Today or earlier, back to and including the day that lies the duration before today.",
        "last_visit is within the last 14 days",
    ),
    "within_next": Operator(
        "is within the next DURATION",
        None,
        (),
        _on(Region(lambda v, today: Interval(today.toordinal(), _ahead(v[0], today))), Kind.DATE),
        "Today or later, up to and including the day that lies the duration after today.",
        "decision_date is within the next 6 months",
    ),
    "more_than_ago": Operator(
        "is more than DURATION ago",
        None,
        (),
        _on(Region(lambda v, today: Interval(high=_back(v[0], today), high_included=False)), Kind.DATE),
        "Earlier than the day that lies the duration before today.",
        "last_visit is more than 2 months ago",
    ),
    "at_least_ago": Operator(
        "is at least DURATION ago",
        None,
        (),
        _on(Region(lambda v, today: Interval(high=_back(v[0], today))), Kind.DATE),
        "On the day that lies the duration before today, or earlier.",
        "last_visit is at least 2 months ago",
    ),
    "less_than_ago": Operator(
        "is less than DURATION ago",
        None,
        (),
        _on(Region(lambda v, today: Interval(_back(v[0], today), today.toordinal(), low_included=False)), Kind.DATE),
        "Later than the day that lies the duration before today, and not later than today.",
        "last_visit is less than 2 months ago",
    ),
    "at_most_ago": Operator(
        "is at most DURATION ago",
        None,
        (),
        _on(Region(lambda v, today: Interval(_back(v[0], today), today.toordinal())), Kind.DATE),
        "The same as `is within the last DURATION`.",
        "last_visit is at most 2 months ago",
    ),
    "more_than_away": Operator(
        "is more than DURATION away",
        None,
        (),
        _on(Region(lambda v, today: Interval(low=_ahead(v[0], today), low_included=False)), Kind.DATE),
        "Later than the day that lies the duration after today.",
        "decision_date is more than 1 year away",
    ),
    "at_least_away": Operator(
        "is at least DURATION away",
        None,
        (),
        _on(Region(lambda v, today: Interval(low=_ahead(v[0], today))), Kind.DATE),
        "On the day that lies the duration after today, or later.",
        "decision_date is at least 1 year away",
    ),
    "less_than_away": Operator(
        "is less than DURATION away",
        None,
        (),
        _on(Region(lambda v, today: Interval(today.toordinal(), _ahead(v[0], today), high_included=False)), Kind.DATE),
        "Earlier than the day that lies the duration after today, and not earlier than today.",
        "decision_date is less than 1 year away",
    ),
    "at_most_away": Operator(
        "is at most DURATION away",
        None,
        (),
        _on(Region(lambda v, today: Interval(today.toordinal(), _ahead(v[0], today))), Kind.DATE),
        "The same as `is within the next DURATION`.",
        "decision_date is at most 1 year away",
    ),
    "mentions": Operator(
        "mentions V",
        "does not mention V",
        ("mentions any of V, …", "mentions all of V, …", "mentions none of V, …"),
        _on(PHRASES, Kind.TEXT),
        "The words of V stand in the text, as whole words, in their order; case and punctuation are ignored.",
        'title mentions any of "VP", "Head of"',
    ),
    "contains": Operator(
        "contains V",
        "does not contain V",
        ("contains any of V, …", "contains all of V, …", "contains none of V, …"),
        _on(ANYWHERE, Kind.TEXT),
        "The characters of V stand somewhere in the text; case is ignored.",
        'notes contains "budget approved"',
    ),
    "starts_with": Operator(
        "starts with V",
        "does not start with V",
        ("starts with any of V, …", "starts with none of V, …"),
        _on(BEGINNING, Kind.TEXT),
        "The text begins with the characters of V; case is ignored.",
        'phone starts with any of "+49", "+43"',
    ),
    "ends_with": Operator(
        "ends with V",
        "does not end with V",
        ("ends with any of V, …", "ends with none of V, …"),
        _on(ENDING, Kind.TEXT),
        "The text ends with the characters of V; case is ignored.",
        'email ends with ".edu"',
    ),
    "matches": Operator(
        "matches V",
        "does not match V",
        ("matches any of V, …", "matches all of V, …", "matches none of V, …"),
        _on(Patterns(), Kind.TEXT),
        "The whole text has the pattern's shape: `*` is any run, also an empty one, `?` one character.",
        'email matches "*@*.edu"',
    ),
    "includes": Operator(
        "includes V",
        "does not include V",
        ("includes any of V, …", "includes all of V, …", "includes none of V, …"),
        _on(WHOLE, Kind.LIST),
        "V is one of the texts of the list; case is ignored.",
        'pain_points includes any of "manual entry", "churn"',
    ),
    "or_better": Operator(
        'is "B" or better',
        None,
        (),
        _on(WHOLE, Kind.GRADE),
        "The grade is this one or stands before it.",
        'Interest is "B" or better',
    ),
}

# The words with which a test can begin, as a part of a regular expression.
FIRST_WORDS = "|".join(
    dict.fromkeys(
        spelling.split()[0]
        for one in OPERATORS.values()
        for spelling in (one.words, one.negative or one.words, *one.also)
        if spelling[0].isalpha()
    )
)

# What a test of numbers says of dates, as `>` does.
ON_DATES = {"less_than": "before", "more_than": "after", "at_most": "on_or_before", "at_least": "on_or_after"}
