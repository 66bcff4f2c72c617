"""Texts made to stall, flood or mislead: their cost is limited, and they cannot control the terminal."""

from __future__ import annotations

import subprocess
import sys
import unicodedata
from datetime import date
from pathlib import Path
from types import SimpleNamespace

import pyarrow as pa
import pytest
from click.testing import CliRunner

import qualify
from qualify.cli import cli
from qualify.contacts.fit.columns import DoNotFitError
from qualify.contacts.reading.batches import ContactsError
from qualify.targets.batch.engine import Engine
from qualify.targets.batch.values.column_values import Coded
from qualify.targets.batch.values.field_columns import MOST_BYTES, FieldReader
from qualify.targets.single import CellCache, Single
from qualify.text import compare
from qualify.text.compare import composed, fold, header_key, tidy
from qualify.text.diagnostics import LONGEST_LINE, MOST_OF_A_FILE, Diagnostic
from qualify.text.source import Source, Span

MARKS = "\u0301\u0316"  # in the wrong order, so that they have to change places


def test_accents_are_composed_as_far_as_languages_use_them() -> None:
    word = "e" + MARKS * 15 + "cole"
    assert composed(word) == unicodedata.normalize("NFC", word) != word
    assert composed("漢字" * 40 + "e\u0301") == "漢字" * 40 + "é"


@pytest.mark.parametrize("marks", [MARKS * 16, "\u0301" * 31, "\u0f73" * 40])
def test_a_longer_run_of_marks_is_left_unchanged(marks: str) -> None:
    text = "e\u0301cole " + "e" + marks + " e\u0301"
    assert composed(text) == "école e" + marks + " é"
    assert composed(composed(text)) == composed(text)


def test_long_runs_of_marks_are_never_sorted(monkeypatch: pytest.MonkeyPatch) -> None:
    longest: list[int] = []

    def normalize(form: str, text: str) -> str:
        runs = "".join("m" if unicodedata.combining(one) else " " for one in text).split()
        longest.append(max(map(len, runs), default=0))
        return unicodedata.normalize(form, text)

    monkeypatch.setattr(compare, "unicodedata", SimpleNamespace(normalize=normalize, category=unicodedata.category))
    text = "a" + MARKS * 100_000 + "e\u0301"
    for use in (tidy, fold, header_key, lambda text: Source.of("rules", text)):
        use(text)
    assert longest and max(longest) <= compare.MOST_MARKS


def test_a_file_full_of_mistakes_has_a_short_report() -> None:
    text = 'rule "R": lead when n is any of ' + "1,000," * 5_000 + "1\n" + 'rule "S": led when x is 1\n' * 5_000
    with pytest.raises(qualify.RulesRejected) as caught:
        qualify.compile(text)
    errors = [one for one in caught.value.diagnostics if one.is_error]
    doubts = [one for one in caught.value.diagnostics if not one.is_error]
    assert len(errors) == len(doubts) == MOST_OF_A_FILE  # of three in each line, and one of all lines together
    told, (next_one,) = str(errors[-1]), errors[-1].notes
    assert next_one[0] == "14,899 more errors in this file; the next is at"
    assert next_one[1].start > (errors[-1].span or next_one[1]).start
    assert told.endswith(f"{next_one[0]}: {next_one[1]}")


def test_a_very_long_word_is_shortened_in_messages() -> None:
    with pytest.raises(qualify.RulesRejected) as caught:
        qualify.compile(f'rule "R": lead when {"x" * 100_000} is at least "{"y" * 100_000}"')
    for one in caught.value.diagnostics:
        assert max(map(len, str(one).splitlines())) < LONGEST_LINE + 100


