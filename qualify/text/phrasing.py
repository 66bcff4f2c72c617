"""How texts are shown: safely in a terminal, and on one line."""

from __future__ import annotations

import re

# What a terminal obeys instead of showing it: control characters, and those that turn the direction of writing.
_COMMANDS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")


def harmless(text: str) -> str:
    """Return a text that a terminal shows and does not obey; line feeds and tabs stay."""
    return _COMMANDS.sub(lambda found: f"\\x{ord(found[0]):02x}", text)


def in_a_line(text: str) -> str:
    """Return a text as a part of one line, so that no cell can look like a line of ours."""
    return harmless(text).replace("\n", "⏎").replace("\t", " ")
