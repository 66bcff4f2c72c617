"""The lines that `benchmarks/mutants.py` takes out are there to be taken out."""

import mutants
import pytest


@pytest.mark.parametrize(("file", "line", "instead"), mutants.MUTANTS)
def test_each_line_is_there_once(file: str, line: str, instead: str) -> None:
    assert (mutants.TREE / file).read_text("utf-8").count(line) == 1
    assert instead != line
