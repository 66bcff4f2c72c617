"""A run proved: every hash checked, every placement computed again from the kept rules and the input."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import asdict, dataclass, replace
from datetime import date
from pathlib import Path, PurePosixPath
from typing import Any

from qualify.contacts.reading.batches import ContactsError, Input, ReadOptions, Rejected
from qualify.contacts.reading.contact_files import open_contacts
from qualify.contacts.writing.rejects import Rejects
from qualify.explain.wording import counted
from qualify.model.rules import Model
from qualify.ruleset import RulesRejected, load
from qualify.runs.audit import AuditRows
from qualify.runs.guards import file_hash
from qualify.runs.past.comparing import Comparison
from qualify.runs.past.run_folder import PastRun
from qualify.runs.run import (
    AUDIT,
    CONTACTS,
    RECORD,
    REJECTED,
    RULES,
    Finished,
    Hashed,
    Job,
    Request,
    agreement,
    stage_files,
)
from qualify.runs.summary import Summary
from qualify.version import __version__


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
    files = list(contacts) or [str(one["path"]) for one in run.record["inputs"]]
    lacking = [file for file in files if file == "stdin" or not Path(file).is_file()]
    rules_changed = list(_rules(run))
    with ThreadPoolExecutor() as pool:  # which hashes files while the contacts are placed again
        outputs = pool.submit(list, _edited("output", run.record["outputs"], run.folder))
        inputs = pool.submit(list, () if lacking else _inputs(run, files))
        again = _place_again(run, files) if not lacking else _not_there(lacking[0])
    differences = [*outputs.result(), *rules_changed, *_strangers(run), *inputs.result()]
    checked = [
        counted(len(run.record["outputs"]), "output file"),
        counted(len(run.record["rules"]["files"]), "rule file"),
    ]
    if not lacking:
        checked.append(counted(len(files), "input file"))
    if isinstance(again, str):
        differences.append(again)
    else:
        checked.append(counted(again.audit.contacts, "placement"))
        differences += _differences(run, again, as_it_was=not (rules_changed or inputs.result()))
    return Verification(tuple(checked), tuple(differences))


def _not_there(file: str) -> str:
    there = "no file" if file == "-" or Path(file).exists() else "not there"
    return f"the input `{file}` is {there}, so nothing was placed again; give it with --contacts"


# --- hashes ----------------------------------------------------------------------------------------------------


def _inside(name: str) -> bool:
    path = PurePosixPath(name)
    return not path.is_absolute() and ".." not in path.parts


def _edited(what: str, files: Iterable[Mapping[str, str]], folder: Path) -> Iterator[str]:
    """Yield which files of a folder are not as `run.json` recorded them."""
    for one in files:
        name, file = f"the {what} `{one['path']}`", folder / one["path"]
        if not _inside(one["path"]):
            yield f"`run.json` names {name}, outside of the run's folder"
        elif not file.is_file():
            yield f"{name} is missing"
        elif file_hash(file) != one["sha256"]:
            yield f"{name} was edited"


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
    yield from _edited("rule file", files, run.folder / RULES)
    lines = sorted(f"{one['sha256']}  {one['path']}\n" for one in files)
    if hashlib.sha256("".join(lines).encode()).hexdigest() != run.rules_hash:
        yield "`run.json` was edited: the hash of the rule set is not that of its files"


def _inputs(run: PastRun, files: Sequence[str]) -> Iterator[str]:
    recorded = run.record["inputs"]
    if len(files) != len(recorded):
        yield f"the run read {counted(len(recorded), 'input file')}, but here are {len(files)}"
    wanted, hashes = [one["sha256"] for one in recorded], [file_hash(Path(file)) for file in files]
    if hashes != wanted and sorted(hashes) == sorted(wanted):
        yield "the input files are those of the run, but in another order"
        return
    yield from (
        f"the input `{file}` changed" for file, was, now in zip(files, wanted, hashes, strict=False) if was != now
    )


# --- placed again ----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Again:
    """What came of a run that was done again."""

    audit: Comparison
    hashes: Mapping[str, Hashed]  # by output file
    model: Model
    finished: Finished


class _RejectsAgain(Rejects):
    """The rejected rows under the names that the input files had."""

    def __init__(self, file: Any, excel_safe: bool, names: Mapping[str, str]) -> None:
        super().__init__(file, excel_safe)
        self._names = names

    def add(self, rows: Iterable[Rejected]) -> None:
        super().add(replace(row, file=self._names.get(row.file, row.file)) for row in rows)


def _place_again(run: PastRun, files: Sequence[str]) -> _Again | str:
    """Do all of a run again, into hashes instead of files; where that cannot be, return why."""
    try:
        model = load(run.folder / RULES / run.record["rules"]["file"], root=run.folder / RULES).model
    except OSError as problem:
        return f"the kept rules cannot be read, so nothing was placed again: {problem.strerror}: `{problem.filename}`"
    except (RulesRejected, ValueError) as problem:
        return f"the kept rules cannot be read, so nothing was placed again: {problem}"
    options = run.record["options"]
    reading = ReadOptions(options["delimiter"], options["encoding"], options["sheet"])
    request = Request(
        rules=run.record["rules"]["file"],
        contacts=tuple(files),
        as_of=date.fromisoformat(run.as_of),
        reading=reading,
        prefix=options["prefix"],
        split=options["split"],
        excel_safe=options["excel_safe"],
    )
    names: Mapping[str | None, str] = stage_files(model.stages) if request.split else {None: CONTACTS}
    hashes = {name: Hashed() for name in (*names.values(), REJECTED)}
    then = dict(zip(files, (str(one["path"]) for one in run.record["inputs"]), strict=False))
    try:
        with open_contacts(files, reading) as contacts:
            job = Job(model, request, contacts)
            with closing(Comparison(run, AuditRows(model, contacts.columns_by_file))) as audit:
                rejects = _RejectsAgain(hashes[REJECTED], request.excel_safe, then)
                job.work({stage: job.csv(hashes[name]) for stage, name in names.items()}, audit, rejects)
                audit.end()
    except ContactsError as problem:
        return f"the contacts could not be placed again: {problem}"
    return _Again(audit, hashes, model, job.finished("", {}))


def _differences(run: PastRun, again: _Again, as_it_was: bool) -> Iterator[str]:
    """Yield what comes out differently; `as_it_was` where neither the input nor the rules changed."""
    audit, outputs = again.audit, list(_not_as_computed(run, again.hashes))
    differing = f"{audit.differing:,} of {counted(audit.rows, 'contact')}"
    made_with = run.record["versions"]["qualify"]
    engines = f"the run was made with qualify {made_with}, this is {__version__}"
    if audit.differing and not outputs:  # whatever placed them then placed them as it does now
        yield f"`{AUDIT}` differs from what comes out for {differing}"
    elif audit.differing:
        yield f"{differing} come out differently"
        if as_it_was:
            edited = f"`{RECORD}` was edited, or " if made_with == __version__ else ""
            yield f"{edited}the engine differs: {engines}"
    yield from audit.shown
    if as_it_was and not (audit.differing and outputs):
        others = [*_not_as_told(run, again), *outputs, *_not_as_counted(run, again.finished)]
        yield from others
        if others and made_with != __version__:
            yield f"it may be the engine that differs: {engines}"


def _not_as_told(run: PastRun, again: _Again) -> Iterator[str]:
    rules = run.record["rules"]
    if any(rules.get(name, ...) != told for name, told in agreement(again.model).items()):
        yield "`run.json` says another title, owner, version or day of agreement than the kept rules"
    if not again.audit.same_columns:
        yield "the audit has other columns than the kept rules make"


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
    for one, now in zip(run.record["inputs"], _as_recorded(finished.inputs), strict=False):
        if one != {**now, "path": one["path"]}:  # it may be elsewhere now
            yield f"the facts of the input `{one['path']}` in `run.json` are not what comes out"
    for name, value in _as_recorded(summary).items():
        if run.record["summary"].get(name, ...) != value:
            yield f"the `{name}` in the summary of `run.json` are not what comes out"


def _as_recorded(told: Summary | tuple[Input, ...]) -> Any:
    """Return what a run tells of itself as JSON gives it back."""
    return json.loads(json.dumps([asdict(one) for one in told] if isinstance(told, tuple) else asdict(told)))
