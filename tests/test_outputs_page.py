"""`docs/reference/outputs.md` lists exactly the columns and keys that are written; it is compared with real runs."""

from __future__ import annotations

import csv
import json
import re
import subprocess
import sys
from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

PAGE = (Path(__file__).parent.parent / "docs" / "reference" / "outputs.md").read_text("utf-8")
TABLE = re.compile(r"<!-- (columns|keys): (.+?) -->\n((?:\|.*\n)+)")
LINK = re.compile(r"\[(.+)\]\(#.+\)")
CODE = re.compile(r"^(`+)(.*)\1$")
DIFFERS = ("started", "seconds", "sha256", "versions.")  # from run to run, or by what is installed


@dataclass(frozen=True)
class Row:
    name: str
    types: str
    example: str


def table(kind: str, name: str) -> list[Row]:
    lines = next(text for its_kind, its_name, text in TABLE.findall(PAGE) if (its_kind, its_name) == (kind, name))
    rows = [[cell.strip() for cell in line[1:-1].split(" | ")] for line in lines.splitlines()[2:]]
    return [Row(name.strip("`"), types, CODE.sub(r"\2", example)) for name, types, _, example in rows]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with the files of the page and the two runs that it shows."""
    here = tmp_path_factory.mktemp("outputs")
    for name, text in re.findall(r"```(?:lead|csv) (\S+)\n(.*?)```", PAGE, re.DOTALL):
        (here / name).write_text(text, "utf-8")
    script = re.search(r"```sh\n(.*?)```", PAGE, re.DOTALL)
    assert script
    for line in script[1].splitlines():
        qualify(here, *line.split()[1:])
    return here


def qualify(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = (str(Path(sys.executable).with_name("qualify")), *arguments)
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)


def printed(folder: Path, *arguments: str) -> Any:
    done = qualify(folder, *arguments, "--format", "json")
    return json.loads(done.stderr if "-" in arguments else done.stdout)


def cells(folder: Path, file: str) -> list[dict[str, str]]:
    with (folder / "october" / file).open(encoding="utf-8", newline="") as opened:
        return list(csv.DictReader(opened))


# --- columns ---------------------------------------------------------------------------------------------------

NAMES = {"CRITERION": "Budget", "SCORE": "Points", "GRADE": "Interest", "KEY": "queue"}


def test_the_columns_of_contacts_csv_are_those_of_the_page(folder: Path) -> None:
    own = (folder / "october.csv").read_text("utf-8").splitlines()[0].split(",")
    rows = cells(folder, "contacts.csv")
    documented = table("columns", "contacts.csv")
    assert list(rows[0]) == own + [NAMES.get(row.name, row.name) for row in documented]
    for row in documented:
        assert row.example in [contact[NAMES.get(row.name, row.name)] for contact in rows]


def test_the_columns_of_rejected_csv_are_those_of_the_page(folder: Path) -> None:
    (rejected,) = cells(folder, "rejected.csv")
    assert rejected == {row.name: row.example for row in table("columns", "rejected.csv")}


def test_the_columns_of_audit_parquet_are_those_of_the_page(folder: Path) -> None:
    audit = pq.read_table(folder / "october" / "audit.parquet")
    documented = table("columns", "audit.parquet")
    types = {one.name: str(one.type).partition("<")[0] for one in audit.schema}
    assert types == {NAMES.get(row.name, row.name): row.types for row in documented}
    for row in documented:
        seen = audit.column(NAMES.get(row.name, row.name)).to_pylist()
        if row.types == "struct":
            seen = [f"{name}: {cell}" for one in seen for name, cell in one.items()]
        assert row.example in map(str, seen)


def test_audit_show_prints_the_columns_of_the_audit(folder: Path) -> None:
    (shown,) = printed(folder, "audit", "show", "october", "--id", "0007")
    assert list(shown) == [NAMES.get(row.name, row.name) for row in table("columns", "audit.parquet")]


# --- keys ------------------------------------------------------------------------------------------------------

OUTPUTS: Mapping[str, Callable[[Path], list[Any]]] = {
    "run.json": lambda here: [
        json.loads((here / "october" / "run.json").read_text("utf-8")),
        printed(here, "audit", "show", "october"),
    ],
    "check": lambda here: [printed(here, "check", "rules.lead"), printed(here, "check", "draft.lead")],
    "run": lambda here: [
        printed(here, "run", "rules.lead", "november.csv", "--force", "-o", "november", "--as-of", "2026-11-30"),
        printed(here, "run", "rules.lead", "october.csv", "-o", "-"),
    ],
    "test": lambda here: printed(here, "test", "rules.lead", "--coverage"),
    "explain": lambda here: printed(here, "explain", "rules.lead", "october.csv", "--id", "0009"),
    "audit history": lambda here: printed(here, "audit", "history", "october", "november", "--id", "0009"),
    "audit verify": lambda here: [printed(here, "audit", "verify", "october")],
    "audit moves": lambda here: [printed(here, "audit", "moves", "october", "november")],
    "errors": lambda here: [printed(here, "run", "rules.lead", "december.csv")],
}
KEYS = [name for kind, name, _ in TABLE.findall(PAGE) if kind == "keys"]
Seen = dict[str, dict[str, list[Any]]]  # the values, by table of the page and key


@pytest.fixture(scope="module")
def seen(folder: Path) -> Seen:
    found: Seen = defaultdict(lambda: defaultdict(list))
    for name, outputs in OUTPUTS.items():
        for output in outputs(folder):
            look_through(output, name, "", found)
    return found


@pytest.mark.parametrize("name", KEYS)
def test_the_keys_of_an_output_are_those_of_the_page(name: str, seen: Seen) -> None:
    documented = table("keys", name)
    assert sorted(seen[name]) == sorted(row.name for row in documented)
    for row in documented:
        values = seen[name][row.name]
        assert [value for value in values if not is_of(row.types, value)] == [], f"`{row.name}` is not {row.types}"
        if row.example and not any(part in row.name for part in DIFFERS):
            assert json.loads(row.example) in values, f"`{row.name}` is never {row.example}"


def test_every_output_has_its_table(seen: Seen) -> None:
    assert sorted(seen) == sorted(KEYS)


def look_through(data: Mapping[str, Any], name: str, above: str, seen: Seen) -> None:
    """Note every value under the name that the table gives its key: `rules.files[].path`, `stages.STAGE`.

    What the table refers to another one for is noted there.
    """
    documented = {row.name: row for row in table("keys", name)}
    for key, value in data.items():
        path = above + key
        if path not in documented and f"{path}[]" not in documented:
            stand_for_any = (one for one in documented if re.fullmatch(re.escape(above) + "[A-Z]+", one))
            path = next(stand_for_any, path)
        inner = value if isinstance(value, list) else [value]
        objects = [one for one in inner if isinstance(one, dict)]
        if f"{path}[]" in documented or (objects and isinstance(value, list)):
            path += "[]"
        seen[name][path].append(value)
        elsewhere = LINK.fullmatch(documented[path].types) if path in documented else None
        below = re.sub(r"(\.parts\[\])+$", ".parts[]", path)  # parts of parts have the same keys
        for one in objects:
            if elsewhere:
                look_through(one, elsewhere[1], "", seen)
            else:
                look_through(one, name, f"{below}.", seen)


TYPES: Mapping[str, Callable[[Any], bool]] = {
    "null": lambda value: value is None,
    "text": lambda value: isinstance(value, str),
    "integer": lambda value: type(value) is int,
    "number": lambda value: type(value) in (int, float),
    "true/false": lambda value: isinstance(value, bool),
    "date": lambda value: isinstance(value, str) and bool(date.fromisoformat(value)),
    "time": lambda value: isinstance(value, str) and bool(datetime.fromisoformat(value)),
    "object": lambda value: isinstance(value, dict),
    "list": lambda value: isinstance(value, list),
    "list of text": lambda value: isinstance(value, list) and all(isinstance(one, str) for one in value),
    "list of objects": lambda value: isinstance(value, list) and all(isinstance(one, dict) for one in value),
}


def is_of(names: str, value: Any) -> bool:
    if LINK.fullmatch(names):
        return isinstance(value, (dict, list))
    return any(TYPES[name](value) for name in names.split(" or "))
