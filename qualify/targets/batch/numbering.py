"""Small numbers for whatever is distinct, remembered from batch to batch.

Nearly all of the engine's speed comes from doing things once for each distinct thing: a cell's text, a combination
of classes, a pattern of answers. `Numbering` gives distinct keys the numbers 0, 1, 2, ... in the order in which they
are first seen, whole arrays at a time; results are then kept in arrays, by number.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeAlias, TypeVar

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from qualify.language.logic import Answer

Ints: TypeAlias = NDArray[np.int64]
Floats: TypeAlias = NDArray[np.float64]
Answers: TypeAlias = NDArray[np.int8]  # no, unknown and yes as 0, 1 and 2: `and` is the least, `or` the greatest
Mask: TypeAlias = NDArray[np.bool_]

NO, UNKNOWN, YES = 0, 1, 2
ANSWERS = {NO: Answer.NO, UNKNOWN: Answer.UNKNOWN, YES: Answer.YES}
OF_ANSWER = {answer: number for number, answer in ANSWERS.items()}

MOST_DIRECT = 1 << 20  # keys below this are looked up by place, larger ones by hash
MOST_BITS = 62  # of a key
_SPREAD = np.uint64(0x9E3779B97F4A7C15)  # 2^64 / the golden ratio, as in Fibonacci hashing


Item = TypeVar("Item", bound=np.generic)


def take(table: NDArray[Item], places: NDArray[Any]) -> NDArray[Item]:
    """Return `table[places]`. Asking for clipping spares NumPy the check of each place, half of the time it takes."""
    taken: NDArray[Item] = table.take(places, axis=0, mode="clip")
    return taken


class Numbering:
    """Numbers for keys with 0 ≤ key < `bound`; O(1) a key, and a key's number never changes."""

    def __init__(self, bound: int = 1 << MOST_BITS) -> None:
        self.keys: Ints = np.empty(0, np.int64)  # by number
        self._direct = np.full(bound, -1, np.int64) if bound <= MOST_DIRECT else None
        self._hashed = _Hashed()

    def __len__(self) -> int:
        return len(self.keys)

    def of(self, keys: Ints) -> Ints:
        """Return the number of each key; new ones are numbered in rising order."""
        numbers = self._look_up(keys)
        if len(numbers) and numbers.min() < 0:
            # Sorted after what is repeated has been left out: at first all keys are new, and nearly all are repeated.
            self.add(np.sort(pc.unique(pa.array(keys[numbers < 0])).to_numpy()))
            numbers = self._look_up(keys)
        return numbers

    def _look_up(self, keys: Ints) -> Ints:
        return take(self._direct, keys) if self._direct is not None else self._hashed.look_up(keys)

    def add(self, keys: Ints) -> None:
        """Number some new keys, each there once, in the order given."""
        numbers = np.arange(len(self.keys), len(self.keys) + len(keys))
        self.keys = np.concatenate([self.keys, keys])
        if self._direct is not None:
            self._direct[keys] = numbers
        else:
            self._hashed.fill(self.keys)


class _Hashed:
    """A table in which each key has one slot; the few keys whose slot is taken are found by bisection."""

    def __init__(self) -> None:
        self.fill(np.empty(0, np.int64))

    def fill(self, keys: Ints) -> None:
        # Eight slots a key leave about one key in sixteen without its own.
        bits = max(10, (8 * max(len(keys), 1) - 1).bit_length())
        self._shift = np.uint64(64 - bits)
        self._slots = np.full(1 << bits, -1, np.int64)
        self._keys = np.full(1 << bits, -1, np.int64)
        places = self._place(keys)
        self._slots[places] = np.arange(len(keys))
        self._keys[places] = keys
        crowded = np.flatnonzero(self._slots[places] != np.arange(len(keys)))
        order = np.argsort(keys[crowded])
        self._crowded_keys, self._crowded_numbers = keys[crowded][order], crowded[order]

    def _place(self, keys: Ints) -> Ints:
        return ((keys.view(np.uint64) * _SPREAD) >> self._shift).view(np.int64)

    def look_up(self, keys: Ints) -> Ints:
        """Return the number of each key, -1 where it has none."""
        places = self._place(keys)
        numbers = np.where(take(self._keys, places) == keys, take(self._slots, places), -1)
        if len(self._crowded_keys):
            left = np.flatnonzero(numbers < 0)
            found = np.minimum(np.searchsorted(self._crowded_keys, keys[left]), len(self._crowded_keys) - 1)
            is_found = self._crowded_keys[found] == keys[left]
            numbers[left[is_found]] = self._crowded_numbers[found[is_found]]
        return numbers


class Combining:
    """One key for several parts of a row, with 0 ≤ part < its size: mixed radix, renumbered when it runs out of bits.

    The sizes have to stay the same from call to call, or the keys change their meaning.
    """

    def __init__(self, sizes: Sequence[int]) -> None:
        self._steps: list[tuple[int, Numbering | None]] = []  # what a part is multiplied by, after what renumbering
        bound = 1
        for size in sizes:
            renumbered = None
            if bound * size > 1 << MOST_BITS:
                renumbered, bound = Numbering(), 1 << 32
            self._steps.append((size, renumbered))
            bound *= size
        self.bound = bound

    def keys(self, parts: Sequence[NDArray[np.integer[Any]]]) -> Ints:
        """Return the key of each row. A part that is shorter than the first stands for 0 beyond its end."""
        key = np.zeros(len(parts[0]), np.int64) if not self._steps else parts[0].astype(np.int64)
        for part, (size, renumbered) in list(zip(parts, self._steps, strict=True))[1:]:
            if renumbered is not None:
                key = renumbered.of(key)
            key *= size
            key[: len(part)] += part
        return key


def first_rows(numbers: Ints, start: int) -> Ints:
    """Return the first row of each number from `start` on, by number."""
    rows = np.flatnonzero(numbers >= start)[::-1]
    first = np.full(int(numbers.max(initial=start - 1)) + 1 - start, -1, np.int64)
    first[numbers[rows] - start] = rows  # of rows with the same number the last one counts, which is the first
    return first[first >= 0]


class Classes:
    """Numbers for distinct rows of answers, all of one length."""

    def __init__(self) -> None:
        self._numbering: Numbering | None = None
        self.answers: Answers = np.empty((0, 0), np.int8)  # by class

    def of(self, answers: Answers) -> Ints:
        """Return the class of each row of answers."""
        if self._numbering is None:
            self._combining = Combining([3] * answers.shape[1])
            self._numbering = Numbering(self._combining.bound)
            self.answers = answers[:0]
        columns = np.ascontiguousarray(answers.T)
        keys = self._combining.keys(list(columns)) if len(columns) else np.zeros(len(answers), np.int64)
        numbers = self._numbering.of(keys)
        new = first_rows(numbers, len(self.answers))
        self.answers = np.concatenate([self.answers, answers[new]])
        return numbers

    def __len__(self) -> int:
        return len(self.answers)
