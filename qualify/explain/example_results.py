"""The results of the examples in the rules: which expectations failed and why, and what no example exercises."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from qualify.explain.findings import finding_of, rendered, written
from qualify.explain.nearest_miss import nearest_miss
from qualify.language.logic import Answer, leaves
from qualify.model.expressions import IsAnswered, Test
from qualify.model.rules import Criterion, Example, Model, Rule, Score
from qualify.record.decide import conclude
from qualify.record.details import Details, place
from qualify.record.evaluation import Evaluation, answer, evaluate
from qualify.text.source import Span


@dataclass(frozen=True, slots=True)
class Failure:
    """An expectation that did not hold, the actual result, and why, in lines."""

    expected: str
    found: str
    why: tuple[str, ...]
    place: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """The result of an example, which passed if there are no failures."""

    example: str
    place: str
    failures: tuple[Failure, ...]


@dataclass(frozen=True, slots=True)
class Gap:
    """Something that no example exercises, and what is missing: `never yes`, `never no or unknown`."""

    kind: str  # rule, criterion or condition
    name: str
    wanting: str
    place: str


@dataclass(frozen=True, slots=True)
class Tested:
    """An example with the decision about its contact."""

    example: Example
    contact: Evaluation
    decision: Details


def tested(model: Model, today: date) -> tuple[Tested, ...]:
    """Decide about the contact of every example, on the day it names or else today."""
    return tuple(_decided(example, model, today) for example in model.examples)


def _decided(example: Example, model: Model, today: date) -> Tested:
    contact = evaluate(model, example.given, example.on or today, example.unknown, example.answers)
    return Tested(example, contact, conclude(contact))


def outcomes(examples: Iterable[Tested]) -> tuple[Outcome, ...]:
    """Return the result of each example, in the order of the file."""
    return tuple(Outcome(one.example.name, place(one.example.span), tuple(_failures(one))) for one in examples)


# --- expectations ----------------------------------------------------------------------------------------------


def _failures(one: Tested) -> Iterator[Failure]:
    expected, decision, contact = one.example.expected, one.decision, one.contact
    if expected.stage:
        stage, span = expected.stage
        rule = expected.rule[0] if expected.rule else None
        if stage != decision.stage or (rule and rule != decision.rule):
            wanted = f'{stage} by "{rule}"' if rule else stage
            yield Failure(wanted, _placement(decision), _why_not_placed(one), place(span))
    if expected.could_be and expected.could_be[0] != decision.could_be:
        found = f"could be {decision.could_be}" if decision.could_be else f"{decision.stage}, and nothing above it"
        yield Failure(f"could be {expected.could_be[0]}", found, (), _at(expected.could_be))
    if expected.ask and set(expected.ask[0]) != set(decision.ask):
        found = f"ask {', '.join(decision.ask)}" if decision.ask else "nothing to ask"
        yield Failure(f"ask {', '.join(expected.ask[0])}", found, (), _at(expected.ask))
    for differences in (
        _differences(expected.criteria, decision.criteria),
        _differences(expected.scores, decision.scores),
        _differences(expected.grades, decision.grades),
    ):
        for name, wanted_value, actual, span in differences:
            why = tuple(rendered(finding_of(name, contact)))
            yield Failure(f"{name} {wanted_value}", f"{name} {actual}", why, place(span))


def _at(expectation: tuple[object, Span]) -> str:
    return place(expectation[1])


def _placement(decision: Details) -> str:
    return f'{decision.stage} by "{decision.rule}"' if decision.rule else f"{decision.stage}, no rule placed it"


def _differences(
    expected: Mapping[str, tuple[object, Span]], actual: Mapping[str, object]
) -> Iterator[tuple[str, object, object, Span]]:
    for name, (wanted, span) in expected.items():
        if actual[name] != wanted:
            yield name, wanted, actual[name], span


def _why_not_placed(one: Tested) -> tuple[str, ...]:
    """Return what the expected rule needs or, if only a stage is expected, what the nearest rule for it needs."""
    expected, model = one.example.expected, one.contact.model
    name = expected.rule[0] if expected.rule else None
    stage = expected.stage[0] if expected.stage else None
    wanted = [rule for rule in model.rules if (rule.name == name if name else rule.stage == stage)]
    placing = [rule.name for rule in wanted if answer(rule.condition, one.contact) is Answer.YES]
    if placing:
        return (f'rule "{placing[0]}" says yes too, but comes after rule "{one.decision.rule}"',)
    miss = nearest_miss(wanted, one.contact)
    return tuple(f'rule "{miss.rule}": {need}' for need in miss.needs) if miss else ()


# --- coverage --------------------------------------------------------------------------------------------------


def gaps(model: Model, examples: Iterable[Tested]) -> tuple[Gap, ...]:
    """Return what no example exercises, in the order of the file.

    A rule is exercised if it placed an example's contact; a criterion, or a test in a rule, criterion or score, if it
    was yes for one contact and not yes for another. An example that gives the answer of a criterion directly does not
    exercise the tests in it.
    """
    every = tuple(examples)
    return (*_rules_left_out(model, every), *_criteria_left_out(model, every), *_tests_left_out(model, every))


def _rules_left_out(model: Model, examples: tuple[Tested, ...]) -> Iterator[Gap]:
    placing = {one.decision.rule for one in examples}
    for rule in model.rules:
        if rule.name not in placing:
            yield Gap("rule", f'"{rule.name}"', "placed no example", place(rule.span))


def _criteria_left_out(model: Model, examples: tuple[Tested, ...]) -> Iterator[Gap]:
    for criterion in model.criteria.values():
        missing = _missing({one.contact.answer(criterion.name) for one in examples})
        if missing:
            yield Gap("criterion", criterion.name, missing, place(criterion.span))


def _tests_left_out(model: Model, examples: tuple[Tested, ...]) -> Iterator[Gap]:
    statements: tuple[Criterion | Score | Rule, ...] = (*model.criteria.values(), *model.scores.values(), *model.rules)
    for statement in statements:
        evaluated = [one for one in examples if isinstance(statement, Rule) or statement.name not in one.contact.given]
        for leaf in (leaf for part in statement.parts for leaf in leaves(part)):
            if isinstance(leaf, (Test, IsAnswered)):
                missing = _missing({answer(leaf, one.contact) for one in evaluated})
                if missing:
                    yield Gap("condition", written(leaf.span), missing, place(leaf.span))


def _missing(answers: set[Answer]) -> str | None:
    if not answers:
        return "never asked"
    if Answer.YES not in answers:
        return "never yes"
    return "never no or unknown" if answers == {Answer.YES} else None
