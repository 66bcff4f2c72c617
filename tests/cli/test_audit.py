"""`qualify audit`: the record of a run, the history of a contact, verification, and moves."""

from __future__ import annotations

import hashlib
import json
import os
from collections import Counter
from collections.abc import Callable, Sequence
from itertools import permutations
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from qualify.runs.past.history import data_changed
from qualify.runs.past.moves import moves
from qualify.runs.past.run_folder import open_run
from qualify.targets.batch.added_columns import CODED, Placed, Placing
from qualify.targets.batch.classes.batch_state import BatchState
from qualify.version import __version__

from .conftest import CONTACTS, RULES, Ran, as_nobody

Qualify = Callable[..., Ran]


@pytest.fixture
def runs(qualify: Qualify, folder: Path) -> Path:
    """Three runs: october; november with other data; december with a lower bar as well."""
    (folder / "november.csv").write_text(
        "Contact ID,Name,Job Title,Annual Budget,Is Competitor\n"
        '007,Ada,"VP, Sales","$40,000",no\n'
        "008,Bo,Owner,8500,no\n"
        "009,Cy,Owner,30000,no\n"
        "011,Ed,Owner,50k,no\n",
        "utf-8",
    )
    (folder / "lower.lead").write_text(RULES.replace("25,000", "8,000"), "utf-8")
    qualify("run", "small.lead", "contacts.csv", "-o", "october", "--as-of", "2026-10-01")
    qualify("run", "small.lead", "november.csv", "-o", "november", "--as-of", "2026-11-01")
    qualify("run", "lower.lead", "november.csv", "-o", "december", "--as-of", "2026-11-01")
    for number, name in enumerate(("october", "november", "december")):  # they were made within a second
        record = folder / name / "run.json"
        told = json.loads(record.read_text("utf-8"))
        told["started"] = f"2026-1{number}-01T08:00:00+00:00"
        for one in told["rules"]["files"]:
            assert len(one["sha256"]) == 64
        record.write_text(json.dumps(told), "utf-8")
    return folder


def hash_of(run: Path) -> str:
    return str(json.loads((run / "run.json").read_text("utf-8"))["rules"]["sha256"])[:8]


def lines(text: str) -> list[str]:
    return [" ".join(line.split()) for line in text.splitlines()]


def test_show_prints_the_result_of_a_run(qualify: Qualify, runs: Path) -> None:
    ran = qualify("audit", "show", "october")
    assert ran.code == 0
    assert ran.out.startswith(
        f"""\
october: 2026-10-01 08:00 UTC, as of 2026-10-01
rules: Small ({hash_of(runs / "october")}), small.lead
input: contacts.csv: 4 contacts, 0 rejected (7b715d60)

stage      contacts
lead              1
inquiry           2
excluded          1

rule         stage      placed   left unknown
Competitor   excluded        1              1
Ready        lead            1              1
otherwise    inquiry         2
"""
    )


def test_show_prints_the_record_of_a_contact_with_the_values_that_decided(qualify: Qualify, runs: Path) -> None:
    ran = qualify("audit", "show", "october", "--id", "009")
    assert lines(ran.out) == [
        "009 (row 3 of october, as of 2026-10-01)",
        f"inquiry: no rule placed it (small.lead:11), Small ({hash_of(runs / 'october')})",
        "could be lead; ask budget; title",
        "Budget unknown, Authority unknown",
        'budget was "ask her", which could not be read',
        "",
        "the values that decided",
        "is_competitor blank",
        'budget "ask her"',
        "title blank",
        "",
    ]


