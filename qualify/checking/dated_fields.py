"""Which fields the rules ask about by the day of the run."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from qualify.language.durations import Duration
from qualify.language.functions import FUNCTIONS
from qualify.model.expressions import Arithmetic, Call, ComputedValue, FieldValue, Operand, Selection, Today
from qualify.model.rules import Computed, Fading, Named, Per, Rule, Score
from qualify.model.walk import operands_of, reads, tests


def dated_fields(rules: Sequence[Rule], definitions: Mapping[str, Named]) -> frozenset[str]:
    """Return the fields of which the rules ask something that depends on the day of the run."""
    dated: set[str] = set()
    for test in tests(rules, definitions.values()):
        if any(isinstance(value, (Duration, Today)) for value in test.values):
            dated |= _fields(test.subject, definitions)
        for operand in operands_of(test):
            dated |= _counted_from_today(operand, definitions)
    for definition in definitions.values():
        if isinstance(definition, Score):
            for line in definition.lines:
                if isinstance(line, Fading):
                    dated |= _fields(line.since, definitions)
                elif isinstance(line, Per):
                    dated |= _counted_from_today(line.subject, definitions)
    return frozenset(dated)


def _counted_from_today(operand: Operand, definitions: Mapping[str, Named]) -> set[str]:
    match operand:
        case Call(function, argument):
            reads_today = FUNCTIONS[function].reads_today
            return _fields(argument, definitions) if reads_today else _counted_from_today(argument, definitions)
        case ComputedValue(name) if isinstance(computed := definitions[name], Computed):
            return _counted_from_today(computed.expression, definitions)
        case Selection(_, choices):
            return {name for choice in choices for name in _counted_from_today(choice, definitions)}
        case Arithmetic(_, left, right):
            return _counted_from_today(left, definitions) | _counted_from_today(right, definitions)
    return set()


def _fields(operand: Operand, definitions: Mapping[str, Named]) -> set[str]:
    """Return the fields that an operand is made from."""
    found: set[str] = set()
    for read in reads(operand):
        match read:
            case FieldValue(name):
                found.add(name)
            case ComputedValue(name) if isinstance(computed := definitions[name], Computed):
                found |= _fields(computed.expression, definitions)
    return found
