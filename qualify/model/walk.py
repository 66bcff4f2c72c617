"""Walks over the model: what operands, conditions and definitions read."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from qualify.language.durations import Duration
from qualify.language.logic import leaves
from qualify.language.predicates import Values
from qualify.model.expressions import (
    Arithmetic,
    Call,
    ComputedValue,
    Condition,
    FieldValue,
    GradeValue,
    Holds,
    IsAnswered,
    Operand,
    ScoreValue,
    Selection,
    Test,
)
from qualify.model.rules import Computed, Criterion, Fading, Grade, Model, Named, Per, Rule, Score, When

# --- walking operands ------------------------------------------------------------------------------------------


def operands_of(test: Test) -> Iterator[Operand]:
    """Yield what a test reads: its subject, then the values that are not fixed by the rules."""
    yield test.subject
    for value in test.values:
        if not isinstance(value, (Values, Duration)):
            yield value


def reads(operand: Operand) -> Iterator[FieldValue | ComputedValue | ScoreValue | GradeValue]:
    """Yield the names that an operand reads, from left to right; computed fields are not followed."""
    match operand:
        case FieldValue() | ComputedValue() | ScoreValue() | GradeValue():
            yield operand
        case Arithmetic(_, left, right):
            yield from reads(left)
            yield from reads(right)
        case Call(_, argument):
            yield from reads(argument)
        case Selection(_, choices):
            for choice in choices:
                yield from reads(choice)


def mentions(condition: Condition) -> Iterator[str | Operand]:
    """Yield what a condition mentions: the names of criteria, and what its tests read."""
    for leaf in leaves(condition):
        match leaf:
            case Holds(name) | IsAnswered(name):
                yield name
            case Test():
                for operand in operands_of(leaf):
                    yield from reads(operand)


def _mentions_of(part: Rule | Named) -> Iterator[str | Operand]:
    """Yield what a rule or definition mentions itself."""
    match part:
        case Rule(condition=condition) | Criterion(condition=condition):
            yield from mentions(condition)
        case Computed(expression=expression):
            yield from reads(expression)
        case Grade(score=score):
            yield score
        case Score(lines=lines):
            for line in lines:
                match line:
                    case When(condition=condition):
                        yield from mentions(condition)
                    case Per(subject=operand) | Fading(since=operand):
                        yield from reads(operand)


def fields_behind(parts: Iterable[Rule | Named], definitions: Mapping[str, Named]) -> list[str]:
    """Return the fields that some parts rest on, definitions followed where they are used, by their first mention."""
    found: dict[str, None] = {}
    followed: set[str] = set()

    def follow(part: Rule | Named) -> None:
        for mention in _mentions_of(part):
            match mention:
                case FieldValue(name):
                    found.setdefault(name)
                case ComputedValue(name) | ScoreValue(name) | GradeValue(name) | str(name) if name not in followed:
                    followed.add(name)
                    follow(definitions[name])

    for part in parts:
        follow(part)
    return list(found)


def tests(rules: Iterable[Rule], definitions: Iterable[Named]) -> Iterator[Test]:
    """Yield every test of some rules and definitions."""
    conditions = [rule.condition for rule in rules]
    for definition in definitions:
        if isinstance(definition, Criterion):
            conditions.append(definition.condition)
        elif isinstance(definition, Score):
            conditions += [line.condition for line in definition.lines if isinstance(line, When)]
    for condition in conditions:
        yield from (leaf for leaf in leaves(condition) if isinstance(leaf, Test))


def askable_fields(test: Test, model: Model) -> frozenset[str]:
    """Return all the fields that a test may ask about."""
    sources = (source for operand in operands_of(test) for source in deciding(operand, model))
    return frozenset(source.name for source in sources if isinstance(source, FieldValue))


def deciding(operand: Operand, model: Model) -> Iterator[Operand]:
    """Yield what decides which fields an operand is made from: its fields, and the choices of a selection."""
    match operand:
        case FieldValue():
            yield operand
        case ComputedValue(name):
            yield from deciding(model.computed[name].expression, model)
        case Arithmetic(_, left, right):
            yield from deciding(left, model)
            yield from deciding(right, model)
        case Call(_, argument):
            yield from deciding(argument, model)
        case Selection(_, choices):
            yield from choices
            for choice in choices:
                yield from deciding(choice, model)
