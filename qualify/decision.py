"""The decision about one contact, as callers hold it: details are worked out when they are asked for."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from qualify.explain.findings import explanation, render
from qualify.language.logic import Answer
from qualify.record.details import Details


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
        return render(explanation(self.details))

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Decision):
            return NotImplemented
        return self.details == other.details

    __hash__ = None  # type: ignore[assignment]  # it holds mappings

    def __repr__(self) -> str:
        return repr(self.details).replace("Details", "Decision", 1)
