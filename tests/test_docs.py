"""The documentation is correct: every block of rules, table of answers and message is executed."""

from __future__ import annotations

import contextlib
import importlib.util
import io
import math
import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pytest
from pages import ARROW
from targets import by_record

import qualify
from qualify.explain import example_results
from qualify.language.cells import read
from qualify.language.fields import Field
from qualify.language.functions import FUNCTIONS, SELECTORS, Function, Selector
from qualify.language.kinds import Kind, Range, Unreadable, Value
from qualify.language.operators import OPERATORS, Operator
from qualify.parsing.field_file import read_fields
from qualify.text.diagnostics import render
from qualify.text.source import Source

ROOT = Path(__file__).parent.parent
PAGES = [*sorted((ROOT / "docs").glob("*.md")), ROOT / "ARCHITECTURE.md"]
LINKED = sorted(
    {*PAGES, *ROOT.glob("*.md"), *(ROOT / "docs" / "reference").glob("*.md"), ROOT / "benchmarks" / "README.md"}
)
TODAY = date(2026, 11, 1)
STATEMENT = re.compile(r"(?:rules|use|stages|list|define|criterion|score|grade|rule|otherwise|example)\b")


@dataclass(frozen=True)
class Block:
    """A fenced block, what directly follows it, and the field file above it on its page."""

    page: Path
    line: int
    kind: str  # what stands after the fence: `lead`, `lead fragment`, `yaml`, ...
    text: str
    table: list[list[str]]
    output: str | None  # of a block of kind `text` that follows
    fields: str | None

    def __str__(self) -> str:
        return f"{self.page.name}:{self.line}"


FENCED = re.compile(r"^```(?P<kind>[a-z ]+)\n(?P<text>.*?)^```\n", re.MULTILINE | re.DOTALL)
TABLE = re.compile(r"\n*((?:\|.*\n)+)")
OUTPUT = re.compile(r"\n*```text\n(.*?)^```\n", re.MULTILINE | re.DOTALL)


def blocks() -> Iterator[Block]:
    for page in PAGES:
        text = page.read_text("utf-8")
        fields = None
        for found in FENCED.finditer(text):
            if found["kind"] == "yaml":
                fields = found["text"]
            table, output = TABLE.match(text, found.end()), OUTPUT.match(text, found.end())
            yield Block(
                page,
                text.count("\n", 0, found.start()) + 1,
                found["kind"],
                found["text"],
                [[cell.strip() for cell in row[1:-1].split("|")] for row in table[1].splitlines()] if table else [],
                output[1] if output else None,
                fields,
            )


BLOCKS = list(blocks())
WITH_PYTHON = list(dict.fromkeys(block.page for block in BLOCKS if block.kind == "python"))


