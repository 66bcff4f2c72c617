"""The pages that state limits have the figures of the code."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from qualify.checking import check, names
from qualify.contacts.reading import ndjson, records, sheet_size
from qualify.parsing import parser, plain_yaml, project, sandbox
from qualify.record import counting
from qualify.targets import single
from qualify.targets.batch.values import field_columns
from qualify.text import compare, diagnostics

ROOT = Path(__file__).parents[1]
LIMITS = {
    "a rule, field or list file": f"{sandbox.LARGEST // 10**6} MB",
    "the text of a rule file": f"{parser.LONGEST:,} characters, {check.MOST_STATEMENTS:,} statements",
    "nested brackets, `not` and arithmetic": f"{parser.DEEPEST} levels; {names.DEEPEST} with all definitions expanded",
    "a field file": f"{plain_yaml.MOST_CHARACTERS:,} characters, {plain_yaml.MOST_DEEP} levels",
    "files used by one rule file": f"{project.MOST_FILES}",
    "values in a list": f"{project.MOST_VALUES:,}",
    "errors reported of one file": f"{diagnostics.MOST_OF_A_FILE}, and as many warnings",
    "a line of a message": f"{diagnostics.LONGEST_LINE:,} characters",
    "the search for the shortest list to `ask`": f"{counting.MOST_STEPS:,} comparisons in one place",
    "one row of a CSV file": f"{records.LONGEST >> 20} MiB",
    "one line of an NDJSON file": f"{ndjson.MAX_LINE >> 20} MiB",
    "lists and objects nested in an NDJSON cell": f"{ndjson.MAX_DEPTH} levels",
    "a sheet of an `.xlsx` workbook": f"{sheet_size.MAX_CELLS:,} cells",
    "combining marks on one letter": f"{compare.MOST_MARKS}",
    "distinct cells of one column of a file": f"{field_columns.MOST_CACHED:,} and {field_columns.MOST_BYTES >> 20} MiB",
    "distinct cells of one field in `decide`": f"{single.MOST_CACHED:,}",
    "the length of a cell that `decide` caches": f"{single.LONGEST_CACHED} characters",
}
WITHOUT_CONSTANT = {"a CSV, NDJSON or Parquet file", "a cell of an `.xlsx` workbook"}


@pytest.mark.parametrize(("page", "is_complete"), [("docs/reference/limits.md", True), ("SECURITY.md", False)])
def test_a_page_states_the_limits_of_the_code(page: str, is_complete: bool) -> None:
    tables = re.split(r"\n\n", (ROOT / page).read_text("utf-8"))
    rows = [line.split(" | ") for table in tables if "| at most |" in table for line in table.splitlines()[2:]]
    stated = {row[0].removeprefix("| "): row[1].removesuffix(" |") for row in rows}
    wrong = {what: LIMITS.get(what) for what in stated if not stated[what].startswith(LIMITS.get(what, "?"))}
    assert not wrong.keys() - WITHOUT_CONSTANT, wrong
    assert not is_complete or stated.keys() == LIMITS.keys() | WITHOUT_CONSTANT
