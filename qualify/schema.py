"""What a contact has: fields, the columns they are read from, and how a cell becomes a value."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
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
    return re.sub(r"[\s_-]+", "", header).casefold()
