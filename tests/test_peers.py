"""The translations of compare.py mean the same for each peer: all place every contact as the rules do."""

from __future__ import annotations

import csv
import importlib
from pathlib import Path
from typing import Any

import pytest
from common_rules import ASKED, OTHERWISE, TODAY, Rule, common_rules, rule_file
from generate import write_contacts
from peers.typed import typed

import qualify

COUNT = 400
RULES = common_rules(120)

Placement = tuple[str, str | None]


@pytest.fixture(scope="module")
def contacts(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("peers") / "contacts.csv"
    write_contacts(file, COUNT)
    return file


@pytest.fixture(scope="module")
def cells(contacts: Path) -> list[dict[str, str]]:
    with contacts.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def expected(cells: list[dict[str, str]]) -> list[Placement]:
    rules = qualify.compile(rule_file(RULES), today=TODAY)
    return [(decision.stage, decision.rule) for contact in cells for decision in [rules.decide(contact, TODAY)]]


def test_the_common_rules_place_contacts_and_use_every_test_of_the_table(expected: list[Placement]) -> None:
    assert COUNT / 10 < sum(rule is not None for _, rule in expected) < COUNT * 9 / 10
    asked = {(test.form, test.how) for rule in common_rules(1000) for test in rule.tests}
    assert asked >= {(line.form, line.how) for lines in ASKED.values() for line in lines}


@pytest.mark.parametrize("way", ["zen_rules.decision_table", "zen_rules.one_expression", "cel_programs.prepared"])
def test_rust_engines_place_contacts_alike(way: str, cells: list[dict[str, str]], expected: list[Placement]) -> None:
    module, _, name = way.partition(".")
    place = getattr(_peer(module), name)(RULES)
    assert [_placement(int(place(typed(contact)))) for contact in cells] == expected


def test_rule_engine_places_alike(cells: list[dict[str, str]], expected: list[Placement]) -> None:
    place = _peer("rule_engine_rules").prepared(RULES)
    assert [_placement(place(typed(contact))) for contact in cells[:100]] == expected[:100]


def test_duckdb_places_alike(contacts: Path, tmp_path: Path, expected: list[Placement]) -> None:
    query = _peer("duckdb_query").query(RULES, contacts, tmp_path / "placed.csv")
    importlib.import_module("duckdb").execute(query)
    assert _placed(tmp_path / "placed.csv") == expected


def test_polars_places_alike(contacts: Path, tmp_path: Path, expected: list[Placement]) -> None:
    place = _peer("polars_expressions").place
    polars = importlib.import_module("polars")
    place(RULES, polars.scan_csv(contacts, infer_schema=False)).sink_csv(tmp_path / "placed.csv")
    assert _placed(tmp_path / "placed.csv") == expected


@pytest.mark.parametrize("line", [line for lines in ASKED.values() for line in lines], ids=lambda line: line.words)
def test_each_test_alone_means_the_same(line: Any, contacts: Path, cells: list[dict[str, str]], tmp_path: Path) -> None:
    """With the first values of its pool, in DuckDB, so that rarely drawn tests are tried as well."""
    query = _peer("duckdb_query").query
    drawn = line.drawn(_First())
    rule = (Rule("it", "lead", (drawn,), 1),)
    rules = qualify.compile(rule_file(rule), today=TODAY)
    importlib.import_module("duckdb").execute(query(rule, contacts, tmp_path / "placed.csv"))
    assert _placed(tmp_path / "placed.csv") == [
        (decision.stage, decision.rule) for contact in cells for decision in [rules.decide(contact, TODAY)]
    ]


class _First:
    """Stands in for a source of random values."""

    def sample(self, pool: Any, count: int) -> Any:
        return pool[:count]


def _peer(name: str) -> Any:
    """Return the module of a peer; skip the test if it is not installed."""
    needed = {
        "zen_rules": "zen",
        "cel_programs": "cel",
        "rule_engine_rules": "rule_engine",
        "duckdb_query": "duckdb",
        "polars_expressions": "polars",
    }[name]
    pytest.importorskip(needed, reason=f"{needed} is not installed: pip install -e '.[compare]'")
    return importlib.import_module(f"peers.{name}")


def _placement(number: int) -> Placement:
    return (RULES[number].stage, RULES[number].name) if number >= 0 else (OTHERWISE, None)


def _placed(file: Path) -> list[Placement]:
    with file.open(encoding="utf-8", newline="") as lines:
        return [(row["stage"], row["rule"] or None) for row in csv.DictReader(lines)]
