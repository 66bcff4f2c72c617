"""The counts of a run: collected batch by batch, printed at the end, kept in `run.json`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from qualify.contacts.fit.profile import FieldSurvey
from qualify.explain.wording import counted
from qualify.language.logic import Answer
from qualify.model.rules import Model
from qualify.record.details import names_asked, place
from qualify.targets.batch.decisions import SEPARATOR, Counts
from qualify.text.diagnostics import Diagnostic

OTHERWISE = "otherwise"


@dataclass(frozen=True, slots=True)
class RuleCount:
    """The counts of one rule. `silent` contacts were placed by a later rule while this one was unknown."""

    rule: str
    stage: str
    place: str
    placed: int
    silent: int = 0


@dataclass(frozen=True, slots=True)
class HeldBack:
    """For how many contacts at the stage of `otherwise` a criterion was no, and for how many unknown."""

    criterion: str
    no: int
    unknown: int


@dataclass(frozen=True, slots=True)
class Summary:
    """The counts of a run. `stages` go from most to least qualified, `rules` in their order with `otherwise` last."""

    contacts: int
    rejected: int
    stages: Mapping[str, int]
    rules: tuple[RuleCount, ...]
    otherwise: str  # the stage of `otherwise`
    held_back: tuple[HeldBack, ...]  # most contacts first
    could_be: Mapping[str, int]
    ask: Mapping[str, int]  # by field, most asked first
    fields: tuple[FieldSurvey, ...]


def summary_of(counts: Counts, model: Model, rejected: int, fields: tuple[FieldSurvey, ...]) -> Summary:
    """Return the counts of a run by the names in the rules."""
    rules = [
        RuleCount(rule.name, rule.stage, place(rule.span), counts.rules[rule.name], counts.silent[rule.name])
        for rule in model.rules
    ]
    otherwise = model.otherwise
    rules.append(RuleCount(OTHERWISE, otherwise.stage, place(otherwise.span), counts.rules[None]))
    return Summary(
        counts.contacts,
        rejected,
        {stage: counts.stages[stage] for stage in reversed(model.stages)},
        tuple(rules),
        otherwise.stage,
        _held_back(counts, model),
        {stage: counts.could_be[stage] for stage in reversed(model.stages) if counts.could_be[stage]},
        _asked(counts),
        fields,
    )


def _held_back(counts: Counts, model: Model) -> tuple[HeldBack, ...]:
    stage = model.otherwise.stage
    every = [
        HeldBack(name, counts.answers[name, stage, Answer.NO], counts.answers[name, stage, Answer.UNKNOWN])
        for name in criteria_of_higher_rules(model)
    ]
    return tuple(sorted((one for one in every if one.no + one.unknown), key=lambda one: -one.no - one.unknown))


def _asked(counts: Counts) -> dict[str, int]:
    asked: Counter[str] = Counter()
    for names, count in counts.ask.items():
        for name in names.split(SEPARATOR):
            asked[name] += count
    return dict(asked.most_common())


def excluding_doubts(summary: Summary) -> tuple[Diagnostic, ...]:
    """Return a warning for each rule of the lowest stage that was unknown for contacts which it may have excluded."""
    lowest = tuple(summary.stages)[-1]
    return tuple(_excluding_doubt(one) for one in summary.rules if one.silent and one.stage == lowest)


def _excluding_doubt(one: RuleCount) -> Diagnostic:
    contacts = counted(one.silent, "contact")
    return Diagnostic(
        "W621",
        f'rule "{one.rule}" ({one.place}) was unknown for {contacts}; a later rule or `otherwise` decided',
        None,
        "if a blank means no: `blank: no` for its field, or `… is known and …` in the rule; if not: `or … is unknown`",
    )


def criteria_of_higher_rules(model: Model) -> tuple[str, ...]:
    """Return the criteria used by rules for a higher stage than `otherwise`, in the order of the file."""
    above = [rule for rule in model.rules if model.rank[rule.stage] > model.rank[model.otherwise.stage]]
    asked = {name for rule in above for name in names_asked(rule.condition)}
    return tuple(name for name in model.criteria if name in asked)
