"""The rules of one run, compiled for one set of columns."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from functools import partial
from typing import assert_never

import numpy as np
import pyarrow as pa

from qualify.language.fields import column_positions
from qualify.model.rules import Computed, Criterion, Grade, Model, Score
from qualify.targets.batch.asking.smallest_sets import Asking
from qualify.targets.batch.asking.state_patterns import Inputs
from qualify.targets.batch.classes.batch_state import Settled
from qualify.targets.batch.classes.class_conditions import Library
from qualify.targets.batch.classes.operand_columns import Operands
from qualify.targets.batch.decisions import Decided, Labels, Slice
from qualify.targets.batch.numbering import Answers, Ints, take
from qualify.targets.batch.placing.first_rules import FirstRules, RuleBits
from qualify.targets.batch.reasons import Reasons, in_numbers
from qualify.targets.batch.score_tables import GradeTable, ScoreTable
from qualify.targets.batch.values.column_values import ColumnValues
from qualify.targets.batch.values.field_columns import FieldColumn, FieldReader

SLICE = 131_072  # rows that are decided at once: bounds the memory whatever the size of a batch


class Engine:
    """Decides batch after batch, on one thread; what is read ahead is read on one thread too.

    Each batch may have other columns, and columns of other types.
    """

    def __init__(self, model: Model, today: date) -> None:
        self._model = model
        self._today = today
        self._readers = {name: FieldReader(its_field) for name, its_field in model.fields.items()}
        self._strata: Strata | None = None

    def read(self, batch: pa.RecordBatch) -> list[Settled]:
        """Return the fields of a batch, in parts of at most `SLICE` rows.

        It is what `decide` takes. A thread may read the next batch while another decides: reading only adds to what
        deciding looks up.
        """
        count = -(-batch.num_rows // SLICE) or 1
        size = -(-batch.num_rows // count) or 1
        places = column_positions(self._model.fields.values(), batch.schema.names)
        return [self._fields(batch.slice(number * size, size), places) for number in range(count)]

    def decide(self, parts: Sequence[Settled]) -> Decided:
        """Return the decision about each row of a batch, in its order, from the parts that were read of it."""
        # Made when the first batch is there, so that the next ones are read meanwhile; anew when its memory is full.
        if self._strata is None or self._strata.is_full:
            self._strata = Strata(self._model, self._today)
        return Decided(self._strata.labels, [self._strata.decide(part) for part in parts])

    def _fields(self, batch: pa.RecordBatch, places: Mapping[str, int]) -> Settled:
        fields: dict[str, FieldColumn] = {}
        for name, reader in self._readers.items():
            place = places.get(name)
            fields[name] = reader.absent(batch.num_rows) if place is None else reader.read(batch.column(place))
        return Settled(batch.num_rows, fields)


class Strata:
    """All that the rules say, in the order in which it can be settled, and what is remembered of it."""

    def __init__(self, model: Model, today: date) -> None:
        self._model = model
        self._operands = Operands(model, today)
        self._library = Library(self._operands)
        inputs = Inputs(self._library)
        # By name, each after all that it uses.
        self._settling: dict[str, Callable[[Settled], ColumnValues | Answers]] = {}
        for definition in model.order:
            match definition:
                case Computed(name, expression):
                    self._settling[name] = partial(self._operands.value, expression)
                case Criterion(name, condition=condition):
                    self._settling[name] = self._library.settle(definition).holds
                    inputs.settle(name, condition)
                case Score(name):
                    self._settling[name] = ScoreTable(definition, self._library).points
                case Grade(name):
                    self._settling[name] = GradeTable(definition).grades
                case _:
                    assert_never(definition)
        self._rules = RuleBits([self._library.node(rule.condition) for rule in model.rules])
        self._asking = Asking(model, inputs)
        self._reasons = Reasons(model)
        self.labels = Labels(model, self._asking.asked, self._reasons.texts)
        self._ranks = np.array([model.rank[one.stage] for one in self.labels.placements])

    @property
    def is_full(self) -> bool:
        """Whether so much is remembered by now that it should be forgotten."""
        return self._library.size + self._asking.size + len(self._reasons.texts) > MOST_REMEMBERED

    def decide(self, batch: Settled) -> Slice:
        for name, values_of in self._settling.items():
            batch.values[name] = values_of(batch)
        columns = {name: in_numbers(batch.values[name]) for name in self._model.columns}
        placed = self._rules.place(batch)
        could_be, ask = self._hopes(placed, batch)
        return Slice(
            rule=placed.rule,
            could_be=could_be,
            ask=ask,
            reason=self._reasons.numbers(placed.rule, columns),
            columns=columns,
            fields=batch.fields,
            silent=np.bincount(placed.unknown_rules, minlength=len(self._model.rules)),
        )

    def _hopes(self, placed: FirstRules, batch: Settled) -> tuple[Ints, Ints]:
        """Return by row the rank of the stage that it could still reach, -1 for none, and the number of what to ask."""
        rows, rules = placed.unknown_rows, placed.unknown_rules
        could_be = np.full(batch.rows, -1, np.int64)
        ranks = take(self._ranks, rules)
        above = np.flatnonzero(ranks > take(take(self._ranks, placed.rule), rows))
        rows, rules, ranks = rows[above], rules[above], ranks[above]
        np.maximum.at(could_be, rows, ranks)
        highest = np.flatnonzero(ranks == take(could_be, rows))
        rows, rules = rows[highest], rules[highest]
        return could_be, self._asking.smallest(rows, rules, batch)


MOST_REMEMBERED = 1_000_000  # classes, combinations, patterns and sentences
