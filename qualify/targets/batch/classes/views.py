"""Views of columns that keep only the distinctions some tests make, and products of several views."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from qualify.targets.batch.classes.batch_state import BatchState, Column
from qualify.targets.batch.numbering import Answers, Classes, Combining, Ints, Numbering, first_rows, take


@dataclass(eq=False)
class View:
    """Some tests of a column. Classes for which they all have the same answers are one state."""

    column: Column
    positions: list[int]

    def __post_init__(self) -> None:
        self._states = Classes()
        self._of_class: Ints = np.empty(0, np.int64)

    def table(self) -> Ints:
        """Return the state of each class that the column has so far."""
        answers = self.column.answers
        if len(self._of_class) < len(answers):
            new = self._states.of(answers[len(self._of_class) :][:, self.positions])
            self._of_class = np.concatenate([self._of_class, new])
        return self._of_class

    def states(self, batch: BatchState) -> Ints:
        """Return the state of each row."""
        codes = batch.codes(self.column)
        return take(self.table(), codes)

    @property
    def answers(self) -> Answers:
        """The answers by state and index in `positions`."""
        return self._states.answers

    @property
    def count(self) -> int:
        """The number of states so far."""
        return len(self._states)

    @property
    def capacity(self) -> int:
        """The number of states rounded up to a power of two, so that it seldom changes."""
        return max(4, 1 << (max(self.count, 1) - 1).bit_length())


class Product:
    """Several views as one, with a class for each combination of states that occurs."""

    def __init__(self, views: Sequence[View]) -> None:
        self.views = tuple(views)
        self._capacities: tuple[int, ...] | None = None
        self.members: Ints = np.empty((0, len(self.views)), np.int64)  # by class and view, the state

    def code(self, batch: BatchState) -> Ints:
        """Return the class of each row."""
        if not self.views:
            self.members = np.empty((1, 0), np.int64)
            return np.zeros(batch.rows, np.int64)
        parts = [view.states(batch) for view in self.views]
        if len(parts) == 1:
            self.members = np.arange(self.views[0].count)[:, None]
            return parts[0]
        if self._capacities != tuple(view.capacity for view in self.views):
            self._renumber()
        codes = self._numbering.of(self._combining.keys(parts))
        if len(self._numbering) > len(self.members):
            rows = first_rows(codes, len(self.members))
            self.members = np.concatenate([self.members, np.stack([part[rows] for part in parts], axis=1)])
        return codes

    def _renumber(self) -> None:
        self._capacities = tuple(view.capacity for view in self.views)
        self._combining = Combining(self._capacities)
        self._numbering = Numbering(self._combining.bound)
        if len(self.members):
            self._numbering.add(self._combining.keys(list(self.members.T)))

    def answers(self, view: int, index: int, start: int = 0) -> Answers:
        """Return the answers of one test of one view, by class from `start` on."""
        return take(self.views[view].answers[:, index], self.members[start:, view])
