"""The answer about one contact, and its reasons."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache

from qualify.language.logic import Answer
from qualify.model.expressions import Condition, GradeValue, ScoreValue
from qualify.model.rules import Otherwise, Rule
from qualify.model.walk import mentions
from qualify.text.source import Span


@dataclass(frozen=True, slots=True)
class Details:
    """What is known of a decision beyond stage and rule; see `Decision`."""

    could_be: str | None
    ask: tuple[str, ...]
    criteria: Mapping[str, Answer]
    scores: Mapping[str, int]
    grades: Mapping[str, str]
    outputs: Mapping[str, str]
    unreadable: Mapping[str, str]
    reason: str
    explain: Callable[[Decision], str] = field(repr=False, compare=False)


class Decision:
    """Where a contact was placed, by what, and all that was found out about it on the way.

    Whoever only wants stage and rule has them at once; the details are worked out when one of them is asked for. The
    rule is None where `otherwise` placed the contact. Two decisions are equal where all that they say is.
    """

    __slots__ = ("_details", "rule", "stage")

    stage: str
    rule: str | None

    def __init__(self, stage: str, rule: str | None, details: Details | Callable[[], Details]) -> None:
        self.stage = stage
        self.rule = rule
        self._details = details

    def __reduce__(self) -> tuple[type[Decision], tuple[str, str | None, Details]]:
        return Decision, (self.stage, self.rule, self.details)  # sent elsewhere, it takes its details along

    @property
    def details(self) -> Details:
        """All that follows, in one."""
        if not isinstance(self._details, Details):
            self._details = self._details()
        return self._details

    @property
    def could_be(self) -> str | None:
        """The highest stage that the contact could still reach, above the one it has; None if there is none."""
        return self.details.could_be

    @property
    def ask(self) -> tuple[str, ...]:
        """The fields to ask for, which could take the contact there: the questions for the next call."""
        return self.details.ask

    @property
    def criteria(self) -> Mapping[str, Answer]:
        """The answer of every criterion, by name and in the order of the rule file; so are scores and grades."""
        return self.details.criteria

    @property
    def scores(self) -> Mapping[str, int]:
        """The points of every score: always known, since what is unknown adds none."""
        return self.details.scores

    @property
    def grades(self) -> Mapping[str, str]:
        """The label of every grade."""
        return self.details.grades

    @property
    def outputs(self) -> Mapping[str, str]:
        """What the rule, or `otherwise`, said `with`: texts by their keys."""
        return self.details.outputs

    @property
    def unreadable(self) -> Mapping[str, str]:
        """The text of each cell, by field, that holds something which is not of the field's type: it is unknown."""
        return self.details.unreadable

    @property
    def reason(self) -> str:
        """One sentence: the stage, the rule and its place, and the answers of what the rule asks about."""
        return self.details.reason

    def explain(self) -> str:
        """Return why the contact is where it is, and why not higher: every rule up to the deciding one, as a tree."""
        return self.details.explain(self)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Decision):
            return NotImplemented
        return (self.stage, self.rule, self.details) == (other.stage, other.rule, other.details)

    __hash__ = None  # type: ignore[assignment]  # it holds mappings

    def __repr__(self) -> str:
        return f"Decision(stage={self.stage!r}, rule={self.rule!r}, details={self.details!r})"


def reason(
    placed_by: Rule | Otherwise,
    criteria: Mapping[str, Answer],
    scores: Mapping[str, int],
    grades: Mapping[str, str],
) -> str:
    """Return one sentence: the stage, the rule and its place, and the answers of what the rule asks about."""
    if isinstance(placed_by, Otherwise):
        return f"{placed_by.stage}: no rule placed it ({place(placed_by.span)})"
    known: dict[str, object] = {**criteria, **scores, **grades}
    answers = [f"{name} {known[name]}" for name in names_asked(placed_by.condition)]
    head = f'{placed_by.stage} by rule "{placed_by.name}" ({place(placed_by.span)})'
    return ": ".join([head, ", ".join(answers)] if answers else [head])


@lru_cache(maxsize=4096)  # to find the line, the file is read from its start
def place(span: Span | None) -> str:
    """Return file and line of a statement, as in `emea.lead:61`; where none was written, that it is the default."""
    return f"{span.source.path or span.source.name}:{span.line}" if span else "the default"


def names_asked(condition: Condition) -> tuple[str, ...]:
    """Return the criteria, scores and grades that a condition asks about itself, in order, each once."""
    return tuple(dict.fromkeys(_names(condition)))


def _names(condition: Condition) -> Iterator[str]:
    for mention in mentions(condition):
        match mention:
            case str(name) | ScoreValue(name) | GradeValue(name):
                yield name
