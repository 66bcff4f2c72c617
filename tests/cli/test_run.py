"""`qualify run`: what it prints, what it writes, and its errors."""

from __future__ import annotations

import csv
import hashlib
import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from qualify.contacts.reading.batches import Batch
from qualify.contacts.reading.contact_files import Contacts
from qualify.runs.folder import rules_hash, stage_files
from qualify.runs.run import Job

from .conftest import CONTACTS, FIELDS, RULES, Ran

Qualify = Callable[..., Ran]

PLACED = """\
Contact ID,Name,Job Title,Annual Budget,Is Competitor,stage,rule,reason,could_be,ask,Budget,Authority,queue
007,Ada,"VP, Sales","$40,000",no,lead,Ready,"lead by rule ""Ready"" (small.lead:10): Budget yes, Authority yes",\
,,yes,yes,SDRs
008,Bo,Intern,8500,no,inquiry,,inquiry: no rule placed it (small.lead:11),,,no,no,Nurture
009,Cy,,ask her,,inquiry,,inquiry: no rule placed it (small.lead:11),lead,budget; title,unknown,unknown,Nurture
010,Di,Owner,50k,yes,excluded,Competitor,"excluded by rule ""Competitor"" (small.lead:9)",,,yes,yes,
"""


def lines(text: str) -> str:
    """Return a text without trailing spaces, which tables have."""
    return "\n".join(line.rstrip() for line in text.rstrip().split("\n"))


def test_a_run_prints_its_result(qualify: Qualify) -> None:
    ran = qualify("run", "small.lead", "contacts.csv", "-o", "out")
    assert (ran.code, ran.err) == (0, "")
    assert (
        lines(ran.out)
        == """\
contacts.csv: 4 contacts; UTF-8; comma-separated

stage          contacts           could be
lead                  1   25.0%          1
inquiry               2   50.0%
excluded              1   25.0%
all contacts          4

rule         stage      placed   left unknown
Competitor   excluded        1              1
Ready        lead            1              1
otherwise    inquiry         2

what kept most contacts at inquiry: Budget (no for 1, unknown for 1, of 2)
worth asking: budget (1), title (1)

warning W621: rule "Competitor" (small.lead:9) was unknown for 1 contact; a later rule or `otherwise` decided
 = if a blank means no: `blank: no` for its field, or `… is known and …` in the rule; if not: `or … is unknown`
warning W611: `budget` (column `Annual Budget`): 1 of 4 cells cannot be read: "ask her" (1)
 = they count as unknown

in out/
  contacts.csv   every contact, placed
  audit.parquet  one row per contact, with the reasons
  rejected.csv   0 rows that could not be read
  run.json       hashes and counts of everything read and written
  rules/         the rules as they were"""
    )


def test_the_run_folder_holds_contacts_audit_rejected_rows_and_a_copy_of_the_rules(
    qualify: Qualify, folder: Path
) -> None:
    qualify("run", "small.lead", "contacts.csv", "-o", "out", "--as-of", "2026-11-01")
    out = folder / "out"
    assert sorted(path.relative_to(out).as_posix() for path in out.rglob("*")) == [
        "audit.parquet",
        "contacts.csv",
        "rejected.csv",
        "rules",
        "rules/fields.yaml",
        "rules/small.lead",
        "run.json",
    ]
    assert (out / "contacts.csv").read_text("utf-8") == PLACED
    assert (out / "rejected.csv").read_text("utf-8") == "file,line,reason,text\n"
    assert (out / "rules/small.lead").read_text("utf-8") == RULES
    assert (out / "rules/fields.yaml").read_text("utf-8") == FIELDS


def test_the_audit_has_one_row_per_contact_with_the_cells_that_the_deciding_rule_read(
    qualify: Qualify, folder: Path
) -> None:
    qualify("run", "small.lead", "contacts.csv", "-o", "out")
    nothing = {"is_competitor": None, "budget": None, "title": None}
    rows = pq.read_table(folder / "out/audit.parquet").to_pylist()
    assert rows[2] == {
        "row": 3,
        "id": "009",
        "stage": "inquiry",
        "rule": None,
        "place": "small.lead:11",
        "could_be": "lead",
        "ask": "budget; title",
        "Budget": "unknown",
        "Authority": "unknown",
        "values": {"is_competitor": "", "budget": "ask her", "title": ""},
        "unreadable": nothing | {"budget": "ask her"},
    }
    assert rows[3]["values"] == nothing | {"is_competitor": "yes"}
    assert rows[0]["values"] == {"is_competitor": None, "budget": "$40,000", "title": "VP, Sales"}


