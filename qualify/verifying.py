"""A run proved: every hash checked, every placement computed again from the kept rules and the input."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path, PurePosixPath
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from qualify.contacts.batch import Batch, ContactsError, ReadOptions, Rejected
from qualify.contacts.reading import open_contacts
from qualify.contacts.rejects import Rejects
from qualify.pastruns import PastRun
from qualify.placing import Placed
from qualify.ruleset import RuleSet, RulesRejected, load
from qualify.runs import CONTACTS, RECORD, REJECTED, RULES, Finished, Hashed, Job, Request, file_hash, stage_files
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
    differences = [*_outputs(run), *rules_changed, *_strangers(run)]
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
    except (RulesRejected, OSError, ValueError) as problem:
        differences.append(f"the kept rules cannot be read, so nothing was placed again: {problem}")
        return Verification(tuple(checked), tuple(differences))
    try:
        again = _run_again(run, rule_set, files)
    except ContactsError as problem:
        differences.append(f"the contacts could not be placed again: {problem}")
        return Verification(tuple(checked), tuple(differences))
    checked.append(counted(again.contacts, "placement"))
    if again.differing:
        differences.append(f"{again.differing:,} of {counted(again.contacts, 'contact')} come out differently")
        if not changed and not rules_changed:
            made_with = run.record["versions"]["qualify"]
            differences.append(f"the engine differs: the run was made with qualify {made_with}, this is {__version__}")
        differences += again.shown
    elif not changed and not rules_changed:
        differences += again.others
    return Verification(tuple(checked), tuple(differences))


# --- hashes ----------------------------------------------------------------------------------------------------


def _inside(name: str) -> bool:
    path = PurePosixPath(name)
    return not path.is_absolute() and ".." not in path.parts


def _outputs(run: PastRun) -> Iterator[str]:
    for one in run.record["outputs"]:
        file = run.folder / one["path"]
        if not _inside(one["path"]):
            yield f"`run.json` names the output `{one['path']}`, outside of the run's folder"
        elif not file.is_file():
            yield f"the output `{one['path']}` is missing"
        elif file_hash(file) != one["sha256"]:
            yield f"the output `{one['path']}` was edited"


def _strangers(run: PastRun) -> Iterator[str]:
    """Yield the files of a run folder that the run did not make."""
    rules = {f"{RULES}/{one['path']}" for one in run.record["rules"]["files"]}
    made = {*(one["path"] for one in run.record["outputs"]), *rules, RECORD}
    for path in sorted(run.folder.rglob("*")):
        name = path.relative_to(run.folder).as_posix()
        if path.is_symlink() or (not path.is_dir() and name not in made):
            yield f"`{name}` is {'a link' if path.is_symlink() else 'a file'} that the run did not make"


def _rules(run: PastRun) -> Iterator[str]:
    files = run.record["rules"]["files"]
    for one in files:
        file = run.folder / RULES / one["path"]
        if not _inside(one["path"]):
            yield f"`run.json` names the rule file `{one['path']}`, outside of the run's folder"
        elif not file.is_file():
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
    """The audit of a run, compared with what comes out today."""

    kept: Any
    names: Sequence[str]
    contacts: int = 0
    differing: int = 0
    shown: list[str] = field(default_factory=list)
    others: list[str] = field(default_factory=list)  # what else differs

    def add(self, batch: Batch, placed: Placed) -> None:
        added = placed.added
        then = self.kept.slice(self.contacts, added.num_rows)
        self.contacts += added.num_rows
        if then.num_rows < added.num_rows:
            self.differing += added.num_rows - then.num_rows
            added = added.slice(0, then.num_rows)
        _compare(then, added, self.names, self)


class _RejectsAgain(Rejects):
    """The rejected rows under the names that the input files had."""

    def __init__(self, file: Any, excel_safe: bool, names: Mapping[str, str]) -> None:
        super().__init__(file, excel_safe)
        self._names = names

    def add(self, rows: Iterable[Rejected]) -> None:
        super().add(replace(row, file=self._names.get(row.file, row.file)) for row in rows)


def _run_again(run: PastRun, rule_set: RuleSet, files: Sequence[str]) -> _Again:
    """Do all of a run again, into hashes instead of files."""
    options, meaning = run.record["options"], rule_set.meaning
    reading = ReadOptions(options["delimiter"], options["encoding"], options["sheet"])
    compared = ("stage", "rule", "could_be", "ask", *(name for name in meaning.columns if name in run.columns))
    again = _Again(run.audit(("row", "id", *compared)).combine_chunks(), compared)
    request = Request(
        rules=run.record["rules"]["file"],
        contacts=tuple(files),
        as_of=date.fromisoformat(run.as_of),
        reading=reading,
        prefix=options["prefix"],
        split=options["split"],
        excel_safe=options["excel_safe"],
    )
    names: Mapping[str | None, str] = stage_files(meaning.stages) if request.split else {None: CONTACTS}
    hashes = {name: Hashed() for name in (*names.values(), REJECTED)}
    with open_contacts(files, reading) as contacts:
        job = Job(meaning, request, contacts)
        then = dict(zip(files, (str(one["path"]) for one in run.record["inputs"]), strict=False))
        rejects = _RejectsAgain(hashes[REJECTED], request.excel_safe, then)
        job.work({stage: job.csv(hashes[name]) for stage, name in names.items()}, again, rejects)
        finished = job.finished("", {})
    if again.kept.num_rows > again.contacts:
        again.differing += again.kept.num_rows - again.contacts
    rules = run.record["rules"]
    if any(rules[name] != getattr(meaning, name) for name in ("title", "owner", "version")):
        again.others.append("`run.json` says another title, owner or version than the kept rules")
    if set(run.columns) != set(meaning.columns):
        again.others.append("the audit has other columns than the kept rules make")
    again.others += _not_as_computed(run, hashes)
    again.others += _not_as_counted(run, finished)
    return again


def _not_as_computed(run: PastRun, hashes: Mapping[str, Hashed]) -> Iterator[str]:
    """Yield the outputs whose hash in `run.json` is not that of what comes out."""
    recorded = {one["path"]: one["sha256"] for one in run.record["outputs"]}
    for name, computed in hashes.items():
        if name not in recorded:
            yield f"`run.json` was edited: it does not name the output `{name}`"
        elif recorded[name] != computed.sha256:
            file = run.folder / name
            right = file.is_file() and file_hash(file) == computed.sha256
            told = "was edited there, not the file" if right else "is not that of what the kept rules make of the input"
            yield f"the hash of `{name}` in `run.json` {told}"


def _not_as_counted(run: PastRun, finished: Finished) -> Iterator[str]:
    """Yield where `run.json` says other numbers than come out."""
    rows, summary = run.record["rows"], finished.summary
    counted_rows = {
        "in": sum(one.records for one in finished.inputs),
        "placed": summary.contacts,
        "rejected": summary.rejected,
    }
    for name, count in counted_rows.items():
        if rows[name] != count:
            yield f"`run.json` says {rows[name]:,} rows {name}; there are {count:,}"
    for one, now in zip(run.record["inputs"], finished.inputs, strict=False):
        if any(one[name] != getattr(now, name) for name in ("rows", "rejected", "records")):
            yield f"`run.json` says other counts of the rows of `{one['path']}` than come out"
    told = run.record["summary"]
    if told["stages"] != dict(summary.stages):
        yield "`run.json` says other counts of stages than come out"
    if [(one["rule"], one["placed"], one["silent"]) for one in told["rules"]] != [
        (one.rule, one.placed, one.silent) for one in summary.rules
    ]:
        yield "`run.json` says other counts of rules than come out"


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
