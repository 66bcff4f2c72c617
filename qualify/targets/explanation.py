"""Why a contact is where it is, in words."""

from __future__ import annotations

from qualify.targets.evaluation import Evaluation


def explain(contact: Evaluation) -> str:
    """Return the tree of every rule up to the deciding one, with the values seen, and the nearest miss."""
    return ""
