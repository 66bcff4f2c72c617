"""Yes, no and unknown, and the ways to combine them: shared by what was written and what is meant.

The logic is Kleene's strong three-valued logic (S. C. Kleene, Introduction to Metamathematics, 1952, §64):
an answer is unknown exactly when the known parts do not settle it.
"""

from __future__ import annotations

import operator
import typing
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Generic, TypeAlias, TypeVar

from qualify.text.source import Span


class Answer(StrEnum):
    """What is known of a question about a contact. True only where it is yes: unknown is never guessed."""

    YES = "yes"
    NO = "no"
    UNKNOWN = "unknown"

    @staticmethod
    def of(truth: bool) -> Answer:
        return Answer.YES if truth else Answer.NO

    def __bool__(self) -> bool:
        return self is Answer.YES

    def __invert__(self) -> Answer:
        return _OPPOSITE[self]


_OPPOSITE = {Answer.YES: Answer.NO, Answer.NO: Answer.YES, Answer.UNKNOWN: Answer.UNKNOWN}

Node = TypeVar("Node")


@dataclass(frozen=True, slots=True)
class All(Generic[Node]):
    """Yes when every operand is; no as soon as one is no."""

    operands: tuple[Node, ...]
    span: Span = field(compare=False)


@dataclass(frozen=True, slots=True)
class Any(Generic[Node]):
    """Yes as soon as one operand is; no when every one is no."""

    operands: tuple[Node, ...]
    span: Span = field(compare=False)


@dataclass(frozen=True, slots=True)
class Not(Generic[Node]):
    """The opposite; of unknown, unknown."""

    operand: Node
    span: Span = field(compare=False)


@dataclass(frozen=True, slots=True)
class Count(Generic[Node]):
    """Yes when the number of operands that are yes lies from `low` to `high`, both included.

    `at least`, `at most`, `exactly N of` and `none of` are all of this form.
    """

    operands: tuple[Node, ...]
    low: int
    high: int
    span: Span = field(compare=False)


def all_of(answers: Iterable[Answer]) -> Answer:
    """Return Kleene's conjunction; of nothing, yes."""
    unknown = False
    for answer in answers:
        if answer is Answer.NO:
            return Answer.NO
        unknown |= answer is Answer.UNKNOWN
    return Answer.UNKNOWN if unknown else Answer.YES


def any_of(answers: Iterable[Answer]) -> Answer:
    """Return Kleene's disjunction; of nothing, no."""
    return ~all_of(~answer for answer in answers)


def count_of(answers: Iterable[Answer], low: int, high: int) -> Answer:
    """Return whether from `low` to `high` answers are yes, as far as the known ones settle it."""
    seen = list(answers)
    certain = seen.count(Answer.YES)
    possible = certain + seen.count(Answer.UNKNOWN)
    if low <= certain and possible <= high:
        return Answer.YES
    if possible < low or certain > high:
        return Answer.NO
    return Answer.UNKNOWN


# --- trees of conditions ---------------------------------------------------------------------------------------

COMBINATIONS = (All, Any, Not, Count)
Combination: TypeAlias = All[typing.Any] | Any[typing.Any] | Not[typing.Any] | Count[typing.Any]
Result = TypeVar("Result")


@dataclass(frozen=True, slots=True)
class Algebra(Generic[Result]):
    """What each connective makes of the results for its operands. They come in order, each when it is asked for."""

    every: Callable[[Iterable[Result]], Result]
    some: Callable[[Iterable[Result]], Result]
    opposite: Callable[[Result], Result]
    count: Callable[[Iterable[Result], int, int], Result]

    @staticmethod
    def of_counts(
        opposite: Callable[[Result], Result], count: Callable[[Sequence[Result], int, int], Result]
    ) -> Algebra[Result]:
        """Return the algebra in which `all of` and `any of` are counts as well: n of n, and at least 1 of n."""
        return Algebra(
            lambda each: count(parts := tuple(each), len(parts), len(parts)),
            lambda each: count(parts := tuple(each), 1, len(parts)),
            opposite,
            lambda each, low, high: count(tuple(each), low, high),
        )


KLEENE: Algebra[Answer] = Algebra(all_of, any_of, operator.invert, count_of)


def fold(node: object, leaf: Callable[[typing.Any], Result], algebra: Algebra[Result]) -> Result:
    """Return what an algebra makes of a condition, given what `leaf` makes of each of its leaves."""
    match node:
        case All(parts):
            return algebra.every(fold(part, leaf, algebra) for part in parts)
        case Any(parts):
            return algebra.some(fold(part, leaf, algebra) for part in parts)
        case Not(part):
            return algebra.opposite(fold(part, leaf, algebra))
        case Count(parts, low, high):
            return algebra.count((fold(part, leaf, algebra) for part in parts), low, high)
    return leaf(node)


def operands(node: object) -> tuple[typing.Any, ...]:
    """Return what a node combines; of a leaf, nothing."""
    match node:
        case All(parts) | Any(parts) | Count(parts):
            return parts
        case Not(part):
            return (part,)
    return ()


def with_operands(node: Combination, parts: tuple[object, ...]) -> Combination:
    """Return a node that combines other parts."""
    return replace(node, operand=parts[0]) if isinstance(node, Not) else replace(node, operands=parts)


def leaves(node: object) -> Iterator[object]:
    """Yield the leaves of a condition in the order they are written, however deep it is."""
    stack = [node]
    while stack:
        top = stack.pop()
        if isinstance(top, COMBINATIONS):
            stack.extend(reversed(operands(top)))
        else:
            yield top


def with_leaves(node: object, leaf: Callable[[typing.Any], object]) -> object:
    """Return the condition with each leaf replaced by what `leaf` makes of it."""
    if isinstance(node, COMBINATIONS):
        return with_operands(node, tuple(with_leaves(part, leaf) for part in operands(node)))
    return leaf(node)
