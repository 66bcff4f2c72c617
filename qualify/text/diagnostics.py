"""Mistakes and doubts in what somebody wrote: what they are, where, and what to do about them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from qualify.text.fixes import Fix
from qualify.text.source import Span


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """One mistake (its code begins with E) or doubt (W), in the writer's words; its text is as people read it.

    `span` is its place (`span.source.name`, `span.line`), None where it is about no place of a file. `advice` is what
    to do: a fix where the text to write is known, else a hint. `notes` name other places that belong to it.
    """

    code: str
    message: str
    span: Span | None
    advice: Fix | str | None = None
    notes: tuple[tuple[str, Span], ...] = ()

    @property
    def fix(self) -> Fix | None:
        """Return the change that mends it, or None where a person has to decide."""
        return self.advice if isinstance(self.advice, Fix) else None

    @property
    def hint(self) -> str | None:
        """Return what to do, in words."""
        return self.advice.title if isinstance(self.advice, Fix) else self.advice

    @property
    def is_error(self) -> bool:
        return self.code.startswith("E")

    def __str__(self) -> str:
        return render(self)


def errors(diagnostics: Iterable[Diagnostic]) -> list[Diagnostic]:
    """Return the mistakes among mistakes and doubts."""
    return [diagnostic for diagnostic in diagnostics if diagnostic.is_error]


def render(diagnostic: Diagnostic) -> str:
    """Return a diagnostic as people read it: place, code, message, the line with the place underlined, the hint."""
    word = "error" if diagnostic.is_error else "warning"
    head = f"{word} {diagnostic.code}: {diagnostic.message}"
    lines = [f"{diagnostic.span}: {head}", *_quoted(diagnostic.span)] if diagnostic.span else [head]
    margin = " " * (len(str(diagnostic.span.line)) if diagnostic.span else 0)
    lines += [f"{margin} = {text}" for text in (diagnostic.hint or "").splitlines()]
    for text, span in diagnostic.notes:
        lines += [f"{margin} = {text}: {span}"]
    return "\n".join(lines)


WIDEST_QUOTE = 160  # characters of a line that are shown


def _quoted(span: Span) -> list[str]:
    number, column = span.source.line_and_column(span.start)
    line = span.source.line(number)
    # Of a very long line only the part around the place is shown; tabs are one space, so that the mark stands right.
    first = max(0, column - 1 - WIDEST_QUOTE // 2) if len(line) > WIDEST_QUOTE else 0
    shown = line[first : first + WIDEST_QUOTE].replace("\t", " ").rstrip()
    start = column - 1 - first
    length = max(1, min(span.end - span.start, len(shown) - start))
    margin = " " * len(str(number))
    return [f"{margin} |", f"{number} | {shown}", f"{margin} | {' ' * start}{'^' * length}"]
