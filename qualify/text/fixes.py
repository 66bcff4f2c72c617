"""Changes to a text that correct a mistake."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from qualify.text.source import Span

QUOTED_TEXT = re.compile(r"(?s)write `(.*?)(?: …)?`|did you mean `(.*)`\?|a text needs quotes: `(.*)`")


@dataclass(frozen=True, slots=True)
class Edit:
    """A span and the text to replace it with; at an empty span the text is inserted."""

    span: Span
    text: str


@dataclass(frozen=True, slots=True)
class Fix:
    """A change that corrects a mistake; `title` describes it, as in ``write `is unknown` ``."""

    title: str
    edits: tuple[Edit, ...]


def rewrite(span: Span, title: str, text: str | None = None) -> Fix:
    """Return the fix that replaces a span with a text; by default, the text quoted in its title."""
    if text is None:
        quoted = QUOTED_TEXT.fullmatch(title)
        assert quoted is not None, title
        text = next(group for group in quoted.groups() if group is not None)
    return Fix(title, (Edit(span, text),))


def remove(span: Span, title: str) -> Fix:
    """Return the fix that deletes a span and the spaces on one side of it."""
    text, start, end = span.source.text, span.start, span.end
    if text[end : end + 1] in ("", "\n"):
        start = len(text[:start].rstrip(" "))
    elif text[start - 1 : start].isspace():
        end += len(text[end:]) - len(text[end:].lstrip(" "))
    return Fix(title, (Edit(Span(span.source, start, end), ""),))


def apply(text: str, edits: Iterable[Edit]) -> str:
    """Return a text with edits applied; raises ValueError if two of them overlap."""
    parts, place = [], 0
    for edit in sorted(edits, key=lambda edit: edit.span.start):
        if edit.span.start < place:
            raise ValueError(f"two edits overlap at {edit.span}")
        parts += [text[place : edit.span.start], edit.text]
        place = edit.span.end
    return "".join((*parts, text[place:]))
