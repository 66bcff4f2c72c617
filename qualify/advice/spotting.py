"""Which of the `slips` stands where the reading of a statement stopped."""

from __future__ import annotations

import re
from dataclasses import dataclass

from qualify.advice.slip import Slip
from qualify.advice.slips import SLIPS
from qualify.language.keywords import QUOTED

WIDEST = 500  # characters around the place that are looked at
SAID = re.compile(rf"{QUOTED}|#[^\n]*")  # what texts and comments say is no slip


@dataclass(frozen=True, slots=True)
class Found:
    """What was written by mistake, where, and what to do about it."""

    place: tuple[int, int]
    code: str
    message: str
    hint: str | None


def slip_at(text: str, start: int, place: int, end: int) -> Found | None:
    """Return the slip of the statement from `start` to `end` that covers the place where reading stopped."""
    keyword = re.match(r"\s*(\w+)", text[start : start + WIDEST])
    statement = keyword[1].lower() if keyword else ""
    first = max(start, place - WIDEST)
    stretch = text[first : min(end, place + WIDEST)]
    said = [match.span() for match in SAID.finditer(stretch)]
    here = place - first
    for slip in SLIPS:
        if (slip.within and statement not in slip.within) or (first > start and slip.pattern.pattern.startswith(r"\A")):
            continue
        for match in slip.pattern.finditer(stretch):
            if match.start() > here:
                break
            if match.end() >= here and not any(a < match.start() < b for a, b in said):
                return _found(slip, match, first)
    return None


def _found(slip: Slip, match: re.Match[str], first: int) -> Found:
    hint = match.expand(slip.hint) if isinstance(slip.hint, str) else slip.hint(match)
    message = match.expand(slip.message)
    group = "here" if "here" in slip.pattern.groupindex else 0
    lead = len(match[group]) - len(match[group].lstrip())
    place = first + match.start(group) + lead, first + match.start(group) + len(match[group].rstrip())
    return Found(place, slip.code, " ".join(message.split()), " ".join(hint.split()))
