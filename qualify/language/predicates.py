"""The forms that the meaning of a test can have; each target knows the forms, not the tests:

- `Presence`: whether there is a value at all;
- `OneOf`: one of some numbers, dates or flags;
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
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import TypeAlias

from qualify.language.durations import Duration
from qualify.language.kinds import Range, Value
from qualify.text.compare import fold, words


class Values:
    """Some values to compare with: those written out in a test, or those of one list.

    A list is one such object, shared by all tests that name it, and prepares each of its forms once.
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
class OneOf:
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


Form: TypeAlias = Presence | OneOf | Region | Pieces | Patterns


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


WHOLE = Pieces(lambda values: values.folded, fold, whole)
PHRASES = Pieces(lambda values: values.phrases, words, phrases)
ANYWHERE = Pieces(lambda values: values.folded, fold, parts_anywhere)
BEGINNING = Pieces(lambda values: values.folded, fold, beginnings)
ENDING = Pieces(lambda values: values.folded, fold, endings)


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
