"""Every test of the language, once: its words, the types it is about, its documentation, and what it means.

To add one: a line in the grammar whose alias is the test's name, and an entry here. The meaning of a test is one
of few forms, and each target knows the forms, not the tests:

- `Presence`: whether there is a value at all;
- `Points`: one of some numbers, dates or flags;
- `Region`: inside one interval of numbers or dates;
- `Pieces`: some piece of a text (the whole, a phrase, a beginning, ...) or list is one of some texts, so that
  100,000 of them are looked up like one;
- `Patterns`: the whole text has the shape of one of some patterns.

Dates count as their day's number and flags as 0 and 1, so that one form serves them all.
"""

from __future__ import annotations

import fnmatch
import math
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import TypeAlias

from qualify.duration import Duration
from qualify.schema import Kind, Range, Value
from qualify.text import fold, words


class Values:
    """Some values to compare with: those written out in a test, or those of one list.

    A list is one such object, shared by all tests that name it, and prepares each of its forms once.
    """

    def __init__(self, items: Iterable[str | float], name: str | None = None) -> None:
        self.items = tuple(items)
        self.name = name  # of the list, if it is one

    @cached_property
    def numbers(self) -> frozenset[float]:
        return frozenset(float(item) for item in self.items)

    @cached_property
    def folded(self) -> Wanted:
        return Wanted(fold(str(item)) for item in self.items)

    @cached_property
    def phrases(self) -> Wanted:
        return Wanted(words(str(item)) for item in self.items)

    @cached_property
    def patterns(self) -> tuple[re.Pattern[str], ...]:
        return tuple(glob(str(item)) for item in self.items)

    def __repr__(self) -> str:
        return self.name or ", ".join(map(repr, self.items[:5]))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Values) and (self.items, self.name) == (other.items, other.name)

    def __hash__(self) -> int:
        return hash((self.items[:20], len(self.items), self.name))

    def __reduce__(self) -> tuple[type[Values], tuple[tuple[str | float, ...], str | None]]:
        return Values, (self.items, self.name)


class Wanted(frozenset[str]):
    """Texts to look for, and how long they are: in characters, and for phrases in words."""

    @cached_property
    def lengths(self) -> tuple[int, ...]:
        return tuple(sorted({len(text) for text in self}))

    @cached_property
    def word_counts(self) -> tuple[int, ...]:
        return tuple(sorted({text.count(" ") + 1 for text in self}))


def glob(pattern: str) -> re.Pattern[str]:
    """Return the expression for a pattern of `*` (any run, also empty) and `?` (one character), case ignored."""
    literal = fold(pattern).replace("[", "[[]")
    return re.compile(fnmatch.translate(re.sub(r"\*+", "*", literal)))


# --- forms -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Interval:
    """The numbers from `low` to `high`, each end included or not."""

    low: float = -math.inf
    high: float = math.inf
    low_included: bool = True
    high_included: bool = True

    def __contains__(self, number: float) -> bool:
        above = number >= self.low if self.low_included else number > self.low
        below = number <= self.high if self.high_included else number < self.high
        return above and below


@dataclass(frozen=True, slots=True)
class Presence:
    """Yes where there is a value (a range is one), no where there is none; never unknown."""


@dataclass(frozen=True, slots=True)
class Points:
    """Equal to one of the values."""


@dataclass(frozen=True, slots=True)
class Region:
    """Inside the interval that the values span; durations are counted from today."""

    of: Callable[[tuple[float | Duration, ...], date], Interval]


@dataclass(frozen=True, slots=True)
class Pieces:
    """Some piece that `cut` makes of the value is one of the wanted texts, which `wanted` takes from the values.

    `prepare` is done once to a value, before it is cut.
    """

    wanted: Callable[[Values], Wanted]
    prepare: Callable[[str], str]
    cut: Callable[[str, Wanted], Iterator[str]]


@dataclass(frozen=True, slots=True)
class Patterns:
    """The whole text matches one of the patterns."""


FEW = 20  # texts

Form: TypeAlias = Presence | Points | Region | Pieces | Patterns


def whole(text: str, wanted: Wanted) -> Iterator[str]:
    yield text


