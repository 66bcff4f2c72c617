"""Changes of a text that mend a mistake."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from qualify.text.source import Span

QUOTED_TEXT = re.compile(r"(?s)write `(.*?)(?: …)?`|did you mean `(.*)`\?|a text needs quotes: `(.*)`")


@dataclass(frozen=True, slots=True)
class Edit:
    """The text to put in place of a span; an empty span is where to insert it."""

    span: Span
    text: str


@dataclass(frozen=True, slots=True)
class Fix:
    """A change that mends a mistake; `title` says it in words, such as ``write `is unknown` ``."""

    title: str
    edits: tuple[Edit, ...]


def rewrite(span: Span, title: str, text: str | None = None) -> Fix:
    """Return the fix that puts a text in place of a span; by default the text that its title quotes."""
    if text is None:
        quoted = QUOTED_TEXT.fullmatch(title)
        assert quoted is not None, title
        text = next(group for group in quoted.groups() if group is not None)
    return Fix(title, (Edit(span, text),))


def remove(span: Span, title: str) -> Fix:
    """Return the fix that deletes a span, and one of the spaces around it."""
    text, start, end = span.source.text, span.start, span.end
    if text[end : end + 1] in ("", "\n"):
        start = len(text[:start].rstrip(" "))
    elif text[start - 1 : start].isspace():
        end += len(text[end:]) - len(text[end:].lstrip(" "))
    return Fix(title, (Edit(Span(span.source, start, end), ""),))


def apply(text: str, edits: Iterable[Edit]) -> str:
    """Return a text with edits made; raises ValueError where two of them overlap."""
    parts, place = [], 0
    for edit in sorted(edits, key=lambda edit: edit.span.start):
        if edit.span.start < place:
            raise ValueError(f"two edits overlap at {edit.span}")
        parts += [text[place : edit.span.start], edit.text]
        place = edit.span.end
    return "".join((*parts, text[place:]))