def test_messages_cannot_control_the_terminal() -> None:
    command = "\x1b]0;owned\x07\u202e"
    rules = qualify.compile('rule "R": lead when a is "x" and n is at least 5')
    source = Source("rules", command)
    told = [
        rules.decide({"a": command, "n": command}).explain(),
        str(Diagnostic("E101", command, Span(source, 0, 3), command, ((command, Span(source, 0, 1)),))),
        str(ContactsError("E701", command)),
        str(DoNotFitError((Diagnostic("E601", command, None),))),
    ]
    with pytest.raises(qualify.RulesRejected) as caught:
        qualify.compile(f'rule "R": led when "{command}" is 5')
    for text in [*told, str(caught.value)]:
        assert "\\x1b" in text
        assert not set(command[:1] + command[-2:]) & set(text)


def test_long_texts_are_not_cached() -> None:
    """Counted in characters: what `decide` and a reader of columns keep does not grow with the length of cells."""
    rules = qualify.compile('rule "R": lead when notes mentions "x"')
    single = Single(rules.model, date(2026, 11, 1))
    reader = FieldReader(rules.model.fields["notes"])
    for number in range(40):
        texts = [f"{number} {place} " + "y" * 20_000 for place in range(20)]
        assert [single.decide({"notes": text}).stage for text in texts] == ["inquiry"] * 20
        column = reader.read(pa.array(texts))
        assert isinstance(column.values, Coded) and column.values.at(19) == texts[19]
    kept = [len(key) for key in _cached(single) if isinstance(key, str)]
    assert sum(kept) == 0
    assert reader._cache._cells.nbytes < 2 * 20 * 20_100


def test_long_cells_are_not_cached_across_batches() -> None:
    reader = FieldReader(qualify.compile('rule "R": lead when n is at least 5').model.fields["n"])
    for number in range(40):
        texts = [f"{number} {place} " + "y" * 100_000 for place in range(20)]
        assert reader.read(pa.array(texts)).values.at(0) is None
        assert reader._cache._cells.nbytes < MOST_BYTES + 20 * 100_100


def _cached(single: Single) -> list[object]:
    columns = single._place.__globals__.values()  # type: ignore[attr-defined]  # a function made of text
    return [key for column in columns if isinstance(column, CellCache) for key in (*column, *column._typed)]


@pytest.mark.parametrize(
    "problem",
    [
        MemoryError(),
        pa.ArrowMemoryError("malloc of size 1 failed"),
        RuntimeError("can't start new thread"),
        pa.ArrowException("Unknown error: Failed to launch worker thread: Resource temporarily unavailable"),
    ],
)
def test_too_little_memory_is_an_error_and_nothing_is_written(
    problem: Exception, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def decide(*_: object) -> None:
        raise problem

    monkeypatch.setattr(Engine, "decide", decide)
    (tmp_path / "r.lead").write_text('rule "R": lead when n is at least 5\n')
    (tmp_path / "c.csv").write_text("id,n\n1,5\n")
    arguments = ["run", str(tmp_path / "r.lead"), str(tmp_path / "c.csv"), "-o", str(tmp_path / "out")]
    result = CliRunner().invoke(cli, arguments)
    assert (result.exit_code, result.stderr.splitlines()[0]) == (
        2,
        "error: there is not enough memory; nothing was written",
    )
    assert sorted(path.name for path in tmp_path.iterdir()) == ["c.csv", "r.lead"]


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="only Linux enforces a limit on address space")
def test_a_file_too_large_for_the_memory_is_an_error_and_nothing_is_written(tmp_path: Path) -> None:
    import resource  # which not every system has

    (tmp_path / "r.lead").write_text('rule "R": lead when note mentions "vp"\n')
    (tmp_path / "c.csv").write_text("id,note\n" + "".join(f"{row},{'y' * 60_000_000}\n" for row in range(3)))
    arguments = ["run", "r.lead", "c.csv", "-o", "out"]
    ran = subprocess.run(
        [sys.executable, "-c", "from qualify.cli import main; main()", *arguments],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_AS, (500 << 20, 500 << 20)),
    )
    assert (ran.returncode, ran.stdout) == (2, "")
    assert "error: there is not enough memory; nothing was written\n" in ran.stderr
    assert sorted(path.name for path in tmp_path.iterdir()) == ["c.csv", "r.lead"]
