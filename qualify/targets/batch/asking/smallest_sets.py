"""`ask` for many contacts: the preferred smallest set of fields that could make a rule of the could-be stage yes."""

from __future__ import annotations

import numpy as np

from qualify.model.rules import Model
from qualify.targets.batch.asking.field_sets import FieldSets
from qualify.targets.batch.asking.state_patterns import Inputs, Patterns
from qualify.targets.batch.classes.batch_state import BatchState
from qualify.targets.batch.numbering import Ints, take


class Asking:
    """Finds the questions for many contacts at once."""

    def __init__(self, model: Model, inputs: Inputs) -> None:
        self.asked = FieldSets()
        self._patterns = Patterns(model, inputs, self.asked)

    @property
    def size(self) -> int:
        """The number of cached patterns and sets."""
        return self._patterns.size + len(self.asked.sets)

    def smallest(self, rows: Ints, rules: Ints, batch: BatchState) -> Ints:
        """Return, by row, the number in `asked` of the preferred smallest set for any rule paired with the row."""
        if not len(rows):
            return np.zeros(batch.rows, np.int64)
        sets = self._patterns.smallest(rows, rules, batch)
        by_rank, rank_of = self.asked.order()
        first = np.full(batch.rows, len(by_rank) - 1)
        np.minimum.at(first, rows, take(rank_of, sets))
        return take(by_rank, first)
