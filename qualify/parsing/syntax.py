"""The syntax tree of a rule file: its statements as written, with their places. Names are not resolved yet."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import ClassVar, TypeAlias

from qualify.language.durations import TimeSpan
from qualify.language.kinds import Kind
from qualify.language.logic import All, Answer, Any, Count, Not, operands
from qualify.text.source import Span

# --- values ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Name:
    """A name without brackets: a field, or something that the rules define."""

    text: str
    span: Span


@dataclass(frozen=True, slots=True)
class Header:
    """`[Any Header]`: the field that is the column with that header."""

    text: str
    span: Span


@dataclass(frozen=True, slots=True)
class Literal:
    """A text, number, amount of money, date or flag. `currency` is the code or sign that was written."""

    value: str | float | date | bool
    kind: Kind
    span: Span
    currency: str | None = None


@dataclass(frozen=True, slots=True)
class Today:
    span: Span


@dataclass(frozen=True, slots=True)
class Period:
    """A duration, such as `30 days`, or a period of the calendar, such as `this month`."""

    duration: TimeSpan
    span: Span


@dataclass(frozen=True, slots=True)
class Function:
    """A function, by its key in `FUNCTIONS`, and its argument."""

    function: str
    argument: Operand
    span: Span


@dataclass(frozen=True, slots=True)
class Selection:
    """A selector, by its key in `SELECTORS`, and the operands it chooses from."""

    selector: str
    choices: tuple[Operand, ...]
    span: Span


@dataclass(frozen=True, slots=True)
class Binary:
    operator: str  # one of + - * /
    left: Operand
    right: Operand
    span: Span


Operand: TypeAlias = Name | Header | Literal | Today | Function | Selection | Binary
ListValue: TypeAlias = Literal | Name | Header | Today


# --- conditions ------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Test:
    """A test of a subject. `many` means that `any of`, `all of`, `none of` or `in` was written before the values."""

    __test__ = False  # not for pytest

    subject: Operand
    operator: str
    values: tuple[Operand | Period, ...]
    many: bool
    every: bool
    negated: bool
    symbol: bool  # written as `<`, `>=`, …, which mean different tests for numbers and dates
    span: Span


@dataclass(frozen=True, slots=True)
class Bare:
    """An operand by itself: a criterion, or a flag that must be yes."""

    operand: Operand
    span: Span


Leaf: TypeAlias = Test | Bare
Condition: TypeAlias = Leaf | All["Condition"] | Any["Condition"] | Not["Condition"] | Count["Condition"]


# --- statements ------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Heading:
    """`rules "TITLE": …`: what the rules are called, who agreed on them, and when."""

    title: Literal
    items: tuple[tuple[str, Literal], ...]
    span: Span


@dataclass(frozen=True, slots=True)
class Use:
    path: Literal
    span: Span


@dataclass(frozen=True, slots=True)
class Stages:
    names: tuple[Name, ...]
    span: Span


@dataclass(frozen=True, slots=True)
class List:
    """A list of values, or the file and column that has them."""

    name: Name
    values: tuple[ListValue, ...]
    file: Literal | None
    column: Literal | None
    span: Span
    words: ClassVar[str] = "list"
    value_kind: ClassVar[Kind | None] = None
    has_column: ClassVar[bool] = False


@dataclass(frozen=True, slots=True)
class Define:
    name: Name
    expression: Operand
    span: Span
    words: ClassVar[str] = "computed field"
    value_kind: ClassVar[Kind | None] = None
    has_column: ClassVar[bool] = False


@dataclass(frozen=True, slots=True)
class Criterion:
    name: Name
    meaning: str | None
    condition: Condition
    span: Span
    words: ClassVar[str] = "criterion"
    value_kind: ClassVar[Kind | None] = None
    has_column: ClassVar[bool] = True


@dataclass(frozen=True, slots=True)
class When:
    points: Literal
    condition: Condition
    span: Span


@dataclass(frozen=True, slots=True)
class Per:
    points: Literal
    subject: Operand
    up_to: Literal | None
    span: Span


@dataclass(frozen=True, slots=True)
class Fading:
    points: Literal
    by: Literal
    every: Period
    since: Operand
    span: Span


ScoreLine: TypeAlias = When | Per | Fading


@dataclass(frozen=True, slots=True)
class Score:
    name: Name
    lines: tuple[ScoreLine, ...]
    kept: tuple[Literal, Literal] | None
    span: Span
    words: ClassVar[str] = "score"
    value_kind: ClassVar[Kind | None] = Kind.SCORE
    has_column: ClassVar[bool] = True


@dataclass(frozen=True, slots=True)
class Grade:
    name: Name
    score: Name
    bands: tuple[tuple[Literal, Literal], ...]
    otherwise: Literal | None
    span: Span
    words: ClassVar[str] = "grade"
    value_kind: ClassVar[Kind | None] = Kind.GRADE
    has_column: ClassVar[bool] = True


@dataclass(frozen=True, slots=True)
class Output:
    """`with KEY "TEXT"`."""

    key: Name
    text: Literal
    span: Span


@dataclass(frozen=True, slots=True)
class Rule:
    name: Literal
    stage: Name
    condition: Condition
    outputs: tuple[Output, ...]
    span: Span


@dataclass(frozen=True, slots=True)
class Otherwise:
    stage: Name
    outputs: tuple[Output, ...]
    span: Span


@dataclass(frozen=True, slots=True)
class Given:
    """`given FIELD VALUE`. A value of None was written as `unknown`."""

    field: Name | Header
    value: Literal | Today | None
    span: Span


@dataclass(frozen=True, slots=True)
class ExpectStage:
    stage: Name
    rule: Literal | None
    span: Span


@dataclass(frozen=True, slots=True)
class ExpectCouldBe:
    stage: Name
    span: Span


@dataclass(frozen=True, slots=True)
class ExpectAsk:
    fields: tuple[Name | Header, ...]
    span: Span


@dataclass(frozen=True, slots=True)
class ExpectValue:
    """`expect NAME VALUE`: the answer of a criterion, the points of a score, or the label of a grade."""

    name: Name
    value: Answer | Literal
    span: Span


Expectation: TypeAlias = ExpectStage | ExpectCouldBe | ExpectAsk | ExpectValue


@dataclass(frozen=True, slots=True)
class Example:
    name: Literal
    given: tuple[Given, ...]
    on: Literal | None
    expected: tuple[Expectation, ...]
    span: Span


# `words` is what messages call a definition, `value_kind` the type of its value if that is always the same, and
# `has_column` whether the output has a column for it.
Definition: TypeAlias = List | Define | Criterion | Score | Grade
Statement: TypeAlias = Heading | Use | Stages | Definition | Rule | Otherwise | Example


# --- walking statements ----------------------------------------------------------------------------------------


def parts_of(node: object) -> tuple[object, ...]:
    """Return the parts of a statement, a condition or an operand, in the order written."""
    match node:
        case Name() | Literal() | Header():  # first, because most nodes are
            return ()
        case Test(subject, _, values):
            return (subject, *values)
        case Criterion(condition=condition) | Rule(condition=condition) | When(condition=condition):
            return (condition,)
        case Define(expression=operand) | Per(subject=operand) | Fading(since=operand) | Bare(operand):
            return (operand,)
        case Score(lines=lines):
            return lines
        case Grade(score=score):
            return (score,)
        case List(values=values):
            return values
        case Binary(_, left, right):
            return (left, right)
        case Function(_, argument):
            return (argument,)
        case Selection(_, choices):
            return choices
    return operands(node)


def walk(node: object) -> Iterator[object]:
    """Yield a node and all nodes below it, each before its parts. Does not recurse."""
    stack = [node]
    while stack:
        top = stack.pop()
        yield top
        stack.extend(reversed(parts_of(top)))


def leaves_of(statement: Statement) -> Iterator[Leaf]:
    """Yield the tests and bare operands in a statement, in the order written."""
    return (node for node in walk(statement) if isinstance(node, (Test, Bare)))


def names_in(node: object) -> Iterator[str]:
    """Yield the names without brackets in a statement, a condition or an operand."""
    return (one.text for one in walk(node) if isinstance(one, Name))
