"""What tests say of a value, as bits: a yes-bit and above it a no-bit for each test; an unknown test has neither.

A value is not put to one test after another. Where a number or date lies among the limits of all tests tells every
answer: the reference is asked about the first value that comes to lie there. A text is cut once for all tests that
look for the same kind of piece, and its pieces are looked up among all that those want. The batch engine looks so at
the texts that it cannot search by the array.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import TypeAlias

from qualify.language.kinds import Range, Value
from qualify.language.logic import Answer
from qualify.language.predicates import PIECES, Presence, TextMatch, Values, Wanted, as_number
from qualify.model.expressions import FieldValue, Operand, Test
from qualify.model.rules import Computed, Model
from qualify.model.walk import Inputs, inputs, operands_of
from qualify.record.evaluation import Evaluation, answer, tested, value
from qualify.targets.limits import QUANTITIES, Fixed, fixed_values, limits, thresholds

SHIFTED = {Answer.YES: 1, Answer.NO: 2, Answer.UNKNOWN: 0}  # what a test's yes-bit is multiplied by

Bits: TypeAlias = Callable[[Evaluation], int]


class OfInputs:
    """What is made of some inputs: `work_out` gets a contact of which no more is known than these."""

    def __init__(self, made_from: Inputs, work_out: Callable[[Evaluation], int], model: Model, today: date) -> None:
        self._inputs, self._work_out = made_from, work_out
        self._model, self._today = model, today
        names = {one.name for one in made_from}
        self._computed = [  # what is made from these inputs alone; nothing else is asked about here
            one
            for one in model.order
            if isinstance(one, Computed) and names >= {of.name for of in inputs([one.expression], model)}
        ]

    def __call__(self, *values: Value | None) -> int:
        contact = Evaluation(self._model, self._today, {})
        for one, known in zip(self._inputs, values, strict=True):
            if isinstance(one, FieldValue):
                contact.fields[one.name] = known
            else:
                contact.values[one.name] = float(known) if isinstance(known, int) else known
        for computed in self._computed:
            contact.values[computed.name] = value(computed.expression, contact)
        return self._work_out(contact)


def bits_of(tests: Sequence[Test], made_from: Inputs, model: Model, today: date) -> Callable[..., int]:
    """Return what gives, for the inputs, the bits of some tests, of the first the lowest, as if none were negated."""
    nobody = Evaluation(model, today, {})
    about = defaultdict[Operand, list[Asked]](list)
    parts: list[Bits] = []
    for place, test in enumerate(tests):
        yes = 1 << 2 * place
        fixed = fixed_values(test, nobody)
        if fixed is not None:
            about[test.subject].append(Asked(test, fixed, yes))
        elif test.kind in QUANTITIES and len(test.values) == 1:
            parts.append(Compared(test, yes, today))
        else:
            parts.append(partial(_as_the_reference, test, yes))
    for subject, asked in about.items():
        of_value = (OfQuantity if asked[0].test.kind in QUANTITIES else OfText)(asked, today)
        if len(asked) == len(tests) and (subject,) == made_from:
            return of_value
        parts.append(partial(_of_subject, subject, of_value))
    return OfInputs(made_from, lambda contact: sum(part(contact) for part in parts), model, today)


def _as_the_reference(test: Test, yes: int, contact: Evaluation) -> int:
    return yes * SHIFTED[answer(test, contact)]


def _of_subject(subject: Operand, of_value: Callable[[Value | None], int], contact: Evaluation) -> int:
    return of_value(value(subject, contact))


@dataclass(frozen=True, slots=True)
class Asked:
    """A test, what it compares with, and its yes-bit."""

    test: Test
    fixed: list[Fixed]
    yes: int

    def of(self, subject: Value | None, today: date) -> int:
        """Return the bit of the reference's answer about a value."""
        return self.yes * SHIFTED[tested(self.test, subject, [*self.fixed], today)]

    def wanted(self, match: TextMatch) -> frozenset[str]:
        """Return all the texts that the test looks for."""
        return frozenset[str]().union(*(match.wanted(Values.of(one)) for one in self.fixed))


