"""Every function of the language, once: its words, what it takes and gives, its documentation, and what it does.

To add one: a line in the grammar whose alias is the function's name, and an entry here.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from qualify.language.kinds import Kind, Value


@dataclass(frozen=True, slots=True)
class Function:
    """A function of the language; applied only to known values that are no ranges, except `first known of`."""

    words: str
    takes: Kind | None  # None: any one type
    gives: Kind | None  # None: what it takes
    doc: str
    example: str
    apply: Callable[[Value, date], Value | None] | None  # None for `first known of`, which the targets know


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


def _days_since(day: Value, today: date) -> Value:
    assert isinstance(day, date)
    return float((today - day).days)


def _days_until(day: Value, today: date) -> Value:
    assert isinstance(day, date)
    return float((day - today).days)


def _year(day: Value, today: date) -> Value:
    assert isinstance(day, date)
    return float(day.year)


def _length(text: Value, today: date) -> Value:
    assert isinstance(text, str)
    return float(len(text))


def _parts(texts: Value, today: date) -> Value:
    assert isinstance(texts, tuple)
    return float(len(texts))


def _domain(text: Value, today: date) -> Value | None:
    assert isinstance(text, str)
    return domain_of(text)


FUNCTIONS: dict[str, Function] = {
    "days_since": Function(
        "days since",
        Kind.DATE,
        Kind.NUMBER,
        "The days from a date to today; of a date to come, negative.",
        "days since last_visit is at most 30",
        _days_since,
    ),
    "days_until": Function(
        "days until",
        Kind.DATE,
        Kind.NUMBER,
        "The days from today to a date; of a past date, negative.",
        "days until decision_date is at most 90",
        _days_until,
    ),
    "domain_of": Function(
        "domain of",
        Kind.TEXT,
        Kind.TEXT,
        "Of an e-mail address what follows the last `@`; of a web address or bare host the host without `www.`.",
        "domain of email is in TargetAccounts",
        _domain,
    ),
    "length_of": Function(
        "length of",
        Kind.TEXT,
        Kind.NUMBER,
        "How many characters a text has.",
        "length of notes is at least 20",
        _length,
    ),
    "number_of": Function(
        "number of",
        Kind.LIST,
        Kind.NUMBER,
        "How many texts a list has.",
        "number of pain_points is at least 2",
        _parts,
    ),
    "year_of": Function(
        "year of",
        Kind.DATE,
        Kind.NUMBER,
        "The year of a date.",
        "year of founded is at least 2015",
        _year,
    ),
    "first_known_of": Function(
        "first known of",
        None,
        None,
        "The first of some fields that has a value; a range is a value.",
        "first known of mobile, phone is known",
        None,
    ),
}
