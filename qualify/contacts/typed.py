"""Typed cells as the text that a person would type for them."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

import pyarrow as pa

from qualify.contacts.batch import Array


def as_text(array: Array) -> Array:
    """Return a column as text: numbers in their shortest form, ISO dates, lists joined by `; `; null stays null."""
    if pa.types.is_string(array.type):
        return array
    if pa.types.is_large_string(array.type) or pa.types.is_string_view(array.type) or pa.types.is_integer(array.type):
        return array.cast(pa.string())
    # Typed columns have few distinct values as a rule; nested ones cannot be coded.
    if pa.types.is_nested(array.type):
        return pa.array(map(text_of, array.to_pylist()), pa.string())
    coded = array if pa.types.is_dictionary(array.type) else array.dictionary_encode()
    return pa.array(map(text_of, coded.dictionary.to_pylist()), pa.string()).take(coded.indices)


def text_of(value: Any) -> str | None:
    """Return a Python value as text; None stays None."""
    match value:
        case None:
            return None
        case str():
            return value
        case bool():
            return "true" if value else "false"
        case float():
            return str(int(value)) if value.is_integer() and abs(value) < 2**53 else repr(value)
        case Decimal():
            return format(value.normalize(), "f")
        case datetime() if value.time() == time() and value.tzinfo is None:
            return value.date().isoformat()
        case date() | time():
            return value.isoformat()
        case timedelta():
            return str(value)
        case bytes():
            return value.decode("utf-8", "replace")
        case list():
            return "; ".join(text_of(part) or "" for part in value)
        case dict():
            return str({key: text_of(part) for key, part in value.items()})
        case _:
            return str(value)
