"""Which name was probably meant."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import SequenceMatcher

from qualify.text.compare import header_key

LONGEST_NAME = 100  # longer ones are not compared: nobody mistypes them, and it would take long


def closest(name: str, names: Iterable[str]) -> str | None:
    """Return the name that was most likely meant, or None when none is close; of equally close ones the first."""
    wanted = header_key(name)
    best, most = None, 0.7
    matcher = SequenceMatcher(autojunk=False)
    matcher.set_seq2(wanted)
    for candidate in names if len(wanted) <= LONGEST_NAME else ():
        if len(candidate) > LONGEST_NAME:
            continue
        matcher.set_seq1(header_key(candidate))
        if matcher.real_quick_ratio() > most and matcher.quick_ratio() > most and matcher.ratio() > most:
            best, most = candidate, matcher.ratio()
    return best
