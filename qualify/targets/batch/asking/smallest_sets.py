"""`ask` for many contacts: the smallest set of fields that would give some rule of the best stage its yes.

Of the rules that are unknown to a contact, `bounds` says for most what they ask, or that another asks less. The others
are followed test by test, once for each pattern of answers: see `patterns`.
"""

from __future__ import annotations

import numpy as np

from qualify.model.rules import Model
from qualify.targets.batch.asking.bounds import Bounds, best_hope, fields_in, is_exact, merit
from qualify.targets.batch.asking.field_sets import FieldSets
from qualify.targets.batch.asking.state_patterns import Inputs, Patterns
from qualify.targets.batch.classes.batch_state import Settled
from qualify.targets.batch.classes.class_conditions import Library
from qualify.targets.batch.numbering import Ints, Numbering, take


class Asking:
    """Finds what to ask each contact, of many at once."""

    def __init__(self, model: Model, library: Library, inputs: Inputs) -> None:
        self.asked = FieldSets()
        self._patterns = Patterns(model, inputs, self.asked)
        self._bounds = Bounds(model, library, inputs.open.values())
        self._exact = Numbering()
        self._of_exact: Ints = np.empty(0, np.int64)

    @property
    def size(self) -> int:
        """How much is remembered."""
        return self._patterns.size + len(self.asked.sets)

    def smallest(self, rows: Ints, rules: Ints, batch: Settled) -> Ints:
        """Return by row the number in `asked` of the preferred smallest set for any rule that it is paired with."""
        required, possible = self._bounds.of(rows, rules, batch)
        decided = is_exact(required, possible)
        exact, other = np.flatnonzero(decided), np.flatnonzero(~decided)
        best = np.zeros(batch.rows, np.int64)
        np.maximum.at(best, rows[exact], merit(possible[exact]))
        numbers = self._number_sets(fields_in(best))
        better = other[best_hope(required[other], possible[other]) > take(best, rows[other])]
        if not len(better):
            return numbers
        sets = self._patterns.smallest(rows[better], rules[better], batch)
        by_rank, rank_of = self.asked.order()
        first = take(rank_of, numbers)
        np.minimum.at(first, rows[better], take(rank_of, sets))
        return take(by_rank, first)

    def _number_sets(self, fields: Ints) -> Ints:
        """Return the numbers in `asked` of sets that are bits."""
        numbers = self._exact.of(fields)
        new = self._exact.keys[len(self._of_exact) :].tolist()
        self._of_exact = np.append(self._of_exact, [self.asked.number(one) for one in new]).astype(np.int64)
        return take(self._of_exact, numbers)
