"""What a test asks about and what it compares with, and the conditions made of tests."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TypeAlias

from qualify.language.durations import Duration
from qualify.language.kinds import Kind, Value
from qualify.language.logic import All, Any, Count, Not
from qualify.language.operators import OPERATORS
from qualify.language.predicates import Predicate, Values
from qualify.text.source import Span

# --- operands: what a test asks about, and what it compares with -----------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Typed:
    """What every operand says of its value: the type, and of money the currency."""

    kind: Kind
    currency: str | None = None


@dataclass(frozen=True, slots=True)
class FieldValue(Typed):
    """A field of the contact."""

    name: str


@dataclass(frozen=True, slots=True)
class DefinedValue(Typed):
    """A value that the rules define: a computed field, a score or a grade."""

    name: str


@dataclass(frozen=True, slots=True)
class Constant(Typed):
    value: Value


@dataclass(frozen=True, slots=True)
class Today(Typed):
    """The one date for which the whole run is made."""


@dataclass(frozen=True, slots=True)
class Arithmetic(Typed):
    operator: str  # one of + - * /
    left: Operand
    right: Operand


@dataclass(frozen=True, slots=True)
class Call(Typed):
    """A function, by its key in `functions.FUNCTIONS`, and what it is applied to."""

    function: str
    argument: Operand


@dataclass(frozen=True, slots=True)
class Selection(Typed):
    """One of several values, chosen by a selector, by its key in `functions.SELECTORS`."""

    selector: str
    choices: tuple[Operand, ...]


Operand: TypeAlias = FieldValue | DefinedValue | Constant | Today | Arithmetic | Call | Selection


# --- conditions ------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Test:
    """One test of the table in `operators`, about one operand.

    `values` holds what it compares with: one or two operands, a duration, or `Values` for literal texts and
    numbers and for each list. With `every`, all of the values must be found, not any (`mentions all of`).
    `negated` turns the answer around: `is not`, `does not mention`, `is unknown`.
    """

    __test__ = False  # not a test of pytest's

    subject: Operand
    operator: str
    values: tuple[Operand | Values | Duration, ...] = ()
    every: bool = False
    negated: bool = False
    span: Span = field(kw_only=True, compare=False)

    @property
    def kind(self) -> Kind:
        return self.subject.kind

    @property
    def predicate(self) -> Predicate:
        """What it asks of the subject."""
        return OPERATORS[self.operator].predicates[self.kind]


@dataclass(frozen=True, slots=True)
class Holds:
    """The answer of a criterion, by its name."""

    name: str
    span: Span = field(compare=False)


@dataclass(frozen=True, slots=True)
class IsAnswered:
    """Whether a criterion has an answer: `Budget is known`; negated, `Budget is unknown`."""

    name: str
    negated: bool
    span: Span = field(compare=False)


TestValue: TypeAlias = Operand | Values | Duration
Leaf: TypeAlias = Test | Holds | IsAnswered
Condition: TypeAlias = Leaf | All["Condition"] | Any["Condition"] | Not["Condition"] | Count["Condition"]
Part: TypeAlias = Condition | Operand  # what a definition or a rule is made of
