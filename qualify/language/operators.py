"""Every test of the language: its words, types, documentation, example and meaning.

To add one, add a line to the grammar, with the test's name as its alias, and an entry here that applies one of the
predicates of `predicates`; `python docs/tables.py` then updates the table in the documentation.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache

from qualify.language.kinds import Kind
from qualify.language.predicates import Between, Edge, OneOf, Patterns, Predicate, Presence, TextMatch


@dataclass(frozen=True, slots=True)
class Operator:
    """A test: how it is written, and what it means for each type."""

    words: str  # the canonical form; V, A and B stand for values, D for a date, PERIOD for a unit
    negative: str | None  # the canonical form of the opposite
    also: tuple[str, ...]  # other spellings
    predicates: Mapping[Kind, Predicate]  # by the type of the subject; other types cannot be tested
    doc: str
    example: str
    quantifiers: tuple[str, ...] = ()  # those allowed before several values: `any of`, `all of`, `none of`
    several: str | None = None  # the test to use for several values, if not this one
    with_better: bool = False  # its value, a label of a grade, includes the better ones
    sample: str = ""  # how messages suggest this test where another was wrong
    sample_for: tuple[Kind, ...] = ()  # the types for which they suggest it
    instead: Mapping[Kind, str] = field(default_factory=dict)  # the test to suggest instead, for types it cannot test

    def verb(self, negated: bool = False) -> str:
        """Return the words before the values, of the test or its opposite: `is at least`, `does not mention`."""
        words = self.negative if negated else self.words
        assert words is not None
        return re.split(r" (?:V|D|A|B|DURATION|PERIOD|YEAR)\b", words, maxsplit=1)[0]

    @property
    def symbols(self) -> frozenset[str]:
        """The symbols among its spellings: `>=`, `≥`."""
        return frozenset(spelling.split()[0] for spelling in self.also if not spelling[0].isalpha())


NUMERIC = (Kind.NUMBER, Kind.MONEY, Kind.SCORE)


def _on(predicate: Predicate, *kinds: Kind) -> dict[Kind, Predicate]:
    return dict.fromkeys(kinds, predicate)


AT_LEAST, MORE_THAN = Between(low=Edge(0)), Between(low=Edge(0, is_included=False))
AT_MOST, LESS_THAN = Between(high=Edge(0)), Between(high=Edge(0, is_included=False))
TODAY = Edge()
BACK, BACK_EXCLUDED = Edge(0, -1), Edge(0, -1, is_included=False)
AHEAD, AHEAD_EXCLUDED = Edge(0, 1), Edge(0, 1, is_included=False)

OPERATORS: dict[str, Operator] = {
    "is": Operator(
        "is V",
        "is not V",
        ("= V", "!= V", "≠ V"),
        _on(OneOf(), Kind.NUMBER, Kind.MONEY, Kind.DATE, Kind.FLAG) | _on(TextMatch.WHOLE, Kind.TEXT, Kind.GRADE),
        "Equal; for texts, case is ignored.",
        'country is "DE"',
        several="is_any_of",
        instead={Kind.LIST: "includes"},
        sample='is "…"',
        sample_for=(Kind.TEXT, Kind.GRADE),
    ),
    "is_any_of": Operator(
        "is any of V, …",
        "is none of V, …",
        ("is in LIST", "is not in LIST", "is not any of V, …"),
        _on(OneOf(), Kind.NUMBER, Kind.MONEY) | _on(TextMatch.WHOLE, Kind.TEXT, Kind.GRADE),
        "Equal to one of the values, or to a value of the list.",
        'country is any of "DE", "FR"',
        quantifiers=("any of", "none of"),
        instead={Kind.LIST: "includes"},
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
        sample="is at least 50",
        sample_for=NUMERIC,
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
        _on(Between(Edge(0), Edge(1)), *NUMERIC, Kind.DATE),
        "From A to B, both included.",
        "employees is between 50 and 5,000",
        sample="is between 50 and 500",
        sample_for=NUMERIC,
    ),
    "before": Operator(
        "is before D",
        None,
        ("< D",),
        _on(LESS_THAN, Kind.DATE),
        "Earlier than D.",
        "decision_date is before 2027-01-01",
        sample="is before 2026-10-01",
        sample_for=(Kind.DATE,),
    ),
    "after": Operator(
        "is after D",
        None,
        ("> D",),
        _on(MORE_THAN, Kind.DATE),
        "Later than D.",
        "last_reply is after last_email",
        sample="is after 2026-10-01",
        sample_for=(Kind.DATE,),
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
        _on(Between(BACK, TODAY), Kind.DATE),
        "From the day that is the duration before today up to today, both included.",
        "last_visit is within the last 14 days",
        sample="is within the last 30 days",
        sample_for=(Kind.DATE,),
    ),
    "within_next": Operator(
        "is within the next DURATION",
        None,
        (),
        _on(Between(TODAY, AHEAD), Kind.DATE),
        "From today up to the day that is the duration after today, both included.",
        "decision_date is within the next 6 months",
        sample="is within the next 6 months",
        sample_for=(Kind.DATE,),
    ),
    "more_than_ago": Operator(
        "is more than DURATION ago",
        None,
        (),
        _on(Between(high=BACK_EXCLUDED), Kind.DATE),
        "Earlier than the day that is the duration before today.",
        "last_visit is more than 2 months ago",
    ),
    "at_least_ago": Operator(
        "is at least DURATION ago",
        None,
        (),
        _on(Between(high=BACK), Kind.DATE),
        "On the day that is the duration before today, or earlier.",
        "last_visit is at least 2 months ago",
    ),
    "less_than_ago": Operator(
        "is less than DURATION ago",
        None,
        (),
        _on(Between(BACK_EXCLUDED, TODAY), Kind.DATE),
        "Later than the day that is the duration before today, but not later than today.",
        "last_visit is less than 2 months ago",
    ),
    "at_most_ago": Operator(
        "is at most DURATION ago",
        None,
        (),
        _on(Between(BACK, TODAY), Kind.DATE),
        "The same as `is within the last DURATION`.",
        "last_visit is at most 2 months ago",
    ),
    "more_than_away": Operator(
        "is more than DURATION away",
        None,
        (),
        _on(Between(low=AHEAD_EXCLUDED), Kind.DATE),
        "Later than the day that is the duration after today.",
        "decision_date is more than 1 year away",
    ),
    "at_least_away": Operator(
        "is at least DURATION away",
        None,
        (),
        _on(Between(low=AHEAD), Kind.DATE),
        "On the day that is the duration after today, or later.",
        "decision_date is at least 1 year away",
    ),
    "less_than_away": Operator(
        "is less than DURATION away",
        None,
        (),
        _on(Between(TODAY, AHEAD_EXCLUDED), Kind.DATE),
        "Earlier than the day that is the duration after today, but not earlier than today.",
        "decision_date is less than 1 year away",
    ),
    "at_most_away": Operator(
        "is at most DURATION away",
        None,
        (),
        _on(Between(TODAY, AHEAD), Kind.DATE),
        "The same as `is within the next DURATION`.",
        "decision_date is at most 1 year away",
    ),
    "this_period": Operator(
        "is this PERIOD",
        "is not this PERIOD",
        ("is last PERIOD", "is next PERIOD", "is not last PERIOD", "is not next PERIOD"),
        _on(Between(BACK, AHEAD), Kind.DATE),
        "In the calendar `week`, `month`, `quarter` or `year` that contains today, or in the one before or after it.",
        "decision_date is this quarter",
    ),
    "in_period": Operator(
        "is in YEAR",
        "is not in YEAR",
        ("is in YEAR-MONTH", "is not in YEAR-MONTH"),
        _on(Between(BACK, AHEAD), Kind.DATE),
        "In that year, or that month of it: `2026`, `2026-10`.",
        "founded is in 2026",
    ),
    "mentions": Operator(
        "mentions V",
        "does not mention V",
        ("mentions any of V, …", "mentions all of V, …", "mentions none of V, …"),
        _on(TextMatch.PHRASE, Kind.TEXT),
        "The text contains the words of V, as whole words and in the same order; case and punctuation are ignored.",
        'title mentions any of "VP", "Head of"',
        quantifiers=("any of", "all of", "none of"),
        sample='mentions "…"',
        sample_for=(Kind.TEXT,),
        instead={Kind.LIST: "includes"},
    ),
    "contains": Operator(
        "contains V",
        "does not contain V",
        ("contains any of V, …", "contains all of V, …", "contains none of V, …"),
        _on(TextMatch.ANYWHERE, Kind.TEXT),
        "The text contains the characters of V, wherever they are; case is ignored.",
        'notes contains "budget approved"',
        quantifiers=("any of", "all of", "none of"),
        sample='contains "…"',
        sample_for=(Kind.TEXT,),
        instead={Kind.LIST: "includes"},
    ),
    "starts_with": Operator(
        "starts with V",
        "does not start with V",
        ("starts with any of V, …", "starts with none of V, …"),
        _on(TextMatch.BEGINNING, Kind.TEXT),
        "The text begins with the characters of V; case is ignored.",
        'phone starts with any of "+49", "+43"',
        quantifiers=("any of", "none of"),
    ),
    "ends_with": Operator(
        "ends with V",
        "does not end with V",
        ("ends with any of V, …", "ends with none of V, …"),
        _on(TextMatch.ENDING, Kind.TEXT),
        "The text ends with the characters of V; case is ignored.",
        'email ends with ".edu"',
        quantifiers=("any of", "none of"),
    ),
    "matches": Operator(
        "matches V",
        "does not match V",
        ("matches any of V, …", "matches all of V, …", "matches none of V, …"),
        _on(Patterns(), Kind.TEXT),
        "The whole text matches the pattern V: `*` stands for any characters or none, `?` for one character as people "
        "see it.",
        'email matches "*@*.edu"',
        quantifiers=("any of", "all of", "none of"),
    ),
    "includes": Operator(
        "includes V",
        "does not include V",
        ("includes any of V, …", "includes all of V, …", "includes none of V, …"),
        _on(TextMatch.WHOLE, Kind.LIST),
        "V is one of the texts of the list; case is ignored.",
        'pain_points includes any of "manual entry", "churn"',
        quantifiers=("any of", "all of", "none of"),
        sample='includes "…"',
        sample_for=(Kind.LIST,),
        instead={Kind.TEXT: "mentions"},
    ),
    "belongs_to": Operator(
        "belongs to V",
        "does not belong to V",
        ("belongs to any of V, …", "belongs to none of V, …"),
        _on(TextMatch.DOMAIN, Kind.TEXT),
        "The domain of an e-mail address, web address or host is V or lies below it; unknown without a domain.",
        'email belongs to any of "acme.com", "globex.com"',
        quantifiers=("any of", "none of"),
        instead={Kind.LIST: "includes"},
    ),
    "or_better": Operator(
        'is "B" or better',
        None,
        (),
        _on(TextMatch.WHOLE, Kind.GRADE),
        "The grade is this one or a better one.",
        'Interest is "B" or better',
        with_better=True,
        sample='is "…" or better',
        sample_for=(Kind.GRADE,),
    ),
}

# The first words of all tests, as alternatives of a regular expression.
FIRST_WORDS = "|".join(
    dict.fromkeys(
        spelling.split()[0]
        for one in OPERATORS.values()
        for spelling in (one.words, one.negative or one.words, *one.also)
        if spelling[0].isalpha()
    )
)


def with_several(name: str) -> Operator:
    """Return the form of a test for several values; it has no quantifiers if there is no such form."""
    return OPERATORS[OPERATORS[name].several or name]


def operator_for(predicate: Predicate, kind: Kind) -> str:
    """Return the name of the test that applies a predicate to a type."""
    return next(name for name, one in OPERATORS.items() if one.predicates.get(kind) == predicate)


@cache
def resolve_symbol(name: str, kind: Kind, is_symbol: bool) -> str:
    """Return the name of the test for a type: a symbol such as `<` is one test for numbers and another for dates."""
    operator = OPERATORS[name]
    if not is_symbol or kind in operator.predicates:
        return name
    others = (other for other, one in OPERATORS.items() if kind in one.predicates and one.symbols & operator.symbols)
    return next(others, name)


def counterpart(name: str, kind: Kind) -> str | None:
    """Return the test that corresponds to another for a different type: `is before` to `is less than`, for dates."""
    intervals = [one for one in OPERATORS[name].predicates.values() if isinstance(one, Between)]
    same = (other for other, one in OPERATORS.items() if one.predicates.get(kind) in intervals)
    return OPERATORS[name].instead.get(kind) or next(same, None)
