"""The fields of a contact: their types, their columns, and which column of a file each one reads."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from qualify.language.kinds import Kind, Value
from qualify.text.compare import header_key

DEFAULT_MISSING = ("", "N/A", "#N/A", "NULL", "-")


@dataclass(frozen=True, slots=True)
class Field:
    """One thing known about a contact: where it stands in a file and how its cells are read."""

    name: str
    kind: Kind | None = None  # None in a field file that leaves it to the rules; a checked rule set has no None
    columns: tuple[str, ...] = ()  # headers; the first that a file has is read, else the field's own name
    currency: str | None = None  # of money: an ISO 4217 code
    decimal: str = "."
    format: str | None = None  # of a date: as strptime has it; None is an ISO date or date-time
    separator: str = ";"  # of a list
    blank: Value | None = None  # what a missing cell means; None is unknown
    optional: bool = False
    values: tuple[str, ...] = ()  # all that there may be; empty is anything
    synonyms: Mapping[str, str] = field(default_factory=dict)  # folded text -> the value it stands for
    missing: tuple[str, ...] = DEFAULT_MISSING


def place_of(header: str, headers: Sequence[str]) -> int | None:
    """Return the place of the first header that is the same but for case, spaces, `_` and `-`."""
    wanted = header_key(header)
    return next((place for place, one in enumerate(headers) if header_key(one) == wanted), None)


@dataclass(frozen=True, slots=True)
class Bound:
    """Which column of one file each field reads."""

    positions: Mapping[str, int | None]  # by the field's name, for every field; None where it reads no column
    missing: tuple[str, ...]  # fields that are not optional and have no column
    ambiguous: Mapping[str, tuple[str, ...]]  # fields that several columns would fit, with their headers


def bind(fields: Iterable[Field], headers: Sequence[object]) -> Bound:
    """Return the column that each field reads; a header that is no text is nobody's. O(headers + names asked for)."""
    exactly = defaultdict[str, list[int]](list)
    loosely = defaultdict[str, list[int]](list)
    for position, header in enumerate(headers):
        if isinstance(header, str):  # csv.DictReader puts the cells beyond its header under None
            exactly[header].append(position)
            loosely[header_key(header)].append(position)
    loosely.pop("", None)  # a column without a header is nobody's
    positions: dict[str, int | None] = {}
    missing: list[str] = []
    ambiguous: dict[str, tuple[str, ...]] = {}
    for one in fields:
        found = _columns_of(one, exactly, loosely)
        positions[one.name] = found[0] if len(found) == 1 else None
        if len(found) > 1:
            ambiguous[one.name] = tuple(str(headers[position]) for position in found)
        if not found and not one.optional:
            missing.append(one.name)
    return Bound(positions, tuple(missing), ambiguous)


def _columns_of(one: Field, exactly: Mapping[str, list[int]], loosely: Mapping[str, list[int]]) -> Sequence[int]:
    """Return the positions that fit the first of the field's headers which the file has; more than one is a doubt."""
    for header in (*one.columns, one.name):
        found = exactly.get(header) or loosely.get(header_key(header))
        if found:
            return found
    return ()
