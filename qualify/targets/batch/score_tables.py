"""Scores and grades. Points of lines about the same columns are added up once per class, not per contact."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import date
from typing import assert_never

import numpy as np

from qualify.language.durations import Duration
from qualify.language.kinds import Kind
from qualify.model.rules import MOST_COUNTED, Fading, Grade, Per, Score, When, extreme_points
from qualify.targets.batch.classes.batch_state import BatchState, Column
from qualify.targets.batch.classes.class_conditions import Combination, Library, Node, literals, views_of
from qualify.targets.batch.numbering import YES, Ints, take
from qualify.targets.batch.values.column_values import Coded, Entries, Quantities


class ScoreTable:
    """A score, with its `when` lines as tables."""

    def __init__(self, score: Score, library: Library) -> None:
        self._score = score
        self._library = library
        together: dict[frozenset[Column], list[tuple[int, Node]]] = defaultdict(list)
        for line in score.lines:
            if isinstance(line, When):
                node = library.node(line.condition)
                together[frozenset(literal.column for literal in literals(node))].append((line.points, node))
        self._tables = [PointsTable(lines) for lines in together.values()]
        self._fading = {
            line: Periods(line.every, library.operands.today) for line in score.lines if isinstance(line, Fading)
        }

    def points(self, batch: BatchState) -> Quantities:
        """Return the points of each row."""
        total = np.zeros(batch.rows, np.int64)
        for table in self._tables:
            total += table.points(batch)
        for line in self._score.lines:
            match line:
                case When():
                    pass  # in the tables
                case Per():
                    total += self._per(line, batch)
                case Fading():
                    total += self._faded(line, batch)
                case _:
                    assert_never(line)
        if self._score.low is not None or self._score.high is not None:
            np.clip(total, self._score.low, self._score.high, out=total)
        return Quantities(total.astype(np.float64), None, Kind.SCORE)

    def _per(self, line: Per, batch: BatchState) -> Ints:
        subject = self._library.operands.value(line.subject, batch)
        assert isinstance(subject, Quantities)
        numbers = subject.cell_numbers
        counted = np.where(numbers >= 0, np.minimum(numbers, MOST_COUNTED), 0).astype(np.int64)
        size = counted * abs(line.points)
        if line.up_to is not None:
            np.minimum(size, line.up_to, out=size)
        return subject.by_row(size if line.points > 0 else -size)

    def _faded(self, line: Fading, batch: BatchState) -> Ints:
        since = self._library.operands.value(line.since, batch)
        assert isinstance(since, Quantities)
        is_known = ~np.isnan(since.cell_numbers)
        days = np.where(is_known, since.cell_numbers, 1).astype(np.int64)
        left = np.maximum(abs(line.points) - line.by * self._fading[line].passed(days), 0)
        points = np.where(is_known, left, 0)
        return since.by_row(points if line.points > 0 else -points)


class PointsTable:
    """The total points of some lines about the same columns, by class."""

    def __init__(self, lines: Sequence[tuple[int, Node]]) -> None:
        self._lines = lines
        self._combination = Combination(views_of(node for _, node in lines))
        self._points: Ints = np.empty(0, np.int64)

    def points(self, batch: BatchState) -> Ints:
        codes = self._combination.product.code(batch)
        known = len(self._points)
        if known < len(self._combination.product.members):
            each = [amount * (self._combination.answers(node, known) == YES) for amount, node in self._lines]
            self._points = np.append(self._points, np.sum(each, axis=0))
        return take(self._points, codes)


class Periods:
    """The number of whole periods since a day, computed once for each day up to today."""

    def __init__(self, every: Duration, today: date) -> None:
        self._every = every
        self._today = today
        self._passed = np.full(today.toordinal() + 1, -1, np.int64)

    def passed(self, days: Ints) -> Ints:
        days = np.minimum(days, self._today.toordinal())  # a day in the future counts as today
        passed = take(self._passed, days)
        if (passed < 0).any():
            for day in np.unique(days[passed < 0]).tolist():
                self._passed[day] = self._every.periods(date.fromordinal(day), self._today)
            passed = take(self._passed, days)
        return passed


class GradeTable:
    """A grade: the bands of a score."""

    def __init__(self, grade: Grade) -> None:
        self._grade = grade
        self._entries = Entries()
        self._codes = np.array([self._entries.number(label) for label in grade.labels], np.int64)

    def grades(self, batch: BatchState) -> Coded:
        score = batch.value(self._grade.score)
        assert isinstance(score, Quantities)
        points = score.numbers
        band = np.full(len(points), len(self._grade.bands), np.int64)
        for place, (_, start) in reversed(list(enumerate(self._grade.bands))):
            band[points >= start] = place
        return Coded(take(self._codes, band), self._entries)


def bounds(score: Score) -> tuple[int, int]:
    """Return the lowest and the highest possible value of a score."""
    low = sum(min(extreme_points(line), 0) for line in score.lines)
    high = sum(max(extreme_points(line), 0) for line in score.lines)
    if score.low is not None:
        low, high = max(low, score.low), max(high, score.low)
    if score.high is not None:
        low, high = min(low, score.high), min(high, score.high)
    return low, high
