"""The decisions about a batch as Arrow arrays, and the counts that a run reports."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from qualify.language.logic import Answer
from qualify.model.rules import Model, Otherwise, Rule
from qualify.record.ask import position_bits
from qualify.record.details import place as place_of
from qualify.targets.batch.asking.field_sets import FieldSets
from qualify.targets.batch.numbering import ANSWERS, Answers, Ints, Item, take
from qualify.targets.batch.reasons import texts_of
from qualify.targets.batch.values.field_columns import FieldColumn

SEPARATOR = "; "  # between the fields of `ask`
MOST_TEXTS = 1_000  # distinct unreadable texts counted per field


@dataclass(frozen=True, slots=True, eq=False)
class Slice:
    """The decisions about some rows, as numbers; `Labels` has what they stand for."""

    rule: Ints  # its index; the number of rules for `otherwise`
    could_be: Ints  # the rank of the stage, -1 for none
    ask: Ints
    reason: Ints
    columns: Mapping[str, Ints | Answers]  # of criteria, scores and grades; see `texts_of`
    fields: Mapping[str, FieldColumn]
    silent: Ints  # by rule, the number of rows placed after it while it was unknown


class Labels:
    """What the numbers of a `Slice` stand for; `ask` and `reasons` grow from batch to batch."""

    def __init__(self, model: Model, asked: FieldSets, reasons: list[str]) -> None:
        self.model = model
        self.placements: tuple[Rule | Otherwise, ...] = (*model.rules, model.otherwise)
        self.reasons = reasons
        self._asked = asked
        self._bits = position_bits(model)
        self._texts: list[str | None] = [None]

    @property
    def ask(self) -> Sequence[str | None]:
        """The questions by number: field names in the order of first mention; None if there are none."""
        for fields in self._asked.sets[len(self._texts) :]:
            self._texts.append(SEPARATOR.join(name for name in self.model.fields if self._bits[name] & fields))
        return self._texts


class Decided:
    """The decisions about the rows of a batch, in order. Texts are dictionary-encoded; null stands for none.

    Everything is computed on demand: by the thread that writes, while another decides the next batch.
    """

    def __init__(self, labels: Labels, slices: Sequence[Slice]) -> None:
        self.labels = labels
        self._slices = slices

    def _numbers(self, get: Callable[[Slice], NDArray[Item]]) -> NDArray[Item]:
        return _whole([get(each) for each in self._slices])

    def __len__(self) -> int:
        return len(self.rule_number)

    @cached_property
    def rule_number(self) -> Ints:
        """The index of the deciding rule; the number of rules for `otherwise`."""
        return self._numbers(lambda each: each.rule)

    @cached_property
    def counts(self) -> Counts:
        return Counts.of(self, self._slices)

    @cached_property
    def stage(self) -> pa.DictionaryArray:
        ranks = np.array([self.labels.model.rank[one.stage] for one in self.labels.placements])
        return _texts(ranks[self.rule_number], self.labels.model.stages)

    @cached_property
    def rule(self) -> pa.DictionaryArray:
        """The name of the deciding rule; null for `otherwise`."""
        return _texts(self.rule_number, [*(rule.name for rule in self.labels.model.rules), None])

    @cached_property
    def place(self) -> pa.DictionaryArray:
        """The place of the deciding rule, as `file:line`."""
        return _texts(self.rule_number, [place_of(one.span) for one in self.labels.placements])

    @cached_property
    def reason(self) -> pa.DictionaryArray:
        return _texts(self._numbers(lambda each: each.reason), self.labels.reasons)

    @cached_property
    def could_be_rank(self) -> Ints:
        """The rank of the could-be stage, -1 for none."""
        return self._numbers(lambda each: each.could_be)

    @cached_property
    def could_be(self) -> pa.DictionaryArray:
        return _texts(self.could_be_rank + 1, [None, *self.labels.model.stages])

    @cached_property
    def ask_number(self) -> Ints:
        return self._numbers(lambda each: each.ask)

    @cached_property
    def ask(self) -> pa.DictionaryArray:
        """The fields to ask for, separated by `; `; null if there are none.

        The dictionary has only the texts of this batch, sorted: unlike their numbers, it does not depend on how far
        ahead the reader was, and so the bytes of the audit do not either.
        """
        texts = self.labels.ask
        found = np.flatnonzero(np.bincount(self.ask_number)).tolist()
        in_order = sorted(found, key=lambda number: texts[number] or "")
        ranks = np.zeros(len(texts), np.int64)
        ranks[in_order] = np.arange(len(in_order))
        return _texts(take(ranks, self.ask_number), [texts[number] for number in in_order])

    @cached_property
    def column_numbers(self) -> Mapping[str, NDArray[Any]]:
        """The criteria, scores and grades as numbers."""
        each = [one.columns for one in self._slices]
        return {name: _whole([one[name] for one in each]) for name in self.labels.model.columns}

    @cached_property
    def columns(self) -> Mapping[str, pa.Array]:
        """The criteria, scores and grades, in the order of the rule file."""
        texts = {name: texts_of(self.labels.model.definitions[name]) for name in self.column_numbers}
        return {
            name: pa.array(numbers) if (labels := texts[name]) is None else _texts(numbers, labels)
            for name, numbers in self.column_numbers.items()
        }

    @cached_property
    def outputs(self) -> Mapping[str, pa.DictionaryArray]:
        """The texts of the deciding rules by `with` key; null if the rule has none."""
        return {
            key: _texts(self.rule_number, [one.outputs.get(key) for one in self.labels.placements])
            for key in self.labels.model.output_keys
        }

    @cached_property
    def cells(self) -> Mapping[str, pa.DictionaryArray]:
        """The texts of all cells, for the fields whose columns were dictionary-encoded when they were read."""
        columns = {name: [one.fields[name].cells for one in self._slices] for name in self._slices[0].fields}
        return {name: _joined(chunks) for name, chunks in columns.items() if all(chunk is not None for chunk in chunks)}

    @cached_property
    def unreadable(self) -> Mapping[str, pa.DictionaryArray]:
        """The texts of unreadable cells, for the fields that have some; null for other cells."""
        columns = {name: [one.fields[name].unreadable for one in self._slices] for name in self._slices[0].fields}
        return {
            name: _joined([_texts(one.codes, one.entries.values) for one in chunks])
            for name, chunks in columns.items()
            if any(one.codes.any() for one in chunks)
        }


@dataclass(eq=False)
class Counts:
    """The counts that a run reports; those of batches are added up."""

    contacts: int = 0
    stages: Counter[str] = field(default_factory=Counter)
    rules: Counter[str | None] = field(default_factory=Counter)  # None: `otherwise`
    could_be: Counter[str] = field(default_factory=Counter)
    ask: Counter[str] = field(default_factory=Counter)
    silent: Counter[str] = field(default_factory=Counter)  # rules that were unknown for contacts placed after them
    answers: Counter[tuple[str, str, Answer]] = field(default_factory=Counter)  # by criterion and stage
    unknown: Counter[str] = field(default_factory=Counter)  # by field; includes unreadable cells
    unreadable: Counter[str] = field(default_factory=Counter)
    unreadable_texts: dict[str, Counter[str]] = field(default_factory=dict)

    def add(self, other: Counts) -> None:
        self.contacts += other.contacts
        for name, mine in vars(self).items():
            if isinstance(mine, Counter):
                mine.update(getattr(other, name))
        for name, texts in other.unreadable_texts.items():
            kept = self.unreadable_texts.setdefault(name, Counter())
            kept.update(texts)
            if len(kept) > MOST_TEXTS:
                self.unreadable_texts[name] = Counter(dict(kept.most_common(MOST_TEXTS // 2)))

    @staticmethod
    def of(decided: Decided, slices: Sequence[Slice]) -> Counts:
        counts = Counts(len(decided))
        counts._count(decided, slices)
        return counts

    def _count(self, decided: Decided, slices: Sequence[Slice]) -> None:
        model = decided.labels.model
        placements = decided.labels.placements
        placed = np.bincount(decided.rule_number, minlength=len(placements)).tolist()
        for one, number in zip(placements, placed, strict=True):
            if number:
                self.stages[one.stage] += number
                self.rules[one.name if isinstance(one, Rule) else None] += number
        for rank, number in enumerate(np.bincount(decided.could_be_rank + 1).tolist()[1:]):
            self.could_be[model.stages[rank]] += number
        for index, number in enumerate(np.bincount(decided.ask_number).tolist()):
            text = decided.labels.ask[index]
            if text and number:
                self.ask[text] += number
        for rule, number in zip(model.rules, np.sum([each.silent for each in slices], axis=0).tolist(), strict=True):
            if number:
                self.silent[rule.name] += number
        self._count_answers(decided)
        for each in slices:
            self._count_fields(each)

    def _count_answers(self, decided: Decided) -> None:
        model = decided.labels.model
        ranks = np.array([model.rank[one.stage] for one in decided.labels.placements])[decided.rule_number]
        for name in model.criteria:
            answers = decided.column_numbers[name]
            found = np.bincount(ranks * len(ANSWERS) + answers, minlength=len(model.stages) * len(ANSWERS))
            for (stage, answer), number in zip(
                ((stage, answer) for stage in model.stages for answer in ANSWERS.values()),
                found.tolist(),
                strict=True,
            ):
                if number:
                    self.answers[name, stage, answer] += number

    def _count_fields(self, each: Slice) -> None:
        for name, column in each.fields.items():
            unknown = int(np.count_nonzero(~column.values.is_known))
            if unknown:
                self.unknown[name] += unknown
            texts = column.unreadable.entries.values
            if len(texts) > 1:
                found = np.bincount(column.unreadable.codes, minlength=len(texts))[1:]
                self.unreadable[name] += int(found.sum())
                self.unreadable_texts.setdefault(name, Counter()).update(
                    {str(texts[index + 1]): int(found[index]) for index in np.flatnonzero(found)}
                )


def _texts(numbers: Ints | Answers, texts: Sequence[object]) -> pa.DictionaryArray:
    """Return the text of each number; null where it is None."""
    distinct = {text: index for index, text in enumerate(dict.fromkeys(text for text in texts if text is not None))}
    index_of_number = np.array([distinct.get(text, -1) for text in texts], np.int32)
    indices = take(index_of_number, numbers)
    if len(distinct) < len(texts):
        indices = pa.array(indices, mask=indices < 0)
    return pa.DictionaryArray.from_arrays(indices, pa.array([str(text) for text in distinct], pa.string()))


def _whole(parts: Sequence[NDArray[Item]]) -> NDArray[Item]:
    return np.concatenate(parts) if len(parts) > 1 else parts[0]


def _joined(chunks: Sequence[pa.DictionaryArray]) -> pa.DictionaryArray:
    return pa.chunked_array(chunks).unify_dictionaries().combine_chunks()
