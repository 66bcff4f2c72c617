"""Yes, no and unknown, and how they combine. Both syntax and model build their conditions from these classes.

This is Kleene's strong three-valued logic (S. C. Kleene, Introduction to Metamathematics, 1952, §64): an answer is
unknown exactly when the known parts do not decide it.
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
    """The answer to a question about a contact. Only yes is truthy: unknown is never guessed."""

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
    """Yes if every operand is yes; no if any is no."""

    operands: tuple[Node, ...]
    span: Span = field(compare=False)


@dataclass(frozen=True, slots=True)
class Any(Generic[Node]):
    """Yes if any operand is yes; no if every one is no."""

    operands: tuple[Node, ...]
    span: Span = field(compare=False)


@dataclass(frozen=True, slots=True)
class Not(Generic[Node]):
    """The opposite of its operand; unknown stays unknown."""

    operand: Node
    span: Span = field(compare=False)


@dataclass(frozen=True, slots=True)
class Count(Generic[Node]):
    """Yes if from `low` to `high` operands are yes: `at least`, `at most` and `exactly N of`, and `none of`."""

    operands: tuple[Node, ...]
    low: int
    high: int
    span: Span = field(compare=False)


def all_of(answers: Iterable[Answer]) -> Answer:
    """Return Kleene's conjunction; yes if there are no answers."""
    unknown = False
    for answer in answers:
        if answer is Answer.NO:
            return Answer.NO
        unknown |= answer is Answer.UNKNOWN
    return Answer.UNKNOWN if unknown else Answer.YES


def any_of(answers: Iterable[Answer]) -> Answer:
    """Return Kleene's disjunction; no if there are no answers."""
    return ~all_of(~answer for answer in answers)


def count_of(answers: Iterable[Answer], low: int, high: int) -> Answer:
    """Return whether from `low` to `high` answers are yes; unknown if the known ones do not decide it."""
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
    """How each connective combines the results of its operands, which are computed in order, on demand."""

    every: Callable[[Iterable[Result]], Result]
    some: Callable[[Iterable[Result]], Result]
    opposite: Callable[[Result], Result]
    count: Callable[[Iterable[Result], int, int], Result]

    @staticmethod
    def of_counts(
        opposite: Callable[[Result], Result], count: Callable[[Sequence[Result], int, int], Result]
    ) -> Algebra[Result]:
        """Return an algebra that treats `all of` and `any of` as counts: n of n, and at least 1 of n."""
        return Algebra(
            lambda each: count(parts := tuple(each), len(parts), len(parts)),
            lambda each: count(parts := tuple(each), 1, len(parts)),
            opposite,
            lambda each, low, high: count(tuple(each), low, high),
        )


KLEENE: Algebra[Answer] = Algebra(all_of, any_of, operator.invert, count_of)


def fold(node: object, leaf: Callable[[typing.Any], Result], algebra: Algebra[Result]) -> Result:
    """Evaluate a condition: `leaf` gives the result of each leaf, the algebra combines them."""
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
    """Return the operands of a node; a leaf has none."""
    match node:
        case All(parts) | Any(parts) | Count(parts):
            return parts
        case Not(part):
            return (part,)
    return ()


def with_operands(node: Combination, parts: tuple[object, ...]) -> Combination:
    """Return a copy of a node with other operands."""
    return replace(node, operand=parts[0]) if isinstance(node, Not) else replace(node, operands=parts)


def leaves(node: object) -> Iterator[object]:
    """Yield the leaves of a condition as written, from left to right. Not recursive, so any depth will do."""
    stack = [node]
    while stack:
        top = stack.pop()
        if isinstance(top, COMBINATIONS):
            stack.extend(reversed(operands(top)))
        else:
            yield top


def with_leaves(node: object, leaf: Callable[[typing.Any], object]) -> object:
    """Return a copy of the condition with `leaf` applied to each leaf."""
    if isinstance(node, COMBINATIONS):
        return with_operands(node, tuple(with_leaves(part, leaf) for part in operands(node)))
    return leaf(node)
