"""The types of values, and the classes of values that Python does not have."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import TypeAlias


class Kind(StrEnum):
    """The type of a value. Fields have one of the first six; the other two are for scores and grades."""

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
        """What a field of this type holds, as in "`employees` holds numbers"."""
        return _HOLDS[self]


RESERVED_WORDS = frozenset({"and", "or", "not", "all", "any", "none", "is"})  # cannot be names
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
    """A number known only to lie between `low` and `high`; an open end is infinite."""

    low: float
    high: float
    low_included: bool = True
    high_included: bool = True


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A cell that cannot be read as its field's type. It is counted and shown; for the rules it is unknown."""

    text: str


Value: TypeAlias = str | float | Range | date | bool | tuple[str, ...]
