"""Typed cells as the text that a person would type for them."""

from __future__ import annotations

import json
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

import pyarrow as pa

from qualify.contacts.reading.batches import Array


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
            text = format(value, "f")  # `normalize` would round a long one
            return text.rstrip("0").rstrip(".") if "." in text else text
        case datetime() if value.time() == time() and value.tzinfo is None:
            return value.date().isoformat()
        case date() | time():
            return value.isoformat()
        case timedelta():
            return str(value)
        case bytes():
            return _text_of_bytes(value)
        case list():
            return "; ".join(text_of(part) or "" for part in value)
        case dict() | tuple():  # a pair of a map
            return json.dumps(value, ensure_ascii=False, default=text_of)
        case _:
            return str(value)


def _text_of_bytes(value: bytes) -> str:
    """Return the text that bytes are; of those that are none the digits, which tell them apart."""
    try:
        return value.decode("utf-8")
    except UnicodeDecodeError:
        return value.hex()
