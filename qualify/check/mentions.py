"""Which fields the rules mention, in what order, and which tests depend on the day."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from qualify.duration import Duration
from qualify.logic import operands
from qualify.meaning import (
    Arithmetic,
    Call,
    Computed,
    ComputedValue,
    Condition,
    Criterion,
    Fading,
    FieldValue,
    Grade,
    GradeValue,
    Holds,
    IsAnswered,
    Named,
    Operand,
    Per,
    Rule,
    Score,
    ScoreValue,
    Test,
    Today,
    When,
    mentions,
    operands_of,
    reads,
    tests,
)

Named_by = Mapping[str, Named]


def fields_in_order(rules: Sequence[Rule], definitions: Named_by) -> list[str]:
    """Return the fields in the order of their first mention: rule by rule, definitions followed where they are used,
    then those that only definitions without a rule mention."""
    found: dict[str, None] = {}
    followed: set[str] = set()

    def follow(name: str) -> None:
        if name in followed:
            return
        followed.add(name)
        for operand_or_name in _mentions(definitions[name]):
            note(operand_or_name)

    def note(mention: str | Operand) -> None:
        match mention:
            case str():
                follow(mention)
            case FieldValue(name):
                found.setdefault(name)
            case ComputedValue(name) | ScoreValue(name) | GradeValue(name):
                follow(name)

    for rule in rules:
        for mention in mentions(rule.condition):
            note(mention)
    for name in definitions:
        follow(name)
    return list(found)


def _mentions(definition: Named) -> Iterator[str | Operand]:
    """Yield what a definition mentions: operands, and the names of criteria and scores."""
    match definition:
        case Computed(expression=expression):
            yield from reads(expression)
        case Criterion(condition=condition):
            yield from mentions(condition)
        case Grade(score=score):
            yield score
        case Score(lines=lines):
            for line in lines:
                match line:
                    case When(condition=condition):
                        yield from mentions(condition)
                    case Per(subject=operand) | Fading(since=operand):
                        yield from reads(operand)


# --- the day ---------------------------------------------------------------------------------------------------


def dated_fields(rules: Sequence[Rule], definitions: Named_by) -> frozenset[str]:
    """Return the fields of which the rules ask something that depends on the day of the run."""
    dated: set[str] = set()
    for test in tests(rules, definitions.values()):
        if any(isinstance(value, (Duration, Today)) for value in test.values):
            dated |= _fields(test.subject, definitions)
        for operand in operands_of(test):
            dated |= _counted_from_today(operand, definitions)
    for definition in definitions.values():
        if isinstance(definition, Score):
            for line in definition.lines:
                if isinstance(line, Fading):
                    dated |= _fields(line.since, definitions)
                elif isinstance(line, Per):
                    dated |= _counted_from_today(line.subject, definitions)
    return frozenset(dated)


def _counted_from_today(operand: Operand, definitions: Named_by) -> set[str]:
    match operand:
        case Call("days_since" | "days_until", (argument,)):
            return _fields(argument, definitions)
        case ComputedValue(name) if isinstance(computed := definitions[name], Computed):
            return _counted_from_today(computed.expression, definitions)
        case Call(_, arguments):
            return {name for argument in arguments for name in _counted_from_today(argument, definitions)}
        case Arithmetic(_, left, right):
            return _counted_from_today(left, definitions) | _counted_from_today(right, definitions)
    return set()


def _fields(operand: Operand, definitions: Named_by) -> set[str]:
    """Return the fields that an operand is made from."""
    found: set[str] = set()
    for read in reads(operand):
        match read:
            case FieldValue(name):
                found.add(name)
            case ComputedValue(name) if isinstance(computed := definitions[name], Computed):
                found |= _fields(computed.expression, definitions)
    return found


# --- depth -----------------------------------------------------------------------------------------------------


def too_deep(order: Sequence[Named], rules: Sequence[Rule], most: int) -> Named | Rule | None:
    """Return the first definition or rule that, with all that it uses put in its place, is more than `most` deep."""
    depths: dict[str, int] = {}
    for definition in (*order, *rules):
        match definition:
            case Computed(expression=expression):
                depth = _depth(expression, depths)
            case Criterion(condition=condition) | Rule(condition=condition):
                depth = _depth(condition, depths)
            case Grade(score=score):
                depth = depths.get(score, 0) + 1  # a score that there is not is another problem
            case Score(lines=lines):
                depth = max((_depth(_of_line(line), depths) for line in lines), default=0)
        if depth > most:
            return definition
        depths[definition.name] = depth + 1
    return None


def _of_line(line: When | Per | Fading) -> Condition | Operand:
    match line:
        case When(condition=condition):
            return condition
        case Per(subject=operand) | Fading(since=operand):
            return operand


def _depth(part: object, depths: Mapping[str, int]) -> int:
    match part:
        case Holds(name) | IsAnswered(name) | ComputedValue(name) | ScoreValue(name) | GradeValue(name):
            return depths.get(name, 0)
        case Test():
            return 1 + max(_depth(operand, depths) for operand in operands_of(part))
        case Call(_, arguments):
            return 1 + max(_depth(argument, depths) for argument in arguments)
        case Arithmetic(_, left, right):
            return 1 + max(_depth(left, depths), _depth(right, depths))
    return 1 + max((_depth(one, depths) for one in operands(part)), default=0)