def test_a_run_has_the_same_name_from_every_working_directory(
    qualify: Qualify, runs: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(runs / "november/rules")
    assert qualify("audit", "show", "..").out.startswith("november: ")
    monkeypatch.chdir(runs / "november")
    assert qualify("audit", "moves", "../october", ".").out.startswith("from october to november: ")


def test_without_an_id_column_a_contact_is_identified_by_its_row(qualify: Qualify, folder: Path) -> None:
    (folder / "plain.lead").write_text('rule "R": lead when budget is at least $5', "utf-8")
    (folder / "plain.csv").write_text("budget\n1\n7\n", "utf-8")
    qualify("run", "plain.lead", "plain.csv", "-o", "out")
    assert lines(qualify("audit", "show", "out", "--id", "2").out)[1].startswith('lead: by rule "R" (plain.lead:1)')


def test_history_shows_when_a_contact_moved_and_what_changed(qualify: Qualify, runs: Path) -> None:
    ran = qualify("audit", "history", "--id", "008", "december", "october", "november")
    october, december = hash_of(runs / "october"), hash_of(runs / "december")
    assert lines(ran.out) == [
        "008 in 3 runs",
        "",
        "run as of stage rule rules what changed",
        f"october 2026-10-01 inquiry Small ({october})",
        f'november 2026-11-01 inquiry Small ({october}) title: "Intern" → "Owner"; the day',
        f"december 2026-11-01 lead Ready Small ({december}) the rules",
        "",
    ]


def test_history_orders_runs_within_the_same_second(qualify: Qualify, folder: Path) -> None:
    for name in ("z", "y"):
        qualify("run", "small.lead", "contacts.csv", "-o", name)
    told = json.loads(qualify("audit", "history", "--id", "007", "y", "z", "--format", "json").out)
    assert [one["run"] for one in told] == ["z", "y"]


def test_history_shows_runs_that_lack_a_contact(qualify: Qualify, runs: Path) -> None:
    told = json.loads(qualify("audit", "history", "--id", "010", "october", "november", "--format", "json").out)
    assert [(one["run"], one["stage"]) for one in told] == [("october", "excluded"), ("november", None)]
    ran = qualify("audit", "history", "--id", "nobody", "october")
    assert (ran.code, ran.err) == (2, "error E641: no run has a contact with the id `nobody`\n")


def test_history_says_that_a_run_has_no_ids(qualify: Qualify, runs: Path) -> None:
    """Instead of saying that the contact was not in it."""
    (runs / "nameless.lead").write_text(RULES.replace("fields.yaml", "nameless.yaml"), "utf-8")
    (runs / "nameless.yaml").write_text((runs / "fields.yaml").read_text("utf-8").split("\n", 1)[1], "utf-8")
    placed(qualify, "nameless", CONTACTS, "nameless.lead")
    placed(qualify, "blank", CONTACTS.splitlines()[0] + "\n,Ada,Owner,1,no\nN/A,Bo,Owner,1,no\n")
    placed(qualify, "empty", CONTACTS.splitlines(keepends=True)[0])
    names = ("october", "nameless", "blank", "empty")
    told = json.loads(qualify("audit", "history", "--id", "007", *names, "--format", "json").out)
    assert {one["run"]: (one["stage"], one["has_ids"]) for one in told} == {
        "october": ("lead", True),
        "nameless": (None, False),
        "blank": (None, False),
        "empty": (None, True),
    }
    ran = qualify("audit", "history", "--id", "1", "nameless")
    assert lines(ran.out)[-2].endswith("found by its row because it has no id")
    ran = qualify("audit", "history", "--id", "007", "october", "november", "nameless")
    assert sum("no ids in this run" in line for line in ran.out.splitlines() if line.startswith("nameless ")) == 1
    assert qualify("audit", "history", "--id", "010", "october", "november").out.count("not in this run") == 1


def test_a_row_number_does_not_match_another_contacts_id(qualify: Qualify, folder: Path) -> None:
    (folder / "nameless.lead").write_text(RULES.replace('use "fields.yaml"', ""), "utf-8")
    header = "budget,title,is_competitor"
    (folder / "nameless.csv").write_text(f"{header}\n$30k,Owner,no\n$1,Owner,no\n", "utf-8")
    (folder / "named.csv").write_text(f"id,{header}\n1,$1,Owner,no\n", "utf-8")
    qualify("run", "nameless.lead", "nameless.csv", "named.csv", "-o", "both")
    [row] = json.loads(qualify("audit", "show", "both", "--id", "1", "--format", "json").out)
    assert (row["row"], row["stage"]) == (3, "inquiry")
    [row] = json.loads(qualify("audit", "show", "both", "--id", "2", "--format", "json").out)
    assert (row["row"], row["id"]) == (2, None)


def test_spaces_around_an_id_are_ignored(qualify: Qualify, runs: Path) -> None:
    placed(qualify, "spaced", CONTACTS.replace("007", " 007 ").replace("008", "008 "))
    for asked in ("007", " 007"):
        assert qualify("audit", "show", "spaced", "--id", asked).out.startswith("007 (row 1 of spaced")
    assert qualify("audit", "moves", "october", "spaced").out == (
        qualify("audit", "moves", "october", "october").out.replace("to october: the", "to spaced: the")
    )


def test_history_reports_a_repeated_id(qualify: Qualify, runs: Path) -> None:
    qualify("run", "small.lead", "contacts.csv", "november.csv", "-o", "both", "--as-of", "2026-11-01")
    ran = qualify("audit", "history", "--id", "008", "october", "both")
    assert lines(ran.out)[-2].endswith("the day; the first of 2 with this id")


def test_history_notices_changed_data_that_only_one_rule_read(qualify: Qualify, runs: Path) -> None:
    """For a contact that a rule placed, the audit only has the cells that the rule read."""
    (runs / "out.csv").write_text(CONTACTS.replace("50k,yes", "1,no"), "utf-8")
    qualify("run", "small.lead", "out.csv", "-o", "out", "--as-of", "2026-10-01")
    told = json.loads(qualify("audit", "history", "--id", "010", "october", "out", "--format", "json").out)
    assert told[1]["changes"] == ['is_competitor: "yes" → "no"']
    (runs / "in.csv").write_text(CONTACTS.replace("no\n008", "yes\n008").replace("$40,000", "1"), "utf-8")
    qualify("run", "small.lead", "in.csv", "-o", "in", "--as-of", "2026-10-01")
    told = json.loads(qualify("audit", "history", "--id", "007", "october", "in", "--format", "json").out)
    assert (told[1]["stage"], told[1]["changes"]) == ("excluded", ["its data"])


def placed(qualify: Qualify, name: str, contacts: str, rules: str = "small.lead", as_of: str = "2026-10-01") -> None:
    """Run the rules on contacts."""
    Path(f"{name}.csv").write_text(contacts, "utf-8")
    qualify("run", rules, f"{name}.csv", "-o", name, "--as-of", as_of)


COMPETITOR = CONTACTS.replace("no\n008", "yes\n008")  # 007, whom "Ready" placed, which does not read this


@pytest.mark.parametrize(
    ("rules", "as_of", "changes", "data_changed"),
    [
        ("small.lead", "2026-10-01", ["its data"], True),
        (
            "small.lead",
            "2026-11-01",
            ["the day", "perhaps its data: `is_competitor`, `budget`, `title` cannot be compared"],
            None,
        ),
        (
            "lower.lead",
            "2026-10-01",
            ["the rules", "perhaps its data: `is_competitor`, `budget`, `title` cannot be compared"],
            None,
        ),
    ],
)
def test_changed_data_is_only_reported_if_it_is_known(
    qualify: Qualify, runs: Path, rules: str, as_of: str, changes: list[str], data_changed: bool | None
) -> None:
    """For a contact that a rule placed, the audit only has the cells that the rule read."""
    placed(qualify, "earlier", CONTACTS)
    placed(qualify, "later", COMPETITOR, rules, as_of)
    moment = json.loads(qualify("audit", "history", "--id", "007", "earlier", "later", "--format", "json").out)[1]
    assert (moment["stage"], moment["changes"], moment["data_changed"]) == ("excluded", changes, data_changed)
    told = json.loads(qualify("audit", "moves", "earlier", "later", "--format", "json").out)
    assert told["ids"]["007"] == ["lead", "excluded"]
    assert (told["data_changed"], told["data_unknown"]) == ((1, 0) if data_changed else (0, 1))
    ending = "1 had different data" if data_changed else "0 had different data; not known for 1"
    assert qualify("audit", "moves", "earlier", "later").out.endswith(f"of 1 contact that moved, {ending}\n")


def test_fields_that_cannot_be_compared_start_with_those_the_later_rule_read(qualify: Qualify, runs: Path) -> None:
    placed(qualify, "earlier", COMPETITOR)
    placed(qualify, "later", CONTACTS, as_of="2026-11-01")
    told = json.loads(qualify("audit", "history", "--id", "007", "earlier", "later", "--format", "json").out)[1]
    assert told["changes"][-1] == "perhaps its data: `budget`, `title`, `is_competitor` cannot be compared"


def test_a_field_that_only_one_run_has_cannot_be_compared(qualify: Qualify, runs: Path) -> None:
    """Even if all cells that both have are equal."""
    (runs / "a.lead").write_text('rule "A": lead when a is "x"\n', "utf-8")
    (runs / "b.lead").write_text('rule "A": lead when a is "x" and b is "2"\n', "utf-8")
    placed(qualify, "earlier", "id,a,b\n1,x,2\n", "a.lead")
    placed(qualify, "later", "id,a,b\n1,x,3\n", "b.lead")
    told = json.loads(qualify("audit", "history", "--id", "1", "earlier", "later", "--format", "json").out)[1]
    assert (told["stage"], told["data_changed"]) == ("inquiry", None)
    assert told["changes"] == ["the rules", "perhaps its data: `b` cannot be compared"]
    found = json.loads(qualify("audit", "moves", "earlier", "later", "--format", "json").out)
    assert (found["data_changed"], found["data_unknown"]) == (0, 1)


def test_contacts_that_moved_with_the_same_data_are_not_counted_as_changed(qualify: Qualify, runs: Path) -> None:
    """As if somebody edited a run."""
    placed(qualify, "again", CONTACTS)
    placed(qualify, "edited", CONTACTS)
    edit_audit(runs / "edited", lambda rows: rows[0].update(stage="excluded", rule="Competitor"))
    found = json.loads(qualify("audit", "moves", "again", "edited", "--format", "json").out)
    assert found["ids"] == {"007": ["lead", "excluded"]}
    assert (found["data_changed"], found["data_unknown"]) == (0, 0)


def test_the_same_contacts_have_the_same_data(qualify: Qualify, runs: Path) -> None:
    """Even if the audits have different cells, as after a change of the rules."""
    placed(qualify, "before", COMPETITOR)
    (runs / "open.lead").write_text(RULES.replace('rule "Competitor": excluded when is_competitor\n', ""), "utf-8")
    placed(qualify, "after", COMPETITOR, "open.lead")
    moment = json.loads(qualify("audit", "history", "--id", "007", "before", "after", "--format", "json").out)[1]
    assert (moment["stage"], moment["changes"], moment["data_changed"]) == ("lead", ["the rules"], False)
    told = json.loads(qualify("audit", "moves", "before", "after", "--format", "json").out)
    assert (len(told["ids"]), told["data_changed"], told["data_unknown"]) == (2, 0, 0)


def test_history_and_moves_agree_on_whose_data_changed(qualify: Qualify, runs: Path) -> None:
    placed(qualify, "competitor", COMPETITOR)
    placed(qualify, "poorer", CONTACTS.replace("$40,000", "1").replace("ask her", "30000"), as_of="2026-11-01")
    (runs / "wider.lead").write_text(RULES.replace("Budget and", "Budget and name is known and"), "utf-8")
    placed(qualify, "wider", COMPETITOR, "wider.lead")
    opened = [open_run(name) for name in ("october", "november", "december", "competitor", "poorer", "wider")]
    seen = Counter[bool | None]()
    for earlier, later in permutations(opened, 2):
        found = moves(earlier, later)
        told = Counter(
            data_changed(earlier, earlier.rows_of(one)[0], later, later.rows_of(one)[0]) for one in found.ids
        )
        assert (told[True], told[None]) == (found.data_changed, found.data_unknown), (earlier, later)
        seen += told
    assert set(seen) == {True, False, None}


def test_moves_shows_who_moved_and_why(qualify: Qualify, runs: Path) -> None:
    ran = qualify("audit", "moves", "october", "november")
    assert (
        ran.out
        == """\
from october to november: the same rules, another day

was \\ is   lead   inquiry   excluded
lead          1
inquiry       1         1
excluded

only in the later run: 1; only in the earlier: 1

from               to                contacts
inquiry, no rule   lead by "Ready"          1

of 1 contact that moved, 1 had different data: budget (1), title (1)
"""
    )
    told = json.loads(qualify("audit", "moves", "november", "december", "--format", "json").out)
    assert (told["rules_changed"], told["day_changed"], told["data_changed"]) == (True, False, 0)
    assert told["data_unknown"] == 0
    assert told["ids"] == {"008": ["inquiry", "lead"]}


def test_moves_matches_contacts_by_id_in_any_order(qualify: Qualify, runs: Path) -> None:
    """A different order, added and removed contacts, some without an id, and row groups of any size."""
    rows = [f"{at},N,Owner,{'50k' if at % 3 else '1'},no\n" for at in range(20)]
    later = [row.replace(",1,", ",90k,") for row in reversed(rows[4:])]
    header = CONTACTS.splitlines(keepends=True)[0]
    (runs / "first.csv").write_text(header + "".join(rows) + ",N,Owner,1,no\n", "utf-8")
    (runs / "second.csv").write_text(header + "".join(later) + ",N,Owner,50k,no\n" * 2 + "99,N,,,\n", "utf-8")
    qualify("run", "small.lead", "first.csv", "-o", "first", "--as-of", "2026-10-01")
    qualify("run", "small.lead", "second.csv", "-o", "second", "--as-of", "2026-10-01")
    told = json.loads(qualify("audit", "moves", "first", "second", "--format", "json").out)
    assert told["ids"] == {str(at): ["inquiry", "lead"] for at in sorted((6, 9, 12, 15, 18), key=str)}
    assert (told["added"], told["gone"], told["nameless"]) == (1, 4, 3)
    assert (told["data_changed"], told["changed_fields"]) == (5, {"budget": 5})
    assert told["table"]["lead"] == {"lead": 11, "inquiry": 0, "excluded": 0}
    for run, rows_of_a_group in (("first", 3), ("second", 7)):
        audit = runs / run / "audit.parquet"
        pq.write_table(pq.read_table(audit), audit, row_group_size=rows_of_a_group)
    assert json.loads(qualify("audit", "moves", "first", "second", "--format", "json").out) == told
    assert "left out because they have no id: 3\n" in qualify("audit", "moves", "first", "second").out


def test_moves_compares_fields_whatever_their_order_in_the_rules(qualify: Qualify, runs: Path) -> None:
    """The first column in one audit is the last in the other."""
    (runs / "turned.lead").write_text(
        'use "fields.yaml"\nrule "Intern": lead when title is "Intern" and budget is known and not is_competitor',
        "utf-8",
    )
    qualify("run", "turned.lead", "contacts.csv", "-o", "turned", "--as-of", "2026-10-01")
    told = json.loads(qualify("audit", "moves", "october", "turned", "--format", "json").out)
    assert (sorted(told["ids"]), told["data_changed"]) == (["007", "008", "010"], 0)


def test_moves_leaves_out_repeated_ids(qualify: Qualify, runs: Path) -> None:
    """Repeated in either run; contacts with a unique id are compared."""
    placed(qualify, "once", CONTACTS)
    richer = CONTACTS.replace("8500", "85000").replace("Intern", "Owner").replace("50k,yes", "50k,no")
    placed(qualify, "twice", richer + "010,Di,Owner,1,no\n" + "012,Flo,Owner,1,no\n" * 3)
    for pair, ids in ((("once", "twice"), ["inquiry", "lead"]), (("twice", "once"), ["lead", "inquiry"])):
        told = json.loads(qualify("audit", "moves", *pair, "--format", "json").out)
        assert (told["ids"], told["repeated"]) == ({"008": ids}, 1 + 2 + 3)
        assert (told["added"], told["gone"], told["nameless"]) == (0, 0, 0)
        assert "\nleft out because their id occurs more than once in a run: 6\n" in qualify("audit", "moves", *pair).out
    told = json.loads(qualify("audit", "moves", "twice", "twice", "--format", "json").out)
    assert (told["repeated"], told["table"]["lead"]["lead"]) == (2 * 5, 2)


@pytest.mark.parametrize("word", ["N/A", " null ", "-", "#n/a", "  "])
def test_words_for_a_missing_cell_are_not_ids(qualify: Qualify, runs: Path, word: str) -> None:
    placed(qualify, "some", CONTACTS.replace("008", word).replace("009", word))
    told = json.loads(qualify("audit", "moves", "october", "some", "--format", "json").out)
    assert (told["nameless"], told["repeated"], told["gone"]) == (2, 0, 2)
    placed(qualify, "none", CONTACTS.splitlines()[0] + f"\n{word},Ada,Owner,1,no\n")
    hint = "name the column in the field file (id: COLUMN) and run again"
    assert qualify("audit", "moves", "none", "some").err == f"error E642: `none` has no ids\n  = {hint}\n"


def test_an_unchanged_run_is_verified(qualify: Qualify, runs: Path) -> None:
    ran = qualify("audit", "verify", "october")
    assert ran.code == 0
    assert ran.out == "checked: 3 output files, 2 rule files, 1 input file, 4 placements\n✓ everything matches\n"


def test_verify_reports_differences(qualify: Qualify, runs: Path) -> None:
    (runs / "october/contacts.csv").write_text("x", "utf-8")
    (runs / "october/rejected.csv").unlink()
    (runs / "contacts.csv").write_text(CONTACTS.replace("8500", "85000"), "utf-8")
    ran = qualify("audit", "verify", "october")
    assert ran.code == 1
    assert (
        ran.out
        == """\
checked: 3 output files, 2 rule files, 1 input file, 4 placements
✗ the output `contacts.csv` was edited
✗ the output `rejected.csv` is missing
✗ the input `contacts.csv` changed
✗ 1 of 4 contacts come out differently
  008: Budget no → yes; value of budget 8500 → 85000
"""
    )


def test_verify_reports_contacts_missing_from_the_input(qualify: Qualify, runs: Path) -> None:
    (runs / "contacts.csv").write_text("".join(CONTACTS.splitlines(keepends=True)[:-1]), "utf-8")
    ran = qualify("audit", "verify", "october")
    assert ran.out.endswith("✗ the input `contacts.csv` changed\n✗ 1 of 4 contacts come out differently\n")


def test_verify_reports_edited_rules(qualify: Qualify, runs: Path) -> None:
    (runs / "november/rules/small.lead").write_text(RULES.replace("25,000", "8,000"), "utf-8")
    told = json.loads(qualify("audit", "verify", "november", "--format", "json").out)
    assert told["differences"] == [
        "the rule file `small.lead` was edited",
        "1 of 4 contacts come out differently",
        (
            "  008: stage inquiry → lead; rule none → Ready; place small.lead:11 → small.lead:10; Budget no → yes; "
            "value of is_competitor no → none"
        ),
    ]


def test_verify_reports_a_different_engine(qualify: Qualify, runs: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("qualify.runs.past.verifying.__version__", "9.9")
    monkeypatch.setattr("qualify.runs.run.Placing", Forgetful)
    told = json.loads(qualify("audit", "verify", "october", "--format", "json").out)
    assert told["differences"] == [
        "1 of 4 contacts come out differently",
        f"the engine differs: the run was made with qualify {__version__}, this is 9.9",
        "  009: ask budget; title → none",
    ]
    monkeypatch.undo()
    monkeypatch.chdir(runs)
    edit(runs / "october/run.json", lambda told: told["versions"].update(qualify="0.0"))
    edit(runs / "october/run.json", lambda told: told["summary"].update(held_back=[]))
    assert differences(qualify, "october") == [
        "`held_back` in the summary of `run.json` differs from what is computed now",
        f"the engine may differ: the run was made with qualify 0.0, this is {__version__}",
    ]


def test_verify_does_not_blame_only_the_engine_if_it_is_the_same(qualify: Qualify, folder: Path) -> None:
    (folder / "day.lead").write_text('rule "Soon": lead when day is after today', "utf-8")
    (folder / "days.csv").write_text("day\n2026-12-01\n", "utf-8")
    qualify("run", "day.lead", "days.csv", "-o", "days", "--as-of", "2026-11-01")
    edit(folder / "days/run.json", lambda told: told.update(as_of="2027-11-01"))
    cause = "`run.json` was edited, or the engine differs"
    same = f"the run was made with qualify {__version__}, this is {__version__}"
    assert differences(qualify, "days")[1] == f"{cause}: {same}"


class Forgetful(Placing):
    """An engine that has nothing to ask."""

    def place(self, parts: Sequence[BatchState]) -> Placed:
        placed = super().place(parts)
        place = placed.added.schema.get_field_index("ask")
        nothing = pa.nulls(placed.added.num_rows, CODED)
        placed.added = placed.added.set_column(place, "ask", nothing)
        return placed


def test_a_moved_input_can_be_given(qualify: Qualify, runs: Path) -> None:
    (runs / "contacts.csv").rename(runs / "archived.csv")
    ran = qualify("audit", "verify", "october")
    assert ran.code == 1
    assert "✗ the input `contacts.csv` is missing" in ran.out
    assert qualify("audit", "verify", "october", "--contacts", "archived.csv").code == 0


def test_inputs_in_a_different_order_are_not_reported_as_changed(qualify: Qualify, runs: Path) -> None:
    qualify("run", "small.lead", "contacts.csv", "november.csv", "-o", "both")
    swapped = ("--contacts", "november.csv", "--contacts", "contacts.csv")
    told = qualify("audit", "verify", "both", *swapped).out.splitlines()
    assert told[1] == "✗ the input files are those of the run, but in a different order"
    assert not any("changed" in line or "engine" in line for line in told)


def test_a_different_number_of_inputs_is_reported(qualify: Qualify, runs: Path) -> None:
    qualify("run", "small.lead", "contacts.csv", "november.csv", "-o", "both")
    told = differences(qualify, "both", "--contacts", "contacts.csv")
    assert told[0] == "the run read 2 input files, but 1 are given"
    assert not any("changed" in difference for difference in told)


def test_verify_needs_an_input_that_is_a_file(qualify: Qualify, runs: Path) -> None:
    for given in ("-", "."):
        told = qualify("audit", "verify", "october", "--contacts", given, stdin=CONTACTS).out
        assert f"✗ the input `{given}` is not a file, so nothing was placed again; give it with --contacts" in told


def test_a_folder_that_is_not_a_run_is_reported(qualify: Qualify, runs: Path) -> None:
    ran = qualify("audit", "show", "nowhere")
    assert (ran.code, ran.err) == (2, "error E661: `nowhere` is not a run folder\n  = it has no `run.json`\n")
    (runs / "october/run.json").write_text("{", "utf-8")
    ran = qualify("audit", "verify", "october")
    assert ran.code == 2
    assert ran.err.startswith("error E661: `october/run.json` cannot be read: ")


def differences(qualify: Qualify, *arguments: str) -> list[str]:
    ran = qualify("audit", "verify", *arguments, "--format", "json")
    told: list[str] = json.loads(ran.out)["differences"]
    assert ran.code == (1 if told else 0)
    return told


def edit(record: Path, change: Callable[[dict[str, Any]], object]) -> None:
    told = json.loads(record.read_text("utf-8"))
    change(told)
    record.write_text(json.dumps(told), "utf-8")


def test_a_changed_byte_of_an_output_is_noticed_even_if_its_hash_was_edited(qualify: Qualify, runs: Path) -> None:
    placed = runs / "october/contacts.csv"
    original = placed.read_bytes()
    placed.write_bytes(original.replace(b"Ada", b"Eda"))
    assert differences(qualify, "october") == ["the output `contacts.csv` was edited"]
    new_hash = hashlib.sha256(placed.read_bytes()).hexdigest()
    edit(runs / "october/run.json", lambda told: told["outputs"][0].update(sha256=new_hash))
    wrong = "the hash of `contacts.csv` in `run.json`"
    assert differences(qualify, "october") == [f"{wrong} does not match the kept rules and the input"]
    placed.write_bytes(original)
    assert differences(qualify, "october")[1:] == [f"{wrong} was edited there, not the file"]


def edit_audit(run: Path, change: Callable[[list[dict[str, Any]]], object]) -> None:
    """Edit the rows of an audit, and its hash in the record with them."""
    audit = run / "audit.parquet"
    table = pq.read_table(audit)
    rows = table.to_pylist()
    change(rows)
    pq.write_table(pa.Table.from_pylist(rows, table.schema), audit)
    new_hash = hashlib.sha256(audit.read_bytes()).hexdigest()
    edit(run / "run.json", lambda told: told["outputs"][1].update(sha256=new_hash))


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (lambda rows: rows[1].update(id="004"), "008: id 004 → 008"),
        (lambda rows: rows[1].update(row=9), "008: row 9 → 2"),
        (lambda rows: rows[1].update(place="small.lead:1"), "008: place small.lead:1 → small.lead:11"),
        (lambda rows: rows[1].update(Budget="yes"), "008: Budget yes → no"),
        (lambda rows: rows[0]["values"].update(budget="$4"), "007: value of budget $4 → $40,000"),
        (lambda rows: rows[3]["values"].update(title="CEO"), "010: value of title CEO → none"),
        (lambda rows: rows[2]["values"].update(title=None), "009: value of title none → blank"),
        (lambda rows: rows[2]["unreadable"].update(budget=None), "009: unreadable budget none → ask her"),
        (lambda rows: rows[0]["unreadable"].update(budget="?"), "007: unreadable budget ? → none"),
        (lambda rows: rows.pop(), None),
    ],
)
def test_an_edited_cell_of_the_audit_is_noticed_even_if_its_hash_was_edited(
    qualify: Qualify, runs: Path, change: Callable[[list[dict[str, Any]]], object], told: str | None
) -> None:
    edit_audit(runs / "october", change)
    assert differences(qualify, "october") == [
        "`audit.parquet` differs from what is computed now for 1 of 4 contacts",
        *([f"  {told}"] if told else []),
    ]