def reference_bits(asked: Iterable[Asked], subject: Value | None, today: date) -> int:
    """Return the bits of the reference's answers about a value."""
    return sum(one.of(subject, today) for one in asked)


class OfQuantity:
    """The bits of tests about a number, an amount or a date, by its value."""

    def __init__(self, asked: Sequence[Asked], today: date) -> None:
        self._asked, self._today = asked, today
        self._limits = thresholds(limits(one.test, one.fixed, today) for one in asked)
        # Below all limits, on the first, between it and the second, on the second, ...
        self._of_place: list[int | None] = [None] * (2 * len(self._limits) + 1)

    def __call__(self, subject: Value | None) -> int:
        number = subject if subject is None or type(subject) is float else as_number(subject)
        if number is None or isinstance(number, Range):
            return reference_bits(self._asked, subject, self._today)
        above = bisect_left(self._limits, number)
        place = 2 * above + (above < len(self._limits) and self._limits[above] == number)
        bits = self._of_place[place]
        if bits is None:
            bits = self._of_place[place] = reference_bits(self._asked, subject, self._today)
        return bits


class OfText:
    """The bits of tests about a text, a list, a flag or a grade, by its value."""

    def __init__(self, asked: Sequence[Asked], today: date) -> None:
        self._today = today
        self._unknown = reference_bits(asked, None, today)
        self._present = 0  # the yes-bits of tests that any value satisfies
        self._searching = 0  # those of tests that look for pieces
        self._others: list[Asked] = []
        looking = defaultdict[TextMatch, list[Asked]](list)
        for one in asked:
            match one.test.predicate:
                case Presence():
                    self._present |= one.yes
                case TextMatch() as match:
                    looking[match].append(one)
                    self._searching |= one.yes
                case _:
                    self._others.append(one)
        self._searches = defaultdict[Callable[[str], str], list[Search]](list)  # by how a text is prepared for them
        for match, some in looking.items():
            self._searches[match.prepare].append(Search(match, some))

    def __call__(self, subject: Value | None) -> int:
        if subject is None:
            return self._unknown
        texts = subject if isinstance(subject, tuple) else (str(subject),)
        found = 0
        for prepare, searches in self._searches.items():
            prepared = [prepare(text) for text in texts]
            for search in searches:
                found |= search.found_in(prepared)
        bits = self._present | found | (self._searching ^ found) << 1
        for one in self._others:
            bits |= one.of(subject, self._today)
        return bits


class Search:
    """All that some tests look for in the same pieces of a text."""

    def __init__(self, match: TextMatch, asked: Iterable[Asked]) -> None:
        self._pieces = PIECES[match]
        self._any = defaultdict[str, int](int)  # by piece: the yes-bits of the tests that it satisfies
        self._every: list[tuple[frozenset[str], int]] = []
        for one in asked:
            wanted = one.wanted(match)
            if one.test.every:
                self._every.append((wanted, one.yes))
            else:
                for piece in wanted:
                    self._any[piece] |= one.yes
        self._wanted = Wanted({*self._any}.union(*(pieces for pieces, _ in self._every)))

    def found_in(self, texts: Iterable[str]) -> int:
        """Return the yes-bits of the tests that find what they look for."""
        pieces: set[str] = set()
        for text in texts:
            pieces.update(self._wanted.intersection(self._pieces(text, self._wanted)))
        found = 0
        for piece in pieces:
            found |= self._any.get(piece, 0)
        for every, yes in self._every:
            if every <= pieces:
                found |= yes
        return found


class Compared:
    """The bits of a test that compares two quantities: as their difference compares with 0, if neither is a range."""

    def __init__(self, test: Test, yes: int, today: date) -> None:
        self._test, self._yes = test, yes
        self._of_sign = [Asked(test, [0.0], yes).of(sign, today) for sign in (0.0, 1.0, -1.0)]

    def __call__(self, contact: Evaluation) -> int:
        left, right = (
            None if known is None else as_number(known)
            for known in (value(operand, contact) for operand in operands_of(self._test))
        )
        if isinstance(left, float) and isinstance(right, float):
            return self._of_sign[(left > right) - (left < right)]
        return _as_the_reference(self._test, self._yes, contact)
