"""The reason of each contact: one sentence for each rule and answers of what it asks about, written once."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from qualify.language.logic import Answer
from qualify.model.rules import Model, Otherwise, Rule
from qualify.record.details import names_asked, reason
from qualify.targets.batch.classes.batch_state import Settled
from qualify.targets.batch.numbering import ANSWERS, Answers, Combining, Ints, Numbering, first_rows, take
from qualify.targets.batch.score_tables import bounds

MOST_POINTS = 1 << 30  # a score that can have more than this many values has them numbered


class Reasons:
    """Numbers the reasons; `texts` has them by number."""

    def __init__(self, model: Model) -> None:
        self.texts: list[str] = []
        self._model = model
        self._placements: tuple[Rule | Otherwise, ...] = (*model.rules, model.otherwise)
        self._asked = [names_asked(rule.condition) for rule in model.rules] + [()]
        self._names = list(dict.fromkeys(name for names in self._asked for name in names))
        self._bounds = {name: bounds(score) for name, score in model.scores.items()}
        self._numbered = {name: Numbering() for name, (low, high) in self._bounds.items() if high - low >= MOST_POINTS}
        # By rule, the places of the names it asks about; the place after the last stands for none.
        place = {name: number for number, name in enumerate(self._names)}
        widest = max(map(len, self._asked))
        self._places = np.full((len(self._asked), widest), len(self._names), np.int64)
        for rule, names in enumerate(self._asked):
            self._places[rule, : len(names)] = [place[name] for name in names]
        size = np.array([self._size(name) for name in self._names] + [1])
        self._combining = Combining([len(self._asked), *(int(size[column].max()) for column in self._places.T)])
        self._numbering = Numbering(self._combining.bound)

    def numbers(self, rules: Ints, criteria: Mapping[str, Answers], batch: Settled) -> Ints:
        """Return the number of each row's reason, given the number of the rule that placed it."""
        known = [self._small(name, criteria, batch) for name in self._names]
        parts = [rules]
        if known:
            values = np.stack([*known, np.zeros(batch.rows, np.int64)])
            rows = np.arange(batch.rows)
            parts += [values[take(column, rules), rows] for column in np.ascontiguousarray(self._places.T)]
        numbers = self._numbering.of(self._combining.keys(parts))
        for row in first_rows(numbers, len(self.texts)).tolist():
            self.texts.append(self._text(row, int(rules[row]), criteria, batch))
        return numbers

    def _size(self, name: str) -> int:
        if name in self._model.criteria:
            return len(ANSWERS)
        if name in self._model.grades:
            return len(self._model.grades[name].labels) + 1
        low, high = self._bounds[name]
        return min(high - low + 1, MOST_POINTS)

    def _small(self, name: str, criteria: Mapping[str, Answers], batch: Settled) -> Ints:
        """Return what a row has of a criterion, grade or score, as a number less than `_size`."""
        if name in criteria:
            return criteria[name].astype(np.int64)
        if name in batch.grades:
            return batch.grades[name].codes
        if name in self._numbered:
            return self._numbered[name].of(batch.scores[name] - self._bounds[name][0])
        return batch.scores[name] - self._bounds[name][0]

    def _text(self, row: int, rule: int, criteria: Mapping[str, Answers], batch: Settled) -> str:
        names = self._asked[rule]
        answers: dict[str, Answer] = {name: ANSWERS[int(criteria[name][row])] for name in names if name in criteria}
        scores = {name: int(batch.scores[name][row]) for name in names if name in batch.scores}
        grades = {name: str(batch.grades[name].at(row)) for name in names if name in batch.grades}
        return reason(self._placements[rule], answers, scores, grades)
