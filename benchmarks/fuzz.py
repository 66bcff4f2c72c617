"""Random files and harmful files, each run in its own process with limits on time and memory.

    python benchmarks/fuzz.py --cases 200 --seed 7

A drawn case has one to three files of any format, with different spellings of headers and mixed types of cells. The
results of `qualify run` for each contact must equal those of `decide` for the drawn cells. Each seed also draws a
hostile text, and checklists for contacts with many unknown fields. The script only uses the command and the public
Python API, so that it can be run against older versions too.
"""

from __future__ import annotations

import argparse
import csv
import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

import qualify

TODAY = date(2026, 11, 1)
SECONDS, MEGABYTES, CHARACTERS = 60, 1_300, 100_000  # the limits for one case: CPU time, memory, output
STOP = 12 << 30  # bytes of address space; a process that needs more is stopped to protect the machine
MOST_ROWS = 12

Cells = dict[str, Any]  # by header

# --- drawn files -----------------------------------------------------------------------------------------------

RULES = """\
use "fields.yaml"
criterion Many: company_size is at least 1,000
criterion Soon: decision_date is after 2026-09-30
criterion Tagged: labels includes "b"
criterion Senior: job_title mentions "vp"
criterion Wants: wants_demo
rule "All": lead when Many and Soon
rule "Some": lead when at least 2 of
  - Many
  - Tagged
  - Senior
  - Wants
otherwise inquiry
"""
TOLD = ("stage", "rule", "could_be", "Many", "Soon", "Tagged", "Senior", "Wants")
NUMBERS = (0, 2.125, 7, 999.5, 1000, 2_125, 1e6, -3.5)
DAYS = (date(2026, 10, 1), date(2026, 9, 30), datetime(2026, 10, 1, 8, 30), datetime(2025, 1, 2))
TYPED: dict[str, tuple[Any, ...]] = {
    "company_size": NUMBERS,
    "decision_date": DAYS,
    "labels": (["a", "b"], ["b"], ["a,b"], ["b;c"], []),
    "job_title": (7, 2.5),
    "wants_demo": (True, False),
}
TEXTS: dict[str, tuple[str, ...]] = {
    "company_size": ("2.125", "2,125", "1.000", "1,000", "1000", "tbc", "N/A", "50-2000", ""),
    "decision_date": ("2026-10-01", "01.10.2026", "10/01/2026", "soon", ""),
    "labels": ("a,b", "a;b", "b", "a; b", "N/A", ""),
    "job_title": ("VP Sales", "vp", "Clerk", "\ufffd\ufffd VP", "Ä", ""),
    "wants_demo": ("yes", "no", "x", "maybe", ""),
}
SPELLINGS: tuple[Callable[[str], str], ...] = (
    lambda name: name,
    lambda name: name.replace("_", " ").title(),
    lambda name: name.replace("_", " ").upper(),
    lambda name: name.replace("_", "-"),
)
OTHER_NAMES = {"labels": ("Tags", "Labels 2"), "job_title": ("Role",)}  # tried before the field's own
FORMATS = ("csv", "ndjson", "xlsx", "parquet")


@dataclass(frozen=True)
class File:
    """A drawn file; `rows` have the cells as a reader of its format returns them."""

    name: str
    rows: list[Cells]


def draw_case(folder: Path, chance: random.Random) -> list[File]:
    """Write rules and contact files to a folder, and return the files."""
    settings = {
        "company_size": {"type": "number", "decimal": chance.choice([".", ","])},
        "decision_date": {"type": "date", **chance.choice([{}, {"format": "%d.%m.%Y"}, {"format": "%m/%d/%Y"}])},
        "labels": {"type": "list", "separator": chance.choice([",", ";"])},
        "job_title": {"type": "text"},
        "wants_demo": {"type": "flag"},
    }
    fields = {
        name: {**told, "optional": "yes", **({"column": list(OTHER_NAMES[name])} if name in OTHER_NAMES else {})}
        for name, told in settings.items()
    }
    (folder / "fields.yaml").write_text(json.dumps({"fields": fields}), "utf-8")
    (folder / "rules.lead").write_text(RULES, "utf-8")
    return [_draw_file(folder, f"{at}.{chance.choice(FORMATS)}", chance) for at in range(chance.randint(1, 3))]


