"""How deeply a statement is nested."""

from __future__ import annotations

from qualify.parsing.syntax import Statement, parts_of
from qualify.text.source import Span


def place_too_deep(statement: Statement, most: int) -> Span | None:
    """Return the place of a part nested more than `most` levels deep in a statement, or None. Does not recurse."""
    stack: list[tuple[object, int]] = [(part, 1) for part in parts_of(statement)]
    while stack:
        node, depth = stack.pop()
        if depth > most:
            span: Span = node.span  # type: ignore[attr-defined]  # each node has its place
            return span
        stack.extend((part, depth + 1) for part in parts_of(node))
    return None
