"""The parsing table built with the package parses like the grammar."""

from __future__ import annotations

from pathlib import Path

import pytest

from qualify.parsing import grammar, parser
from qualify.parsing.builder.statement_nodes import Builder
from qualify.parsing.parser import Parsed
from qualify.text.source import Source

HERE = Path(__file__).parent
FILES = sorted([*(HERE.parent / "rules").glob("*.lead"), *(HERE / "diagnostics").rglob("*.lead")])
GRAMMAR = (HERE.parent / "grammars" / grammar.GRAMMAR).read_bytes()


@pytest.fixture(scope="module")
def table(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    path = tmp_path_factory.mktemp("table") / grammar.TABLE
    grammar.write_table(GRAMMAR, path)
    return path.read_bytes()


def test_a_parsing_table_parses_like_its_grammar(monkeypatch: pytest.MonkeyPatch, table: bytes) -> None:
    def read(kept: bytes) -> list[Parsed]:
        with monkeypatch.context() as patched:
            patched.setattr(grammar, "_file", {grammar.GRAMMAR: GRAMMAR, grammar.TABLE: kept}.get)
            parser._reader.cache_clear()
            return [parser.parse(Source.of(file.name, file.read_text("utf-8", "replace"))) for file in FILES]

    try:
        assert grammar.from_table(Builder(), table, GRAMMAR)
        assert read(table) == read(b"")
    finally:
        parser._reader.cache_clear()


def test_a_parsing_table_of_another_grammar_or_lark_version_is_ignored(
    monkeypatch: pytest.MonkeyPatch, table: bytes
) -> None:
    assert grammar.from_table(Builder(), table, GRAMMAR + b"\n") is None
    monkeypatch.setattr("lark.__version__", "0.0.0")
    assert grammar.from_table(Builder(), table, GRAMMAR) is None
