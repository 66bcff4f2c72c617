"""The words with which statements begin, and how a text is written."""

from __future__ import annotations

QUOTED = r'(?:"[^"\n]*"|[“”„][^"“”„\n]*["“”])'  # a text in a rule file, as TEXT in the grammar


# What statements begin with, as it is said where one is misspelt.
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
