"""The reasons: one sentence per rule and combination of the answers it asks about, written only once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import assert_never

import numpy as np

from qualify.model.rules import Computed, Criterion, Definition, Grade, Model, Otherwise, Rule, Score
from qualify.record.details import names_asked, reason
from qualify.targets.batch.numbering import ANSWERS, Answers, Combining, Ints, Numbering, first_rows, take
from qualify.targets.batch.score_tables import bounds
from qualify.targets.batch.values.column_values import Coded, ColumnValues, Quantities

MOST_POINTS = 1 << 30  # a score with more possible values has them numbered


class Reasons:
    """Numbers the reasons; `texts` has them by number."""

    def __init__(self, model: Model) -> None:
        self.texts: list[str] = []
        self._model = model
        self._placements: tuple[Rule | Otherwise, ...] = (*model.rules, model.otherwise)
        self._columns = {name: model.definitions[name] for name in model.columns}
        self._asked = [
            [name for name in names_asked(rule.condition) if name in self._columns] for rule in model.rules
        ] + [[]]
        self._names = list(dict.fromkeys(name for names in self._asked for name in names))
        self._bounds = {name: bounds(score) for name, score in model.scores.items()}
        self._numbered = {name: Numbering() for name, (low, high) in self._bounds.items() if high - low >= MOST_POINTS}
        # By rule, the positions of the names it asks about; the one after the last stands for none.
        position = {name: number for number, name in enumerate(self._names)}
        widest = max(map(len, self._asked))
        self._positions = np.full((len(self._asked), widest), len(self._names), np.int64)
        for rule, names in enumerate(self._asked):
            self._positions[rule, : len(names)] = [position[name] for name in names]
        size = np.array([self._size(name) for name in self._names] + [1])
        self._combining = Combining([len(self._asked), *(int(size[column].max()) for column in self._positions.T)])
        self._numbering = Numbering(self._combining.bound)

    def numbers(self, rules: Ints, columns: Mapping[str, Ints | Answers]) -> Ints:
        """Return the number of each row's reason, given the rule that placed it and the values of all columns."""
        known = [self._small(name, columns[name]) for name in self._names]
        parts = [rules]
        if known:
            values = np.stack([*known, np.zeros(len(rules), np.int64)])
            rows = np.arange(len(rules))
            parts += [values[take(column, rules), rows] for column in np.ascontiguousarray(self._positions.T)]
        numbers = self._numbering.of(self._combining.keys(parts))
        for row in first_rows(numbers, len(self.texts)).tolist():
            rule = int(rules[row])
            shown = {name: self._shown(name, int(columns[name][row])) for name in self._asked[rule]}
            self.texts.append(reason(self._placements[rule], shown))
        return numbers

    def _size(self, name: str) -> int:
        texts = texts_of(self._columns[name])
        if texts is not None:
            return len(texts)
        low, high = self._bounds[name]
        return min(high - low + 1, MOST_POINTS)

    def _small(self, name: str, values: Ints | Answers) -> Ints:
        """Return each row's value of a column as a number below `_size`."""
        numbers = values.astype(np.int64)
        if name in self._bounds:
            numbers -= self._bounds[name][0]
        return self._numbered[name].of(numbers) if name in self._numbered else numbers

    def _shown(self, name: str, value: int) -> object:
        texts = texts_of(self._columns[name])
        return value if texts is None else texts[value]


def in_numbers(values: ColumnValues | Answers) -> Ints | Answers:
    """Return the values of a column as numbers: points, or numbers that stand for texts (see `texts_of`)."""
    match values:
        case Coded():
            return values.codes
        case Quantities():
            return values.numbers.astype(np.int64)
    return values


def texts_of(column: Definition) -> Sequence[str | None] | None:
    """Return the texts that the numbers of a column stand for; None if they are points."""
    match column:
        case Criterion():
            return tuple(ANSWERS.values())
        case Grade():
            return None, *dict.fromkeys(column.labels)
        case Score() | Computed():
            return None
    assert_never(column)