def _draw_file(folder: Path, name: str, chance: random.Random) -> File:
    form = name.rpartition(".")[2]
    count = chance.randint(1, MOST_ROWS)
    columns: dict[str, list[Any]] = {}
    for field in chance.sample(list(TYPED), chance.randint(1, len(TYPED))):
        for spelt in chance.sample([field, *OTHER_NAMES.get(field, ())], chance.randint(1, 1 + (field in OTHER_NAMES))):
            columns[chance.choice(SPELLINGS)(spelt)] = _draw_column(field, form, count, chance)
    columns[chance.choice(["id", "ID", "Id"])] = [f"{name}/{row}" for row in range(count)]
    rows = [{header: column[row] for header, column in columns.items()} for row in range(count)]
    WRITERS[form](folder / name, columns)
    return File(name, rows)


def _draw_column(field: str, form: str, count: int, chance: random.Random) -> list[Any]:
    """Return cells of a field: texts, typed cells, or both, as far as the format can hold them."""
    typed = [cell for cell in TYPED[field] if _holds(form, cell)]
    style = chance.choice(["texts", "typed", "mixed"]) if typed else "texts"
    if style == "mixed" and form == "parquet":  # its columns have one type
        style = "typed"
    texts: list[Any] = [text for text in TEXTS[field] if form != "xlsx" or text]
    pool = {"texts": texts, "typed": typed, "mixed": [*texts, *typed]}[style]
    cells = [chance.choice([*pool, None]) for _ in range(count)]
    if form == "parquet" and style == "texts" and chance.random() < 0.3:
        cells = [None if cell is None else cell.encode() for cell in cells]
        cells[chance.randrange(count)] = chance.choice([b"\xff", None])
    return [""] * count if form == "csv" and cells == [None] * count else [_as_held(form, cell) for cell in cells]


def _holds(form: str, cell: Any) -> bool:
    kinds: dict[str, tuple[type, ...]] = {
        "csv": (),
        "ndjson": (bool, int, float, list),
        "xlsx": (bool, int, float, date),
        "parquet": (bool, int, float, date, list),
    }
    return isinstance(cell, kinds[form])


def _as_held(form: str, cell: Any) -> Any:
    return "" if form == "csv" and cell is None else cell