def test_surplus_rows_of_an_audit_are_counted(qualify: Qualify, runs: Path) -> None:
    edit_audit(runs / "october", lambda rows: rows.extend(rows * 99))
    assert differences(qualify, "october") == [
        "`audit.parquet` differs from what is computed now for 396 of 400 contacts"
    ]


def test_an_audit_with_different_columns_is_noticed(qualify: Qualify, runs: Path) -> None:
    audit = runs / "october/audit.parquet"
    pq.write_table(pq.read_table(audit).drop_columns("Authority"), audit)
    assert differences(qualify, "october")[-1] == "the audit has different columns than the kept rules give"


@pytest.mark.parametrize("command", [["show", "--id", "008"], ["history", "--id", "008"], ["moves", "november"]])
def test_a_file_that_is_not_an_audit_is_reported(qualify: Qualify, runs: Path, command: list[str]) -> None:
    audit = runs / "october/audit.parquet"
    whole = pq.read_table(audit)
    is_none = "error E661: `october/audit.parquet` is damaged, or not the audit of a run: its column"
    pq.write_table(whole.drop_columns("rule"), audit)
    assert qualify("audit", *command, "october").err == f"{is_none} `rule` is missing or of another type\n"
    pq.write_table(whole.drop_columns("values").append_column("values", whole.column("id")), audit)
    assert qualify("audit", *command, "october").err == f"{is_none} `values` is missing or of another type\n"
    audit.unlink()
    assert qualify("audit", *command, "october").err == "error E661: `october` has no `audit.parquet`\n"


