"""What a slip is: a pattern of what people write by mistake, and what to write instead."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

GAP = r"[^\S\n]"  # in a line: what stands on the next is another matter


@dataclass(frozen=True, slots=True)
class Slip:
    """`message` and `hint` are templates of the match, as in `re.Match.expand`.

    `within` names the kinds of statement in which it is looked for; empty stands for all.
    """

    pattern: re.Pattern[str]
    message: str
    hint: str | Callable[[re.Match[str]], str]
    within: tuple[str, ...]
    code: str


def slip(
    pattern: str,
    message: str,
    hint: str | Callable[[re.Match[str]], str],
    *within: str,
    code: str = "E101",
) -> Slip:
    return Slip(re.compile(pattern, re.IGNORECASE | re.MULTILINE), message, hint, within, code)
