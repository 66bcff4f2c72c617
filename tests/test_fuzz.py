"""A short run of `benchmarks/fuzz.py`: drawn files are placed correctly, and harmful ones do no harm."""

from __future__ import annotations

import random
import sys
from pathlib import Path

import fuzz
import pytest

pytestmark = pytest.mark.skipif(not hasattr(fuzz.os, "wait4"), reason="a process cannot be bounded here")


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(1, 13))
def test_drawn_files_are_placed_as_their_cells_say(seed: int) -> None:
    assert fuzz.drawn(seed) == []


def test_the_seeds_draw_every_format_and_several_files(tmp_path: Path) -> None:
    cases = [fuzz.draw_case(tmp_path, random.Random(seed)) for seed in range(1, 13)]
    assert {file.name.rpartition(".")[2] for files in cases for file in files} == set(fuzz.FORMATS)
    assert {len(files) for files in cases} == {1, 2, 3}


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="the bounds are measured on Linux")
@pytest.mark.parametrize("draw", fuzz.HARMFUL, ids=lambda draw: draw.__name__)
def test_a_harmful_file_is_read_or_refused_within_bounds(draw: fuzz.Draw) -> None:
    assert fuzz.harmful(draw) == []


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="the bounds are measured on Linux")
@pytest.mark.parametrize("seed", range(1, 9))
@pytest.mark.parametrize("draw", fuzz.DRAWN, ids=lambda draw: draw.__name__)
def test_drawn_texts_and_checklists_are_answered_within_bounds(draw: fuzz.SeededDraw, seed: int) -> None:
    assert fuzz.harmful(fuzz.seeded(draw, seed)) == []