@pytest.mark.skipif(not hasattr(os, "setuid"), reason="there are no users to be here")
def test_an_audit_without_read_permission_is_reported(qualify: Qualify, runs: Path) -> None:
    (runs / "october/audit.parquet").chmod(0)
    told = as_nobody(runs, "qualify.runs.past.run_folder", "module.open_run('october').rows_of('008')")
    assert told == "`october/audit.parquet` cannot be read: Permission denied\n"


def test_verify_reports_a_missing_audit_or_missing_rules(qualify: Qualify, runs: Path) -> None:
    (runs / "october/audit.parquet").unlink()
    assert differences(qualify, "october") == [
        "the output `audit.parquet` is missing",
        "the contacts could not be placed again: `october` has no `audit.parquet`",
    ]
    (runs / "october/rules/small.lead").unlink()
    assert differences(qualify, "october")[-1] == (
        "the kept rules cannot be read, so nothing was placed again: "
        "No such file or directory: `october/rules/small.lead`"
    )


def test_an_audit_is_compared_with_any_row_groups(qualify: Qualify, runs: Path) -> None:
    rows = [f"{at},N,Owner,{at}k,no\n" for at in range(100)]
    (runs / "more.csv").write_text(CONTACTS + "".join(rows), "utf-8")
    qualify("run", "small.lead", "more.csv", "-o", "more")
    audit = runs / "more/audit.parquet"
    pq.write_table(pq.read_table(audit), audit, row_group_size=7)
    assert differences(qualify, "more") == ["the output `audit.parquet` was edited"]
    edit_audit(runs / "more", lambda rows: [row["values"].update(budget="1") for row in rows[50:60]])
    told = differences(qualify, "more")
    assert told[0] == "`audit.parquet` differs from what is computed now for 10 of 104 contacts"
    assert told[1:] == [f"  {at}: value of budget 1 → {at}k" for at in range(46, 51)]


