"""The answers of many tests about one value, as bits: a yes bit and above it a no bit per test; unknown has neither.

A value is not tested by one test after another. For a number or date, its position among the limits of all tests
decides every answer, so the reference answers only for the first value at each position. A text is cut into pieces
once for all tests that look for the same kind of piece, and the pieces are looked up in one set. The batch engine
uses this for texts that it cannot search as whole arrays.
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

FACTOR = {Answer.YES: 1, Answer.NO: 2, Answer.UNKNOWN: 0}  # times the yes bit of a test: the bits of its answer

Bits: TypeAlias = Callable[[Evaluation], int]


class InputFunction:
    """A function of input values: it calls `compute` with a contact of which only these inputs are known."""

    def __init__(self, needed: Inputs, compute: Callable[[Evaluation], int], model: Model, today: date) -> None:
        self._inputs, self._compute = needed, compute
        self._model, self._today = model, today
        names = {one.name for one in needed}
        self._computed = [
            one
            for one in model.order
            if isinstance(one, Computed) and names >= {other.name for other in inputs([one.expression], model)}
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
        return self._compute(contact)


def compile_bits(tests: Sequence[Test], needed: Inputs, model: Model, today: date) -> Callable[..., int]:
    """Return a function from input values to the bits of some tests, the first lowest, as if none were negated."""
    no_contact = Evaluation(model, today, {})
    by_subject = defaultdict[Operand, list[FixedTest]](list)
    parts: list[Bits] = []
    for number, test in enumerate(tests):
        yes = 1 << 2 * number
        fixed = fixed_values(test, no_contact)
        if fixed is not None:
            by_subject[test.subject].append(FixedTest(test, fixed, yes))
        elif test.kind in QUANTITIES and len(test.values) == 1:
            parts.append(ComparisonBits(test, yes, today))
        else:
            parts.append(partial(_reference_bit, test, yes))
    for subject, same in by_subject.items():
        value_bits = (QuantityBits if same[0].test.kind in QUANTITIES else TextBits)(same, today)
        if len(same) == len(tests) and (subject,) == needed:
            return value_bits
        parts.append(partial(_subject_bits, subject, value_bits))
    return InputFunction(needed, lambda contact: sum(part(contact) for part in parts), model, today)


def _reference_bit(test: Test, yes: int, contact: Evaluation) -> int:
    return yes * FACTOR[answer(test, contact)]


def _subject_bits(subject: Operand, value_bits: Callable[[Value | None], int], contact: Evaluation) -> int:
    return value_bits(value(subject, contact))


@dataclass(frozen=True, slots=True)
class FixedTest:
    """A test that compares its subject with fixed values, and its yes bit."""

    test: Test
    fixed: list[Fixed]
    yes: int

    def bit(self, subject: Value | None, today: date) -> int:
        """Return the bit of the reference's answer about a value."""
        return self.yes * FACTOR[tested(self.test, subject, [*self.fixed], today)]

    def wanted(self, match: TextMatch) -> frozenset[str]:
        """Return the texts that the test looks for."""
        return frozenset[str]().union(*(match.wanted(Values.of(one)) for one in self.fixed))


def reference_bits(tests: Iterable[FixedTest], subject: Value | None, today: date) -> int:
    """Return the bits of the reference's answers about a value."""
    return sum(one.bit(subject, today) for one in tests)


class QuantityBits:
    """A function from a number, an amount or a date to the bits of some tests about it."""

    def __init__(self, tests: Sequence[FixedTest], today: date) -> None:
        self._tests, self._today = tests, today
        self._limits = thresholds(limits(one.test, one.fixed, today) for one in tests)
        # By position: below the first limit, equal to it, between it and the second, equal to the second, and so on.
        self._bits: list[int | None] = [None] * (2 * len(self._limits) + 1)

    def __call__(self, subject: Value | None) -> int:
        number = subject if subject is None or type(subject) is float else as_number(subject)
        if number is None or isinstance(number, Range):
            return reference_bits(self._tests, subject, self._today)
        below = bisect_left(self._limits, number)
        position = 2 * below + (below < len(self._limits) and self._limits[below] == number)
        bits = self._bits[position]
        if bits is None:
            bits = self._bits[position] = reference_bits(self._tests, subject, self._today)
        return bits


class TextBits:
    """A function from a text, a list, a flag or a grade to the bits of some tests about it."""

    def __init__(self, tests: Sequence[FixedTest], today: date) -> None:
        self._today = today
        self._unknown = reference_bits(tests, None, today)
        self._present = 0  # the yes bits of tests that any value satisfies
        self._searching = 0  # those of tests that look for pieces
        self._others: list[FixedTest] = []
        by_match = defaultdict[TextMatch, list[FixedTest]](list)
        for one in tests:
            match one.test.predicate:
                case Presence():
                    self._present |= one.yes
                case TextMatch() as match:
                    by_match[match].append(one)
                    self._searching |= one.yes
                case _:
                    self._others.append(one)
        self._searches = defaultdict[Callable[[str], str], list[PieceSearch]](
            list
        )  # by the function that prepares texts
        for match, some in by_match.items():
            self._searches[match.prepare].append(PieceSearch(match, some))

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
            bits |= one.bit(subject, self._today)
        return bits


class PieceSearch:
    """A search for the texts of all tests that look for the same kind of piece."""

    def __init__(self, match: TextMatch, tests: Iterable[FixedTest]) -> None:
        self._pieces = PIECES[match]
        self._any = defaultdict[str, int](int)  # piece -> the yes bits of the tests that it satisfies
        self._every: list[tuple[frozenset[str], int]] = []
        for one in tests:
            wanted = one.wanted(match)
            if one.test.every:
                self._every.append((wanted, one.yes))
            else:
                for piece in wanted:
                    self._any[piece] |= one.yes
        self._wanted = Wanted({*self._any}.union(*(pieces for pieces, _ in self._every)))

    def found_in(self, texts: Iterable[str]) -> int:
        """Return the yes bits of the tests that find what they look for."""
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


class ComparisonBits:
    """The bits of a test that compares two quantities. Unless one is a range, the sign of the difference decides."""

    def __init__(self, test: Test, yes: int, today: date) -> None:
        self._test, self._yes = test, yes
        self._by_sign = [FixedTest(test, [0.0], yes).bit(sign, today) for sign in (0.0, 1.0, -1.0)]

    def __call__(self, contact: Evaluation) -> int:
        left, right = (
            None if known is None else as_number(known)
            for known in (value(operand, contact) for operand in operands_of(self._test))
        )
        if isinstance(left, float) and isinstance(right, float):
            return self._by_sign[(left > right) - (left < right)]
        return _reference_bit(self._test, self._yes, contact)
