"""The kinds of values, and the values themselves."""

from __future__ import annotations

from dataclasses import dataclass
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