def test_rules_that_read_no_field_have_an_audit_too(qualify: Qualify, folder: Path) -> None:
    (folder / "all.lead").write_text("otherwise lead\n", "utf-8")
    assert qualify("run", "all.lead", "contacts.csv", "-o", "out").code == 0
    rows = pq.read_table(folder / "out/audit.parquet").to_pylist()
    assert [row["stage"] for row in rows] == ["lead"] * 4
    assert qualify("audit", "show", "out", "--id", str(rows[0]["id"] or 1)).code == 0
    assert qualify("audit", "verify", "out").code == 0


@pytest.mark.parametrize("command", [("run",), ("explain", "--row", "1")])
def test_contacts_given_before_the_rules_get_a_hint(qualify: Qualify, folder: Path, command: tuple[str, ...]) -> None:
    ran = qualify(*command, "contacts.csv", "small.lead")
    assert ran.code == 2
    assert f"the rules come first: qualify {command[0]} small.lead contacts.csv" in ran.err


def test_a_sheet_option_for_files_without_sheets_is_an_error(qualify: Qualify, folder: Path) -> None:
    ran = qualify("run", "small.lead", "contacts.csv", "--sheet", "May")
    assert (ran.code, ran.err) == (
        2,
        "error E637: there is no sheet `May`: the files have no sheets\n  = leave out --sheet\n",
    )


def test_run_json_records_who_agreed_to_the_rules_and_when(qualify: Qualify, folder: Path) -> None:
    heading = 'rules "Ours":\n  owner "sales@acme.example"\n  version "7"\n  agreed 2026-10-01\n'
    (folder / "ours.lead").write_text(f"{heading}otherwise lead\n", "utf-8")
    qualify("run", "ours.lead", "contacts.csv", "-o", "out")
    told = json.loads((folder / "out/run.json").read_text("utf-8"))["rules"]
    names = ("title", "owner", "version", "agreed")
    assert {name: told[name] for name in names} == {
        "title": "Ours",
        "owner": "sales@acme.example",
        "version": "7",
        "agreed": "2026-10-01",
    }


def test_run_json_has_hashes_and_counts_of_inputs_and_outputs(qualify: Qualify, folder: Path) -> None:
    qualify("run", "small.lead", "contacts.csv", "-o", "out", "--as-of", "2026-11-01", "--prefix", "q_")
    record = json.loads((folder / "out/run.json").read_text("utf-8"))

    def hash_of(text: str) -> str:
        return hashlib.sha256(text.encode()).hexdigest()

    assert record["as_of"] == "2026-11-01"
    assert record["rows"] == {"in": 4, "placed": 4, "rejected": 0}
    assert record["inputs"][0]["sha256"] == hash_of(CONTACTS)
    assert record["options"]["prefix"] == "q_"
    assert record["rules"]["files"] == [
        {"path": "small.lead", "bytes": len(RULES), "sha256": hash_of(RULES)},
        {"path": "fields.yaml", "bytes": len(FIELDS), "sha256": hash_of(FIELDS)},
    ]
    assert record["rules"]["sha256"] == hash_of(
        "".join(sorted([f"{hash_of(RULES)}  small.lead\n", f"{hash_of(FIELDS)}  fields.yaml\n"]))
    )
    assert {one["path"]: one["sha256"] for one in record["outputs"]} == {
        name: hashlib.sha256((folder / "out" / name).read_bytes()).hexdigest()
        for name in ("contacts.csv", "audit.parquet", "rejected.csv")
    }
    assert record["summary"]["stages"] == {"lead": 1, "inquiry": 2, "excluded": 1}