def phrases(text: str, wanted: Wanted) -> Iterator[str]:
    """Yield each run of words of a text that `words` has prepared, as long as a wanted phrase."""
    parts = text.split()
    for count in wanted.word_counts:
        for start in range(len(parts) - count + 1):
            yield " ".join(parts[start : start + count])


def parts_anywhere(text: str, wanted: Wanted) -> Iterator[str]:
    if len(wanted) <= FEW:  # to look for each takes less than to cut the text everywhere
        yield from (piece for piece in wanted if piece in text)
        return
    for length in wanted.lengths:
        for start in range(len(text) - length + 1):
            yield text[start : start + length]


def beginnings(text: str, wanted: Wanted) -> Iterator[str]:
    for length in wanted.lengths:
        yield text[:length]


def endings(text: str, wanted: Wanted) -> Iterator[str]:
    for length in wanted.lengths:
        yield text[len(text) - length :] if length <= len(text) else text


# --- the table -------------------------------------------------------------------------------------------------


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

WHOLE = Pieces(lambda values: values.folded, fold, whole)
PHRASES = Pieces(lambda values: values.phrases, words, phrases)
ANYWHERE = Pieces(lambda values: values.folded, fold, parts_anywhere)
BEGINNING = Pieces(lambda values: values.folded, fold, beginnings)
ENDING = Pieces(lambda values: values.folded, fold, endings)


def _on(form: Form, *kinds: Kind) -> dict[Kind, Form]:
    return dict.fromkeys(kinds, form)


def _number(value: float | Duration) -> float:
    assert not isinstance(value, Duration)
    return value


def _duration(value: float | Duration) -> Duration:
    assert isinstance(value, Duration)
    return value


def _back(value: float | Duration, today: date) -> float:
    """Return the number of the day that lies a duration before today."""
    return _duration(value).before(today).toordinal()


def _ahead(value: float | Duration, today: date) -> float:
    return _duration(value).after(today).toordinal()


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
        _on(Points(), Kind.NUMBER, Kind.MONEY, Kind.DATE, Kind.FLAG) | _on(WHOLE, Kind.TEXT, Kind.GRADE),
        "Equal; of texts, case is ignored.",
        'country is "DE"',
    ),
    "is_any_of": Operator(
        "is any of V, …",
        "is none of V, …",
        ("is in LIST", "is not in LIST", "is not any of V, …"),
        _on(Points(), Kind.NUMBER, Kind.MONEY) | _on(WHOLE, Kind.TEXT, Kind.GRADE),
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


# --- the forms applied to one value: what every target must agree with -------------------------------------------


def real(value: Value) -> float | Range:
    """Return a number, date or flag as the number it counts as; a range stays a range."""
    if isinstance(value, date):
        return float(value.toordinal())
    assert isinstance(value, (bool, int, float, Range))
    return value if isinstance(value, Range) else float(value)


def minus(left: float | Range, right: float | Range) -> float | Range:
    """Return the difference of two numbers, either of which may be a range."""
    if not isinstance(left, Range) and not isinstance(right, Range):
        return left - right
    a, b = _as_range(left), _as_range(right)
    return Range(
        a.low - b.high,
        a.high - b.low,
        a.low_included and b.high_included,
        a.high_included and b.low_included,
    )


def _as_range(number: float | Range) -> Range:
    return number if isinstance(number, Range) else Range(number, number)


def inside(span: Range, interval: Interval) -> bool:
    """Return whether every number of a range lies in the interval."""
    low = span.low > interval.low or (
        span.low == interval.low and (interval.low_included or not span.low_included or span.low == -math.inf)
    )
    high = span.high < interval.high or (
        span.high == interval.high and (interval.high_included or not span.high_included or span.high == math.inf)
    )
    return low and high


def outside(span: Range, interval: Interval) -> bool:
    """Return whether no number of a range lies in the interval."""
    below = span.high < interval.low or (
        span.high == interval.low and not (span.high_included and interval.low_included)
    )
    above = span.low > interval.high or (
        span.low == interval.high and not (span.low_included and interval.high_included)
    )
    return below or above
