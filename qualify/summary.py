"""What a run came to, in numbers: counted batch by batch, told at the end, kept in `run.json`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import pyarrow.compute as pc

from qualify.decision import names_asked, place
from qualify.diagnostics import Diagnostic
from qualify.logic import Answer
from qualify.meaning import Meaning, Rule
from qualify.survey import FieldSurvey

SEPARATOR = "; "  # between the fields of `ask`
OTHERWISE = "otherwise"


@dataclass(frozen=True, slots=True)
class RuleCount:
    """What one rule did: `silent` counts the contacts placed after it while its answer was unknown."""

    rule: str
    stage: str
    place: str
    placed: int
    silent: int = 0


@dataclass(frozen=True, slots=True)
class HeldBack:
    """A criterion, and for how many contacts at the stage of `otherwise` it was no, and for how many unknown."""

    criterion: str
    no: int
    unknown: int


@dataclass(frozen=True, slots=True)
class Summary:
    """A run in numbers. `stages` run from most to least qualified; `rules` stand in their order, `otherwise` last."""

    contacts: int
    rejected: int
    stages: Mapping[str, int]
    rules: tuple[RuleCount, ...]
    otherwise: str  # the stage of `otherwise`, at which criteria hold contacts back
    held_back: tuple[HeldBack, ...]  # most first
    could_be: Mapping[str, int]
    ask: Mapping[str, int]  # by field, most asked first
    fields: tuple[FieldSurvey, ...]


@dataclass
class Tally:
    """Counts what was decided; bounded in memory by the number of rules and fields, not of contacts."""

    meaning: Meaning
    stages: Counter[str] = field(default_factory=Counter)
    rules: Counter[str] = field(default_factory=Counter)
    silent: Counter[str] = field(default_factory=Counter)
    could_be: Counter[str] = field(default_factory=Counter)
    ask: Counter[str] = field(default_factory=Counter)
    held_back: Counter[tuple[str, str]] = field(default_factory=Counter)
    contacts: int = 0

    def add(self, decided: Any, silent: Mapping[str, int]) -> None:
        """Count a batch: its added columns under their plain names, and by rule how many it was silent about."""
        self.contacts += decided.num_rows
        for name, counter in (("stage", self.stages), ("rule", self.rules), ("could_be", self.could_be)):
            counter.update(_counts(decided.column(name)))
        for asked, count in _counts(decided.column("ask")).items():
            for name in filter(None, asked.split(SEPARATOR)):
                self.ask[name] += count
        self.silent.update(silent)
        inquiries = decided.filter(pc.equal(decided.column("stage"), self.meaning.otherwise.stage))
        for name in criteria_of_higher_rules(self.meaning):
            for answered, count in _counts(inquiries.column(name)).items():
                self.held_back[name, answered] += count

    def result(self, rejected: int, fields: tuple[FieldSurvey, ...]) -> Summary:
        meaning = self.meaning
        held = [
            HeldBack(name, self.held_back[name, Answer.NO], self.held_back[name, Answer.UNKNOWN])
            for name in criteria_of_higher_rules(meaning)
        ]
        return Summary(
            self.contacts,
            rejected,
            {stage: self.stages[stage] for stage in reversed(meaning.stages)},
            (*map(self._rule, meaning.rules), self._otherwise()),
            meaning.otherwise.stage,
            tuple(sorted((one for one in held if one.no + one.unknown), key=lambda one: -one.no - one.unknown)),
            {stage: self.could_be[stage] for stage in reversed(meaning.stages) if self.could_be[stage]},
            dict(self.ask.most_common()),
            fields,
        )

    def _rule(self, rule: Rule) -> RuleCount:
        return RuleCount(rule.name, rule.stage, place(rule.span), self.rules[rule.name], self.silent[rule.name])

    def _otherwise(self) -> RuleCount:
        otherwise = self.meaning.otherwise
        return RuleCount(OTHERWISE, otherwise.stage, place(otherwise.span), self.contacts - sum(self._placed()))

    def _placed(self) -> list[int]:
        return [self.rules[rule.name] for rule in self.meaning.rules]


def excluding_doubts(summary: Summary) -> tuple[Diagnostic, ...]:
    """Return a doubt for each rule that keeps contacts out and let some pass because it could not tell."""
    lowest = tuple(summary.stages)[-1]
    return tuple(
        Diagnostic(
            "W621",
            f'rule "{one.rule}" ({one.place}) could not tell for {one.silent:,} contacts; others placed them',
            None,
            "say what a blank means in the field file (blank: no), or add `or … is unknown` to the rule",
        )
        for one in summary.rules
        if one.silent and one.stage == lowest
    )


def criteria_of_higher_rules(meaning: Meaning) -> tuple[str, ...]:
    """Return the criteria that rules for a stage above that of `otherwise` ask about, in the order of the file."""
    above = [rule for rule in meaning.rules if meaning.rank[rule.stage] > meaning.rank[meaning.otherwise.stage]]
    asked = {name for rule in above for name in names_asked(rule.condition)}
    return tuple(name for name in meaning.criteria if name in asked)


def _counts(array: Any) -> dict[str, int]:
    counts = pc.value_counts(array)
    found = zip(counts.field("values").to_pylist(), counts.field("counts").to_pylist(), strict=True)
    return {value: count for value, count in found if value is not None}
