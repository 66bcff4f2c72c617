"""One contact fast: only what matters is read, in the order in which it matters, and remembered by class.

A rule is yes when all parts of its condition are. As in `batch`, a subject (a field, something computed of fields, a
score, a criterion) has a few classes within which all that is asked about it is answered alike, and each class has a
mask: which rules it lets be, a bit a rule, in one whole number of Python's. A contact starts with all rules possible.
The lowest one names the subject to look at next, whose mask takes away every rule that cannot be; when nothing is
left to look at for the lowest, that rule places the contact.

Nothing is compiled to code. Values are read and computed by the reference's functions, on an evaluation that fills
itself as it is asked; details beyond stage and rule are the reference's own.
"""

from __future__ import annotations

import math
from bisect import bisect_left
from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from datetime import date
from functools import cached_property
from typing import Generic, TypeAlias, TypeVar, cast

from qualify.cells import read
from qualify.decision import Decision
from qualify.logic import All, Answer, Count, Not, leaves
from qualify.logic import Any as Either
from qualify.meaning import (
    Condition,
    Criterion,
    Holds,
    IsAnswered,
    Leaf,
    Meaning,
    Operand,
    Score,
    Test,
    When,
)
from qualify.schema import Field, Unreadable, Value, bind
from qualify.targets import evaluation, record
from qualify.targets.evaluation import Evaluation
from qualify.targets.limits import fixed_values, limits

MOST_REMEMBERED = 20_000  # cells of a field, or values of a subject
MOST_SHAPES = 200  # different sets of keys that contacts come with
NO, UNKNOWN, YES = 0, 1, 2
NUMBER = {Answer.NO: NO, Answer.UNKNOWN: UNKNOWN, Answer.YES: YES}
ANSWER = (Answer.NO, Answer.UNKNOWN, Answer.YES)

Asker: TypeAlias = Callable[["Contact"], int]  # answers a condition, as a number
Key = TypeVar("Key")
Found = TypeVar("Found")


class Lazy(dict[Key, Found], Generic[Key, Found]):
    """What is not there is found when it is asked for."""

    __slots__ = ("_find",)

    def __init__(self, find: Callable[[Key], Found]) -> None:
        self._find = find

    def __missing__(self, key: Key) -> Found:
        found = self[key] = self._find(key)
        return found


class Contact(Evaluation):
    """An evaluation that fills itself."""

    def __init__(self, rules: Single, cells: Mapping[str, object], headers: Mapping[str, str]) -> None:
        self.meaning = rules.meaning
        self.today = rules.today
        self._rules = rules
        self._cells = cells
        self._headers = headers

    @cached_property
    def fields(self) -> dict[str, Value | None]:  # type: ignore[override]
        return Lazy(self._read)

    def _read(self, name: str) -> Value | None:
        header = self._headers.get(name)
        return self._rules.readers[name].read(None if header is None else self._cells[header])

    @cached_property
    def computed(self) -> dict[str, Value | None]:  # type: ignore[override]
        return Lazy(lambda name: evaluation.value(self.meaning.computed[name].expression, self))

    @cached_property
    def criteria(self) -> dict[str, Answer]:  # type: ignore[override]
        return Lazy(lambda name: ANSWER[self._rules.criteria[name](self)])

    @cached_property
    def scores(self) -> dict[str, int]:  # type: ignore[override]
        return Lazy(lambda name: self._rules.scores[name](self))

    @cached_property
    def grades(self) -> dict[str, str]:  # type: ignore[override]
        def grade(name: str) -> str:
            definition = self.meaning.grades[name]
            return evaluation.grade(definition, self.scores[definition.score])

        return Lazy(grade)


class Reader:
    """Reads the cells of one field, each distinct text once."""

    def __init__(self, field: Field) -> None:
        self._field = field
        self._known: dict[str, Value | None] = {}

    def read(self, cell: object) -> Value | None:
        if type(cell) is not str:
            return self._value(cell)
        if cell not in self._known:
            if len(self._known) >= MOST_REMEMBERED:
                self._known.clear()
            self._known[cell] = self._value(cell)
        return self._known[cell]

    def _value(self, cell: object) -> Value | None:
        value = read(cell, self._field)
        return None if isinstance(value, Unreadable) else value


