"""A batch of contacts, placed: the columns that are added to it, and what the audit keeps of each row."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import pyarrow as pa

from qualify.decision import Decision
from qualify.diagnostics import Diagnostic
from qualify.logic import Answer
from qualify.meaning import Meaning
from qualify.summary import SEPARATOR
from qualify.targets.evaluation import answer, evaluate
from qualify.targets.record import conclude

FIRST = ("stage", "rule", "reason", "could_be", "ask")


@dataclass(frozen=True, slots=True)
class Placed:
    """The added columns of a batch under their plain names, and by rule how many contacts it was silent about."""

    added: Any  # a pyarrow record batch
    silent: Mapping[str, int]


def added_columns(meaning: Meaning) -> tuple[str, ...]:
    """Return the names of the columns that a run adds, in their order."""
    return (*FIRST, *meaning.columns, *meaning.output_keys)


def clashes(meaning: Meaning, columns: Sequence[str], prefix: str) -> tuple[Diagnostic, ...]:
    """Return the columns of the input that are spelt exactly like one that is added."""
    there = set(columns)
    return tuple(
        Diagnostic(
            "E603",
            f"the contacts have a column `{prefix}{name}` already, and one of that name is added",
            None,
            "put something before the added ones: --prefix q_" if not prefix else "choose another --prefix",
        )
        for name in added_columns(meaning)
        if f"{prefix}{name}" in there
    )


class Placing:
    """Places batch after batch of contacts that all have the same columns."""

    def __init__(self, meaning: Meaning, today: date, columns: Sequence[str]) -> None:
        self._meaning = meaning
        self._today = today
        self._columns = tuple(columns)
        self.schema = pa.schema(
            [(name, pa.int64() if name in meaning.scores else pa.string()) for name in added_columns(meaning)]
        )

    def place(self, table: Any) -> Placed:
        silent: Counter[str] = Counter()
        decisions = [self._decide(row, silent) for row in _rows(table, self._columns)]
        columns = _added(self._meaning, decisions)
        arrays = [pa.array(columns[one.name], one.type) for one in self.schema]
        return Placed(pa.record_batch(arrays, schema=self.schema), silent)

    def _decide(self, row: Mapping[str, object], silent: Counter[str]) -> Decision:
        contact = evaluate(self._meaning, row, self._today)
        decision = conclude(contact)
        for rule in self._meaning.rules:
            if rule.name == decision.rule:
                break
            if answer(rule.condition, contact) is Answer.UNKNOWN:
                silent[rule.name] += 1
        return decision


def _rows(table: Any, columns: Sequence[str]) -> Iterator[dict[str, object]]:
    cells = [column.to_pylist() for column in table.columns]
    for row in zip(*cells, strict=True):
        yield dict(zip(columns, row, strict=True))


def _added(meaning: Meaning, decisions: Sequence[Decision]) -> dict[str, list[object]]:
    columns: dict[str, list[object]] = {
        "stage": [one.stage for one in decisions],
        "rule": [one.rule for one in decisions],
        "reason": [one.reason for one in decisions],
        "could_be": [one.could_be for one in decisions],
        "ask": [SEPARATOR.join(one.ask) or None for one in decisions],
    }
    for name in meaning.columns:
        if name in meaning.criteria:
            columns[name] = [str(one.criteria[name]) for one in decisions]
        elif name in meaning.scores:
            columns[name] = [one.scores[name] for one in decisions]
        else:
            columns[name] = [one.grades[name] for one in decisions]
    for key in meaning.output_keys:
        columns[key] = [one.outputs.get(key) for one in decisions]
    return columns
