"""What to ask next: the smallest set of fields whose values could make a rule yes.

A set of fields is an integer with a bit for each; `minimal_sets` finds the preferred one.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from qualify.language.logic import Answer
from qualify.model.expressions import Condition, Holds, Leaf, Test
from qualify.model.rules import Criterion, Model, Rule
from qualify.model.walk import askable_fields
from qualify.record.counting import Cost, Ways
from qualify.record.evaluation import Evaluation, answer, to_ask
from qualify.record.minimal_sets import Planner, Search, asking, settled

MOST_PLANNERS = 32


def position_bits(model: Model) -> Mapping[str, int]:
    """Return the bit of each field. Fields that are mentioned earlier have higher bits, so that among sets of the
    same size, the one with earlier fields is the larger number."""
    return {name: 1 << place for place, name in enumerate(reversed(list(model.fields)))}


def preference(fields: int) -> tuple[int, int]:
    """Return the sort key of a set: smaller sets first, then sets with earlier fields."""
    return fields.bit_count(), -fields


def ask(rules: Iterable[Rule], contact: Evaluation) -> tuple[str, ...]:
    """Return the preferred smallest set of fields that could make one of the rules yes."""
    bits = position_bits(contact.model)

    def ways(leaf: Leaf) -> Ways | None:
        known = answer(leaf, contact)
        if known is not Answer.UNKNOWN:
            return settled(known)
        if isinstance(leaf, Test):
            return asking(sum(bits[name] for name in to_ask(leaf, contact)))
        # In a criterion that was answered directly, nothing can be asked for.
        return None if isinstance(leaf, Holds) and leaf.name not in contact.given else settled(known)

    search = Search(planner_of(contact.model), ways)
    enough = [fields for rule in rules if (fields := search.smallest(rule.condition)) is not None]
    best = min(enough, key=preference, default=0)
    return tuple(name for name in contact.model.fields if bits[name] & best)


_planners: dict[int, tuple[Model, Planner]] = {}


def planner_of(model: Model) -> Planner:
    """Return the planner of a rule set from a cache, which is keyed by identity because models have no hash."""
    known = _planners.get(id(model))
    if known is None:
        if len(_planners) >= MOST_PLANNERS:
            _planners.clear()
        known = _planners[id(model)] = (model, _planner(model))
    return known[1]


def _planner(model: Model) -> Planner:
    bits = position_bits(model)

    def all_fields(leaf: Leaf) -> int:
        return sum(bits[name] for name in askable_fields(leaf, model)) if isinstance(leaf, Test) else 0

    conditions: list[Condition] = [rule.condition for rule in model.rules]
    return Planner(Cost(len(bits)), all_fields, criteria_of(model), conditions)


def criteria_of(model: Model) -> dict[str, Condition]:
    """Return the conditions of all criteria, each after those that it uses."""
    return {one.name: one.condition for one in model.order if isinstance(one, Criterion)}
