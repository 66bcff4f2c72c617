"""Rows read are rows placed plus rows rejected, for any file."""

from __future__ import annotations

import csv
import gzip
import json
import tempfile
from datetime import date
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

import qualify
from qualify.contacts.fit.columns import DoNotFitError
from qualify.contacts.reading.batches import ContactsError, ReadOptions
from qualify.runs.folder import CONTACTS, RECORD, REJECTED
from qualify.runs.request import Request
from qualify.runs.run import run

RULES = qualify.compile('rule "R": lead when a is at least 5\notherwise inquiry', fields={"a": {"type": "number"}})
FOOTER = "Copyright (c) 2000-2026 salesforce.com, inc. All rights reserved."
CELLS = st.sampled_from(
    ["", "1", "7", "x y", '"', '"q"', '""', '"a""b"', '"a\nb"', "é€", "=1", " ", "\0", '"open', "'"]
)
ENCODINGS = st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252"])


@st.composite
def nasty_files(draw: st.DrawFn) -> bytes:
    """Return a bad file: ragged rows, broken quotes, NULs, blank lines, footers, odd bytes."""
    delimiter = draw(st.sampled_from([",", ";", "\t", "|"]))
    end = draw(st.sampled_from(["\n", "\r\n", "\r"]))
    rows = draw(st.lists(st.lists(CELLS, max_size=4).map(delimiter.join) | st.sampled_from(["", FOOTER]), max_size=25))
    header = delimiter.join(["a", "b", "c"][: draw(st.integers(1, 3))])
    text = end.join([header, *rows]) + draw(st.sampled_from(["", end, end + end]))
    data = text.encode(draw(ENCODINGS), "replace")
    for place in draw(st.lists(st.integers(0, max(len(data) - 1, 0)), max_size=3)):
        odd = draw(st.sampled_from([b"\xff", b"\0", b'"', b"\n", b""]))
        data = data[:place] + odd + data[place + len(odd) :]
    if draw(st.booleans()):
        data = gzip.compress(data)
        data = data[: len(data) - draw(st.sampled_from([0, 0, 1, 9]))]
    return data


def run_on(data: bytes, name: str, folder: Path, block: int) -> dict[str, object] | None:
    """Return the record of a run on a file, or None if the file was refused and nothing was written."""
    (folder / name).write_bytes(data)
    out = folder / "out"
    request = Request("r.lead", (str(folder / name),), date(2026, 11, 1), ReadOptions(block=block), str(out))
    try:
        finished = run(RULES.model, request)
    except (ContactsError, DoNotFitError):
        assert sorted(path.name for path in folder.iterdir()) == [name]
        return None
    record: dict[str, object] = json.loads((out / RECORD).read_text("utf-8"))
    rows = record["rows"]
    assert isinstance(rows, dict)
    assert rows["in"] == rows["placed"] + rows["rejected"]
    assert (rows["placed"], rows["rejected"]) == (finished.summary.contacts, finished.summary.rejected)
    csv.field_size_limit(1 << 30)
    for file, count in ((CONTACTS, rows["placed"]), (REJECTED, rows["rejected"])):
        with (out / file).open(encoding="utf-8", newline="") as opened:
            header, *written = csv.reader(opened)
        assert len(written) == count
        assert {len(row) for row in written} <= {len(header)}
    return record


@pytest.mark.slow
@settings(max_examples=250, deadline=None)
@given(nasty_files(), st.sampled_from([7, 64, 1 << 20]), st.sampled_from(["contacts.csv", "contacts.ndjson", "c.xlsx"]))
@example(b"a,b\n1,2\n", 7, "contacts.csv")
def test_a_run_on_any_file_loses_no_row(data: bytes, block: int, name: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        run_on(data, name, Path(folder), block)


@pytest.mark.slow
@settings(max_examples=150, deadline=None)
@given(
    st.lists(st.sampled_from(["1,2", "7,x", "1", "1,2,3", "é,è", '"q",2', "=1,@x"]), max_size=40),
    ENCODINGS,
    st.sampled_from(["\n", "\r\n", "\r"]),
    st.booleans(),
    st.sampled_from([7, 64, 1 << 20]),
)
@example(["1,2", "1,2,3", "1,2,3", "é,è"], "cp1252", "\n", False, 7)
def test_there_are_as_many_rows_as_lines_if_each_row_is_a_line(
    lines: list[str], encoding: str, end: str, packed: bool, block: int
) -> None:
    data = end.join(["a,b", *lines, "end,end"]).encode(encoding)
    with tempfile.TemporaryDirectory() as folder:
        record = run_on(gzip.compress(data) if packed else data, "contacts.csv", Path(folder), block)
    assert record is not None
    misfits = sum(line in ("1", "1,2,3") for line in lines)
    assert record["rows"] == {"in": len(lines) + 1, "placed": len(lines) + 1 - misfits, "rejected": misfits}
