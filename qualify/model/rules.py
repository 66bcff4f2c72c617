"""The statements of the model, which says what the rules mean: every name is resolved and every type known.

`checking` builds it from syntax (`parsing.syntax`), and each target evaluates it. Only the spans lead back to what was
written, so that explanations can quote it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import ClassVar, TypeAlias, TypeVar

from qualify.language.durations import Duration
from qualify.language.fields import Field
from qualify.language.kinds import Kind
from qualify.language.logic import Answer
from qualify.model.expressions import Condition, DefinedValue, Operand, Part
from qualify.text.source import Source, Span

# --- definitions and rules -------------------------------------------------------------------------------------
# Each has a `name`, a `span`, and its `parts` in the order they were written. `has_column` says whether the values of
# a definition are a column of the output.


@dataclass(frozen=True, slots=True)
class Computed:
    """A field computed from others: `define deal_size as seats * $120`."""

    name: str
    expression: Operand
    span: Span
    has_column: ClassVar[bool] = False

    @property
    def parts(self) -> tuple[Part, ...]:
        return (self.expression,)


@dataclass(frozen=True, slots=True)
class Criterion:
    name: str
    meaning: str | None
    condition: Condition
    span: Span
    has_column: ClassVar[bool] = True

    @property
    def parts(self) -> tuple[Part, ...]:
        return (self.condition,)


@dataclass(frozen=True, slots=True)
class When:
    """`+30 when CONDITION`: points if the condition is yes."""

    points: int
    condition: Condition
    span: Span

    @property
    def part(self) -> Part:
        return self.condition


@dataclass(frozen=True, slots=True)
class Per:
    """`+5 per NUMBER up to 15 points`: points times the whole part of the number; 0 if it is unknown or negative."""

    points: int
    subject: Operand
    up_to: int | None  # a limit on the absolute value
    span: Span

    @property
    def part(self) -> Part:
        return self.subject


@dataclass(frozen=True, slots=True)
class Fading:
    """`+40 fading by 10 every 30 days since DATE`: points that move towards 0 with each whole period since the date."""

    points: int
    by: int
    every: Duration
    since: Operand
    span: Span

    @property
    def part(self) -> Part:
        return self.since


ScoreLine: TypeAlias = When | Per | Fading
MOST_COUNTED = 1_000_000  # a `per` line counts no further


def extreme_points(line: ScoreLine) -> int:
    """Return the points of a line that are farthest from 0."""
    if isinstance(line, Per):
        size = abs(line.points) * MOST_COUNTED
        size = size if line.up_to is None else min(size, line.up_to)
        return size if line.points > 0 else -size
    return line.points


@dataclass(frozen=True, slots=True)
class Score:
    """A whole number: the sum of its lines, limited to `low` and `high` if given."""

    name: str
    lines: tuple[ScoreLine, ...]
    low: int | None
    high: int | None
    span: Span
    has_column: ClassVar[bool] = True

    @property
    def parts(self) -> tuple[Part, ...]:
        return tuple(line.part for line in self.lines)

    @property
    def value(self) -> DefinedValue:
        return DefinedValue(self.name, kind=Kind.SCORE)


@dataclass(frozen=True, slots=True)
class Grade:
    """A label for a score: that of the first band whose start the score reaches, from the highest band down."""

    name: str
    score: str
    bands: tuple[tuple[str, float], ...]
    otherwise: str
    span: Span
    has_column: ClassVar[bool] = True

    @property
    def parts(self) -> tuple[Part, ...]:
        return (DefinedValue(self.score, kind=Kind.SCORE),)

    @property
    def value(self) -> DefinedValue:
        return DefinedValue(self.name, kind=Kind.GRADE)

    @property
    def labels(self) -> tuple[str, ...]:
        """The labels, best first."""
        return (*(label for label, _ in self.bands), self.otherwise)


@dataclass(frozen=True, slots=True)
class Rule:
    name: str
    stage: str
    condition: Condition
    outputs: Mapping[str, str]
    span: Span

    @property
    def parts(self) -> tuple[Part, ...]:
        return (self.condition,)


@dataclass(frozen=True, slots=True)
class Otherwise:
    """The placement of contacts that no rule places; `span` is None if the file does not say it."""

    stage: str
    outputs: Mapping[str, str]
    span: Span | None


@dataclass(frozen=True, slots=True)
class Example:
    """A test that is part of the rule file.

    `given` has the contact's cells by field. The fields in `unknown` are unknown whatever their `blank` says. `answers`
    has criteria that are given directly.
    """

    name: str
    given: Mapping[str, object]
    unknown: frozenset[str]
    answers: Mapping[str, Answer]
    on: date | None
    expected: Expected
    span: Span


@dataclass(frozen=True, slots=True)
class Expected:
    """What an example expects, each with the span that says so; None or empty if it says nothing."""

    stage: tuple[str, Span] | None = None
    rule: tuple[str, Span] | None = None
    could_be: tuple[str, Span] | None = None
    ask: tuple[tuple[str, ...], Span] | None = None
    criteria: Mapping[str, tuple[Answer, Span]] = field(default_factory=dict)
    scores: Mapping[str, tuple[int, Span]] = field(default_factory=dict)
    grades: Mapping[str, tuple[str, Span]] = field(default_factory=dict)


# The columns of every output and of every audit. The rules add columns of their own to both.
OWN_COLUMNS = ("stage", "rule", "reason", "could_be", "ask")
AUDIT_COLUMNS = ("row", "id", "stage", "rule", "place", "could_be", "ask", "values", "unreadable")

Definition: TypeAlias = Computed | Criterion | Score | Grade
One = TypeVar("One", Criterion, Score, Grade)


@dataclass(frozen=True)
class Model:
    """The meaning of a whole rule set. Immutable and picklable; every mapping is in the order of the rule file."""

    title: str
    owner: str | None
    version: str | None
    agreed: date | None
    review_by: date | None
    stages: tuple[str, ...]  # from least to most qualified
    id_column: str | None  # None: the column `id` or, without one, the row's number
    fields: Mapping[str, Field]  # those that the rules use, in the order of first mention (which `ask` follows)
    mentions: Mapping[str, Span]  # the first mention of each field
    definitions: Mapping[str, Definition]  # by name
    rules: tuple[Rule, ...]
    otherwise: Otherwise
    examples: tuple[Example, ...]
    order: tuple[Definition, ...]  # each definition after those it uses
    sources: tuple[Source, ...]  # every file that was read: first the rule file, then fields, lists and other rules

    @cached_property
    def output_keys(self) -> tuple[str, ...]:
        """The `with` keys of all rules, in the order of first mention."""
        placements: tuple[Rule | Otherwise, ...] = (*self.rules, self.otherwise)
        return tuple(dict.fromkeys(key for placement in placements for key in placement.outputs))

    @cached_property
    def columns(self) -> tuple[str, ...]:
        """The names of the definitions that are columns of the output."""
        return tuple(name for name, one in self.definitions.items() if one.has_column)

    @cached_property
    def criteria(self) -> Mapping[str, Criterion]:
        return self._defined(Criterion)

    @cached_property
    def scores(self) -> Mapping[str, Score]:
        return self._defined(Score)

    @cached_property
    def grades(self) -> Mapping[str, Grade]:
        return self._defined(Grade)

    def _defined(self, kind: type[One]) -> Mapping[str, One]:
        return {name: one for name, one in self.definitions.items() if isinstance(one, kind)}

    @cached_property
    def rank(self) -> Mapping[str, int]:
        """The position of each stage, from 0 for the least qualified."""
        return {stage: position for position, stage in enumerate(self.stages)}
