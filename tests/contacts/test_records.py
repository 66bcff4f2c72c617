"""The fast and the careful reader give the same rows for any file, and no row is lost for any bytes."""

from __future__ import annotations

import csv
import io
import re
import tempfile
from contextlib import ExitStack
from pathlib import Path
from unittest import mock

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from qualify.contacts.reading import delimited, records
from qualify.contacts.reading.batches import ContactsError

from .conftest import Read, read_all

CELLS = st.text(st.sampled_from('ab"",;\n\r é\ufeff\'='), max_size=6)
TABLES = st.integers(2, 4).flatmap(
    lambda width: st.lists(st.lists(CELLS, min_size=width, max_size=width), min_size=1, max_size=12)
)
BLOCKS = st.integers(1, 40)
SCRAPS = st.lists(
    st.sampled_from(['"', '""', ",", "\n", "\r\n", "\r", "a", '"b"', "1,2\n", "é", "\0", " "]), max_size=40
)


def read_text(text: bytes, block: int, careful: bool = False) -> Read:
    """Read a file with this text in blocks of a given size; optionally, read all of it carefully."""
    with ExitStack() as stack:
        path = Path(stack.enter_context(tempfile.TemporaryDirectory()), "contacts.csv")
        path.write_bytes(text)
        # Else the last 64 KiB would always be one block, because of the footer.
        stack.enter_context(mock.patch.object(delimited, "_FOOTER_ROOM", 1))
        if careful:
            stack.enter_context(mock.patch.object(records, "plain", lambda *_: None))
        return read_all(path, block=block, encoding="utf-8", delimiter=",")


def outcome(text: bytes, block: int, careful: bool = False) -> tuple[object, ...]:
    try:
        read = read_text(text, block, careful)
    except ContactsError as problem:
        return (re.sub("`.*?`", "", str(problem)),)
    return read.columns, read.rows, read.numbers, read.lines, read.rejected, read.inputs[0].blank_lines


@pytest.mark.slow
@settings(deadline=None)
@given(TABLES, BLOCKS, st.sampled_from(["\n", "\r\n", "\r"]), st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]))
def test_output_of_a_csv_writer_is_read_unchanged(
    table: list[list[str]], block: int, line_end: str, quoting: int
) -> None:
    text = io.StringIO()
    header = [f"column {at}" for at in range(len(table[0]))]
    # The standard writer does not quote a lone carriage return in every case; quoted it is the same text.
    csv.writer(text, lineterminator=line_end, quoting=quoting).writerows([header])
    needs = quoting if not any("\r" in cell or "\n" in cell for row in table for cell in row) else csv.QUOTE_ALL
    csv.writer(text, lineterminator=line_end, quoting=needs).writerows(table)  # type: ignore[arg-type]
    read = read_text(text.getvalue().encode(), block)
    assert read.rows == [tuple(row) for row in table]
    assert read.rejected == []
    assert read.numbers == list(range(1, len(table) + 1))


@pytest.mark.slow
@settings(max_examples=400, deadline=None)
@given(SCRAPS.map("".join), BLOCKS)
@example('1,"a\n2,b\n3,"c\n4,d\n', 7)
@example('"a""\n,"\n1,2\n', 3)
@example("  \n1,2\n", 3)
def test_the_fast_and_the_careful_reader_agree(scraps: str, block: int) -> None:
    text = b"x,y\n" + scraps.encode()
    assert outcome(text, 1 << 20) == outcome(text, 1 << 20, careful=True)
    assert outcome(text, block) == outcome(text, block, careful=True)


@pytest.mark.slow
@settings(max_examples=400, deadline=None)
@given(SCRAPS.map("".join), BLOCKS)
@example('"\n1,2\n"\n"', 1)
def test_blocks_may_end_anywhere(scraps: str, block: int) -> None:
    text = b"x,y\n" + scraps.encode()
    assert outcome(text, block) == outcome(text, 1 << 20)


@pytest.mark.slow
@settings(max_examples=300, deadline=None)
@given(st.lists(st.sampled_from([b"\n", b"\r", b",", b'"', b"\xff", b"\xc3", b"\xa9", b"\0", b"a", b"\xfe", b"{"])))
def test_any_bytes_are_read_or_refused_with_a_message(parts: list[bytes]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "contacts.csv")
        path.write_bytes(b"".join(parts))
        try:
            read_all(path, block=5)  # which checks that records = rows + rejected
        except ContactsError as problem:
            assert "Error" not in str(problem)


@settings(deadline=None)
@given(st.lists(st.sampled_from(["1,2", "1", "1,2,3", "", "é,è", " "]), max_size=30), BLOCKS)
def test_every_line_is_accounted_for(lines: list[str], block: int) -> None:
    read = read_text("\n".join(["x,y", *lines, "end,end"]).encode(), block)
    rejected = [line for line, _, _ in read.rejected]
    blank = [number for number, line in enumerate(lines, 2) if not line.strip()]
    assert sorted(read.lines + rejected + blank) == list(range(2, len(lines) + 3))
    assert read.inputs[0].blank_lines == len(blank)


def test_a_block_that_ends_within_a_record_is_one_stretch() -> None:
    blocks = [(b"1,2\n3,", False), (b"4\n5,", False), (b"6\n", True)]
    assert [bytes(stretch.data) for stretch in records.stretches(blocks, ",", 2, 1)] == [b"1,2\n", b"3,4\n", b"5,6\n"]
