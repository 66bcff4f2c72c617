"""Yes, no and unknown, and the ways to combine them: shared by what was written and what is meant.

The logic is Kleene's strong three-valued logic (S. C. Kleene, Introduction to Metamathematics, 1952, §64):
an answer is unknown exactly when the known parts do not settle it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Generic, TypeVar

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
    span: Span


@dataclass(frozen=True, slots=True)
class Any(Generic[Node]):
    """Yes as soon as one operand is; no when every one is no."""

    operands: tuple[Node, ...]
    span: Span


@dataclass(frozen=True, slots=True)
class Not(Generic[Node]):
    """The opposite; of unknown, unknown."""

    operand: Node
    span: Span


@dataclass(frozen=True, slots=True)
class Count(Generic[Node]):
    """Yes when the number of operands that are yes lies from `low` to `high`, both included.

    `at least`, `at most`, `exactly N of` and `none of` are all of this form.
    """

    operands: tuple[Node, ...]
    low: int
    high: int
    span: Span


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


def operands(node: object) -> tuple[object, ...]:
    """Return what a node combines; of a leaf, nothing."""
    match node:
        case All(parts) | Any(parts) | Count(parts):
            return parts
        case Not(part):
            return (part,)
    return ()


def leaves(node: object) -> Iterator[object]:
    """Yield the leaves of a condition in the order they are written, however deep it is."""
    stack = [node]
    while stack:
        top = stack.pop()
        below = operands(top)
        if below:
            stack.extend(reversed(below))
        elif not isinstance(top, (All, Any, Count)):
            yield top


New = TypeVar("New")


def with_leaves(node: object, leaf: Callable[[object], New]) -> New:
    """Return the condition with each leaf replaced by what `leaf` makes of it."""
    match node:
        case All(parts) | Any(parts) | Count(parts):
            made = tuple(with_leaves(part, leaf) for part in parts)
            return replace(node, operands=made)  # type: ignore[return-value]  # a node again: callers say of which tree
        case Not(part):
            return replace(node, operand=with_leaves(part, leaf))  # type: ignore[return-value]  # as above
    return leaf(node)
