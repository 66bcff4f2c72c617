"""Placing tables of contacts from anything with an Arrow stream."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pyarrow as pa
import pytest

import qualify

TODAY = date(2026, 11, 1)
RULES = qualify.compile(
    """
    criterion Budget: budget is at least $25,000
    score Points: +10 when Budget  +5 per webinars
    grade Grade of Points: "A" from 10, otherwise "B"
    rule "Customer": excluded when is_customer
    rule "Money": lead when Budget and title mentions "CFO" with queue "SDRs"
    otherwise inquiry
    """,
    {"is_customer": {"type": "flag", "blank": "no"}, "pains": "list"},
)
CONTACTS = pa.table(
    {
        "Title": ["CFO", "cfo & founder", None, "CFO"],
        "budget": ["$40k", "10k-50k", "30,000", ""],
        "webinars": ["1", "", "2", "n/a"],
        "Is Customer": ["", "", "yes", "no"],
    }
)
ADDED = {
    "stage": ["lead", "inquiry", "excluded", "inquiry"],
    "rule": ["Money", None, "Customer", None],
    "could_be": [None, "lead", None, "lead"],
    "ask": [None, "budget", None, "budget"],
    "Budget": ["yes", "unknown", "yes", "unknown"],
    "Points": [15, 0, 20, 0],
    "Grade": ["A", "B", "A", "B"],
    "queue": ["SDRs", None, None, None],
}


def added(table: pa.Table) -> dict[str, list[object]]:
    return {name: table.column(name).to_pylist() for name in ADDED}


def test_a_table_keeps_its_columns_and_order_and_gets_the_added_ones() -> None:
    placed = RULES.decide_table(CONTACTS, TODAY)
    assert placed.column_names == [
        *CONTACTS.column_names,
        *("stage", "rule", "reason", "could_be", "ask", "Budget", "Points", "Grade", "queue"),
    ]
    assert placed.select(CONTACTS.column_names) == CONTACTS
    assert added(placed) == ADDED


def test_typed_columns_are_placed_like_text() -> None:
    typed = pa.table(
        {
            "title": pa.array(["CFO", "cfo & founder", None, "CFO"]).dictionary_encode(),
            "budget": pa.array([40_000.0, None, 30_000, None]),
            "webinars": pa.array([1, None, 2, None]),
            "is_customer": [False, None, True, False],
        }
    )
    blank = {**ADDED, "Budget": ["yes", "unknown", "yes", "unknown"]}
    assert added(RULES.decide_table(typed, TODAY)) == blank


@pytest.mark.parametrize("library", ["polars", "pandas", "duckdb"])
def test_frames_of_other_libraries_have_an_arrow_stream(library: str) -> None:
    module = pytest.importorskip(library, reason=f"{library} is not installed, and only this test wants it")
    match library:
        case "polars":
            frame = module.from_arrow(CONTACTS)
        case "pandas":
            frame = CONTACTS.to_pandas()
        case _:
            frame = module.from_arrow(CONTACTS)
    assert added(RULES.decide_table(frame, TODAY)) == ADDED


@pytest.mark.parametrize("kind", [pa.list_(pa.string()), pa.large_list(pa.string_view()), pa.list_view(pa.string())])
def test_lists_of_every_kind_are_lists(kind: pa.DataType) -> None:
    rules = qualify.compile('rule "Churn": lead when pains includes "churn"')
    contacts = pa.table({"pains": pa.array([["cost", "Churn"], ["cost"], [], None, ["cost"]], kind)})
    placed = rules.decide_table(contacts, TODAY)
    assert placed.column("stage").to_pylist() == ["lead", "inquiry", "inquiry", "inquiry", "inquiry"]
    assert placed.column("ask").to_pylist() == [None, None, "pains", "pains", None]


def test_batches_are_placed_as_they_are_read() -> None:
    asked: list[int] = []

    def batches() -> Iterator[pa.RecordBatch]:
        for number, batch in enumerate(CONTACTS.to_batches(max_chunksize=1)):
            asked.append(number)
            yield batch

    reader = RULES.decide_batches(batches(), TODAY)
    assert reader.read_next_batch().column("rule").to_pylist() == ["Money"]
    assert len(asked) < 4
    assert pa.Table.from_batches([*reader]).column("rule").to_pylist() == [None, "Customer", None]


def test_a_column_with_the_name_of_an_added_one_needs_a_prefix() -> None:
    contacts = CONTACTS.append_column("stage", pa.array(["MQL"] * 4))
    with pytest.raises(ValueError, match=r'column `stage` already: give prefix="q_"'):
        RULES.decide_table(contacts, TODAY)
    placed = RULES.decide_table(contacts, TODAY, prefix="q_")
    assert placed.column("stage").to_pylist() == ["MQL"] * 4
    assert placed.column("q_stage").to_pylist() == ADDED["stage"]


def test_a_missing_column_is_unknown() -> None:
    placed = RULES.decide_table(CONTACTS.select(["budget"]), TODAY)
    assert placed.column("ask").to_pylist() == ["title", "budget; title", "title", "budget; title"]
    assert placed.column("could_be").to_pylist() == ["lead"] * 4


def test_no_batches_have_no_columns() -> None:
    with pytest.raises(ValueError, match="no batches"):
        RULES.decide_batches([], TODAY)
    assert RULES.decide_table(CONTACTS.slice(0, 0), TODAY).num_rows == 0


@pytest.mark.parametrize("no_table", [None, "contacts.csv", {"title": "CFO"}, [{"title": "CFO"}], CONTACTS["budget"]])
def test_a_table_must_be_arrow_data(no_table: object) -> None:
    with pytest.raises(TypeError, match=f"^{type(no_table).__name__} is not a table of contacts"):
        RULES.decide_table(no_table, TODAY)


def test_batches_with_different_columns_are_an_error() -> None:
    other = [CONTACTS, CONTACTS.select([*reversed(CONTACTS.column_names)])]
    with pytest.raises(ValueError, match="not all have the same columns"):
        RULES.decide_table([batch for table in other for batch in table.to_batches()], TODAY)


def test_an_invalid_batch_is_an_error_when_it_is_reached() -> None:
    reader = RULES.decide_batches([*CONTACTS.to_batches(), CONTACTS], TODAY)
    assert reader.read_next_batch().num_rows == 4
    with pytest.raises(TypeError, match="a Table among the record batches"):
        reader.read_next_batch()
