"""How a cell is read: as a value of its field's type, as unknown, or as unreadable."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache

from qualify.language import amounts
from qualify.language.amounts import CURRENCIES, DOLLARS, SIGNS, number_of
from qualify.language.fields import Field
from qualify.language.kinds import Kind, Unreadable, Value
from qualify.text.compare import fold, fold_tidy, tidy, unescaped

__all__ = ["CURRENCIES", "DOLLARS", "SIGNS", "cell_text", "is_allowed", "looks_like_thousands", "number_of", "read"]

NUMERIC = (Kind.NUMBER, Kind.MONEY)
FLAGS = {
    **dict.fromkeys(("yes", "y", "true", "t", "1", "x"), True),
    **dict.fromkeys(("no", "n", "false", "f", "0"), False),
}
MOST_SHOWN = 200  # characters shown of a Python object that is not a text


def read(cell: object, field: Field) -> Value | Unreadable | None:
    """Return the value of a cell, or None if it is unknown. A field without a type is read as text.

    The cell is a text from a file or any Python object. Never raises.
    """
    if type(cell) is str:
        return _read_text(cell, field)
    try:
        return _read_object(cell, field)
    except Exception:  # the methods of a caller's object may raise anything
        return Unreadable(_excerpt(cell))


def is_allowed(value: Value, field: Field) -> bool:
    """Return whether the field's `values` allow a value, or every text of a list; case is ignored."""
    if not field.values:
        return True
    allowed = _folded(field.values)
    texts: Iterable[str | None] = value if isinstance(value, tuple) else (cell_text(value),)
    return all(text is not None and fold(text) in allowed for text in texts)


def looks_like_thousands(cell: object, field: Field) -> bool:
    """Return whether a cell holds a number like `25.000`, which is read as 25 but may mean 25,000.

    If the decimal sign is `,`, the same goes for `25,000`.
    """
    if not isinstance(cell, str) or field.kind not in NUMERIC:
        return False
    return amounts.looks_like_thousands(amounts.without_unit(tidy(unescaped(cell)), field), field.decimal)


@lru_cache
def _folded(texts: tuple[str, ...]) -> frozenset[str]:
    return frozenset(map(fold, texts))


# --- from text -------------------------------------------------------------------------------------------------


def _read_text(cell: str, field: Field) -> Value | Unreadable | None:
    content = unescaped(cell)
    text = tidy(content)
    key = fold_tidy(text)
    if key in field.synonyms:
        text = field.synonyms[key]
        key = fold(text)
    if not key or key in _folded(field.missing):
        return field.blank
    if field.kind is Kind.LIST:
        return _read_parts(content.split(field.separator) if field.separator else [content], field)
    value = _READERS.get(field.kind, _text)(text, field)
    return Unreadable(cell) if value is None else value


def _text(text: str, field: Field) -> Value | None:
    return text


def _flag(text: str, field: Field) -> Value | None:
    return FLAGS.get(fold(text))


_ISO = re.compile(
    r"([0-9]{4}-[0-9]{2}-[0-9]{2})"
    r"(?:[T ](?:[01][0-9]|2[0-4]):?[0-5][0-9](?::?[0-6][0-9](?:[.,][0-9]+)?)?"
    r" ?(?:Z|UTC|[-+−][0-9]{2}(?::?[0-9]{2})?)?)?",
    re.IGNORECASE | re.ASCII,
)


def _date(text: str, field: Field) -> Value | None:
    """Return the day as written, whatever the time zone."""
    if len(text) > amounts.LONGEST:
        return None
    try:
        if field.format is not None:
            return datetime.strptime(text, field.format).date()
        match = _ISO.fullmatch(text)
        return date.fromisoformat(match[1]) if match else None
    except (ValueError, OverflowError, re.error):  # not in the calendar, or not a valid format
        return None


_READERS: dict[Kind | None, Callable[[str, Field], Value | None]] = {
    Kind.NUMBER: amounts.quantity_of,
    Kind.MONEY: amounts.quantity_of,
    Kind.DATE: _date,
    Kind.FLAG: _flag,
}


