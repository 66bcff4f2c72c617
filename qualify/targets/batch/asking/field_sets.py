"""Numbers for sets of fields to ask."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from qualify.record.ask import preference
from qualify.targets.batch.numbering import Ints

NONE = 0  # the number for no set


@dataclass(slots=True)
class FieldSets:
    """The distinct sets of fields to ask, as bits, by number."""

    sets: list[int] = field(default_factory=lambda: [0])
    _numbers: dict[int, int] = field(default_factory=lambda: {0: 0})
    _order: tuple[Ints, Ints] = field(default_factory=lambda: (np.empty(0, np.int64), np.empty(0, np.int64)))

    def number(self, fields: int) -> int:
        number = self._numbers.setdefault(fields, len(self.sets))
        if number == len(self.sets):
            self.sets.append(fields)
        return number

    def order(self) -> tuple[Ints, Ints]:
        """Return the numbers in order of preference, NONE last, and the rank of each number in this order."""
        if len(self._order[0]) < len(self.sets):
            numbers = sorted(range(1, len(self.sets)), key=lambda number: preference(self.sets[number]))
            by_rank = np.array([*numbers, NONE])
            self._order = by_rank, np.argsort(by_rank)
        return self._order
