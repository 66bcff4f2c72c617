"""How messages quote parts of rules."""

from __future__ import annotations

from collections.abc import Sequence

from qualify.parsing.syntax import Operand, Period


def shown(part: Operand | Period) -> str:
    """Return a part as it was written, on one line."""
    return re_spaced(part.span.text)


def re_spaced(text: str) -> str:
    return " ".join(text.split())


def quoted_list(texts: Sequence[str]) -> str:
    """Return the first texts, quoted and separated by commas."""
    quoted = [f'"{text}"' for text in texts[:6]]
    return ", ".join(quoted) + (", …" if len(texts) > 6 else "")
