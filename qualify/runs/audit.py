"""The audit file of a run: one row per contact, with its placement and the cells that decided it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from contextlib import nullcontext, suppress
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from qualify.contacts.fit.lookup import ids_of
from qualify.contacts.reading.batches import Batch
from qualify.contacts.reading.typed_cells import as_text
from qualify.contacts.writing.writers import ParquetWriter
from qualify.language.fields import column_positions
from qualify.model.rules import AUDIT_COLUMNS, Model
from qualify.model.walk import fields_behind
from qualify.targets.batch.added_columns import CODED, Placed
from qualify.targets.batch.decisions import Decided
from qualify.targets.batch.numbering import Mask, take

# The last two are structs with one part per field: the cells that the deciding rule read, as in the file, and the cells
# that could not be read as the type of their field.
*PLAIN, VALUES, UNREADABLE = AUDIT_COLUMNS


class AuditRows:
    """Turns batches of placed contacts into rows of the audit."""

    def __init__(self, model: Model, columns_by_file: Iterable[Sequence[str]]) -> None:
        self._model = model
        known = {name for columns in columns_by_file for name in column_positions(model.fields.values(), columns)}
        self._fields = [name for name in model.fields if name in known]  # those with a column in some file
        self._is_read = read_by_rules(model)
        self.schema = self._schema_of_rows()

    def of(self, batch: Batch, placed: Placed) -> pa.RecordBatch:
        added, decided = placed.added, placed.decided
        nothing = pa.nulls(len(decided), CODED)
        places = column_positions(self._model.fields.values(), batch.cells.schema.names)
        cells = {name: self._cells(name, batch, places.get(name), decided) for name in self._fields}
        unreadable = {name: decided.unreadable.get(name, nothing) for name in self._fields}
        columns = {
            "row": pa.array(batch.numbers),
            "id": ids_of(self._model, batch),
            "place": decided.place,
            **{name: added.column(name) for name in ("stage", "rule", "could_be", "ask", *self._model.columns)},
            VALUES: _struct(cells, len(decided)),
            UNREADABLE: _struct(unreadable, len(decided)),
        }
        return pa.RecordBatch.from_arrays([columns[name] for name in self.schema.names], schema=self.schema)

    def _schema_of_rows(self) -> Any:
        model = self._model
        numbers = ("row", *model.scores)
        nullable = ("id", "rule", "could_be", "ask", *model.grades)
        plain = {name: pa.int64() if name in numbers else CODED for name in (*PLAIN, *model.columns)}
        plain["id"] = pa.string()
        cells = _struct({name: pa.nulls(0, CODED) for name in self._fields}, 0).type
        structs = [pa.field(name, cells, pa.types.is_null(cells)) for name in (VALUES, UNREADABLE)]
        return pa.schema([*(pa.field(name, kind, name in nullable) for name, kind in plain.items()), *structs])

    def _cells(self, name: str, batch: Batch, place: int | None, decided: Decided) -> Any:
        """Return the cells of a field where the deciding rule read it, else null."""
        if place is None:
            return pa.nulls(len(decided), CODED)
        is_read = pa.array(take(self._is_read[name], decided.rule_number))
        if name in decided.cells:
            coded = decided.cells[name]
            indices = pc.if_else(is_read, coded.indices, pa.scalar(None, pa.int32()))
            return pa.DictionaryArray.from_arrays(indices, coded.dictionary, safe=False)
        cells = as_text(batch.cells.column(place))
        return pc.if_else(is_read, cells, pa.scalar(None, pa.string())).dictionary_encode()


def _struct(columns: Mapping[str, Any], rows: int) -> Any:
    """Return columns as one struct column, or nulls if there are none: Parquet has no empty structs."""
    return pa.StructArray.from_arrays(list(columns.values()), names=list(columns)) if columns else pa.nulls(rows)


class Audit:
    """Writes the audit of a run batch by batch, as Parquet with dictionary columns."""

    def __init__(self, file: Any, model: Model, columns_by_file: Iterable[Sequence[str]]) -> None:
        self._rows = AuditRows(model, columns_by_file)
        encodings = {"id": "DELTA_BYTE_ARRAY"} | {
            one.name: "DELTA_BINARY_PACKED" for one in self._rows.schema if pa.types.is_int64(one.type)
        }
        # Arrow cannot combine dictionary columns of a struct from several row groups, so they are read as plain text.
        self._writer = ParquetWriter(file, self._rows.schema, encodings, types_kept=False)

    def __enter__(self) -> Audit:
        return self

    def __exit__(self, kind: object, *problem: object) -> None:
        # After an error the file is discarded, but Arrow still wants to complete it.
        with suppress(Exception) if kind else nullcontext():
            self._writer.close()

    def add(self, batch: Batch, placed: Placed) -> None:
        self._writer.write(self._rows.of(batch, placed))


# --- which rules read a field ----------------------------------------------------------------------------------


def read_by_rules(model: Model) -> Mapping[str, Mask]:
    """Return for each field a mask of the rules that read it, directly or through a definition, in their order.

    The last entry is `otherwise`, which depends on all fields, even on those that no rule reads.
    """
    of_rules = [fields_behind([rule], model.definitions) for rule in model.rules]
    return {name: np.array([*(name in fields for fields in of_rules), True]) for name in model.fields}
