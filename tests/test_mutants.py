"""The lines that `benchmarks/mutants.py` breaks exist, and the tests catch some of these mutants for each commit."""

from __future__ import annotations

from pathlib import Path

import mutants
import pytest

NUMBER = mutants.commit_number()


@pytest.mark.parametrize(("file", "line", "instead"), mutants.MUTANTS)
def test_the_line_of_each_mutant_occurs_once(file: str, line: str, instead: str) -> None:
    assert (mutants.TREE / file).read_text("utf-8").count(line) == 1
    assert instead != line


def test_every_mutant_is_tried_at_some_commit() -> None:
    tried = {mutant for number in range(100, 108) for mutant in mutants.of_commit(3, number)}
    assert tried == set(mutants.MUTANTS)


@pytest.mark.slow
def test_the_tests_catch_the_mutants_of_this_commit(tmp_path: Path) -> None:
    chosen = mutants.of_commit(3, NUMBER)
    print(f"commit number {NUMBER}: {chosen}")
    copy = mutants.copied(tmp_path)
    assert not mutants.caught(copy, "not slow")
    assert [mutant for mutant in chosen if not mutants.with_mutant(copy, mutant)] == []
