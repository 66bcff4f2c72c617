"""The fields, values, conditions, scores and grades of one contact.

This defines what rules mean. Every other evaluator has to agree, so it is obvious rather than fast.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import assert_never

from qualify.language.cells import read
from qualify.language.durations import CalendarPeriod, Duration, TimeSpan
from qualify.language.fields import bind
from qualify.language.functions import FUNCTIONS, SELECTORS
from qualify.language.kinds import Range, Unreadable, Value
from qualify.language.logic import KLEENE, Answer, any_of, fold
from qualify.language.predicates import (
    Between,
    Interval,
    OneOf,
    Patterns,
    Presence,
    TextMatch,
    Values,
    as_number,
    difference,
    inside,
    outside,
)
from qualify.model.expressions import (
    Arithmetic,
    Call,
    Condition,
    Constant,
    DefinedValue,
    FieldValue,
    Holds,
    IsAnswered,
    Leaf,
    Operand,
    Selection,
    Test,
    Today,
)
from qualify.model.rules import (
    MOST_COUNTED,
    Computed,
    Criterion,
    Definition,
    Fading,
    Grade,
    Model,
    Per,
    Score,
    ScoreLine,
    When,
)
from qualify.model.walk import operands_of, parts_of
from qualify.text import compare


@dataclass
class Evaluation:
    """The values of one contact, computed in the order of `model.order`, so that each is there when it is needed."""

    model: Model
    today: date
    fields: dict[str, Value | None]
    unreadable: dict[str, str] = field(default_factory=dict)
    values: dict[str, Value | Answer | None] = field(default_factory=dict)  # of definitions, by name
    given: Mapping[str, Answer] = field(default_factory=dict)  # criteria answered directly, in an example

    def answer(self, criterion: str) -> Answer:
        found = self.values[criterion]
        assert isinstance(found, Answer)
        return found

    def points(self, score: str) -> int:
        found = self.values[score]
        assert isinstance(found, float)
        return int(found)

    @property
    def columns(self) -> dict[str, Answer | int | str]:
        """The answers of criteria, points of scores and labels of grades, in the order of their columns."""
        known = {name: self.values[name] for name in self.model.columns}
        return {name: int(one) if isinstance(one, float) else str(one) for name, one in known.items()}


def evaluate(
    model: Model,
    contact: Mapping[str, object],
    today: date,
    unknown: frozenset[str] = frozenset(),
    given: Mapping[str, Answer] | None = None,
) -> Evaluation:
    """Return the values of a contact. Fields in `unknown` are unknown whatever their cell or `blank` says."""
    evaluation = Evaluation(model, today, {}, given=given or {})
    _read_fields(evaluation, contact, unknown)
    for definition in model.order:
        evaluation.values[definition.name] = defined(definition, evaluation)
    return evaluation


def defined(definition: Definition, contact: Evaluation) -> Value | Answer | None:
    """Return the value of a definition. Those that it uses must have been computed."""
    match definition:
        case Computed(expression=expression):
            return value(expression, contact)
        case Criterion(name, condition=condition):
            return contact.given[name] if name in contact.given else answer(condition, contact)
        case Score():
            return float(points(definition, contact))
        case Grade(score=score):
            return grade(definition, contact.points(score))
    assert_never(definition)


def _read_fields(evaluation: Evaluation, contact: Mapping[str, object], unknown: frozenset[str]) -> None:
    headers = list(contact)
    fields = evaluation.model.fields
    bound = bind(fields.values(), headers)
    for name, declared in fields.items():
        position = bound.positions.get(name)
        cell = None if position is None else contact[headers[position]]
        known = None if name in unknown else read(cell, declared)
        if isinstance(known, Unreadable):
            evaluation.unreadable[name] = known.text
            known = None
        evaluation.fields[name] = known


# --- values ----------------------------------------------------------------------------------------------------


def value(operand: Operand, contact: Evaluation) -> Value | None:
    """Return the value of an operand, or None if it is unknown."""
    match operand:
        case FieldValue(name):
            return contact.fields[name]
        case DefinedValue(name):
            return contact.values[name]
        case Constant(fixed):
            return fixed
        case Today():
            return contact.today
        case Arithmetic(operator, left, right):
            return _arithmetic(operator, value(left, contact), value(right, contact))
        case Call(function, argument):
            return FUNCTIONS[function](value(argument, contact), contact.today)
        case Selection(selector, choices):
            return SELECTORS[selector].select(value(choice, contact) for choice in choices)
    assert_never(operand)


def _arithmetic(operator: str, left: Value | None, right: Value | None) -> float | None:
    """Return a sum, difference, product or quotient; None for unknown values, ranges, overflow and division by 0."""
    if not isinstance(left, float) or not isinstance(right, float):
        return None
    match operator:
        case "+":
            result = left + right
        case "-":
            result = left - right
        case "*":
            result = left * right
        case _:
            result = left / right if right else math.nan
    return result if math.isfinite(result) else None


# --- conditions ------------------------------------------------------------------------------------------------


def answer(condition: Condition, contact: Evaluation) -> Answer:
    """Return the answer of a condition, combining those of its leaves in Kleene's logic."""
    return fold(condition, lambda leaf: _leaf_answer(leaf, contact), KLEENE)


def _leaf_answer(leaf: Leaf, contact: Evaluation) -> Answer:
    match leaf:
        case Test():
            plain = _test_answer(leaf, contact)
            return ~plain if leaf.negated else plain
        case Holds(criterion):
            return contact.answer(criterion)
        case IsAnswered(criterion, negated):
            return Answer.of((contact.answer(criterion) is Answer.UNKNOWN) == negated)
    assert_never(leaf)


