"""What the rules mean: every name resolved, every type settled, in an order in which it can be computed.

`checking` makes it from what was written (`parsing.syntax`); each target evaluates it. Nothing here knows how it was
spelt, but for the spans, which let an explanation quote the writer.
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
# Each has a `name`, a `span`, and the `parts` that it is made of, in the order in which they are written. A definition
# says whether the output has a column of its values.


@dataclass(frozen=True, slots=True)
class Computed:
    """A field that is computed from others: `define deal_size as seats * $120`."""

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
    """`+30 when CONDITION`: the points where the condition is yes."""

    points: int
    condition: Condition
    span: Span

    @property
    def part(self) -> Part:
        return self.condition


@dataclass(frozen=True, slots=True)
class Per:
    """`+5 per NUMBER up to 15 points`: points times its whole part; nothing when unknown or negative."""

    points: int
    subject: Operand
    up_to: int | None  # a size, not negative: caps negative points too
    span: Span

    @property
    def part(self) -> Part:
        return self.subject


@dataclass(frozen=True, slots=True)
class Fading:
    """`+40 fading by 10 every 30 days since DATE`: towards 0 by 10 for each whole period passed."""

    points: int
    by: int
    every: Duration
    since: Operand
    span: Span

    @property
    def part(self) -> Part:
        return self.since


ScoreLine: TypeAlias = When | Per | Fading
MOST_COUNTED = 1_000_000  # what a `per` line counts at the most


def farthest(line: ScoreLine) -> int:
    """Return the points of a line where they are farthest from 0."""
    if isinstance(line, Per):
        size = abs(line.points) * MOST_COUNTED
        size = size if line.up_to is None else min(size, line.up_to)
        return size if line.points > 0 else -size
    return line.points


@dataclass(frozen=True, slots=True)
class Score:
    """A whole number, the sum of its lines; kept between `low` and `high` where they are given."""

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
    """A text by the bands of a score: the label of the first band, falling, whose start the score reaches."""

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
        """The labels from best to least."""
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
    """Where contacts go that no rule places; `span` is None where the file does not say."""

    stage: str
    outputs: Mapping[str, str]
    span: Span | None


@dataclass(frozen=True, slots=True)
class Example:
    """A test that travels with the rules.

    `given` has cells by field, as a contact file or Python would give them; `unknown` the fields that are to be
    unknown whatever `blank` says; `answers` the criteria given directly.
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
    """What an example says of its contact; None or empty where it says nothing. Each with its place."""

    stage: tuple[str, Span] | None = None
    rule: tuple[str, Span] | None = None
    could_be: tuple[str, Span] | None = None
    ask: tuple[tuple[str, ...], Span] | None = None
    criteria: Mapping[str, tuple[Answer, Span]] = field(default_factory=dict)
    scores: Mapping[str, tuple[int, Span]] = field(default_factory=dict)
    grades: Mapping[str, tuple[str, Span]] = field(default_factory=dict)


# The columns that a run adds for every rule set, and those of its audit; each has those of the rules beside them.
OWN_COLUMNS = ("stage", "rule", "reason", "could_be", "ask")
AUDIT_COLUMNS = ("row", "id", "stage", "rule", "place", "could_be", "ask", "values", "unreadable")

Definition: TypeAlias = Computed | Criterion | Score | Grade
One = TypeVar("One", Criterion, Score, Grade)


@dataclass(frozen=True)
class Model:
    """A whole rule set, meant. Immutable; picklable; every mapping is in the order of the rule file."""

    title: str
    owner: str | None
    version: str | None
    agreed: date | None
    review_by: date | None
    stages: tuple[str, ...]  # from least to most qualified
    id_column: str | None  # None: `id`, else the row's number
    fields: Mapping[str, Field]  # all that the rules use, in the order of first mention (see `ask`)
    mentions: Mapping[str, Span]  # where the rules first mention each field
    definitions: Mapping[str, Definition]  # by name
    rules: tuple[Rule, ...]
    otherwise: Otherwise
    examples: tuple[Example, ...]
    order: tuple[Definition, ...]  # each after all that it uses
    sources: tuple[Source, ...]  # every file that was read: rules, fields, lists; the first is the one named

    @cached_property
    def output_keys(self) -> tuple[str, ...]:
        """The `with` keys of all rules, in the order of their first mention."""
        placements: tuple[Rule | Otherwise, ...] = (*self.rules, self.otherwise)
        return tuple(dict.fromkeys(key for placement in placements for key in placement.outputs))

    @cached_property
    def columns(self) -> tuple[str, ...]:
        """The names of the criteria, scores and grades, each a column of the output."""
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
        """How qualified each stage is, from 0."""
        return {stage: place for place, stage in enumerate(self.stages)}
