"""The audit file of a run: one row a contact, with all that says why it was placed where it was."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import nullcontext, suppress
from dataclasses import dataclass
from typing import Any, TypeAlias

import pyarrow as pa
import pyarrow.compute as pc

from qualify.contacts.batch import Batch
from qualify.contacts.writing import Format, writer_to
from qualify.decision import place
from qualify.logic import leaves
from qualify.meaning import (
    ComputedValue,
    Condition,
    FieldValue,
    GradeValue,
    Holds,
    IsAnswered,
    Meaning,
    Per,
    ScoreValue,
    Test,
    When,
    operands_of,
    reads,
)
from qualify.picking import id_position
from qualify.placing import CODED, Placed
from qualify.schema import bind

PLAIN = ("row", "id", "stage", "rule", "place", "could_be", "ask")
VALUES = "values"  # a struct: the cells that the deciding rule read, by field, as the file has them
UNREADABLE = "unreadable"  # a struct: the cells that hold something which is not of their field's type


class AuditRows:
    """Says of batches of contacts, as they were placed, what the audit says of them."""

    def __init__(self, meaning: Meaning, columns: Sequence[str]) -> None:
        self._meaning = meaning
        self._id = id_position(meaning, columns)
        positions = bind(meaning.fields.values(), columns).positions
        self._positions = {name: place for name, place in positions.items() if place is not None}
        self._readers = readers_of_fields(meaning)
        self._places: dict[str | None, str] = {None: place(meaning.otherwise.span)}
        self._places |= {rule.name: place(rule.span) for rule in meaning.rules}
        self.schema = self._schema_of_rows()

    def of(self, batch: Batch, placed: Placed) -> pa.RecordBatch:
        added, rows = placed.added, batch.table.num_rows
        rule = added.column("rule")
        numbers = rule.indices.fill_null(len(rule.dictionary))  # `otherwise` comes last
        rules = [*rule.dictionary.to_pylist(), None]
        values = {name: self._values(name, batch, numbers, rules) for name in self._positions}
        unreadable = {name: _as_text(placed.unreadable.get(name, pa.nulls(rows))) for name in self._positions}
        columns = {
            "row": pa.array(batch.numbers),
            "id": pa.nulls(rows, pa.string()) if self._id is None else _as_text(batch.table.column(self._id)),
            "place": pa.DictionaryArray.from_arrays(numbers, pa.array([self._places[name] for name in rules])),
            **{name: added.column(name) for name in ("stage", "rule", "could_be", "ask", *self._meaning.columns)},
            VALUES: self._struct(values, rows),
            UNREADABLE: self._struct(unreadable, rows),
        }
        return pa.RecordBatch.from_arrays([columns[name] for name in self.schema.names], schema=self.schema)

    def _schema_of_rows(self) -> Any:
        plain = [pa.field("row", pa.int64()), pa.field("id", pa.string()), *(pa.field(n, CODED) for n in PLAIN[2:])]
        own = [pa.field(n, pa.int64() if n in self._meaning.scores else CODED) for n in self._meaning.columns]
        cells = pa.struct([pa.field(name, pa.string()) for name in self._positions])
        return pa.schema([*plain, *own, pa.field(VALUES, cells), pa.field(UNREADABLE, cells)])

    def _values(self, name: str, batch: Batch, numbers: Any, rules: Sequence[str | None]) -> Any:
        """Return the cells of a field where the deciding rule read it, else null."""
        cells = _as_text(batch.table.column(self._positions[name]))
        reading = pa.array([rule in self._readers[name] for rule in rules], pa.bool_())
        return pc.if_else(reading.take(numbers), cells, pa.scalar(None, pa.string()))

    def _struct(self, columns: Mapping[str, Any], rows: int) -> Any:
        if not columns:
            return pa.array([{}] * rows, pa.struct([]))
        return pa.StructArray.from_arrays(list(columns.values()), names=list(columns))


class Audit:
    """Writes the audit of a run, batch by batch, as Parquet with coded columns."""

    def __init__(self, file: Any, meaning: Meaning, columns: Sequence[str]) -> None:
        self._rows = AuditRows(meaning, columns)
        self._writer = writer_to(file, self._rows.schema, Format.PARQUET)

    def __enter__(self) -> Audit:
        return self

    def __exit__(self, kind: object, *problem: object) -> None:
        # After an error the file is thrown away, but Arrow insists on ending it.
        with suppress(Exception) if kind else nullcontext():
            self._writer.close()

    def add(self, batch: Batch, placed: Placed) -> None:
        self._writer.write(self._rows.of(batch, placed))


def _as_text(array: Any) -> Any:
    return array if pa.types.is_string(array.type) else array.cast(pa.string())


# --- what a rule reads -----------------------------------------------------------------------------------------


def readers_of_fields(meaning: Meaning) -> Mapping[str, frozenset[str | None]]:
    """Return by field the rules that read it, directly or through what they use; None is `otherwise`, which rests on
    every rule's answer."""
    by_rule = {rule.name: fields_of(rule.condition, meaning) for rule in meaning.rules}
    return {
        name: frozenset([None, *(rule for rule, fields in by_rule.items() if name in fields)])
        for name in meaning.fields
    }


def fields_of(condition: Condition, meaning: Meaning) -> frozenset[str]:
    """Return the fields that a condition reads, definitions followed."""
    waiting = list(_used(condition))
    followed: set[Used] = set()
    while waiting:
        used = waiting.pop()
        if used not in followed:
            followed.add(used)
            waiting += _behind(used, meaning)
    return frozenset(used.name for used in followed if isinstance(used, FieldValue))


@dataclass(frozen=True, slots=True)
class CriterionUsed:
    name: str


Used: TypeAlias = FieldValue | ComputedValue | ScoreValue | GradeValue | CriterionUsed


def _behind(used: Used, meaning: Meaning) -> Iterator[Used]:
    match used:
        case FieldValue():
            return
        case CriterionUsed(name):
            yield from _used(meaning.criteria[name].condition)
        case GradeValue(name):
            yield ScoreValue(meaning.grades[name].score)
        case ComputedValue(name):
            yield from reads(meaning.computed[name].expression)
        case ScoreValue(name):
            for line in meaning.scores[name].lines:
                if isinstance(line, When):
                    yield from _used(line.condition)
                else:
                    yield from reads(line.subject if isinstance(line, Per) else line.since)


def _used(condition: Condition) -> Iterator[Used]:
    for leaf in leaves(condition):
        if isinstance(leaf, (Holds, IsAnswered)):
            yield CriterionUsed(leaf.criterion)
        elif isinstance(leaf, Test):
            for operand in operands_of(leaf):
                yield from reads(operand)
