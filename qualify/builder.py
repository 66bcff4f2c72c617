"""From the words of a rule file to the tree of what was written; the parser calls a method for each rule it reads.

Lark calls the method named like the grammar's rule or alias with its parts: tokens, and what earlier calls returned.
A part whose first and last piece are known has a place, so each node knows its span. What reads as a sentence but
cannot be meant (`and` and `or` mixed, a date that is no day) is noted in `problems`, and reading goes on.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import partial
from itertools import pairwise
from typing import Any as Parts
from typing import NamedTuple, TypeAlias

from lark import Token

from qualify import logic
from qualify.diagnostics import Diagnostic
from qualify.duration import Duration, Unit
from qualify.functions import FUNCTIONS
from qualify.logic import Answer, Count, Not
from qualify.numbers import CURRENCIES, looks_like_thousands, number_of
from qualify.operators import OPERATORS
from qualify.schema import Kind, closest
from qualify.source import Source, Span
from qualify.syntax import (
    Bare,
    Binary,
    Condition,
    Criterion,
    Define,
    Example,
    ExpectAsk,
    Expectation,
    ExpectCouldBe,
    ExpectStage,
    ExpectValue,
    Fading,
    Function,
    Given,
    Grade,
    Header,
    Heading,
    List,
    Literal,
    Name,
    Operand,
    Otherwise,
    Output,
    Per,
    Period,
    Rule,
    Score,
    ScoreLine,
    Stages,
    Test,
    Today,
    Use,
    When,
)
from qualify.text import tidy


@dataclass(frozen=True, slots=True)
class Predicate:
    """What is asked of a subject, before it is known of what."""

    operator: str
    values: tuple[Operand | Period, ...]
    many: bool
    every: bool
    negated: bool
    symbol: bool
    span: Span


@dataclass(frozen=True, slots=True)
class InLine:
    """A quantifier over conditions in a line, not in brackets: `at least 2 of A, B, C`."""

    condition: Condition
    quantifier: Span
    items: tuple[Condition, ...]
    span: Span


class Quantifier(NamedTuple):
    words: str  # all of, any of, none of, at least, at most, exactly
    number: Token | None
    span: Span


NEGATIVE = {"NOT", "UNEQUAL", "NONE_OF", "UNKNOWN", "BLANK"}
SYMBOLS = {"=", "!=", "≠", "<", "<=", "≤", ">", ">=", "≥"}
NEVER_NAMES = frozenset({"and", "or", "not", "all", "any", "none", "is"})
LONGEST_NUMBER = 10**12  # whole numbers that are counted with: points, periods

YES_NO_UNKNOWN = {"YES": Answer.YES, "NO": Answer.NO, "UNKNOWN": Answer.UNKNOWN}
Piece: TypeAlias = Parts  # a token or what a method returned


class Builder:
    """Makes the nodes of one text. `base` is where in the source the text stands."""

    def __init__(self) -> None:
        self.source = Source("", "")
        self.base = 0
        self.problems: list[Diagnostic] = []
        for operator in OPERATORS:
            setattr(self, operator, partial(self._predicate, operator))
        for function in FUNCTIONS:
            setattr(self, function, partial(self._function, function))

    # --- places

    def span(self, *parts: Piece) -> Span:
        """Return the span from the first to the last part that has a place."""
        first = self._span_of(parts[0])
        return first if len(parts) == 1 else first.to(self._span_of(parts[-1]))

    def _span_of(self, part: Piece) -> Span:
        if isinstance(part, Token):
            start, end = part.start_pos or 0, part.end_pos or 0
            start += len(part) - len(part.lstrip())  # a bullet's token begins on the line before
            return Span(self.source, self.base + start, self.base + end)
        if isinstance(part, (list, tuple)) and not isinstance(part, Quantifier):
            return self.span(part[0], part[-1])
        span: Span = part.span
        return span

    def problem(self, code: str, message: str, span: Span, hint: str | None = None) -> None:
        self.problems.append(Diagnostic(code, message, span, hint))

    # --- values

    def name(self, parts: list[Token]) -> Name:
        name = Name(str(parts[0]), self.span(*parts))
        if name.text.lower() in NEVER_NAMES:
            hint = f"call it something else, or write `[{name.text}]` for the column"
            self.problem("E108", f"`{name.text}` is a word of the language, and no name", name.span, hint)
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
            close = closest(currency, sorted(CURRENCIES))
            hint = f"did you mean `{close}`?" if close else "write its code of three letters, such as `USD`"
            self.problem("E109", f"there is no currency `{currency}`", self.span(*parts), hint)
            currency = "$"
        value = self._number(amount.replace(" ", "").replace("\u00a0", ""), self.span(*parts))
        return Literal(value, Kind.MONEY, self.span(*parts), currency)

    def _number(self, written: str, span: Span) -> float:
        """Return a number that was written; one that is too large is a problem, `25.000` a doubt."""
        value = number_of(written.replace("−", "-"))
        if value is None:
            self.problem("E106", f"`{span.text[:20]}…` is too large a number", span)
        elif looks_like_thousands(written, "."):
            plain = span.text.replace(written, f"{value:g}")
            hint = f"write `{plain}`, or `{span.text.replace('.', ',')}` for thousands"
            self.problem("W102", f"`{span.text}` is read as {value:g}", span, hint)
        return value or 0.0

    def date(self, parts: list[Token]) -> Literal:
        try:
            day = date.fromisoformat(parts[0])
        except ValueError:
            self.problem("E106", f"`{parts[0]}` is not a day of the calendar", self.span(*parts))
            day = date(2000, 1, 1)
        return Literal(day, Kind.DATE, self.span(*parts))

    def today(self, parts: list[Token]) -> Today:
        return Today(self.span(*parts))

    def flag(self, parts: list[Token]) -> Literal:
        return Literal(parts[0].type == "YES", Kind.FLAG, self.span(*parts))

    def duration(self, parts: list[Token]) -> Period:
        number, unit = parts
        units: dict[str, Unit] = {"d": "days", "w": "weeks", "m": "months", "y": "years"}
        count = self._whole(number, "a number of days, weeks, months or years", least=0)
        return Period(Duration(count, units[unit[0].lower()]), self.span(*parts))

    def _whole(self, number: Token, what: str, least: int | None = None) -> int:
        """Return a whole number that was written; where it is none, note so and return 1."""
        value = number_of(str(number).replace("−", "-").removeprefix("+"))
        if value is None or value != int(value) or abs(value) > LONGEST_NUMBER or (least is not None and value < least):
            bounds = "" if least is None else f" from {least}"
            bounds = f" up to {LONGEST_NUMBER:,}" if value is None or abs(value) > LONGEST_NUMBER else bounds
            self.problem("E106", f"{what} is a whole number{bounds}, not `{number[:20]}`", self.span(number))
            return 1
        return int(value)

    def _points(self, number: Token, what: str = "the number of points", least: int | None = None) -> Literal:
        return Literal(float(self._whole(number, what, least)), Kind.NUMBER, self.span(number))

    def _function(self, function: str, parts: list[Piece]) -> Function:
        arguments = tuple(part for part in parts if not isinstance(part, Token))
        return Function(function, arguments, self.span(*parts))

    def binary(self, parts: list[Piece]) -> Binary:
        left, token, right = parts
        sign = str(token).strip()  # one that stands first on its line comes with what is before it
        return Binary("-" if sign in ("−", "–") else sign, left, right, self.span(*parts))

    def bracketed(self, parts: list[Piece]) -> Operand:
        expression: Operand = parts[1]
        return expression

    # --- conditions

    def _predicate(self, operator: str, parts: list[Piece]) -> Predicate:
        tokens = [part for part in parts if isinstance(part, Token)]
        values: list[Piece] = []
        for part in parts:
            if isinstance(part, Sought):
                tokens += [part.quantifier] if part.quantifier else []
                values += part.values
            elif isinstance(part, list):
                values += part
            elif not isinstance(part, Token):
                values.append(part)
        types = [token.type for token in tokens]
        negatives = [kind for kind in types if kind in NEGATIVE or kind.startswith("DOES_NOT")]
        if types[0].startswith("DOES_NOT") and "NONE_OF" in types:
            self.problem(
                "E309",
                f"`{self.span(tokens[0], tokens[-1]).text}` says no twice",
                self.span(tokens[0], tokens[-1]),
                f"write `{tokens[0]} any of …`",
            )
        return Predicate(
            operator,
            tuple(values),
            many=any(kind in ("ANY_OF", "ALL_OF", "NONE_OF", "IN") for kind in types),
            every="ALL_OF" in types,
            negated=len(negatives) % 2 == 1,
            symbol=str(tokens[0]) in SYMBOLS,
            span=self.span(*parts),
        )

    def sought(self, parts: list[Piece]) -> Sought:
        if isinstance(parts[0], Token):
            return Sought(parts[0], parts[1], self.span(*parts))
        return Sought(None, parts, self.span(*parts))

    def values(self, parts: list[Piece]) -> list[Piece]:
        values = [part for part in parts if not isinstance(part, Token)]
        self._check_commas(values)
        return values

    def _check_commas(self, values: list[Piece]) -> None:
        """In a list of numbers a comma needs a space after it; a number with commas in it may be two."""
        numbers = [value for value in values if isinstance(value, Literal) and value.kind in (Kind.NUMBER, Kind.MONEY)]
        for number, following in pairwise(numbers):
            between = self.source.text[number.span.end : following.span.start]
            if between == ",":
                message = "a comma between numbers needs a space after it"
                hint = f"write `{number.span.text}, {following.span.text}`"
                self.problem("E110", message, number.span.to(following.span), hint)
        for number in numbers:
            if "," in number.span.text:
                apart = number.span.text.replace(",", ", ")
                plain = number.span.text.replace(",", "")
                message = f"`{number.span.text}` in a list is read as one number"
                self.problem("W101", message, number.span, f"write `{plain}`, or `{apart}` for several")

    def test(self, parts: list[Piece]) -> Test:
        subject, asked = parts
        return Test(
            subject,
            asked.operator,
            asked.values,
            asked.many,
            asked.every,
            asked.negated,
            asked.symbol,
            self.span(*parts),
        )

    def bare(self, parts: list[Piece]) -> Bare:
        return Bare(parts[0], self.span(*parts))

    def loose(self, parts: list[Piece]) -> Bare:
        return Bare(parts[0], self.span(*parts))

    def negation(self, parts: list[Piece]) -> Not[Condition]:
        return Not(plain(parts[1]), self.span(*parts))

    def group(self, parts: list[Piece]) -> Condition:
        return plain(parts[1])

    def chain(self, parts: list[Piece]) -> Condition:
        """Return `and` or `or` of several conditions. Mixed, or after an in-line list, it has two readings."""
        span = self.span(*parts)
        units, joins = parts[0::2], [str(join).lower() for join in parts[1::2]]
        conditions = tuple(plain(unit) for unit in units)
        for place, unit in enumerate(units[:-1]):
            if isinstance(unit, InLine):
                self._after_list(unit, units[place + 1], joins[place])
        if len(set(joins)) > 1:
            self._mixed(units, joins, span)
        return logic.All(conditions, span) if joins[0] == "and" else logic.Any(conditions, span)

    def _mixed(self, units: list[Piece], joins: list[str], span: Span) -> None:
        texts = [short(self._span_of(unit)) for unit in units]
        readings = [bracketed(texts, joins, inner) for inner in ("and", "or")]
        self.problem(
            "E102", "`and` and `or` together need brackets", span, " or\n".join(f"write `{r}`" for r in readings)
        )

    def _after_list(self, unit: InLine, following: Piece, join: str) -> None:
        other = short(self._span_of(following))
        items = [short(item.span) for item in unit.items]
        words = short(unit.quantifier)
        first = f"({words} {', '.join(items)}) {join} {other}"
        second = f"{words} {', '.join(items[:-1])}, ({items[-1]} {join} {other})"
        self.problem(
            "E103",
            f"after a list in a line, `{join}` needs brackets",
            unit.span.to(self._span_of(following)),
            f"write `{first}` or\nwrite `{second}`",
        )

    def quantifier(self, parts: list[Token]) -> Quantifier:
        words = " ".join(str(parts[0]).lower().split())
        return Quantifier(words, parts[1] if len(parts) > 1 else None, self.span(*parts))

    def quantified(self, parts: list[Piece]) -> InLine:
        quantifier, *rest = parts
        items = tuple(plain(part) for part in rest if not isinstance(part, Token))
        span = self.span(*parts)
        return InLine(self._counted(quantifier, items, span), quantifier.span, items, span)

    def bullet(self, parts: list[Piece]) -> Condition:
        return plain(parts[1])

    def checklist(self, parts: list[Piece]) -> Condition:
        quantifier, *items = parts
        return self._counted(quantifier, tuple(items), self.span(*parts))

    def _counted(self, quantifier: Quantifier, items: tuple[Condition, ...], span: Span) -> Condition:
        total = len(items)
        if quantifier.words == "all of":
            return logic.All(items, span)
        if quantifier.words == "any of":
            return logic.Any(items, span)
        if quantifier.number is None:  # none of
            return Count(items, 0, 0, span)
        number = self._whole(quantifier.number, "how many of them are needed")
        if not 1 <= number <= total:
            there = "there is 1" if total == 1 else f"there are {total}"
            message = f"{there} to choose from, so `{quantifier.words} {number} of` cannot be meant"
            hint = f"write `{quantifier.words} {min(max(number, 1), total)} of`"
            self.problem("E306", message, quantifier.span, hint)
        low, high = {"at least": (number, total), "at most": (0, number), "exactly": (number, number)}[quantifier.words]
        return Count(items, low, high, span)

    # --- statements

    def heading(self, parts: list[Piece]) -> Heading:
        items = tuple(part for part in parts if isinstance(part, tuple))
        return Heading(self.text([parts[1]]), items, self.span(parts[0], *[item for _, item in items] or [parts[1]]))

    def heading_item(self, parts: list[Token]) -> tuple[str, Literal]:
        keyword, value = parts
        literal = self.date([value]) if value.type == "DATE" else self.text([value])
        return " ".join(str(keyword).lower().split()), literal

    def use(self, parts: list[Token]) -> Use:
        return Use(self.text([parts[1]]), self.span(*parts))

    def stages(self, parts: list[Piece]) -> Stages:
        return Stages(tuple(part for part in parts if isinstance(part, Name)), self.span(*parts))

    def stage(self, parts: list[Token]) -> Name:
        token = parts[0]
        return Name(tidy(token[1:-1]) if token.type == "TEXT" else str(token), self.span(token))

    def named_list(self, parts: list[Piece]) -> List:
        return List(self.name([parts[1]]), tuple(parts[3]), None, None, self.span(*parts))

    def list_from(self, parts: list[Token]) -> List:
        texts = [self.text([part]) for part in parts if part.type == "TEXT"]
        column = texts[1] if len(texts) > 1 else None
        return List(self.name([parts[1]]), (), texts[0], column, self.span(*parts))

    def list_values(self, parts: list[Piece]) -> list[Piece]:
        return self.values(parts)

    def list_bullets(self, parts: list[Piece]) -> list[Piece]:
        return [part for part in parts if not isinstance(part, Token)]

    def define(self, parts: list[Piece]) -> Define:
        return Define(self.name([parts[1]]), parts[3], self.span(*parts))

    def criterion(self, parts: list[Piece]) -> Criterion:
        meaning = str(self.text([parts[2]]).value) if parts[2].type == "TEXT" else None
        return Criterion(self.name([parts[1]]), meaning, plain(parts[-1]), self.span(*parts))

    def score(self, parts: list[Piece]) -> Score:
        kept = next((part for part in parts if isinstance(part, tuple)), None)
        lines: tuple[ScoreLine, ...] = tuple(part for part in parts if isinstance(part, (When, Per, Fading)))
        return Score(self.name([parts[1]]), lines, kept, self.span(*parts))

    def kept(self, parts: list[Token]) -> tuple[Literal, Literal]:
        return self._points(parts[2], "what a score is kept between"), self._points(
            parts[4], "what a score is kept between"
        )

    def when(self, parts: list[Piece]) -> When:
        return When(self._points(parts[0]), plain(parts[2]), self.span(*parts))

    def per(self, parts: list[Piece]) -> Per:
        up_to = self._points(parts[4], "what a line is capped at", 0) if len(parts) > 3 else None
        return Per(self._points(parts[0]), parts[2], up_to, self.span(*parts))

    def fading(self, parts: list[Piece]) -> Fading:
        points, _, _, by, _, every, _, since = parts
        if every.duration.count == 0:
            self.problem("E306", "points fade every so often: a period of at least 1", every.span)
            every = Period(Duration(1, every.duration.unit), every.span)
        by_points = self._points(by, "what a line fades by", 1)
        return Fading(self._points(points), by_points, every, since, self.span(*parts))

    def grade(self, parts: list[Piece]) -> Grade:
        bands = tuple(part for part in parts if isinstance(part, tuple))
        last = parts[-1]
        otherwise = self.text([last]) if isinstance(last, Token) else None
        return Grade(self.name([parts[1]]), self.name([parts[3]]), bands, otherwise, self.span(*parts))

    def band(self, parts: list[Token]) -> tuple[Literal, Literal]:
        return self.text([parts[0]]), self.number([parts[2]])

    def rule(self, parts: list[Piece]) -> Rule:
        outputs = parts[6] if len(parts) > 6 else []
        return Rule(self.text([parts[1]]), parts[3], plain(parts[5]), tuple(outputs), self.span(*parts))

    def outputs(self, parts: list[Piece]) -> list[Output]:
        return [part for part in parts if isinstance(part, Output)]

    def output(self, parts: list[Token]) -> Output:
        return Output(self.name([parts[0]]), self.text([parts[1]]), self.span(*parts))

    def otherwise(self, parts: list[Piece]) -> Otherwise:
        return Otherwise(parts[1], tuple(parts[2]) if len(parts) > 2 else (), self.span(*parts))

    # --- examples

    def example(self, parts: list[Piece]) -> Example:
        given: list[Given] = []
        on: Literal | None = None
        expected: list[Expectation] = []
        for part in parts[3:]:
            if isinstance(part, Literal):
                on = part
            elif isinstance(part[0], Given):
                given += part
            else:
                expected += part
        return Example(self.text([parts[1]]), tuple(given), on, tuple(expected), self.span(*parts))

    def givens(self, parts: list[Piece]) -> list[Given]:
        return [part for part in parts if isinstance(part, Given)]

    def given(self, parts: list[Piece]) -> Given:
        field, value = parts
        return Given(field, None if isinstance(value, Token) else value, self.span(*parts))

    def on(self, parts: list[Token]) -> Literal:
        return self.date([parts[1]])

    def expect(self, parts: list[Piece]) -> list[Expectation]:
        """Return what is expected; names that follow `ask a, …` are more of its fields."""
        expected: list[Expectation] = []
        for part in parts:
            if isinstance(part, Token):
                continue
            before = expected[-1] if expected else None
            if isinstance(before, ExpectAsk) and isinstance(part, ExpectStage) and part.rule is None:
                expected[-1] = ExpectAsk((*before.fields, part.stage), self.span(before, part))
            else:
                expected.append(part)
        return expected

    def expect_stage(self, parts: list[Piece]) -> ExpectStage:
        rule = self.text([parts[2]]) if len(parts) > 1 else None
        return ExpectStage(parts[0], rule, self.span(*parts))

    def expect_could_be(self, parts: list[Piece]) -> ExpectCouldBe:
        return ExpectCouldBe(parts[1], self.span(*parts))

    def expect_ask(self, parts: list[Piece]) -> ExpectAsk:
        return ExpectAsk((parts[1],), self.span(*parts))

    def expect_value(self, parts: list[Token]) -> ExpectValue:
        name, value = parts
        if value.type in YES_NO_UNKNOWN:
            return ExpectValue(self.name([name]), YES_NO_UNKNOWN[value.type], self.span(*parts))
        literal = self.number([value]) if value.type == "NUMBER" else self.text([value])
        return ExpectValue(self.name([name]), literal, self.span(*parts))

    def start(self, parts: list[Piece]) -> list[Piece]:
        return parts


@dataclass(frozen=True, slots=True)
class Sought:
    """The values after a text test, and the `any of`, `all of` or `none of` before them."""

    quantifier: Token | None
    values: list[Piece]
    span: Span


def plain(condition: Condition | InLine) -> Condition:
    """Return a condition without the note that it was a list in a line: brackets or the end settle its extent."""
    return condition.condition if isinstance(condition, InLine) else condition


def short(span: Span) -> str:
    """Return what was written in one line, with the brackets around it if it stands in some."""
    text = span.source.text
    before, after = text[: span.start].rstrip(), text[span.end :].lstrip()
    written = " ".join(span.text.split())
    return f"({written})" if before.endswith("(") and after.startswith(")") else written


def bracketed(texts: list[str], joins: list[str], inner: str) -> str:
    """Return a mixed chain with brackets around its runs joined by `inner`."""
    runs: list[list[str]] = [[texts[0]]]
    outer: list[str] = []
    for join, text in zip(joins, texts[1:], strict=True):
        if join == inner:
            runs[-1].append(text)
        else:
            outer.append(join)
            runs.append([text])
    grouped = [f" {inner} ".join(run) for run in runs]
    grouped = [f"({text})" if len(run) > 1 else text for text, run in zip(grouped, runs, strict=True)]
    return grouped[0] + "".join(f" {join} {text}" for join, text in zip(outer, grouped[1:], strict=True))
