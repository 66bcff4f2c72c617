"""The README is correct: its commands, run in a copy of the project, print the output that it shows."""

from __future__ import annotations

import doctest
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text("utf-8")
CONSOLE = re.compile(r"```console\n(.*?)```", re.DOTALL)


@pytest.fixture
def copy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    shutil.copytree(ROOT / "rules", tmp_path / "rules")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def commands_of(block: str) -> list[str]:
    return [line.removeprefix("$ ") for line in block.splitlines() if line.startswith("$ ")]


@pytest.mark.parametrize("block", CONSOLE.findall(README), ids=lambda block: commands_of(block)[-1][:40])
def test_a_command_of_the_readme_prints_the_output_below_it(block: str, copy: Path) -> None:
    """The commands of a block are one script, run with `NO_COLOR` and the width of a page."""
    script = "\n".join(commands_of(block))
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    done = subprocess.run(
        ["bash", "-c", script],
        cwd=copy,
        env={**os.environ, "PATH": path, "NO_COLOR": "1", "COLUMNS": "120"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    shown = "\n".join(line for line in block.splitlines() if not line.startswith("$ "))
    assert done.stdout.strip("\n") == shown.strip("\n")


def test_the_python_of_the_readme_does_what_it_says(copy: Path) -> None:
    parser = doctest.DocTestParser()
    example = parser.get_doctest(README.replace("```", ""), {}, "README", "README.md", 0)
    assert example.examples
    result = doctest.DocTestRunner(optionflags=doctest.NORMALIZE_WHITESPACE).run(example)
    assert result.failed == 0


def test_the_rules_of_the_readme_are_in_the_starter_set() -> None:
    """Each statement in the README is in `rules/bant.lead`, apart from omitted parts."""
    shown = re.search(r"```lead\n(.*?)```", README, re.DOTALL)
    assert shown
    starter = " ".join((ROOT / "rules" / "bant.lead").read_text("utf-8").split())
    for statement in re.split(r"\n\n", shown[1].strip()):
        assert " ".join(statement.split()) in starter
