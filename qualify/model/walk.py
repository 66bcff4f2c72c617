"""Walks over the model: the parts of operands, conditions and definitions, and the fields they use."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import TypeAlias, cast

from qualify.language.durations import CalendarPeriod, Duration
from qualify.language.logic import leaves
from qualify.language.predicates import Values
from qualify.model.expressions import (
    Arithmetic,
    Call,
    DefinedValue,
    FieldValue,
    Holds,
    IsAnswered,
    Operand,
    Part,
    Selection,
    Test,
)
from qualify.model.rules import Computed, Definition, Model, Rule

Definitions: TypeAlias = Mapping[str, Definition]
Inputs: TypeAlias = tuple[FieldValue | DefinedValue, ...]


def parts_of(operand: Operand, definitions: Definitions | None = None) -> tuple[Operand, ...]:
    """Return the direct parts of an operand. With `definitions`, the part of a computed field is its expression."""
    match operand:
        case Arithmetic(_, left, right):
            return left, right
        case Call(_, argument):
            return (argument,)
        case Selection(_, choices):
            return choices
        case DefinedValue(name) if definitions and isinstance(computed := definitions[name], Computed):
            return (computed.expression,)
    return ()


def all_parts(operand: Operand, definitions: Definitions | None = None) -> Iterator[Operand]:
    """Yield an operand and all its direct and indirect parts, from left to right; see `parts_of`."""
    yield operand
    for part in parts_of(operand, definitions):
        yield from all_parts(part, definitions)


def reads(operand: Operand, definitions: Definitions | None = None) -> Iterator[FieldValue | DefinedValue]:
    """Yield the fields and defined values among the parts of an operand; see `parts_of`."""
    for one in all_parts(operand, definitions):
        if isinstance(one, (FieldValue, DefinedValue)):
            yield one


def inputs(operands: Iterable[Operand], model: Model) -> Inputs:
    """Return the distinct fields, scores and grades that the values of some operands depend on."""
    found = (one for operand in operands for one in reads(operand, model.definitions))
    return tuple(dict.fromkeys(one for one in found if not parts_of(one, model.definitions)))


def fields_and_choices(operand: Operand, model: Model) -> Iterator[Operand]:
    """Yield the fields in an operand, and the choices of its selections.

    Which of them are unknown decides which fields an unknown operand depends on.
    """
    for one in all_parts(operand, model.definitions):
        if isinstance(one, FieldValue):
            yield one
        elif isinstance(one, Selection):
            yield from one.choices


def operands_of(test: Test) -> Iterator[Operand]:
    """Yield the operands of a test: its subject, then those of its values that are operands."""
    yield test.subject
    for value in test.values:
        if not isinstance(value, (Values, Duration, CalendarPeriod)):
            yield value


def askable_fields(test: Test, model: Model) -> frozenset[str]:
    """Return the fields that a test may ask for."""
    return frozenset(one.name for one in inputs(operands_of(test), model) if isinstance(one, FieldValue))


def mentions(part: Part) -> Iterator[FieldValue | DefinedValue | Holds | IsAnswered]:
    """Yield the fields and definitions that a condition or an operand mentions."""
    for leaf in leaves(part):
        match leaf:
            case Holds() | IsAnswered():
                yield leaf
            case Test():
                for operand in operands_of(leaf):
                    yield from reads(operand)
            case _:
                yield from reads(cast(Operand, leaf))


def fields_behind(parts: Iterable[Rule | Definition], definitions: Definitions) -> list[str]:
    """Return the fields that rules or definitions use, directly or not, in the order of first mention."""
    found: dict[str, None] = {}
    followed: set[str] = set()

    def follow(part: Rule | Definition) -> None:
        for mention in (mention for one in part.parts for mention in mentions(one)):
            if isinstance(mention, FieldValue):
                found.setdefault(mention.name)
            elif mention.name not in followed:
                followed.add(mention.name)
                follow(definitions[mention.name])

    for part in parts:
        follow(part)
    return list(found)


def tests(parts: Iterable[Rule | Definition]) -> Iterator[Test]:
    """Yield every test in some rules and definitions."""
    for one in parts:
        for part in one.parts:
            yield from (leaf for leaf in leaves(part) if isinstance(leaf, Test))
