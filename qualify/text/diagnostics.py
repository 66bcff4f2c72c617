"""Errors and warnings about what somebody wrote: the message, the place, and the advice."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace

from qualify.text.fixes import Fix
from qualify.text.phrasing import harmless
from qualify.text.source import Span


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """An error (a code that begins with E) or a warning (W). `str` gives it as it is printed.

    `span` is its place (`span.source.name`, `span.line`); None if it is not about a place in a file. `advice` is a fix
    if the text to write is known, else a hint. `notes` are other places that belong to it.
    """

    code: str
    message: str
    span: Span | None
    advice: Fix | str | None = None
    notes: tuple[tuple[str, Span], ...] = ()

    @property
    def fix(self) -> Fix | None:
        """The change that corrects it; None if a person has to decide."""
        return self.advice if isinstance(self.advice, Fix) else None

    @property
    def hint(self) -> str | None:
        """The advice in words."""
        return self.advice.title if isinstance(self.advice, Fix) else self.advice

    @property
    def is_error(self) -> bool:
        return self.code.startswith("E")

    def __str__(self) -> str:
        return render(self)


def errors(diagnostics: Iterable[Diagnostic]) -> list[Diagnostic]:
    """Return the errors among some diagnostics."""
    return [diagnostic for diagnostic in diagnostics if diagnostic.is_error]


MOST_OF_A_FILE = 100  # errors in one file, and as many warnings
LONGEST_LINE = 1_000  # characters of a message or hint that are shown


def kept(diagnostics: Iterable[Diagnostic]) -> list[Diagnostic]:
    """Return the first diagnostics of each file, up to `MOST_OF_A_FILE`; the last one says how many are left out."""
    places: dict[tuple[str, bool], int] = {}  # of the last one kept, by file and whether it is an error
    counts = Counter[tuple[str, bool]]()
    left_out: dict[int, tuple[int, Span]] = {}  # how many, and the place of the first of them
    found: list[Diagnostic] = []
    for diagnostic in diagnostics:
        kind = diagnostic.span.source.name if diagnostic.span else "", diagnostic.is_error
        counts[kind] += 1
        if counts[kind] <= MOST_OF_A_FILE or diagnostic.span is None:
            places[kind] = len(found)
            found.append(diagnostic)
        else:
            count, next_one = left_out.get(places[kind], (0, diagnostic.span))
            left_out[places[kind]] = count + 1, next_one
    for place, (count, next_one) in left_out.items():
        more = f"{count:,} more {'errors' if found[place].is_error else 'warnings'} in this file; the next is at"
        found[place] = replace(found[place], notes=(*found[place].notes, (more, next_one)))
    return found


def render(diagnostic: Diagnostic) -> str:
    """Return a diagnostic as it is printed: place, code, message, the line with the place underlined, and the hint.

    The text is safe to show in a terminal.
    """
    word = "error" if diagnostic.is_error else "warning"
    head = f"{word} {diagnostic.code}: {_shown(diagnostic.message)}"
    lines = [f"{diagnostic.span}: {head}", *_quoted(diagnostic.span)] if diagnostic.span else [head]
    margin = " " * (len(str(diagnostic.span.line)) if diagnostic.span else 0)
    lines += [f"{margin} = {_shown(text)}" for text in (diagnostic.hint or "").splitlines()]
    for text, span in diagnostic.notes:
        lines += [f"{margin} = {_shown(text)}: {span}"]
    return harmless("\n".join(lines))


def _shown(text: str) -> str:
    return text if len(text) <= LONGEST_LINE else f"{text[: LONGEST_LINE // 2]}…{text[-LONGEST_LINE // 2 :]}"


WIDEST_QUOTE = 160  # characters shown of a line


def _quoted(span: Span) -> list[str]:
    number, column = span.source.line_and_column(span.start)
    line = span.source.line(number)
    # Only the part around the place is shown of a very long line. A tab becomes one space, so that the marks line up.
    first = max(0, column - 1 - WIDEST_QUOTE // 2) if len(line) > WIDEST_QUOTE else 0
    shown = line[first : first + WIDEST_QUOTE].replace("\t", " ").rstrip()
    start = column - 1 - first
    length = max(1, min(span.end - span.start, len(shown) - start))
    margin = " " * len(str(number))
    return [f"{margin} |", f"{number} | {shown}", f"{margin} | {' ' * start}{'^' * length}"]
