"""How deep a statement goes."""

from __future__ import annotations

from qualify.language.logic import operands
from qualify.parsing.syntax import (
    Bare,
    Binary,
    Criterion,
    Define,
    Fading,
    Function,
    Per,
    Rule,
    Score,
    Selection,
    Statement,
    Test,
    When,
)
from qualify.text.source import Span


def place_too_deep(statement: Statement, most: int) -> Span | None:
    """Return the place of what lies more than `most` levels deep in a statement, or None. Does not recurse."""
    stack: list[tuple[object, int]] = [(part, 1) for part in _parts(statement)]
    while stack:
        node, depth = stack.pop()
        if depth > most:
            span: Span = node.span  # type: ignore[attr-defined]  # each node has its place
            return span
        stack.extend((part, depth + 1) for part in _parts(node))
    return None


def _parts(node: object) -> tuple[object, ...]:
    match node:
        case Criterion(condition=condition) | Rule(condition=condition) | When(condition=condition):
            return (condition,)
        case Define(expression=operand) | Per(subject=operand) | Fading(since=operand) | Bare(operand):
            return (operand,)
        case Score(lines=lines):
            return lines
        case Test(subject, _, values):
            return (subject, *values)
        case Binary(_, left, right):
            return (left, right)
        case Function(_, argument):
            return (argument,)
        case Selection(_, choices):
            return choices
    return operands(node)
