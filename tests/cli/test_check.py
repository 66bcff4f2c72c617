"""`qualify check`: every error and warning, and whether a contact file fits the rules."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from .conftest import Ran

Qualify = Callable[..., Ran]


def test_rules_without_mistakes_are_counted(qualify: Qualify) -> None:
    ran = qualify("check", "small.lead")
    assert (ran.code, ran.err) == (0, "")
    assert ran.out == "small.lead: 2 rules, 2 criteria, 3 fields, 1 example: no errors, no warnings\n"


def test_every_mistake_is_shown_with_its_place_and_counted(qualify: Qualify, folder: Path) -> None:
    (folder / "bad.lead").write_text('rule "R": lead when x is 1\nrule "R": lead when x is 2\n', "utf-8")
    ran = qualify("check", "bad.lead")
    assert (ran.code, ran.err) == (1, "")
    assert (
        ran.out
        == """\
bad.lead:2:6: error E201: there are two rules "R"
  |
2 | rule "R": lead when x is 2
  |      ^^^
  = give one of them another name
  = the first: bad.lead:1:1

bad.lead: 1 error, no warnings
"""
    )


MISFITS = {
    "a column is missing": (
        "Contact ID,Job Title,is-competitor,budgte\n1,Owner,no,5\n",
        """\
error E601: `other.csv` has no column for `budget` (`Annual Budget`)
 = did you mean the column `budgte`? in the field file: budget: {column: "budgte"}
""",
    ),
    "all are missing": (
        "sku;price\nX1;5\n",
        """\
error E601: `other.csv` has none of the 3 columns that the rules read: `is_competitor`, `Annual Budget`, `Job Title`
 = its first row is `sku`, `price`: wrong file or --sheet? rows above the header? wrong --delimiter or --encoding?
""",
    ),
    "two would do": (
        "Contact ID,Job Title,Is Competitor,is-competitor,budget\n1,Owner,no,no,5\n",
        """\
error E602: `is_competitor` could be more than one column of `other.csv`: `Is Competitor`, `is-competitor`
 = in the field file, say which: is_competitor: {column: "Is Competitor"}
""",
    ),
}


@pytest.mark.parametrize(("contacts", "told"), MISFITS.values(), ids=MISFITS.keys())
def test_columns_that_do_not_fit_are_reported(qualify: Qualify, folder: Path, contacts: str, told: str) -> None:
    (folder / "other.csv").write_text(contacts, "utf-8")
    ran = qualify("check", "small.lead", "--contacts", "other.csv")
    summary = "small.lead: 2 rules, 2 criteria, 3 fields, 1 example: 1 error, no warnings\n"
    assert (ran.code, ran.out) == (1, f"{told}\n{summary}")


def test_unreadable_unlisted_and_mostly_unknown_cells_are_reported(qualify: Qualify, folder: Path) -> None:
    (folder / "odd.csv").write_text(
        "Contact ID,Job Title,Annual Budget,Is Competitor\n"
        "1,Owner,25.000,no\n"
        "2,Boss,ask her,\n"
        "3,Boss,ask her,perhaps\n"
        "4,Chef,tbd,\n"
        "5,Owner\n",
        "utf-8",
    )
    ran = qualify("check", "small.lead", "--contacts", "odd.csv")
    assert ran.code == 0
    assert (
        ran.out
        == """\
warning W611: `is_competitor` (column `Is Competitor`): 1 of 4 cells cannot be read: "perhaps" (1)
 = they count as unknown

warning W614: `is_competitor` (column `Is Competitor`): unknown for 3 of 4 contacts

warning W611: `budget` (column `Annual Budget`): 3 of 4 cells cannot be read: "ask her" (2), "tbd" (1)
 = they count as unknown

warning W613: `budget` (column `Annual Budget`): "25.000" (1) are read as less than 1,000: the point is the decimal sign
 = if it separates thousands, in the field file: budget: {decimal: ","}

warning W614: `budget` (column `Annual Budget`): unknown for 3 of 4 contacts

