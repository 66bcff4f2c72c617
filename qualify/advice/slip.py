"""What a slip is: a pattern of what people write by mistake, and what to write instead."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

GAP = r"[^\S\n]"  # in a line: what stands on the next is another matter

Template: TypeAlias = str | Callable[[re.Match[str]], str]  # what `re.Match.expand` takes, or a function of the match


@dataclass(frozen=True, slots=True)
class Slip:
    """`message` and `advice` are templates of the match.

    Advice that quotes the text to write, as "write `is not`", is a fix of the place; `edit` is the text where the
    advice shows more or less than that, and None where there is no telling. The place is the group `here`, or all.
    `within` names the kinds of statement in which it is looked for; empty stands for all.
    """

    pattern: re.Pattern[str]
    message: str
    advice: Template
    within: tuple[str, ...]
    code: str
    edit: Template | None


AS_ADVISED = "as advised"


def slip(
    pattern: str,
    message: str,
    advice: Template,
    *within: str,
    code: str = "E101",
    edit: Template | None = AS_ADVISED,
) -> Slip:
    return Slip(re.compile(pattern, re.IGNORECASE | re.MULTILINE), message, advice, within, code, edit)