@pytest.mark.parametrize(
    ("change", "difference"),
    [
        (lambda told: told["rows"].update(rejected=1), "`run.json` says 1 rows rejected; there are 0"),
        (
            lambda told: told["inputs"][0].update(rows=3),
            "`run.json` has different facts about the input `contacts.csv` than computed now",
        ),
        (
            lambda told: told["summary"]["stages"].update(lead=9),
            "`stages` in the summary of `run.json` differs",
        ),
        (
            lambda told: told["summary"]["rules"][0].update(stage="lead"),
            "`rules` in the summary of `run.json` differs from what is computed now",
        ),
        (lambda told: told["summary"].update(could_be={"lead": 9}), "`could_be` in the summary of"),
        (
            lambda told: told["summary"].pop("ask"),
            "`ask` in the summary of `run.json` differs from what is computed now",
        ),
        (lambda told: told["inputs"][0].update(found=["Latin-1"]), "`run.json` has different facts about the input"),
        (
            lambda told: told["summary"]["fields"][1].update(unreadable_cells=0),
            "`fields` in the summary of `run.json` differs from what is computed now",
        ),
        (
            lambda told: told["rules"].update(owner="me"),
            "`run.json` has a different title, owner, version or agreement",
        ),
        (lambda told: told["rules"].update(agreed="2026-01-01"), "`run.json` has a different title, owner, version or"),
        (lambda told: told["rules"].update(sha256="0"), "`run.json` was edited: the hash of the rule set"),
        (lambda told: told["inputs"][0].update(sha256="0"), "the input `contacts.csv` changed"),
        (lambda told: told["outputs"].pop(0), "`contacts.csv` is a file that the run did not write"),
        (lambda told: told.update(as_of="2027-01-01"), None),  # these rules do not ask for the day
    ],
)
def test_edits_of_the_record_are_reported(
    qualify: Qualify, runs: Path, change: Callable[[dict[str, Any]], object], difference: str | None
) -> None:
    edit(runs / "october/run.json", change)
    told = differences(qualify, "october")
    assert told[0].startswith(difference) if difference else told == []


