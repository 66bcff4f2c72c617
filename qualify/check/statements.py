"""From the statements that were written to those that are meant."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from itertools import pairwise

from qualify import meaning, syntax
from qualify.check.conditions import Resolver, some
from qualify.check.examples import known_stage
from qualify.schema import Kind, closest
from qualify.source import Span
from qualify.syntax import Literal

DEFAULT_STAGES = ("excluded", "inquiry", "lead")
DEFAULT_OTHERWISE = "inquiry"
TAKEN = frozenset((*meaning.OWN_COLUMNS, *meaning.AUDIT_COLUMNS))  # names of columns that every run has


def definition(written: syntax.Statement, resolver: Resolver) -> meaning.Named | None:
    """Return what a define, criterion, score or grade means."""
    if isinstance(written, (syntax.Criterion, syntax.Score, syntax.Grade)) and written.name.text in TAKEN:
        message = f"`{written.name.text}` is the name of another column of the output"
        resolver.problem("E208", message, written.name.span, f"call it `{written.name.text.capitalize()}`")
    match written:
        case syntax.Define(name, expression, span):
            operand, kind = resolver.operand(expression)
            return meaning.Computed(name.text, kind, resolver.currency(expression), operand, span)
        case syntax.Criterion(name, words, condition, span):
            return meaning.Criterion(name.text, words, resolver.condition(condition), span)
        case syntax.Score():
            return _score(written, resolver)
        case syntax.Grade():
            return _grade(written, resolver)
    return None


def _score(written: syntax.Score, resolver: Resolver) -> meaning.Score:
    low = high = None
    if written.kept:
        low, high = (int(_number(end)) for end in written.kept)
        if low > high:
            message = f"nothing is between {low:,} and {high:,}"
            resolver.problem(
                "E306", message, written.kept[0].span.to(written.kept[1].span), f"write `between {high} and {low}`"
            )
    lines = tuple(_line(line, resolver) for line in written.lines)
    return meaning.Score(written.name.text, lines, low, high, written.span)


def _line(line: syntax.ScoreLine, resolver: Resolver) -> meaning.ScoreLine:
    points = int(_number(line.points))
    match line:
        case syntax.When(_, condition, span):
            return meaning.When(points, resolver.condition(condition), span)
        case syntax.Per(_, subject, up_to, span):
            operand = _of_kind(subject, (Kind.NUMBER, Kind.MONEY, Kind.SCORE), "per", resolver)
            return meaning.Per(points, operand, None if up_to is None else int(_number(up_to)), span)
        case syntax.Fading(_, by, every, since, span):
            operand = _of_kind(since, (Kind.DATE,), "since", resolver)
            return meaning.Fading(points, int(_number(by)), every.duration, operand, span)


def _of_kind(written: syntax.Operand, kinds: Sequence[Kind], word: str, resolver: Resolver) -> meaning.Operand:
    operand, kind = resolver.operand(written)
    if kind not in kinds:
        message = f"`{written.span.text}` holds {kind.words}; `{word}` needs {kinds[0].words}"
        resolver.problem("E301", message, written.span)
    return operand


def _number(literal: Literal) -> float:
    assert isinstance(literal.value, float)
    return literal.value


def _grade(written: syntax.Grade, resolver: Resolver) -> meaning.Grade:
    name, score = written.name, written.score
    if not isinstance(resolver.names.definitions.get(score.text), syntax.Score) and score.text not in resolver.unread:
        scores = [other for other, one in resolver.names.definitions.items() if isinstance(one, syntax.Score)]
        close = closest(score.text, scores)
        hint = f"did you mean `{close}`?" if close else None
        resolver.problem("E204", f"there is no score `{score.text}`", score.span, hint)
    bands = tuple((str(label.value), _number(start)) for label, start in written.bands)
    for (_, above), (label, start) in pairwise(written.bands):
        if _number(start) >= _number(above):
            message = f"the bands of a grade fall, but `{start.span.text}` follows `{above.span.text}`"
            resolver.problem("E306", message, label.span.to(start.span))
    if written.otherwise is None:
        resolver.problem("E306", "a grade says what it is otherwise", name.span, 'add `, otherwise "D"`')
    otherwise = str(written.otherwise.value) if written.otherwise else ""
    _distinct([label for label, _ in written.bands] + ([written.otherwise] if written.otherwise else []), resolver)
    return meaning.Grade(name.text, score.text, bands, otherwise, written.span)


def _distinct(texts: Sequence[Literal], resolver: Resolver) -> None:
    seen: set[object] = set()
    for text in texts:
        if text.value in seen:
            resolver.problem("E201", f'"{text.value}" stands twice', text.span)
        seen.add(text.value)


# --- stages and rules ------------------------------------------------------------------------------------------


def stages(statements: Sequence[syntax.Statement], resolver: Resolver) -> tuple[str, ...]:
    """Return the stages from least to most qualified."""
    written = [statement for statement in statements if isinstance(statement, syntax.Stages)]
    if not written:
        return DEFAULT_STAGES
    _once([(tuple(name.text for name in one.names), one.span) for one in written], "the stages", resolver)
    seen: set[str] = set()
    for name in written[0].names:
        if name.text in seen:
            resolver.problem("E201", f"the stage `{name.text}` stands twice", name.span)
        seen.add(name.text)
    return tuple(dict.fromkeys(name.text for name in written[0].names))


def _once(said: Sequence[tuple[object, Span]], what: str, resolver: Resolver) -> None:
    """What belongs to the first file may be repeated, but only in the same words."""
    first, place = said[0]
    for other, span in said[1:]:
        if other != first or span.source is place.source:
            hint = "say it once, in the first file"
            resolver.problem("E207", f"{what} are said twice", span, hint, (("first said", place),))


def heading(statements: Sequence[syntax.Statement], resolver: Resolver, first: str) -> dict[str, object]:
    """Return title, owner, version, agreed and review by; what is not said is None."""
    written = [statement for statement in statements if isinstance(statement, syntax.Heading)]
    if not written:
        return {"title": first}
    said = [((one.title.value, tuple((key, item.value) for key, item in one.items)), one.span) for one in written]
    _once(said, "the title and owner", resolver)
    items: dict[str, object] = {"title": written[0].title.value}
    for key, item in written[0].items:
        if key in items:
            resolver.problem("E201", f"`{key}` stands twice", item.span)
        items[key] = item.value
    return items


def rules(
    statements: Sequence[syntax.Statement], known: Collection[str], resolver: Resolver
) -> tuple[meaning.Rule, ...]:
    """Return the rules in their order."""
    found: dict[str, meaning.Rule] = {}
    for written in statements:
        if not isinstance(written, syntax.Rule):
            continue
        name = str(written.name.value)
        known_stage(written.stage, known, resolver)
        if not name:
            resolver.problem("E306", "a rule has a name", written.name.span)
        if name in found:
            first = found[name].span
            hint = "give one of them another name"
            resolver.problem("E201", f'there are two rules "{name}"', written.name.span, hint, (("the first", first),))
        condition = resolver.condition(written.condition)
        outputs = _outputs(written.outputs, resolver)
        found.setdefault(name, meaning.Rule(name, written.stage.text, condition, outputs, written.span))
    return tuple(found.values())


def _outputs(written: Sequence[syntax.Output], resolver: Resolver) -> dict[str, str]:
    outputs: dict[str, str] = {}
    for output in written:
        key = output.key.text
        if key in outputs:
            resolver.problem("E201", f"`{key}` stands twice", output.span)
        if key in TAKEN or isinstance(
            resolver.names.definitions.get(key), (syntax.Criterion, syntax.Score, syntax.Grade)
        ):
            message = f"`{key}` is the name of another column of the output"
            resolver.problem("E208", message, output.key.span, f"write `with {key}_2 …`")
        outputs[key] = str(output.text.value)
    return outputs


def otherwise(statements: Sequence[syntax.Statement], known: Sequence[str], resolver: Resolver) -> meaning.Otherwise:
    """Return where contacts go that no rule places."""
    written = [statement for statement in statements if isinstance(statement, syntax.Otherwise)]
    if not written:
        if DEFAULT_OTHERWISE not in known:
            place = next(statement.span for statement in statements if isinstance(statement, syntax.Stages))
            message = f"no rule says where the other contacts go: there is no stage `{DEFAULT_OTHERWISE}`"
            resolver.problem("E205", message, place, f"add `otherwise {known[0]}`: the stages are {some(known)}")
        return meaning.Otherwise(DEFAULT_OTHERWISE, {}, None)
    said = [((one.stage.text, tuple((o.key.text, o.text.value) for o in one.outputs)), one.span) for one in written]
    _once(said, "the contacts that no rule places", resolver)
    known_stage(written[0].stage, known, resolver)
    return meaning.Otherwise(written[0].stage.text, _outputs(written[0].outputs, resolver), written[0].span)
