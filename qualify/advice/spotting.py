"""Which of the `slips` stands where the reading of a statement stopped."""

from __future__ import annotations

import re

from qualify.advice.slip import AS_ADVISED, Slip, Template
from qualify.advice.slips import SLIPS
from qualify.language.keywords import QUOTED
from qualify.text.diagnostics import Diagnostic
from qualify.text.fixes import QUOTES_TEXT, Fix, remove, rewrite
from qualify.text.source import Span

WIDEST = 500  # characters around the place that are looked at
SAID = re.compile(rf"{QUOTED}|#[^\n]*")  # what texts and comments say is no slip


def slip_at(statement: Span, place: int) -> Diagnostic | None:
    """Return the slip of a statement that covers the place where reading stopped."""
    text, start = statement.source.text, statement.start
    keyword = re.match(r"\s*(\w+)", text[start : start + WIDEST])
    kind = keyword[1].lower() if keyword else ""
    first = max(start, place - WIDEST)
    stretch = text[first : min(statement.end, place + WIDEST)]
    said = [match.span() for match in SAID.finditer(stretch)]
    here = place - first
    for slip in SLIPS:
        if (slip.within and kind not in slip.within) or (first > start and slip.pattern.pattern.startswith(r"\A")):
            continue
        for match in slip.pattern.finditer(stretch):
            if match.start() > here:
                break
            if match.end() >= here and not any(a < match.start() < b for a, b in said):
                return _found(slip, match, statement, first)
    return None


def _found(slip: Slip, match: re.Match[str], statement: Span, first: int) -> Diagnostic:
    group = "here" if "here" in slip.pattern.groupindex else 0
    lead = len(match[group]) - len(match[group].lstrip())
    start = first + match.start(group)
    span = Span(statement.source, start + lead, start + len(match[group].rstrip()))
    message = " ".join(match.expand(slip.message).split())
    return Diagnostic(slip.code, message, span, _advice(slip, match, span))


def _advice(slip: Slip, match: re.Match[str], span: Span) -> Fix | str:
    title = " ".join(_filled(slip.advice, match).split())
    if slip.edit is None:
        return title
    if slip.edit != AS_ADVISED:
        return rewrite(span, title, _filled(slip.edit, match))
    if re.fullmatch("leave .* out", title):
        return remove(span, title)
    return rewrite(span, title) if QUOTES_TEXT.fullmatch(title) else title


def _filled(template: Template, match: re.Match[str]) -> str:
    return match.expand(template) if isinstance(template, str) else template(match)
