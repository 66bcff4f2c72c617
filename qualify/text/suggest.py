"""Suggestions for misspelt names."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import SequenceMatcher

from qualify.text.compare import header_key
from qualify.text.fixes import Fix, rewrite
from qualify.text.source import Span

LONGEST_NAME = 100  # characters; to compare longer names would take too long
CLOSE = 0.85  # names at least this similar are taken for one name, misspelt


def closest(name: str, names: Iterable[str]) -> str | None:
    """Return the closest name, or None if none is close; the first of equally close ones."""
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


def did_you_mean(span: Span, name: str, names: Iterable[str], otherwise: str | None = None) -> Fix | str | None:
    """Return the fix that replaces a span with the closest name; if none is close, the other advice."""
    close = closest(name, names)
    return rewrite(span, f"did you mean `{close}`?") if close else otherwise


def misspelling(name: str, others: Iterable[str]) -> str | None:
    """Return the other name that `name` probably misspells, or None.

    Names that differ only in case or digits are different names: `budget` and `Budget`, `phone1` and `phone2`.
    """
    close = closest(name, [other for other in others if _letters(other) != _letters(name)])
    if close is None:
        return None
    one, other = header_key(name), header_key(close)
    ratio = SequenceMatcher(None, one, other, autojunk=False).ratio()
    return close if ratio >= CLOSE or _is_swap(one, other) else None


def _is_swap(one: str, other: str) -> bool:
    """Return whether two adjacent letters are swapped: `titel` for `title`."""
    differing = [place for place, (a, b) in enumerate(zip(one, other, strict=False)) if a != b]
    return len(differing) == 2 and differing[0] + 1 == differing[1] and sorted(one) == sorted(other)


def _letters(name: str) -> str:
    return "".join(character for character in header_key(name) if not character.isdigit())
