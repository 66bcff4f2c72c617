"""The fields whose tests depend on today's date."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from qualify.language.durations import CalendarPeriod, Duration
from qualify.language.functions import FUNCTIONS
from qualify.model.expressions import Call, FieldValue, Operand, TestValue, Today
from qualify.model.rules import Definition, Fading, Per, Rule, Score
from qualify.model.walk import all_parts, operands_of, reads, tests


def dated_fields(rules: Sequence[Rule], definitions: Mapping[str, Definition]) -> frozenset[str]:
    """Return the fields with tests or scores that depend on the day of the run."""
    compared: list[Operand] = []  # with a date relative to today
    read: list[Operand] = []
    for test in tests((*rules, *definitions.values())):
        if any(map(_is_relative, test.values)):
            compared.append(test.subject)
        read += operands_of(test)
    for definition in definitions.values():
        if isinstance(definition, Score):
            compared += [line.since for line in definition.lines if isinstance(line, Fading)]
            read += [line.subject for line in definition.lines if isinstance(line, Per)]
    for operand in read:
        calls = (one for one in all_parts(operand, definitions) if isinstance(one, Call))
        compared += [call for call in calls if FUNCTIONS[call.function].reads_today]
    every = (one for operand in compared for one in reads(operand, definitions))
    return frozenset(one.name for one in every if isinstance(one, FieldValue))


def _is_relative(value: TestValue) -> bool:
    """Return whether a value of a test moves with today's date."""
    return isinstance(value, (Duration, Today)) or (isinstance(value, CalendarPeriod) and value.day is None)