class Subject:
    """What some tests, and parts of rules made of them, are about. Each class has the answers and a mask."""

    def __init__(self) -> None:
        self.parts: list[tuple[int, Condition]] = []  # with the number of their rule
        self._tests: list[Test] = []
        self._classes: dict[Hashable, tuple[list[int], int]] = {}

    def position(self, test: Test) -> int:
        """Return the place of a test among the answers."""
        if test not in self._tests:
            self._tests.append(test)
        return self._tests.index(test)

    def key(self, contact: Contact) -> Hashable:
        """Return what is the same for all contacts of one class."""
        raise NotImplementedError

    def look(self, contact: Contact) -> tuple[list[int], int]:
        """Return the answers of the tests, and the mask of rules that are possible."""
        key = self.key(contact)
        found = self._classes.get(key)
        if found is None:
            if len(self._classes) >= MOST_REMEMBERED:
                self._classes.clear()
            found = self._classes[key] = self._work_out(contact)
        return found

    def _work_out(self, contact: Contact) -> tuple[list[int], int]:
        answers = [NUMBER[evaluation.answer(test, contact)] for test in self._tests]
        impossible = 0
        for rule, part in self.parts:
            if evaluation.answer(part, contact) is not Answer.YES:
                impossible |= 1 << rule
        return answers, ~impossible


class ValueSubject(Subject):
    """An operand, compared with what the rules fix: numbers between the same thresholds are of one class."""

    def __init__(self, operand: Operand) -> None:
        super().__init__()
        self._operand = operand
        self._thresholds: list[float] = []

    def add_thresholds(self, ends: Iterator[float]) -> None:
        self._thresholds = sorted({*self._thresholds, *(end for end in ends if math.isfinite(end))})

    def key(self, contact: Contact) -> Hashable:
        value = evaluation.value(self._operand, contact)
        kind = type(value)
        if kind is date:
            value = cast(date, value).toordinal()
        elif kind is not float:
            return kind, value
        thresholds = self._thresholds
        place = bisect_left(thresholds, value)  # type: ignore[type-var]
        return place, place < len(thresholds) and thresholds[place] == value


class CriterionSubject(Subject):
    def __init__(self, name: str) -> None:
        super().__init__()
        self._name = name

    def key(self, contact: Contact) -> Hashable:
        return contact.criteria[self._name]


