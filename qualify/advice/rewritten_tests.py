"""Fixes for tests that can be parsed but do not say what was meant, such as `seats is 5 or more`."""

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
UNCLEAR = ("older", "newer", "equal")  # an older person has a higher number, an older date is less: ask the writer
# The predicates of a test with `or more` and with `or less`; the second of each pair is for a test with `not`.
OR_MORE, OR_LESS = (AT_LEAST, LESS_THAN), (AT_MOST, MORE_THAN)
# Values of other languages, each with the test to write here and its opposite.
INSTEAD = {
    "true": ("is yes", "is no"),
    "false": ("is no", "is yes"),
    **dict.fromkeys(("empty", "null", "none", "nothing", "missing", "nil"), ("is unknown", "is known")),
}
# Where spaces at the ends of a text change what a test finds: the ends, the advice, and the predicate to use instead.
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
    """Return the parts of a list in square brackets, `[DE, FR]`, as quoted values."""
    return ", ".join(f'"{part}"' for part in (part.strip(' "“”„') for part in header.text.split(",")) if part)


def unquoted(value: Name, test: syntax.Test) -> Fix | str:
    """Return the fix for a name in place of a text or a test: `country is DE`, `title is empty`."""
    words = INSTEAD.get(value.text.lower())
    if words is None:
        return rewrite(value.span, f'a text needs quotes: `"{value.text}"`')
    return _instead(test, words[test.negated], f"write `{words[test.negated]}`")


def empty_text(test: syntax.Test, predicate: Predicate, value: Span) -> Fix | str:
    """Return the fix for a text that is blank: `title is ""` becomes `title is unknown`."""
    if predicate is TextMatch.ANYWHERE and value.text[1:-1]:
        return _instead(test, f'{_words(Patterns(), test.negated)} "* *"')
    return _instead(test, _words(Presence(), not test.negated))


def without_words(test: syntax.Test, text: str) -> Fix | str:
    """Return the fix for a text without words: `title mentions "&"` becomes `title contains "&"`."""
    return _instead(test, f'{_words(TextMatch.ANYWHERE, test.negated)} "{text}"')


def spaced(test: syntax.Test, predicate: Predicate, text: str, value: Span) -> Fix | str | None:
    """Return the fix for spaces that would change what a test finds, as in `contains " AI "`, or None."""
    if predicate not in SPACED:
        return None
    ends, title, meant = SPACED[predicate]
    if not ends.search(value.text[1:-1]):
        return None
    title = title.format(_words(meant, test.negated), text)
    return _instead(test, title.partition("`")[2].rstrip("`"), title)


def listed(test: syntax.Test, name: Name) -> Fix | str | None:
    """Return the fix for `country is Nordics`, where a list needs `any of`; None if the test has no such form."""
    entry, several = OPERATORS[test.operator], with_several(test.operator)
    if not several.quantifiers:
        return None
    return _instead(test, f"{several.verb(test.negated)}{' any of' if several is entry else ''} {name.text}")


def is_not_listed(test: syntax.Test, value: str) -> Fix | str:
    """Return the fix for `demo is in yes`, which tests one value as if it were a list."""
    return _instead(test, f"is {value}")


def _words(predicate: Predicate, negated: bool) -> str:
    """Return the words of the test for a predicate of texts, or of the opposite test."""
    return OPERATORS[operator_for(predicate, Kind.TEXT)].verb(negated)


def _instead(test: syntax.Test, words: str, title: str | None = None) -> Fix | str:
    """Return the fix that replaces what follows the subject of a test; if it has several values, only the title."""
    title = title or f"write `{shown(test.subject)} {words}`"
    if len(test.values) != 1:
        return title
    source = test.span.source
    return Fix(title, (Edit(Span(source, test.subject.span.end, test.span.end), f" {words}"),))


# --- several tests written as one, and one as several -----------------------------------------------------------


def of_all(
    test: syntax.Test, kind: Kind | None, behind: Sequence[syntax.Condition], values: Sequence[str]
) -> Fix | str:
    """Return the fix for `country is "DE" or "FR"`: one test of all values, or one test each. `behind` is `or "FR"`."""
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
    """Return whether a type can be compared with one value but not with a list of values."""
    is_equality = OneOf() in several.predicates.values() and kind not in several.predicates
    return is_equality and any(one.predicates.get(kind) == OneOf() for one in OPERATORS.values())


def _one_by_one(test: syntax.Test, values: Sequence[str]) -> str:
    """Return a condition with one test for each value, for types such as dates that take no list of values."""
    words = f"{shown(test.subject)} {'is not' if test.negated else 'is'}"
    return (" and " if test.negated else " or ").join(f"{words} {one}" for one in values)


def _over(parts: Sequence[syntax.Condition], title: str, text: str | None = None) -> Fix | str:
    """Return the fix that replaces adjacent conditions; only its title if there are brackets between them."""
    source = parts[0].span.source
    gaps = [source.text[one.span.end : following.span.start] for one, following in pairwise(parts)]
    if all(gap.strip().lower() in ("and", "or") for gap in gaps):
        return rewrite(parts[0].span.to(parts[-1].span), title, text)
    return title


def or_more(test: syntax.Test, word: syntax.Condition, kind: Kind | None) -> Fix | str:
    """Return the fix for `seats is 5 or more`: the test `seats is at least 5`."""
    name = word.span.text.lower()
    more = name in MORE
    value = test.values[0 if more else -1]  # of a `between`, the bound that still matters
    if kind is Kind.GRADE and more and not test.negated:
        return _over((test, word), f"write `{shown(test.subject)} is {shown(value)} or better`")
    if name in UNCLEAR or isinstance(value, Period) or kind not in (Kind.NUMBER, Kind.MONEY, Kind.SCORE, Kind.DATE):
        return f"leave `or {word.span.text}` out, or write the whole test"
    words = OPERATORS[operator_for((OR_MORE if more else OR_LESS)[test.negated], kind)].verb()
    return _over((test, word), f"write `{shown(test.subject)} {words} {shown(value)}`")


# --- a test of another type ------------------------------------------------------------------------------------


def translated(
    test: syntax.Test, kind: Kind, kind_of: Callable[[Operand | Period], Kind | None], is_list: Callable[[str], bool]
) -> Fix | None:
    """Return the test of this type that means the same; None if there is none, or if the values do not fit."""
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
