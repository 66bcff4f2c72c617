"""`qualify explain`: one contact, given by its id or its row."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from .conftest import CONTACTS, Ran

Qualify = Callable[..., Ran]

BO = """\
008 (contacts.csv, line 3)
inquiry: no rule placed it (small.lead:11)

✗ rule "Competitor": excluded when
  ✗ is_competitor — no
✗ rule "Ready": lead when all of
  ✗ Budget
    ✗ budget is at least $25,000 — budget is $8,500
  ✗ Authority
    ✗ title mentions any of "VP", "Owner" — title is "Intern"

nearest miss: rule "Ready":
  budget is $8,500; needs $25,000
  title is "Intern"; needs to mention one of "VP", "Owner"

"""


@pytest.mark.parametrize("name", [("--id", "008"), ("--row", "2")])
def test_a_contact_is_explained_by_its_id_or_its_row(qualify: Qualify, name: tuple[str, str]) -> None:
    ran = qualify("explain", "small.lead", "contacts.csv", *name)
    assert (ran.code, ran.err, ran.out) == (0, "", BO)


def test_json_has_the_same_facts(qualify: Qualify) -> None:
    (told,) = json.loads(qualify("explain", "small.lead", "contacts.csv", "--id", "009", "--format", "json").out)
    assert (told["contact"], told["file"], told["line"], told["row"]) == ("009", "contacts.csv", 4, 3)
    assert told["explanation"]["could_be"] == "lead"
    assert told["explanation"]["tried"][1]["parts"][0] == {
        "asked": "Budget",
        "answer": "unknown",
        "seen": "",
        "points": None,
        "parts": [
            {
                "asked": "budget is at least $25,000",
                "answer": "unknown",
                "seen": '"ask her", not readable as money',
                "points": None,
                "parts": [],
            }
        ],
    }


def test_every_contact_of_that_id_is_explained(qualify: Qualify, folder: Path) -> None:
    (folder / "twice.csv").write_text(CONTACTS.replace("009", "008"), "utf-8")
    ran = qualify("explain", "small.lead", "twice.csv", "--id", "008")
    assert [line for line in ran.out.splitlines() if line.startswith("008")] == [
        "008 (twice.csv, line 3)",
        "008 (twice.csv, line 4)",
    ]


def test_a_contact_with_a_time_outside_the_calendar_is_explained(qualify: Qualify, folder: Path) -> None:
    table = pa.table({"Contact ID": ["1"], "seen": pa.array([-62_135_683_200], pa.timestamp("s"))})
    pq.write_table(table, folder / "old.parquet")
    (folder / "seen.lead").write_text('use "fields.yaml"\nrule "Seen": lead when seen is before today', "utf-8")
    ran = qualify("explain", "seen.lead", "old.parquet", "--id", "1")
    assert ran.code == 0
    assert '"0000-12-31T00:00:00.000", not readable as a date' in ran.out


def test_an_id_is_what_the_outputs_write(qualify: Qualify, folder: Path) -> None:
    contact = {"Job Title": "VP Sales", "Annual Budget": "$40,000", "Is Competitor": False}
    lines = [json.dumps({"Contact ID": own_id} | contact) for own_id in (7.0, None)]
    (folder / "typed.ndjson").write_text("\n".join(lines), "utf-8")
    ran = qualify("explain", "small.lead", "typed.ndjson", "--id", " 7 ")
    assert (ran.code, ran.err, ran.out.splitlines()[0]) == (0, "", "7 (typed.ndjson, line 1)")
    assert qualify("explain", "small.lead", "typed.ndjson", "--id", "None").code == 2
    assert qualify("explain", "small.lead", "typed.ndjson", "--row", "2").out.startswith("row 2 (")


def test_a_file_that_run_refuses_is_refused_here_too(qualify: Qualify, folder: Path) -> None:
    (folder / "other.csv").write_text("Contact ID,Job Title,Money,Is Competitor\n1,VP,9,no\n", "utf-8")
    ran = qualify("explain", "small.lead", "other.csv", "--row", "1")
    assert (ran.code, ran.out, ran.err) == (1, "", qualify("run", "small.lead", "other.csv").err)
    assert "E601" in ran.err


@pytest.mark.parametrize(
    ("arguments", "err"),
    [
        ((), "error: name one contact: --id ID or --row N\n"),
        (("--id", "1", "--row", "1"), "error: name one contact: --id ID or --row N\n"),
        (("--id", "999"), "error E641: there is no contact with the id `999`\n"),
        (("--id", "0080"), "error E641: there is no contact with the id `0080`\n"),
        (
            ("--row", "9"),
            "error E641: row 9 cannot be explained: it was rejected, or does not exist (the last row is 4)\n",
        ),
    ],
)
def test_a_missing_contact_is_reported(qualify: Qualify, arguments: tuple[str, ...], err: str) -> None:
    ran = qualify("explain", "small.lead", "contacts.csv", *arguments)
    assert (ran.code, ran.out, ran.err) == (2, "", err)
