"""What a contact has: fields, their types, and the columns they are read from."""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from difflib import SequenceMatcher
from enum import StrEnum
from typing import TypeAlias


class Kind(StrEnum):
    """The type of a value. A field has one of the first six; scores and grades have their own."""

    TEXT = "text"
    NUMBER = "number"
    MONEY = "money"
    DATE = "date"
    FLAG = "flag"
    LIST = "list"
    SCORE = "score"
    GRADE = "grade"

    @property
    def words(self) -> str:
        """What such a field holds, in a sentence: "`employees` holds numbers"."""
        return _HOLDS[self]


NEVER_NAMES = frozenset({"and", "or", "not", "all", "any", "none", "is"})  # of fields, lists and all else
_HOLDS = {
    Kind.TEXT: "text",
    Kind.NUMBER: "numbers",
    Kind.MONEY: "money",
    Kind.DATE: "dates",
    Kind.FLAG: "yes or no",
    Kind.LIST: "lists of texts",
    Kind.SCORE: "points",
    Kind.GRADE: "grades",
}
FIELD_KINDS = (Kind.TEXT, Kind.NUMBER, Kind.MONEY, Kind.DATE, Kind.FLAG, Kind.LIST)


@dataclass(frozen=True, slots=True)
class Range:
    """A number not fully known: somewhere from `low` to `high`; an open end is infinite."""

    low: float
    high: float
    low_included: bool = True
    high_included: bool = True


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A cell that holds something which is not of its field's type; counted, shown, and otherwise unknown."""

    text: str


Value: TypeAlias = str | float | Range | date | bool | tuple[str, ...]

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


def header_key(header: str) -> str:
    """Return what is left of a header when case, spaces, `_` and `-` do not count."""
    return re.sub(r"[\s_-]+", "", unicodedata.normalize("NFC", header)).casefold()


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


LONGEST_NAME = 100  # longer ones are not compared: nobody mistypes them, and it would take long


def closest(name: str, names: Iterable[str]) -> str | None:
    """Return the name that was most likely meant, or None when none is close; of equally close ones the first."""
    wanted = header_key(name)
    best, most = None, 0.7
    matcher = SequenceMatcher(autojunk=False)
    matcher.set_seq2(wanted)
    for candidate in names if len(wanted) <= LONGEST_NAME else ():
        if len(candidate) > LONGEST_NAME:
            continue
        matcher.set_seq1(header_key(candidate))
        if matcher.real_quick_ratio() > most and matcher.quick_ratio() > most and matcher.ratio() > most:
            best, most = candidate, matcher.ratio()
    return best
