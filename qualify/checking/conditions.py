"""Conditions of the syntax tree to conditions of the model: tests, and what joins them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from qualify import model
from qualify.advice.as_written import shown
from qualify.advice.rewritten_tests import LESS, MORE, UNCLEAR, fitting, of_all, or_more, translated
from qualify.checking.compared_values import as_domain, grade_labels, label_of, value_of, values_of
from qualify.checking.operands import operand_of
from qualify.checking.scope import Scope
from qualify.checking.types import year_of
from qualify.language import logic
from qualify.language.durations import CalendarPeriod
from qualify.language.kinds import Kind
from qualify.language.logic import Not
from qualify.language.operators import OPERATORS, operator_for, resolve_symbol
from qualify.language.predicates import Between, Presence, TextMatch, Values
from qualify.model.expressions import Condition, Constant, Holds, IsAnswered, Operand, Test
from qualify.parsing import syntax
from qualify.parsing.syntax import Literal, Name, Period
from qualify.text.fixes import Fix, rewrite
from qualify.text.source import Span

ALONE = {
    "score": "write `{} is at least 50`",
    "grade": 'write `{} is "A"`',
    "computed field": "write `{} is at least 50`",
}


def condition_of(written: syntax.Condition, scope: Scope) -> Condition:
    """Return the model of a condition. Parts with problems become placeholders, so that the rest is checked, too."""
    match written:
        case syntax.Bare():
            return _bare(written, scope)
        case syntax.Test():
            return _test(written, scope)
    return logic.with_operands(written, _all(logic.operands(written), scope))


def _all(written: Sequence[syntax.Condition], scope: Scope) -> tuple[Condition, ...]:
    resolved = []
    for place, operand in enumerate(written):
        if place and _loose_value(operand):
            if place + 1 == len(written) or not _loose_value(written[place + 1]):  # once, at the last of several
                _report_loose(written[: place + 1], scope)
            resolved.append(_stand_in(operand.span))
        elif place and (test := _split_test(written[place - 1], operand, scope)):
            advice = or_more(test, operand, scope.types.kind(test.subject))
            scope.problem("E105", f"`{operand.span.text}` stands alone", operand.span, advice)
            resolved.append(_stand_in(operand.span))
        else:
            resolved.append(condition_of(operand, scope))
    return tuple(resolved)


def _report_loose(written: Sequence[syntax.Condition], scope: Scope) -> None:
    """Report the last of some conditions, a value by itself after a test: `country is "DE" or "FR"`."""
    value = _loose_value(written[-1])
    assert value is not None
    advice: Fix | str = f"write `FIELD is {value.span.text}`"
    for place in range(len(written) - 2, -1, -1):
        test = written[place]
        if isinstance(test, syntax.Test) and test.values:
            behind = written[place + 1 :]
            values = [loose.span.text for one in behind if (loose := _loose_value(one))]
            advice = of_all(test, scope.types.kind(test.subject), behind, values)
            break
    scope.problem("E105", f"`{value.span.text}` stands alone", written[-1].span, advice)


def _split_test(before: syntax.Condition, word: syntax.Condition, scope: Scope) -> syntax.Test | None:
    """Return the test that an `or more` after it belongs to; None if `more` is declared."""
    if not isinstance(word, syntax.Bare) or not isinstance(word.operand, Name):
        return None
    name = word.operand
    if name.text.lower() not in MORE + LESS + UNCLEAR or scope.is_declared(name):
        return None
    *_, test = logic.leaves(before)
    join = name.span.source.text[before.span.end : name.span.start].rstrip().lower()
    return test if join.endswith("or") and isinstance(test, syntax.Test) and test.values else None


def _bare(written: syntax.Bare, scope: Scope) -> Condition:
    operand = written.operand
    if isinstance(operand, Literal):
        hint = f"write `FIELD is {operand.span.text}`"
        scope.problem("E105", f"`{operand.span.text}` stands alone", written.span, hint)
        return _stand_in(written.span)
    if isinstance(operand, Name):
        definition = scope.names.definitions.get(operand.text)
        if isinstance(definition, syntax.Criterion):
            return Holds(operand.text, written.span)
        if operand.text in scope.unread:
            return _stand_in(written.span)
        if definition is not None or operand.text in scope.names.lists:
            what = definition.words if definition is not None else "list"
            hint = ALONE.get(what, "write `FIELD is any of {}`").format(operand.text)
            scope.problem("E206", f"`{operand.text}` is a {what}; by itself it is not a condition", written.span, hint)
            return _stand_in(written.span)
    resolved = operand_of(operand, scope)
    if resolved.kind is not Kind.FLAG:
        message = f"`{shown(operand)}` holds {resolved.kind.words}; by itself it is not a condition"
        scope.problem("E301", message, written.span, fitting(resolved.kind, shown(operand)))
        return _stand_in(written.span)
    return Test(resolved, "is", (Constant(True, kind=Kind.FLAG),), span=written.span)


def _test(written: syntax.Test, scope: Scope) -> Condition:
    subject = written.subject
    if isinstance(subject, Name):
        is_criterion = isinstance(scope.names.definitions.get(subject.text), syntax.Criterion)
        if is_criterion and Presence() in OPERATORS[written.operator].predicates.values():
            return IsAnswered(subject.text, written.negated, written.span)
        if subject.text in scope.unread:
            return _stand_in(written.span)
    before = len(scope.errors)
    operand = operand_of(subject, scope)
    kind = operand.kind
    if kind is Kind.DATE and (year := year_of(written)) is not None:
        period = Period(CalendarPeriod("year", day=date(year, 1, 1)), written.values[0].span)
        written = replace(written, operator="in_period", values=(period,), many=False)
    operator = resolve_symbol(written.operator, kind, written.symbol)
    if len(scope.errors) > before:
        return _stand_in(written.span)
    predicate = OPERATORS[operator].predicates.get(kind)
    if predicate is None:
        _wrong_type(written, operator, kind, scope)
        return _stand_in(written.span)
    if OPERATORS[operator].with_better:
        return _or_better(written, operator, operand, scope)
    if isinstance(predicate, Between) and len(written.values) == 2:
        return _between(written, operator, predicate, operand, scope)
    values = values_of(written, predicate, operand, scope)
    if values is None:
        return _stand_in(written.span)
    if predicate is TextMatch.DOMAIN:
        operand = as_domain(operand, subject, scope)
    return Test(operand, operator, values, written.every, written.negated, span=written.span)


def _wrong_type(written: syntax.Test, operator: str, kind: Kind, scope: Scope) -> None:
    table = OPERATORS[operator]
    needs = " or ".join(dict.fromkeys(one.words for one in table.predicates if one not in (Kind.SCORE, Kind.GRADE)))
    needs = needs or " or ".join(one.words for one in table.predicates)
    message = f"`{shown(written.subject)}` holds {kind.words}; `{table.verb()}` needs {needs}"
    if len(table.predicates) > 4:
        message = f"`{shown(written.subject)}` holds {kind.words}; `{table.verb()}` does not apply to them"
    fix = translated(written, kind, scope.types.kind, scope.names.is_list)
    scope.problem("E301", message, written.span, fix or fitting(kind, shown(written.subject)))


def _or_better(written: syntax.Test, operator: str, operand: Operand, scope: Scope) -> Condition:
    subject, (value,) = written.subject, written.values
    assert isinstance(subject, Name) and isinstance(value, Literal)  # only grades have this test
    grade = scope.names.definitions[subject.text]
    assert isinstance(grade, syntax.Grade)
    label = label_of(str(value.value), grade, value.span, scope)
    if label is None:
        return _stand_in(written.span)
    labels = grade_labels(grade)
    better = Values(labels[: labels.index(label) + 1])
    return Test(operand, operator, (better,), span=written.span)


def _between(written: syntax.Test, operator: str, predicate: Between, operand: Operand, scope: Scope) -> Condition:
    """Return a `between` test; with a field as an end, one test for each end, since only one may be known."""
    ends = [value for value in written.values if not isinstance(value, Period)]  # the grammar allows none here
    low, high = [value_of(end, written, operand, scope) for end in ends]
    if low is None or high is None:
        return _stand_in(written.span)
    if isinstance(low, Constant) and isinstance(high, Constant) and low.value > high.value:  # type: ignore[operator]  # one type
        a, b = map(shown, ends)
        fix = rewrite(ends[0].span.to(ends[1].span), f"write `between {b} and {a}`", f"{b} and {a}")
        scope.problem("E306", f"nothing is between {a} and {b}", written.span, fix)
    fixed = (Constant, model.Today)
    if isinstance(low, fixed) and isinstance(high, fixed):
        return Test(operand, operator, (low, high), negated=written.negated, span=written.span)
    assert predicate.low and predicate.high
    first = operator_for(Between(low=replace(predicate.low, value=0)), operand.kind)
    last = operator_for(Between(high=replace(predicate.high, value=0)), operand.kind)
    both: Condition = logic.All(
        (
            Test(operand, first, (low,), span=written.span),
            Test(operand, last, (high,), span=written.span),
        ),
        written.span,
    )
    return Not(both, written.span) if written.negated else both


def _loose_value(written: syntax.Condition) -> Literal | None:
    """Return the value of a condition that is just a value, as `"FR"` in `country is "DE" or "FR"`, or None."""
    written = written.operand if isinstance(written, Not) else written
    return written.operand if isinstance(written, syntax.Bare) and isinstance(written.operand, Literal) else None


def _stand_in(span: Span) -> Condition:
    """Return a placeholder for a condition that has a problem."""
    return logic.All((), span)
