"""A run proved: every hash checked, every placement computed again from the kept rules and the input."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from qualify.contacts.batch import ReadOptions
from qualify.contacts.reading import open_contacts
from qualify.pastruns import PastRun
from qualify.placing import Placing
from qualify.ruleset import RuleSet, RulesRejected, load
from qualify.runs import RULES, file_hash
from qualify.targets.wording import counted
from qualify.version import __version__

MOST_SHOWN = 5  # contacts that differ


@dataclass(frozen=True, slots=True)
class Verification:
    """What was checked, and what differs: nothing where the run is as it was."""

    checked: tuple[str, ...]
    differences: tuple[str, ...]

    @property
    def holds(self) -> bool:
        return not self.differences


def verify(run: PastRun, contacts: Sequence[str] = ()) -> Verification:
    """Return whether a run is as it was and comes out the same again.

    `contacts` are the input files, in their order; without them those that the run names are looked for.
    """
    rules_changed = list(_rules(run))
    differences = [*_outputs(run), *rules_changed]
    checked = [
        counted(len(run.record["outputs"]), "output file"),
        counted(len(run.record["rules"]["files"]), "rule file"),
    ]
    files = list(contacts) or [str(one["path"]) for one in run.record["inputs"]]
    lacking = [file for file in files if file == "stdin" or not Path(file).is_file()]
    if lacking:
        differences.append(
            f"the input `{lacking[0]}` is not there, so nothing was placed again; give it with --contacts"
        )
        return Verification(tuple(checked), tuple(differences))
    changed = list(_inputs(run, files))
    checked.append(counted(len(files), "input file"))
    differences += changed
    try:
        rule_set = load(run.folder / RULES / run.record["rules"]["file"], root=run.folder / RULES)
    except (RulesRejected, OSError) as problem:
        differences.append(f"the kept rules cannot be read, so nothing was placed again: {problem}")
        return Verification(tuple(checked), tuple(differences))
    again = _placed_again(run, rule_set, files)
    checked.append(counted(again.contacts, "placement"))
    if again.differing:
        differences.append(f"{again.differing:,} of {counted(again.contacts, 'contact')} come out differently")
        if not changed and not rules_changed:
            made_with = run.record["versions"]["qualify"]
            differences.append(f"the engine differs: the run was made with qualify {made_with}, this is {__version__}")
        differences += again.shown
    return Verification(tuple(checked), tuple(differences))


# --- hashes ----------------------------------------------------------------------------------------------------


def _outputs(run: PastRun) -> Iterator[str]:
    for one in run.record["outputs"]:
        file = run.folder / one["path"]
        if not file.is_file():
            yield f"the output `{one['path']}` is missing"
        elif file_hash(file) != one["sha256"]:
            yield f"the output `{one['path']}` was edited"


def _rules(run: PastRun) -> Iterator[str]:
    files = run.record["rules"]["files"]
    for one in files:
        file = run.folder / RULES / one["path"]
        if not file.is_file():
            yield f"the rule file `{one['path']}` is missing"
        elif file_hash(file) != one["sha256"]:
            yield f"the rule file `{one['path']}` was edited"
    lines = sorted(f"{one['sha256']}  {one['path']}\n" for one in files)
    if hashlib.sha256("".join(lines).encode()).hexdigest() != run.rules_hash:
        yield "`run.json` was edited: the hash of the rule set is not that of its files"


def _inputs(run: PastRun, files: Sequence[str]) -> Iterator[str]:
    recorded = run.record["inputs"]
    if len(files) != len(recorded):
        yield f"the run read {len(recorded)} input files, but here are {len(files)}"
    for file, one in zip(files, recorded, strict=False):
        if file_hash(Path(file)) != one["sha256"]:
            yield f"the input `{file}` changed"


# --- placed again ----------------------------------------------------------------------------------------------


@dataclass
class _Again:
    contacts: int
    differing: int
    shown: list[str]


def _placed_again(run: PastRun, rule_set: RuleSet, files: Sequence[str]) -> _Again:
    options = run.record["options"]
    reading = ReadOptions(options["delimiter"], options["encoding"], options["sheet"])
    compared = ("stage", "rule", "could_be", "ask", *run.columns)
    kept = run.audit(("row", "id", *compared)).combine_chunks()
    again = _Again(0, 0, [])
    with open_contacts(files, reading) as contacts:
        placing = Placing(rule_set.meaning, date.fromisoformat(run.as_of), contacts.columns)
        for batch in contacts.batches():
            added = placing.place(batch.table).added
            then = kept.slice(again.contacts, added.num_rows)
            again.contacts += added.num_rows
            if then.num_rows < added.num_rows:
                again.differing += added.num_rows - then.num_rows
                added = added.slice(0, then.num_rows)
            _compare(then, added, compared, again)
    if kept.num_rows > again.contacts:
        again.differing += kept.num_rows - again.contacts
    return again


def _compare(then: Any, now: Any, names: Sequence[str], again: _Again) -> None:
    differs = pa.array([False] * then.num_rows)
    for name in names:
        differs = pc.or_(differs, _differs(then.column(name), now.column(name)))
    places = pc.indices_nonzero(differs).to_pylist()
    again.differing += len(places)
    for place in places[: MOST_SHOWN - len(again.shown)]:
        was, is_now = ({name: one.column(name)[place].as_py() for name in names} for one in (then, now))
        words = [f"{name} {was[name]} → {is_now[name]}" for name in names if was[name] != is_now[name]]
        who = then.column("id")[place].as_py() or f"row {then.column('row')[place].as_py():,}"
        again.shown.append(f"  {who}: {'; '.join(words)}")


def _differs(then: Any, now: Any) -> Any:
    """Return by row whether two cells differ; two blanks do not."""
    text = pa.string()
    sides = (pc.fill_null(column.cast(text), "\0") for column in (then, now))
    then_text, now_text = (side.combine_chunks() if isinstance(side, pa.ChunkedArray) else side for side in sides)
    return pc.not_equal(then_text, now_text)
