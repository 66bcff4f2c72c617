"""A function needs only its entry: even without a form for columns, all evaluators agree on it."""

from __future__ import annotations

import math
from collections.abc import Callable
from datetime import date, timedelta
from itertools import product

import numpy as np
import pyarrow as pa
import pytest

import qualify
from qualify.language.functions import FUNCTIONS, SELECTORS, Function
from qualify.language.kinds import FIELD_KINDS, Kind, Value
from qualify.language.logic import Answer
from qualify.targets.batch.classes.function_columns import OF_DAYS, SELECTED, TEXTS_TO_NUMBERS, TEXTS_TO_TEXTS

TODAY = date(2026, 11, 1)
CELLS = {
    Kind.TEXT: ("VP", "vp of sales", "a", "x@acme.com", "Straße", "a; b"),
    Kind.NUMBER: ("5", "-5", "12.5", "1,000", "50-200", "10+"),
    Kind.MONEY: ("$5", "70", "12.50", "$1k", "$50-$200"),
    Kind.DATE: ("2026-11-01", "2026-10-31", "0001-01-01", "9999-12-31", "2024-02-29"),
    Kind.FLAG: ("yes", "no", "true"),
    Kind.LIST: ("a", "a; b", "b; VP; x", "x; y"),
}
COLUMN = ("", "N/A", "what?")  # in the column of every type
# What a made-up function gives: something of its type, by the size of what it takes; for some sizes nothing.
GIVEN: dict[Kind, Callable[[int], Value]] = {
    Kind.TEXT: lambda size: "VP of sales"[:size],
    Kind.NUMBER: lambda size: size,  # no float, as of `len`
    Kind.MONEY: lambda size: size / 2,
    Kind.DATE: lambda size: TODAY - timedelta(days=size),
    Kind.FLAG: lambda size: size % 2 == 0,
    Kind.LIST: lambda size: ("a", "VP", "b")[: size % 3 + 1],
}
# What is asked of it: alone, in a definition, as what another function takes, beside a field, negated.
ASKED = {
    Kind.TEXT: ('{} mentions "VP of"', '{} is not "v"', "{} is other", "length of {} is at least 2"),
    Kind.NUMBER: ("{} is at least 5", "twice is 6", "{} is more than other", "{} is between 2 and 3"),
    Kind.MONEY: ("{} is at least $2", "half is $1.5", "{} is more than other"),
    Kind.DATE: ("{} is within the last 4 days", "days since {} is 4", "{} is before other"),
    Kind.FLAG: ("{}", "not {}", "{} is other"),
    Kind.LIST: ('{} includes "b"', '{} does not include all of "a", "VP"', "number of {} is 2"),
}
DEFINED = {Kind.NUMBER: "define twice as year of it * 2\n", Kind.MONEY: "define half as year of it / 2\n"}
# A value of each type, and how an example gives it.
SOME: dict[Kind, tuple[Value, str]] = {
    Kind.TEXT: ("jo@acme.com", '"jo@acme.com"'),
    Kind.NUMBER: (5.0, "5"),
    Kind.MONEY: (5.0, "$5"),
    Kind.DATE: (date(2026, 10, 1), "2026-10-01"),
    Kind.FLAG: (True, "yes"),
    Kind.LIST: (("a", "b"), '"a; b"'),
}
# Every pair of types, but for money made of what is in no currency.
PAIRS = [pair for pair in product(FIELD_KINDS, repeat=2) if pair[1] is not Kind.MONEY or pair[0] is Kind.MONEY]


def made_up(takes: Kind, gives: Kind) -> Function:
    def apply(value: object, today: date) -> Value | None:
        size = sum(map(ord, str(value))) % 7
        return GIVEN[gives](size) if size else None

    return Function("year of", takes, gives, "", "", apply)


