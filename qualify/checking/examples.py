"""Examples: the cells and answers that they give, and what they expect."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from qualify import model
from qualify.advice.as_written import quoted_list, shown
from qualify.checking.compared_values import label_of
from qualify.checking.scope import Scope
from qualify.checking.types import own_currency
from qualify.language.cells import read
from qualify.language.kinds import Kind, Unreadable
from qualify.language.logic import Answer
from qualify.parsing import syntax
from qualify.parsing.syntax import Define, Header, List, Literal, Name, Today
from qualify.text.fixes import rewrite
from qualify.text.source import Span
from qualify.text.suggest import closest, did_you_mean


def example(
    written: syntax.Example, scope: Scope, stages: Collection[str], rules: Collection[str], dated: Collection[str]
) -> model.Example:
    """Return the model of an example. `dated` has the fields whose tests depend on today's date."""
    given: dict[str, object] = {}
    unknown: set[str] = set()
    answers: dict[str, Answer] = {}
    on = written.on.value if written.on and isinstance(written.on.value, date) else None
    for one in written.given:
        definition = scope.names.definitions.get(one.field.text) if isinstance(one.field, Name) else None
        if isinstance(definition, syntax.Criterion):
            _add_answer(one, answers, scope)
        elif definition is not None or one.field.text in scope.names.lists:
            hint = "give the fields that it uses"
            scope.problem("E206", f"`{one.field.text}` is computed and cannot be given", one.span, hint)
        else:
            _add_cell(one, given, unknown, on, scope)
    blanks = {name for name, (field, _) in scope.names.found.items() if field.blank is not None}
    _check_day(written, {*given, *blanks.difference(unknown)}, dated, scope)
    return model.Example(
        str(written.name.value),
        given,
        frozenset(unknown),
        answers,
        on,
        _expected(written, scope, stages, rules),
        written.span,
    )


def _add_answer(one: syntax.Given, answers: dict[str, Answer], scope: Scope) -> None:
    if one.field.text in answers:
        scope.problem("E201", f"`{one.field.text}` is given twice", one.span)
    if one.value is None:
        answers[one.field.text] = Answer.UNKNOWN
    elif isinstance(one.value, Literal) and isinstance(one.value.value, bool):
        answers[one.field.text] = Answer.of(one.value.value)
    else:
        scope.problem("E302", f"the criterion `{one.field.text}` must be `yes`, `no` or `unknown`", one.span)


def _add_cell(one: syntax.Given, given: dict[str, object], unknown: set[str], on: date | None, scope: Scope) -> None:
    """Record the cell of a field. Quoted text is read like a cell; other values need the type of the field."""
    field = scope.known_field(one.field)
    if field.name in given or field.name in unknown:
        scope.problem("E201", f"`{field.name}` is given twice", one.span)
    if one.value is None:
        unknown.add(field.name)
        return
    value = on or date(2000, 1, 1) if isinstance(one.value, Today) else one.value.value
    given[field.name] = value
    if isinstance(one.value, Today) and on is None:
        scope.problem(
            "E310",
            "an example that uses `today` must say which day that is",
            one.span,
            "add `on 2026-10-01` before `expect`",
        )
    if isinstance(one.value, Literal) and one.value.kind is Kind.MONEY and field.kind is Kind.MONEY:
        currency = own_currency(one.value.currency or "", field.currency)
        if currency != field.currency:
            scope.problem("E304", f"`{field.name}` is in {field.currency}, not {currency}", one.span)
    misfit = isinstance(value, str) is False and isinstance(read(value, field), Unreadable)
    if misfit or (isinstance(one.value, Literal) and one.value.kind is Kind.MONEY and field.kind is not Kind.MONEY):
        kind = (field.kind or Kind.TEXT).words
        scope.problem("E302", f"`{field.name}` holds {kind}, not `{shown(one.value)}`", one.span)


def _check_day(written: syntax.Example, known: set[str], dated: Collection[str], scope: Scope) -> None:
    """Report an example whose result depends on today's date but that names no day."""
    depends = sorted(known & set(dated))
    if written.on is None and depends:
        message = f"the result for `{depends[0]}` depends on today's date"
        scope.problem("E310", message, written.name.span, "add `on 2026-10-01` before `expect`")


