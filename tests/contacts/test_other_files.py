"""Workbooks, Parquet, NDJSON, compressed files and the standard input."""

from __future__ import annotations

import gzip
import hashlib
import io
import json
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from unittest import mock
from uuid import UUID

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

import qualify
from qualify.contacts.reading import ndjson
from qualify.contacts.reading.batches import ContactsError, ReadOptions
from qualify.contacts.reading.contact_files import open_contacts
from qualify.contacts.reading.typed_cells import as_text, text_of

from .conftest import Read, read_all

Reader = Callable[..., Read]


def workbook(**sheets: str) -> bytes:
    """Return a handmade workbook, from the XML of the rows of each sheet."""
    names = list(sheets)
    book = "".join(f'<sheet name="{name}" sheetId="{at}" r:id="r{at}"/>' for at, name in enumerate(names, 1))
    links = "".join(
        f'<Relationship Id="r{at}" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet"'
        f' Target="worksheets/s{at}.xml"/>'
        for at in range(1, len(names) + 1)
    )
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    package = "http://schemas.openxmlformats.org/package/2006"
    office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    # Style 1 is a day, style 2 a day and a time.
    styles = '<cellXfs><xf numFmtId="0"/><xf numFmtId="14"/><xf numFmtId="22"/></cellXfs>'
    parts = {
        "[Content_Types].xml": f'<Types xmlns="{package}/content-types"/>',
        "_rels/.rels": f'<Relationships xmlns="{package}/relationships"><Relationship Id="r1" '
        f'Type="{office}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="{main}" xmlns:r="{office}"><sheets>{book}</sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{package}/relationships">{links}</Relationships>',
        "xl/styles.xml": f'<styleSheet xmlns="{main}">{styles}</styleSheet>',
    }
    for at, rows in enumerate(sheets.values(), 1):
        parts[f"xl/worksheets/s{at}.xml"] = f'<worksheet xmlns="{main}"><sheetData>{rows}</sheetData></worksheet>'
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for name, text in parts.items():
            archive.writestr(name, text)
    return file.getvalue()


def row(number: int, *cells: str) -> str:
    return f'<row r="{number}">' + "".join(
        cell.replace("<c", f'<c r="{"ABCDEFGH"[at]}{number}"', 1) for at, cell in enumerate(cells) if cell
    ) + "</row>"  # fmt: skip


def text(value: str) -> str:
    return f'<c t="inlineStr"><is><t>{value}</t></is></c>'


NUMBER = "<c><v>1000000</v></c>"
LEADS = (
    row(2, text("id"), text("seats"), text("price"), text("day"), text("time"), text("new"), text("id"))
    + row(3, text("007"), "<c><v>50</v></c>", "<c><v>2.5</v></c>", '<c s="1"><v>46296</v></c>')
    + row(5, text("8"), "", NUMBER, "", '<c s="2"><v>46296.5</v></c>', '<c t="b"><v>1</v></c>', text("x"))
)


@pytest.mark.parametrize("name", ["leads.xlsx", "leads.csv"])
def test_a_workbook_whatever_its_name(read: Reader, name: str) -> None:
    result = read(workbook(Leads=LEADS), name)
    assert result.columns == ("id", "seats", "price", "day", "time", "new", "id")
    assert result.rows == [
        ("007", 50, 2.5, date(2026, 10, 1), None, "", ""),
        ("8", None, 1_000_000, None, datetime(2026, 10, 1, 12), "TRUE", "x"),
    ]
    assert (result.lines, result.inputs[0].blank_lines) == ([3, 5], 1)
    assert result.inputs[0].found == ("workbook", "sheet `Leads`", "1 blank line left out")


def test_the_decimal_sign_and_the_format_of_a_field_only_apply_to_text(tmp_path: Path) -> None:
    """Otherwise the number 12.345 in a German workbook would be twelve thousand."""
    day, moment = '<c s="1"><v>46296</v></c>', '<c s="2"><v>46296.5</v></c>'
    rows = (
        row(1, text("price"), text("day"), text("seen"), text("seats"))
        + row(2, "<c><v>12.345</v></c>", day, moment, "<c><v>50</v></c>")
        + row(3, "<c><v>40000.125</v></c>", "", day, text("1.250,5"))
    )
    (tmp_path / "leads.xlsx").write_bytes(workbook(Leads=rows))
    number, day_of = {"type": "number", "decimal": ","}, {"type": "date", "format": "%d.%m.%Y"}
    rules = qualify.compile(
        'rule "R": lead when price is more than 12 and price is less than 13 and day is 2026-10-01\n'
        'rule "S": lead when price is 40000.125 and seen is 2026-10-01 and seats is 1250.5',
        {"price": number, "seats": number, "day": day_of, "seen": day_of},
    )
    with open_contacts([tmp_path / "leads.xlsx"]) as contacts:
        (batch,) = contacts.batches()
    assert rules.decide_table(batch.table).column("rule").to_pylist() == ["R", "S"]
    assert [as_text(column).to_pylist() for column in batch.table.columns] == [
        ["12.345", "40000.125"],
        ["2026-10-01", None],
        ["2026-10-01T12:00:00", "2026-10-01"],
        ["50", "1.250,5"],
    ]


