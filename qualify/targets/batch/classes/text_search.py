"""The search for the pieces and patterns of many tests in whole arrays of texts."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from functools import cache, cached_property
from typing import TypeAlias

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from qualify.language.predicates import Pattern, Patterns, Presence, TextMatch, Values
from qualify.targets.batch.numbering import Mask
from qualify.targets.batch.values.plain_texts import folded, folded_by_character, spaced_words
from qualify.targets.compiled_tests import FixedTest
from qualify.text.compare import fold, folded_characters, words

MOST_KERNELS = 300  # pieces to search for in an array; with more, each text is cut and looked up (`compiled_tests`)

# The search for one piece in a prepared array. Whole texts are not here: all are looked up at once.
KERNELS: Mapping[TextMatch, Callable[[pa.StringArray, str], pa.BooleanArray]] = {
    TextMatch.PHRASE: lambda texts, piece: pc.match_substring(texts, f" {piece} "),
    TextMatch.ANYWHERE: lambda texts, piece: pc.match_substring(texts, piece),
    TextMatch.BEGINNING: lambda texts, piece: pc.starts_with(texts, piece),
    TextMatch.ENDING: lambda texts, piece: pc.ends_with(texts, piece),
    TextMatch.DOMAIN: lambda texts, piece: pc.or_(pc.equal(texts, piece), pc.ends_with(texts, f".{piece}")),
}

# The functions that prepare a text -> those that prepare an array in the same way.
Preparation: TypeAlias = Callable[[str], str]
PREPARED: Mapping[Preparation, Callable[[pa.StringArray], pa.StringArray]] = {
    fold: folded,
    folded_characters: folded_by_character,
    words: spaced_words,
}


class ArraySearch:
    """The tests of a text column on whole arrays. A piece that several tests look for is searched for once."""

    def __init__(self, tests: Sequence[FixedTest]) -> None:
        self._tests = tests
        self._present: list[int] = []  # positions of the tests that any text satisfies
        self._patterns: dict[int, list[Pattern]] = {}
        self._pieces = defaultdict[TextMatch, dict[int, frozenset[str]]](dict)  # by position of the test
        self._others: list[int] = []
        for position, one in enumerate(tests):
            match one.test.predicate:
                case Presence():
                    self._present.append(position)
                case Patterns():
                    self._patterns[position] = [each for some in one.fixed for each in Values.of(some).patterns]
                case TextMatch() as match:
                    self._pieces[match][position] = one.wanted(match)
                case _:
                    self._others.append(position)

    @cached_property
    def is_broad(self) -> bool:
        """Whether every test can be answered by searching whole arrays."""
        return not self._others and all(map(self._is_broad_for, self._pieces))

    def _is_broad_for(self, match: TextMatch) -> bool:
        if match is TextMatch.WHOLE:
            return not any(self._tests[position].test.every for position in self._pieces[match])
        wanted = self._wanted(match)
        return len(wanted) <= MOST_KERNELS and "" not in wanted

    def _wanted(self, match: TextMatch) -> frozenset[str]:
        return frozenset[str]().union(*self._pieces[match].values())

    def of(self, texts: pa.StringArray) -> Mask:
        """Return, by test and text, whether the test is yes. The search must be broad, and no text may be null."""
        prepared = cache(lambda prepare: PREPARED[prepare](texts))
        yes = np.zeros((len(self._tests), len(texts)), np.bool_)
        yes[self._present] = True
        for position, patterns in self._patterns.items():
            combine = np.logical_and if self._tests[position].test.every else np.logical_or
            yes[position] = combine.reduce([_matching(prepared, pattern) for pattern in patterns])
        for match in self._pieces:
            self._search(match, prepared(match.prepare), yes)
        return yes

    def _search(self, match: TextMatch, texts: pa.StringArray, yes: Mask) -> None:
        """Set the answers of the tests that look for one kind of piece."""
        if match is TextMatch.WHOLE:
            for position, pieces in self._pieces[match].items():
                yes[position] = _mask(pc.is_in(texts, value_set=pa.array(sorted(pieces), pa.string())))
            return
        found = {piece: _mask(KERNELS[match](texts, piece)) for piece in self._wanted(match)}
        for position, pieces in self._pieces[match].items():
            every = self._tests[position].test.every
            combine = np.logical_and if every else np.logical_or
            yes[position] = every
            for piece in pieces:
                combine(yes[position], found[piece], out=yes[position])


def _matching(prepared: Callable[[Preparation], pa.StringArray], pattern: Pattern) -> Mask:
    """Return which texts match a pattern. Only the few with its beginning and end are searched further."""
    if "?" in pattern.folded:
        return _matching_one_by_one(prepared(folded_characters), pattern)
    texts = prepared(fold)
    if "*" not in pattern.folded:
        return _mask(pc.equal(texts, pattern.folded))
    first, *middle, last = pattern.folded.split("*")
    rows, near = np.arange(len(texts)), texts
    for has_end, end in ((pc.ends_with, last), (pc.starts_with, first)):
        if end:
            found = has_end(near, end)
            rows, near = rows[_mask(found)], near.filter(found)
    inner = [part for part in middle if part]
    if len(inner) > 1:
        matching = _matching_one_by_one(near, pattern)
    else:
        matching = _mask(pc.greater_equal(pc.utf8_length(near), len(first) + len(last)))
        between = pc.utf8_slice_codeunits(near, len(first), -len(last) or None)
        matching &= _mask(pc.match_substring(between, "".join(inner)))
    all_rows = np.zeros(len(texts), np.bool_)
    all_rows[rows] = matching
    return all_rows


def _matching_one_by_one(texts: pa.StringArray, pattern: Pattern) -> Mask:
    return np.array([pattern.matches(text) for text in texts.to_pylist()], np.bool_)


def _mask(found: pa.BooleanArray) -> Mask:
    mask: Mask = found.to_numpy(zero_copy_only=False)
    return mask