def _expected(written: syntax.Example, scope: Scope, stages: Collection[str], rules: Collection[str]) -> model.Expected:
    stage: tuple[str, Span] | None = None
    rule: tuple[str, Span] | None = None
    could_be: tuple[str, Span] | None = None
    ask: tuple[tuple[str, ...], Span] | None = None
    criteria: dict[str, tuple[Answer, Span]] = {}
    scores: dict[str, tuple[int, Span]] = {}
    grades: dict[str, tuple[str, Span]] = {}
    if not written.expected:
        scope.problem("E101", "an example needs `expect`", written.span, 'add `expect STAGE by "RULE"`')
    seen: set[str] = set()
    for one in written.expected:
        what, hint = _subject(one)
        if what in seen:
            scope.problem("E201", f"{what} is expected twice", one.span, hint)
        seen.add(what)
        match one:
            case syntax.ExpectStage(name, by, span):
                known_stage(name, stages, scope)
                stage = (name.text, span)
                if by is not None:
                    rule = (str(by.value), by.span)
                    _known_rule(by, rules, scope)
            case syntax.ExpectCouldBe(name, span):
                known_stage(name, stages, scope)
                could_be = (name.text, span)
            case syntax.ExpectAsk(fields, span):
                ask = (tuple(_field_to_ask(field, scope) for field in fields), span)
            case syntax.ExpectValue(name, value, span):
                definition = scope.names.definitions.get(name.text)
                match definition, value:
                    case syntax.Criterion(), Answer():
                        criteria[name.text] = (value, span)
                    case syntax.Score(), Literal(value=float() as points) if points.is_integer():
                        scores[name.text] = (int(points), span)
                    case syntax.Grade(), Literal(value=str() as label):
                        grades[name.text] = (label_of(label, definition, span, scope) or label, span)
                    case _:
                        _wrong_expectation(name, definition, span, scope)
    return model.Expected(stage, rule, could_be, ask, criteria, scores, grades)


def _subject(one: syntax.Expectation) -> tuple[str, str | None]:
    """Return what an expectation is about, and the hint for a second one about the same."""
    match one:
        case syntax.ExpectStage(name):
            return "the stage", f"write `could be {shown(name)}`, or leave one out"
        case syntax.ExpectCouldBe():
            return "`could be`", None
        case syntax.ExpectAsk():
            return "`ask`", "write `ask FIELD, FIELD`"
        case syntax.ExpectValue(name):
            return f"`{name.text}`", None


def known_stage(name: Name, stages: Collection[str], scope: Scope) -> None:
    if name.text not in stages:
        advice = did_you_mean(name.span, name.text, stages, f"the stages are {quoted_list(list(stages))}")
        scope.problem("E205", f"there is no stage `{name.text}`", name.span, advice)


def _known_rule(by: Literal, rules: Collection[str], scope: Scope) -> None:
    if by.value not in rules:
        close = closest(str(by.value), rules)
        fix = rewrite(by.span, f'did you mean "{close}"?', f'"{close}"') if close else None
        scope.problem("E204", f'there is no rule "{by.value}"', by.span, fix)


def _field_to_ask(field: Name | Header, scope: Scope) -> str:
    if isinstance(field, Name) and field.text in scope.names.definitions:
        hint = "name the fields that it uses"
        scope.problem("E206", f"`{field.text}` is not a field and cannot be asked about", field.span, hint)
        return field.text
    return scope.known_field(field).name


def _wrong_expectation(name: Name, definition: object, span: Span, scope: Scope) -> None:
    match definition:
        case syntax.Criterion():
            scope.problem("E302", f"the criterion `{name.text}` must be `yes`, `no` or `unknown`", span)
        case syntax.Score():
            scope.problem("E302", f"the score `{name.text}` must be a whole number", span, f"write `{name.text} 35`")
        case syntax.Grade():
            scope.problem("E302", f"the grade `{name.text}` must be a text", span, f'write `{name.text} "A"`')
        case _ if name.text not in scope.unread:
            answered = [one for one, of in scope.names.definitions.items() if not isinstance(of, (Define, List))]
            advice = did_you_mean(name.span, name.text, answered)
            scope.problem("E204", f"there is no criterion, score or grade `{name.text}`", name.span, advice)
