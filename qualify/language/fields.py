"""The fields of a contact: their types, and the column of a file that each one reads."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from qualify.language.kinds import Kind, Value
from qualify.text.compare import header_key

DEFAULT_MISSING = ("", "N/A", "#N/A", "NULL", "-")


@dataclass(frozen=True, slots=True)
class Field:
    """A named property of contacts: its column in a file, and how its cells are read."""

    name: str
    kind: Kind | None = None  # None only before checking: a field file may leave the type to the rules
    columns: tuple[str, ...] = ()  # headers to look for, in this order, before the field's own name
    currency: str | None = None  # for money: an ISO 4217 code
    decimal: str = "."
    format: str | None = None  # for dates: a strptime format; None: ISO dates and date-times
    separator: str = ";"  # for lists
    blank: Value | None = None  # the value of a missing cell; None: unknown
    optional: bool = False
    values: tuple[str, ...] = ()  # the allowed values; empty: any
    synonyms: Mapping[str, str] = field(default_factory=dict)  # folded text -> the value it stands for
    missing: tuple[str, ...] = DEFAULT_MISSING


def header_position(header: str, headers: Sequence[str]) -> int | None:
    """Return the position of a header, or of the first one equal but for case, spaces, `_` and `-`; else None."""
    if header in headers:
        return headers.index(header)
    wanted = header_key(header)
    return next((position for position, other in enumerate(headers) if header_key(other) == wanted), None)


@dataclass(frozen=True, slots=True)
class Binding:
    """The column of one file that each field reads."""

    positions: Mapping[str, int | None]  # by the name of every field; None where it reads no column
    missing: tuple[str, ...]  # fields that are not optional and have no column
    ambiguous: Mapping[str, tuple[str, ...]]  # fields that fit several columns, with the headers of these


def bind(fields: Iterable[Field], headers: Sequence[object]) -> Binding:
    """Return the column that each field reads; headers that are not texts are ignored."""
    exact = defaultdict[str, list[int]](list)
    loose = defaultdict[str, list[int]](list)
    for position, header in enumerate(headers):
        if isinstance(header, str):  # csv.DictReader keeps surplus cells under None
            exact[header].append(position)
            loose[header_key(header)].append(position)
    loose.pop("", None)  # a column without a header belongs to no field
    positions: dict[str, int | None] = {}
    missing: list[str] = []
    ambiguous: dict[str, tuple[str, ...]] = {}
    for one in fields:
        found = _columns_of(one, exact, loose)
        positions[one.name] = found[0] if len(found) == 1 else None
        if len(found) > 1:
            ambiguous[one.name] = tuple(str(headers[position]) for position in found)
        if not found and not one.optional:
            missing.append(one.name)
    return Binding(positions, tuple(missing), ambiguous)


def column_positions(fields: Iterable[Field], headers: Sequence[object]) -> dict[str, int]:
    """Return the position of the column that each field reads, by field name; fields without a column are left out."""
    return {name: position for name, position in bind(fields, headers).positions.items() if position is not None}


def _columns_of(one: Field, exact: Mapping[str, list[int]], loose: Mapping[str, list[int]]) -> Sequence[int]:
    """Return the positions of the columns that fit the first of the field's headers that the file has."""
    for header in (*one.columns, one.name):
        found = exact.get(header) or loose.get(header_key(header))
        if found:
            return found
    return ()
