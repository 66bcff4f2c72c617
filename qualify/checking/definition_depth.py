"""How deep definitions and rules are built on each other."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from qualify.language.logic import operands
from qualify.model.expressions import (
    Arithmetic,
    Call,
    ComputedValue,
    Condition,
    GradeValue,
    Holds,
    IsAnswered,
    Operand,
    ScoreValue,
    Selection,
    Test,
)
from qualify.model.rules import Computed, Criterion, Fading, Grade, Named, Per, Rule, Score, When
from qualify.model.walk import operands_of


def too_deep(order: Sequence[Named], rules: Sequence[Rule], most: int) -> Named | Rule | None:
    """Return the first definition or rule that, with all that it uses put in its place, is more than `most` deep."""
    depths: dict[str, int] = {}
    for definition in (*order, *rules):
        match definition:
            case Computed(expression=expression):
                depth = _depth(expression, depths)
            case Criterion(condition=condition) | Rule(condition=condition):
                depth = _depth(condition, depths)
            case Grade(score=score):
                depth = depths.get(score, 0) + 1  # a score that there is not is another problem
            case Score(lines=lines):
                depth = max((_depth(_of_line(line), depths) for line in lines), default=0)
        if depth > most:
            return definition
        depths[definition.name] = depth + 1
    return None


def _of_line(line: When | Per | Fading) -> Condition | Operand:
    match line:
        case When(condition=condition):
            return condition
        case Per(subject=operand) | Fading(since=operand):
            return operand


def _depth(part: object, depths: Mapping[str, int]) -> int:
    match part:
        case Holds(name) | IsAnswered(name) | ComputedValue(name) | ScoreValue(name) | GradeValue(name):
            return depths.get(name, 0)
        case Test():
            return 1 + max(_depth(operand, depths) for operand in operands_of(part))
        case Call(_, argument):
            return 1 + _depth(argument, depths)
        case Selection(_, choices):
            return 1 + max(_depth(choice, depths) for choice in choices)
        case Arithmetic(_, left, right):
            return 1 + max(_depth(left, depths), _depth(right, depths))
    return 1 + max((_depth(one, depths) for one in operands(part)), default=0)
