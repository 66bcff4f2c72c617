"""CSV files as people have them: the whole file, and everything that is read from it."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from qualify.contacts.reading.batches import ContactsError, ReadOptions
from qualify.contacts.reading.contact_files import open_contacts

from .conftest import Read, read_all

Reader = Callable[..., Read]

SOUND = {
    "plain": ("a,b\n1,2\n3,4\n", [("1", "2"), ("3", "4")], [2, 3]),
    "no line end at the end": ("a,b\n1,2\n3,4", [("1", "2"), ("3", "4")], [2, 3]),
    "CRLF": ("a,b\r\n1,2\r\n3,4\r\n", [("1", "2"), ("3", "4")], [2, 3]),
    "CR": ('a,b\r1,2\r"x\ry",4\r5,6\r', [("1", "2"), ("x\ry", "4"), ("5", "6")], [2, 3, 5]),
    "zeros and spaces stay": ("a,b\n007, 2 \n", [("007", " 2 ")], [2]),
    "blank cells are blank": ('a,b\n1,\n,""\n', [("1", ""), ("", "")], [2, 3]),
    "words for nothing stay": ("a,b,c\nNA,NULL,N/A\n", [("NA", "NULL", "N/A")], [2]),
    "comma in quotes": ('a,b\n"Sales, EMEA",2\n', [("Sales, EMEA", "2")], [2]),
    "doubled quotes": ('a,b\n1,"say ""hi"""\n"""",4\n', [("1", 'say "hi"'), ('"', "4")], [2, 3]),
    "line breaks in quotes": (
        'a,b\n1,"x\n""y""\nz"\n5,6\n"p\r\nq",8\n9,0\n',
        [("1", 'x\n"y"\nz'), ("5", "6"), ("p\r\nq", "8"), ("9", "0")],
        [2, 5, 6, 8],
    ),
    "inches": ('a,b\n5" pipe,2\n"x,y",4\n', [('5" pipe', "2"), ("x,y", "4")], [2, 3]),
    "JSON in a cell": ('a,b\n1,"{""type"": [1, 2]}"\n', [("1", '{"type": [1, 2]}')], [2]),
    "a byte-order mark that is data": ("a,b\n\ufeff1,2\n", [("\ufeff1", "2")], [2]),
    "one column": ('a\n1\n\n""\n 2 \n', [("1",), ("",), (" 2 ",)], [2, 4, 5]),
    "header only": ("a,b\n", [], []),
}


@pytest.mark.parametrize(("text", "rows", "lines"), SOUND.values(), ids=SOUND.keys())
def test_valid_files_are_read_as_a_person_would_read_them(
    read: Reader, text: str, rows: list[tuple[str, ...]], lines: list[int]
) -> None:
    result = read(text)
    assert (result.rows, result.lines, result.rejected) == (rows, lines, [])
    assert result.numbers == list(range(1, len(rows) + 1))


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_the_delimiter_is_detected_and_reported(read: Reader, delimiter: str) -> None:
    text = "name,budget;x,y\n".replace(",", "\0").replace(";", "\0").replace("\0", delimiter) + delimiter.join("1234")
    result = read(text + "\n")
    word = {",": "comma", ";": "semicolon", "\t": "tab", "|": "bar"}[delimiter]
    assert result.columns == ("name", "budget", "x", "y")
    assert result.rows == [("1", "2", "3", "4")]
    assert result.inputs[0].found == ("UTF-8", f"{word}-separated")


def test_a_semicolon_file_with_decimal_commas(read: Reader) -> None:
    assert read('a;b\n1,5;"2;3"\n4,5;6,0\n').rows == [("1,5", "2;3"), ("4,5", "6,0")]


def test_a_delimiter_can_be_given(read: Reader) -> None:
    assert read("a,b;c\n1,2;3\n", delimiter="semicolon").rows == [("1,2", "3")]
    assert read("a:b\n1:2\n", delimiter=":").rows == [("1", "2")]
    with pytest.raises(ContactsError, match="`::` cannot be a delimiter"):
        read("a::b\n", delimiter="::")


def test_the_line_that_names_the_delimiter_for_excel(read: Reader) -> None:
    result = read("sep=;\r\na;b,c\r\n1;2\r\n")
    assert (result.columns, result.rows, result.lines) == (("a", "b,c"), [("1", "2")], [3])
    for name in ("sep=", 'sep="'):  # of a column, as this is no delimiter
        assert read(f"{name}\r\n1\r\n").columns == (name,)
    with pytest.raises(ContactsError, match="is not text"):
        read(b"sep=\xff\n" + "a,é,é\n".encode())


def test_headers_pass_through_as_they_are(read: Reader) -> None:
    result = read('Name,Name, Email ,"No. of\nEmployees",\n1,2,3,4,\n')
    assert result.columns == ("Name", "Name", " Email ", "No. of\nEmployees", "")
    assert (result.rows, result.lines) == ([("1", "2", "3", "4", "")], [3])


def test_blank_lines_are_left_out_and_counted(read: Reader) -> None:
    result = read("\n \na,b\n\n1,2\n   \n3,4\n\n\n")
    assert (result.rows, result.lines, result.numbers) == ([("1", "2"), ("3", "4")], [5, 7], [1, 2])
    assert (result.inputs[0].blank_lines, result.rejected) == (6, [])
    assert "6 blank lines left out" in result.inputs[0].found


def test_rows_with_too_few_or_too_many_cells(read: Reader) -> None:
    result = read('a,b,c\n1,2\n1,2,3\n1,2,3,4\n,,,\n"x\ny",2\n4,5,6\n')
    assert (result.rows, result.lines, result.numbers) == ([("1", "2", "3"), ("4", "5", "6")], [3, 8], [2, 6])
    assert result.rejected == [
        (2, "2 cells where the header has 3", "1,2"),
        (4, "4 cells where the header has 3", "1,2,3,4"),
        (5, "4 cells where the header has 3", ",,,"),
        (6, "2 cells where the header has 3", '"x\ny",2'),
    ]


NOT_CLOSED, TEXT_FOLLOWS = "a quote is not closed", "text follows a closing quote"
BROKEN = {
    "to the end of the file": ('1,"x\n3,4\n5,6\n', [("3", "4"), ("5", "6")], [(2, NOT_CLOSED, '1,"x')]),
    "to the next quoted cell": ('1,"x\n3,"y"\n5,6\n', [("3", "y"), ("5", "6")], [(2, NOT_CLOSED, '1,"x')]),
    "on the last line": ('3,4\n1,"x', [("3", "4")], [(3, NOT_CLOSED, '1,"x')]),
    "closed by the next open one": (
        '1,"x\n3,4\n5,"y\n7,8\n',
        [("3", "4"), ("7", "8")],
        [(2, NOT_CLOSED, '1,"x'), (4, NOT_CLOSED, '5,"y')],
    ),
    "closed by the end of a later row, with the rows between": (
        '1,"x\n3,4\n5,6,",\n7,8\n',
        [("3", "4"), ("7", "8")],
        [(2, NOT_CLOSED, '1,"x'), (4, NOT_CLOSED, '5,6,",')],
    ),
    "text after a cell": ('"x"y,2\n3,4\n', [("3", "4")], [(2, TEXT_FOLLOWS, '"x"y,2')]),
    "a backslash for a doubled quote": (
        '"say \\"hi\\"",2\n"3",4\n',
        [("3", "4")],
        [(2, TEXT_FOLLOWS, '"say \\"hi\\"",2')],
    ),
}


@pytest.mark.parametrize(("text", "rows", "rejected"), BROKEN.values(), ids=BROKEN.keys())
def test_a_broken_quote_rejects_only_its_line(
    read: Reader, text: str, rows: list[tuple[str, ...]], rejected: list[tuple[int, str, str]]
) -> None:
    result = read("a,b\n" + text)
    assert (result.rows, result.rejected) == (rows, rejected)


def test_an_open_quote_far_from_the_end_is_found_over_many_blocks(
    read: Reader, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("qualify.contacts.reading.records.LONGEST", 50_000)
    monkeypatch.setattr("qualify.contacts.reading.delimited._FOOTER_ROOM", 1)
    rows = "".join(f"{number},x\n" for number in range(50_000))
    result = read('a,b\n0,"open\n' + rows, block=8_192)
    assert result.rejected == [(2, NOT_CLOSED, '0,"open')]
    assert (len(result.rows), result.lines[-1]) == (50_000, 50_002)


def test_an_endless_row_does_not_fill_the_memory(read: Reader, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("qualify.contacts.reading.records.LONGEST", 50_000)
    monkeypatch.setattr("qualify.contacts.reading.delimited._FOOTER_ROOM", 1)
    result = read("a,b\n1,2\n" + "x" * 200_000 + ",y\n3,4\n", block=8_192)
    assert (result.rows[0], result.rows[-1]) == (("1", "2"), ("3", "4"))
    assert result.rejected[0][:2] == (3, "it is longer than 64 MiB")
    assert max(len(text) for _, _, text in result.rejected) < 120_000


def test_a_cell_of_several_megabytes_with_many_lines_is_read(read: Reader) -> None:
    cell = 'a line, with a ""quote"" in it\n' * 100_000
    result = read(f'a,b\n1,"{cell}"\n3,4\n', block=65_536)
    assert result.rows == [("1", cell.replace('""', '"')), ("3", "4")]
    assert result.lines == [2, 100_003]


def test_unreadable_characters_reject_their_row(read: Reader, capfd: pytest.CaptureFixture[str]) -> None:
    short = read("a,b\né,1\n".encode() + b"\xc3\n")
    assert short.rejected == [(3, "\\xc3 is not a character of the file's encoding", "\\xc3")]
    assert capfd.readouterr() == ("", "")
    result = read("a,b\nMüller,1\n".encode() + b"M\xfcller,2\nx\0y,3\n4,5\n")
    assert (result.rows, result.lines) == ([("Müller", "1"), ("4", "5")], [2, 5])
    assert result.rejected == [
        (3, "\\xfc is not a character of the file's encoding", "M\\xfcller,2"),
        (4, "it has a NUL byte", "x\\x00y,3"),
    ]


FOOTER = (
    '"Leads Report"\n"Copyright (c) 2000-2026 salesforce.com, inc. All rights reserved."\n'
    '"Confidential Information - Do Not Distribute"\n"Generated By:  Ada Example  1/2/2026"\n"Acme"\n'
)


@pytest.mark.parametrize(
    ("footer", "lines"),
    [("\n\n" + FOOTER, 7), ('\n"Grand Totals (2 records)",""\n\n' + FOOTER, 8), (FOOTER.split("\n", 1)[1].strip(), 4)],
    ids=["after blank lines", "after totals", "right after the rows"],
)
def test_the_footer_of_a_salesforce_report_is_left_out_and_reported(read: Reader, footer: str, lines: int) -> None:
    result = read('"a","b"\n"1","2"\n"3","4"\n' + footer)
    assert (result.rows, result.rejected) == ([("1", "2"), ("3", "4")], [])
    assert f"Salesforce report footer of {lines} lines left out" in result.inputs[0].found


def test_a_short_row_above_a_footer_is_still_rejected(read: Reader) -> None:
    result = read("a,b\n1,2\nBerlin\n\n" + FOOTER)
    assert result.rejected == [(3, "1 cell where the header has 2", "Berlin")]


def test_a_footer_in_a_file_of_one_column(read: Reader) -> None:
    result = read("a\nx\n\ny\n\nConfidential Information - Do Not Distribute\n")
    assert result.rows == [("x",), ("y",)]


def test_words_of_a_footer_in_the_middle_are_rows(read: Reader) -> None:
    result = read("a,b\nConfidential Information - Do Not Distribute,2\n3,4\n")
    assert len(result.rows) == 2


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "`contacts.csv` is empty"),
        (b"\n\n", "`contacts.csv` has no header: it is empty"),
        (b'"a,b\n1,2\n', "the header of `contacts.csv` has a broken quote"),
        (b"a,\0b\n1,2\n", "the header of `contacts.csv` is not text"),
        (b"\x1f\x8b\x08\0broken", "`contacts.csv` is a damaged gzip file"),
    ],
)
def test_files_that_are_not_contact_files_are_refused(read: Reader, data: bytes, message: str, tmp_path: Path) -> None:
    with pytest.raises(ContactsError) as problem:
        read(data)
    assert str(problem.value).replace(f"{tmp_path}/", "").startswith(message)


def test_missing_files_are_reported(tmp_path: Path) -> None:
    with pytest.raises(ContactsError, match=r"there is no file `.*x\.csv`"):
        open_contacts([tmp_path / "x.csv"])
    with pytest.raises(ContactsError, match="is a folder"):
        open_contacts([tmp_path])


def test_several_files_with_their_columns_in_different_orders(tmp_path: Path) -> None:
    one, two = tmp_path / "one.csv", tmp_path / "two.csv"
    one.write_text("id,name,name\n1,Ada,A\n2\n")
    two.write_text("name;plan;id\nBo;pro;3\n")
    result = read_all(one, two)
    assert result.columns == ("id", "name", "name", "plan")
    assert result.rows == [("1", "Ada", "A", None), ("3", "Bo", None, "pro")]
    assert (result.numbers, result.lines) == ([1, 3], [2, 2])
    assert [file.sha256 for file in result.inputs] == [
        hashlib.sha256(path.read_bytes()).hexdigest() for path in (one, two)
    ]
    assert [(file.rows, file.rejected, file.bytes) for file in result.inputs] == [
        (1, 1, len(one.read_bytes())),
        (1, 0, len(two.read_bytes())),
    ]


def test_a_reader_that_stops_early_leaves_nothing_running(tmp_path: Path) -> None:
    path = tmp_path / "contacts.csv"
    path.write_text("a,b\n" + "1,2\n" * 100_000)
    with open_contacts([path]) as contacts:
        first: Any = next(contacts.batches())
    assert first.table.num_rows > 0


def test_the_share_of_a_batch_does_not_count_what_was_read_ahead(tmp_path: Path) -> None:
    file, block = tmp_path / "contacts.csv", 256 << 10
    file.write_text("name,budget\n" + "Ann,25000\n" * 400_000, "utf-8")
    rows = 0
    with open_contacts([file], ReadOptions(block=block)) as contacts:
        for batch in contacts.batches():
            rows += batch.table.num_rows
            assert batch.share is not None
            assert 0 <= batch.share - rows / 400_000 < 1.5 * block / file.stat().st_size
