"""Run the same rules on the same contacts with qualify and its peers, check that all agree, and print ratios.

    python benchmarks/compare.py                     the tables for 1,000,000 contacts and 200 rules
    python benchmarks/compare.py --growth            also how time and memory grow with contacts and rules
    python benchmarks/compare.py --growth --write    write the tables into benchmarks/README.md and README.md
    python benchmarks/compare.py --contacts 20000 --rules 50 --rounds 3         a quick look

The code for each peer is in its own file in peers/, for anyone to judge. The peers do less: they write stage and rule,
while `qualify run` also writes reasons, could-be stages, questions and an audit.
"""

import argparse
import csv
import importlib.metadata
import os
import platform
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from importlib.util import find_spec
from itertools import islice
from pathlib import Path

import pyarrow as pa
import pyarrow.csv
from common_rules import OTHERWISE, TODAY, Rule, common_rules, rule_file
from generate import write_contacts, write_rules
from measuring import Contender, Measured, measure, removed
from peers.typed import typed

import qualify

HERE = Path(__file__).parent
MARKS = ("<!-- written by benchmarks/compare.py -->", "<!-- end of what compare.py writes -->")
PEERS = {  # modules and their packages
    "polars": "polars",
    "duckdb": "duckdb",
    "zen": "zen-engine",
    "cel": "common-expression-language",
    "rule_engine": "rule-engine",
}
COPY = "a bare copy of the file (Polars), no rules"
SIZES = (10_000, 100_000, 1_000_000, 10_000_000)
EARLIER = 20_000  # contacts before the new ones
BOOKS = (10, 50, 200, 1000, 2000)

Placements = pa.Table  # id, stage, rule
Table = Sequence[Sequence[str]]  # the first line is the header


def main() -> None:
    options = arguments()
    if not find_spec("polars"):
        raise SystemExit("the floor is measured with Polars: pip install -e '.[compare]'")
    with tempfile.TemporaryDirectory(dir=options.work) as folder:
        work = Path(folder)
        parts = [files(work, options.contacts, options.rules, options.rounds)]
        parts.append(one_at_a_time(work, options.single_rules, options.sample, options.rounds))
        if options.growth:
            parts.append(growth_of_contacts(work, options.largest, options.rules, options.rounds))
            parts.append(growth_of_rules(work, options.contacts, options.rounds))
    parts.append(circumstances(options.rounds))
    print("\n\n".join(parts))
    if options.write:
        write_section(HERE / "README.md", parts)
        write_section(HERE.parent / "README.md", [parts[0], parts[-1]])


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Compare qualify with its peers.")
    parser.add_argument("--contacts", type=int, default=1_000_000)
    parser.add_argument("--rules", type=int, default=200, help="number of rules for whole files")
    parser.add_argument("--single-rules", type=int, default=50, help="number of rules for one contact at a time")
    parser.add_argument("--sample", type=int, default=500, help="number of contacts placed one at a time")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--growth", action="store_true", help="also measure how time and memory grow")
    parser.add_argument("--largest", type=int, default=SIZES[-1], help="the largest number of contacts for --growth")
    parser.add_argument("--write", action="store_true", help="write the tables into benchmarks/README.md and README.md")
    parser.add_argument("--work", type=Path, help="a folder with space for about 4 times the largest file")
    return parser.parse_args()


# --- Whole files -----------------------------------------------------------------------------------------------


def files(work: Path, contacts: int, count: int, rounds: int) -> str:
    """Return the table for whole files; each contender is a new process."""
    file = contact_file(work, contacts)
    rules = common_rules(count)
    ours = our_run(work, f"`qualify run`, {count:,} rules", common_file(work, rules), file)
    placing = [ours, polars_run(work, count, file)]
    if find_spec("duckdb"):
        placing.append(duckdb_run(work, rules, file))
    books = [book_run(work, number, file) for number in dict.fromkeys((10, count, 1000))]
    measured = measure([copy(work, file), *placing, *books], rounds)
    same_placements({contender.name: placements(contender.out) for contender in placing})
    for contender in (*placing, *books):
        removed(contender.out)

    lines = [(f"{contacts:,} contacts × 20 columns", "time, the copy = 1", "time, ours = 1", "peak memory")]
    for name, result in measured.items():
        against = "" if name.endswith(" generated rules") else ratio(result.against(measured[ours.name]))
        lines.append((name, ratio(result.against(measured[COPY])), against, memory(result)))
    if not find_spec("duckdb"):
        lines.append(("one DuckDB query", "not installed", "", ""))
    return f"""{markdown(lines)}

The first {len(placing)} lines with rules use the same rules, written with only what all of them can express; the
script checks that they all agree on every contact. The generated rules use the whole language, with
criteria, scores and grades. `qualify run` writes a whole run folder, with reasons, `could_be`, `ask` and
the audit; the others write only stage and rule."""


def contact_file(work: Path, contacts: int) -> Path:
    file = work / f"contacts-{contacts}.csv"
    if not file.exists():
        write_contacts(file, contacts)
    return file