def test_a_cell_with_an_error_shows_the_error(read: Reader) -> None:
    no_account, by_zero = '<c t="e"><f>VLOOKUP(A3,X:Y,2)</f><v>#N/A</v></c>', '<c t="e"><v>#DIV/0!</v></c>'
    rows = (
        row(2, "", text("id"), text("account"), text("per head"))
        + row(3, "", text("007"), no_account, "<c><v>5</v></c>")
        + row(4, "", text("008"), text("Acme"), by_zero)
        + row(6, "", "", "", by_zero)
    )
    result = read(workbook(Other=row(2, by_zero), Leads=rows), "x.xlsx", sheet="Leads")
    assert result.columns == ("id", "account", "per head")
    assert result.rows == [("007", "#N/A", "5"), ("008", "Acme", "#DIV/0!"), ("", "", "#DIV/0!")]
    assert result.lines == [3, 4, 6]


def test_a_cell_with_an_error_is_found_without_its_address(read: Reader) -> None:
    rows = f"<row>{text('id')}{text('seats')}</row><row/><row>{text('007')}<c t='e'><v>#REF!</v></c></row>"
    assert read(workbook(Leads=rows), "x.xlsx").rows == [("007", "#REF!")]


def test_a_broken_sheet_does_not_affect_other_sheets(read: Reader) -> None:
    data = workbook(Leads=LEADS, Broken="<row><c></row>")
    assert len(read(data, "x.xlsx").rows) == 2
    with pytest.raises(ContactsError, match="looks like a workbook, but cannot be read as one"):
        read(data, "x.xlsx", sheet="Broken")


def test_a_sheet_can_be_given(read: Reader) -> None:
    data = workbook(Empty="", Leads=LEADS, Other=row(1, text("a")) + row(2, text("b")))
    assert read(data, "x.xlsx").inputs[0].found[1] == "sheet `Leads` of 3"
    assert read(data, "x.xlsx", sheet="Other").rows == [("b",)]
    with pytest.raises(ContactsError, match="has no sheet `Leeds`") as problem:
        read(data, "x.xlsx", sheet="Leeds")
    assert problem.value.hint == "it has `Empty`, `Leads`, `Other`"
    with pytest.raises(ContactsError, match=r"the sheet `Empty` of .* is empty"):
        read(data, "x.xlsx", sheet="Empty")


def test_a_zip_archive_that_is_not_a_workbook(read: Reader) -> None:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("contacts.csv", "a,b\n1,2\n")
    with pytest.raises(ContactsError, match=r"contacts\.zip` is a zip archive"):
        read(file.getvalue(), "contacts.zip")


def test_a_workbook_that_was_cut_off(read: Reader) -> None:
    with pytest.raises(ContactsError, match=r"`.*contacts\.xlsx` is damaged: its end is missing"):
        read(workbook(Leads=LEADS)[:800], "contacts.xlsx")


def test_parquet_keeps_its_types(tmp_path: Path) -> None:
    path = tmp_path / "contacts.parquet"
    table = pa.table(
        {
            "id": pa.array(["007", None]).dictionary_encode(),
            "seats": [5, None],
            "day": [date(2026, 10, 1), None],
            "new": [True, False],
            "pains": [["churn", "x"], []],
        }
    )
    pq.write_table(table, path)
    result = read_all(path)
    assert result.rows == [
        ("007", 5, date(2026, 10, 1), True, ["churn", "x"]),
        (None, None, None, False, []),
    ]
    assert (result.lines, result.inputs[0].sha256) == ([1, 2], hashlib.sha256(path.read_bytes()).hexdigest())
    path.write_bytes(path.read_bytes()[:-20])
    with pytest.raises(ContactsError, match="is a damaged Parquet file"):
        read_all(path)


