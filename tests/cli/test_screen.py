"""Output on the screen."""

from __future__ import annotations

import io
import re
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from qualify.cli.output import screen
from qualify.text.phrasing import in_a_line

# An accent comes with its letter: Rich leaves out one that stands on nothing.
CHARACTERS = st.sampled_from(["a", "b", " ", "Ä", "日", "e\N{COMBINING ACUTE ACCENT}", "\n", "\t", "\x1b"])
CELLS = st.one_of(
    st.lists(CHARACTERS, max_size=12).map(lambda drawn: "".join(drawn).strip()), st.integers(-9999, 99_999_999)
)
TABLES = st.integers(1, 4).flatmap(
    lambda columns: st.tuples(
        st.lists(st.text("ab Ä日", max_size=8).map(str.strip), min_size=columns, max_size=columns),
        st.lists(st.lists(CELLS, min_size=columns, max_size=columns), min_size=1, max_size=5),
    )
)
COLOURS = re.compile(r"\x1b\[\d+m")


def test_json_is_escaped_where_the_stream_is_not_utf_8(monkeypatch: pytest.MonkeyPatch) -> None:
    for encoding, written in (("cp1252", b'"\\u2713 \\u00fc"'), ("utf-8", '"✓ ü"'.encode())):
        stream = io.TextIOWrapper(io.BytesIO(), encoding)
        monkeypatch.setattr("sys.stdout", stream)
        screen.say_json("✓ ü")
        stream.flush()
        assert stream.buffer.getvalue().rstrip() == written  # type: ignore[attr-defined]  # a BytesIO


@given(TABLES, st.integers(2, 60))
def test_a_table_fits_the_screen_and_loses_nothing(table: tuple[list[str], list[list[object]]], width: int) -> None:
    headers, rows = table
    lines: list[str] = []
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(screen, "WIDTH_OF_FILES", width)
        patched.setattr(screen, "_print", lambda line, err: lines.append(COLOURS.sub("", line)))
        screen.show_table(headers, rows)
    assert max(map(cell_len, lines)) <= max(width, 24)
    cells = (f"{cell:,}" if isinstance(cell, int) else in_a_line(str(cell)) for row in rows for cell in row)
    assert Counter("".join(lines).replace(" ", "")) == Counter("".join([*headers, *cells]).replace(" ", ""))


def test_a_table_wider_than_the_screen_is_folded(capsys: pytest.CaptureFixture[str]) -> None:
    screen.show_table(("rule", "placed"), [("word " * 40, 1234), ("R", 5)])
    told = capsys.readouterr().out.splitlines()
    assert told[0].split() == ["rule", "placed"]
    assert max(map(len, told)) <= screen.WIDTH_OF_FILES
    assert told[1].endswith("1,234") and told[2].startswith("word") and told[3].startswith("R ")


def test_a_date_is_not_wrapped_if_there_is_room_for_a_word_of_each_column(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    headers = ("run", "as of", "rules", "what changed")
    for width, is_whole in ((44, True), (20, False)):
        monkeypatch.setattr(screen, "WIDTH_OF_FILES", width)
        screen.show_table(headers, [("first", "2026-11-01", "Small " * 9 + "(a470541a)", "the day")])
        told = capsys.readouterr().out.splitlines()
        assert max(map(len, told)) <= width
        assert any("2026-11-01" in line for line in told) == is_whole
        assert "day" in "".join(told)
