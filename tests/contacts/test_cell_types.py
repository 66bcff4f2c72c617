"""Each cell keeps its type, and the columns of each file are matched by its own headers."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import qualify
from qualify.contacts.fit.lookup import pick
from qualify.contacts.fit.profile import doubts_of_file
from qualify.contacts.reading.batches import ReadOptions
from qualify.contacts.reading.typed_cells import as_text, column_of
from qualify.record.decide import conclude
from qualify.record.evaluation import evaluate
from qualify.runs.past.run_folder import open_run
from qualify.runs.past.verifying import verify
from qualify.runs.request import Request
from qualify.runs.run import run

from .test_other_files import row, text, workbook

TODAY = date(2026, 11, 1)
RULES = """\
use "fields.yaml"
rule "Many": lead when n is at least 1,000
rule "Soon": lead when day is 2026-10-01
rule "Tagged": lead when tags includes "b"
otherwise inquiry
"""
FIELDS = """\
fields:
  n: {type: number, decimal: ",", optional: yes}
  day: {type: date, format: "%d.%m.%Y", optional: yes}
  tags: {type: list, separator: ",", optional: yes}
"""
Run = Callable[..., list[dict[str, Any]]]


@pytest.fixture
def placed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Return a function that runs the rules on files and returns the audit, which all other ways agree with."""
    monkeypatch.chdir(tmp_path)
    Path("r.lead").write_text(RULES, "utf-8")

    def place(files: list[str], fields: str = FIELDS) -> list[dict[str, Any]]:
        Path("fields.yaml").write_text(fields, "utf-8")
        model = qualify.load("r.lead").model
        run(model, Request("r.lead", tuple(files), TODAY, out="out"))
        past = open_run("out")
        rows: list[dict[str, Any]] = [one for table in past.rows() for one in table.to_pylist()]
        assert verify(past).differences == ()
        with Path("out/contacts.csv").open(encoding="utf-8", newline="") as opened:
            written = list(csv.DictReader(opened))
        assert [one["rule"] or None for one in written] == [one["rule"] for one in rows]
        for one in rows:
            (picked,) = pick(model, files, ReadOptions(), None, one["row"])
            concluded = conclude(evaluate(model, picked.cells, TODAY))
            assert (concluded.rule, picked.name) == (one["rule"], one["id"] or f"row {one['row']}")
        return rows

    return place


def rules_by_id(rows: list[dict[str, Any]]) -> dict[str, str | None]:
    return {one["id"]: one["rule"] for one in rows}


def ndjson(name: str, *records: dict[str, Any]) -> str:
    Path(name).write_text("".join(json.dumps(record) + "\n" for record in records), "utf-8")
    return name


def test_numbers_and_lists_next_to_texts_in_ndjson(placed: Run) -> None:
    file = ndjson(
        "c.ndjson",
        {"id": 1, "n": 2.125, "tags": ["a", "x,y"]},
        {"id": 2, "n": "2.125", "tags": "a,b"},
        {"id": 3, "n": "tbc", "tags": ["b,c"]},
        {"id": 4, "n": float("nan"), "tags": [1, "b"]},
        {"id": 5, "n": 2125, "tags": None},
        {"id": 6, "n": True, "tags": [["b"]]},
    )
    rows = placed([file])
    assert rules_by_id(rows) == {"1": None, "2": "Many", "3": None, "4": "Tagged", "5": "Many", "6": "Tagged"}
    assert [one["values.n"] for one in rows] == ["2.125", "2.125", "tbc", None, "2125", None]
    assert [one["unreadable.n"] for one in rows] == [None, None, "tbc", None, None, "yes"]
    with Path("out/contacts.csv").open(encoding="utf-8", newline="") as opened:
        assert [one["tags"] for one in csv.DictReader(opened)] == ["a; x,y", "a,b", "b,c", "1; b", "", "b"]


def test_numbers_and_days_next_to_texts_in_a_workbook(placed: Run) -> None:
    day = '<c s="1"><v>46296</v></c>'
    cells = (
        row(1, text("id"), text("n"), text("day"))
        + row(2, text("1"), "<c><v>2.125</v></c>", day)
        + row(3, text("2"), text("2.125"), text("01.10.2026"))
        + row(4, text("3"), text("N/A"), text("2026-10-01"))
        + row(5, text("4"), "", '<c s="2"><v>46296.5</v></c>')
    )
    Path("c.xlsx").write_bytes(workbook(Leads=cells))
    rows = placed(["c.xlsx"])
    assert rules_by_id(rows) == {"1": "Soon", "2": "Many", "3": None, "4": "Soon"}
    assert [one["values.day"] for one in rows] == ["2026-10-01", None, "2026-10-01", "2026-10-01T12:00:00"]
    assert [one["unreadable.day"] for one in rows] == [None, None, "2026-10-01", None]


