"""The values of one batch as they are computed, and the base class of columns of classes."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, field

from qualify.targets.batch.numbering import Answers, Ints
from qualify.targets.batch.values.column_values import Coded, ColumnValues, Quantities
from qualify.targets.batch.values.field_columns import FieldColumn


@dataclass(eq=False, slots=True)
class BatchState:
    """The fields of a batch, the definitions computed so far, and a cache of class codes."""

    rows: int
    fields: Mapping[str, FieldColumn]
    values: dict[str, ColumnValues | Answers] = field(default_factory=dict)  # by definition
    _codes: dict[Column, Ints] = field(default_factory=dict)

    def value(self, name: str) -> ColumnValues:
        """Return the values of a computed field, score or grade."""
        found = self.values[name]
        assert isinstance(found, (Coded, Quantities))
        return found

    def codes(self, column: Column) -> Ints:
        """Return the class of each row in a column; cached."""
        if column not in self._codes:
            self._codes[column] = column.code(self)
        return self._codes[column]


class Column(ABC):
    """A subject divided into classes: all contacts of a class get the same answer from each test on it."""

    @abstractmethod
    def code(self, batch: BatchState) -> Ints:
        """Return the class of each row."""

    @property
    @abstractmethod
    def answers(self) -> Answers:
        """The answers by class and position of the test; later batches may add classes."""

    @property
    def count(self) -> int:
        """The number of classes so far."""
        return len(self.answers)

    @property
    @abstractmethod
    def expected(self) -> int:
        """An estimate of the number of classes; it only affects speed."""
