"""All rules at once, with one bit per cube, in words of 64 (see "Classes and bits" in ARCHITECTURE.md).

A table has two words for each class of a group: the cubes that are certain, and those that are possible, which takes
unknown as yes. The `and` of one table row per group answers 64 cubes; it is exactly Kleene's logic, because conditions
are monotone in their parts. This is packet classification by bit vectors (Lakshman & Stiliadis, SIGCOMM 1998) on
classes from recursive flow classification (Gupta & McKeown, SIGCOMM 1999). A word is looked up only for rows that no
earlier word has placed, and for a block of rows at a time, which stays in the processor's cache.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from qualify.targets.batch.classes.batch_state import BatchState
from qualify.targets.batch.classes.class_conditions import HOLDS, Combination, Literal, Node, literals, views_of
from qualify.targets.batch.numbering import NO, UNKNOWN, YES, Answers, Ints, take
from qualify.targets.batch.placing.cubes import Cube, Cubes, Part, grouped

Words = NDArray[np.uint64]
WORD = 64
BLOCK = 16_384  # rows
NOWHERE = 0  # the class of rows that are placed: no cube is possible
CERTAIN, POSSIBLE = 0, 1


@dataclass(frozen=True, slots=True, eq=False)
class FirstRules:
    """The number of the rule that places each row, and the pairs of a row and an earlier rule that is unknown."""

    rule: Ints
    unknown_rows: Ints
    unknown_rules: Ints


class Layout:
    """The bit of each cube: in the order of the rules, with all cubes of a rule in one word."""

    def __init__(self, cubes: Sequence[Sequence[Cube]]) -> None:
        self.first: list[int] = []  # by rule, the bit of its first cube
        bit = 0
        for each in cubes:
            if bit % WORD + len(each) > WORD:
                bit += WORD - bit % WORD
            self.first.append(bit)
            bit += len(each)
        self.words = -(-bit // WORD)
        bits = self.words * WORD
        self.used = np.zeros(bits, np.bool_)
        self.rule_of = np.zeros(bits, np.int64)
        self.before = np.zeros(bits, np.uint64)  # for each bit, those before its rule in the same word
        # By offset: the first cubes of all rules that have a cube at this offset from the first.
        self.starts: list[Words] = []
        for rule, (start, each) in enumerate(zip(self.first, cubes, strict=True)):
            self.used[start : start + len(each)] = True
            self.rule_of[start : start + len(each)] = rule
            self.before[start : start + len(each)] = (1 << start % WORD) - 1
            for offset in range(len(each)):
                if offset == len(self.starts):
                    self.starts.append(np.zeros(self.words, np.uint64))
                self.starts[offset][start // WORD] |= np.uint64(1 << start % WORD)

    def folded(self, possible: Words, word: int) -> Words:
        """Return a word with one bit for each rule that has a possible cube: the bit of its first cube."""
        rules: Words = possible & self.starts[0][word]
        for offset in range(1, len(self.starts)):
            if self.starts[offset][word]:
                rules |= (possible >> np.uint64(offset)) & self.starts[offset][word]
        return rules


class Group:
    """A group of columns, with tables of the cubes that are certain and possible, by word and class."""

    def __init__(self, combination: Combination, parts: dict[Part, list[int]], layout: Layout) -> None:
        self._combination = combination
        self._layout = layout
        self._singles: dict[tuple[Literal, bool], list[int]] = defaultdict(list)
        self._others: list[tuple[Part, list[int]]] = []
        for part, bits in parts.items():
            if isinstance(part.node, Literal):
                negated = part.negated != part.node.negated
                plain = Literal(part.node.column, part.node.position)
                self._singles[plain, negated].extend(bits)
            else:
                self._others.append((part, bits))
        self.tables = np.zeros((layout.words, 64, 2), np.uint64)
        self._filled = 1  # the first class is NOWHERE

    def code(self, batch: BatchState) -> Ints:
        """Return the class of each row, after filling the tables for new classes."""
        codes = self._combination.product.code(batch)
        self._fill()
        return codes + 1

    def _fill(self) -> None:
        classes = len(self._combination.product.members) + 1
        if classes == self._filled:
            return
        if classes > self.tables.shape[1]:
            larger = np.zeros((self._layout.words, 2 * classes, 2), np.uint64)
            larger[:, : self._filled] = self.tables[:, : self._filled]
            self.tables = larger
        answers = self._answers(self._filled - 1)
        for which, least in ((CERTAIN, YES), (POSSIBLE, UNKNOWN)):
            packed = np.packbits(answers >= least, axis=1, bitorder="little").view(np.uint64)
            self.tables[:, self._filled : classes, which] = packed.T
        self._filled = classes

    def _answers(self, start: int) -> Answers:
        """Return the group's answer by class (from `start` on) and cube; yes for cubes without a part in this group."""
        rows = len(self._combination.product.members) - start
        answers = np.full((rows, len(self._layout.used)), NO, np.int8)
        answers[:, self._layout.used] = YES
        for (literal, negated), bits in self._singles.items():
            one = self._combination.plain(literal, start)
            _lower(answers, bits, YES - one if negated else one)
        for part, bits in self._others:
            one = self._combination.answers(part.node, start)
            _lower(answers, bits, YES - one if part.negated else one)
        return answers


