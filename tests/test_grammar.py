"""The table that is kept beside the grammar is the grammar's, and reads as it does."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import lark
import pytest

from qualify.parsing import grammar, parser
from qualify.parsing.builder.statement_nodes import Builder
from qualify.parsing.parser import Parsed
from qualify.text.source import Source

HERE = Path(__file__).parent
FILES = sorted([*(HERE.parent / "rules").glob("*.lead"), *(HERE / "diagnostics").rglob("*.lead")])


def test_the_table_is_of_this_grammar() -> None:
    its_lark, its_grammar = grammar.file(grammar.TABLE).split(b"\n")[0].decode().split(", ")
    assert grammar.origin().endswith(its_grammar), "the grammar was changed: run `python -m qualify.parsing.grammar`"
    if its_lark != f"Lark {lark.__version__}":
        pytest.skip(f"the table is of {its_lark}: run `python -m qualify.parsing.grammar`")
    assert grammar.kept(Builder())


@pytest.mark.skipif(not grammar.kept(Builder()), reason="the table is of another Lark")
def test_what_is_kept_reads_as_what_is_made(monkeypatch: pytest.MonkeyPatch) -> None:
    def read(made_by: Callable[[object], lark.Lark | None]) -> list[Parsed]:
        monkeypatch.setattr(parser, "parser", made_by)
        parser._reader.cache_clear()
        try:
            return [parser.parse(Source.of(file.name, file.read_text("utf-8", "replace"))) for file in FILES]
        finally:
            parser._reader.cache_clear()

    assert read(grammar.kept) == read(grammar.made)


def test_a_table_of_another_grammar_is_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(grammar, "origin", lambda: "Lark 0.0.0, grammar 0")
    assert grammar.kept(Builder()) is None
    assert grammar.parser(Builder()).parse('use "x.lead"')
