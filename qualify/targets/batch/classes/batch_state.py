"""What has been settled about the contacts of one batch, and the columns of classes into which it is cut.

The strata of the rules are settled in the order of `model.order`, each asking only about what is settled already.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, field

from qualify.targets.batch.numbering import Answers, Ints
from qualify.targets.batch.values.column_values import Coded, ColumnValues, Quantities
from qualify.targets.batch.values.field_columns import FieldColumn


@dataclass(eq=False, slots=True)
class Settled:
    """A batch: the values settled so far, by name, and the class codes of the columns that were asked about."""

    rows: int
    fields: Mapping[str, FieldColumn]
    values: dict[str, ColumnValues | Answers] = field(
        default_factory=dict
    )  # what the rules define; answers of criteria
    _codes: dict[Column, Ints] = field(default_factory=dict)

    def value(self, name: str) -> ColumnValues:
        """Return the values of a computed field, score or grade."""
        found = self.values[name]
        assert isinstance(found, (Coded, Quantities))
        return found

    def codes(self, column: Column) -> Ints:
        """Return the class of each row in a column, worked out when first asked for."""
        if column not in self._codes:
            self._codes[column] = column.code(self)
        return self._codes[column]


class Column(ABC):
    """A subject cut into classes: contacts of one class get the same answer from each test about it."""

    @abstractmethod
    def code(self, batch: Settled) -> Ints:
        """Return the class of each row."""

    @property
    @abstractmethod
    def answers(self) -> Answers:
        """The answers by class and by position of the test; later batches may add classes."""

    @property
    def count(self) -> int:
        """How many classes there are by now."""
        return len(self.answers)

    @property
    @abstractmethod
    def expected(self) -> int:
        """About how many classes there will be: only speed depends on it."""