@pytest.mark.parametrize(
    ("cell", "kind", "text"),
    [
        (1_700_000_000_123_456_789, pa.timestamp("ns"), "2023-11-14T22:13:20.123456789"),
        (1_700_000_000_000_000_001, pa.timestamp("ns", "America/New_York"), "2023-11-14T17:13:20.000000001-0500"),
        (1_700_000_000_000, pa.timestamp("ms", "Middle/Earth"), "2023-11-14T22:13:20.000Z"),
        (2**63 - 1, pa.timestamp("us"), "<value out of range: 9223372036854775807>"),  # how DuckDB writes infinity
        (5_000_000, pa.date32(), "15659-07-15"),
        (3_600_000_000_001, pa.time64("ns"), "01:00:00.000000001"),
        (1, pa.duration("ns"), "1"),
        ([17], pa.list_(pa.timestamp("ns")), ["1970-01-01 00:00:00.000000017"]),
        ({"at": 17}, pa.struct({"at": pa.timestamp("ns")}), {"at": "1970-01-01 00:00:00.000000017"}),
        ([("at", 17)], pa.map_(pa.string(), pa.timestamp("ns")), [("at", "1970-01-01 00:00:00.000000017")]),
        (b"caf\xc3\xa9", pa.binary(), "café"),
        (b"\xff\x00", pa.binary(), b"\xff\x00"),
        (UUID(int=7).bytes, pa.uuid(), "00000000-0000-0000-0000-000000000007"),
        ('{"a": 1}', pa.json_(), '{"a": 1}'),
    ],
)
def test_parquet_columns_with_values_that_python_cannot_represent(
    cell: object, kind: pa.DataType, text: object, tmp_path: Path
) -> None:
    path = tmp_path / "contacts.parquet"
    own = getattr(kind, "storage_type", kind)
    column = pa.array([cell, None], own)
    pq.write_table(pa.table({"n": [1, 2], "a.b": column if own is kind else kind.wrap_array(column)}), path)
    assert read_all(path).rows == [(1, text), (2, None)]


def test_timestamps_of_spark_do_not_overflow(tmp_path: Path) -> None:
    path = tmp_path / "contacts.parquet"
    table = pa.table({"until": pa.array([datetime(9999, 12, 31)], pa.timestamp("us"))})
    pq.write_table(table, path, use_deprecated_int96_timestamps=True)
    assert read_all(path).rows == [(datetime(9999, 12, 31),)]


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (Decimal("12345678901234567890123456789012345678"), "12345678901234567890123456789012345678"),
        (Decimal("1.50"), "1.5"),
        (Decimal("100"), "100"),
        (Decimal("7.00"), "7"),
        (b"\xff\x00", "ff00"),
        ([{"a": Decimal("1.50"), "b": None}, {"a": date(2026, 1, 2)}], '{"a": "1.5", "b": null}; {"a": "2026-01-02"}'),
        ([("key", "value")], '["key", "value"]'),
    ],
)
def test_nothing_of_a_typed_cell_is_lost_in_its_text(value: object, text: str) -> None:
    assert text_of(value) == text


def test_a_column_with_different_types_in_several_files_is_text(tmp_path: Path) -> None:
    typed, plain = tmp_path / "typed.parquet", tmp_path / "plain.csv"
    pq.write_table(
        pa.table({"n": [7.0, 2.5], "d": [date(2026, 1, 2)] * 2, "f": [True, None], "l": [["a", "b"], []], "i": [1, 2]}),
        typed,
    )
    plain.write_text("n,d,f,l\n007,x,y,z\n")
    result = read_all(typed, plain)
    assert result.rows == [
        ("7", "2026-01-02", "true", "a; b", 1),
        ("2.5", "2026-01-02", None, "", 2),
        ("007", "x", "y", "z", None),
    ]