def common_file(work: Path, rules: Sequence[Rule]) -> Path:
    file = work / f"common-{len(rules)}.lead"
    file.write_text(rule_file(rules), encoding="utf-8")
    return file


def copy(work: Path, contacts: Path) -> Contender:
    out = work / "copy.csv"
    return Contender(COPY, (sys.executable, "-m", "peers.polars_copy", str(contacts), str(out)), out)


def our_run(work: Path, name: str, rules: Path, contacts: Path) -> Contender:
    out = work / f"run-{rules.stem}"
    command = str(Path(sys.executable).with_name("qualify"))
    return Contender(name, (command, "run", str(rules), str(contacts), "--as-of", f"{TODAY}", "-o", str(out)), out)


def book_run(work: Path, count: int, contacts: Path) -> Contender:
    rules = work / f"book-{count}.lead"
    write_rules(rules, count)
    return our_run(work, f"`qualify run`, {count:,} generated rules", rules, contacts)


def polars_run(work: Path, count: int, contacts: Path) -> Contender:
    out = work / "polars.csv"
    command = (sys.executable, "-m", "peers.polars_expressions", f"{count}", "1", str(contacts), str(out))
    return Contender(f"Polars expressions, {count:,} rules", command, out)


def duckdb_run(work: Path, rules: Sequence[Rule], contacts: Path) -> Contender:
    from peers.duckdb_query import query

    out, script = work / "duckdb.csv", work / "query.sql"
    script.write_text(query(rules, contacts, out), encoding="utf-8")
    command = (sys.executable, "-m", "peers.duckdb_query", str(script))
    return Contender(f"one DuckDB query, {len(rules):,} rules", command, out)


def placements(out: Path) -> Placements:
    """Return the id, stage and rule of each contact in an output, in order."""
    wanted = ("id", "stage", "rule")
    texts = pa.csv.ConvertOptions(column_types=dict.fromkeys(wanted, pa.string()), include_columns=list(wanted))
    lines = pa.csv.ParseOptions(newlines_in_values=True)
    return pa.csv.read_csv(
        out / "contacts.csv" if out.is_dir() else out, convert_options=texts, parse_options=lines
    ).combine_chunks()


def same_placements(of_each: Mapping[str, Placements]) -> None:
    """Exit if two contenders placed a contact differently."""
    (first, expected), *others = of_each.items()
    for name, found in others:
        if not found.equals(expected):
            pairs = zip(expected.to_pylist(), found.to_pylist(), strict=True)
            differing = [f"{one} against {other}" for one, other in pairs if one != other]
            raise SystemExit(f"{first} and {name} differ on {len(differing):,} contacts, such as {differing[0]}")


# --- One contact at a time -------------------------------------------------------------------------------------


def placers(rules: Sequence[Rule]) -> Mapping[str, Callable[[dict], int]]:
    """Return for each peer a function that places a typed contact: it returns the number of a rule, or -1."""
    made: dict[str, Callable[[dict], int]] = {}
    if find_spec("zen"):
        from peers.zen_rules import decision_table, one_expression

        made["zen-engine, a decision table"] = decision_table(rules)
        made["zen-engine, one compiled expression"] = one_expression(rules)
    if find_spec("cel"):
        from peers.cel_programs import prepared

        made["common-expression-language"] = prepared(rules)
    if find_spec("rule_engine"):
        from peers import rule_engine_rules

        made["rule-engine"] = rule_engine_rules.prepared(rules)
    return made


def one_at_a_time(work: Path, count: int, sample: int, rounds: int) -> str:
    """Return the table for one contact at a time; all contenders run in this process."""
    with contact_file(work, sample + EARLIER + sample * rounds).open(encoding="utf-8", newline="") as file:
        rows = csv.DictReader(file)
        contacts, earlier = list(islice(rows, sample)), list(islice(rows, EARLIER))
        later = [list(islice(rows, sample)) for _ in range(rounds)]
    rules = common_rules(count)
    text = rule_file(rules)
    peers = placers(rules)
    ready = qualify.compile(text, today=TODAY)
    expected = decided(ready, contacts)
    read = [typed(contact) for contact in contacts]
    for name, place in peers.items():
        if [placement(rules, place(contact)) for contact in read] != expected:
            raise SystemExit(f"`RuleSet.decide` and {name} differ")

    whom = ("contacts seen before", f"new contacts, after {EARLIER:,} others", "the very first contacts")
    ours, new, first = (f"`RuleSet.decide`, {which}" for which in whom)
    measured = {name: Measured() for name in (ours, new, first, *peers)}
    at_work = qualify.compile(text, today=TODAY)
    decided(at_work, earlier)
    for others in later:
        fresh = qualify.compile(text, today=TODAY)
        fresh.decide({}, TODAY)  # compiles it
        measured[ours].seconds.append(timed(lambda: decided(ready, contacts)))
        measured[new].seconds.append(timed(lambda others=others: decided(at_work, others)))
        measured[first].seconds.append(timed(lambda fresh=fresh: decided(fresh, contacts)))
        for name, place in peers.items():
            measured[name].seconds.append(timed(lambda place=place: [place(contact) for contact in read]))
    for name, result in measured.items():
        print(f"{name}: {min(result.seconds) / sample * 1e6:.1f} µs a contact at best", file=sys.stderr)

    lines = [(f"one contact at a time, {count:,} rules", "time, ours = 1")]
    lines += [(name, ratio(result.against(measured[ours]))) for name, result in measured.items()]
    lines += [(PEERS[name], "not installed") for name in ("zen", "cel", "rule_engine") if not find_spec(name)]
    return f"""{markdown(lines)}

The same {sample:,} contacts in each round; all place them alike. The others get contacts with cells already parsed.
`decide` reads the cells itself and caches what it has read, so its speed depends on how many cells are new to it: among
new contacts, almost every e-mail address is. The others know only yes and no: before each test they check that there is
a value, which places contacts alike but cannot say what to ask."""


