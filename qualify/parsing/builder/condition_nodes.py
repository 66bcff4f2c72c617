"""Building conditions: tests, checklists, `and`, `or` and `not`."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from itertools import pairwise

from lark import Token

from qualify.language import logic
from qualify.language.kinds import Kind
from qualify.language.logic import Count, Not
from qualify.language.operators import OPERATORS
from qualify.parsing.builder.operand_nodes import Operands, Piece
from qualify.parsing.syntax import Bare, Condition, Literal, Operand, Period, Test
from qualify.text.fixes import rewrite
from qualify.text.source import Span


@dataclass(frozen=True, slots=True)
class Predicate:
    """A test without its subject."""

    operator: str
    values: tuple[Operand | Period, ...]
    many: bool
    every: bool
    negated: bool
    symbol: bool
    span: Span


@dataclass(frozen=True, slots=True)
class InlineList:
    """A quantifier over conditions in a line, without brackets: `at least 2 of A, B, C`."""

    condition: Condition
    quantifier: Span
    items: tuple[Condition, ...]
    span: Span


@dataclass(frozen=True, slots=True)
class Quantifier:
    """How many of several conditions have to be met."""

    words: str  # all of, any of, none of, at least, at most, exactly
    number: Token | None
    span: Span


@dataclass(frozen=True, slots=True)
class TextValues:
    """The values of a text test, and the `any of`, `all of` or `none of` before them."""

    quantifier: Token | None
    values: list[Piece]
    span: Span


NEGATIVE = {"NOT", "UNEQUAL", "NONE_OF", "UNKNOWN", "BLANK"}
SYMBOLS = frozenset[str]().union(*(one.symbols for one in OPERATORS.values()))


class Conditions(Operands):
    """Builds conditions."""

    def __init__(self) -> None:
        super().__init__()
        for operator in OPERATORS:
            setattr(self, operator, partial(self._predicate, operator))

    def _predicate(self, operator: str, parts: list[Piece]) -> Predicate:
        tokens = [part for part in parts if isinstance(part, Token)]
        values: list[Piece] = []
        for part in parts:
            if isinstance(part, TextValues):
                tokens += [part.quantifier] if part.quantifier else []
                values += part.values
            elif isinstance(part, list):
                values += part
            elif not isinstance(part, Token):
                values.append(part)
        types = [token.type for token in tokens]
        negatives = [kind for kind in types if kind in NEGATIVE or kind.startswith("DOES_NOT")]
        if types[0].startswith("DOES_NOT") and "NONE_OF" in types:
            span = self.span(tokens[0], tokens[-1])
            self.problem(
                "E309", f"`{span.text}` is a double negative", span, rewrite(span, f"write `{tokens[0]} any of …`")
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

    def sought(self, parts: list[Piece]) -> TextValues:
        if isinstance(parts[0], Token):
            return TextValues(parts[0], parts[1], self.span(*parts))
        return TextValues(None, parts, self.span(*parts))

    def values(self, parts: list[Piece]) -> list[Piece]:
        values = [part for part in parts if not isinstance(part, Token)]
        self._check_commas(values)
        return values

    def _check_commas(self, values: list[Piece]) -> None:
        """Report commas without a space after them in a list of numbers; warn about numbers that have commas."""
        numbers = [value for value in values if isinstance(value, Literal) and value.kind in (Kind.NUMBER, Kind.MONEY)]
        for number, following in pairwise(numbers):
            between = self.source.text[number.span.end : following.span.start]
            if between == ",":
                message = "a comma between numbers needs a space after it"
                span = number.span.to(following.span)
                fix = rewrite(span, f"write `{number.span.text}, {following.span.text}`")
                self.problem("E110", message, span, fix)
        for number in numbers:
            if "," in number.span.text:
                apart = number.span.text.replace(",", ", ")
                plain = number.span.text.replace(",", "")
                message = f"`{number.span.text}` in a list is read as one number"
                self.doubt("W101", message, number.span, f"write `{plain}`, or `{apart}` for several")

    def test(self, parts: list[Piece]) -> Test:
        subject, test = parts
        return Test(
            subject, test.operator, test.values, test.many, test.every, test.negated, test.symbol, self.span(*parts)
        )

    def bare(self, parts: list[Piece]) -> Bare:
        return Bare(parts[0], self.span(*parts))

    def negation(self, parts: list[Piece]) -> Not[Condition]:
        return Not(plain(parts[1]), self.span(*parts))

    def group(self, parts: list[Piece]) -> Condition:
        return plain(parts[1])

    def chain(self, parts: list[Piece]) -> Condition:
        """Return `and` or `or` of several conditions. Report a mixture, and a list in a line: they are ambiguous."""
        span = self.span(*parts)
        units, joins = parts[0::2], [str(join).lower() for join in parts[1::2]]
        conditions = tuple(plain(unit) for unit in units)
        for place, unit in enumerate(units[:-1]):
            if isinstance(unit, InlineList):
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

    def _after_list(self, unit: InlineList, following: Piece, join: str) -> None:
        other = short(self._span_of(following))
        items = [short(item.span) for item in unit.items]
        words = short(unit.quantifier)
        first = f"({words} {', '.join(items)}) {join} {other}"
        second = f"{words} {', '.join(items[:-1])}, ({items[-1]} {join} {other})"
        self.problem(
            "E103",
            f"after an inline list, `{join}` needs brackets",
            unit.span.to(self._span_of(following)),
            f"write `{first}` or\nwrite `{second}`",
        )

    def quantifier(self, parts: list[Token]) -> Quantifier:
        words = " ".join(str(parts[0]).lower().split())
        return Quantifier(words, parts[1] if len(parts) > 1 else None, self.span(*parts))

    def quantified(self, parts: list[Piece]) -> InlineList:
        quantifier, *rest = parts
        items = tuple(plain(part) for part in rest if not isinstance(part, Token))
        span = self.span(*parts)
        return InlineList(self._counted(quantifier, items, span), quantifier.span, items, span)

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
        number = self._whole(quantifier.number, "the number of conditions")
        if not 1 <= number <= total:
            there = "there is 1" if total == 1 else f"there are {total}"
            message = f"{there} to choose from, so `{quantifier.words} {number} of` makes no sense"
            fix = rewrite(quantifier.span, f"write `{quantifier.words} {min(max(number, 1), total)} of`")
            self.problem("E306", message, quantifier.span, fix)
        low, high = {"at least": (number, total), "at most": (0, number), "exactly": (number, number)}[quantifier.words]
        return Count(items, low, high, span)


def plain(condition: Condition | InlineList) -> Condition:
    """Return a condition itself, for a list in a line whose extent brackets or the end make clear."""
    return condition.condition if isinstance(condition, InlineList) else condition


def short(span: Span) -> str:
    """Return what was written, on one line, with the brackets around it if there are any."""
    text = span.source.text
    before, after = text[: span.start].rstrip(), text[span.end :].lstrip()
    written = " ".join(span.text.split())
    return f"({written})" if before.endswith("(") and after.startswith(")") else written


def bracketed(texts: list[str], joins: list[str], inner: str) -> str:
    """Return a chain of `and` and `or` with brackets around each run joined by `inner`."""
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
