"""The answer about one contact, and its reasons."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

from qualify.logic import Answer, leaves
from qualify.meaning import (
    Condition,
    GradeValue,
    Holds,
    IsAnswered,
    Otherwise,
    Rule,
    ScoreValue,
    Test,
    operands_of,
    reads,
)
from qualify.source import Span


@dataclass(frozen=True, slots=True)
class Decision:
    """Where a contact was placed, by what, and all that was found out about it on the way.

    `rule` is None where `otherwise` placed it. `could_be` is the highest stage it could still reach, or None;
    `ask` the fields to ask for then. `unreadable` has the cells, by field, that hold something not of their type.
    """

    stage: str
    rule: str | None
    could_be: str | None
    ask: tuple[str, ...]
    criteria: Mapping[str, Answer]
    scores: Mapping[str, int]
    grades: Mapping[str, str]
    outputs: Mapping[str, str]
    unreadable: Mapping[str, str]
    reason: str
    _explain: Callable[[Decision], str] = field(repr=False, compare=False)

    def explain(self) -> str:
        """Return why the contact is where it is, and why not higher: every rule up to the deciding one, as a tree."""
        return self._explain(self)


def reason(
    placed_by: Rule | Otherwise,
    criteria: Mapping[str, Answer],
    scores: Mapping[str, int],
    grades: Mapping[str, str],
) -> str:
    """Return one sentence: the stage, the rule and its place, and the answers of what the rule asks about."""
    if isinstance(placed_by, Otherwise):
        return f"{placed_by.stage}: no rule placed it ({place(placed_by.span)})"
    known: dict[str, object] = {**criteria, **scores, **grades}
    answers = [f"{name} {known[name]}" for name in names_asked(placed_by.condition)]
    head = f'{placed_by.stage} by rule "{placed_by.name}" ({place(placed_by.span)})'
    return ": ".join([head, ", ".join(answers)] if answers else [head])


def place(span: Span | None) -> str:
    """Return file and line of a statement, as in `emea.lead:61`; of one that was not written, that it is not."""
    return f"{span.source.path or span.source.name}:{span.line}" if span else "otherwise, not written"


def names_asked(condition: Condition) -> tuple[str, ...]:
    """Return the criteria, scores and grades that a condition asks about itself, in order, each once."""
    return tuple(dict.fromkeys(_names(condition)))


def _names(condition: Condition) -> Iterator[str]:
    for leaf in leaves(condition):
        match leaf:
            case Holds(name) | IsAnswered(name):
                yield name
            case Test():
                for operand in operands_of(leaf):
                    for read in reads(operand):
                        if isinstance(read, (ScoreValue, GradeValue)):
                            yield read.name