def test_a_file_whose_name_is_not_utf_8_is_read_and_found_again(qualify: Qualify, folder: Path) -> None:
    name = os.fsdecode(b"M\xfcller.csv")
    (folder / "contacts.csv").rename(folder / name)
    command = [sys.executable, "-c", "from qualify.cli import main; main()", "run", "small.lead", name, "-o", "out"]
    assert b"M?ller.csv: 4 contacts" in subprocess.run(command, capture_output=True, check=True).stdout
    assert json.loads((folder / "out/run.json").read_text("utf-8"))["inputs"][0]["path"] == name
    assert qualify("audit", "verify", "out").code == 0
    ran = subprocess.run([*command[:-1], "other", "--prefix", name], capture_output=True)
    told = b"error: `M?ller.csvstage` is not UTF-8\n  = rename the file, or write the option in UTF-8\n"
    assert (ran.returncode, ran.stderr) == (2, told)


def test_without_o_the_folder_is_named_after_the_time_and_the_rules(qualify: Qualify, folder: Path) -> None:
    qualify("run", "small.lead", "contacts.csv")
    qualify("run", "small.lead", "contacts.csv")
    names = sorted(path.name for path in (folder / "runs").iterdir())
    assert len(names) == 2
    assert all(name[10] == "T" and "Z-small" in name for name in names)


def test_an_existing_folder_is_not_replaced_without_force(qualify: Qualify, folder: Path) -> None:
    qualify("run", "small.lead", "contacts.csv", "-o", "out")
    ran = qualify("run", "small.lead", "contacts.csv", "-o", "out", "--split")
    assert (ran.code, ran.out, ran.err) == (
        2,
        "",
        "error E652: `out` already exists\n  = use `--force` to replace it\n",
    )
    assert (folder / "out/contacts.csv").exists()
    assert qualify("run", "small.lead", "contacts.csv", "-o", "out", "--split", "--force").code == 0
    assert not (folder / "out/contacts.csv").exists()


def test_split_writes_one_file_per_stage(qualify: Qualify, folder: Path) -> None:
    qualify("run", "small.lead", "contacts.csv", "-o", "out", "--split")
    ids = {
        name: [row[0] for row in read(folder / "out" / name)][1:]
        for name in ("lead.csv", "inquiry.csv", "excluded.csv")
    }
    assert ids == {"lead.csv": ["007"], "inquiry.csv": ["008", "009"], "excluded.csv": ["010"]}


def read(path: Path) -> list[list[str]]:
    with path.open(newline="", encoding="utf-8") as file:
        return list(csv.reader(file))


def test_a_stage_whose_name_is_not_a_valid_file_name_gets_a_similar_one() -> None:
    assert stage_files(("rejected", "Sales/Ready", "sales_ready", "..", "Con", "com1")) == {
        "rejected": "rejected_.csv",
        "Sales/Ready": "Sales_Ready.csv",
        "sales_ready": "sales_ready_.csv",
        "..": "_.csv",
        "Con": "Con_.csv",
        "com1": "com1_.csv",
    }


def test_one_file_instead_of_a_folder_with_the_audit_beside_it(qualify: Qualify, folder: Path) -> None:
    ran = qualify("run", "small.lead", "contacts.csv", "-o", "placed.csv", "--audit", "why.parquet")
    assert ran.code == 0
    assert (folder / "placed.csv").read_text("utf-8") == PLACED
    assert pq.read_table(folder / "why.parquet").num_rows == 4
    assert ran.out.endswith(
        "  placed.csv   every contact, placed\n  why.parquet  one row per contact, with the reasons\n"
    )


def test_parquet_and_ndjson(qualify: Qualify, folder: Path) -> None:
    qualify("run", "small.lead", "contacts.csv", "-o", "placed.parquet")
    qualify("run", "small.lead", "contacts.csv", "-o", "placed.ndjson")
    from_parquet = pq.read_table(folder / "placed.parquet").to_pylist()
    from_json = [json.loads(line) for line in (folder / "placed.ndjson").read_text("utf-8").splitlines()]
    assert from_parquet == from_json
    assert from_json[0]["Contact ID"] == "007"
    assert from_json[0]["stage"] == "lead"