def test_ndjson_with_types_late_keys_and_broken_lines(read: Reader) -> None:
    lines = (
        b'\xef\xbb\xbf{"id": "007", "seats": 5, "price": 1, "new": true, "pains": ["a"], "mixed": 1}\n'
        b"\n"
        b'{"id": "2026-10-01", "seats": null, "price": 2.5, "new": null, "pains": [], "mixed": "x", "late": {"k": 1}}\n'
        b'{"id": \n'
        b"[1, 2]\n"
        b'{"id": "\xff"}\n'
        b'{"id": ""}'
    )
    result = read(lines, "contacts.ndjson")
    assert result.columns == ("id", "seats", "price", "new", "pains", "mixed", "late")
    assert result.rows == [
        ("007", 5, 1.0, True, ["a"], "1", None),
        ("2026-10-01", None, 2.5, None, [], "x", '{"k": 1}'),
        ("", None, None, None, None, None, None),
    ]
    assert (result.numbers, result.lines, result.inputs[0].blank_lines) == ([1, 2, 6], [1, 3, 7], 1)
    assert result.rejected == [
        (4, "it is not JSON: expecting value", '{"id": '),
        (5, "it is not a JSON object", "[1, 2]"),
        (6, "it is not UTF-8", '{"id": "\\xff"}'),
    ]


@pytest.mark.parametrize("twice", ['{"id": "3", "id": "4"}', '{"id": "3", "at": {"k": 1, "k": 2}}'])
def test_a_repeated_key_does_not_silently_lose_a_value(read: Reader, twice: str) -> None:
    result = read(f'{{"id": "2", "at": null}}\n{twice}\n', "contacts.ndjson")
    assert (result.rows, result.rejected) == ([("2", None)], [(2, "it has a key twice", twice)])


def test_a_header_that_begins_with_a_brace_is_a_header(read: Reader) -> None:
    assert read("{id},name\n1,2\n").columns == ("{id}", "name")


def test_a_json_array_is_not_ndjson(read: Reader) -> None:
    with pytest.raises(ContactsError, match=r"contacts\.json` is one JSON array"):
        read('[\n  {"id": 1}\n]\n', "contacts.json")


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"\xef\xbb\xbf\n<HTML><table><tr><td>id</td></tr></table></html>", "is a web page, not a table"),
        (b'<?xml version="1.0"?>\n<Workbook/>', "is an XML file, not a table"),
        (b"%PDF-1.4\n%\xe2\xe3\n", "is a PDF document, not a table"),
        (b"\x89PNG\r\n\x1a\n\0\0", "is a picture, not a table"),
    ],
)
def test_the_kind_of_a_file_that_is_not_a_table_is_reported(read: Reader, data: bytes, message: str) -> None:
    with pytest.raises(ContactsError, match=f"`.*contacts.xls` {message}"):
        read(data, "contacts.xls")


def test_a_file_named_ndjson_is_ndjson_even_if_its_first_line_is_broken(read: Reader) -> None:
    result = read('{"id":\n{"id": 1}\n', "contacts.jsonl")
    assert (result.rows, [line for line, _, _ in result.rejected]) == ([(1,)], [1])


@pytest.mark.parametrize("name", ["contacts.csv", "contacts.ndjson", "contacts.xlsx"])
def test_compressed_files(read: Reader, name: str) -> None:
    data = {
        "contacts.csv": b"a,b\n1,2\n",
        "contacts.ndjson": b'{"a": "1", "b": "2"}\n',
        "contacts.xlsx": workbook(S=row(1, text("a"), text("b")) + row(2, text("1"), text("2"))),
    }[name]
    packed = gzip.compress(data)
    padded = packed + bytes(100_000)  # as from a tape; the hash is of all of it
    result = read(padded, name + ".gz")
    assert (result.columns, result.rows) == (("a", "b"), [("1", "2")])
    assert result.inputs[0].found[0] == "packed with gzip"
    with pytest.raises(ContactsError, match="damaged gzip"):
        read(packed[:-6], name + ".gz")


@pytest.mark.parametrize("data", [b"a,b\n1,2\n", b'{"a": "1", "b": "2"}\n', gzip.compress(b"a,b\n1,2\n")])
def test_the_standard_input(data: bytes) -> None:
    program = (
        "from qualify.contacts.reading.contact_files import open_contacts\n"
        "with open_contacts(['-']) as contacts:\n"
        "    print([batch.table.to_pylist() for batch in contacts.batches()], contacts.inputs[0].path)\n"
    )
    done = subprocess.run([sys.executable, "-c", program], input=data, capture_output=True, check=True)
    assert done.stdout.decode().split() == ["[[{'a':", "'1',", "'b':", "'2'}]]", "stdin"]


OBJECTS = st.dictionaries(
    st.sampled_from(["id", "n", "f", "l", "é"]),
    st.none()
    | st.booleans()
    | st.integers(-5, 5)
    | st.just(2**60)
    | st.floats(-3, 3)
    | st.sampled_from(["", "007", "2026-10-01", 'a"b', "é\n"])
    | st.lists(st.sampled_from(["a", "2026-10-01", None]), max_size=2)
    | st.just({"k": [1]}),
    max_size=4,
)
LINES = st.lists(
    OBJECTS.map(json.dumps) | st.sampled_from(["", "{", "[1]", '{"id": "\\ud800"}', '{"n": 1}{"n": 2}', '{"a":\n1}']),
    max_size=8,
)


