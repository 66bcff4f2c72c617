"""Operands of the syntax tree to operands of the model, with their types and currencies."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from qualify import model
from qualify.advice.as_written import shown
from qualify.checking.scope import Scope
from qualify.checking.types import combined, own_currency
from qualify.language.functions import FUNCTIONS
from qualify.language.kinds import Kind
from qualify.model.expressions import Constant, Operand
from qualify.parsing import syntax
from qualify.parsing.syntax import Binary, Function, Header, Literal, Name, Selection, Today
from qualify.text.source import Span

MONEY_HINT = "money can be added to money, and multiplied or divided by a number"


def operand_of(written: syntax.Operand, scope: Scope) -> Operand:
    """Return the model of an operand, with its type and currency."""
    match written:
        case Name(text) if text in scope.names.definitions or text in scope.names.lists:
            return _defined(written, scope)
        case Name() | Header():
            one = scope.known_field(written)
            return model.FieldValue(one.name, kind=one.kind or Kind.TEXT, currency=one.currency)
        case Literal(value, kind):
            currency = own_currency(written.currency, None) if written.currency else None
            return Constant(value, kind=kind, currency=currency)
        case Today():
            return model.Today(kind=Kind.DATE)
        case Function():
            return _function(written, scope)
        case Selection():
            return _selection(written, scope)
        case Binary():
            return _arithmetic(written, scope)


def _defined(name: Name, scope: Scope) -> Operand:
    definition = scope.names.definitions.get(name.text)
    if definition and definition.value_kind:
        return model.DefinedValue(name.text, kind=definition.value_kind)
    match definition:
        case syntax.Define():
            expression = scope.expressions[name.text]
            return model.DefinedValue(name.text, kind=expression.kind, currency=expression.currency)
        case syntax.Criterion():
            hint = f"write `{name.text}` or `not {name.text}`, or `{name.text} is known`"
            scope.problem("E206", f"`{name.text}` is a criterion, which has no value to test", name.span, hint)
        case _:
            scope.problem("E206", f"`{name.text}` is a list", name.span, f"write `any of {name.text}`")
    return Constant("", kind=Kind.TEXT)


def _function(call: Function, scope: Scope) -> Operand:
    function = FUNCTIONS[call.function]
    argument = operand_of(call.argument, scope)
    if argument.kind is not function.takes:
        message = (
            f"`{shown(call.argument)}` holds {argument.kind.words}; `{function.words}` needs {function.takes.words}"
        )
        scope.problem("E301", message, call.argument.span)
    currency = argument.currency if function.gives is Kind.MONEY else None
    return model.Call(call.function, argument, kind=function.gives, currency=currency)


def _selection(written: Selection, scope: Scope) -> Operand:
    resolved = _together(written.choices, scope)
    first = resolved[0]
    for choice, operand in zip(written.choices, resolved, strict=True):
        if operand.kind is not first.kind:
            others = f"`{shown(written.choices[0])}` {first.kind.words}"
            scope.problem("E303", f"`{shown(choice)}` holds {operand.kind.words}, but {others}", choice.span)
        elif operand.kind is Kind.MONEY:
            same_currency((first, operand), (written.choices[0], choice), written.span, scope)
    return model.Selection(written.selector, resolved, kind=first.kind, currency=first.currency)


def _arithmetic(written: Binary, scope: Scope) -> Operand:
    left, right = _together((written.left, written.right), scope)
    for side, operand in ((written.left, left), (written.right, right)):
        if operand.kind not in (Kind.NUMBER, Kind.MONEY):
            message = f"`{shown(side)}` holds {operand.kind.words}; arithmetic needs numbers or money"
            scope.problem("E307", message, side.span)
            return Constant(0.0, kind=Kind.NUMBER)
    money = (left.kind, right.kind).count(Kind.MONEY)
    mixed = (
        (written.operator in "+-" and money == 1)
        or (written.operator == "*" and money == 2)
        or (written.operator == "/" and left.kind is Kind.NUMBER and right.kind is Kind.MONEY)
    )
    if mixed:
        message = f"{left.kind.words} {written.operator} {right.kind.words} has no meaning"
        scope.problem("E307", message, written.span, MONEY_HINT)
    elif money == 2:
        same_currency((left, right), (written.left, written.right), written.span, scope)
    kind = combined(written.operator, left.kind, right.kind) or Kind.NUMBER
    currency = left.currency or right.currency if kind is Kind.MONEY else None
    return model.Arithmetic(written.operator, left, right, kind=kind, currency=currency)


def _together(written: Sequence[syntax.Operand], scope: Scope) -> tuple[Operand, ...]:
    """Return the model of operands that are used together: `$` means the dollar of those that are not literals."""
    resolved = [operand_of(one, scope) for one in written]
    of_others = (
        operand.currency for one, operand in zip(written, resolved, strict=True) if not isinstance(one, Literal)
    )
    own = next(filter(None, of_others), None)
    return tuple(
        replace(operand, currency=own_currency(one.currency, own))
        if isinstance(one, Literal) and one.currency
        else operand
        for one, operand in zip(written, resolved, strict=True)
    )


def same_currency(amounts: Sequence[Operand], written: Sequence[syntax.Operand], span: Span, scope: Scope) -> None:
    """Report two amounts that have different currencies."""
    first, second = (amount.currency for amount in amounts)
    if first and second and first != second:
        left, right = map(shown, written)
        scope.problem("E304", f"`{left}` is in {first}, `{right}` in {second}", span)
