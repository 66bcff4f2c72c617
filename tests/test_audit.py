"""The audit holds the cells that the deciding rule read, unchanged, however they are encoded."""

from __future__ import annotations

import io
from datetime import date
from unittest import mock

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

import qualify
from qualify.contacts.reading.batches import Batch
from qualify.runs.audit import Audit
from qualify.targets.batch.added_columns import Placing

RULES = qualify.compile(
    'rule "Rich": lead when budget is at least 10\nrule "Known": lead when title mentions "vp"\notherwise inquiry\n',
    fields={"budget": "number", "title": "text"},
)
CELLS = st.none() | st.sampled_from(["", "9", "10", "VP", "ask her", "é"])


def audited(tables: list[pa.RecordBatch]) -> list[dict[str, object]]:
    """Return the rows of the audit of some batches."""
    file = io.BytesIO()
    placing = Placing(RULES.model, date(2026, 11, 1))
    with Audit(file, RULES.model, [tables[0].schema.names]) as audit:
        for table in tables:
            rows = np.arange(table.num_rows)
            audit.add(Batch(table, table, "contacts.csv", rows, rows), placing.place(placing.read(table)))
    rows_read: list[dict[str, object]] = pq.read_table(file).to_pylist()
    return rows_read


def of_texts(rows: list[tuple[str | None, str | None]]) -> pa.RecordBatch:
    budgets, titles = ([row[place] for row in rows] for place in (0, 1))
    return pa.record_batch({"budget": pa.array(budgets, pa.string()), "title": pa.array(titles, pa.string())})


@pytest.mark.slow
@given(st.lists(st.lists(st.tuples(CELLS, CELLS), min_size=1, max_size=9), min_size=1, max_size=3))
def test_the_audit_keeps_the_cells_that_the_deciding_rule_read(batches: list[list[tuple[str, str]]]) -> None:
    with mock.patch("qualify.targets.batch.engine.SLICE", 4):
        rows = audited([of_texts(batch) for batch in batches])
    for row, (budget, title) in zip(rows, (row for batch in batches for row in batch), strict=True):
        read = {"budget": budget if row["rule"] != "Known" else None, "title": title if row["rule"] != "Rich" else None}
        wrong = {"budget": budget if budget in ("VP", "ask her", "é") else None, "title": None}
        assert (row["values"], row["unreadable"]) == (read, wrong)


@pytest.mark.parametrize(
    ("cells", "text"),
    [
        (pa.array([9, None]), "9"),
        (pa.array([9.0, None]), "9"),
        (pa.array(["9", None]).dictionary_encode(), "9"),
        (pa.array(["9", None], pa.string_view()), "9"),
        (pa.array([["9", "10"], None]), "9; 10"),
    ],
)
def test_typed_cells_are_kept_as_the_placed_contacts_have_them(cells: pa.Array, text: str) -> None:
    table = pa.record_batch({"budget": cells, "title": pa.array(["a", "b"])})
    assert [row["values"] for row in audited([table])] == [
        {"budget": text, "title": "a"},
        {"budget": None, "title": "b"},
    ]


def test_many_different_texts_are_kept_too() -> None:
    """The engine stops using a dictionary for a column in which most cells are new."""
    titles = [f"title {number}" for number in range(12_000)]
    tables = [of_texts([("9", title) for title in half]) for half in (titles[:6_000], titles[6_000:])]
    assert [row["values"] for row in audited(tables)] == [{"budget": "9", "title": title} for title in titles]


def test_the_questions_of_a_batch_do_not_depend_on_the_batches_before_it() -> None:
    batch, earlier = of_texts([(None, None), ("9", None)]), of_texts([("9", None), ("9", "VP")])
    alone, after = (Placing(RULES.model, date(2026, 11, 1)) for _ in range(2))
    after.place(after.read(earlier))
    asked = [placing.place(placing.read(batch)).decided.ask for placing in (alone, after)]
    assert [one.to_pylist() for one in asked] == [["budget", "title"]] * 2
    assert [one.dictionary.to_pylist() for one in asked] == [["budget", "title"]] * 2
