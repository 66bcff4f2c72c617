"""Placing batches of contacts: the columns that a run or `decide_table` adds to them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from itertools import chain
from typing import Any

import pyarrow as pa

from qualify.model.rules import OWN_COLUMNS, Model
from qualify.targets.batch.classes.batch_state import BatchState
from qualify.targets.batch.decisions import Decided
from qualify.targets.batch.engine import Engine
from qualify.text.diagnostics import Diagnostic

CODED = pa.dictionary(pa.int32(), pa.string())  # the type of every added column except scores


@dataclass(eq=False)
class Placed:
    """The decisions about a batch, and the columns to add to it."""

    decided: Decided
    schema: Any  # of `added`

    @cached_property
    def added(self) -> Any:
        """The added columns as a pyarrow record batch, under their names without prefix."""
        decided, model = self.decided, self.decided.labels.model
        columns = [
            *(getattr(decided, name) for name in OWN_COLUMNS),
            *decided.columns.values(),
            *(decided.outputs[key] for key in model.output_keys),
        ]
        return pa.record_batch(columns, schema=self.schema)


def added_columns(model: Model) -> tuple[str, ...]:
    """Return the names of the columns that a run adds, in order."""
    return (*OWN_COLUMNS, *model.columns, *model.output_keys)


def clashes(model: Model, columns: Sequence[str], prefix: str) -> tuple[Diagnostic, ...]:
    """Return an error if columns of the input have the names of added ones."""
    taken = _taken(model, columns, prefix)
    if not taken:
        return ()
    message = (
        f"the contacts already have columns with the names of added ones: {', '.join(f'`{name}`' for name in taken)}"
    )
    hint = "choose another --prefix" if prefix else "put something before the names of the added ones: --prefix q_"
    return (Diagnostic("E603", message, None, hint),)


def _taken(model: Model, columns: Sequence[str], prefix: str) -> list[str]:
    """Return the names of added columns that the input already has."""
    return [name for name in (prefix + added for added in added_columns(model)) if name in columns]


class Placing:
    """Places batches of contacts."""

    def __init__(self, model: Model, today: date) -> None:
        self._engine = Engine(model, today)
        self.schema = pa.schema(
            [(name, pa.int64() if name in model.scores else CODED) for name in added_columns(model)]
        )

    def output_schema(self, schema: Any, prefix: str) -> Any:
        """Return the schema of contacts with the added columns after their own."""
        return pa.schema([*schema, *(pa.field(prefix + one.name, one.type) for one in self.schema)])

    def read(self, table: Any) -> list[BatchState]:
        """Return the fields of a record batch for `place`. Another thread may read ahead."""
        return self._engine.read(table)

    def place(self, parts: Sequence[BatchState]) -> Placed:
        """Return the placements of a batch, given the parts that `read` returned."""
        return Placed(self._engine.decide(parts), self.schema)


def placed_stream(model: Model, today: date, contacts: Any, prefix: str = "") -> Any:
    """Return a pyarrow RecordBatchReader of contacts in order, with the added columns after their own.

    `contacts` is anything with an Arrow stream, or a non-empty iterable of record batches. It is read lazily. Raises
    ValueError if a column has the name of an added one, or if the batches differ in their columns.
    """
    reader = _reader(contacts)
    columns = reader.schema.names
    taken = _taken(model, columns, prefix)
    if taken:
        raise ValueError(f'the contacts have a column `{taken[0]}` already: give prefix="{prefix}q_", or another')
    placing = Placing(model, today)
    schema = placing.output_schema(reader.schema, prefix)

    def batches() -> Iterator[Any]:
        for batch in reader:
            placed = placing.place(placing.read(batch))
            yield pa.RecordBatch.from_arrays([*batch.columns, *placed.added.columns], schema=schema)

    return pa.RecordBatchReader.from_batches(schema, batches())


def _reader(contacts: Any) -> Any:
    if hasattr(contacts, "__arrow_c_stream__"):
        try:
            return pa.RecordBatchReader.from_stream(contacts)
        except pa.ArrowInvalid as error:  # the stream of a single column
            raise _no_table(contacts) from error
    batches = iter(contacts if isinstance(contacts, Iterable) else [contacts])
    for first in batches:
        if not isinstance(first, pa.RecordBatch):
            raise _no_table(contacts)
        return pa.RecordBatchReader.from_batches(first.schema, _checked(first, batches))
    raise ValueError("there are no batches, so their columns are not known: pass a RecordBatchReader")


def _no_table(contacts: Any) -> TypeError:
    kind = type(contacts).__name__
    return TypeError(f"{kind} is not a table of contacts: pass one that has an Arrow stream, or record batches")


def _checked(first: Any, batches: Iterator[Any]) -> Iterator[Any]:
    """Yield the first batch and the others; ValueError if one has other columns, which Arrow would not notice."""
    for batch in chain([first], batches):
        if not isinstance(batch, pa.RecordBatch):
            raise TypeError(f"there is a {type(batch).__name__} among the record batches")
        if (batch.schema.names, batch.schema.types) != (first.schema.names, first.schema.types):
            raise ValueError("the batches do not all have the same columns, in the same order and of the same types")
        yield batch
