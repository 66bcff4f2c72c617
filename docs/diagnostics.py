"""The page of all diagnostics, from the codes, the gallery in `tests/diagnostics` and the fixes that qualify offers.

`tables.py` writes it. Each code has its description, an example with the exact output, and the example mended: as
`CODE.mended.lead` or `CODE.mended.yaml` in the gallery has it, else with the fixes applied.
"""

from __future__ import annotations

import contextlib
import shutil
import tempfile
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import qualify
from qualify.text.codes import CODES
from qualify.text.diagnostics import Diagnostic
from qualify.text.fixes import apply

GALLERY = Path(__file__).parent.parent / "tests" / "diagnostics"
PAGE = Path(__file__).parent / "reference" / "diagnostics.md"
TODAY = date(2026, 11, 1)
MOST_SHOWN = 3  # diagnostics of an example
KINDS = {".lead": "lead", ".yaml": "yaml", ".csv": "csv"}
HEAD = """# All errors and warnings

Each code with an example and its message. Most examples of rules and field files are also shown corrected; for other
files, there is only a command and its message. If an example has more than three messages, `…` stands for the rest. The
page is generated: `python docs/tables.py` writes it again.

Codes with `E` are errors: nothing runs until they are fixed. Codes with `W` are warnings: have a look and decide.
The first digit says what it is about: 1 reading rules, 2 names, 3 types and values, 4 files and limits of rules,
5 field files, 6 contact files and runs. A code never changes its meaning.
"""


def page() -> str:
    """Return the page as it should be."""
    return "\n".join([HEAD, *(_section(code, about) for code, about in CODES.items())])


def _section(code: str, about: str) -> str:
    output = (GALLERY / f"{code}.txt").read_text("utf-8")
    parts = [f"## {code}\n", f"{about[0].upper()}{about[1:]}.\n"]
    if output.startswith("$ "):
        parts.append(_block("", output))
    else:
        parts += [_block(name, text) for name, text in _files(code)]
        said = [one for one in output.split("\n\n") if f" {code}: " in one]
        parts.append(_block("", "\n\n".join([*said[:MOST_SHOWN], *(["…"] if len(said) > MOST_SHOWN else [])])))
    if mended := list(_mended(code)):
        parts += ["Corrected:\n", *(_block(name, text) for name, text in mended)]
    return "\n".join(parts)


def _block(name: str, text: str) -> str:
    title = f"`{name}`\n\n" if "/" in name else ""
    return f"{title}```{KINDS.get(Path(name).suffix, 'text')}\n{text.rstrip()}\n```\n"


def _files(code: str) -> Iterator[tuple[str, str]]:
    """Yield the files of an example that are text, the rules first, by the names that the output has for them."""
    single = GALLERY / f"{code}.lead"
    inside = sorted((GALLERY / code).rglob("*.*"), key=lambda file: (file.suffix != ".lead", file))
    for file in [single] if single.exists() else inside:
        with contextlib.suppress(UnicodeDecodeError):
            yield file.relative_to(GALLERY).as_posix(), file.read_text("utf-8")


def _mended(code: str) -> Iterator[tuple[str, str]]:
    """Yield the files of an example that differ once it is mended."""
    by_hand = [GALLERY / f"{code}.mended{ending}" for ending in (".lead", ".yaml")]
    if found := [file for file in by_hand if file.exists()]:
        yield from ((mended_file(file).relative_to(GALLERY).as_posix(), file.read_text("utf-8")) for file in found)
        return
    with tempfile.TemporaryDirectory() as folder, contextlib.chdir(folder):
        for entry in GALLERY.glob(f"{code}*"):
            (shutil.copytree if entry.is_dir() else shutil.copy)(entry, entry.name)
        while fix := next((problem.fix for problem in problems_of(code) if problem.fix), None):
            source = fix.edits[0].span.source
            Path(source.name).write_text(apply(source.text, fix.edits), "utf-8")
        yield from ((name, now) for name, text in _files(code) if (now := Path(name).read_text("utf-8")) != text)


def mended_file(by_hand: Path) -> Path:
    """Return the file of an example in whose place a mended one belongs."""
    code, _, kind = by_hand.name.split(".")
    single = GALLERY / f"{code}.lead"
    return single if single.exists() else GALLERY / code / {"lead": "rules.lead", "yaml": "fields.yaml"}[kind]


def problems_of(code: str) -> tuple[Diagnostic, ...]:
    """Return what is said of the rules of an example, in a folder that holds it; none of contacts."""
    rules = Path(f"{code}.lead") if Path(f"{code}.lead").exists() else Path(code) / "rules.lead"
    if not rules.exists():
        return ()
    try:
        return qualify.load(rules, today=TODAY).warnings
    except qualify.RulesRejected as rejected:
        return rejected.diagnostics