@pytest.mark.slow
@settings(deadline=None, max_examples=300)
@given(LINES, st.integers(1, 60), st.sampled_from(["\n", "\r\n"]))
@example(['{"n": 1}{"n": 2}'], 60, "\n")
def test_the_fast_and_the_careful_reader_of_ndjson_agree(lines: list[str], block: int, line_end: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "contacts.ndjson")
        path.write_bytes(line_end.join(['{"id": "1"}', *lines]).encode())
        fast = read_all(path, block=block)
        with mock.patch.object(ndjson, "_parse", lambda *_: None):
            careful = read_all(path)
    assert fast == careful


@pytest.mark.parametrize("data", ["{}\n", "{\n", "\n{}"])
def test_ndjson_without_a_key(read: Reader, data: str) -> None:
    with pytest.raises(ContactsError, match="is a JSON object with a key"):
        read(data, "contacts.ndjson")


@pytest.mark.parametrize(
    "nested", ["[" * 400 + "1" + "]" * 400, '{"a":' * 400 + "1" + "}" * 400, "[" * 9000 + "]" * 9000]
)
def test_deeply_nested_lists_are_rejected(read: Reader, nested: str) -> None:
    result = read(f'{{"n": {nested}}}\n{{"n": [[1]]}}\n', "c.ndjson")
    assert (result.rows, result.rejected[0][:2]) == ([("1",)], (1, "it is not JSON: too many nested brackets"))


def test_an_endless_line_of_ndjson(read: Reader, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ndjson, "MAX_LINE", 100)
    with pytest.raises(ContactsError, match=r"line 2 of `.*c\.ndjson` is longer than 64 MiB"):
        read('{"n": 1}\n{"n": "' + "x" * 200 + '"}\n', "c.ndjson", block=50)


@pytest.mark.parametrize(
    "cell", [f'<c r="{place}"><v>7</v></c>' for place in ("A0", "AAAA1", "7", "XFE1", "A1048577", "")]
)
def test_a_cell_with_an_invalid_address(cell: str, tmp_path: Path) -> None:
    path = tmp_path / "c.xlsx"
    path.write_bytes(workbook(Leads=row(1, text("n")) + f'<row r="2">{cell}</row>'))
    program = f"from qualify.contacts.reading.contact_files import open_contacts; open_contacts([{str(path)!r}])"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert "ContactsError: `" in done.stderr
    assert "panicked" not in done.stderr


@pytest.mark.parametrize(
    "far",
    [
        '<row r="1048576"><c r="XFD1048576"><v>7</v></c></row>',
        '<row r="1048576"><c r="AV1048576"><v>7</v></c></row>',
        "<row>" + "<c><v>7</v></c>" * 500 + "</row>" + '<row r="100001"><c><v>7</v></c></row>',
        '<x:row xmlns:x="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><x:c r="XFD1048576"/></x:row>',
    ],
)
def test_a_sheet_with_a_cell_far_away_is_too_large(read: Reader, far: str) -> None:
    sheet = row(1, text("n")) + row(2, NUMBER) + far
    with pytest.raises(ContactsError, match=r"the sheet `Leads` of .* rows and .* columns, more than can be read"):
        read(workbook(Leads=sheet), "c.xlsx")
    assert read(workbook(Other=row(1, text("n")) + row(2, NUMBER), Leads=sheet), "c.xlsx").rows == [(1_000_000,)]


def test_a_wide_sheet_is_read(read: Reader) -> None:
    header = "".join(f'<c t="inlineStr"><is><t>c{at}</t></is></c>' for at in range(300))
    result = read(workbook(Leads=f'<row r="1">{header}</row><row r="2"><c r="KN2"><v>7</v></c></row>'), "c.xlsx")
    assert result.rows == [("",) * 299 + (7,)]


