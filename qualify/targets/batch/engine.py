"""The engine: it reads and decides batches, with the rules compiled once."""

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
from qualify.targets.batch.classes.batch_state import BatchState
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
    """Reads and decides batches; one thread may call `read` while another calls `decide`.

    The columns and their types may differ from batch to batch.
    """

    def __init__(self, model: Model, today: date) -> None:
        self._model = model
        self._today = today
        self._readers = {name: FieldReader(field) for name, field in model.fields.items()}
        self._rules: CompiledRules | None = None

    def read(self, batch: pa.RecordBatch) -> list[BatchState]:
        """Return the fields of a batch for `decide`, in parts of at most `SLICE` rows."""
        count = -(-batch.num_rows // SLICE) or 1
        size = -(-batch.num_rows // count) or 1
        positions = column_positions(self._model.fields.values(), batch.schema.names)
        return [self._fields(batch.slice(number * size, size), positions) for number in range(count)]

    def decide(self, parts: Sequence[BatchState]) -> Decided:
        """Return the decisions about the rows of a batch, in order, given the parts that `read` returned."""
        # Compiled with the first batch, so that the next ones are read meanwhile, and again when the caches are full.
        if self._rules is None or self._rules.is_full:
            self._rules = CompiledRules(self._model, self._today)
        return Decided(self._rules.labels, [self._rules.decide(part) for part in parts])

    def _fields(self, batch: pa.RecordBatch, positions: Mapping[str, int]) -> BatchState:
        fields: dict[str, FieldColumn] = {}
        for name, reader in self._readers.items():
            position = positions.get(name)
            fields[name] = reader.absent(batch.num_rows) if position is None else reader.read(batch.column(position))
        return BatchState(batch.num_rows, fields)


class CompiledRules:
    """The definitions and rules of a model, compiled for batches, with their caches."""

    def __init__(self, model: Model, today: date) -> None:
        self._model = model
        self._operands = Operands(model, today)
        self._library = Library(self._operands)
        inputs = Inputs(self._library)
        # By name, each after the definitions it uses.
        self._definitions: dict[str, Callable[[BatchState], ColumnValues | Answers]] = {}
        for definition in model.order:
            match definition:
                case Computed(name, expression):
                    self._definitions[name] = partial(self._operands.value, expression)
                case Criterion(name, condition=condition):
                    self._definitions[name] = self._library.add(definition).holds
                    inputs.add(name, condition)
                case Score(name):
                    self._definitions[name] = ScoreTable(definition, self._library).points
                case Grade(name):
                    self._definitions[name] = GradeTable(definition).grades
                case _:
                    assert_never(definition)
        self._rules = RuleBits([self._library.node(rule.condition) for rule in model.rules])
        self._asking = Asking(model, inputs)
        self._reasons = Reasons(model)
        self.labels = Labels(model, self._asking.asked, self._reasons.texts)
        self._ranks = np.array([model.rank[one.stage] for one in self.labels.placements])

    @property
    def is_full(self) -> bool:
        """Whether the caches have become so large that they should be dropped."""
        return self._library.size + self._asking.size + len(self._reasons.texts) > MOST_CACHED

    def decide(self, batch: BatchState) -> Slice:
        for name, values_of in self._definitions.items():
            batch.values[name] = values_of(batch)
        columns = {name: in_numbers(batch.values[name]) for name in self._model.columns}
        placed = self._rules.place(batch)
        could_be, ask = self._could_be_and_ask(placed, batch)
        return Slice(
            rule=placed.rule,
            could_be=could_be,
            ask=ask,
            reason=self._reasons.numbers(placed.rule, columns),
            columns=columns,
            fields=batch.fields,
            silent=np.bincount(placed.unknown_rules, minlength=len(self._model.rules)),
        )

    def _could_be_and_ask(self, placed: FirstRules, batch: BatchState) -> tuple[Ints, Ints]:
        """Return for each row the rank of its could-be stage (-1 for none) and the number of its questions."""
        rows, rules = placed.unknown_rows, placed.unknown_rules
        could_be = np.full(batch.rows, -1, np.int64)
        ranks = take(self._ranks, rules)
        above = np.flatnonzero(ranks > take(take(self._ranks, placed.rule), rows))
        rows, rules, ranks = rows[above], rules[above], ranks[above]
        np.maximum.at(could_be, rows, ranks)
        highest = np.flatnonzero(ranks == take(could_be, rows))
        rows, rules = rows[highest], rules[highest]
        return could_be, self._asking.smallest(rows, rules, batch)


MOST_CACHED = 1_000_000  # classes, combinations, patterns and sentences in the caches
