"""The examples of a rule file: what they give, and what they expect."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from qualify import meaning, syntax
from qualify.cells import read
from qualify.check.conditions import Resolver, grade_labels, shown, some
from qualify.check.types import own_currency
from qualify.logic import Answer
from qualify.schema import Kind, Unreadable, closest
from qualify.source import Span
from qualify.syntax import Header, Literal, Name, Today
from qualify.text import fold


def example(
    written: syntax.Example, resolver: Resolver, stages: Collection[str], rules: Collection[str], dated: Collection[str]
) -> meaning.Example:
    """Return what an example means. `dated` names the fields that tests of today's date read."""
    given: dict[str, object] = {}
    unknown: set[str] = set()
    answers: dict[str, Answer] = {}
    on = written.on.value if written.on and isinstance(written.on.value, date) else None
    for one in written.given:
        definition = resolver.names.definitions.get(one.field.text) if isinstance(one.field, Name) else None
        if isinstance(definition, syntax.Criterion):
            _answer(one, answers, resolver)
        elif definition is not None or one.field.text in resolver.names.lists:
            hint = "give the fields that it is made from"
            resolver.problem("E206", f"`{one.field.text}` is worked out, and cannot be given", one.span, hint)
        else:
            _cell(one, given, unknown, on, resolver)
    _check_day(written, given, dated, resolver)
    return meaning.Example(
        str(written.name.value),
        given,
        frozenset(unknown),
        answers,
        on,
        _expected(written, resolver, stages, rules),
        written.span,
    )


def _answer(one: syntax.Given, answers: dict[str, Answer], resolver: Resolver) -> None:
    if one.value is None:
        answers[one.field.text] = Answer.UNKNOWN
    elif isinstance(one.value, Literal) and isinstance(one.value.value, bool):
        answers[one.field.text] = Answer.of(one.value.value)
    else:
        resolver.problem("E302", f"the criterion `{one.field.text}` is `yes`, `no` or `unknown`", one.span)


def _cell(one: syntax.Given, given: dict[str, object], unknown: set[str], on: date | None, resolver: Resolver) -> None:
    """Note the cell of a field. A quoted value is read as a cell; any other is to be of the field's type."""
    field = resolver.known_field(one.field)
    if field.name in given or field.name in unknown:
        resolver.problem("E201", f"`{field.name}` is given twice", one.span)
    if one.value is None:
        unknown.add(field.name)
        return
    value = on or date(2000, 1, 1) if isinstance(one.value, Today) else one.value.value
    given[field.name] = value
    if isinstance(one.value, Today) and on is None:
        resolver.problem(
            "E310", "an example with `today` says which day that is", one.span, "add `on 2026-10-01` before `expect`"
        )
    if isinstance(one.value, Literal) and one.value.kind is Kind.MONEY and field.kind is Kind.MONEY:
        currency = own_currency(one.value.currency or "", field.currency)
        if currency != field.currency:
            resolver.problem("E304", f"`{field.name}` is in {field.currency}, not {currency}", one.span)
    misfit = isinstance(value, str) is False and isinstance(read(value, field), Unreadable)
    if misfit or (isinstance(one.value, Literal) and one.value.kind is Kind.MONEY and field.kind is not Kind.MONEY):
        kind = (field.kind or Kind.TEXT).words
        resolver.problem("E302", f"`{field.name}` holds {kind}, not `{shown(one.value)}`", one.span)


def _check_day(written: syntax.Example, given: dict[str, object], dated: Collection[str], resolver: Resolver) -> None:
    """An example whose outcome depends on today says which day that is."""
    depends = sorted(set(given) & set(dated))
    if written.on is None and depends:
        message = f"what becomes of `{depends[0]}` depends on the day"
        resolver.problem("E310", message, written.name.span, "add `on 2026-10-01` before `expect`")


def _expected(
    written: syntax.Example, resolver: Resolver, stages: Collection[str], rules: Collection[str]
) -> meaning.Expected:
    stage: tuple[str, Span] | None = None
    rule: tuple[str, Span] | None = None
    could_be: tuple[str, Span] | None = None
    ask: tuple[tuple[str, ...], Span] | None = None
    criteria: dict[str, tuple[Answer, Span]] = {}
    scores: dict[str, tuple[int, Span]] = {}
    grades: dict[str, tuple[str, Span]] = {}
    if not written.expected:
        resolver.problem("E101", "an example says what to expect", written.span, 'add `expect STAGE by "RULE"`')
    for one in written.expected:
        match one:
            case syntax.ExpectStage(name, by, span):
                known_stage(name, stages, resolver)
                stage = (name.text, span)
                if by is not None:
                    rule = (str(by.value), by.span)
                    _known_rule(by, rules, resolver)
            case syntax.ExpectCouldBe(name, span):
                known_stage(name, stages, resolver)
                could_be = (name.text, span)
            case syntax.ExpectAsk(fields, span):
                ask = (tuple(_asked(field, resolver) for field in fields), span)
            case syntax.ExpectValue(name, value, span):
                definition = resolver.names.definitions.get(name.text)
                match definition, value:
                    case syntax.Criterion(), Answer():
                        criteria[name.text] = (value, span)
                    case syntax.Score(), Literal(value=float() as points):
                        scores[name.text] = (int(points), span)
                    case syntax.Grade(), Literal(value=str() as label):
                        grades[name.text] = (_known_label(label, definition, span, resolver), span)
                    case _:
                        _wrong_expectation(name, definition, span, resolver)
    return meaning.Expected(stage, rule, could_be, ask, criteria, scores, grades)


def known_stage(name: Name, stages: Collection[str], resolver: Resolver) -> None:
    if name.text not in stages:
        close = closest(name.text, stages)
        hint = f"did you mean `{close}`?" if close else f"the stages are {some(list(stages))}"
        resolver.problem("E205", f"there is no stage `{name.text}`", name.span, hint)


def _known_rule(by: Literal, rules: Collection[str], resolver: Resolver) -> None:
    if by.value not in rules:
        close = closest(str(by.value), rules)
        resolver.problem(
            "E204", f'there is no rule "{by.value}"', by.span, f'did you mean "{close}"?' if close else None
        )


def _asked(field: Name | Header, resolver: Resolver) -> str:
    if isinstance(field, Name) and field.text in resolver.names.definitions:
        hint = "name the fields that it asks about"
        resolver.problem("E206", f"`{field.text}` is no field, and cannot be asked", field.span, hint)
        return field.text
    return resolver.known_field(field).name


def _known_label(label: str, grade: syntax.Grade, span: Span, resolver: Resolver) -> str:
    labels = grade_labels(grade)
    known = next((one for one in labels if fold(one) == fold(label)), None)
    if known is None:
        resolver.problem("E305", f'`{grade.name.text}` is never "{label}"', span, f"it can be {some(labels)}")
    return known or label


def _wrong_expectation(name: Name, definition: object, span: Span, resolver: Resolver) -> None:
    match definition:
        case syntax.Criterion():
            resolver.problem("E302", f"the criterion `{name.text}` is `yes`, `no` or `unknown`", span)
        case syntax.Score():
            resolver.problem("E302", f"the score `{name.text}` is a number", span, f"write `{name.text} 35`")
        case syntax.Grade():
            resolver.problem("E302", f"the grade `{name.text}` is a text", span, f'write `{name.text} "A"`')
        case _ if name.text not in resolver.unread:
            close = closest(name.text, resolver.names.definitions)
            hint = f"did you mean `{close}`?" if close else None
            resolver.problem("E204", f"there is no criterion, score or grade `{name.text}`", name.span, hint)
