"""Small numbers for distinct keys, kept from batch to batch.

The engine is fast because it works once per distinct thing: a cell's text, a combination of classes, a pattern of
answers. `Numbering` numbers distinct keys 0, 1, 2, ... in the order of first appearance, a whole array at a time;
results are then kept in arrays indexed by number.
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
Answers: TypeAlias = NDArray[np.int8]  # no, unknown and yes are 0, 1 and 2, so that `and` is min and `or` is max
Mask: TypeAlias = NDArray[np.bool_]

NO, UNKNOWN, YES = 0, 1, 2
ANSWERS = {NO: Answer.NO, UNKNOWN: Answer.UNKNOWN, YES: Answer.YES}
NUMBER_OF_ANSWER = {answer: number for number, answer in ANSWERS.items()}

MOST_DIRECT = 1 << 20  # keys below this index a table, larger ones are hashed
MOST_BITS = 62  # of a key
_SPREAD = np.uint64(0x9E3779B97F4A7C15)  # 2^64 / the golden ratio, as in Fibonacci hashing


Item = TypeVar("Item", bound=np.generic)


def take(table: NDArray[Item], indices: NDArray[Any]) -> NDArray[Item]:
    """Return `table[indices]`. With `mode="clip"`, NumPy skips its bounds check, which takes half of the time."""
    taken: NDArray[Item] = table.take(indices, axis=0, mode="clip")
    return taken


class Numbering:
    """Numbers for keys with 0 ≤ key < `bound`. A key's number never changes; a look-up is O(1)."""

    def __init__(self, bound: int = 1 << MOST_BITS) -> None:
        self.keys: Ints = np.empty(0, np.int64)  # by number
        self._direct = np.full(bound, -1, np.int64) if bound <= MOST_DIRECT else None
        self._hashed = _Hashed()

    def __len__(self) -> int:
        return len(self.keys)

    def of(self, keys: Ints) -> Ints:
        """Return the number of each key; new keys are numbered in ascending order."""
        numbers = self._look_up(keys)
        if len(numbers) and numbers.min() < 0:
            # Made unique before sorting: at first all keys are new, and nearly all of them are repeated.
            self.add(np.sort(pc.unique(pa.array(keys[numbers < 0])).to_numpy()))
            numbers = self._look_up(keys)
        return numbers

    def _look_up(self, keys: Ints) -> Ints:
        return take(self._direct, keys) if self._direct is not None else self._hashed.look_up(keys)

    def add(self, keys: Ints) -> None:
        """Number some distinct new keys in the order given."""
        numbers = np.arange(len(self.keys), len(self.keys) + len(keys))
        self.keys = np.concatenate([self.keys, keys])
        if self._direct is not None:
            self._direct[keys] = numbers
        else:
            self._hashed.fill(self.keys)


class _Hashed:
    """A hash table with one slot per key; the few keys that collide are found by bisection."""

    def __init__(self) -> None:
        self.fill(np.empty(0, np.int64))

    def fill(self, keys: Ints) -> None:
        # With eight slots per key, about one key in sixteen collides.
        bits = max(10, (8 * max(len(keys), 1) - 1).bit_length())
        self._shift = np.uint64(64 - bits)
        self._slots = np.full(1 << bits, -1, np.int64)
        self._keys = np.full(1 << bits, -1, np.int64)
        hashes = self._hash(keys)
        self._slots[hashes] = np.arange(len(keys))
        self._keys[hashes] = keys
        colliding = np.flatnonzero(self._slots[hashes] != np.arange(len(keys)))
        order = np.argsort(keys[colliding])
        self._colliding_keys, self._colliding_numbers = keys[colliding][order], colliding[order]

    def _hash(self, keys: Ints) -> Ints:
        return ((keys.view(np.uint64) * _SPREAD) >> self._shift).view(np.int64)

    def look_up(self, keys: Ints) -> Ints:
        """Return the number of each key, or -1 if it has none."""
        hashes = self._hash(keys)
        numbers = np.where(take(self._keys, hashes) == keys, take(self._slots, hashes), -1)
        if len(self._colliding_keys):
            left = np.flatnonzero(numbers < 0)
            found = np.minimum(np.searchsorted(self._colliding_keys, keys[left]), len(self._colliding_keys) - 1)
            is_found = self._colliding_keys[found] == keys[left]
            numbers[left[is_found]] = self._colliding_numbers[found[is_found]]
        return numbers


class Combining:
    """Combines several parts of a row (0 ≤ part < its size) into one key: mixed radix, renumbered to save bits."""

    def __init__(self, sizes: Sequence[int]) -> None:
        self._steps: list[tuple[int, Numbering | None]] = []  # the size of a part, and the renumbering before it
        bound = 1
        for size in sizes:
            renumbered = None
            if bound * size > 1 << MOST_BITS:
                renumbered, bound = Numbering(), 1 << 32
            self._steps.append((size, renumbered))
            bound *= size
        self.bound = bound

    def keys(self, parts: Sequence[NDArray[np.integer[Any]]]) -> Ints:
        """Return the key of each row. A part shorter than the first is taken as 0 beyond its end."""
        key = np.zeros(len(parts[0]), np.int64) if not self._steps else parts[0].astype(np.int64)
        for part, (size, renumbered) in list(zip(parts, self._steps, strict=True))[1:]:
            if renumbered is not None:
                key = renumbered.of(key)
            key *= size
            key[: len(part)] += part
        return key


def first_rows(numbers: Ints, start: int) -> Ints:
    """Return the first row of each number ≥ `start`, ordered by number."""
    rows = np.flatnonzero(numbers >= start)[::-1]
    first = np.full(int(numbers.max(initial=start - 1)) + 1 - start, -1, np.int64)
    first[numbers[rows] - start] = rows  # in reverse, so that the first row of a number is assigned last
    return first[first >= 0]


class Classes:
    """Numbers for distinct rows of answers, all of the same length."""

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
