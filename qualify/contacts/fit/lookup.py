"""One contact, found in contact files by its id or by its row."""

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


@dataclass(frozen=True, slots=True)
class Picked:
    """A contact and where it stands; `row` counts from 1 over all files, `line` in its own."""

    name: str
    cells: Mapping[str, object]
    row: int
    line: int
    file: str


def id_position(model: Model, columns: Sequence[str]) -> int | None:
    """Return the column that identifies a contact; None where its row's number does.

    Raises ContactsError where the rules name a column that the file lacks.
    """
    found = header_position(model.id_column or "id", columns)
    if found is None and model.id_column:
        raise ContactsError(
            "E642",
            f"there is no column `{model.id_column}`, which identifies a contact",
            "name the right one in the field file: id: COLUMN",
        )
    return found


def ids_of(column: Array) -> Array:
    """Return the ids of a column as texts, as everybody names them: without outer spaces."""
    return pc.utf8_trim_whitespace(as_text(column))


def pick(
    model: Model, files: Sequence[str], reading: ReadOptions, contact_id: str | None, row: int | None
) -> tuple[Picked, ...]:
    """Return the contacts with an id, or the one of a row.

    Raises ContactsError where there is none, and DoNotFitError where the columns are not those that the rules need.
    """
    with open_contacts(files, reading) as contacts:
        check_columns(model, contacts)
        position = id_position(model, contacts.columns)
        if contact_id is not None and position is None:
            raise ContactsError(
                "E642",
                "these contacts have no column `id`",
                "name theirs in the field file (id: COLUMN), or give --row N",
            )
        found = tuple(_picked(contacts, position, contact_id, row))
    if found:
        return found
    if contact_id is not None:
        raise ContactsError("E641", f"there is no contact with the id `{contact_id}`")
    rows = sum(one.records for one in contacts.inputs)
    raise ContactsError(
        "E641", f"there is no row {row:,} to explain: it is rejected, or beyond the {rows:,} that there are"
    )


def _picked(contacts: Contacts, position: int | None, contact_id: str | None, row: int | None) -> Iterator[Picked]:
    for batch in contacts.batches():
        ids = None if position is None else ids_of(batch.table.column(position))
        found = pa.array(batch.numbers == row) if contact_id is None else pc.equal(ids, contact_id.strip())
        for place in pc.indices_nonzero(found).to_pylist():
            own_id = None if ids is None else ids[place].as_py()
            yield _one(batch, place, contacts.columns, own_id)


def _one(batch: Batch, place: int, columns: Sequence[str], own_id: str | None) -> Picked:
    cells: dict[str, object] = {}
    for column, array in zip(columns, batch.table.columns, strict=True):
        cells.setdefault(column, array[place].as_py())  # of repeated headers the first; no rule reads a repeated one
    row = int(batch.numbers[place])
    return Picked(own_id or f"row {row:,}", cells, row, int(batch.lines[place]), batch.file)
