"""Every function and selector of the language: its words, types, documentation, example and meaning.

To add one, add a line to the grammar, with the function's name as its alias, and an entry here; `python docs/tables.py`
then updates the table in the documentation. Every target uses the entry. The batch engine may have a faster form for
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
    """A function of one value. If it returns money, the currency is that of its argument."""

    words: str
    takes: Kind
    gives: Kind
    doc: str
    example: str
    apply: Callable[[Any, date], Value | None]  # called with a known value that is not a range, and today
    reads_today: bool = False

    def __call__(self, value: Value | None, today: date) -> Value | None:
        """Return the function's value; None if the argument is unknown or a range."""
        if value is None or isinstance(value, Range):
            return None
        result = self.apply(value, today)
        return float(result) if type(result) is int else result


@dataclass(frozen=True, slots=True)
class Selector:
    """A choice of one value among those of several operands of the same type."""

    words: str
    doc: str
    example: str
    select: Callable[[Iterable[Value | None]], Value | None]


_SCHEME = re.compile(r"^[a-z][a-z0-9+.-]*://", re.IGNORECASE)
_MAILTO = re.compile(r"^mailto:", re.IGNORECASE)
_WWW = re.compile(r"^www\.", re.IGNORECASE)
_AROUND = "\"'“”„‘’«»<>()[]{}.,;:!?*|"  # what people put around an address


def domain_of(text: str) -> str | None:
    """Return the domain of an e-mail address, a web address or a bare host, as people paste them.

    Several addresses must have the same domain. Among other words, only e-mail addresses and web addresses that begin
    with a scheme or `www.` are found. Any other text has no domain: None.
    """
    tokens = _tokens(text)
    hosts = [_host(token) for token in tokens]
    if None in hosts:
        marked = (token for token in tokens if "@" in token or _SCHEME.match(token) or _WWW.match(token))
        hosts = list(map(_host, marked))
    known = [host for host in hosts if host is not None]
    return known[0] if len({host.lower() for host in known}) == 1 else None


def named_domain(text: str) -> str:
    """Return a text that is compared with a domain, such as `@acme.com`, as the domain; other texts are unchanged."""
    return domain_of(text.lstrip("@")) or text


def _tokens(text: str) -> list[str]:
    """Return the words of a text, without the names before addresses in angle brackets."""
    *bracketed, rest = text.replace(";", ",").split(">")
    parts = []
    for part in bracketed:
        before, _, address = part.rpartition("<")
        parts += [before.rpartition(",")[0], address]
    words = re.split(r"[\s,]+", " ".join([*parts, rest]))
    tokens = (token for word in words for token in _split_at_slashes(word.lstrip(_AROUND)))
    return [stripped for token in tokens if (stripped := token.strip(_AROUND))]


def _split_at_slashes(word: str) -> list[str]:
    """Return the addresses that slashes separate in a word; a web address stays whole."""
    if _SCHEME.match(word) or is_host(re.split(r"[/?#:]", word, maxsplit=1)[0]):
        return [word]
    return _MAILTO.sub("", word, count=1).partition("?")[0].split("/")


def _host(token: str) -> str | None:
    """Return the host of an e-mail address, a web address or a bare host; None for any other word."""
    address, scheme = re.split(r"[/?#]", _SCHEME.sub("", token, count=1), maxsplit=1)[0], _SCHEME.match(token)
    local, at, host = address.rpartition("@")
    if at and not scheme:
        return host if local and is_host(host, fewest=1) else None
    host = _WWW.sub("", host.partition(":")[0].removesuffix("."), count=1)
    return host if is_host(host) else None


def is_host(text: str, fewest: int = 2) -> bool:
    """Return whether a text is the name of a host, with at least `fewest` labels."""
    labels = text.split(".")
    return len(labels) >= fewest and all(re.fullmatch(r"[\w-]+", label) for label in labels)


FUNCTIONS: dict[str, Function] = {
    "days_since": Function(
        "days since",
        Kind.DATE,
        Kind.NUMBER,
        "The number of days from a date to today; negative if the date is in the future.",
        "days since last_visit is at most 30",
        lambda day, today: (today - day).days,
        reads_today=True,
    ),
    "days_until": Function(
        "days until",
        Kind.DATE,
        Kind.NUMBER,
        "The number of days from today to a date; negative if the date is in the past.",
        "days until decision_date is at most 90",
        lambda day, today: (day - today).days,
        reads_today=True,
    ),
    "domain_of": Function(
        "domain of",
        Kind.TEXT,
        Kind.TEXT,
        "The part of an e-mail address after the last `@`; the host of a web address, or a bare host, without `www.`. "
        "Several addresses must have the same domain.",
        "domain of email is in TargetAccounts",
        lambda text, today: domain_of(text),
    ),
    "length_of": Function(
        "length of",
        Kind.TEXT,
        Kind.NUMBER,
        "The number of characters in a text.",
        "length of notes is at least 20",
        lambda text, today: len(text),
    ),
    "number_of": Function(
        "number of",
        Kind.LIST,
        Kind.NUMBER,
        "The number of texts in a list.",
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
        "The value of the first of these fields that has one; a range is a value.",
        "first known of mobile, phone is known",
        lambda values: next((value for value in values if value is not None), None),
    ),
}
