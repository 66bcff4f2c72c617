"""Tests that can be read but say something else than was meant, and how to write what was meant."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from itertools import pairwise

from qualify.advice.as_written import re_spaced, shown
from qualify.language.kinds import Kind
from qualify.language.logic import Not
from qualify.language.operators import (
    AT_LEAST,
    AT_MOST,
    LESS_THAN,
    MORE_THAN,
    OPERATORS,
    Operator,
    counterpart,
    operator_for,
    with_several,
)
from qualify.language.predicates import OneOf, Patterns, Predicate, Presence, TextMatch
from qualify.parsing import syntax
from qualify.parsing.syntax import Header, Literal, Name, Operand, Period
from qualify.text.fixes import Edit, Fix, rewrite
from qualify.text.source import Span

MORE = ("more", "higher", "above", "over", "greater", "later", "after", "better", "larger", "bigger", "longer", "up")
LESS = ("less", "lower", "below", "under", "fewer", "earlier", "before", "worse", "smaller", "shorter", "down")
UNCLEAR = ("older", "newer", "equal")  # older is more as a number and less as a date: the writer has to say
# What a test and `or more`, a test and `or less` ask; each also where the test has a `not`.
OR_MORE, OR_LESS = (AT_LEAST, LESS_THAN), (AT_MOST, MORE_THAN)
# What people write for a value of another language, and the test that says it here; then its opposite.
INSTEAD = {
    "true": ("is yes", "is no"),
    "false": ("is no", "is yes"),
    **dict.fromkeys(("empty", "null", "none", "nothing", "missing", "nil"), ("is unknown", "is known")),
}
# The ends of a text at which a space would decide what the test finds, and what finds just that.
SPACED: Mapping[Predicate, tuple[re.Pattern[str], str, Predicate]] = {
    TextMatch.ANYWHERE: (re.compile(r"^\s|\s$"), 'for whole words, write `{} "{}"`', TextMatch.PHRASE),
    TextMatch.BEGINNING: (re.compile(r"\s$"), 'write `{} "{} *"`', Patterns()),
    TextMatch.ENDING: (re.compile(r"^\s"), 'write `{} "* {}"`', Patterns()),
}


def fitting(kind: Kind, subject: str) -> str:
    """Return the tests that fit a type, ready to paste."""
    if kind is Kind.FLAG:
        return f"write `{subject}` or `not {subject}`"
    return f"write {' or '.join(f'`{subject} {one.sample}`' for one in OPERATORS.values() if kind in one.sample_for)}"


def quoted_parts(header: Header) -> str:
    """Return what was meant as a list in square brackets, `[DE, FR]`, as values."""
    return ", ".join(f'"{part}"' for part in (part.strip(' "“”„') for part in header.text.split(",")) if part)


def unquoted(value: Name, test: syntax.Test) -> Fix | str:
    """`country is DE`, `title is empty`: what a name was meant for where a text, or a test of its own, belongs."""
    words = INSTEAD.get(value.text.lower())
    if words is None:
        return rewrite(value.span, f'a text needs quotes: `"{value.text}"`')
    return _instead(test, words[test.negated], f"write `{words[test.negated]}`")


def empty_text(test: syntax.Test, predicate: Predicate, value: Span) -> Fix | str:
    """`title is ""`: the test that was meant; a text of spaces is looked for with `matches`."""
    if predicate is TextMatch.ANYWHERE and value.text[1:-1]:
        return _instead(test, f'{_words(Patterns(), test.negated)} "* *"')
    return _instead(test, _words(Presence(), not test.negated))


def without_words(test: syntax.Test, text: str) -> Fix | str:
    """`title mentions "&"`: the test that finds a text without words."""
    return _instead(test, f'{_words(TextMatch.ANYWHERE, test.negated)} "{text}"')


def spaced(test: syntax.Test, predicate: Predicate, text: str, value: Span) -> Fix | str | None:
    """`contains " AI "`: the test that was meant, where the spaces would decide what it finds."""
    if predicate not in SPACED:
        return None
    ends, title, meant = SPACED[predicate]
    if not ends.search(value.text[1:-1]):
        return None
    title = title.format(_words(meant, test.negated), text)
    return _instead(test, title.partition("`")[2].rstrip("`"), title)


def listed(test: syntax.Test, name: Name) -> Fix | str | None:
    """`country is Nordics`: the test with the `any of` that a list needs; None if it has no such."""
    entry, several = OPERATORS[test.operator], with_several(test.operator)
    if not several.quantifiers:
        return None
    return _instead(test, f"{several.verb(test.negated)}{' any of' if several is entry else ''} {name.text}")


def is_not_listed(test: syntax.Test, value: str) -> Fix | str:
    """`demo is in yes`: the test of one value."""
    return _instead(test, f"is {value}")


def _words(predicate: Predicate, negated: bool) -> str:
    """Return the words of the test that asks a predicate of texts, or of its opposite."""
    return OPERATORS[operator_for(predicate, Kind.TEXT)].verb(negated)


def _instead(test: syntax.Test, words: str, title: str | None = None) -> Fix | str:
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
    entry, several = OPERATORS[test.operator], with_several(test.operator)
    if is_not and entry.negative and not test.negated:
        many = "" if len(values) == 1 else " any of"
        text = f"{shown(test.subject)} {entry.verb(negated=True)}{many} {', '.join(values)}"
        return _over(behind, f"write `{text}`")
    every = (*(shown(one) for one in test.values), *values)
    words = re_spaced(Span(test.span.source, test.span.start, test.values[0].span.start).text)
    if kind is not None and _only_one_by_one(several, kind):
        return _over((test, *behind), f"write `{_one_by_one(test, every)}`", f"({_one_by_one(test, every)})")
    if not several.quantifiers:
        text = f" {join} ".join(f"{words} {one}" for one in every)
        return _over((test, *behind), f"write `{text}`", f"({text})")
    if test.symbol:
        words = f"{shown(test.subject)} {several.verb(test.negated)}"
    elif not test.many:
        words += " all of" if join == "and" and not test.negated and "all of" in entry.quantifiers else " any of"
    return _over((test, *behind), f"write `{words} {', '.join(every)}`")


def _only_one_by_one(several: Operator, kind: Kind) -> bool:
    """Return whether values of a type can be equal to one value, but are never tested for one of several."""
    is_equality = OneOf() in several.predicates.values() and kind not in several.predicates
    return is_equality and any(one.predicates.get(kind) == OneOf() for one in OPERATORS.values())


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
    if name in UNCLEAR or isinstance(value, Period) or kind not in (Kind.NUMBER, Kind.MONEY, Kind.SCORE, Kind.DATE):
        return f"leave `or {word.span.text}` out, or write all that is meant"
    words = OPERATORS[operator_for((OR_MORE if more else OR_LESS)[test.negated], kind)].verb()
    return _over((test, word), f"write `{shown(test.subject)} {words} {shown(value)}`")


# --- a test of another type ------------------------------------------------------------------------------------


def translated(
    test: syntax.Test, kind: Kind, kind_of: Callable[[Operand | Period], Kind | None], is_list: Callable[[str], bool]
) -> Fix | None:
    """Return what says of this type what the test says of another; None if there is no such test, or values misfit."""
    kinds = {kind_of(one) if isinstance(one, Literal) else None for one in test.values}
    if kinds == {Kind.DATE} and _only_one_by_one(OPERATORS[test.operator], Kind.DATE):
        text = _one_by_one(test, [shown(one) for one in test.values])
        return rewrite(test.span, f"write `{text}`", f"({text})")
    operator = counterpart(test.operator, kind)
    wanted = Kind.TEXT if kind is Kind.LIST else kind
    if operator is None or not all(
        kind_of(one) is wanted or (test.many and isinstance(one, Name) and is_list(one.text)) for one in test.values
    ):
        return None
    words = OPERATORS[operator].verb(test.negated)
    many = (" all of" if test.every else " any of") if test.many else ""
    return rewrite(test.span, f"write `{shown(test.subject)} {words}{many} {', '.join(map(shown, test.values))}`")
