"""Values and operands in the words of a salesperson: `budget is $8,500`, `employees is 51–200`."""

from __future__ import annotations

import math
from collections.abc import Iterable
from datetime import date
from typing import assert_never

from qualify.language.functions import FUNCTIONS, SELECTORS
from qualify.language.kinds import Kind, Range, Value
from qualify.model.expressions import (
    Arithmetic,
    Call,
    Constant,
    DefinedValue,
    FieldValue,
    Operand,
    Selection,
    Today,
)
from qualify.model.rules import Grade, Model
from qualify.model.walk import parts_of, reads
from qualify.record.evaluation import Evaluation, value

LONGEST_TEXT = 80  # characters of a cell that are shown
A_FEW = 3  # values of a list that are named

SIGNS = {"USD": "$", "EUR": "€", "GBP": "£"}
NOT_READABLE_AS = {
    Kind.NUMBER: "a number",
    Kind.MONEY: "money",
    Kind.DATE: "a date",
    Kind.FLAG: "yes or no",
    Kind.LIST: "a list",
}


def shortened(text: str, longest: int) -> str:
    """Return a text on one line, with white space collapsed, and cut with `…` if it is too long."""
    text = " ".join(text.split())
    return text if len(text) <= longest else text[: longest - 1].rstrip() + "…"


def quoted(text: str) -> str:
    return f'"{shortened(text, LONGEST_TEXT)}"'


def in_words(known: Value, currency: str | None = None) -> str:
    """Return a value as people write it: `8,500`, `$25,000`, `51–200`, `2026-10-01`, `yes`, `"VP of Sales"`."""
    match known:
        case bool():
            return "yes" if known else "no"
        case str():
            return quoted(known)
        case tuple():
            return a_few(map(quoted, known))
        case date():
            return known.isoformat()
        case Range():
            return _range_in_words(known, currency)
        case int() | float():
            return _number_in_words(known, currency)
    assert_never(known)


def a_few(words: Iterable[str]) -> str:
    """Return words separated by commas; only the first ones and `…` if there are many."""
    every = list(words)
    return ", ".join([*every[:A_FEW], "…"] if len(every) > A_FEW + 1 else every)


def counted(number: int, one: str, many: str | None = None) -> str:
    """Return a number with its noun: `1 error`, `2 errors`."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def _number_in_words(number: float, currency: str | None) -> str:
    if number == int(number) and abs(number) < 1e15:
        digits = f"{int(abs(number)):,}"
    elif 1e-3 <= abs(number) < 1e15:
        digits = f"{abs(number):,.2f}" if currency else f"{abs(number):,.6f}".rstrip("0").rstrip(".")
    else:
        digits = f"{abs(number):g}"
    minus = "-" if number < 0 else ""
    if currency in SIGNS:
        return f"{minus}{SIGNS[currency]}{digits}"
    return f"{minus}{digits} {currency}" if currency else f"{minus}{digits}"


def _range_in_words(span: Range, currency: str | None) -> str:
    low, high = (_number_in_words(end, currency) if math.isfinite(end) else "" for end in (span.low, span.high))
    if low and high and span.low_included and span.high_included:
        return f"{low}–{high}"
    above = (f"{low}+" if span.low_included else f"over {low}") if low else ""
    below = (f"up to {high}" if span.high_included else f"under {high}") if high else ""
    return ", ".join(filter(None, (above, below))) or "any number"


# --- operands --------------------------------------------------------------------------------------------------


def named(operand: Operand) -> str:
    """Return an operand as it is written: `budget`, `days since last_visit`, `seats * 120`."""
    match operand:
        case FieldValue(name) | DefinedValue(name):
            return name
        case Constant(fixed):
            return in_words(fixed)
        case Today():
            return "today"
        case Arithmetic(operator, left, right):
            return f"{_bracketed(left)} {operator} {_bracketed(right)}"
        case Call(function, argument):
            return f"{FUNCTIONS[function].words} {named(argument)}"
        case Selection(selector, choices):
            return f"{SELECTORS[selector].words} {', '.join(map(named, choices))}"
    assert_never(operand)


def _bracketed(operand: Operand) -> str:
    return f"({named(operand)})" if isinstance(operand, (Arithmetic, Call, Selection)) else named(operand)


def seen(operand: Operand, contact: Evaluation) -> str:
    """Return what is known of an operand: `budget is $8,500`, `title is not known`, and what a computed one is made
    from: `deal_size is $12,000 (seats is 100)`."""
    known = value(operand, contact)
    name = named(operand)
    if known is not None:
        verb = "has" if isinstance(known, tuple) else "is"
        words = f"{name} {verb} {in_words(known, operand.currency)}"
    elif isinstance(operand, FieldValue) and operand.name in contact.unreadable:
        what = NOT_READABLE_AS.get(operand.kind, "text")
        return f"{name} is {quoted(contact.unreadable[operand.name])}, not readable as {what}"
    else:
        words = f"{name} is not known"
    made_from = "; ".join(seen(part, contact) for part in _parts(operand, contact.model))
    return f"{words} ({made_from})" if made_from else words


def _parts(operand: Operand, model: Model) -> Iterable[Operand]:
    """Return the names that an operand is computed from, each once; none for a field or a score."""
    if isinstance(operand, DefinedValue) and isinstance(grade := model.definitions[operand.name], Grade):
        return [DefinedValue(grade.score, kind=Kind.SCORE)]
    return dict.fromkeys(name for part in parts_of(operand, model.definitions) for name in reads(part))