def test_added_and_missing_files_are_reported(qualify: Qualify, runs: Path) -> None:
    (runs / "october/notes.txt").write_text("x", "utf-8")
    (runs / "october/rules/more.lead").write_text("x", "utf-8")
    (runs / "october/rules/link.lead").symlink_to("small.lead")
    (runs / "october/rules/fields.yaml").unlink()
    assert differences(qualify, "october")[:4] == [
        "the rule file `fields.yaml` is missing",
        "`notes.txt` is a file that the run did not write",
        "`rules/link.lead` is a link that the run did not write",
        "`rules/more.lead` is a file that the run did not write",
    ]


def test_every_kind_of_run_is_verified(qualify: Qualify, runs: Path) -> None:
    evil = CONTACTS + "=1+1,too,short\n" + "@x,=Name,Owner,9,no\n"
    (runs / "deep/rules").mkdir(parents=True)
    (runs / "deep/rules/small.lead").write_text(RULES.replace("fields.yaml", "../../fields.yaml"), "utf-8")
    (runs / "evil.csv").write_text(evil, "utf-8")
    (runs / "evil.txt").write_text(evil.replace(",", "|").replace("VP|", "VP,").replace("$40|", "$40,"), "utf-16")
    for at, options in enumerate((["--split"], ["--excel-safe"], ["--prefix", "q_"], ["--split", "--excel-safe"])):
        ran = qualify("run", "deep/rules/small.lead", "evil.csv", "evil.txt", "-o", f"run{at}", "--root", ".", *options)
        assert ran.code == 3, ran
        assert differences(qualify, f"run{at}") == []
    (runs / "evil.csv").rename(runs / "moved.csv")
    assert differences(qualify, "run1", "--contacts", "moved.csv", "--contacts", "evil.txt") == []