def test_stdin_to_stdout_keeps_the_summary_to_stderr(qualify: Qualify) -> None:
    ran = qualify("run", "small.lead", "-", "-o", "-", stdin=CONTACTS)
    assert (ran.code, ran.out) == (0, PLACED)
    assert ran.err.startswith("stdin: 4 contacts; UTF-8; comma-separated\n\nstage ")


SHORT = "Contact ID,Job Title,Annual Budget,Is Competitor\n1,Owner,1\n2,Owner,50k,no\n"


def test_unreadable_rows_are_kept_and_change_the_exit_code(qualify: Qualify, folder: Path) -> None:
    (folder / "short.csv").write_text(SHORT, "utf-8")
    rejected = [["file", "line", "reason", "text"], ["short.csv", "2", "3 cells where the header has 4", "1,Owner,1"]]
    ran = qualify("run", "small.lead", "short.csv", "-o", "out")
    assert ran.code == 3
    assert "\nrejected rows          1" in ran.out
    assert read(folder / "out/rejected.csv") == rejected
    ran = qualify("run", "small.lead", "short.csv", "-o", "out.csv")
    assert ran.code == 3
    assert ran.out.endswith("  out.rejected.csv  1 row that could not be read\n")
    assert read(folder / "out.rejected.csv") == rejected
    ran = qualify("run", "small.lead", "short.csv", "-o", "-")
    assert ran.code == 3
    assert ran.err.startswith("rejected: short.csv, line 2: 3 cells where the header has 4: 1,Owner,1\n")
    assert [row[0] for row in csv.reader(ran.out.splitlines())] == ["Contact ID", "2"]


def test_json_has_the_rejected_rows_that_no_file_has(qualify: Qualify) -> None:
    """If the contacts go to stdout, everything else is on stderr, still as one JSON text."""
    short = SHORT + "3,x\n" * 20
    ran = qualify("run", "small.lead", "-", "-o", "-", "--format", "json", stdin=short)
    rows = json.loads(ran.err)["rejected_without_file"]
    reason = "3 cells where the header has 4"
    assert (ran.code, len(rows)) == (3, 20)
    assert rows[0] == {"file": "stdin", "line": 2, "reason": reason, "text": "1,Owner,1"}
    told = qualify("run", "small.lead", "-", "-o", "-", stdin=short).err.splitlines()
    assert told[20] == "rejected: … and more"


def test_rejected_rows_of_an_earlier_run_are_removed(qualify: Qualify, folder: Path) -> None:
    (folder / "short.csv").write_text(SHORT, "utf-8")
    older = folder / "out.rejected.csv"
    assert qualify("run", "small.lead", "short.csv", "-o", "out.csv").code == 3
    assert qualify("run", "small.lead", "nowhere.csv", "-o", "out.csv").code == 2
    assert older.exists()  # beside the file that it belongs to
    assert qualify("run", "small.lead", "contacts.csv", "-o", "out.csv").code == 0
    assert not older.exists()
    older.write_text("my own notes\n", "utf-8")
    assert qualify("run", "small.lead", "contacts.csv", "-o", "out.csv").code == 0
    assert older.read_text("utf-8") == "my own notes\n"


def test_the_most_frequent_reasons_for_rejected_rows_are_printed_per_file(qualify: Qualify, folder: Path) -> None:
    (folder / "short.csv").write_text(SHORT + "3,x\n4,x\n" + 'a,"b"c,d,e\n', "utf-8")
    ran = qualify("run", "small.lead", "contacts.csv", "short.csv", "-o", "out")
    why = "2 cells where the header has 4 (2); 3 cells where the header has 4 (1); text follows a closing quote (1)"
    assert f"\nwarning W615: `short.csv`: 4 of 5 rows cannot be read: {why}\n" in ran.out
    told = json.loads(qualify("run", "small.lead", "short.csv", "-o", "again", "--format", "json").out)
    assert told["inputs"][0]["reasons"][0] == ["2 cells where the header has 4", 2]
    record = json.loads((folder / "again/run.json").read_text("utf-8"))
    assert record["inputs"] == told["inputs"]


