"""Statements of the syntax tree to parts of the model."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from itertools import pairwise

from qualify import model
from qualify.advice.as_written import quoted_list
from qualify.checking.conditions import condition_of
from qualify.checking.examples import known_stage
from qualify.checking.operands import operand_of
from qualify.checking.scope import Scope
from qualify.language.durations import Duration
from qualify.language.kinds import Kind
from qualify.model.rules import extreme_points
from qualify.parsing import syntax
from qualify.parsing.syntax import Literal
from qualify.text.compare import fold
from qualify.text.fixes import rewrite
from qualify.text.source import Source, Span
from qualify.text.suggest import did_you_mean

DEFAULT_STAGES = ("excluded", "inquiry", "lead")
DEFAULT_OTHERWISE = "inquiry"
MOST_POINTS = 10**15  # of a score, positive or negative: exact as a float, and within 64 bits
TAKEN = frozenset((*model.OWN_COLUMNS, *model.AUDIT_COLUMNS))  # names of columns that every run adds


def definition(written: syntax.Definition, scope: Scope) -> model.Definition | None:
    """Return the model of a definition, or None for a list. The definitions that it uses must be resolved."""
    if written.has_column and written.name.text in TAKEN:
        message = f"`{written.name.text}` is the name of another column of the output"
        scope.problem("E208", message, written.name.span, f"call it `{written.name.text.capitalize()}`")
    match written:
        case syntax.Define(name, expression, span):
            scope.expressions[name.text] = operand_of(expression, scope)
            return model.Computed(name.text, scope.expressions[name.text], span)
        case syntax.Criterion(name, words, condition, span):
            return model.Criterion(name.text, words, condition_of(condition, scope), span)
        case syntax.Score():
            return _score(written, scope)
        case syntax.Grade():
            return _grade(written, scope)
    return None


def _score(written: syntax.Score, scope: Scope) -> model.Score:
    low = high = None
    if written.kept:
        low, high = (int(_number(end)) for end in written.kept)
        if low > high:
            message = f"nothing is between {low:,} and {high:,}"
            span = written.kept[0].span.to(written.kept[1].span)
            scope.problem(
                "E306", message, span, rewrite(span, f"write `between {high} and {low}`", f"{high} and {low}")
            )
    lines = tuple(_line(line, scope) for line in written.lines)
    most = sum(abs(extreme_points(line)) for line in lines)
    if most > MOST_POINTS:
        message = f"`{written.name.text}` can reach {most:,} points; the limit is {MOST_POINTS:,}"
        scope.problem("E106", message, written.name.span, "limit the points of a line: `up to 100 points`")
    return model.Score(written.name.text, lines, low, high, written.span)


def _line(line: syntax.ScoreLine, scope: Scope) -> model.ScoreLine:
    points = int(_number(line.points))
    match line:
        case syntax.When(_, condition, span):
            return model.When(points, condition_of(condition, scope), span)
        case syntax.Per(_, subject, up_to, span):
            operand = _operand_of_kind(subject, (Kind.NUMBER, Kind.MONEY, Kind.SCORE), "per", scope)
            return model.Per(points, operand, None if up_to is None else int(_number(up_to)), span)
        case syntax.Fading(_, by, every, since, span):
            operand = _operand_of_kind(since, (Kind.DATE,), "since", scope)
            assert isinstance(every.duration, Duration)  # the grammar allows no other
            return model.Fading(points, int(_number(by)), every.duration, operand, span)


def _operand_of_kind(written: syntax.Operand, kinds: Sequence[Kind], word: str, scope: Scope) -> model.Operand:
    operand = operand_of(written, scope)
    if operand.kind not in kinds:
        message = f"`{written.span.text}` holds {operand.kind.words}; `{word}` needs {kinds[0].words}"
        scope.problem("E301", message, written.span)
    return operand


def _number(literal: Literal) -> float:
    assert isinstance(literal.value, float)
    return literal.value


def _grade(written: syntax.Grade, scope: Scope) -> model.Grade:
    name, score = written.name, written.score
    if not isinstance(scope.names.definitions.get(score.text), syntax.Score) and score.text not in scope.unread:
        scores = [other for other, one in scope.names.definitions.items() if isinstance(one, syntax.Score)]
        advice = did_you_mean(score.span, score.text, scores)
        scope.problem("E204", f"there is no score `{score.text}`", score.span, advice)
    bands = tuple((str(label.value), _number(start)) for label, start in written.bands)
    for (_, above), (label, start) in pairwise(written.bands):
        if _number(start) >= _number(above):
            message = f"a grade lists its highest band first, but `{start.span.text}` follows `{above.span.text}`"
            scope.problem("E306", message, label.span.to(start.span))
    if written.otherwise is None:
        scope.problem("E306", "a grade needs `otherwise`", name.span, 'add `, otherwise "D"`')
    otherwise = str(written.otherwise.value) if written.otherwise else ""
    _check_distinct([label for label, _ in written.bands] + ([written.otherwise] if written.otherwise else []), scope)
    return model.Grade(name.text, score.text, bands, otherwise, written.span)


def _check_distinct(texts: Sequence[Literal], scope: Scope) -> None:
    seen: set[str] = set()
    for text in texts:
        if fold(str(text.value)) in seen:  # tests of a grade take "a" for "A"
            scope.problem("E201", f'"{text.value}" is used twice', text.span)
        seen.add(fold(str(text.value)))


# --- stages and rules ------------------------------------------------------------------------------------------


def stages(statements: Sequence[syntax.Statement], first: Source, scope: Scope) -> tuple[str, ...]:
    """Return the stages from least to most qualified."""
    written = [statement for statement in statements if isinstance(statement, syntax.Stages)]
    if not written:
        return DEFAULT_STAGES
    found = [(tuple(name.text for name in one.names), one.span) for one in written]
    _check_repeated(found, DEFAULT_STAGES, "`stages`", first, scope)
    seen: set[str] = set()
    for name in written[0].names:
        if name.text in seen:
            scope.problem("E201", f"the stage `{name.text}` is listed twice", name.span)
        seen.add(name.text)
    return tuple(dict.fromkeys(name.text for name in written[0].names))


def _check_repeated(
    found: Sequence[tuple[object, Span]], default: object, what: str, first: Source, scope: Scope
) -> None:
    """Report statements that belong in the first file and are in a used one, unless they repeat the first exactly."""
    own = next(((one, span) for one, span in found if span.source is first), None)
    for other, span in found:
        if own is None and other != default:
            hint = f"write it in the first file, `{first.name}`"
            scope.problem("E207", f"{what} is in a used file", span, hint)
        elif own and span is not own[1] and (other != own[0] or span.source is first):
            hint = "keep the one in the first file"
            scope.problem("E207", f"{what} is given twice", span, hint, (("first given", own[1]),))


def heading(statements: Sequence[syntax.Statement], first: Source, scope: Scope) -> dict[str, object]:
    """Return the title and the other items of the heading, by keyword."""
    written = [statement for statement in statements if isinstance(statement, syntax.Heading)]
    if not written:
        return {"title": first.path or first.name}
    found = [((one.title.value, tuple((key, item.value) for key, item in one.items)), one.span) for one in written]
    _check_repeated(found, None, "the `rules` heading", first, scope)
    items: dict[str, object] = {"title": written[0].title.value}
    for key, item in written[0].items:
        if key in items:
            scope.problem("E201", f"`{key}` is given twice", item.span)
        items[key] = item.value
    return items


def rules(statements: Sequence[syntax.Statement], known: Collection[str], scope: Scope) -> tuple[model.Rule, ...]:
    """Return the rules in order."""
    found: dict[str, model.Rule] = {}
    for written in statements:
        if not isinstance(written, syntax.Rule):
            continue
        name = str(written.name.value)
        known_stage(written.stage, known, scope)
        if not name:
            scope.problem("E306", "a rule needs a name", written.name.span)
        if name in found:
            first = found[name].span
            hint = "give one of them another name"
            scope.problem("E201", f'there are two rules "{name}"', written.name.span, hint, (("the first", first),))
        condition = condition_of(written.condition, scope)
        outputs = _outputs(written.outputs, scope)
        found.setdefault(name, model.Rule(name, written.stage.text, condition, outputs, written.span))
    return tuple(found.values())


def _outputs(written: Sequence[syntax.Output], scope: Scope) -> dict[str, str]:
    outputs: dict[str, str] = {}
    for output in written:
        key = output.key.text
        if key in outputs:
            scope.problem("E201", f"`{key}` is given twice", output.span)
        defined = scope.names.definitions.get(key)
        if key in TAKEN or (defined and defined.has_column):
            message = f"`{key}` is the name of another column of the output"
            fix = rewrite(output.key.span, f"write `with {key}_2 …`", f"{key}_2")
            scope.problem("E208", message, output.key.span, fix)
        outputs[key] = str(output.text.value)
    return outputs


def otherwise(
    statements: Sequence[syntax.Statement], known: Sequence[str], first: Source, scope: Scope
) -> model.Otherwise:
    """Return the stage and outputs of contacts that no rule places."""
    written = [statement for statement in statements if isinstance(statement, syntax.Otherwise)]
    if not written:
        if DEFAULT_OTHERWISE not in known:
            place = next(statement.span for statement in statements if isinstance(statement, syntax.Stages))
            message = f"contacts that no rule places have no stage: there is no stage `{DEFAULT_OTHERWISE}`"
            scope.problem("E205", message, place, f"add `otherwise {known[0]}`: the stages are {quoted_list(known)}")
        return model.Otherwise(DEFAULT_OTHERWISE, {}, None)
    found = [((one.stage.text, tuple((o.key.text, o.text.value) for o in one.outputs)), one.span) for one in written]
    _check_repeated(found, (DEFAULT_OTHERWISE, ()), "`otherwise`", first, scope)
    known_stage(written[0].stage, known, scope)
    return model.Otherwise(written[0].stage.text, _outputs(written[0].outputs, scope), written[0].span)