class Single:
    """The rules of one day, ready for one contact after another. Safe to share between threads."""

    def __init__(self, meaning: Meaning, today: date) -> None:
        self.meaning = meaning
        self.today = today
        self.readers = {name: Reader(field) for name, field in meaning.fields.items()}
        self._nobody = Evaluation(meaning, today, {})
        self._subjects: dict[Operand | str, Subject] = {}
        self._headers: dict[tuple[str, ...], Mapping[str, str]] = {}
        self.criteria = {one.name: self._asker(one.condition) for one in meaning.order if isinstance(one, Criterion)}
        self.scores = {one.name: self._scorer(one) for one in meaning.order if isinstance(one, Score)}
        self._steps = [self._steps_of(number, rule.condition) for number, rule in enumerate(meaning.rules)]
        self._named = [(rule.stage, rule.name) for rule in meaning.rules]

    def decide(self, cells: Mapping[str, object]) -> Decision:
        """Return the decision about a contact, as `record.decide` does."""
        stage, rule = self.place(cells)
        return Decision(stage, rule, lambda: record.decide(self.meaning, cells, self.today).details)

    def place(self, cells: Mapping[str, object]) -> tuple[str, str | None]:
        """Return the stage of a contact and the rule that placed it, None for `otherwise`."""
        contact = Contact(self, cells, self._headers_of(cells))
        possible = (1 << len(self._steps)) - 1
        looked: set[Subject] = set()
        while possible:
            lowest = possible & -possible
            number = lowest.bit_length() - 1
            for step in self._steps[number]:
                if not isinstance(step, Subject):
                    if step(contact) != YES:
                        possible ^= lowest
                        break
                elif step not in looked:
                    looked.add(step)
                    possible &= step.look(contact)[1]
                    if not possible & lowest:
                        break
            else:
                return self._named[number]
        return self.meaning.otherwise.stage, None

    def _headers_of(self, cells: Mapping[str, object]) -> Mapping[str, str]:
        """Return by field the key of its cell: found once for all contacts with the same keys."""
        shape = tuple(cells)
        found = self._headers.get(shape)
        if found is None:
            if len(self._headers) >= MOST_SHAPES:
                self._headers.clear()
            bound = bind(self.meaning.fields.values(), shape).positions
            found = {name: shape[place] for name, place in bound.items() if place is not None}
            self._headers[shape] = found
        return found

    def _steps_of(self, number: int, condition: Condition) -> list[Subject | Asker]:
        """Return what to look at for a rule, in order: subjects of its parts, and what asks about several at once."""
        steps: dict[Subject | Asker, None] = {}
        for part in _conjuncts(condition):
            subjects = {self._subject(cast(Leaf, leaf)) for leaf in leaves(part)}
            subject = subjects.pop() if len(subjects) == 1 else None
            if subject is None:
                steps[self._asker(part)] = None
            else:
                subject.parts.append((number, part))
                steps[subject] = None
        return list(steps)

    def _subject(self, leaf: Leaf) -> Subject | None:
        """Return the subject of a leaf; None for a test that compares the contact's values with one another."""
        if not isinstance(leaf, Test):
            return self._subjects.setdefault(leaf.criterion, CriterionSubject(leaf.criterion))
        fixed = fixed_values(leaf, self._nobody)
        if fixed is None:
            return None
        subject = self._subjects.setdefault(leaf.subject, ValueSubject(leaf.subject))
        assert isinstance(subject, ValueSubject)
        intervals, listed = limits(leaf, fixed, self.today)
        subject.add_thresholds(end for ends in (*((one.low, one.high) for one in intervals), listed) for end in ends)
        return subject

    def _asker(self, condition: Condition) -> Asker:
        match condition:
            case Test():
                return self._test_asker(condition)
            case Holds(name):
                return lambda contact: NUMBER[contact.criteria[name]]
            case IsAnswered(name, negated):
                return lambda contact: YES if (contact.criteria[name] is Answer.UNKNOWN) == negated else NO
            case Not(operand):
                asker = self._asker(operand)
                return lambda contact: YES - asker(contact)
            case All(operands):
                return _least([self._asker(operand) for operand in operands])
            case Either(operands):
                return _greatest([self._asker(operand) for operand in operands])
            case Count(operands, low, high):
                return _counted([self._asker(operand) for operand in operands], low, high)

    def _test_asker(self, test: Test) -> Asker:
        subject = self._subject(test)
        if subject is None:
            return lambda contact: NUMBER[evaluation.answer(test, contact)]
        position = subject.position(test)
        return lambda contact: subject.look(contact)[0][position]

    def _scorer(self, score: Score) -> Callable[[Contact], int]:
        whens = [(line.points, self._asker(line.condition)) for line in score.lines if isinstance(line, When)]
        others = [line for line in score.lines if not isinstance(line, When)]

        def points(contact: Contact) -> int:
            total = sum(amount for amount, asker in whens if asker(contact) == YES)
            return evaluation.kept(score, total + sum(evaluation.line_points(line, contact) for line in others))

        return points


def _conjuncts(condition: Condition) -> Iterator[Condition]:
    if isinstance(condition, All):
        for operand in condition.operands:
            yield from _conjuncts(operand)
    else:
        yield condition


def _least(askers: Sequence[Asker]) -> Asker:
    def least(contact: Contact) -> int:
        found = YES
        for asker in askers:
            answer = asker(contact)
            if answer == NO:
                return NO
            if answer < found:
                found = answer
        return found

    return least


def _greatest(askers: Sequence[Asker]) -> Asker:
    def greatest(contact: Contact) -> int:
        found = NO
        for asker in askers:
            answer = asker(contact)
            if answer == YES:
                return YES
            if answer > found:
                found = answer
        return found

    return greatest


def _counted(askers: Sequence[Asker], low: int, high: int) -> Asker:
    def counted(contact: Contact) -> int:
        answers = [asker(contact) for asker in askers]
        certain = answers.count(YES)
        possible = certain + answers.count(UNKNOWN)
        if possible < low or certain > high:
            return NO
        return YES if low <= certain and possible <= high else UNKNOWN

    return counted