def test_a_file_without_contacts_causes_a_warning(qualify: Qualify, folder: Path) -> None:
    (folder / "none.csv").write_text(CONTACTS.split("\n")[0], "utf-8")
    ran = qualify("run", "small.lead", "none.csv", "contacts.csv", "-o", "out")
    told = "warning W616: there are no contacts in `none.csv`\n = it has only a header\n"
    assert (ran.code, ran.out.count("W616")) == (0, 1)
    assert told in lines(ran.out) + "\n"
    assert qualify("run", "small.lead", "none.csv", "-o", "empty").code == 0
    assert pq.read_table(folder / "empty/audit.parquet").num_rows == 0
    assert told in lines(qualify("check", "small.lead", "--contacts", "none.csv").out)


def test_a_rule_that_silently_excludes_nobody_causes_no_warning(qualify: Qualify, folder: Path) -> None:
    (folder / "known.csv").write_text(CONTACTS.replace("ask her,", "1,no"), "utf-8")
    ran = qualify("run", "small.lead", "known.csv", "-o", "out")
    assert "W621" not in ran.out


def test_excel_safe_escapes_formulas_in_both_files(qualify: Qualify, folder: Path) -> None:
    (folder / "evil.csv").write_text(SHORT.replace("2,Owner", "=2,Owner").replace("1,Owner", "@1,Owner"), "utf-8")
    qualify("run", "small.lead", "evil.csv", "-o", "out", "--excel-safe")
    assert read(folder / "out/contacts.csv")[1][0] == "'=2"
    assert read(folder / "out/rejected.csv")[1][3] == "'@1,Owner,1"


def test_excel_safe_escapes_headers_too(qualify: Qualify, folder: Path) -> None:
    (folder / "evil.csv").write_text(CONTACTS.replace("Name", "=HYPERLINK(A1)"), "utf-8")
    qualify("run", "small.lead", "evil.csv", "-o", "out", "--excel-safe")
    assert read(folder / "out/contacts.csv")[0][:2] == ["Contact ID", "'=HYPERLINK(A1)"]
    assert qualify("audit", "verify", "out").code == 0


def test_excel_safe_output_that_is_read_again_gives_the_same_placements(qualify: Qualify, folder: Path) -> None:
    rules = """\
criterion Plain: title is any of "=VP", "@VP", "+VP", "tab", "02138"
criterion Under: delta is less than 0
criterion Topic: topics includes "-a"
criterion Formula: [=HYPERLINK(A1)] is "-"
rule "A": lead when Plain
rule "B": lead when Under
rule "C": lead when Topic
"""
    fields = "fields: {topics: {type: list}, delta: {type: number}}\nmissing: []\n"
    rows = [
        ["title", "delta", "topics", "=HYPERLINK(A1)"],
        *([title, "", "x", ""] for title in ("=VP", "@VP", "+VP", "\ttab", "-VP", '="02138"', "'=VP", "''=VP")),
        *(["x", delta, "x", "-"] for delta in ("-5", "+5", "-$5", "=5", "-1-3")),
        *(["x", "0", topics, "+"] for topics in ("-a; b", "b; -a", "=a", '="-a; b"')),
    ]
    (folder / "again.lead").write_text('use "again.yaml"\n' + rules, "utf-8")
    (folder / "again.yaml").write_text(fields, "utf-8")
    with (folder / "evil.csv").open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(rows)
    qualify("run", "again.lead", "evil.csv", "-o", "out", "--excel-safe")
    again = qualify("run", "again.lead", "out/contacts.csv", "-o", "again", "--prefix", "q_")
    assert again.code == 0, again.err
    header, *placed = read(folder / "again/contacts.csv")
    for name in ("stage", "rule", "Plain", "Under", "Topic", "Formula"):
        first, second = header.index(name), header.index(f"q_{name}")
        assert [row[first] for row in placed] == [row[second] for row in placed]
    rule = header.index("rule")
    assert "".join(row[rule] or "-" for row in placed) == "AAAA-AA-B----CC-C"


