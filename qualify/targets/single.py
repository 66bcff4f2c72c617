"""One contact fast: only what matters is read, in the order in which it matters, and each distinct cell once.

A rule is yes when all parts of its condition are. Most parts are about one field, and so are most criteria, lines of
scores, and what they are made of. All of them are worked out together for each distinct cell, and remembered: their
answers, and a mask of the rules that this cell lets be, a bit a rule, in one whole number of Python's. A contact
starts with all rules possible. The lowest one names the field to look at next, whose mask takes away every rule that
cannot be; when nothing is left to look at for the lowest, that rule places the contact.

Nothing is compiled to code. Values are read and computed by the reference's functions, on an evaluation that fills
itself as it is asked; details beyond stage and rule are the reference's own.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from datetime import date
from functools import cached_property, partial
from typing import Generic, TypeAlias, TypeVar, assert_never, cast

from qualify.cells import read
from qualify.decision import Decision
from qualify.logic import All, Answer, Count, Not, leaves
from qualify.logic import Any as Either
from qualify.meaning import (
    ComputedValue,
    Condition,
    Criterion,
    Fading,
    FieldValue,
    Holds,
    IsAnswered,
    Meaning,
    Operand,
    Per,
    Score,
    ScoreLine,
    Test,
    When,
    operands_of,
    reads,
)
from qualify.schema import Unreadable, Value, bind
from qualify.targets import evaluation, record
from qualify.targets.evaluation import Evaluation

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


Look: TypeAlias = tuple[list[int], int]  # the answers to what is asked about a cell, and the mask of rules


class Contact(Evaluation):
    """An evaluation that fills itself."""

    def __init__(self, rules: Single, cells: Mapping[str, object], headers: Mapping[str, str]) -> None:
        self.meaning = rules.meaning
        self.today = rules.today
        self.looks: dict[Subject, Look] = {}
        self._rules = rules
        self._cells = cells
        self._headers = headers

    def cell(self, name: str) -> object:
        header = self._headers.get(name)
        return None if header is None else self._cells[header]

    @cached_property
    def fields(self) -> dict[str, Value | None]:  # type: ignore[override]
        return Lazy(self._read)

    def _read(self, name: str) -> Value | None:
        value = read(self.cell(name), self.meaning.fields[name])
        return None if isinstance(value, Unreadable) else value

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


class Subject:
    """A field, or a criterion, and all that is asked about it alone."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.parts: list[tuple[int, Condition]] = []  # of rules, with their numbers
        self._questions: dict[object, Asker] = {}

    def ask(self, what: Hashable, question: Asker) -> Asker:
        """Add a question; return what gives its answer from the look at a contact's cell."""
        position = list(self._questions).index(what) if what in self._questions else len(self._questions)
        self._questions.setdefault(what, question)
        look = self.look
        return lambda contact: look(contact)[0][position]

    def look(self, contact: Contact) -> Look:
        raise NotImplementedError

    def _work_out(self, contact: Contact) -> Look:
        impossible = 0
        for rule, part in self.parts:
            if evaluation.answer(part, contact) is not Answer.YES:
                impossible |= 1 << rule
        return [question(contact) for question in self._questions.values()], ~impossible


class FieldSubject(Subject):
    """A field, by its distinct cells."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self._known: dict[object, Look] = {}

    def look(self, contact: Contact) -> Look:
        look = contact.looks.get(self)
        if look is None:
            cell = contact.cell(self.name)
            known = self._known.get(cell) if type(cell) is str else None
            look = contact.looks[self] = known or self._look_closely(cell, contact)
        return look

    def _look_closely(self, cell: object, contact: Contact) -> Look:
        look = self._work_out(contact)
        if type(cell) is str:
            if len(self._known) >= MOST_REMEMBERED:
                self._known.clear()
            self._known[cell] = look
        return look


class CriterionSubject(Subject):
    """A criterion, by its answer."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self._known: dict[Answer, Look] = {}

    def look(self, contact: Contact) -> Look:
        answer = contact.criteria[self.name]
        if answer not in self._known:
            self._known[answer] = self._work_out(contact)
        return self._known[answer]


class Single:
    """The rules of one day, ready for one contact after another. Safe to share between threads."""

    def __init__(self, meaning: Meaning, today: date) -> None:
        self.meaning = meaning
        self.today = today
        self._subjects: dict[tuple[type[Subject], str], Subject] = {}
        self._headers: dict[tuple[str, ...], Mapping[str, str]] = {}
        self.criteria: dict[str, Asker] = {}
        self.scores: dict[str, Asker] = {}
        for definition in meaning.order:
            if isinstance(definition, Criterion):
                self.criteria[definition.name] = self._asker(definition.condition)
            elif isinstance(definition, Score):
                self.scores[definition.name] = self._scorer(definition)
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
            subject = self._subject(part)
            if subject is None:
                steps[self._asker(part)] = None
            else:
                subject.parts.append((number, part))
                steps[subject] = None
        return list(steps)

    def _subject(self, about: Condition | Operand) -> Subject | None:
        """Return the one field or criterion that a condition or operand is about; None if there are several."""
        names = set(_names(about, self.meaning))
        kind, name = names.pop() if len(names) == 1 else (None, "")
        return None if kind is None else self._subjects.setdefault((kind, name), kind(name))

    def _asker(self, condition: Condition) -> Asker:
        subject = self._subject(condition)
        if isinstance(subject, FieldSubject):
            return subject.ask(condition, lambda contact: NUMBER[evaluation.answer(condition, contact)])
        match condition:
            case Test():
                return lambda contact: NUMBER[evaluation.answer(condition, contact)]
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
        assert_never(condition)

    def _scorer(self, score: Score) -> Asker:
        """Return what gives the points: the lines about one field are worked out with its cells."""
        together: dict[Subject, list[ScoreLine]] = {}
        summands: list[Asker] = []
        for line in score.lines:
            subject = self._subject(_about(line))
            if isinstance(subject, FieldSubject):
                together.setdefault(subject, []).append(line)
            elif isinstance(line, When):
                summands.append(_points_when(line.points, self._asker(line.condition)))
            else:
                summands.append(partial(evaluation.line_points, line))
        for subject, lines in together.items():
            summands.append(subject.ask((score.name, "points"), partial(_total, lines)))
        return lambda contact: evaluation.kept(score, sum([summand(contact) for summand in summands]))


def _names(about: Condition | Operand, meaning: Meaning) -> Iterator[tuple[type[Subject], str]]:
    """Yield the fields and criteria that a condition or an operand depends on; a score stands for two of them."""
    for leaf in leaves(about):
        if isinstance(leaf, (Holds, IsAnswered)):
            yield CriterionSubject, leaf.criterion
            continue
        for operand in operands_of(leaf) if isinstance(leaf, Test) else (cast(Operand, leaf),):
            for read_ in reads(operand):
                match read_:
                    case FieldValue(name):
                        yield FieldSubject, name
                    case ComputedValue(name):
                        yield from _names(meaning.computed[name].expression, meaning)
                    case _:
                        yield from ((Subject, ""), (Subject, read_.name))


def _about(line: ScoreLine) -> Condition | Operand:
    match line:
        case When(condition=condition):
            return condition
        case Per(subject=subject):
            return subject
        case Fading(since=since):
            return since
    assert_never(line)


def _points_when(points: int, asker: Asker) -> Asker:
    return lambda contact: points if asker(contact) == YES else 0


def _total(lines: Sequence[ScoreLine], contact: Contact) -> int:
    return sum(evaluation.line_points(line, contact) for line in lines)


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
