"""A slip: a pattern of what people write by mistake, and what to write instead."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from qualify.language.keywords import QUOTED
from qualify.language.operators import FIRST_WORDS
from qualify.text.diagnostics import Diagnostic
from qualify.text.fixes import remove, rewrite
from qualify.text.source import Span

MAX_DISTANCE = 500  # characters searched on either side of the place
TEXT_OR_COMMENT = re.compile(rf"{QUOTED}|#[^\n]*")  # slips are not looked for in these
# In a pattern, a space matches any white space, and a name in braces one of these.
PARTS = {
    "{gap}": r"[^\S\n]",  # within a line
    "{span}": r"\d+ (?:day|week|month|year)s?",
    "{field}": (
        r"(?:\[[^\]\n]*\]|(?!(?:is|not|and|or|of|any|all|none|when|on|after|before|than|least|most)\b)[^\W\d]\w*)"
    ),
    "{start}": r"(?<![\w\]])",  # the start of a field
    "{test}": rf"(?:{FIRST_WORDS})\b",
    "{quoted}": QUOTED,
}

# A template for `re.Match.expand`, or a function of the match; the function returns None if it is not this slip.
Template: TypeAlias = str | Callable[[re.Match[str]], str | None]


@dataclass(frozen=True, slots=True)
class Slip:
    """A pattern, and templates for its match: the message, the advice, and the correct text if it is known.

    A message marks the group `here`, or else the whole match. `within` names the kinds of statement that are
    searched; empty means all.
    """

    pattern: re.Pattern[str]
    message: str
    advice: Template
    text: Template | None
    within: tuple[str, ...]
    code: str


def hint(pattern: str, message: str, advice: Template, *within: str) -> Slip:
    """Return a slip with advice only, because the writer has to decide what is meant."""
    return Slip(_compiled(pattern), message, advice, None, within, "E101")


def fix(pattern: str, text: Template, message: str = "", *within: str, code: str = "E101", shown: str = "") -> Slip:
    """Return a slip with a fix, which writes `text` or removes the match; `shown` stands for it in the title."""
    return Slip(_compiled(pattern), message, shown, text, within, code)


def phrases(table: dict[str, str]) -> Slip:
    """Return the slip for phrases that have another wording in this language."""
    words = "|".join(re.escape(word).replace(r"\ ", r"\s+") for word in sorted(table, key=len, reverse=True))
    return fix(rf"\b(?:{words})(?!\w)", lambda match: table[lowered(match[0])])


def lowered(text: str) -> str:
    return " ".join(text.lower().split())


def _compiled(pattern: str) -> re.Pattern[str]:
    for name, part in PARTS.items():
        pattern = pattern.replace(name, part)
    return re.compile(pattern.replace(" ", r"\s+"), re.IGNORECASE | re.MULTILINE)


def slip_at(statement: Span, place: int, slips: Sequence[Slip]) -> Diagnostic | None:
    """Return the diagnostic of the first slip that covers or touches the place where reading stopped, or None."""
    text, start = statement.source.text, statement.start
    keyword = re.match(r"\s*(\w+)", text[start : start + MAX_DISTANCE])
    kind = keyword[1].lower() if keyword else ""
    first = max(start, place - MAX_DISTANCE)
    searched = text[first : min(statement.end, place + MAX_DISTANCE)]
    excluded = [match.span() for match in TEXT_OR_COMMENT.finditer(searched)]
    here = place - first
    for slip in slips:
        if (slip.within and kind not in slip.within) or (first > start and slip.pattern.pattern.startswith(r"\A")):
            continue
        for match in slip.pattern.finditer(searched):
            if match.start() > here:
                break
            if match.end() < here or any(a < match.start() < b for a, b in excluded):
                continue
            if (found := _found(slip, match, statement, first)) is not None:
                return found
    return None


def _found(slip: Slip, match: re.Match[str], statement: Span, first: int) -> Diagnostic | None:
    group = "here" if "here" in slip.pattern.groupindex else 0
    lead = len(match[group]) - len(match[group].lstrip())
    start = first + match.start(group)
    span = Span(statement.source, start + lead, start + len(match[group].rstrip()))
    message = " ".join(match.expand(slip.message).split()) or f"`{span.text}` is written differently here"
    advice = _filled(slip.advice, match)
    if slip.text is None:
        return Diagnostic(slip.code, message, span, advice)
    text = _filled(slip.text, match)
    if text is None:
        return None
    title = f"write `{advice or text.strip()}`" if text else f"leave {advice or f'`{span.text}`'} out"
    if "…" in text:  # only the writer knows the missing part
        return Diagnostic(slip.code, message, span, title)
    return Diagnostic(slip.code, message, span, rewrite(span, title, text) if text else remove(span, title))


def _filled(template: Template, match: re.Match[str]) -> str | None:
    filled = match.expand(template) if isinstance(template, str) else template(match)
    return filled if filled is None else re.sub(r"\s+", " ", filled)