@pytest.mark.parametrize("name", ["c.parquet", "c.ndjson.gz", "c.xlsx.gz"])
def test_a_full_folder_for_temporary_files_is_reported(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = io.BytesIO()
    pq.write_table(pa.table({"n": [1]}), file)
    kinds = {"parquet": file.getvalue(), "ndjson": b'{"n": 1}\n', "xlsx": workbook(S=row(1, text("n")))}
    (tmp_path / name).write_bytes(gzip.compress(kinds[name.split(".")[1]]))
    monkeypatch.setattr("tempfile.TemporaryFile", lambda **_: open("/dev/full", "wb", buffering=0))  # noqa: SIM115, PTH123
    with pytest.raises(ContactsError, match=r"the folder for temporary files, .*, cannot be written: No space left"):
        read_all(tmp_path / name)


@pytest.mark.parametrize("name", ["c.csv", "c.ndjson", "c.parquet"])
@pytest.mark.parametrize("change", ["shrinks", "grows"])
def test_a_file_that_changes_while_it_is_read_is_refused(name: str, change: str, tmp_path: Path) -> None:
    path = tmp_path / name
    file = io.BytesIO()
    pq.write_table(pa.table({"n": list(range(9_000))}), file, row_group_size=100)
    lines = {"csv": b"n\n" + b"1\n" * 90_000, "ndjson": b'{"n": 1}\n' * 90_000, "parquet": file.getvalue()}
    data = lines[name.split(".")[1]]
    path.write_bytes(data)
    with open_contacts([path], ReadOptions(block=5_000)) as contacts:
        batches = contacts.batches()
        next(batches)
        path.write_bytes(data[: len(data) // 2] if change == "shrinks" else data + data[-9:])
        with pytest.raises(ContactsError, match=r"(was changed while it was read|is a damaged Parquet file)"):
            list(batches)


def test_long_texts_make_batches_smaller(tmp_path: Path) -> None:
    path = tmp_path / "c.parquet"
    pq.write_table(pa.table({"n": ["x" * 4_000_000] * 40}), path)
    with open_contacts([path]) as contacts:
        sizes = [batch.table.num_rows for batch in contacts.batches()]
    assert (sum(sizes), max(sizes)) == (40, 16)


def test_a_parquet_file_that_arrow_cannot_read_is_reported(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Such as a map with texts of more than 2 GiB in one piece."""
    path = tmp_path / "c.parquet"
    pq.write_table(pa.table({"n": [1]}), path)

    def refuse(*_: object, **__: object) -> None:
        raise pa.ArrowNotImplementedError("Nested data conversions not implemented for chunked array outputs")

    monkeypatch.setattr(pq.ParquetFile, "iter_batches", refuse)
    with pytest.raises(ContactsError, match="is a Parquet file that cannot be read") as problem:
        read_all(path)
    assert problem.value.hint == "Nested data conversions not implemented for chunked array outputs"


def test_the_name_of_a_parquet_column_that_is_not_utf_8(tmp_path: Path) -> None:
    path = tmp_path / "c.parquet"
    pq.write_table(pa.table({"né": [1]}), path, store_schema=False)
    path.write_bytes(path.read_bytes().replace("né".encode(), b"n\xff\xfe"))
    with pytest.raises(ContactsError, match=r"has a column whose name is not UTF-8: n\\xff\\xfe"):
        read_all(path)


@pytest.mark.parametrize("kind", [pa.decimal32(5, 2), pa.decimal64(9, 2)])
def test_short_decimals_are_numbers(kind: pa.DataType, tmp_path: Path) -> None:
    path = tmp_path / "c.parquet"
    pq.write_table(pa.table({"n": pa.array([Decimal("7.50"), None], kind)}), path)
    with open_contacts([path]) as contacts:
        (batch,) = contacts.batches()
    assert as_text(batch.table.column("n")).to_pylist() == ["7.5", None]
    rules = qualify.compile('rule "R": lead when n is 7.5', {"n": "number"})
    assert rules.decide_table(batch.cells).column("rule").to_pylist() == ["R", None]


def test_the_last_second_of_the_calendar_in_any_time_zone(tmp_path: Path) -> None:
    path = tmp_path / "c.parquet"
    end = pa.array([datetime(9999, 12, 31, 23, 59, 59)], pa.timestamp("us"))
    zones = {zone: end.cast(pa.timestamp("us", zone)) for zone in ("UTC", "Europe/Berlin", "America/New_York")}
    pq.write_table(pa.table(zones), path)
    with open_contacts([path]) as contacts:
        (batch,) = contacts.batches()
    assert [as_text(column)[0].as_py() for column in batch.table.columns] == [
        "9999-12-31T23:59:59+00:00",
        "10000-01-01T00:59:59.000000+0100",
        "9999-12-31T18:59:59-05:00",
    ]