warning W612: `title` (column `Job Title`): values that are not in `values`: "Boss" (2), "Chef" (1)
 = add them to `values`, or as `synonyms` of an existing one

warning W615: `odd.csv`: 1 of 5 rows cannot be read: 2 cells where the header has 4 (1)
 = `qualify run` writes them to rejected.csv with the reasons

small.lead: 2 rules, 2 criteria, 3 fields, 1 example: no errors, 7 warnings
"""
    )


SAY_DATES = "say how its dates are written, in the field file: "


@pytest.mark.parametrize(
    ("form", "cells", "remedy"),
    [
        ("flag", "nein ja nein", 'say what they mean, in the field file: x: {synonyms: {"nein": no, "ja": yes}}'),
        ("flag", "perhaps yes no", None),
        ("flag", 'a"b a"b', None),
        ("date", "01.10.2026 15.11.2026", SAY_DATES + 'x: {format: "%d.%m.%Y"}'),
        ("date", "1/10/2026 2/11/2026", SAY_DATES + 'x: {format: "%d/%m/%Y"} or x: {format: "%m/%d/%Y"}'),
        ("date", "01.10.2026 2026-11-15", None),
        ("date", "soon soon", None),
    ],
)
def test_cells_that_all_have_another_notation_get_a_remedy(
    qualify: Qualify, folder: Path, form: str, cells: str, remedy: str | None
) -> None:
    (folder / "fields.yaml").write_text(f"fields:\n  x: {{type: {form}}}\n", "utf-8")
    rule = "x" if form == "flag" else "x is after 2026-10-01"
    (folder / "x.lead").write_text(f'use "fields.yaml"\nrule "R": lead when {rule}\n', "utf-8")
    (folder / "x.csv").write_text("id,x\n" + "".join(f"1,{cell}\n" for cell in cells.split()), "utf-8")
    hint = f" = they count as unknown; {remedy}\n" if remedy else " = they count as unknown\n"
    assert hint in qualify("check", "x.lead", "--contacts", "x.csv").out


def test_check_finds_what_run_would_refuse(qualify: Qualify, folder: Path) -> None:
    contacts = "Contact Nr,Job Title,Annual Budget,Is Competitor,stage\n1,Owner,5,no,x\n"
    (folder / "other.csv").write_text(contacts, "utf-8")
    told = (
        "error E601: `other.csv` has no column `Contact ID`, which identifies a contact\n"
        ' = did you mean `Contact Nr`? in the field file: id: "Contact Nr"\n'
    )
    assert told in qualify("check", "small.lead", "--contacts", "other.csv").out
    assert "error E603: " in qualify("check", "small.lead", "--contacts", "other.csv").out
    assert told in qualify("run", "small.lead", "other.csv", "--prefix", "q_").err


def test_json_has_fixes(qualify: Qualify, folder: Path) -> None:
    (folder / "bad.lead").write_text('stages: inquiry, lead\nrule "R": leed when x is 1\n', "utf-8")
    ran = qualify("check", "bad.lead", "--format", "json")
    (problem,) = json.loads(ran.out)["diagnostics"]
    assert problem["hint"] == "did you mean `lead`?"
    assert problem["fix"] == {
        "title": "did you mean `lead`?",
        "edits": [{"file": "bad.lead", "line": 2, "column": 11, "replaces": "leed", "text": "lead"}],
    }


def test_json_has_diagnostics(qualify: Qualify, folder: Path) -> None:
    (folder / "bad.lead").write_text('rule "R": lead when x is 1\nrule "R": lead when x is 2\n', "utf-8")
    ran = qualify("check", "bad.lead", "--format", "json")
    assert ran.code == 1
    assert json.loads(ran.out) == {
        "diagnostics": [
            {
                "code": "E201",
                "severity": "error",
                "message": 'there are two rules "R"',
                "file": "bad.lead",
                "line": 2,
                "column": 6,
                "text": '"R"',
                "hint": "give one of them another name",
                "fix": None,
                "notes": [{"message": "the first", "place": "bad.lead:1:1"}],
            }
        ]
    }
