"""The survey of a contact file, for columns of any type."""

from __future__ import annotations

from datetime import date

import numpy as np
import pyarrow as pa
import pytest

import qualify
from qualify.contacts.fit.profile import Survey, Texts
from qualify.contacts.reading.batches import Batch
from qualify.targets.batch.decisions import Counts
from qualify.targets.batch.engine import Engine

RULES = qualify.compile(
    'rule "A": lead when pains is known\nrule "B": lead when budget is known\notherwise inquiry\n',
    fields={"pains": {"type": "list", "values": ["cost", "churn"]}, "budget": "number"},
)


def surveyed(*columns: pa.Array, rules: qualify.RuleSet = RULES) -> tuple[Texts, Texts]:
    """Return the texts of `pains` that are not listed, and of `budget` those with what may stand between thousands."""
    names = ["pains", "budget"]
    survey, engine = Survey(rules.model, [names]), Engine(rules.model, date(2026, 11, 1))
    table = pa.RecordBatch.from_arrays(list(columns), names=names)
    rows = np.arange(table.num_rows)
    for _ in range(2):
        survey.add(Batch(table, table, "contacts.csv", rows, rows), engine.decide(engine.read(table)))
    pains, budget = survey.fields(Counts())
    return pains.unlisted, budget.thousands


@pytest.mark.parametrize(
    "pains",
    [
        pa.array(["cost", "fun; cost", None, "fun; cost"]),
        pa.array(["cost", "fun; cost", None, "fun; cost"], pa.string_view()),
        pa.array([["cost"], ["fun", "cost"], None, ["fun", "cost"]]),
        # Of the last two, which no row has, nothing is told.
        pa.DictionaryArray.from_arrays(pa.array([0, 1, None, 1]), pa.array(["cost", "fun; cost", "joy", "glee"])),
    ],
)
def test_cells_are_counted_for_every_column_type(pains: pa.Array) -> None:
    budgets = pa.array(["25.000", "25.5", None, "1.000"])
    assert surveyed(pains, budgets) == ((("fun; cost", 4),), (("25.000", 2), ("1.000", 2)))


def test_with_a_decimal_comma_commas_may_be_thousands_separators() -> None:
    fields = {"pains": "list", "budget": {"type": "number", "decimal": ","}}
    rules = qualify.compile('rule "B": lead when pains is known and budget is known\n', fields=fields)
    budgets = pa.array(["25,000", "25.000", "25,5", "25,000"])
    assert surveyed(pa.array(["cost"] * 4), budgets, rules=rules) == ((), (("25,000", 4),))


def test_typed_numbers_have_no_thousands_separators() -> None:
    assert surveyed(pa.array(["cost"]), pa.array([25.125])) == ((), ())
