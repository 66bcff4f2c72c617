"""Finding one contact in contact files by its id or its row number."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import pyarrow as pa
import pyarrow.compute as pc

from qualify.contacts.fit.columns import check_columns
from qualify.contacts.reading.batches import Array, Batch, ContactsError, ReadOptions
from qualify.contacts.reading.contact_files import Contacts, open_contacts
from qualify.contacts.reading.typed_cells import as_text
from qualify.language.fields import header_position
from qualify.model.rules import Model
from qualify.targets.batch.values.distinct import distinct_cells


@dataclass(frozen=True, slots=True)
class Picked:
    """A contact and its place; `row` counts from 1 over all files, `line` within its file."""

    name: str
    cells: Mapping[str, object]
    row: int
    line: int
    file: str


def ids_of(model: Model, batch: Batch) -> Array:
    """Return the ids of contacts as text without surrounding spaces.

    All are null if no column of the file identifies a contact; the row number does so instead.
    """
    position = _id_position(model, batch.cells.schema.names)
    if position is None:
        return pa.nulls(batch.cells.num_rows, pa.string())
    return pc.utf8_trim_whitespace(as_text(batch.cells.column(position)))


def _id_position(model: Model, columns: Sequence[str]) -> int | None:
    return header_position(model.id_column or "id", columns)


def pick(
    model: Model, files: Sequence[str], reading: ReadOptions, contact_id: str | None, row: int | None
) -> tuple[Picked, ...]:
    """Return the contacts with an id, or the contact in a row.

    Raises ContactsError if there is none, and DoNotFitError if the columns are not those that the rules need.
    """
    with open_contacts(files, reading) as contacts:
        check_columns(model, contacts)
        positions = [_id_position(model, columns) for columns in contacts.columns_by_file]
        if contact_id is not None and not any(position is not None for position in positions):
            raise ContactsError(
                "E642",
                "these contacts have no column `id`",
                "name theirs in the field file (id: COLUMN), or give --row N",
            )
        found = tuple(_picked(model, contacts, contact_id, row))
    if found:
        return found
    if contact_id is not None:
        raise ContactsError("E641", f"there is no contact with the id `{contact_id}`")
    rows = sum(one.records for one in contacts.inputs)
    raise ContactsError(
        "E641", f"row {row:,} cannot be explained: it was rejected, or does not exist (the last row is {rows:,})"
    )


def _picked(model: Model, contacts: Contacts, contact_id: str | None, row: int | None) -> Iterator[Picked]:
    for batch in contacts.batches():
        ids = ids_of(model, batch)
        found = pa.array(batch.numbers == row) if contact_id is None else pc.equal(ids, contact_id.strip())
        for place in pc.indices_nonzero(found).to_pylist():
            yield _contact_at(batch, place, ids[place].as_py())


def _contact_at(batch: Batch, place: int, own_id: str | None) -> Picked:
    cells: dict[str, object] = {}
    for column, array in zip(batch.cells.schema.names, batch.cells.columns, strict=True):
        # The first of repeated headers counts; rules cannot read a repeated one.
        cells.setdefault(column, distinct_cells(array.slice(place, 1)).cells[0])
    row = int(batch.numbers[place])
    return Picked(own_id or f"row {row:,}", cells, row, int(batch.lines[place]), batch.file)