def _lower(answers: Answers, bits: Sequence[int], by: Answers) -> None:
    if len(bits) == 1:
        np.minimum(answers[:, bits[0]], by, out=answers[:, bits[0]])
    else:
        answers[:, bits] = np.minimum(answers[:, bits], by[:, None])


class RuleBits:
    """The conditions of all rules, in order."""

    def __init__(self, rules: Sequence[Node]) -> None:
        self._count = len(rules)
        groups = grouped(views_of(rules))
        maker = Cubes(groups)
        cubes = [maker.of(rule) for rule in rules]
        hidden = [Literal(column, HOLDS) for column in maker.hidden.values()]
        groups += grouped(views_of(hidden))
        self._layout = Layout(cubes)
        group_of = {view.column: number for number, group in enumerate(groups) for view in group}
        parts: list[dict[Part, list[int]]] = [defaultdict(list) for _ in groups]
        for first, each in zip(self._layout.first, cubes, strict=True):
            for offset, cube in enumerate(each):
                for part in cube:
                    group = group_of[next(literals(part.node)).column]
                    parts[group][part].append(first + offset)
        self._groups = [
            Group(Combination(group), its_own, self._layout) for group, its_own in zip(groups, parts, strict=True)
        ]

    def place(self, batch: BatchState) -> FirstRules:
        """Return the rule that places each row, and the earlier rules that are unknown."""
        rule = np.full(batch.rows, self._count, np.int64)
        codes = [group.code(batch) for group in self._groups]
        found: list[tuple[Ints, int, Words]] = []
        for start in range(0, batch.rows if codes else 0, BLOCK):
            block = [each[start : start + BLOCK].copy() for each in codes]
            rows = np.arange(start, start + len(block[0]))
            for word in range(self._layout.words):
                rows, block = self._word(word, rows, block, rule, found)
        return FirstRules(rule, *self._pairs(found))

    def _word(
        self, word: int, rows: Ints, block: list[Ints], rule: Ints, found: list[tuple[Ints, int, Words]]
    ) -> tuple[Ints, list[Ints]]:
        """Place rows by the cubes of one word and add the unknown ones to `found`; return the rows left to place."""
        both = take(self._groups[0].tables[word], block[0])
        for group, codes in zip(self._groups[1:], block[1:], strict=True):
            both &= take(group.tables[word], codes)
        certain, possible = both[:, CERTAIN], both[:, POSSIBLE]
        placed = np.flatnonzero(certain)
        if len(placed):
            bits = word * WORD + lowest_bit(certain[placed])
            rule[rows[placed]] = self._layout.rule_of[bits]
            possible[placed] &= self._layout.before[bits]
        unknown = np.flatnonzero(possible)
        if len(unknown):
            found.append((rows[unknown], word, self._layout.folded(possible[unknown], word)))
        if len(placed) > len(rows) // 8:
            left = np.flatnonzero(certain == 0)
            return rows[left], [codes[left] for codes in block]
        block[0][placed] = NOWHERE
        return rows, block

    def _pairs(self, found: list[tuple[Ints, int, Words]]) -> tuple[Ints, Ints]:
        """Return a pair of a row and a rule for each bit found."""
        if not found:
            return np.empty(0, np.int64), np.empty(0, np.int64)
        rows = np.concatenate([each for each, _, _ in found])
        words = np.concatenate([np.full(len(each), word * WORD) for each, word, _ in found])
        bits = np.concatenate([each for _, _, each in found])
        all_rows, all_rules = [], []
        while len(bits):
            all_rows.append(rows)
            all_rules.append(self._layout.rule_of[words + lowest_bit(bits)])
            bits = bits & (bits - np.uint64(1))
            more = np.flatnonzero(bits)
            rows, words, bits = rows[more], words[more], bits[more]
        return np.concatenate(all_rows), np.concatenate(all_rules)


def lowest_bit(words: Words) -> Ints:
    """Return the index of the lowest bit that is set in each word; no word may be 0."""
    lowest = words & (~words + np.uint64(1))
    # A power of two is exact as a float, and its exponent is the index.
    return (lowest.astype(np.float64).view(np.int64) >> 52) - 1023
