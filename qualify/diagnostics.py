"""What is said about a file that somebody wrote: errors and doubts, each with its place."""

from __future__ import annotations

from dataclasses import dataclass

from qualify.source import Span


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """One mistake or doubt: its stable code, the message, the place, and a hint that can be pasted."""

    code: str
    message: str
    span: Span | None
    hint: str | None = None
    notes: tuple[tuple[str, Span], ...] = ()

    @property
    def is_error(self) -> bool:
        return self.code.startswith("E")
