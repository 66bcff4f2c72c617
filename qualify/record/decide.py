"""One contact to a decision: the reference that every other target agrees with. Obvious before fast."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import partial

from qualify.explain.findings import explain
from qualify.language.logic import Answer
from qualify.model.expressions import Leaf, Test
from qualify.model.rules import Meaning, Otherwise, Rule
from qualify.record.ask import Questions, position_bits, preference
from qualify.record.decision import Decision, Details, reason
from qualify.record.evaluation import Evaluation, answer, evaluate, to_ask


def decide(meaning: Meaning, contact: Mapping[str, object], today: date) -> Decision:
    """Return the decision about a contact: its cells by header or field name, as text or as Python values."""
    return conclude(evaluate(meaning, contact, today))


def conclude(contact: Evaluation) -> Decision:
    """Return what the rules decide about an evaluated contact: the first rule that says yes places it."""
    meaning = contact.meaning
    placed_by: Rule | Otherwise = meaning.otherwise
    unsettled: list[Rule] = []
    for rule in meaning.rules:
        holds = answer(rule.condition, contact)
        if holds is Answer.YES:
            placed_by = rule
            break
        if holds is Answer.UNKNOWN:
            unsettled.append(rule)
    above = [rule for rule in unsettled if meaning.rank[rule.stage] > meaning.rank[placed_by.stage]]
    could_be = max((rule.stage for rule in above), key=meaning.rank.__getitem__, default=None)
    details = Details(
        could_be=could_be,
        ask=ask([rule for rule in above if rule.stage == could_be], contact),
        criteria={name: contact.criteria[name] for name in meaning.criteria},
        scores={name: contact.scores[name] for name in meaning.scores},
        grades={name: contact.grades[name] for name in meaning.grades},
        outputs=dict(placed_by.outputs),
        unreadable=contact.unreadable,
        reason=reason(placed_by, contact.criteria, contact.scores, contact.grades),
        explain=partial(explain, contact),
    )
    return Decision(placed_by.stage, placed_by.name if isinstance(placed_by, Rule) else None, details)


def ask(rules: list[Rule], contact: Evaluation) -> tuple[str, ...]:
    """Return the preferred smallest set of fields that would give one of the rules its yes; see `record.ask`."""
    bits = position_bits(contact.meaning)

    def asks(test: Test) -> int:
        return sum(bits[name] for name in to_ask(test, contact))

    def known(leaf: Leaf) -> Answer:
        return answer(leaf, contact)

    questions = Questions(contact.meaning, known, asks, contact.given)
    enough = [fields for rule in rules if (fields := questions.smallest(rule.condition)) is not None]
    best = min(enough, key=preference, default=0)
    return tuple(name for name in contact.meaning.fields if bits[name] & best)
