"""The predicates that tests apply to values. A target implements these five, not every test:

- `Presence`: there is a value;
- `OneOf`: the number, date or flag is one of several;
- `Between`: the number or date lies in an interval;
- `TextMatch`: a piece of the text or list is in a set of texts, which takes as long for 100,000 texts as for one;
- `Patterns`: the whole text matches one of several patterns.

Dates are compared as ordinals, flags as 0 and 1.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import Enum, auto
from functools import cached_property
from typing import Literal, TypeAlias

from qualify.language.durations import CalendarPeriod, Duration, TimeSpan
from qualify.language.kinds import Range, Value
from qualify.text.compare import JOINER, fold, words


class Values:
    """The values that a test compares with: those written in the test, or those of a list.

    All tests that name a list share one object, so that it is prepared once for each predicate.
    """

    def __init__(self, items: Iterable[str | float], name: str | None = None) -> None:
        self.items = tuple(items)
        self.name = name  # of the list; None for values written in a test

    @classmethod
    def of(cls, other: object) -> Values:
        """Return `Values` unchanged, and any other value as the only item of new ones."""
        return other if isinstance(other, Values) else cls((str(other),))

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
    def patterns(self) -> tuple[Pattern, ...]:
        return tuple(Pattern(str(item)) for item in self.items)

    def __repr__(self) -> str:
        return self.name or ", ".join(map(repr, self.items[:5]))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Values) and (self.items, self.name) == (other.items, other.name)

    def __hash__(self) -> int:
        return hash((self.items[:20], len(self.items), self.name))

    def __reduce__(self) -> tuple[type[Values], tuple[tuple[str | float, ...], str | None]]:
        return Values, (self.items, self.name)


class Wanted(frozenset[str]):
    """The texts to look for, and their lengths: in characters and, for phrases, in words."""

    @cached_property
    def lengths(self) -> tuple[int, ...]:
        return tuple(sorted({len(text) for text in self}))

    @cached_property
    def word_counts(self) -> tuple[int, ...]:
        return tuple(sorted({text.count(" ") + 1 for text in self}))


class Pattern:
    """A pattern for whole texts: `*` is any run of folded letters, even an empty one; `?` is one character."""

    def __init__(self, pattern: str) -> None:
        self.folded = fold(pattern)

    @cached_property
    def _plain(self) -> re.Pattern[str]:
        return _expression(self.folded, ".", "")

    @cached_property
    def _joined(self) -> re.Pattern[str]:
        one = rf"(?<!{JOINER})[^{JOINER}](?:{JOINER}[^{JOINER}])*+(?!{JOINER})"
        return _expression(self.folded, one, f"{JOINER}?")

    def matches(self, text: str) -> bool:
        """Return whether a text matches; the text is as `folded_characters` returns it."""
        expression = self._joined if JOINER in text else self._plain
        return expression.fullmatch(text) is not None


def _expression(pattern: str, character: str, between: str) -> re.Pattern[str]:
    """Return a regular expression for a folded pattern, given those for `?` and for what is between two letters.

    Each `*` takes as little as it can and never gives it back, so that the time does not grow with their number.
    """
    first, *middle = (
        character.join(between.join(map(re.escape, letters)) for letters in part.split("?"))
        for part in re.split(r"\*+", pattern)
    )
    last = f".*{middle.pop()}" if middle else ""
    return re.compile(first + "".join(f"(?>.*?{part})" for part in middle) + last, re.DOTALL)


# --- predicates ------------------------------------------------------------------------------------------------


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
    """Yes if there is a value (a range is one), no if there is none; never unknown."""


@dataclass(frozen=True, slots=True)
class OneOf:
    """Equal to one of the values."""


@dataclass(frozen=True, slots=True)
class Edge:
    """One end of an interval: a value of the test, today, the day a duration from today, or an end of a period."""

    value: int | None = None  # the index of the test's value or duration; None: today
    direction: Literal[-1, 0, 1] = 0  # of a duration: -1 is before today, 1 after; of a period: its first, its last day
    is_included: bool = True

    def number(self, values: Sequence[float | TimeSpan], today: date) -> float:
        if self.value is None:
            return today.toordinal()
        value = values[self.value]
        return value.edge(self.direction, today) if isinstance(value, (Duration, CalendarPeriod)) else value


@dataclass(frozen=True, slots=True)
class Between:
    """In an interval; an end without an edge is infinite."""

    low: Edge | None = None
    high: Edge | None = None

    def interval(self, values: Sequence[float | TimeSpan], today: date) -> Interval:
        """Return the interval for the values of a test."""
        return Interval(
            -math.inf if self.low is None else self.low.number(values, today),
            math.inf if self.high is None else self.high.number(values, today),
            self.low is None or self.low.is_included,
            self.high is None or self.high.is_included,
        )


class TextMatch(Enum):
    """A piece of the text, or of a text of the list, is one of the texts looked for."""

    WHOLE = auto()
    PHRASE = auto()  # whole words, in the same order
    ANYWHERE = auto()
    BEGINNING = auto()
    ENDING = auto()
    DOMAIN = auto()  # of a domain: all of it, or its end after a full stop

    @property
    def prepare(self) -> Callable[[str], str]:
        """The normalization of a text before it is cut into pieces, and of each text looked for."""
        return words if self is TextMatch.PHRASE else fold

    def wanted(self, values: Values) -> Wanted:
        """Return the texts to look for."""
        return values.phrases if self is TextMatch.PHRASE else values.folded

    def pieces(self, text: str, wanted: Wanted) -> Iterator[str]:
        """Yield the pieces of a prepared text that can be among the wanted texts."""
        return PIECES[self](text, wanted)


@dataclass(frozen=True, slots=True)
class Patterns:
    """The whole text matches one of the patterns."""


Predicate: TypeAlias = Presence | OneOf | Between | TextMatch | Patterns


# --- the pieces of a text ----------------------------------------------------------------------------------------

FEW = 20  # so few texts are searched for one by one: that is faster than cutting the text at every position


def whole(text: str, wanted: Wanted) -> Iterator[str]:
    yield text


def phrases(text: str, wanted: Wanted) -> Iterator[str]:
    """Yield each run of words that is as long as a wanted phrase; the text is as `words` returns it."""
    parts = text.split()
    for count in wanted.word_counts:
        for start in range(len(parts) - count + 1):
            yield " ".join(parts[start : start + count])


def parts_anywhere(text: str, wanted: Wanted) -> Iterator[str]:
    if len(wanted) <= FEW:
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


def domains_above(text: str, wanted: Wanted) -> Iterator[str]:
    """Yield a domain and each domain that it lies below."""
    while text:
        yield text
        _, _, text = text.partition(".")


PIECES: Mapping[TextMatch, Callable[[str, Wanted], Iterator[str]]] = {
    TextMatch.WHOLE: whole,
    TextMatch.PHRASE: phrases,
    TextMatch.ANYWHERE: parts_anywhere,
    TextMatch.BEGINNING: beginnings,
    TextMatch.ENDING: endings,
    TextMatch.DOMAIN: domains_above,
}


# --- numbers and ranges ----------------------------------------------------------------------------------------


def as_number(value: Value) -> float | Range:
    """Return a number or range unchanged, a date as its ordinal, and a flag as 0 or 1."""
    if isinstance(value, date):
        return float(value.toordinal())
    assert isinstance(value, (bool, int, float, Range))
    return value if isinstance(value, Range) else float(value)


def difference(left: float | Range, right: float | Range) -> float | Range:
    """Return `left - right`; the result is a range if either is."""
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


def inside(known: Range, interval: Interval) -> bool:
    """Return whether all numbers of a range lie in the interval."""
    low = known.low > interval.low or (
        known.low == interval.low and (interval.low_included or not known.low_included or known.low == -math.inf)
    )
    high = known.high < interval.high or (
        known.high == interval.high and (interval.high_included or not known.high_included or known.high == math.inf)
    )
    return low and high


def outside(known: Range, interval: Interval) -> bool:
    """Return whether no number of a range lies in the interval."""
    below = known.high < interval.low or (
        known.high == interval.low and not (known.high_included and interval.low_included)
    )
    above = known.low > interval.high or (
        known.low == interval.high and not (known.low_included and interval.high_included)
    )
    return below or above