def _read_parts(parts: Iterable[str], field: Field) -> tuple[str, ...] | None:
    texts: Iterable[str] = map(tidy, parts)
    if field.synonyms:
        texts = (field.synonyms.get(fold_tidy(text), text) for text in texts)
    return tuple(text for text in texts if text) or None


# --- from Python -----------------------------------------------------------------------------------------------


def _read_object(cell: object, field: Field) -> Value | Unreadable | None:
    plain = _without_numpy(cell)
    if _is_missing(plain):
        return field.blank
    if isinstance(plain, (list, tuple, set, frozenset)):
        return _read_items(plain, field)
    text = cell_text(plain)
    if text is None:
        return Unreadable(_excerpt(cell))
    if isinstance(plain, str):
        return _read_text(text, field)
    key = fold(text)
    if key in field.synonyms or key in _folded(field.missing):
        return _read_text(text, field)
    if field.kind in NUMERIC and isinstance(plain, (int, float, Decimal)) and not isinstance(plain, bool):
        return float(plain)
    if field.kind is Kind.DATE and isinstance(plain, date):
        return date(plain.year, plain.month, plain.day)
    return _read_text(text, field)


def _read_items(items: Iterable[object], field: Field) -> tuple[str, ...] | Unreadable | None:
    known = [plain for plain in map(_without_numpy, items) if not _is_missing(plain)]
    texts = [text for text in map(cell_text, known) if text is not None]
    if field.kind is not Kind.LIST or len(texts) < len(known):
        return Unreadable(_excerpt(items))
    # Sorted, because the order of a set differs between runs.
    return _read_parts(sorted(texts) if isinstance(items, (set, frozenset)) else texts, field)


def _without_numpy(cell: object) -> object:
    """Return a NumPy scalar or array as the Python object for it, bytes and UUIDs as text, anything else unchanged."""
    if isinstance(cell, bytes):
        return cell.decode("utf-8")
    if type(cell).__name__ == "UUID":
        return str(cell)
    if type(cell).__module__ != "numpy":
        return cell
    if type(cell).__name__ == "datetime64":  # `tolist` would turn nanoseconds into an integer
        day = cell.astype("datetime64[D]").item()  # type: ignore[attr-defined]  # NumPy is not imported here
        if day is not None and not isinstance(day, date):
            raise ValueError("outside the calendar")  # the conversion below could overflow to another day
        return cell.astype("datetime64[us]").item()  # type: ignore[attr-defined]  # as above
    return cell.tolist()  # type: ignore[attr-defined]  # as above


def _is_missing(cell: object) -> bool:
    if cell is None or type(cell).__name__ in ("NaTType", "NAType"):  # of pandas, which may not be installed
        return True
    return (isinstance(cell, float) and math.isnan(cell)) or (isinstance(cell, Decimal) and cell.is_nan())


def cell_text(value: object) -> str | None:
    """Return a Python value as it is written to a file, numbers in their shortest form; None if it has no such form."""
    match value:
        case str():
            return str.__str__(value)
        case bool():
            return "yes" if value else "no"
        case int():
            return str(int(value))
        case float() if math.isfinite(value):
            return str(int(value)) if value.is_integer() and abs(value) < 1e16 else float.__repr__(value)
        case Decimal() if value.is_finite():
            return _decimal_text(value)
        case datetime():
            return datetime.isoformat(value)  # without the nanoseconds of pandas
        case date():
            return date.isoformat(value)
        case _:
            return None


def _decimal_text(value: Decimal) -> str | None:
    if abs(value.adjusted()) > amounts.LONGEST:
        return None
    text = format(value, "f")
    return (text.rstrip("0").rstrip(".") if "." in text else text) or "0"


def _excerpt(cell: object) -> str:
    try:
        return str(cell)[:MOST_SHOWN]
    except Exception:
        return "an object that cannot be shown"
