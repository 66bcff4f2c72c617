"""Building operands: names, values, functions and arithmetic; and the places of parts."""

from __future__ import annotations

from datetime import date
from functools import partial
from typing import Any, TypeAlias

from lark import Token

from qualify.language.amounts import CURRENCIES, looks_like_thousands, number_of
from qualify.language.durations import LENGTHS, CalendarPeriod, Duration, Unit
from qualify.language.functions import FUNCTIONS, SELECTORS
from qualify.language.kinds import RESERVED_WORDS, Kind
from qualify.parsing.syntax import Binary, Function, Header, Literal, Name, Operand, Period, Selection, Today
from qualify.text.compare import tidy
from qualify.text.diagnostics import Diagnostic
from qualify.text.fixes import Fix
from qualify.text.source import Source, Span
from qualify.text.suggest import did_you_mean

LARGEST_COUNT = 10**12  # points, periods

Piece: TypeAlias = Any  # a token or what a method returned


class Operands:
    """Builds operands and values. `base` is the offset in the source of the text being read."""

    def __init__(self) -> None:
        self.source = Source("", "")
        self.base = 0
        self.errors: list[Diagnostic] = []
        self.doubts: list[Diagnostic] = []
        for function in FUNCTIONS:
            setattr(self, function, partial(self._function, function))
        for selector in SELECTORS:
            setattr(self, selector, partial(self._selection, selector))

    # --- places

    def span(self, *parts: Piece) -> Span:
        """Return the span from the first to the last part that has a place."""
        first = self._span_of(parts[0])
        return first if len(parts) == 1 else first.to(self._span_of(parts[-1]))

    def _span_of(self, part: Piece) -> Span:
        if isinstance(part, Token):
            start, end = part.start_pos or 0, part.end_pos or 0
            start += len(part) - len(part.lstrip())  # the token of a bullet begins on the line before
            return Span(self.source, self.base + start, self.base + end)
        if isinstance(part, (list, tuple)):
            return self.span(part[0], part[-1])
        span: Span = part.span
        return span

    def problem(self, code: str, message: str, span: Span, advice: Fix | str | None = None) -> None:
        assert code.startswith("E")
        self.errors.append(Diagnostic(code, message, span, advice))

    def doubt(self, code: str, message: str, span: Span, hint: str) -> None:
        assert code.startswith("W")
        self.doubts.append(Diagnostic(code, message, span, hint))

    # --- values

    def name(self, parts: list[Token]) -> Name:
        name = Name(str(parts[0]), self.span(*parts))
        if name.text.lower() in RESERVED_WORDS:
            hint = f"call it something else, or write `[{name.text}]` for the column"
            self.problem("E108", f"`{name.text}` is a reserved word, not a name", name.span, hint)
        return name

    def header(self, parts: list[Token]) -> Header:
        return Header(tidy(parts[0][1:-1]), self.span(*parts))

    def text(self, parts: list[Token]) -> Literal:
        return Literal(tidy(parts[0][1:-1]), Kind.TEXT, self.span(*parts))

    def number(self, parts: list[Token]) -> Literal:
        return Literal(self._number(str(parts[0]), self.span(*parts)), Kind.NUMBER, self.span(*parts))

    def money(self, parts: list[Token]) -> Literal:
        written = str(parts[0])
        sign = next((sign for sign in "$€£" if sign in written), None)
        currency = sign or written[-3:]
        amount = written.replace(sign, "", 1) if sign else written[:-3]
        if not sign and currency not in CURRENCIES:
            span = self.span(*parts)
            code = Span(span.source, span.end - len(currency), span.end)
            otherwise = "write its code of three letters, such as `USD`"
            advice = did_you_mean(code, currency, sorted(CURRENCIES), otherwise)
            self.problem("E109", f"there is no currency `{currency}`", span, advice)
            currency = "$"
        value = self._number("".join(amount.split()), self.span(*parts))
        return Literal(value, Kind.MONEY, self.span(*parts), currency)

    def _number(self, written: str, span: Span) -> float:
        """Return the value of a number; report one that is too large, and warn about `25.000`."""
        value = number_of(written.replace("−", "-"))
        if value is None:
            self.problem("E106", f"`{span.text[:20]}…` is too large a number", span)
        elif looks_like_thousands(written, "."):
            plain = span.text.replace(written, f"{value:g}")
            hint = f"write `{plain}`, or `{span.text.replace('.', ',')}` for thousands"
            self.doubt("W102", f"`{span.text}` is read as {value:g}", span, hint)
        return value or 0.0

    def date(self, parts: list[Token]) -> Literal:
        try:
            day = date.fromisoformat(parts[0])
        except ValueError:
            self.problem("E106", f"`{parts[0]}` is not a valid date", self.span(*parts))
            day = date(2000, 1, 1)
        return Literal(day, Kind.DATE, self.span(*parts))

    def today(self, parts: list[Token]) -> Today:
        return Today(self.span(*parts))

    def flag(self, parts: list[Token]) -> Literal:
        return Literal(parts[0].type == "YES", Kind.FLAG, self.span(*parts))

    def duration(self, parts: list[Token]) -> Period:
        number, unit = parts
        units: dict[str, Unit] = {"d": "days", "w": "weeks", "m": "months", "y": "years"}
        count = self._whole(number, "the number of days, weeks, months or years", least=0)
        return Period(Duration(count, units[unit[0].lower()]), self.span(*parts))

    def period(self, parts: list[Token]) -> Period:
        which, word = parts[0].lower().split()
        (unit,) = (unit for unit in LENGTHS if unit == word)
        return Period(CalendarPeriod(unit, {"last": -1, "this": 0, "next": 1}[which]), self.span(*parts))

    def month(self, parts: list[Token]) -> Period:
        try:
            day = date.fromisoformat(f"{parts[0]}-01")
        except ValueError:
            self.problem("E106", f"`{parts[0]}` is not a valid month", self.span(*parts))
            day = date(2000, 1, 1)
        return Period(CalendarPeriod("month", day=day), self.span(*parts))

    def _whole(self, number: Token, what: str, least: int | None = None) -> int:
        """Return the value of a whole number; report anything else and return 1."""
        value = number_of(str(number).replace("−", "-").removeprefix("+"))
        if value is None or value != int(value) or abs(value) > LARGEST_COUNT or (least is not None and value < least):
            bounds = "" if least is None else f" from {least}"
            bounds = f" up to {LARGEST_COUNT:,}" if value is None or abs(value) > LARGEST_COUNT else bounds
            self.problem("E106", f"{what} has to be a whole number{bounds}, not `{number[:20]}`", self.span(number))
            return 1
        return int(value)

    def _points(self, number: Token, what: str = "the number of points", least: int | None = None) -> Literal:
        return Literal(float(self._whole(number, what, least)), Kind.NUMBER, self.span(number))

    def _function(self, function: str, parts: list[Piece]) -> Function:
        _, argument = parts
        return Function(function, argument, self.span(*parts))

    def _selection(self, selector: str, parts: list[Piece]) -> Selection:
        choices = tuple(part for part in parts if not isinstance(part, Token))
        return Selection(selector, choices, self.span(*parts))

    def binary(self, parts: list[Piece]) -> Binary:
        left, token, right = parts
        sign = str(token).strip()  # a sign that starts a line includes the line break before it
        return Binary("-" if sign in ("−", "–") else sign, left, right, self.span(*parts))

    def bracketed(self, parts: list[Piece]) -> Operand:
        expression: Operand = parts[1]
        return expression
