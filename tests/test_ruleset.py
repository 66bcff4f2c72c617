"""The Python interface: rule sets, and the errors for misuse."""

from __future__ import annotations

import pickle
from collections import OrderedDict
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from enum import StrEnum
from math import nan
from pathlib import Path
from types import MappingProxyType
from typing import Any

import pyarrow as pa
import pytest

import qualify
from qualify.language.cells import read


def rejected(text: str) -> qualify.RulesRejected:
    with pytest.raises(qualify.RulesRejected) as caught:
        qualify.compile(text)
    return caught.value


def test_rejected_rules_can_be_pickled() -> None:
    here = rejected('rule "A": lead when x is "1\nrule "B": lead')
    there = pickle.loads(pickle.dumps(here))
    assert there.diagnostics == here.diagnostics
    assert str(there) == str(here)
    assert str(here).startswith("rules:1:26: error E104")


DATED = """
    rules "Dated":
      review by 2026-03-31
    rule "Day": lead when x is today
"""
ON_A_DAY: dict[str, Callable[[Any], object]] = {
    "compile": lambda today: [one.code for one in qualify.compile(DATED, today=today).warnings],
    "decide": lambda today: qualify.compile(DATED).decide({"x": "2026-03-31"}, today).stage,
    "decide_table": lambda today: qualify.compile(DATED).decide_table(pa.table({"x": ["2026-03-31"]}), today)["stage"],
}


@pytest.mark.parametrize("call", ON_A_DAY.values(), ids=ON_A_DAY)
def test_only_the_day_counts_if_today_is_given_with_a_time(call: Callable[[Any], object]) -> None:
    assert call(datetime(2026, 3, 31, 23, tzinfo=UTC)) == call(date(2026, 3, 31)) != call(date(2026, 4, 1))


@pytest.mark.parametrize("call", ON_A_DAY.values(), ids=ON_A_DAY)
@pytest.mark.parametrize("no_day", ["2026-03-31", 0, ""])
def test_today_must_be_a_date(call: Callable[[Any], object], no_day: object) -> None:
    with pytest.raises(TypeError, match=rf"^`today` needs a date, not {no_day!r}$"):
        call(no_day)


class Series:
    """A row like one of pandas: not a mapping, and `values` is not a method."""

    values = ("CFO",)

    def __iter__(self) -> Iterator[str]:
        return iter(self.values)


@pytest.mark.parametrize("no_contact", [None, "CFO", ["CFO"], Series()])
def test_a_contact_must_be_a_mapping(no_contact: Any) -> None:
    with pytest.raises(TypeError, match=rf"^{type(no_contact).__name__} is not a contact: pass a mapping"):
        qualify.compile('rule "A": lead when title is "CFO"').decide(no_contact)


class Failing:
    """An object that supports no operation."""

    def __hash__(self) -> int:
        raise ValueError

    def __eq__(self, other: object) -> bool:
        raise ValueError

    def __str__(self) -> str:
        raise ValueError


def test_a_cell_whose_methods_fail_is_unreadable() -> None:
    decision = qualify.compile('rule "A": lead when title is "CFO"').decide({"title": Failing()})
    assert (decision.stage, decision.could_be) == ("inquiry", "lead")
    assert decision.unreadable == {"title": "an object that cannot be shown"}


class Type(StrEnum):
    MONEY = "money"


COUNTRIES = ["DE", "FR"]
MONEY: Mapping[str, object] = MappingProxyType({"type": Type.MONEY, "currency": None})


@pytest.mark.parametrize(
    "fields",
    [
        {"a": MONEY, "b": MONEY},  # one object twice is no alias
        {"a": "money", "b": OrderedDict(type="money")},
        {"a": {"type": "money", "blank": None}, "b": {"type": "money"}, "c": None},
    ],
)
def test_fields_can_be_given_as_objects(fields: Mapping[str, object]) -> None:
    rules = qualify.compile('rule "R": lead when a is at least 5 and b is at least 5', fields)
    assert [field.kind for field in rules.model.fields.values()] == ["money", "money"]
    assert rules.decide({"a": "$5", "b": "5"}).stage == "lead"


@pytest.mark.parametrize(
    ("settings", "cell"),
    [
        ({"type": "number", "blank": Decimal("2.5")}, 2.5),
        ({"type": "number", "blank": 1e20}, 1e20),
        ({"type": "date", "blank": date(2026, 3, 31)}, "2026-03-31"),
        ({"type": "flag", "blank": True}, "yes"),
        ({"type": "list", "blank": {"b", "a"}}, "a; b"),
        ({"type": "text", "blank": "DE", "values": COUNTRIES}, "DE"),
        ({"type": "text", "blank": "DE", "values": {*COUNTRIES}}, "DE"),
    ],
)
def test_the_meaning_of_a_blank_can_be_a_python_value(settings: Mapping[str, object], cell: object) -> None:
    [blank] = qualify.compile('rule "R": lead when x is known', {"x": settings}).model.fields.values()
    assert blank.blank == read(cell, blank)


@pytest.mark.parametrize("fields", ["a: money", ["a"], {"a": object()}, {"a": {"type": float}}, {"a": {"blank": nan}}])
def test_fields_that_a_file_could_not_hold_are_an_error(fields: Any) -> None:
    with pytest.raises(
        TypeError,
        match=r"^(a setting is a text, .* of these|`fields` needs a mapping .*), not ",
    ):
        qualify.compile('rule "R": lead when a is at least 5', fields)


@pytest.mark.parametrize("no_text", [None, b"", Path("rules.lead")])
def test_rules_to_compile_must_be_text(no_text: Any) -> None:
    with pytest.raises(TypeError, match=r"^`compile` needs the text of the rules, not "):
        qualify.compile(no_text)


def test_the_repr_of_a_rule_set_shows_its_title_and_that_of_a_diagnostic_its_text() -> None:
    rules = qualify.compile(DATED, today=date(2026, 4, 1))
    assert repr(rules) == "<RuleSet 'Dated'>"
    [warning] = rules.warnings
    assert str(warning).splitlines()[0].startswith("rules:1:1: warning W203: ")


def test_dir_lists_the_public_names_before_they_are_imported() -> None:
    assert {"load", "compile", "RuleSet", "Decision"} <= set(dir(qualify))
    assert all(getattr(qualify, name) is not None for name in dir(qualify))


def test_a_lone_surrogate_in_rules_is_a_mistake() -> None:
    [problem] = rejected('rule "A":\n  lead when x is "\ud83d"').diagnostics
    assert (problem.code, problem.message) == ("E404", "the rules have an incomplete character, at line 2")


def test_fields_that_contain_themselves_are_an_error() -> None:
    fields: dict[str, object] = {}
    fields["a"] = {"synonyms": fields}
    values: list[object] = []
    values.append(values)
    for told in (fields, {"a": {"values": values}}):
        with pytest.raises(TypeError, match="nested too deeply, or contain themselves"):
            qualify.compile('rule "R": lead when a is 1', told)
