"""What an operand means: a field, a value, or what is worked out from them; its type and its currency."""

from __future__ import annotations

from qualify import model
from qualify.advice.as_written import shown
from qualify.checking.scope import Scope
from qualify.checking.types import own_currency
from qualify.language.functions import FUNCTIONS
from qualify.language.kinds import Kind
from qualify.model.expressions import Constant, Operand
from qualify.parsing import syntax
from qualify.parsing.syntax import Binary, Function, Header, Literal, Name, Selection, Today
from qualify.text.source import Span

MONEY_HINT = "money can be added to money, and multiplied or divided by a number"


def operand_of(written: syntax.Operand, scope: Scope) -> tuple[Operand, Kind]:
    """Return what an operand means and its type."""
    match written:
        case Name(text) if text in scope.names.definitions or text in scope.names.lists:
            return _defined(written, scope)
        case Name() | Header():
            one = scope.known_field(written)
            return model.FieldValue(one.name), one.kind or Kind.TEXT
        case Literal(value, kind):
            return Constant(value), kind
        case Today():
            return model.Today(), Kind.DATE
        case Function():
            return _function(written, scope)
        case Selection():
            return _selection(written, scope)
        case Binary():
            return _arithmetic(written, scope)


def _defined(name: Name, scope: Scope) -> tuple[Operand, Kind]:
    definition = scope.names.definitions.get(name.text)
    match definition:
        case syntax.Define():
            return model.ComputedValue(name.text), scope.types.kind(name) or Kind.NUMBER
        case syntax.Score():
            return model.ScoreValue(name.text), Kind.SCORE
        case syntax.Grade():
            return model.GradeValue(name.text), Kind.GRADE
        case syntax.Criterion():
            hint = f"write `{name.text}` or `not {name.text}`, or `{name.text} is known`"
            scope.problem("E206", f"`{name.text}` is a criterion, and has no value to test", name.span, hint)
        case _:
            scope.problem("E206", f"`{name.text}` is a list", name.span, f"write `any of {name.text}`")
    return Constant(""), Kind.TEXT


def _function(call: Function, scope: Scope) -> tuple[Operand, Kind]:
    function = FUNCTIONS[call.function]
    argument, kind = operand_of(call.argument, scope)
    if kind is not function.takes:
        message = f"`{shown(call.argument)}` holds {kind.words}; `{function.words}` needs {function.takes.words}"
        scope.problem("E301", message, call.argument.span)
    return model.Call(call.function, argument), function.gives


def _selection(written: Selection, scope: Scope) -> tuple[Operand, Kind]:
    first, *_ = written.choices
    resolved = [operand_of(choice, scope) for choice in written.choices]
    _, first_kind = resolved[0]
    for choice, (_, kind) in zip(written.choices, resolved, strict=True):
        if kind is not first_kind:
            message = f"`{shown(choice)}` holds {kind.words}, but `{shown(first)}` {first_kind.words}"
            scope.problem("E303", message, choice.span)
        elif kind is Kind.MONEY:
            same_currency(first, choice, written.span, scope)
    return model.Selection(written.selector, tuple(operand for operand, _ in resolved)), first_kind


def _arithmetic(written: Binary, scope: Scope) -> tuple[Operand, Kind]:
    left, left_kind = operand_of(written.left, scope)
    right, right_kind = operand_of(written.right, scope)
    for side, kind in ((written.left, left_kind), (written.right, right_kind)):
        if kind not in (Kind.NUMBER, Kind.MONEY):
            scope.problem(
                "E307",
                f"`{shown(side)}` holds {kind.words}; only numbers and money can be computed with",
                side.span,
            )
            return Constant(0.0), Kind.NUMBER
    money = (left_kind, right_kind).count(Kind.MONEY)
    mixed = (
        (written.operator in "+-" and money == 1)
        or (written.operator == "*" and money == 2)
        or (written.operator == "/" and left_kind is Kind.NUMBER and right_kind is Kind.MONEY)
    )
    if mixed:
        message = f"{left_kind.words} {written.operator} {right_kind.words} has no meaning"
        scope.problem("E307", message, written.span, MONEY_HINT)
    elif money == 2:
        same_currency(written.left, written.right, written.span, scope)
    return model.Arithmetic(written.operator, left, right), scope.types.kind(written) or Kind.NUMBER


def same_currency(left: syntax.Operand, right: syntax.Operand, span: Span, scope: Scope) -> None:
    """Note a problem where two amounts have different currencies."""
    first, second = currency_of(left, scope, right), currency_of(right, scope, left)
    if first and second and first != second:
        scope.problem("E304", f"`{shown(left)}` is in {first}, `{shown(right)}` in {second}", span)


def currency_of(operand: syntax.Operand, scope: Scope, beside: syntax.Operand | None = None) -> str | None:
    """Return the currency of an amount; None where it has none. `$` is read beside another amount."""
    match operand:
        case Literal(currency=str() as written):
            own = currency_of(beside, scope) if beside is not None and not isinstance(beside, Literal) else None
            return own_currency(written, own)
        case Name(text) if isinstance(definition := scope.names.definitions.get(text), syntax.Define):
            return currency_of(definition.expression, scope)
        case Name(text) if text in scope.names.definitions or text in scope.names.lists:
            return None
        case Name() | Header():
            return scope.known_field(operand).currency
        case Binary(_, left, right):
            return currency_of(left, scope, right) or currency_of(right, scope, left)
        case Function(function, argument) if FUNCTIONS[function].gives is Kind.MONEY:
            return currency_of(argument, scope)
        case Selection(_, choices):
            return currency_of(choices[0], scope)
    return None
