"""How texts are made safe to show in a terminal, and on one line."""

from __future__ import annotations

import re

# A terminal interprets these instead of showing them: control characters, and changes of the writing direction.
_COMMANDS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")


def harmless(text: str) -> str:
    """Return a text with control characters escaped, except line feeds and tabs."""
    return _COMMANDS.sub(lambda found: f"\\x{ord(found[0]):02x}", text)


def in_a_line(text: str) -> str:
    """Return a text on one line, so that a cell cannot pass for a line of output."""
    return harmless(text).replace("\n", "⏎").replace("\t", " ")
