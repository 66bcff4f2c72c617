"""The decision about one contact, as callers get it."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from qualify.explain.findings import explanation, render
from qualify.language.logic import Answer
from qualify.record.details import Details


class Decision:
    """The stage of a contact, the rule that placed it, and the details behind that.

    Stage and rule are known at once; the details are computed when one of them is first used. The rule is None if
    `otherwise` placed the contact. Decisions are equal if all their details are.
    """

    __slots__ = ("_details", "rule", "stage")

    stage: str
    rule: str | None

    def __init__(self, stage: str, rule: str | None, details: Details | Callable[[], Details]) -> None:
        self.stage = stage
        self.rule = rule
        self._details = details

    def __reduce__(self) -> tuple[type[Decision], tuple[str, str | None, Details]]:
        return Decision, (self.stage, self.rule, self.details)  # the function that computes them cannot be pickled

    @property
    def details(self) -> Details:
        """All the details in one object, for internal use."""
        if not isinstance(self._details, Details):
            self._details = self._details()
        return self._details

    @property
    def could_be(self) -> str | None:
        """The highest stage above its own that the contact could still reach, or None."""
        return self.details.could_be

    @property
    def ask(self) -> tuple[str, ...]:
        """The fields to ask for, whose values could place the contact in `could_be`: questions for the next call."""
        return self.details.ask

    @property
    def criteria(self) -> Mapping[str, Answer]:
        """The answer of every criterion, by name, in the order of the rule file."""
        return self.details.criteria

    @property
    def scores(self) -> Mapping[str, int]:
        """The points of every score, by name. They are always known: a line that is unknown adds none."""
        return self.details.scores

    @property
    def grades(self) -> Mapping[str, str]:
        """The label of every grade, by name."""
        return self.details.grades

    @property
    def outputs(self) -> Mapping[str, str]:
        """The texts that follow `with` in the rule or `otherwise`, by key."""
        return self.details.outputs

    @property
    def unreadable(self) -> Mapping[str, str]:
        """The text of each cell that could not be read as the type of its field, by field. Its value is unknown."""
        return self.details.unreadable

    @property
    def reason(self) -> str:
        """One sentence: the stage, the rule and its place, and the answers that the rule rests on."""
        return self.details.reason

    def explain(self) -> str:
        """Return why the contact is placed where it is, and why not higher, with every rule tried, as a tree."""
        return render(explanation(self.details))

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Decision):
            return NotImplemented
        return self.details == other.details

    __hash__ = None  # type: ignore[assignment]  # the details have mappings

    def __repr__(self) -> str:
        return repr(self.details).replace("Details", "Decision", 1)
