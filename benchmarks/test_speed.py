"""The time of each step: `pytest benchmarks --benchmark-only`. The ordinary test run skips these."""

from __future__ import annotations

import csv
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from click.testing import CliRunner
from generate import contacts, write_contacts
from routing_book import rules_for

import qualify
from qualify.checking.check import check
from qualify.cli import cli
from qualify.parsing.parser import parse
from qualify.parsing.project import read_project
from qualify.parsing.sandbox import Folder
from qualify.targets.batch.engine import Engine
from qualify.targets.single import Single
from qualify.text.source import Source

TODAY = date(2026, 11, 1)
ROWS = 50_000  # enough that the time to start up hardly matters
SAMPLE = 500

each_size = pytest.mark.parametrize("count", [10, 50, 200, 1000])


@pytest.fixture(scope="module")
def batch() -> pa.RecordBatch:
    return next(iter(contacts(ROWS)))


@pytest.fixture(scope="module")
def cells(batch: pa.RecordBatch) -> list[dict[str, str]]:
    return batch.slice(0, SAMPLE).to_pylist()


@pytest.fixture(scope="module")
def rules() -> Callable[[int], qualify.RuleSet]:
    compiled: dict[int, qualify.RuleSet] = {}

    def of(count: int) -> qualify.RuleSet:
        if count not in compiled:
            compiled[count] = qualify.compile(rules_for(count), today=TODAY)
        return compiled[count]

    return of


@each_size
def test_parse(benchmark: Any, count: int) -> None:
    benchmark.pedantic(parse, (Source.of("book.lead", rules_for(count)),), rounds=3)


@each_size
def test_check(benchmark: Any, count: int) -> None:
    project = read_project(Source.of("book.lead", rules_for(count)), Folder(None))
    benchmark.pedantic(check, (project, TODAY), rounds=3)


@each_size
def test_compile_for_one_contact(benchmark: Any, count: int, rules: Callable[[int], qualify.RuleSet]) -> None:
    benchmark.pedantic(Single, (rules(count).model, TODAY), rounds=3)


@each_size
def test_compile_for_batches(benchmark: Any, count: int, rules: Callable[[int], qualify.RuleSet]) -> None:
    benchmark.pedantic(Engine, (rules(count).model, TODAY), rounds=3)


@each_size
def test_from_text_to_first_decision(benchmark: Any, count: int) -> None:
    """Parse, check and compile, for one contact at a time."""
    text = rules_for(count)
    benchmark.pedantic(lambda: qualify.compile(text, today=TODAY).decide({}, TODAY), rounds=3)


@each_size
def test_decide_one_with_cached_cells(
    benchmark: Any, count: int, rules: Callable[[int], qualify.RuleSet], cells: list[dict[str, str]]
) -> None:
    """Stage and rule of 500 contacts; divide by 500."""
    decide = rules(count).decide
    benchmark(lambda: [(decision.stage, decision.rule) for contact in cells for decision in (decide(contact, TODAY),)])


@each_size
def test_decide_one_with_new_cells(
    benchmark: Any, count: int, rules: Callable[[int], qualify.RuleSet], cells: list[dict[str, str]]
) -> None:
    """The first 500 contacts of a rule set; divide by 500."""

    def fresh() -> tuple[tuple[Single], dict[str, object]]:
        return (Single(rules(count).model, TODAY),), {}

    benchmark.pedantic(lambda single: [single.decide(contact).stage for contact in cells], setup=fresh, rounds=3)


@each_size
def test_decide_a_batch(
    benchmark: Any, count: int, rules: Callable[[int], qualify.RuleSet], batch: pa.RecordBatch
) -> None:
    """All answers, with empty caches."""

    def fresh() -> tuple[tuple[Engine], dict[str, object]]:
        return (Engine(rules(count).model, TODAY),), {}

    benchmark.pedantic(lambda engine: engine.decide(engine.read(batch)), setup=fresh, rounds=3)


@each_size
def test_decide_another_batch(
    benchmark: Any, count: int, rules: Callable[[int], qualify.RuleSet], batch: pa.RecordBatch
) -> None:
    """All answers, with the distinct values cached."""
    engine = Engine(rules(count).model, TODAY)
    engine.decide(engine.read(batch))
    benchmark.pedantic(lambda: engine.decide(engine.read(batch)), rounds=3)


@each_size
def test_whole_run(benchmark: Any, count: int, tmp_path: Path) -> None:
    """From files to a run folder, in this process."""
    write_contacts(tmp_path / "contacts.csv", ROWS)
    (tmp_path / "book.lead").write_text(rules_for(count), encoding="utf-8")
    arguments = ["run", f"{tmp_path}/book.lead", f"{tmp_path}/contacts.csv", "--as-of", f"{TODAY}", "--force"]

    def run() -> None:
        done = CliRunner().invoke(cli, [*arguments, "-o", f"{tmp_path}/out"])
        assert done.exit_code == 0, done.output

    benchmark.pedantic(run, rounds=3)
    with (tmp_path / "out" / "contacts.csv").open(encoding="utf-8", newline="") as file:
        assert sum(1 for _ in csv.reader(file)) == ROWS + 1
