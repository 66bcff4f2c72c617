"""Difficult CSV files collected by others, if they are present beside the checkout."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from qualify.contacts.reading.batches import ContactsError

from .conftest import read_all

DATA = Path(__file__).parents[3] / "shared" / "data"
pytestmark = pytest.mark.skipif(not DATA.is_dir(), reason="the found files are not beside this checkout")

SPECTRUM = (
    *("comma_in_quotes", "empty", "empty_crlf", "escaped_quotes", "json", "newlines", "newlines_crlf"),
    *("quotes_and_newlines", "simple", "simple_crlf", "utf8"),
)
ABC = ("a", "b", "c")
LINES = "\t\n\x0b\x0c\r start \t\n\x0b\x0c\r end \t\n\x0b\x0c\r"
# File: its columns, its rows, the lines rejected and why.
CSVKIT = {
    "bad.csv": (
        ("column_a", "column_b", "column_c"),
        [("0", "mixed types.... uh oh", "17")],
        [(2, "4 cells where the header has 3"), (3, "2 cells where the header has 3")],
    ),
    "blanks.csv": (("a", "b", "c", "d", "e", "f"), [("", "NA", "N/A", "NONE", "NULL", ".")], []),
    "dummy.csv": (ABC, [("1", "2", "3")], []),
    "dummy.tsv": (ABC, [("1", "2", "3")], []),
    "dummy3.csv": (ABC, [("1", "2", "3"), ("1", "4", "5")], []),
    "dummy_col_shuffled_ragged.csv": (("b", "c", "a", "d"), [("2", "3", "1", "4")], []),
    "mac_newlines.csv": (ABC, [("1", "2", "3"), ("Once upon\ra time", "5", "6")], []),
    "no_header_row.csv": (("1", "2", "3"), [], []),
    "null_byte.csv": (ABC, [], [(2, "it has a NUL byte")]),
    "optional_quote_characters.csv": (ABC, [("1", "2", "3")], []),
    "sniff_limit.csv": (ABC, [("1", "2", "3")], []),
    "test_empty_columns_long_row.csv": (ABC, [], [(2, "4 cells where the header has 3")]),
    "test_empty_columns_short_row.csv": (ABC, [], [(2, "2 cells where the header has 3")]),
    "test_extra_header.csv": (("a", "b", "c", "d"), [], [(2, "3 cells where the header has 4")]),
    "test_header_newline.csv": ((LINES, "b", "c"), [("d", "e", "f")], []),
    "test_latin1.csv": (ABC, [("1", "2", "3"), ("4", "5", "©")], []),
    "test_locale.csv": (ABC, [("1,7", "200.000.000", "")], []),
    "test_skip_lines.csv": (ABC, [("1", "2", "3")], []),
    "test_utf16_big.csv": (ABC, [("1", "2", "3"), ("4", "5", "ʤ")], []),
    "test_utf16_little.csv": (ABC, [("1", "2", "3"), ("4", "5", "ʤ")], []),
    "test_utf8_bom.csv": (("foo", "bar", "baz"), [("1", "2", "3"), ("4", "5", "ʤ")], []),
}


@pytest.mark.parametrize("name", SPECTRUM)
def test_csv_spectrum_reads_as_its_json_says(name: str) -> None:
    read = read_all(DATA / "csv" / "spectrum" / f"{name}.csv")
    expected = json.loads((DATA / "csv" / "spectrum" / "json" / f"{name}.json").read_text(encoding="utf-8"))
    assert [dict(zip(read.columns, row, strict=True)) for row in read.rows] == expected
    assert read.rejected == []


@pytest.mark.parametrize("name", CSVKIT)
def test_csvkit_reads_as_a_person_would_say(name: str) -> None:
    columns, rows, rejected = CSVKIT[name]
    read = read_all(DATA / "csv" / "csvkit" / name)
    assert (read.columns, read.rows) == (columns, rows)
    assert [(line, reason) for line, reason, _ in read.rejected] == rejected


def test_a_file_with_only_a_line_end_is_not_a_contact_file() -> None:
    with pytest.raises(ContactsError, match="has no header: it is empty"):
        read_all(DATA / "csv" / "csvkit" / "empty.csv")


def test_real_leads() -> None:
    leads = read_all(DATA / "xeducation_leads.csv")
    assert (len(leads.rows), len(leads.columns), leads.columns[-1], leads.rejected) == (9_240, 38, "", [])
    assert sum(row[leads.columns.index("Converted")] == "1" for row in leads.rows) == 3_561
    fleet = read_all(DATA / "fleet" / "leads.csv")
    assert (len(fleet.rows), len(fleet.columns), fleet.rejected) == (946, 14, [])
    salesforce = read_all(DATA / "salesforce_lead_export.csv")
    assert (len(salesforce.rows), len(salesforce.columns), salesforce.rejected) == (1, 382, [])
