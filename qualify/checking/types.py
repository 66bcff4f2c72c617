"""The type and currency of each field, from field files or inferred from its uses in the rules.

First, each use of a field is recorded as evidence for a type. Then fields that are compared with each other share
their types until nothing changes. A field without evidence is text.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import NamedTuple

from qualify.checking.names import Names
from qualify.language.amounts import DOLLARS, SIGNS
from qualify.language.functions import FUNCTIONS
from qualify.language.kinds import FIELD_KINDS, Kind
from qualify.language.operators import OPERATORS, resolve_symbol
from qualify.parsing import syntax
from qualify.parsing.syntax import Binary, Function, Header, Literal, Name, Operand, Selection, Today
from qualify.text.diagnostics import Diagnostic
from qualify.text.source import Span


class Evidence(NamedTuple):
    """A use of a field: the type it needs, and the place. `weak` means a number that may turn out to be money."""

    kind: Kind
    span: Span
    weak: bool = False


@dataclass
class Types:
    """What is known about types, by the name of the field."""

    names: Names
    evidence: dict[str, list[Evidence]] = field(default_factory=lambda: defaultdict(list))
    currencies: dict[str, list[tuple[str, Span]]] = field(default_factory=lambda: defaultdict(list))
    links: list[tuple[Operand, Operand, Span]] = field(default_factory=list)
    in_years: list[syntax.Test] = field(default_factory=list)  # `is in 2026`: a date, unless known to be a number

    def kind(self, operand: object) -> Kind | None:
        """Return the type of an operand, or None if it is not known yet."""
        match operand:
            case Literal():
                return operand.kind
            case Today():
                return Kind.DATE
            case Name(text) if text in self.names.definitions:
                definition = self.names.definitions[text]
                return (
                    self.kind(definition.expression) if isinstance(definition, syntax.Define) else definition.value_kind
                )
            case Name() | Header():
                return self._field_kind(operand)
            case Selection(_, choices):
                return next((kind for choice in choices if (kind := self.kind(choice))), None)
            case Function(function):
                return FUNCTIONS[function].gives
            case Binary(operator, left, right):
                return combined(operator, self.kind(left), self.kind(right))
        return None

    def _field_kind(self, mention: Name | Header) -> Kind | None:
        one = self.names.field(mention)
        if one.kind:
            return one.kind
        seen = self.evidence[one.name]
        strong = [use.kind for use in seen if not use.weak]
        if Kind.MONEY in strong:
            return Kind.MONEY
        return strong[0] if strong else (seen[0].kind if seen else None)

    def expect(self, operand: object, kind: Kind, span: Span, weak: bool = False) -> None:
        """Record that an operand needs a type, and so do the parts of a sum of money."""
        match operand:
            case Name(text) if text in self.names.definitions:
                definition = self.names.definitions[text]
                if isinstance(definition, syntax.Define):
                    self.expect(definition.expression, kind, span, weak)
            case Name(text) if text in self.names.lists:
                pass
            case Name() | Header():
                one = self.names.field(operand)
                if one.kind is None and kind in FIELD_KINDS:
                    uses = self.evidence[one.name]
                    if all(use.kind != kind or (use.weak and not weak) for use in uses):
                        uses.append(Evidence(kind, span, weak))
            case Binary() if kind is Kind.MONEY:
                for part in _money_parts(operand):
                    self.expect(part, kind, span)
            case Selection(_, choices):
                for choice in choices:
                    self.expect(choice, kind, span, weak)

    def currency(self, operand: object, text: str, span: Span) -> None:
        """Record the currency of an amount that an operand is compared with or added to."""
        match operand:
            case Name(name) if isinstance(definition := self.names.definitions.get(name), syntax.Define):
                self.currency(definition.expression, text, span)
            case Name(name) if name in self.names.definitions or name in self.names.lists:
                pass
            case Name() | Header():
                self.currencies[self.names.field(operand).name].append((text, span))
            case Binary():
                for part in _money_parts(operand):
                    self.currency(part, text, span)
            case Function(function, argument) if FUNCTIONS[function].gives is Kind.MONEY:
                self.currency(argument, text, span)
            case Selection(_, choices):
                for choice in choices:
                    self.currency(choice, text, span)


def _money_parts(whole: Binary) -> tuple[Operand, ...]:
    """Return the parts of a calculation that are money if the whole is: `price` in `price / seats`."""
    match whole:
        case Binary("+" | "-", left, right):
            return left, right
        case Binary("/", left) | Binary("*", left, Literal(kind=Kind.NUMBER)):
            return (left,)
        case Binary("*", Literal(kind=Kind.NUMBER), right):
            return (right,)
    return ()


def combined(operator: str, left: Kind | None, right: Kind | None) -> Kind | None:
    """Return the type of a sum, product, ...; None where it is not known or there is none."""
    money = (left, right).count(Kind.MONEY)
    if operator in "+-":
        return Kind.MONEY if money else Kind.NUMBER
    if operator == "*":
        return Kind.MONEY if money == 1 else Kind.NUMBER
    return Kind.MONEY if left is Kind.MONEY and right is not Kind.MONEY else Kind.NUMBER


# --- evidence --------------------------------------------------------------------------------------------------


def infer(statements: Sequence[syntax.Statement], names: Names) -> tuple[Types, list[Diagnostic]]:
    """Return the types, after setting that of each field in `names`; and errors for fields that need two types."""
    types = Types(names)
    for statement in statements:
        for node in syntax.walk(statement):
            _note(node, types)
    _mention_given(statements, names)
    _share(types)
    for test in types.in_years:
        if types.kind(test.subject) is None:
            types.expect(test.subject, Kind.DATE, test.span)
    _share(types)
    return types, [*_conflicts(types), *_settle_currencies(types)]


def _mention_given(statements: Sequence[syntax.Statement], names: Names) -> None:
    """Add the fields that only examples mention."""
    for statement in statements:
        if isinstance(statement, syntax.Example):
            for given in statement.given:
                if not isinstance(given.field, Name) or given.field.text not in names.everything():
                    names.field(given.field)


def _note(node: object, types: Types) -> None:
    """Record the types that a part of a statement needs for its own parts."""
    match node:
        case syntax.Per(subject=subject):
            types.expect(subject, Kind.NUMBER, subject.span, weak=True)
        case syntax.Fading(since=since):
            types.expect(since, Kind.DATE, since.span)
        case syntax.Bare(operand):
            types.expect(operand, Kind.FLAG, operand.span)
        case syntax.Test():
            _note_test(node, types)
        case Function(function, argument):
            types.expect(argument, FUNCTIONS[function].takes, node.span)
        case Selection(_, choices):
            types.links += [(left, right, node.span) for left, right in pairwise(choices)]
        case Binary(operator, left, right):
            for side, other in ((left, right), (right, left)):
                types.expect(side, Kind.NUMBER, node.span, weak=True)
                if operator in "+-":
                    types.links.append((side, other, node.span))
                    if isinstance(other, Literal) and other.kind is Kind.MONEY:
                        types.expect(side, Kind.MONEY, node.span)
                        types.currency(side, other.currency or "", other.span)


def year_of(test: syntax.Test) -> int | None:
    """Return the year in `is in 2026`; None for any other test."""
    if test.operator != "is_any_of" or len(test.values) != 1:
        return None
    (value,) = test.values
    words = test.span.source.text[test.subject.span.end : value.span.start].lower().split()
    return int(value.span.text) if words[-1] == "in" and re.fullmatch(r"[1-9]\d{3}", value.span.text) else None


def _note_test(test: syntax.Test, types: Types) -> None:
    if year_of(test) is not None:
        types.in_years.append(test)
        return
    kinds = {
        kind for kind in FIELD_KINDS if kind in OPERATORS[resolve_symbol(test.operator, kind, test.symbol)].predicates
    }
    if not kinds:
        return
    if len(kinds) == 1:  # the test exists for one type only: `mentions`, `is before`, …
        (only,) = kinds
        types.expect(test.subject, only, test.span)
        wanted = Kind.TEXT if only is Kind.LIST else only
        for value in test.values:
            if not test.many:
                types.expect(value, wanted, test.span)
        return
    kind: Kind | None
    fits = True
    for value in test.values:
        if test.many and isinstance(value, Name):
            kind = _kind_of_list(value.text, types)
        else:
            kind = types.kind(value) if isinstance(value, (Literal, Today)) else None
            if kind is None and not isinstance(value, syntax.Period):
                types.links.append((test.subject, value, test.span))
        # A literal is evidence even if it does not fit the test.
        if kind is not None and (kind in kinds or isinstance(value, Literal)):
            fits = fits and kind in kinds
            types.expect(test.subject, kind, test.span, weak=kind is Kind.NUMBER)
        if isinstance(value, Literal) and value.kind is Kind.MONEY:
            types.currency(test.subject, value.currency or "", value.span)
    if fits and kinds <= {Kind.NUMBER, Kind.MONEY}:
        types.expect(test.subject, Kind.NUMBER, test.span, weak=True)


def _kind_of_list(name: str, types: Types) -> Kind | None:
    """Return the type of the values of a list; None for a list from a file, whose values may be texts or numbers."""
    definition = types.names.definitions.get(name)
    if isinstance(definition, syntax.List):
        if definition.file is not None:
            return None
        first = definition.values[0]
        if isinstance(first, Name):
            return _kind_of_list(first.text, types) if first.text != name else None
        return types.kind(first)
    return Kind.TEXT if name in types.names.lists else None


# --- what follows ----------------------------------------------------------------------------------------------


def _share(types: Types) -> None:
    """Let fields that are compared with each other share their types, until nothing changes."""
    changed = True
    while changed:
        before = sum(map(len, types.evidence.values()))
        for left, right, span in types.links:
            for one, other in ((left, right), (right, left)):
                kind = types.kind(other)
                if kind in FIELD_KINDS and kind is not None:
                    types.expect(one, kind, span, weak=kind is Kind.NUMBER)
        changed = sum(map(len, types.evidence.values())) != before


def _conflicts(types: Types) -> Iterator[Diagnostic]:
    """Set the type of every field; yield an error with both places if two uses need different types."""
    for name, (one, span) in types.names.found.items():
        if one.kind is None:
            uses = types.evidence[name]
            kind = types.kind(Header(name, span)) or Kind.TEXT
            for use in uses:
                agrees = use.kind is kind or (use.kind is Kind.NUMBER and kind is Kind.MONEY)
                if not agrees:
                    first = next(other for other in uses if other.kind is kind)
                    yield Diagnostic(
                        "E303",
                        f"`{name}` cannot hold both {kind.words} and {use.kind.words}",
                        use.span,
                        None,
                        ((f"here it holds {kind.words}", first.span),),
                    )
                    break
            types.names.found[name] = (replace(one, kind=kind), span)


def _settle_currencies(types: Types) -> Iterator[Diagnostic]:
    """Set the currency of every field of money to its own or that of its tests; yield an error if there are two."""
    for name, (one, span) in types.names.found.items():
        if one.kind is not Kind.MONEY:
            continue
        written = types.currencies.get(name, [])
        codes = [(SIGNS.get(text, text), place) for text, place in written if text != "$"]
        currency = one.currency or next((code for code, _ in codes), "USD")
        for text, place in written:
            if own_currency(text, currency) != currency:
                yield Diagnostic("E304", f"`{name}` is in {currency}, not {own_currency(text, currency)}", place)
                break
        types.names.found[name] = (replace(one, currency=currency), span)


def own_currency(written: str, currency: str | None) -> str:
    """Return the code of a currency as written; `$` means the currency of the field if that is a dollar."""
    if written == "$" and currency in DOLLARS:
        return str(currency)
    return SIGNS.get(written, written)