def test_json_has_the_same_facts(qualify: Qualify) -> None:
    told = json.loads(qualify("run", "small.lead", "contacts.csv", "-o", "out", "--format", "json").out)
    assert told["place"] == "out"
    assert told["summary"]["rules"][0] == {
        "rule": "Competitor",
        "stage": "excluded",
        "place": "small.lead:9",
        "placed": 1,
        "silent": 1,
    }
    assert told["summary"]["ask"] == {"budget": 1, "title": 1}
    assert told["diagnostics"][1]["message"] == (
        '`budget` (column `Annual Budget`): 1 of 4 cells cannot be read: "ask her" (1)'
    )


def test_json_has_the_warnings_about_the_rules(qualify: Qualify, folder: Path) -> None:
    (folder / "old.lead").write_text(RULES.replace('owner "sales', 'review by 2020-01-01 owner "sales'), "utf-8")
    told = json.loads(qualify("run", "old.lead", "contacts.csv", "-o", "out", "--format", "json").out)
    assert [one["code"] for one in told["diagnostics"]] == ["W203", "W621", "W611"]


def test_a_column_that_is_missing_or_would_be_added_twice_is_an_error_before_anything_is_written(
    qualify: Qualify, folder: Path
) -> None:
    (folder / "other.csv").write_text("Contact ID,Role,Yearly Budget,rule\n1,Owner,1,x\n", "utf-8")
    ran = qualify("run", "small.lead", "contacts.csv", "other.csv", "-o", "out")
    assert (ran.code, ran.out) == (1, "")
    assert (
        ran.err
        == """\
error E603: the contacts already have columns with the names of added ones: `rule`
 = put something before the names of the added ones: --prefix q_

error E601: `other.csv` has no column for `is_competitor`
 = in the field file, name its column: is_competitor: {column: …}, or let files lack it: {optional: yes}

error E601: `other.csv` has no column for `budget` (`Annual Budget`)
 = did you mean the column `Yearly Budget`? in the field file: budget: {column: "Yearly Budget"}

error E601: `other.csv` has no column for `title` (`Job Title`)
 = in the field file, name its column: title: {column: …}, or let files lack it: {optional: yes}

"""
    )
    assert sorted(path.name for path in folder.iterdir()) == ["contacts.csv", "fields.yaml", "other.csv", "small.lead"]


def test_a_name_reserved_for_an_added_column_is_an_error(qualify: Qualify, folder: Path) -> None:
    (folder / "own.lead").write_text(
        "criterion rule: x is 1\ncriterion row: x is 2\ncriterion queue: x is 3\n"
        'rule "R": lead when rule and row and queue with queue "SDRs"\n',
        "utf-8",
    )
    ran = qualify("run", "own.lead", "-", "-o", "-", stdin="x\n1\n")
    assert ran.code == 1
    assert [line for line in ran.err.splitlines() if "error" in line] == [
        "own.lead:1:11: error E208: `rule` is the name of another column of the output",
        "own.lead:2:11: error E208: `row` is the name of another column of the output",
        "own.lead:4:49: error E208: `queue` is the name of another column of the output",
    ]


def test_a_prefix_makes_room_for_the_added_columns(qualify: Qualify, folder: Path) -> None:
    (folder / "clash.csv").write_text(CONTACTS.replace("Name", "stage"), "utf-8")
    ran = qualify("run", "small.lead", "clash.csv", "-o", "-", "--prefix", "q_")
    assert ran.out.split("\n")[0] == (
        "Contact ID,stage,Job Title,Annual Budget,Is Competitor,"
        "q_stage,q_rule,q_reason,q_could_be,q_ask,q_Budget,q_Authority,q_queue"
    )


