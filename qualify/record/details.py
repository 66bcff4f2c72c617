"""The details of a decision about one contact, and the sentence that gives the reason."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache

from qualify.language.logic import Answer
from qualify.model.expressions import Condition, FieldValue
from qualify.model.rules import Otherwise, Rule
from qualify.model.walk import mentions
from qualify.record.evaluation import Evaluation
from qualify.text.source import Span


@dataclass(frozen=True, slots=True)
class Details:
    """The details of a decision; see `qualify.decision.Decision`. `contact` has the values behind it."""

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
    contact: Evaluation = field(repr=False, compare=False)


def reason(placed_by: Rule | Otherwise, known: Mapping[str, object]) -> str:
    """Return one sentence: the stage, the rule and its place, and what is `known` of the names it uses."""
    if isinstance(placed_by, Otherwise):
        return f"{placed_by.stage}: no rule placed it ({place(placed_by.span)})"
    answers = [f"{name} {known[name]}" for name in names_asked(placed_by.condition) if name in known]
    head = f'{placed_by.stage} by rule "{placed_by.name}" ({place(placed_by.span)})'
    return ": ".join([head, ", ".join(answers)] if answers else [head])


@lru_cache(maxsize=4096)  # counting lines starts at the top of the file
def place(span: Span | None) -> str:
    """Return the file and line of a statement, such as `emea.lead:61`, or `the default` if it was not written."""
    return f"{span.source.path or span.source.name}:{span.line}" if span else "the default"


def names_asked(condition: Condition) -> tuple[str, ...]:
    """Return the names of the definitions that a condition itself uses, in order, each once."""
    return tuple(dict.fromkeys(one.name for one in mentions(condition) if not isinstance(one, FieldValue)))