@pytest.mark.slow
def test_an_edited_run_never_causes_a_traceback(qualify: Qualify, runs: Path) -> None:
    commands = (["show"], ["show", "--id", "008"], ["history", "--id", "008"], ["moves", "november"], ["verify"])
    audit, record = runs / "october/audit.parquet", runs / "october/run.json"
    whole, told = audit.read_bytes(), json.loads(record.read_text("utf-8"))

    def try_all() -> None:
        for command in commands:
            qualify("audit", *command, "october")  # which raises what is no message

    for place in range(0, len(whole), 211):
        audit.write_bytes(whole[:place] + bytes([whole[place] ^ 255]) + whole[place + 1 :])
        try_all()
        assert differences_or_error(qualify)
    audit.write_bytes(whole)
    for key in told:
        for part in (None, [], {}, "x", [{}], {"files": [None]}):
            record.write_text(json.dumps({**told, key: part}), "utf-8")
            try_all()


def differences_or_error(qualify: Qualify) -> bool:
    return qualify("audit", "verify", "october").code in (1, 2)


def test_rules_without_a_title_verify_as_well(qualify: Qualify, folder: Path) -> None:
    (folder / "plain.lead").write_text('rule "Money": lead when budget is known\n', "utf-8")
    (folder / "plain.csv").write_text("budget\n5\n", "utf-8")
    assert qualify("run", "plain.lead", "plain.csv", "-o", "plain").code == 0
    ran = qualify("audit", "verify", "plain")
    assert (ran.code, ran.out.splitlines()[-1]) == (0, "✓ everything matches")