@pytest.mark.parametrize(("takes", "gives"), PAIRS, ids=str)
def test_a_function_of_any_types_needs_only_its_entry(
    takes: Kind, gives: Kind, monkeypatch: pytest.MonkeyPatch
) -> None:
    """`year of` is replaced by another function, so that the grammar can stay unchanged."""
    monkeypatch.setitem(FUNCTIONS, "year_of", made_up(takes, gives))
    monkeypatch.delitem(OF_DAYS, "year_of")
    criteria = [asked.format("year of it") for asked in ASKED[gives]]
    criteria += ["year of it is known", "either is unknown"]
    text = DEFINED.get(gives, "") + "define made as year of it\ndefine either as first known of made, other\n"
    text += "".join(f"criterion C{number}: {asked}\n" for number, asked in enumerate(criteria))
    text += "".join(f'rule "R{number}": lead when C{number} is unknown or C{number}\n' for number in (0, 2))
    text += 'rule "Last": lead when C1 and not either is unknown\n'
    fields = {"it": {"type": str(takes)}, "other": {"type": str(gives)}}
    rules = qualify.compile(text, fields, TODAY)
    contacts = [
        {"it": it, "other": other}
        for it in (*CELLS[takes], *COLUMN)
        for other in (CELLS[gives][0], CELLS[gives][-1], *COLUMN)
    ]
    table = rules.decide_table(pa.Table.from_pylist(contacts), TODAY)
    answers = set[Answer]()
    for contact, row in zip(contacts, table.to_pylist(), strict=True):
        one = rules.decide(contact, TODAY)
        assert (row["stage"], row["rule"]) == (one.stage, one.rule) == (one.details.stage, one.details.rule)
        assert (row["could_be"], row["ask"], row["reason"]) == (one.could_be, "; ".join(one.ask) or None, one.reason)
        assert {name: row[name] for name in one.criteria} == {name: str(one.criteria[name]) for name in one.criteria}
        assert "year of it" in one.explain() or one.rule == "R0"
        answers.update(one.criteria.values())
    assert answers == set(Answer)


@pytest.mark.parametrize("name", FUNCTIONS)
def test_an_example_needs_its_day_where_a_function_reads_today(name: str) -> None:
    function = FUNCTIONS[name]
    value, given = SOME[function.takes]
    text = f"define made as {function.words} it\n"
    text += f'rule "R": lead when made is known\nexample "E": given it {given} expect lead\n'
    today, tomorrow = (function.apply(value, day) for day in (TODAY, TODAY + timedelta(days=1)))
    assert (today != tomorrow) is function.reads_today
    if function.reads_today:
        with pytest.raises(qualify.RulesRejected, match="E310"):
            qualify.compile(text)
    else:
        qualify.compile(text)


def test_forms_for_columns_belong_to_functions_of_their_types() -> None:
    for names, takes, gives in (
        (OF_DAYS, Kind.DATE, Kind.NUMBER),
        (TEXTS_TO_NUMBERS, Kind.TEXT, Kind.NUMBER),
        (TEXTS_TO_TEXTS, Kind.TEXT, Kind.TEXT),
    ):
        assert {(FUNCTIONS[name].takes, FUNCTIONS[name].gives) for name in names} == {(takes, gives)}
    assert set(SELECTED) == set(SELECTORS)


DAYS = [date.fromisoformat(cell) for cell in (*CELLS[Kind.DATE], "1969-12-31", "1970-01-01")]
TEXTS = ["VP", "a@x.com", "A@X.COM", "www.x.com/y", "https://u@x.com:80/z", "a@", "a@b@x.com", "Straße", "🙂", ""]
TEXTS += [f"{before}a@x.com{after}" for before in (*"<.,-_'\"@;é+ ", "mailto:") for after in ("", *">.,-_'\"@;é+?/ ")]
TEXTS += ["a@x..com", "a@.x.com", "a@x", "a.@x.com", "a@é.com", "a@x.com\u200b", "a@x.com;b@x.com", "a@x.com\tb@y.com"]


@pytest.mark.parametrize("name", OF_DAYS)
def test_the_columnar_form_for_days_agrees_with_the_function(name: str) -> None:
    found = OF_DAYS[name](np.array([*(day.toordinal() for day in DAYS), math.nan]), TODAY)
    assert found[:-1].tolist() == [FUNCTIONS[name](day, TODAY) for day in DAYS]
    assert math.isnan(found[-1])


@pytest.mark.parametrize("name", TEXTS_TO_NUMBERS)
def test_the_columnar_form_from_texts_to_numbers_agrees_with_the_function(name: str) -> None:
    found = TEXTS_TO_NUMBERS[name](pa.array([*TEXTS, None], pa.string()))
    assert found[:-1].tolist() == [FUNCTIONS[name](text, TODAY) for text in TEXTS]
    assert math.isnan(found[-1])


@pytest.mark.parametrize("name", TEXTS_TO_TEXTS)
def test_the_columnar_form_from_texts_to_texts_agrees_with_the_function(name: str) -> None:
    places, found = TEXTS_TO_TEXTS[name](pa.array([*TEXTS, None], pa.string()))
    assert found.take(pa.array(places)).to_pylist() == [FUNCTIONS[name](text, TODAY) for text in TEXTS] + [None]