def of_kind(*kinds: str) -> pytest.MarkDecorator:
    chosen = [block for block in BLOCKS if block.kind in kinds]
    return pytest.mark.parametrize("block", chosen, ids=str)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a folder with the files that rules on a page may use."""
    for name in ("contacts.yaml", "accounts.csv"):
        shutil.copy(ROOT / "rules" / name, tmp_path)
    return tmp_path


def loaded(block: Block, folder: Path, monkeypatch: pytest.MonkeyPatch) -> qualify.RuleSet:
    text = block.text
    if block.kind == "lead fragment" and not STATEMENT.match(text):
        text = f'criterion answer: {text}rule "Fragment": lead when answer\n'
    if block.fields is not None:
        (folder / "contacts.yaml").write_text(block.fields, "utf-8")
        if block.kind == "lead fragment":
            text += 'use "contacts.yaml"\n'
    (folder / "rules.lead").write_text(text, "utf-8")
    monkeypatch.chdir(folder)
    return qualify.load("rules.lead", today=TODAY)


@of_kind("lead", "lead fragment")
def test_rules_on_a_page_compile_and_do_what_their_table_says(
    block: Block, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rules = loaded(block, folder, monkeypatch)
    assert [
        one.failures for one in example_results.outcomes(example_results.tested(rules.model, TODAY)) if one.failures
    ] == []
    head, *rows = [block.table[0], *block.table[2:]] if block.table else [[ARROW]]
    arrow = head.index(ARROW)
    assert set(head[:arrow]) <= {name for one in rules.model.fields.values() for name in (one.name, *one.columns)}
    contacts = [dict(zip(head[:arrow], row[:arrow], strict=True)) for row in rows]
    expected = [dict(zip(head[arrow + 1 :], row[arrow + 1 :], strict=True)) for row in rows]
    came_out = by_record(rules, contacts, TODAY)
    assert [{name: one.get(name, "") for name in head[arrow + 1 :]} for one in came_out] == expected


@of_kind("lead mistake")
def test_a_mistake_on_a_page_gets_the_message_under_it(
    block: Block, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(qualify.RulesRejected) as rejected:
        loaded(block, folder, monkeypatch)
    assert "\n\n".join(map(render, rejected.value.diagnostics)) + "\n" == block.output


@of_kind("yaml")
def test_a_field_file_on_a_page_is_valid(block: Block) -> None:
    _, problems = read_fields(Source.of("contacts.yaml", block.text))
    assert [render(problem) for problem in problems] == []


@of_kind("yaml mistake")
def test_a_mistake_in_a_field_file_gets_the_message_under_it(block: Block) -> None:
    _, problems = read_fields(Source.of("contacts.yaml", block.text))
    assert "\n\n".join(map(render, problems)) + "\n" == block.output


CELLS = re.compile(r"^\| (text|number|money|date|flag|list) \| (.+?) \| (.+?) \|$", re.MULTILINE)


@pytest.mark.parametrize(("kind", "cell", "reading"), CELLS.findall((ROOT / "docs" / "fields.md").read_text("utf-8")))
def test_a_cell_on_a_page_is_read_as_it_says(kind: str, cell: str, reading: str) -> None:
    currency = "USD" if kind == "money" else None
    assert read_as(read(cell, Field("field", Kind(kind), currency=currency))) == reading


def read_as(value: Value | Unreadable | None) -> str:
    match value:
        case None:
            return "unknown"
        case Unreadable():
            return "not readable"
        case bool():
            return "yes" if value else "no"
        case float():
            return f"{value:.10g}"
        case tuple():
            return " + ".join(value)
        case Range(low, high, low_included, high_included):
            ends = [f"{'from' if low_included else 'more than'} {low:g}"] if low > -math.inf else []
            ends += [f"{'to' if high_included else 'less than'} {high:g}"] if high < math.inf else []
            return " ".join(ends)
    return str(value)


@pytest.mark.parametrize("page", WITH_PYTHON, ids=lambda page: page.name)
def test_python_on_a_page_prints_the_output_below_it(page: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)  # the page names the rules of this folder
    names: dict[str, object] = {}
    for block in BLOCKS:
        if block.page == page and block.kind == "python":
            printed = io.StringIO()
            with contextlib.redirect_stdout(printed):
                exec(block.text, names)  # one page is one session
            assert printed.getvalue() == (block.output or "")


def test_every_block_is_executed() -> None:
    executed = {"lead", "lead fragment", "lead mistake", "yaml", "yaml mistake", "python"}
    followed = {block.output for block in BLOCKS if block.kind in executed}
    stray = [str(block) for block in BLOCKS if block.kind not in executed and block.text not in followed]
    assert stray == []


def test_the_tables_of_the_language_are_those_of_the_reference() -> None:
    spec = importlib.util.spec_from_file_location("tables", ROOT / "docs" / "tables.py")
    assert spec and spec.loader
    tables = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(tables)
    page = tables.PAGE.read_text("utf-8")
    assert tables.written(page) == page, "run `python docs/tables.py`"


def test_the_advice_for_common_first_attempts_compiles() -> None:
    table = re.search(r"\n\| not \| but \|\n.*?\n((?:\|.*\n)+)", (ROOT / "docs" / "language.md").read_text("utf-8"))
    assert table
    for row in table[1].splitlines():
        for written in re.findall(r"`([^`]+)`", row.split(" | ")[1]):
            text = written if STATEMENT.match(written) else f'rule "It": lead when {written}'
            qualify.compile(f'list EMEA: "DE"\n{text}')


@pytest.mark.parametrize(
    "test", [*OPERATORS.values(), *FUNCTIONS.values(), *SELECTORS.values()], ids=lambda test: test.words
)
def test_the_example_of_a_test_or_function_compiles(test: Operator | Function | Selector) -> None:
    defined = """
        list TargetAccounts: "acme.example"
        score Points: +1 per visits
        grade Interest of Points: "A" from 2, "B" from 1, otherwise "C"
    """
    assert qualify.compile(f'{defined} rule "It": lead when {test.example}').warnings == ()


@pytest.mark.parametrize("page", LINKED, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_have_a_target(page: Path) -> None:
    text = page.read_text("utf-8")
    for target, anchor in re.findall(r"\]\(([^)#\s]*)(?:#([^)\s]+))?\)", text):
        if target.startswith("http"):
            continue
        there = page.parent / target if target else page
        assert there.exists(), target
        if anchor:
            headings = re.findall(r"^#+ (.+)$", there.read_text("utf-8"), re.MULTILINE)
            assert anchor in [re.sub(r"[^\w -]", "", one.lower()).replace(" ", "-") for one in headings]


def test_the_nox_sessions_on_a_page_exist() -> None:
    sessions = re.findall(r"@nox\.session\ndef (\w+)", (ROOT / "noxfile.py").read_text("utf-8"))
    named = {name for page in LINKED for name in re.findall(r"`nox -s (\w+)", page.read_text("utf-8"))}
    assert named and named <= set(sessions)


def test_the_names_and_files_in_the_recipes_are_those_of_the_code() -> None:
    recipes = (ROOT / "CONTRIBUTING.md").read_text("utf-8").partition("## Recipes\n")[2].partition("\n## ")[0]
    files = [*(ROOT / "qualify").rglob("*.py"), *(ROOT / "grammars").glob("*.lark"), *(ROOT / "tests").glob("*.py")]
    code = "\n".join(file.read_text("utf-8") for file in files)
    names = set(re.findall(r"`(\w+)`", recipes)) - {"CODE", "nox"}
    assert [name for name in names if not re.search(rf"\b{name}\b", code)] == []
    named = set(re.findall(r"`([\w/]+\.(?:py|lark))`", recipes))
    assert [name for name in named if not any(file.as_posix().endswith(f"/{name}") for file in files)] == []