def timed(job: Callable[[], object]) -> float:
    start = time.perf_counter()
    job()
    return time.perf_counter() - start


def decided(rules: qualify.RuleSet, contacts: Sequence[Mapping[str, str]]) -> list[tuple[str, str | None]]:
    return [(decision.stage, decision.rule) for contact in contacts for decision in (rules.decide(contact, TODAY),)]


def placement(rules: Sequence[Rule], number: float) -> tuple[str, str | None]:
    return (rules[int(number)].stage, rules[int(number)].name) if number >= 0 else (OTHERWISE, None)


# --- Growth ----------------------------------------------------------------------------------------------------


def growth_of_contacts(work: Path, largest: int, count: int, rounds: int) -> str:
    measured: dict[int, tuple[Measured, Measured]] = {}
    for contacts in (size for size in SIZES if size <= largest):
        file = contact_file(work, contacts)
        ours, floor = book_run(work, count, file), copy(work, file)
        by_name = measure([floor, ours], rounds if contacts < SIZES[-1] else min(rounds, 3))
        measured[contacts] = by_name[ours.name], by_name[floor.name]
        for made in (ours.out, floor.out, file):
            removed(made)

    middle = list(measured)[len(measured) // 2]
    each = {contacts: ours.middle / contacts for contacts, (ours, _) in measured.items()}
    lines = [("contacts", "time, the copy = 1", f"time a contact, of {middle:,} = 1", "peak memory", "the copy's")]
    for contacts, (ours, floor) in measured.items():
        ratios = ratio(ours.against(floor)), ratio(each[contacts] / each[middle])
        lines.append((f"{contacts:,}", *ratios, memory(ours), memory(floor)))
    return f"{markdown(lines)}\n\n`qualify run` with {count:,} generated rules, as the file grows."


def growth_of_rules(work: Path, contacts: int, rounds: int) -> str:
    file = contact_file(work, contacts)
    floor, books = copy(work, file), {count: book_run(work, count, file) for count in BOOKS}
    measured = measure([floor, *books.values()], rounds)
    fewest = measured[books[BOOKS[0]].name]
    lines = [("rules", "time, the copy = 1", f"time, {BOOKS[0]} rules = 1", "peak memory")]
    for count, run in books.items():
        result = measured[run.name]
        ratios = ratio(result.against(measured[floor.name])), ratio(result.against(fewest))
        lines.append((f"{count:,}", *ratios, memory(result)))
    return f"{markdown(lines)}\n\n`qualify run` over {contacts:,} contacts, as the number of generated rules grows."


# --- What is printed -------------------------------------------------------------------------------------------


def ratio(number: float) -> str:
    return f"{number:,.0f}" if number >= 20 else f"{number:.1f}" if number >= 3 else f"{number:.2f}"


def memory(result: Measured) -> str:
    return f"{result.peak:,.0f} MiB"


def markdown(lines: Table) -> str:
    header, *rest = lines
    ruler = ("---", *("---:" for _ in header[1:]))
    return "\n".join(f"| {' | '.join(line)} |" for line in (header, ruler, *rest))


def circumstances(rounds: int) -> str:
    """Return the sentences that describe the figures and their origin."""
    versions = [f"{name} {importlib.metadata.version(name)}" for key, name in PEERS.items() if find_spec(key)]
    return f"""\
Ratios of times on a machine with {os.cpu_count()} cores; medians of {rounds} rounds within one run. Runs over files are
measured as whole processes, from start to end.

{datetime.now(UTC).date()}, Python {platform.python_version()}, {", ".join(versions)}.
Measure it yourself: `pip install -e '.[compare]' && python benchmarks/compare.py`."""


def write_section(page: Path, parts: Sequence[str]) -> None:
    """Replace the text between the marks of a page."""
    text = page.read_text(encoding="utf-8")
    before, start, rest = text.partition(MARKS[0])
    _, end, after = rest.partition(MARKS[1])
    if not (start and end):
        raise SystemExit(f"{page} lacks the lines {MARKS[0]} and {MARKS[1]}")
    page.write_text("\n\n".join([before + start, *parts, end + after]), encoding="utf-8")


if __name__ == "__main__":
    main()