def write_csv(path: Path, columns: dict[str, list[Any]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([list(columns), *zip(*columns.values(), strict=True)])


def write_ndjson(path: Path, columns: dict[str, list[Any]]) -> None:
    rows = zip(*columns.values(), strict=True)
    path.write_text("".join(json.dumps(dict(zip(columns, row, strict=True))) + "\n" for row in rows), "utf-8")


def write_parquet(path: Path, columns: dict[str, list[Any]]) -> None:
    arrays = {}
    for name, cells in columns.items():
        if any(isinstance(cell, datetime) for cell in cells):
            cells = [cell if cell is None else datetime(*cell.timetuple()[:6]) for cell in cells]
        arrays[name] = pa.array([float(cell) if type(cell) is int else cell for cell in cells])
    pq.write_table(pa.table(arrays), path)


def write_xlsx(path: Path, columns: dict[str, list[Any]]) -> None:
    rows = [list(columns), *zip(*columns.values(), strict=True)]
    write_sheet(path, "".join(f"<row>{''.join(map(_sheet_cell, row))}</row>" for row in rows))


def _sheet_cell(cell: Any) -> str:
    match cell:
        case None:
            return "<c/>"
        case bool():
            return f'<c t="b"><v>{int(cell)}</v></c>'
        case int() | float():
            return f"<c><v>{cell!r}</v></c>"
        case datetime():
            return f'<c s="2"><v>{(cell - datetime(1899, 12, 30)) / timedelta(days=1)!r}</v></c>'
        case date():
            return f'<c s="1"><v>{(cell - date(1899, 12, 30)).days}</v></c>'
        case _:
            return f'<c t="inlineStr"><is><t>{cell}</t></is></c>'


def write_sheet(path: Path, rows: str) -> None:
    """Write a workbook with one sheet from the XML of its rows; style 1 is a date, style 2 a date and time."""
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    package = "http://schemas.openxmlformats.org/package/2006"
    office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"

    def link(kind: str, target: str) -> str:
        one = f'<Relationship Id="r1" Type="{office}/{kind}" Target="{target}"/>'
        return f'<Relationships xmlns="{package}/relationships">{one}</Relationships>'

    styles = '<cellXfs><xf numFmtId="0"/><xf numFmtId="14"/><xf numFmtId="22"/></cellXfs>'
    sheet = '<sheet name="S" sheetId="1" r:id="r1"/>'
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as book:
        book.writestr("[Content_Types].xml", f'<Types xmlns="{package}/content-types"/>')
        book.writestr("_rels/.rels", link("officeDocument", "xl/workbook.xml"))
        book.writestr(
            "xl/workbook.xml", f'<workbook xmlns="{main}" xmlns:r="{office}"><sheets>{sheet}</sheets></workbook>'
        )
        book.writestr("xl/_rels/workbook.xml.rels", link("worksheet", "worksheets/s1.xml"))
        book.writestr("xl/styles.xml", f'<styleSheet xmlns="{main}">{styles}</styleSheet>')
        book.writestr("xl/worksheets/s1.xml", f'<worksheet xmlns="{main}"><sheetData>{rows}</sheetData></worksheet>')


WRITERS: dict[str, Callable[[Path, dict[str, list[Any]]], None]] = {
    "csv": write_csv,
    "ndjson": write_ndjson,
    "parquet": write_parquet,
    "xlsx": write_xlsx,
}

# --- harmful files ---------------------------------------------------------------------------------------------

Command = list[str]  # what Python is given
Draw = Callable[[Path], Command]
SeededDraw = Callable[[Path, random.Random], Command]
PLAIN = 'rule "R": lead when n is at least 5\notherwise inquiry\n'
READING = 'rule "R": lead when note mentions "vp"\notherwise inquiry\n'
MARKS = "\u0301\u0316"  # in the wrong order, so that they have to change places


def command(*arguments: str) -> Command:
    return ["-c", "from qualify.cli import main; main()", *arguments]


def run(*files: str) -> Command:
    return command("run", "rules.lead", *files, "-o", "out", "--as-of", TODAY.isoformat())


def open_quote(folder: Path) -> Command:
    (folder / "c.csv").write_bytes(b'n,m\n1,"open\n' + b"1,2\n" * 12_000_000)
    return run("c.csv")


def far_cell(folder: Path) -> Command:
    near = '<row r="1"><c r="A1" t="inlineStr"><is><t>n</t></is></c></row><row r="2"><c r="A2"><v>7</v></c></row>'
    write_sheet(folder / "c.xlsx", near + '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>')
    return run("c.xlsx")


def far_column(folder: Path) -> Command:
    rows = "".join(f'<row r="{row}"><c r="A{row}"><v>7</v></c></row>' for row in range(2, 8_000))
    header = '<row r="1"><c r="A1" t="inlineStr"><is><t>n</t></is></c><c r="XFD1"><v>1</v></c></row>'
    write_sheet(folder / "c.xlsx", header + rows)
    return run("c.xlsx")


def long_cells(folder: Path) -> Command:
    pq.write_table(
        pa.table({"n": [7] * 1500, "note": pa.array(["x" * 1_000_000]).take(pa.array([0] * 1500))}),
        folder / "c.parquet",
    )
    return run("c.parquet")


def deep_lists(folder: Path) -> Command:
    deep = ("[" * depth + "1" + "]" * depth for depth in (90, 400, 900, 100_000))
    (folder / "c.ndjson").write_text("".join(f'{{"n": 7, "l": {one}}}\n' for one in deep), "utf-8")
    return run("c.ndjson")


def one_long_line(folder: Path) -> Command:
    (folder / "c.ndjson").write_bytes(b'{"n": 7}\n{"n": "' + b"x" * 200_000_000)
    return run("c.ndjson")


def no_text(folder: Path) -> Command:
    (folder / "c.csv").write_bytes(b"n\n" + bytes(range(128, 256)) * 100_000)
    return run("c.csv")


def many_mistakes(folder: Path) -> Command:
    (folder / "rules.lead").write_text('rule "R": lead when n is any of ' + "1,000," * 330_000 + "1\n", "utf-8")
    return command("check", "rules.lead")


def marks_in_a_cell(folder: Path) -> Command:
    (folder / "rules.lead").write_text(READING, "utf-8")
    (folder / "c.csv").write_text("note\na" + MARKS * 200_000 + "\n", "utf-8")
    return run("c.csv")


def many_runs_of_marks(folder: Path) -> Command:
    (folder / "rules.lead").write_text(READING, "utf-8")
    (folder / "c.csv").write_text("note\n" + ("a" + MARKS * 20) * 120_000 + "\n", "utf-8")
    return run("c.csv")


def marks_in_a_header(folder: Path) -> Command:
    (folder / "c.csv").write_text("n,a" + MARKS * 200_000 + "\n5,1\n", "utf-8")
    return run("c.csv")


def marks_in_a_comment(folder: Path) -> Command:
    (folder / "rules.lead").write_text("# a" + MARKS * 200_000 + "\n" + PLAIN, "utf-8")
    return command("check", "rules.lead")


def at_least_half(folder: Path) -> Command:
    return _checklist(folder, "at least 8 of", 16, 5_000)


def exactly_half(folder: Path) -> Command:
    return _checklist(folder, "exactly 8 of", 16, 5_000)


def exactly_half_of_many(folder: Path) -> Command:
    return _checklist(folder, "exactly 100 of", 200, 1)


def _checklist(folder: Path, count: str, bullets: int, contacts: int) -> Command:
    """Write a rule with a checklist, and contacts with many blanks."""
    lines = "".join(f"  - x{number} is at least 5\n" for number in range(bullets))
    (folder / "rules.lead").write_text(f'rule "R": lead when {count}\n{lines}otherwise inquiry\n', "utf-8")
    chance = random.Random(bullets)
    columns: dict[str, list[Any]] = {
        f"x{number}": [chance.choice(["1", "7", *[""] * 4]) for _ in range(contacts)] for number in range(bullets)
    }
    write_csv(folder / "c.csv", {"id": list(range(contacts)), **columns})
    return run("c.csv")


def long_cells_for_decide(folder: Path) -> Command:
    """Decide one contact after the other, each with a text of its own of 1 MB."""
    (folder / "rules.lead").write_text(READING, "utf-8")
    note = 'f"{number} " + "x" * 1_000_000'
    return [
        "-c",
        f'import qualify\nr = qualify.load("rules.lead")\nfor number in range(1_500): r.decide({{"note": {note}}})',
    ]


def long_cells_in_csv(folder: Path) -> Command:
    (folder / "rules.lead").write_text(READING, "utf-8")
    with (folder / "c.csv").open("w", encoding="utf-8") as file:
        file.write("id,note\n")
        file.writelines(f"{row},{row} {'some notes ' * 900}\n" for row in range(40_000))
    return run("c.csv")


HARMFUL: tuple[Draw, ...] = (
    *(open_quote, far_cell, far_column, long_cells, deep_lists, one_long_line, no_text),
    *(many_mistakes, marks_in_a_cell, many_runs_of_marks, marks_in_a_header, marks_in_a_comment),
    *(at_least_half, exactly_half, exactly_half_of_many, long_cells_for_decide, long_cells_in_csv),
)

# --- harmful texts and checklists, drawn -----------------------------------------------------------------------

MATERIAL = (
    *("a" + MARKS * 20, "a" + MARKS, MARKS, "\u0f73", "\u0345", "\u1100\u1161", "ß", "ﬁ ", "İ", "\u200d"),
    *("1,000,", "1,", "N/A", "2026-01-01 ", "not ", "and ", "x or ", "x is ", "1 + ", "- ", ": ", "= ", "a "),
    *("vp ", *"vx()[]{}'\\#*?-😀", "\x1b[2J", "\x00", "\u202e", "\ufeff"),
)


def draw_text(chance: random.Random) -> str:
    """Return up to 400,000 characters that repeat one or two pieces in one line."""
    pieces = "".join(chance.choices(MATERIAL, k=chance.randint(1, 2)))
    return chance.choice(["", "a", '"a']) + pieces * (chance.choice([1_000, 100_000, 400_000]) // len(pieces))


def hostile_text(folder: Path, chance: random.Random) -> Command:
    """Put a hostile text into a place of a rule, field or contact file."""
    text = draw_text(chance)
    quoted = text.replace('"', "").replace("\\", "")
    tests = ("mentions {}", "contains {}", "is {}", "matches {}", "is any of {}, 1")
    rules, fields, header, cell = READING, "{}", "note", "vp"
    match chance.choice(["cell", "header", "comment", "tests", "name", "field", "rules"]):
        case "cell":
            cell = text
            rules = f'rule "R": lead when note {chance.choice(tests)}\n'.replace("{}", '"*v?p*s"')
        case "header":
            header = text
        case "comment":
            rules = f"# {text}\n{READING}"
        case "tests":
            rules = f'rule "R": lead when note {chance.choice(tests)}\n'.replace("{}", f'"{quoted}"')
        case "name":
            rules = f'rule "{quoted}": lead when {quoted} is 1\n'
        case "field":
            fields = json.dumps({"note": {"type": "text", "values": [text, "a"], "description": text}})
        case "rules":
            rules = text
    (folder / "fields.yaml").write_text(f'{{"fields": {fields}}}', "utf-8")
    (folder / "rules.lead").write_text(f'use "fields.yaml"\n{rules}', "utf-8")
    write_csv(folder / "c.csv", {header: [cell, "vp", cell + "."]})
    return run("c.csv")


def checklist(folder: Path, chance: random.Random) -> Command:
    """Draw checklists with counts inside each other, of tests that may share fields, and contacts with many blanks."""
    fields = [f"x{number}" for number in range(chance.choice([8, 16, 24]))]

    def bullet(depth: int) -> str:
        kind = chance.random()
        if depth and kind < 0.15:
            return f"({counted(depth - 1)})"
        if kind < 0.3:
            return f"({' or '.join(f'{name} is 1' for name in chance.sample(fields, 2))})"
        name, other = chance.sample(fields, 2)
        return f"({name} is more than {other if kind < 0.4 else chance.randint(1, 9)})"

    def counted(depth: int) -> str:
        bullets = [bullet(depth) for _ in range(len(fields) if depth else chance.randint(2, 8))]
        word = chance.choice(["at least", "exactly", "at most", "not at least"])
        negation, word = ("not ", word[4:]) if word.startswith("not ") else ("", word)
        count = chance.choice([len(bullets) // 2, chance.randint(1, len(bullets))])
        return f"{negation}({word} {count} of {', '.join(bullets)})"

    rules = "".join(f'rule "{number}": lead when {counted(1)}\n' for number in range(chance.randint(1, 4)))
    (folder / "rules.lead").write_text(rules, "utf-8")
    blank = chance.choice([0.3, 0.65, 0.9])
    rows = chance.choice([1, 1_000])
    columns: dict[str, list[Any]] = {
        name: ["" if chance.random() < blank else str(chance.randint(0, 9)) for _ in range(rows)] for name in fields
    }
    write_csv(folder / "c.csv", {"id": list(range(rows)), **columns})
    return run("c.csv")


DRAWN: tuple[SeededDraw, ...] = (hostile_text, checklist)

# --- runs ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Ran:
    code: int
    said: str
    seconds: float  # of all cores
    megabytes: int


def bounded(folder: Path, command: Command) -> Ran:
    """Run Python in a process with limits; a negative exit code is the signal that ended it."""
    with (folder / "said").open("w+b") as said:
        process = subprocess.Popen(
            [sys.executable, *command],
            cwd=folder,
            stdout=said,
            stderr=said,
            preexec_fn=_bounds,
        )
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        said.seek(0)
        text = said.read().decode("utf-8", "replace")
    unit = 1 << 20 if sys.platform == "darwin" else 1 << 10
    return Ran(process.returncode, text, used.ru_utime + used.ru_stime, used.ru_maxrss // unit)


def _bounds() -> None:
    import resource  # not available on every system

    resource.setrlimit(resource.RLIMIT_CPU, (2 * SECONDS, 2 * SECONDS))
    if sys.platform == "linux":
        resource.setrlimit(resource.RLIMIT_AS, (STOP, STOP))
    signal.alarm(10 * SECONDS)


def problems_of(ran: Ran) -> Iterator[str]:
    """Yield problems that no file may cause."""
    if ran.code not in (0, 1, 2, 3):
        yield f"it ended with {ran.code}"
    if "Traceback" in ran.said or "panicked" in ran.said:
        yield next(line for line in reversed(ran.said.splitlines()) if line.strip())
    if ran.seconds > SECONDS:
        yield f"it took {ran.seconds:.0f} s"
    if ran.megabytes > MEGABYTES:
        yield f"it took {ran.megabytes:,} MB"
    if len(ran.said) > CHARACTERS:
        yield f"it said {len(ran.said):,} characters"


def harmful(draw: Draw) -> list[str]:
    """Return the problems of a command on harmful files."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "rules.lead").write_text(PLAIN, "utf-8")
        written = os.fork()  # the peak memory of a process includes that of its parent
        if not written:
            (folder / "command").write_text(json.dumps(draw(folder)), "utf-8")
            os._exit(0)
        os.waitpid(written, 0)
        return list(problems_of(bounded(folder, json.loads((folder / "command").read_text("utf-8")))))


def seeded(draw: SeededDraw, seed: int) -> Draw:
    return lambda folder: draw(folder, random.Random(seed))


def drawn(seed: int) -> list[str]:
    """Return the problems of a run on drawn files."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        files = draw_case(folder, random.Random(seed))
        ran = bounded(folder, run(*(file.name for file in files)))
        found = list(problems_of(ran))
        if ran.code != 0 or found:
            return [*found, ran.said]
        rules = qualify.load(folder / "rules.lead", today=TODAY)
        with (folder / "out" / "contacts.csv").open(encoding="utf-8", newline="") as file:
            placed = list(csv.DictReader(file))
        expected = [(file.name, row) for file in files for row in file.rows]
        if len(placed) != len(expected):
            return [f"{len(placed)} of {len(expected)} contacts are placed"]
        for (file_name, row), one in zip(expected, placed, strict=True):
            decision = rules.decide(row, TODAY)
            own = {"stage": decision.stage, "rule": decision.rule or "", "could_be": decision.could_be or ""}
            own |= {criterion: str(answer) for criterion, answer in decision.criteria.items()}
            found += [
                f"{file_name}: {name} is {one[name]}, not {own[name]}: {row}" for name in TOLD if one[name] != own[name]
            ]
        return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--cases", type=int, default=100)
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    wrong = 0
    for draw in HARMFUL:
        found = harmful(draw)
        wrong += bool(found)
        print(f"{draw.__name__}: {'; '.join(found) or 'ok'}", flush=True)
    for seed in range(asked.seed, asked.seed + asked.cases):
        cases = {"files": drawn(seed), **{draw.__name__: harmful(seeded(draw, seed)) for draw in DRAWN}}
        wrong += sum(map(bool, cases.values()))
        for name, found in cases.items():
            if found:
                print(f"seed {seed}, {name}: {found[0]}", flush=True)
    print(f"{wrong} of {len(HARMFUL) + asked.cases * (1 + len(DRAWN))} cases went wrong")
    sys.exit(bool(wrong))


if __name__ == "__main__":
    main()