def test_files_of_several_formats_in_one_run(placed: Run) -> None:
    Path("c.csv").write_text('id,n,day,tags\n1,2.125,01.10.2026,"a,b"\n2,1,2026-10-01,a; b\n', "utf-8")
    cells = row(1, text("id"), text("n")) + row(2, "<c><v>3</v></c>", "<c><v>2.125</v></c>")
    Path("c.xlsx").write_bytes(workbook(Leads=cells))
    moments = pa.array([datetime(2026, 10, 1, 8), datetime(2026, 10, 2)], pa.timestamp("ns"))
    table = {"id": [4, 5], "n": [2.125, 1e4], "day": moments, "tags": [["a"], ["b"]]}
    pq.write_table(pa.table(table), "c.parquet")
    rows = placed(["c.csv", "c.xlsx", ndjson("c.ndjson", {"id": "6", "n": 1.5, "tags": ["b"]}), "c.parquet"])
    expected = {"1": "Many", "2": None, "3": None, "6": "Tagged", "4": "Soon", "5": "Many"}
    assert rules_by_id(rows) == expected
    assert [one["values.n"] for one in rows] == ["2.125", "1", "2.125", None, None, "10000"]


def test_headers_spelled_differently_in_each_file(placed: Run) -> None:
    for name, header in (
        ("a", "ID,Company Size"),
        ("b", "id,company_size"),
        ("c", "Id,COMPANY SIZE"),
        ("d", "id,size"),
    ):
        Path(f"{name}.csv").write_text(f"{header}\n{name},2000\n", "utf-8")
    Path("e.csv").write_text("id,Company Size,size\ne,1,2000\n", "utf-8")
    fields = FIELDS.replace('decimal: ","', "column: [size, company_size]")
    rows = placed(["a.csv", "b.csv", "c.csv", "d.csv", "e.csv"], fields)
    assert rules_by_id(rows) == dict.fromkeys("abcde", "Many")
    assert [one["values.n"] for one in rows] == ["2000"] * 5
    assert (Path("out/contacts.csv").read_text("utf-8").splitlines()[0]).startswith(
        "ID,Company Size,id,company_size,Id,COMPANY SIZE,size,stage"
    )


def test_an_exactly_spelled_id_column_comes_before_a_similar_one(placed: Run) -> None:
    Path("c.csv").write_text("ID,id,n\nwrong,right,5\n", "utf-8")
    assert [one["id"] for one in placed(["c.csv"])] == ["right"]


def test_warnings_about_a_column_of_texts_and_numbers(placed: Run, tmp_path: Path) -> None:
    file = ndjson("c.ndjson", {"n": 2.125}, {"n": "2,125"}, {"n": "tbc"}, {"n": "#N/A!"}, {"n": 7})
    placed([file])
    found = doubts_of_file(qualify.load("r.lead").model, file, ReadOptions(), TODAY)
    assert [one.message for one in found if "`n`" in one.message] == [
        '`n`: 2 of 5 cells cannot be read: "tbc" (1), "#N/A!" (1)',
        '`n`: "2,125" (1) are read as less than 1,000: the comma is the decimal sign',
    ]


@pytest.mark.parametrize(
    ("cells", "texts"),
    [
        ([1.5, "a", None, True, date(2026, 1, 2)], ["1.5", "a", None, "true", "2026-01-02"]),
        ([["a", 1], "b", None], ["a; 1", "b", None]),
        ([2**53 + 1, 7], ["9007199254740993", "7"]),
        ([None, None], [None, None]),
        ([], []),
    ],
)
def test_a_column_of_several_types_as_text(cells: list[object], texts: list[str | None]) -> None:
    assert as_text(column_of(cells)).to_pylist() == texts


@pytest.mark.parametrize(
    ("column", "field", "rules"),
    [
        (pa.array([b"b", b"\xff", None], pa.binary()), "list", ["Tagged", None, None]),
        (pa.array([b"b", b"\xff", None], pa.large_binary()), "list", ["Tagged", None, None]),
        (pa.array([b"b", b"c", None], pa.binary()), "list", ["Tagged", None, None]),
    ],
)
def test_bytes_are_texts_cell_by_cell(placed: Run, column: pa.Array, field: str, rules: list[str | None]) -> None:
    table = pa.table({"id": ["1", "2", "3"], "tags": column})
    pq.write_table(table, "c.parquet")
    assert [one["rule"] for one in placed(["c.parquet"])] == rules
    assert qualify.load("r.lead").decide_table(table, TODAY).column("rule").to_pylist() == rules
    cells = column.to_pylist()
    assert [qualify.load("r.lead").decide({"tags": cell}, TODAY).rule for cell in cells] == rules
