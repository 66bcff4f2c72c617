"""The examples that stand in the rules: what came out instead of what was expected, and what no example exercises."""

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
    """An expectation that did not hold: what it says, what came out instead, and why, in lines."""

    expected: str
    found: str
    why: tuple[str, ...]
    place: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of an example."""

    example: str
    place: str
    failures: tuple[Failure, ...]


@dataclass(frozen=True, slots=True)
class Gap:
    """Something that no example exercises, and what is wanting: `never yes`, `never no or unknown`."""

    kind: str  # rule, criterion or condition
    name: str
    wanting: str
    place: str


@dataclass(frozen=True, slots=True)
class Tested:
    """One example's contact, decided upon."""

    example: Example
    contact: Evaluation
    decision: Details


def tested(model: Model, today: date) -> tuple[Tested, ...]:
    """Decide upon every example's contact, on the example's own day where it names one."""
    return tuple(_tested(example, model, today) for example in model.examples)


def _tested(example: Example, model: Model, today: date) -> Tested:
    contact = evaluate(model, example.given, example.on or today, example.unknown, example.answers)
    return Tested(example, contact, conclude(contact))


def outcomes(examples: Iterable[Tested]) -> tuple[Outcome, ...]:
    """Return what became of each example, in the order of the file."""
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
    for found_out in (
        _differing(expected.criteria, decision.criteria),
        _differing(expected.scores, decision.scores),
        _differing(expected.grades, decision.grades),
    ):
        for name, wanted_answer, came_out, span in found_out:
            why = tuple(rendered(finding_of(name, contact)))
            yield Failure(f"{name} {wanted_answer}", f"{name} {came_out}", why, place(span))


def _at(expectation: tuple[object, Span]) -> str:
    return place(expectation[1])


def _placement(decision: Details) -> str:
    return f'{decision.stage} by "{decision.rule}"' if decision.rule else f"{decision.stage}, no rule placed it"


def _differing(
    expected: Mapping[str, tuple[object, Span]], found: Mapping[str, object]
) -> Iterator[tuple[str, object, object, Span]]:
    for name, (wanted, span) in expected.items():
        if found[name] != wanted:
            yield name, wanted, found[name], span


def _why_not_placed(one: Tested) -> tuple[str, ...]:
    """Return what the expected rule needs, or, where only a stage is expected, its nearest rule."""
    expected, model = one.example.expected, one.contact.model
    name = expected.rule[0] if expected.rule else None
    stage = expected.stage[0] if expected.stage else None
    wanted = [rule for rule in model.rules if (rule.name == name if name else rule.stage == stage)]
    placing = [rule.name for rule in wanted if answer(rule.condition, one.contact) is Answer.YES]
    if placing:
        return (f'rule "{placing[0]}" says yes too, but stands after rule "{one.decision.rule}"',)
    miss = nearest_miss(wanted, one.contact)
    return tuple(f'rule "{miss.rule}": {need}' for need in miss.needs) if miss else ()


# --- coverage --------------------------------------------------------------------------------------------------


def gaps(model: Model, examples: Iterable[Tested]) -> tuple[Gap, ...]:
    """Return what the examples leave out, in the order of the file.

    A rule is exercised when it placed an example's contact; a criterion, and each test in the rules, criteria and
    scores, when it was yes for one contact and not yes for another. Tests behind a criterion that an example gives
    directly are not exercised by it.
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
        wanting = _wanting({one.contact.answer(criterion.name) for one in examples})
        if wanting:
            yield Gap("criterion", criterion.name, wanting, place(criterion.span))


def _tests_left_out(model: Model, examples: tuple[Tested, ...]) -> Iterator[Gap]:
    asking: tuple[Criterion | Score | Rule, ...] = (*model.criteria.values(), *model.scores.values(), *model.rules)
    for statement in asking:
        asked = [one for one in examples if isinstance(statement, Rule) or statement.name not in one.contact.given]
        for leaf in (leaf for part in statement.parts for leaf in leaves(part)):
            if isinstance(leaf, (Test, IsAnswered)):
                wanting = _wanting({answer(leaf, one.contact) for one in asked})
                if wanting:
                    yield Gap("condition", written(leaf.span), wanting, place(leaf.span))


def _wanting(answers: set[Answer]) -> str | None:
    if not answers:
        return "never asked"
    if Answer.YES not in answers:
        return "never yes"
    return "never no or unknown" if answers == {Answer.YES} else None
