"""What a test can ask of a value, as data; each target has its own form of each predicate, and knows no tests:

- `Presence`: whether there is a value at all;
- `OneOf`: one of some numbers, dates or flags;
- `Between`: inside one interval of numbers or dates;
- `TextMatch`: some piece of a text (the whole, a phrase, a beginning, ...) or list is one of some texts, so that
  100,000 of them are looked up like one;
- `Patterns`: the whole text has the shape of one of some patterns.

Dates count as their day's number and flags as 0 and 1, so that one predicate serves them all.
"""

from __future__ import annotations

import fnmatch
import math
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import Enum, auto
from functools import cached_property
from typing import Literal, TypeAlias

from qualify.language.durations import Duration
from qualify.language.kinds import Range, Value
from qualify.text.compare import fold, words


class Values:
    """Some values to compare with: those written out in a test, or those of one list.

    A list is one such object, shared by all tests that name it, and is prepared once for each predicate.
    """

    def __init__(self, items: Iterable[str | float], name: str | None = None) -> None:
        self.items = tuple(items)
        self.name = name  # of the list, if it is one

    @classmethod
    def of(cls, other: object) -> Values:
        """Return values as they are, and any other value as the only one."""
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
    """Yes where there is a value (a range is one), no where there is none; never unknown."""


@dataclass(frozen=True, slots=True)
class OneOf:
    """Equal to one of the values."""


@dataclass(frozen=True, slots=True)
class Edge:
    """One end of an interval: a value of the test, today, or the day that lies a duration of the test from today."""

    value: int | None = None  # its place among the values of the test; None: today
    direction: Literal[-1, 0, 1] = 0  # of a duration: -1 is back, 1 is ahead
    is_included: bool = True

    def number(self, values: Sequence[float | Duration], today: date) -> float:
        if self.value is None:
            return today.toordinal()
        value = values[self.value]
        return value.times(self.direction).after(today) if isinstance(value, Duration) else value


@dataclass(frozen=True, slots=True)
class Between:
    """Inside an interval; without an edge it is open."""

    low: Edge | None = None
    high: Edge | None = None

    def interval(self, values: Sequence[float | Duration], today: date) -> Interval:
        """Return the interval that the values of a test span."""
        return Interval(
            -math.inf if self.low is None else self.low.number(values, today),
            math.inf if self.high is None else self.high.number(values, today),
            self.low is None or self.low.is_included,
            self.high is None or self.high.is_included,
        )


class TextMatch(Enum):
    """Some piece of the text is one of the texts; of a list, some piece of one of its texts."""

    WHOLE = auto()
    PHRASE = auto()  # whole words, in their order
    ANYWHERE = auto()
    BEGINNING = auto()
    ENDING = auto()

    @property
    def prepare(self) -> Callable[[str], str]:
        """What is done to a text before its pieces are looked at, and to each text that is looked for."""
        return words if self is TextMatch.PHRASE else fold

    def wanted(self, values: Values) -> Wanted:
        """Return the texts to look for."""
        return values.phrases if self is TextMatch.PHRASE else values.folded

    def pieces(self, text: str, wanted: Wanted) -> Iterator[str]:
        """Yield the pieces of a prepared text that may be wanted."""
        return PIECES[self](text, wanted)


@dataclass(frozen=True, slots=True)
class Patterns:
    """The whole text matches one of the patterns."""


Predicate: TypeAlias = Presence | OneOf | Between | TextMatch | Patterns


# --- the pieces of a text ----------------------------------------------------------------------------------------

FEW = 20  # texts


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


PIECES: Mapping[TextMatch, Callable[[str, Wanted], Iterator[str]]] = {
    TextMatch.WHOLE: whole,
    TextMatch.PHRASE: phrases,
    TextMatch.ANYWHERE: parts_anywhere,
    TextMatch.BEGINNING: beginnings,
    TextMatch.ENDING: endings,
}


# --- numbers and ranges ----------------------------------------------------------------------------------------


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
