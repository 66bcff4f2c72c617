"""Bounds of what to ask: the fields without which a rule cannot get its yes, and all that could help it to one.

Where the two are the same fields, or where only one can be asked, they are the answer, and no way to the yes has to be
followed. Where they are not, they say how good the answer could be at best: most rules need not be looked at further,
because what another rule asks is better anyway.

Both are sets of fields as bits, as in `record.ask`. What is open to a contact and what a rule asks about are found
separately, and then combined for each pair of the two.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from functools import reduce
from operator import or_
from typing import TypeAlias, assert_never

import numpy as np

from qualify.language.logic import Algebra, fold
from qualify.language.predicates import Presence
from qualify.model.expressions import Holds, IsAnswered, Leaf, Test
from qualify.model.rules import Criterion, Model
from qualify.targets.batch.asking.open_fields import OpenColumn
from qualify.targets.batch.classes.batch_state import Column, Settled
from qualify.targets.batch.classes.class_conditions import Library
from qualify.targets.batch.numbering import UNKNOWN, Ints, Mask, take

# Only the last 52 fields have bits of their own here. This one stands for those before them, and for a test that stays
# unknown whatever is asked.
UNCLEAR = 1 << 52
LENGTH = 53  # bits of a set: as many as a floating-point number holds exactly; above them `merit` has its size

Fields: TypeAlias = tuple[int, int]  # those that have to be asked for a yes where all is unknown, and those that can be


def _of_all(each: Iterable[Fields]) -> Fields:
    return reduce(lambda one, other: (one[0] | other[0], one[1] | other[1]), each, (0, 0))


def _of_some(each: Iterable[Fields]) -> Fields:
    return 0, reduce(or_, (possible for _, possible in each), 0)


# What the no of a part requires is not followed: to require nothing is a bound too.
FIELDS: Algebra[Fields] = Algebra(
    every=_of_all, some=_of_some, opposite=lambda of: (0, of[1]), count=lambda each, low, high: _of_some(each)
)


class Bounds:
    """What has to be asked and what can be asked, for many pairs of a row and a rule that is unknown to it."""

    def __init__(self, model: Model, library: Library, open_columns: Collection[OpenColumn]) -> None:
        self._library = library
        self._open_columns = open_columns
        self._tests: dict[Column, dict[int, list[int]]] = defaultdict(lambda: defaultdict(list))  # places by field
        self._of_class: dict[Column, tuple[Ints, Ints]] = {}
        self._criteria: dict[str, Fields] = {}
        for definition in model.order:
            if isinstance(definition, Criterion):
                self._criteria[definition.name] = fold(definition.condition, self._of_leaf, FIELDS)
        of_rule = [fold(rule.condition, self._of_leaf, FIELDS) for rule in model.rules]
        self._required, self._possible = np.array(of_rule, np.int64).reshape(-1, 2).T

    def _of_leaf(self, leaf: Leaf) -> Fields:
        match leaf:
            case Test():
                return self._of_test(leaf)
            case Holds(name):
                return self._criteria[name]
            case IsAnswered():  # stands as it is, whatever is asked
                return 0, 0
        assert_never(leaf)

    def _of_test(self, test: Test) -> Fields:
        fields = self._library.fields(test)
        possible = in_word(fields)
        if fields.bit_count() > 1:
            return 0, possible
        if isinstance(test.predicate, Presence):
            return 0, 0
        literal = self._library.plain(test)
        self._tests[literal.column][possible].append(literal.position)
        return possible & ~UNCLEAR, possible

    def of(self, rows: Ints, rules: Ints, batch: Settled) -> tuple[Ints, Ints]:
        """Return for each pair the fields that have to be asked, and those that can be asked."""
        is_open, is_answered = np.zeros((2, batch.rows), np.int64)
        for column in self._tests:
            codes = batch.codes(column)
            some_open, some_answered = self._tables(column)
            is_open |= take(some_open, codes)
            is_answered |= take(some_answered, codes)
        for several in self._open_columns:
            codes = batch.codes(several)
            is_open |= take(np.array([0, *map(in_word, several.asked[1:])]), codes)
        # A rule requires a field where a test of that field alone is one of its conjuncts, and is unknown. Whether just
        # that test is, is not looked up: if any rule's test of the field has an answer, it is not taken for required.
        # That is rare, and to require fewer is still a bound.
        required = take(is_open & ~is_answered, rows) & take(self._required, rules)
        return required, take(is_open, rows) & take(self._possible, rules)

    def _tables(self, column: Column) -> tuple[Ints, Ints]:
        """Return by class the fields of which some test is unknown, and those of which some test is not."""
        some_open, some_answered = self._of_class.get(column, (np.empty(0, np.int64), np.empty(0, np.int64)))
        answers = column.answers[len(some_open) :]
        if len(answers):
            new = np.zeros((2, len(answers)), np.int64)
            for field, places in self._tests[column].items():
                is_unknown = answers[:, places] == UNKNOWN
                new[0] |= np.where(is_unknown.any(axis=1), field, 0)
                new[1] |= np.where(is_unknown.all(axis=1), 0, field)
            some_open, some_answered = np.append(some_open, new[0]), np.append(some_answered, new[1])
            self._of_class[column] = some_open, some_answered
        return some_open, some_answered


def in_word(fields: int) -> int:
    """Return some fields as far as they have bits here; the others are unclear, and so is that there are none."""
    return (fields & (UNCLEAR - 1)) | (0 if 0 < fields < UNCLEAR else UNCLEAR)


def is_exact(required: Ints, possible: Ints) -> Mask:
    """Return where the bounds leave no choice."""
    is_one_field = (possible & (possible - 1) == 0) & (possible != UNCLEAR)
    no_choice: Mask = is_one_field | (required == possible)
    return no_choice


def merit(fields: Ints) -> Ints:
    """Return a number for each set, greater for the preferred one of two, as `questions.preference` has it."""
    smallness = LENGTH + 1 - np.bitwise_count(fields).astype(np.int64)
    return (smallness << LENGTH) | fields


def fields_in(merits: Ints) -> Ints:
    """Return the sets again of which `merit` gave numbers; none for 0."""
    return merits & ((1 << LENGTH) - 1)


def best_hope(required: Ints, possible: Ints) -> Ints:
    """Return the merit that a set between the bounds has at best: of what is required, or of the first field alone.

    The latter may be UNCLEAR, which no set has that is known: so such a pair is followed in any case.
    """
    exponents = np.frexp(possible.astype(np.float64))[1]
    return merit(np.where(required == 0, np.int64(1) << (exponents - 1), required))
