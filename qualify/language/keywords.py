"""The keywords of statements, and the form of a quoted text."""

from __future__ import annotations

QUOTED = r'(?:"[^"\n]*"|[“”„][^"“”„\n]*["“”])'  # the same as TEXT in the grammar

# In the order in which messages list them.
KEYWORDS = (
    "rules",
    "use",
    "stages",
    "list",
    "define",
    "criterion",
    "score",
    "grade",
    "rule",
    "otherwise",
    "example",
)