@pytest.mark.parametrize(
    ("arguments", "code", "err"),
    [
        (("small.lead", "none.csv"), 2, "error E631: there is no file `none.csv`\n"),
        (("none.lead", "contacts.csv"), 2, "error E401: there is no file `none.lead`\n"),
        ((".", "contacts.csv"), 2, "error E401: `.` is a folder\n"),
        (
            ("small.lead", "contacts.csv", "-o", "x.xlsx"),
            2,
            "error E651: `x.xlsx`: contacts cannot be written as `.xlsx`\n  = use .csv, .parquet or .ndjson\n",
        ),
        (
            ("small.lead", "contacts.csv", "-o", "x.csv", "--split"),
            2,
            "error E655: `--split` writes one file per stage, into a folder\n  = name a folder: -o DIR\n",
        ),
        (
            ("small.lead", "contacts.csv", "./contacts.csv"),
            2,
            "error E654: `./contacts.csv` would be read twice\n  = name each contact file once\n",
        ),
        (("small.lead", "-", "-"), 2, "error E654: `-` would be read twice\n  = name each contact file once\n"),
        (
            ("small.lead", "contacts.csv", "--audit", "why.parquet"),
            2,
            (
                "error E655: `--audit` needs an output file\n"
                "  = a run folder has its own audit; for a file, add: -o FILE.csv\n"
            ),
        ),
        (
            ("small.lead", "contacts.csv", "-o", "x.csv", "--audit", "-"),
            2,
            "error E651: `-`: the audit is a Parquet file\n  = write `--audit FILE.parquet`\n",
        ),
        (
            ("small.lead", "contacts.csv", "--delimiter", ";"),
            2,
            (
                "error E638: there is no `;` in the header of `contacts.csv`\n"
                "  = it is comma-separated: leave `--delimiter` out\n"
            ),
        ),
    ],
)
def test_impossible_options_are_reported_in_one_line(
    qualify: Qualify, arguments: tuple[str, ...], code: int, err: str
) -> None:
    ran = qualify("run", *arguments)
    assert (ran.code, ran.out, ran.err) == (code, "", err)


def test_rules_with_mistakes_are_not_run(qualify: Qualify, folder: Path) -> None:
    (folder / "bad.lead").write_text('rule "R": lead when x is 1\nrule "R": lead when x is 2\n', "utf-8")
    ran = qualify("run", "bad.lead", "contacts.csv")
    assert (ran.code, ran.out) == (1, "")
    assert ran.err.startswith('bad.lead:2:6: error E201: there are two rules "R"\n')
    told = json.loads(qualify("run", "bad.lead", "contacts.csv", "--format", "json").out)
    assert [(one["code"], one["line"], one["column"]) for one in told["diagnostics"]] == [("E201", 2, 6)]
    assert not (folder / "runs").exists()


def test_a_row_lost_on_the_way_stops_the_run(qualify: Qualify, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    placed = Job._placed

    def losing(job: Job) -> object:
        for batch, done in placed(job):
            job._counts.contacts -= 1
            yield batch, done

    monkeypatch.setattr(Job, "_placed", losing)
    ran = qualify("run", "small.lead", "contacts.csv", "-o", "out")
    assert (ran.code, ran.err.splitlines()[0]) == (1, "error: 4 contacts were read, but 3 placed")
    assert not (folder / "out").exists()


def test_rows_that_the_parser_dropped_stop_the_run(
    qualify: Qualify, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    batches = Contacts.batches

    def with_one_more(contacts: Contacts) -> Iterator[Batch]:
        yield from batches(contacts)
        contacts.inputs[0] = replace(contacts.inputs[0], records=5)

    monkeypatch.setattr(Contacts, "batches", with_one_more)
    ran = qualify("run", "small.lead", "contacts.csv", "-o", "out")
    told = "error: `contacts.csv` has 5 rows, but 4 were read and 0 rejected"
    assert (ran.code, ran.err.splitlines()[0]) == (1, told)
    assert not (folder / "out").exists()


def test_the_hash_of_a_rule_set_does_not_depend_on_the_order_of_its_files() -> None:
    from qualify.text.source import Source

    one, other = Source.of("a", "x", "a", b"x"), Source.of("b", "y", "b", b"y")
    assert rules_hash((one, other)) == rules_hash((other, one)) != rules_hash((one,))


@pytest.mark.parametrize("wrong", [("missing.lead", "contacts.csv"), ("small.lead", "missing.csv"), ("bad.lead", "-")])
def test_errors_do_not_go_to_stdout(qualify: Qualify, folder: Path, wrong: tuple[str, str]) -> None:
    (folder / "bad.lead").write_text("rule\n", "utf-8")
    ran = qualify("run", *wrong, "-o", "-", "--format", "json", stdin="a\n1\n")
    assert (ran.code > 0, ran.out) == (True, "")
    assert json.loads(ran.err)
