"""Tests that can be read but say something else than was meant, and how to write what was meant."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from itertools import pairwise

from qualify.advice.as_written import re_spaced, shown
from qualify.language.kinds import Kind
from qualify.language.logic import Not
from qualify.language.operators import ON_DATES, OPERATORS
from qualify.parsing import syntax
from qualify.parsing.syntax import Header, Literal, Name, Operand, Period
from qualify.text.fixes import Edit, Fix, rewrite
from qualify.text.source import Span

TEST_SHOWN = {  # the tests that are shown for a type, most useful first
    Kind.TEXT: ("is", "mentions", "contains"),
    Kind.NUMBER: ("at_least", "between"),
    Kind.MONEY: ("at_least", "between"),
    Kind.DATE: ("before", "after", "within_last", "within_next"),
    Kind.LIST: ("includes",),
    Kind.SCORE: ("at_least", "between"),
    Kind.GRADE: ("is", "or_better"),
}
SAMPLES = {
    "is": 'is "…"', "mentions": 'mentions "…"', "contains": 'contains "…"', "at_least": "is at least 50",
    "between": "is between 50 and 500", "before": "is before 2026-10-01", "after": "is after 2026-10-01",
    "within_last": "is within the last 30 days", "within_next": "is within the next 6 months",
    "includes": 'includes "…"', "or_better": 'is "…" or better',
}  # fmt: skip
# By type, the test that says of it what another says of another type.
LIKEWISE: dict[Kind, dict[str, str]] = {
    Kind.LIST: dict.fromkeys(("is", "is_any_of", "mentions", "contains"), "includes"),
    Kind.TEXT: {"includes": "mentions"},
    Kind.DATE: ON_DATES,
    Kind.NUMBER: {on_dates: other for other, on_dates in ON_DATES.items()},
}
EVERY = ("mentions", "contains", "matches", "includes")  # a text may well have several of these at once
LISTED = ("is", "is_any_of", "starts_with", "ends_with", *EVERY)  # the tests that take several values
MORE = ("more", "higher", "above", "over", "greater", "later", "after", "better", "larger", "bigger", "longer", "up")
LESS = ("less", "lower", "below", "under", "fewer", "earlier", "before", "worse", "smaller", "shorter", "down")
UNCLEAR = ("older", "newer", "equal")  # older is more as a number and less as a date: the writer has to say
# What a test and `or more`, a test and `or less` are to say; each also where the test has a `not`.
AMOUNTS = (("at least", "less than"), ("at most", "more than"))
DATES = (("on or after", "before"), ("on or before", "after"))
# What people write for a value of another language, and the test that says it here; then its opposite.
INSTEAD = {
    "true": ("is yes", "is no"),
    "false": ("is no", "is yes"),
    **dict.fromkeys(("empty", "null", "none", "nothing", "missing", "nil"), ("is unknown", "is known")),
}
# The ends of a text at which a space would decide what the test finds, and what finds just that.
SPACED = {
    "contains": (re.compile(r"^\s|\s$"), 'for whole words, write `{} "{}"`', ("mentions", "does not mention")),
    "starts_with": (re.compile(r"\s$"), 'write `{} "{} *"`', ("matches", "does not match")),
    "ends_with": (re.compile(r"^\s"), 'write `{} "* {}"`', ("matches", "does not match")),
}


def fitting(kind: Kind, subject: str) -> str:
    """Return the tests that fit a type, ready to paste."""
    if kind is Kind.FLAG:
        return f"write `{subject}` or `not {subject}`"
    return f"write {' or '.join(f'`{subject} {SAMPLES[test]}`' for test in TEST_SHOWN[kind])}"


def quoted_parts(header: Header) -> str:
    """Return what was meant as a list in square brackets, `[DE, FR]`, as values."""
    return ", ".join(f'"{part}"' for part in (part.strip(' "“”„') for part in header.text.split(",")) if part)


def unquoted(value: Name, test: syntax.Test) -> Fix | str:
    """`country is DE`, `title is empty`: what a name was meant for where a text, or a test of its own, belongs."""
    words = INSTEAD.get(value.text.lower())
    if words is None:
        return rewrite(value.span, f'a text needs quotes: `"{value.text}"`')
    return _predicate(test, words[test.negated], f"write `{words[test.negated]}`")


def empty_text(test: syntax.Test, operator: str, value: Span) -> Fix | str:
    """`title is ""`: the test that was meant; a text of spaces is looked for with `matches`."""
    words = "is known" if test.negated else "is unknown"
    if operator == "contains" and value.text[1:-1]:
        words = f'{"does not match" if test.negated else "matches"} "* *"'
    return _predicate(test, words)


def without_words(test: syntax.Test, text: str) -> Fix | str:
    """`title mentions "&"`: the test that finds a text without words."""
    return _predicate(test, f'{"does not contain" if test.negated else "contains"} "{text}"')


def spaced(test: syntax.Test, operator: str, text: str, value: Span) -> Fix | str | None:
    """`contains " AI "`: the test that was meant, where the spaces would decide what it finds."""
    if operator not in SPACED:
        return None
    ends, title, words = SPACED[operator]
    if not ends.search(value.text[1:-1]):
        return None
    title = title.format(words[test.negated], text)
    return _predicate(test, title.partition("`")[2].rstrip("`"), title)


def listed(test: syntax.Test, name: Name) -> Fix | str:
    """`country is Nordics`: the test with the `any of` that a list needs."""
    operator = re_spaced(Span(test.span.source, test.subject.span.end, test.values[0].span.start).text).lower()
    words = {"is": "is any of", "=": "is any of", **dict.fromkeys(("is not", "!=", "≠"), "is none of")}
    return _predicate(test, f"{words.get(operator, operator + ' any of')} {name.text}")


def is_not_listed(test: syntax.Test, value: str) -> Fix | str:
    """`demo is in yes`: the test of one value."""
    return _predicate(test, f"is {value}")


def _predicate(test: syntax.Test, words: str, title: str | None = None) -> Fix | str:
    """Return the fix that puts other words behind the subject of a test; in words where the test has other values."""
    title = title or f"write `{shown(test.subject)} {words}`"
    if len(test.values) != 1:
        return title
    source = test.span.source
    return Fix(title, (Edit(Span(source, test.subject.span.end, test.span.end), f" {words}"),))


# --- several tests written as one, one as several --------------------------------------------------------------


def of_all(
    test: syntax.Test, kind: Kind | None, behind: Sequence[syntax.Condition], values: Sequence[str]
) -> Fix | str:
    """`country is "DE" or "FR"`: the test of its own values and of those that stand behind it, as conditions."""
    last = behind[-1]
    is_not = isinstance(last, Not)
    join = "and" if test.span.source.text[test.span.end : last.span.start].rstrip().lower().endswith("and") else "or"
    negative = OPERATORS[test.operator].negative
    if is_not and negative and not test.negated:
        many = "" if len(values) == 1 else " any of"
        text = f"{shown(test.subject)} {negative.split(' V')[0]}{many} {', '.join(values)}"
        return _over(behind, f"write `{text}`")
    every = (*(shown(one) for one in test.values), *values)
    words = re_spaced(Span(test.span.source, test.span.start, test.values[0].span.start).text)
    if test.operator in ("is", "is_any_of") and kind in (Kind.DATE, Kind.FLAG):
        return _over((test, *behind), f"write `{_one_by_one(test, every)}`", f"({_one_by_one(test, every)})")
    if test.operator not in LISTED:
        text = f" {join} ".join(f"{words} {one}" for one in every)
        return _over((test, *behind), f"write `{text}`", f"({text})")
    if test.symbol:
        words = f"{shown(test.subject)} {'is none of' if test.negated else 'is any of'}"
    elif not test.many:
        words += " all of" if join == "and" and not test.negated and test.operator in EVERY else " any of"
    return _over((test, *behind), f"write `{words} {', '.join(every)}`")


def _one_by_one(test: syntax.Test, values: Sequence[str]) -> str:
    """Return a test of each value by itself, for what has no list of values in the language, such as dates."""
    words = f"{shown(test.subject)} {'is not' if test.negated else 'is'}"
    return (" and " if test.negated else " or ").join(f"{words} {one}" for one in values)


def _over(parts: Sequence[syntax.Condition], title: str, text: str | None = None) -> Fix | str:
    """Return the fix that puts a text in place of conditions that follow each other; in words if brackets part them."""
    source = parts[0].span.source
    gaps = [source.text[one.span.end : following.span.start] for one, following in pairwise(parts)]
    if all(gap.strip().lower() in ("and", "or") for gap in gaps):
        return rewrite(parts[0].span.to(parts[-1].span), title, text)
    return title


def or_more(test: syntax.Test, word: syntax.Condition, kind: Kind | None) -> Fix | str:
    """`seats is 5 or more`: the one test that says it."""
    name = word.span.text.lower()
    more = name in MORE
    value = test.values[0 if more else -1]  # of the two of a `between`, the one that still counts
    if kind is Kind.GRADE and more and not test.negated:
        return _over((test, word), f"write `{shown(test.subject)} is {shown(value)} or better`")
    is_ordered = kind in (Kind.NUMBER, Kind.MONEY, Kind.SCORE, Kind.DATE)
    if name in UNCLEAR or isinstance(value, Period) or not is_ordered:
        return f"leave `or {word.span.text}` out, or write all that is meant"
    words = (DATES if kind is Kind.DATE else AMOUNTS)[not more][test.negated]
    return _over((test, word), f"write `{shown(test.subject)} is {words} {shown(value)}`")


# --- a test of another type ------------------------------------------------------------------------------------


def translated(
    test: syntax.Test, kind: Kind, kind_of: Callable[[Operand | Period], Kind | None], is_list: Callable[[str], bool]
) -> Fix | None:
    """Return what says of this type what the test says of another; None if there is no such test, or values misfit."""
    if test.operator == "is_any_of" and all(isinstance(one, Literal) and one.kind is Kind.DATE for one in test.values):
        text = _one_by_one(test, [shown(one) for one in test.values])
        return rewrite(test.span, f"write `{text}`", f"({text})")
    operator = LIKEWISE.get(kind, {}).get(test.operator)
    wanted = Kind.TEXT if kind is Kind.LIST else kind
    if operator is None or not all(
        kind_of(one) is wanted or (test.many and isinstance(one, Name) and is_list(one.text)) for one in test.values
    ):
        return None
    entry = OPERATORS[operator]
    words = str(entry.negative if test.negated else entry.words).split(" V")[0].split(" D")[0]
    many = (" all of" if test.every else " any of") if test.many else ""
    return rewrite(test.span, f"write `{shown(test.subject)} {words}{many} {', '.join(map(shown, test.values))}`")
