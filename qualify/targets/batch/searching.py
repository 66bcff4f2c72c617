"""Looking for the pieces and patterns of many tests in many texts: what they share is looked for once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from functools import cached_property

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from qualify.forms import ANYWHERE, BEGINNING, ENDING, PHRASES, WHOLE, Pieces, Values, Wanted
from qualify.schema import Value
from qualify.targets.batch.numbering import Mask
from qualify.targets.batch.texts import folded, spaced_words
from qualify.text import fold

MOST_KERNELS = 300  # pieces that are looked for one by one in an array; more are looked up, text by text

# For a form how one piece is found in an array, after it was prepared.
KERNELS: Mapping[Pieces, Callable[[pa.StringArray, str], pa.BooleanArray]] = {
    PHRASES: lambda texts, piece: pc.match_substring(texts, f" {piece} "),
    ANYWHERE: lambda texts, piece: pc.match_substring(texts, piece),
    BEGINNING: lambda texts, piece: pc.starts_with(texts, piece),
    ENDING: lambda texts, piece: pc.ends_with(texts, piece),
}


class Texts:
    """An array of texts, none of them null, each way of preparing it done once."""

    def __init__(self, texts: pa.StringArray) -> None:
        self.plain = texts
        self._folded: pa.StringArray | None = None
        self._words: pa.StringArray | None = None

    @property
    def folded(self) -> pa.StringArray:
        if self._folded is None:
            self._folded = folded(self.plain)
        return self._folded

    @property
    def words(self) -> pa.StringArray:
        if self._words is None:
            self._words = spaced_words(self.plain)
        return self._words


class Search:
    """All that the tests of one form look for. Adds come before the first search."""

    def __init__(self, form: Pieces) -> None:
        self._form = form
        self._any: dict[str, set[int]] = defaultdict(set)  # by piece: the positions of the tests that it satisfies
        self._every: list[tuple[int, frozenset[str]]] = []

    @cached_property
    def _wanted_by(self) -> Mapping[int, set[str]]:
        """By position of a test that looks for any of some pieces, all of them."""
        wanted: dict[int, set[str]] = defaultdict(set)
        for piece, positions in self._any.items():
            for position in positions:
                wanted[position].add(piece)
        return wanted

    @cached_property
    def _wanted(self) -> Wanted:
        return Wanted({*self._any, *(piece for _, pieces in self._every for piece in pieces)})

    def add(self, position: int, wanted: list[Wanted], every: bool) -> None:
        """Add a test that looks for any of the wanted pieces, or every one."""
        if every:
            self._every.append((position, frozenset().union(*wanted)))
        for piece in () if every else (piece for each in wanted for piece in each):
            self._any[piece].add(position)

    def of_text(self, value: Value) -> list[int]:
        """Return the positions of the tests that say yes about a text, or a list of texts."""
        texts = value if isinstance(value, tuple) else (str(value),)
        cut, prepare, wanted = self._form.cut, self._form.prepare, self._wanted
        found = {piece for text in texts for piece in cut(prepare(text), wanted) if piece in wanted}
        positions = [position for piece in found if piece in self._any for position in self._any[piece]]
        positions += [position for position, pieces in self._every if pieces <= found]
        return positions

    @property
    def is_broad(self) -> bool:
        """Whether so few pieces are wanted that each can be looked for in a whole array."""
        if self._form is WHOLE:
            return not self._every
        return len(self._wanted) <= MOST_KERNELS and self._form in KERNELS and "" not in self._wanted

    def of_texts(self, texts: Texts) -> Iterator[tuple[int, Mask]]:
        """Yield positions of tests and where they say yes; where a test comes more than once, either will do."""
        prepared = texts.words if self._form is PHRASES else texts.folded
        if self._form is WHOLE:  # however many are wanted, they are looked up at once
            for position, wanted in self._wanted_by.items():
                yield position, _mask(pc.is_in(prepared, value_set=pa.array(sorted(wanted), pa.string())))
            return
        kernel = KERNELS[self._form]
        found = {piece: _mask(kernel(prepared, piece)) for piece in self._wanted}
        for piece, positions in self._any.items():
            for position in positions:
                yield position, found[piece]
        for position, pieces in self._every:
            yield position, np.logical_and.reduce([found[piece] for piece in pieces])


class Shapes:
    """A test of patterns."""

    def __init__(self, values: list[Values], every: bool) -> None:
        self._patterns = [pattern for one in values for pattern in one.patterns]
        self._globs = [fold(str(item)) for one in values for item in one.items]
        self._combine = all if every else any
        self._every = every

    def of_text(self, value: Value) -> bool:
        text = fold(str(value))
        return self._combine(pattern.match(text) for pattern in self._patterns)

    def of_texts(self, texts: Texts) -> Mask:
        """Return which texts have the shape."""
        each = [self._matching(texts.folded, place) for place in range(len(self._globs))]
        found: Mask = np.logical_and.reduce(each) if self._every else np.logical_or.reduce(each)
        return found

    def _matching(self, texts: pa.StringArray, place: int) -> Mask:
        """Return which texts match a pattern: those that begin and end as it does are few, and looked at closely."""
        glob = self._globs[place]
        if "?" in glob:
            return self._matching_one_by_one(texts, place)
        if "*" not in glob:
            return _mask(pc.equal(texts, glob))
        first, *middle, last = glob.split("*")
        rows, near = np.arange(len(texts)), texts
        for stands_there, end in ((pc.ends_with, last), (pc.starts_with, first)):
            if end:
                has_it = stands_there(near, end)
                rows, near = rows[_mask(has_it)], near.filter(has_it)
        inner = [part for part in middle if part]
        if len(inner) > 1:
            matching = self._matching_one_by_one(near, place)
        else:
            matching = _mask(pc.greater_equal(pc.utf8_length(near), len(first) + len(last)))
            between = pc.utf8_slice_codeunits(near, len(first), -len(last) or None)
            matching &= _mask(pc.match_substring(between, "".join(inner)))
        found = np.zeros(len(texts), np.bool_)
        found[rows] = matching
        return found

    def _matching_one_by_one(self, texts: pa.StringArray, place: int) -> Mask:
        match = self._patterns[place].match
        return np.array([bool(match(text)) for text in texts.to_pylist()], np.bool_)


def _mask(found: pa.BooleanArray) -> Mask:
    mask: Mask = found.to_numpy(zero_copy_only=False)
    return mask
