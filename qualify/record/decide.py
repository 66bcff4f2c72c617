"""One contact to a decision. Every other evaluator has to agree, so this is obvious rather than fast."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from qualify.language.logic import Answer
from qualify.model.rules import Model, Otherwise, Rule
from qualify.record.ask import ask
from qualify.record.details import Details, reason
from qualify.record.evaluation import Evaluation, answer, evaluate


def decide(model: Model, contact: Mapping[str, object], today: date) -> Details:
    """Return the decision about a contact, given its cells by header or field name, as text or Python values."""
    return conclude(evaluate(model, contact, today))


def conclude(contact: Evaluation) -> Details:
    """Return the decision about an evaluated contact: the first rule that says yes places it."""
    model = contact.model
    placed_by: Rule | Otherwise = model.otherwise
    unknown: list[Rule] = []
    for rule in model.rules:
        holds = answer(rule.condition, contact)
        if holds is Answer.YES:
            placed_by = rule
            break
        if holds is Answer.UNKNOWN:
            unknown.append(rule)
    above = [rule for rule in unknown if model.rank[rule.stage] > model.rank[placed_by.stage]]
    could_be = max((rule.stage for rule in above), key=model.rank.__getitem__, default=None)
    return Details(
        stage=placed_by.stage,
        rule=placed_by.name if isinstance(placed_by, Rule) else None,
        could_be=could_be,
        ask=ask([rule for rule in above if rule.stage == could_be], contact),
        criteria={name: contact.answer(name) for name in model.criteria},
        scores={name: contact.points(name) for name in model.scores},
        grades={name: str(contact.values[name]) for name in model.grades},
        outputs=dict(placed_by.outputs),
        unreadable=contact.unreadable,
        reason=reason(placed_by, contact.columns),
        contact=contact,
    )
