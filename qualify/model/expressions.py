"""The operands of tests, and the conditions that are built from tests."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TypeAlias

from qualify.language.durations import TimeSpan
from qualify.language.kinds import Kind, Value
from qualify.language.logic import All, Any, Count, Not
from qualify.language.operators import OPERATORS
from qualify.language.predicates import Predicate, Values
from qualify.text.source import Span

# --- operands: the subject of a test, and the values it is compared with ---------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Typed:
    """The type of an operand's value and, for money, its currency."""

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
    """The date of the run."""


@dataclass(frozen=True, slots=True)
class Arithmetic(Typed):
    operator: str  # one of + - * /
    left: Operand
    right: Operand


@dataclass(frozen=True, slots=True)
class Call(Typed):
    """A function (a key of `functions.FUNCTIONS`) applied to an operand."""

    function: str
    argument: Operand


@dataclass(frozen=True, slots=True)
class Selection(Typed):
    """One of several values, chosen by a selector (a key of `functions.SELECTORS`)."""

    selector: str
    choices: tuple[Operand, ...]


Operand: TypeAlias = FieldValue | DefinedValue | Constant | Today | Arithmetic | Call | Selection


# --- conditions ------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Test:
    """A test of a subject, by its key in `operators.OPERATORS`.

    `values` are compared with the subject: one or two operands, a duration or period, or `Values` for literal texts and
    numbers and for each list. With `every`, all of them must be found, not just one (`mentions all of`). `negated` is
    set for `is not`, `does not mention`, `is unknown` and the like.
    """

    __test__ = False  # pytest would collect a class of this name

    subject: Operand
    operator: str
    values: tuple[Operand | Values | TimeSpan, ...] = ()
    every: bool = False
    negated: bool = False
    span: Span = field(kw_only=True, compare=False)

    @property
    def kind(self) -> Kind:
        return self.subject.kind

    @property
    def predicate(self) -> Predicate:
        """The predicate that the test applies to its subject."""
        return OPERATORS[self.operator].predicates[self.kind]


@dataclass(frozen=True, slots=True)
class Holds:
    """The answer of the criterion with this name."""

    name: str
    span: Span = field(compare=False)


@dataclass(frozen=True, slots=True)
class IsAnswered:
    """Whether a criterion is answered yes or no: `Budget is known`; negated, `Budget is unknown`."""

    name: str
    negated: bool
    span: Span = field(compare=False)


TestValue: TypeAlias = Operand | Values | TimeSpan
Leaf: TypeAlias = Test | Holds | IsAnswered
Condition: TypeAlias = Leaf | All["Condition"] | Any["Condition"] | Not["Condition"] | Count["Condition"]
Part: TypeAlias = Condition | Operand  # of a definition or a rule
