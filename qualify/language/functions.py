"""Every function and selector of the language, once: its words, its types, its documentation, and what it does.

To add one: a line in the grammar whose alias is its name, and an entry here. Then `python docs/tables.py` writes
the table in the documentation again. Every target works from the entry; the batch engine may have a faster form for
whole columns (`function_columns`).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from qualify.language.kinds import Kind, Range, Value


@dataclass(frozen=True, slots=True)
class Function:
    """A function of one value. One that gives money gives it in the currency of what it takes."""

    words: str
    takes: Kind
    gives: Kind
    doc: str
    example: str
    apply: Callable[[Any, date], Value | None]  # the value and today; gets only known values, and no ranges
    reads_today: bool = False

    def __call__(self, value: Value | None, today: date) -> Value | None:
        """Return what the function gives for a value; None for an unknown value or a range."""
        if value is None or isinstance(value, Range):
            return None
        given = self.apply(value, today)
        return float(given) if type(given) is int else given


@dataclass(frozen=True, slots=True)
class Selector:
    """A choice among the values of several operands of one type."""

    words: str
    doc: str
    example: str
    select: Callable[[Iterable[Value | None]], Value | None]


def domain_of(text: str) -> str | None:
    """Return the domain of an e-mail address, a web address or a bare host; of anything else, None."""
    if "@" in text and "/" not in text:
        local, _, host = text.rpartition("@")
        return host if local and host and " " not in host else None
    host = re.sub(r"^[a-z][a-z0-9+.-]*://(?:[^/@]*@)?", "", text, flags=re.IGNORECASE)
    host = re.split(r"[/?#:]", host, maxsplit=1)[0].removesuffix(".")
    host = re.sub(r"^www\.", "", host, flags=re.IGNORECASE)
    return host if _is_host(host) else None


def _is_host(text: str) -> bool:
    labels = text.split(".")
    return len(labels) > 1 and all(re.fullmatch(r"[\w-]+", label) for label in labels)


FUNCTIONS: dict[str, Function] = {
    "days_since": Function(
        "days since",
        Kind.DATE,
        Kind.NUMBER,
        "The days from a date to today; of a date to come, negative.",
        "days since last_visit is at most 30",
        lambda day, today: (today - day).days,
        reads_today=True,
    ),
    "days_until": Function(
        "days until",
        Kind.DATE,
        Kind.NUMBER,
        "The days from today to a date; of a past date, negative.",
        "days until decision_date is at most 90",
        lambda day, today: (day - today).days,
        reads_today=True,
    ),
    "domain_of": Function(
        "domain of",
        Kind.TEXT,
        Kind.TEXT,
        "Of an e-mail address what follows the last `@`; of a web address or bare host the host without `www.`.",
        "domain of email is in TargetAccounts",
        lambda text, today: domain_of(text),
    ),
    "length_of": Function(
        "length of",
        Kind.TEXT,
        Kind.NUMBER,
        "How many characters a text has.",
        "length of notes is at least 20",
        lambda text, today: len(text),
    ),
    "number_of": Function(
        "number of",
        Kind.LIST,
        Kind.NUMBER,
        "How many texts a list has.",
        "number of pain_points is at least 2",
        lambda texts, today: len(texts),
    ),
    "year_of": Function(
        "year of",
        Kind.DATE,
        Kind.NUMBER,
        "The year of a date.",
        "year of founded is at least 2015",
        lambda day, today: day.year,
    ),
}

SELECTORS: dict[str, Selector] = {
    "first_known_of": Selector(
        "first known of",
        "The first of some fields that has a value; a range is a value.",
        "first known of mobile, phone is known",
        lambda values: next((value for value in values if value is not None), None),
    ),
}
