"""The error gallery: for each code, rules that cause it and the exact output.

`CODE.lead`, or the folder `CODE` with `rules.lead` and the files that it uses, goes with `CODE.txt`. If contacts cause
the diagnostic, `CODE.txt` begins with the command, followed by its output. `CODE.mended.lead` or `CODE.mended.yaml` is
the corrected example, where fixes do not correct all of it.
"""

from __future__ import annotations

import re
import shlex
import shutil
from collections import Counter
from datetime import date
from pathlib import Path

import diagnostics
import pytest
from click.testing import CliRunner

import qualify
from qualify.cli import cli
from qualify.text.codes import CODES
from qualify.text.diagnostics import Diagnostic, render
from qualify.text.fixes import apply

GALLERY = Path(__file__).parent / "diagnostics"
SOURCE = Path(__file__).parent.parent / "qualify"
TODAY = date(2026, 11, 1)
# These would need a large file, so the limit is lowered instead.
LIMITS = {
    "E410": ("qualify.parsing.parser.LONGEST", 60),
    "E412": ("qualify.parsing.parser.MOST_MISREADINGS", 3),
    "E502": ("qualify.parsing.plain_yaml.MOST_CHARACTERS", 60),
}
OF_CONTACTS = re.compile(r"[EW]6\d\d")


def rules_of(code: str) -> Path:
    return Path(f"{code}.lead") if (GALLERY / f"{code}.lead").exists() else Path(code) / "rules.lead"


def problems_of(code: str) -> tuple[Diagnostic, ...]:
    """Return the diagnostics for the rules of a case."""
    try:
        if code == "E405":  # of rules that came as text
            return qualify.compile(rules_of(code).read_text("utf-8")).warnings
        return qualify.load(rules_of(code), today=TODAY).warnings
    except qualify.RulesRejected as rejected:
        return rejected.diagnostics


@pytest.mark.parametrize("code", [code for code in CODES if not OF_CONTACTS.fullmatch(code)])
def test_gallery(code: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(GALLERY)
    if code in LIMITS:
        monkeypatch.setattr(*LIMITS[code])
    found = "\n\n".join(map(render, problems_of(code))) + "\n"
    assert f" {code}: " in found
    assert found == (GALLERY / f"{code}.txt").read_text("utf-8")


@pytest.mark.parametrize("code", [code for code in CODES if not OF_CONTACTS.fullmatch(code)])
def test_every_fix_corrects_its_mistake_and_causes_no_other(
    code: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if code in LIMITS:
        monkeypatch.setattr(*LIMITS[code])
    case = tmp_path / rules_of(code).parts[0]
    copy = shutil.copytree if (GALLERY / case.name).is_dir() else shutil.copy
    copy(GALLERY / case.name, case)
    monkeypatch.chdir(tmp_path)
    before = problems_of(code)
    unmended = []
    for problem in before:
        if problem.fix is None:
            continue
        source = problem.fix.edits[0].span.source
        Path(source.name).write_text(apply(source.text, problem.fix.edits), "utf-8")
        others = Counter((one.code, one.message) for one in before if one is not problem)
        left = Counter((one.code, one.message) for one in problems_of(code))
        unmended += [(str(problem.span), problem.fix.title, one) for one in left - others]
        Path(source.name).write_text(source.text, "utf-8")
    assert unmended == []


@pytest.mark.parametrize("code", [code for code in CODES if OF_CONTACTS.fullmatch(code)])
def test_gallery_of_contacts(code: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(GALLERY)
    command, expected = (GALLERY / f"{code}.txt").read_text("utf-8").split("\n", 1)
    prompt, program, *arguments = shlex.split(command)
    assert (prompt, program) == ("$", "qualify")
    found = CliRunner().invoke(cli, arguments).output
    assert f" {code}: " in found
    assert found == expected


def test_every_code_of_the_source_is_in_the_table_and_no_other() -> None:
    written = {
        code
        for file in SOURCE.rglob("*.py")
        if file.name != "diagnostics.py"
        for code in re.findall(r'"([EW]\d{3})"', file.read_text("utf-8"))
    }
    assert written == set(CODES)


def test_nothing_else_is_in_the_gallery() -> None:
    assert {entry.name.partition(".")[0] for entry in GALLERY.iterdir()} <= set(CODES)


def test_messages_follow_the_style_guide() -> None:
    """Lower case, no full stop; never the name of a token or class."""
    for file in GALLERY.glob("*.txt"):
        for line in file.read_text("utf-8").splitlines():
            if message := re.search(r"(?:error|warning) [EW]\d{3}: (.*)", line):
                assert re.match(r"[a-z\d`\"+-]", message[1]), line
                assert not message[1].endswith("."), line
            if re.match(r" *= ", line):
                assert not re.search(
                    r"\b[A-Z]{3,}_[A-Z]+\b|\b(?:NAME|LPAR|RPAR|Token|Literal)\b(?![`\"=\s:]| as)", line
                ), line


def test_examples_corrected_by_hand_have_no_problem(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shutil.copytree(GALLERY, tmp_path, dirs_exist_ok=True)
    monkeypatch.chdir(tmp_path)
    for by_hand in sorted(GALLERY.glob("*.mended.*")):
        file = tmp_path / diagnostics.mended_file(by_hand).relative_to(GALLERY)
        file.write_text(by_hand.read_text("utf-8"), "utf-8")
        assert diagnostics.problems_of(by_hand.name.partition(".")[0]) == ()


def test_the_page_of_diagnostics_is_up_to_date() -> None:
    assert diagnostics.PAGE.read_text("utf-8") == diagnostics.page(), "run `python docs/tables.py`"


def test_the_page_shows_every_mistake_corrected_except_those_in_other_files() -> None:
    sections = diagnostics.PAGE.read_text("utf-8").split("\n## ")[1:]
    unmended = {section[:4] for section in sections if "\nCorrected:\n" not in section}
    of_other_files = {code for code in CODES if code[:2] in ("E4", "E6", "W6")} | {"E207", "E209", "E502"}
    assert unmended <= of_other_files
