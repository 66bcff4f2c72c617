"""How deeply definitions and rules build on each other."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from qualify.language.logic import operands
from qualify.model.expressions import DefinedValue, Holds, IsAnswered, Part, Test
from qualify.model.rules import Definition, Rule
from qualify.model.walk import operands_of, parts_of


def too_deep(order: Sequence[Definition], rules: Sequence[Rule], most: int) -> Definition | Rule | None:
    """Return the first definition or rule that is more than `most` levels deep, including those it uses, or None."""
    depths: dict[str, int] = {}
    for one in (*order, *rules):
        depth = max((_depth(part, depths) for part in one.parts), default=0)
        if depth > most:
            return one
        depths[one.name] = depth + 1
    return None


def _depth(part: Part, depths: Mapping[str, int]) -> int:
    below: Iterable[Part]
    match part:
        case Holds(name) | IsAnswered(name) | DefinedValue(name):
            return depths.get(name, 0)  # an unknown name is another problem
        case Test():
            below = operands_of(part)
        case _:
            below = operands(part) or parts_of(part)  # type: ignore[arg-type]  # not a condition, so an operand
    return 1 + max((_depth(one, depths) for one in below), default=0)
