"""Patterns, compared with their definition by every evaluator."""

from __future__ import annotations

from functools import cache

import pytest
from drawing import TODAY
from hypothesis import given, settings
from hypothesis import strategies as st
from targets import TARGETS

import qualify
from qualify.language.predicates import Pattern
from qualify.text.compare import MOST_MARKS, fold, folded_characters

CHARACTERS = ("a", "S", "s", "ß", "f", "ﬁ", "i", "İ", "é", "e\u0301", "x\u0302\u0303", "ŉ", "ᾳ", "가", "[", "?")
TEXTS = st.lists(st.sampled_from([*CHARACTERS, "x" + "\u0301\u0316" * MOST_MARKS]), min_size=1, max_size=5)
PATTERNS = st.lists(st.sampled_from([*CHARACTERS, "*", "*", "?", "\u0303"]), min_size=1, max_size=6).map("".join)


def by_definition(pattern: str, characters: list[str]) -> bool:
    """Return whether a folded pattern matches a text, given as its folded characters: try every way."""
    letters = [(letter, place, len(folded)) for folded in characters for place, letter in enumerate(folded)]

    @cache
    def matches(at: int, start: int) -> bool:
        if at == len(pattern):
            return start == len(letters)
        if pattern[at] == "*":
            return any(matches(at + 1, end) for end in range(start, len(letters) + 1))
        if start == len(letters):
            return False
        letter, place, length = letters[start]
        if pattern[at] == "?":
            return place == 0 and matches(at + 1, start + length)
        return pattern[at] == letter and matches(at + 1, start + 1)

    return matches(0, 0)


@pytest.mark.slow
@settings(max_examples=300, deadline=None)
@given(PATTERNS, st.lists(TEXTS, min_size=1, max_size=8))
def test_every_target_matches_as_defined(pattern: str, texts: list[list[str]]) -> None:
    rules = qualify.compile(
        f'criterion C: t matches "{pattern}"\nrule "R": lead when C', fields={"t": {"type": "text"}}
    )
    contacts = [{"t": "".join(text)} for text in texts]
    expected = ["yes" if by_definition(fold(pattern), list(map(fold, text))) else "no" for text in texts]
    for name, target in TARGETS.items():
        assert [one["C"] for one in target(rules, contacts, TODAY)] == expected, name


@pytest.mark.parametrize("end", ["", "ß", "e\u0316\u0301" * 3])
@pytest.mark.parametrize("part", ["*a", "*?", "*a?", "*?a*", "?*a"])
def test_no_pattern_takes_forever(part: str, end: str) -> None:
    """With backtracking, 40 `*` would take forever."""
    text = folded_characters("a" * 3_000 + end)
    assert Pattern(part * 40 + "*").matches(text)
    assert not Pattern(part * 40 + "*b?").matches(text)
    assert not Pattern(part * 40 + "*b*?").matches(text)