def _test_answer(test: Test, contact: Evaluation) -> Answer:
    """Return the answer of a test without its negation."""
    others = [
        other if isinstance(other, (Values, Duration, CalendarPeriod)) else value(other, contact)
        for other in test.values
    ]
    return tested(test, value(test.subject, contact), others, contact.today)


def tested(test: Test, subject: Value | None, others: list[Value | Values | TimeSpan | None], today: date) -> Answer:
    """Return the answer of a test without its negation, given the values of its operands."""
    predicate = test.predicate
    if isinstance(predicate, Presence):
        return Answer.of(subject is not None)
    if subject is None or None in others:
        return Answer.UNKNOWN
    match predicate:
        case OneOf():
            return any_of(_equal(as_number(subject), other) for other in others)
        case Between():
            return _is_between(as_number(subject), predicate, others, today)
        case TextMatch():
            return Answer.of(_has_pieces(subject, predicate, others, test.every))
        case Patterns():
            text = compare.folded_characters(str(subject))
            found = (pattern.matches(text) for other in others for pattern in Values.of(other).patterns)
            return Answer.of(all(found) if test.every else any(found))
    assert_never(predicate)


def _equal(subject: float | Range, other: Value | Values | TimeSpan | None) -> Answer:
    match other:
        case Values():
            if isinstance(subject, Range):
                overlaps = any(not outside(subject, Interval(number, number)) for number in other.numbers)
                return Answer.UNKNOWN if overlaps else Answer.NO
            return Answer.of(subject in other.numbers)
        case None | Duration() | CalendarPeriod():
            raise AssertionError("no value to be equal to")
    return _within(difference(subject, as_number(other)), Interval(0, 0))


def _is_between(
    subject: float | Range, predicate: Between, others: list[Value | Values | TimeSpan | None], today: date
) -> Answer:
    limits: list[float | TimeSpan] = []
    for other in others:
        assert other is not None and not isinstance(other, Values)
        limit = other if isinstance(other, (Duration, CalendarPeriod)) else as_number(other)
        if isinstance(limit, Range):  # of another field: compare the difference with 0
            return _within(difference(subject, limit), predicate.interval((0.0,), today))
        limits.append(limit)
    return _within(subject, predicate.interval(limits, today))


def _within(number: float | Range, interval: Interval) -> Answer:
    """Return yes if all possible values of a number are in the interval, no if none is, else unknown."""
    if not isinstance(number, Range):
        return Answer.of(number in interval)
    if inside(number, interval):
        return Answer.YES
    return Answer.NO if outside(number, interval) else Answer.UNKNOWN


def _has_pieces(subject: Value, match: TextMatch, others: list[Value | Values | TimeSpan | None], every: bool) -> bool:
    texts = [match.prepare(text) for text in (subject if isinstance(subject, tuple) else (str(subject),))]
    found = []
    for other in others:
        wanted = match.wanted(Values.of(other))
        pieces = wanted.intersection(piece for text in texts for piece in match.pieces(text, wanted))
        found.append(pieces == wanted if every else bool(pieces))
    return all(found) if every else any(found)


# --- scores and grades -----------------------------------------------------------------------------------------


def points(score: Score, contact: Evaluation) -> int:
    return kept(score, sum(line_points(line, contact) for line in score.lines))


def kept(score: Score, total: int) -> int:
    """Return the points of a score, given the sum of its lines."""
    if score.low is not None:
        total = max(total, score.low)
    if score.high is not None:
        total = min(total, score.high)
    return total


def line_points(line: ScoreLine, contact: Evaluation) -> int:
    match line:
        case When(amount, condition):
            return amount if answer(condition, contact) else 0
        case Per(amount, subject, up_to):
            number = value(subject, contact)
            if not isinstance(number, float) or number < 0:
                return 0
            size = abs(amount) * int(min(number, MOST_COUNTED))
            size = size if up_to is None else min(size, up_to)
            return size if amount > 0 else -size
        case Fading(amount, by, every, since):
            start = value(since, contact)
            if not isinstance(start, date):
                return 0
            faded = max(abs(amount) - by * every.periods(start, contact.today), 0)
            return faded if amount > 0 else -faded
    assert_never(line)


def grade(definition: Grade, score: int) -> str:
    return next((label for label, start in definition.bands if score >= start), definition.otherwise)


# --- what is open ----------------------------------------------------------------------------------------------


def to_ask(test: Test, contact: Evaluation) -> frozenset[str]:
    """Return the fields to ask for if a test is unknown: those not fully known, or else all that it uses."""
    used = frozenset(name for operand in operands_of(test) for name in _fields_of(operand, contact))
    return frozenset(name for name in used if _is_open(contact.fields[name])) or used


def _fields_of(operand: Operand, contact: Evaluation) -> Iterator[str]:
    """Yield the fields that the value of an operand depends on, given what is known."""
    match operand:
        case FieldValue(name):
            yield name
        case Selection(_, choices):
            known = (place for place, choice in enumerate(choices) if value(choice, contact) is not None)
            decides = 0 if _is_open(value(operand, contact)) else next(known)
            # A choice without fields cannot be asked about, so the next one that has some takes its place.
            fields = (list(_fields_of(one, contact)) for one in (*choices[decides:], *choices[:decides]))
            yield from next(filter(None, fields), ())
        case _:
            for part in parts_of(operand, contact.model.definitions):
                yield from _fields_of(part, contact)


def _is_open(known: Value | None) -> bool:
    """Return whether a value is unknown or a range."""
    return known is None or isinstance(known, Range)
