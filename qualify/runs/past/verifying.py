"""Verifying a run: every hash is checked, and every placement is computed again from the kept rules and the input."""

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
from qualify.runs.folder import AUDIT, CONTACTS, RECORD, REJECTED, RULES, Hashed, agreement, stage_files
from qualify.runs.guards import file_hash
from qualify.runs.past.comparing import Comparison
from qualify.runs.past.run_folder import PastRun
from qualify.runs.request import Request
from qualify.runs.run import Finished, Job, row_counts
from qualify.runs.summary import Summary
from qualify.version import __version__


@dataclass(frozen=True, slots=True)
class Verification:
    """What was checked, and what differs; nothing if the run is unchanged."""

    checked: tuple[str, ...]
    differences: tuple[str, ...]

    @property
    def holds(self) -> bool:
        return not self.differences


def verify(run: PastRun, contacts: Sequence[str] = ()) -> Verification:
    """Return whether a run is unchanged and its rules and input give the same results again.

    `contacts` are the input files in their order; by default those that the run names.
    """
    files = list(contacts) or [str(one["path"]) for one in run.record["inputs"]]
    missing = [file for file in files if file == "stdin" or not Path(file).is_file()]
    rules_changed = list(_rules(run))
    with ThreadPoolExecutor() as pool:  # hashes files while the contacts are placed again
        outputs = pool.submit(list, _edited("output", run.record["outputs"], run.folder))
        inputs = pool.submit(list, () if missing else _inputs(run, files))
        again = _rerun(run, files) if not missing else _no_input(missing[0])
    differences = [*outputs.result(), *rules_changed, *_unknown_files(run), *inputs.result()]
    checked = [
        counted(len(run.record["outputs"]), "output file"),
        counted(len(run.record["rules"]["files"]), "rule file"),
    ]
    if not missing:
        checked.append(counted(len(files), "input file"))
    if isinstance(again, str):
        differences.append(again)
    else:
        checked.append(counted(again.audit.contacts, "placement"))
        differences += _differences(run, again, unchanged=not (rules_changed or inputs.result()))
    return Verification(tuple(checked), tuple(differences))


def _no_input(file: str) -> str:
    problem = "not a file" if file == "-" or Path(file).exists() else "missing"
    return f"the input `{file}` is {problem}, so nothing was placed again; give it with --contacts"


# --- hashes ----------------------------------------------------------------------------------------------------


def _inside(name: str) -> bool:
    path = PurePosixPath(name)
    return not path.is_absolute() and ".." not in path.parts


def _edited(what: str, files: Iterable[Mapping[str, str]], folder: Path) -> Iterator[str]:
    """Yield a sentence for each file of a folder that differs from its record in `run.json`."""
    for one in files:
        name, file = f"the {what} `{one['path']}`", folder / one["path"]
        if not _inside(one["path"]):
            yield f"`run.json` names {name}, which is outside the run folder"
        elif not file.is_file():
            yield f"{name} is missing"
        elif file_hash(file) != one["sha256"]:
            yield f"{name} was edited"


def _unknown_files(run: PastRun) -> Iterator[str]:
    """Yield a sentence for each file of a run folder that the run did not write."""
    rules = {f"{RULES}/{one['path']}" for one in run.record["rules"]["files"]}
    written = {*(one["path"] for one in run.record["outputs"]), *rules, RECORD}
    for path in sorted(run.folder.rglob("*")):
        name = path.relative_to(run.folder).as_posix()
        if path.is_symlink() or (not path.is_dir() and name not in written):
            yield f"`{name}` is {'a link' if path.is_symlink() else 'a file'} that the run did not write"


def _rules(run: PastRun) -> Iterator[str]:
    files = run.record["rules"]["files"]
    yield from _edited("rule file", files, run.folder / RULES)
    lines = sorted(f"{one['sha256']}  {one['path']}\n" for one in files)
    if hashlib.sha256("".join(lines).encode()).hexdigest() != run.rules_hash:
        yield "`run.json` was edited: the hash of the rule set does not match its files"


def _inputs(run: PastRun, files: Sequence[str]) -> Iterator[str]:
    recorded = run.record["inputs"]
    if len(files) != len(recorded):
        yield f"the run read {counted(len(recorded), 'input file')}, but {len(files)} are given"
    recorded_hashes, hashes = [one["sha256"] for one in recorded], [file_hash(Path(file)) for file in files]
    if hashes != recorded_hashes and sorted(hashes) == sorted(recorded_hashes):
        yield "the input files are those of the run, but in a different order"
        return
    yield from (
        f"the input `{file}` changed"
        for file, was, now in zip(files, recorded_hashes, hashes, strict=False)
        if was != now
    )


# --- placing again ---------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Rerun:
    """The result of running again."""

    audit: Comparison
    hashes: Mapping[str, Hashed]  # by output file
    model: Model
    finished: Finished


class _RenamedRejects(Rejects):
    """Writes rejected rows with the file names that the inputs had in the run."""

    def __init__(self, file: Any, excel_safe: bool, names: Mapping[str, str]) -> None:
        super().__init__(file, excel_safe)
        self._names = names

    def add(self, rows: Iterable[Rejected]) -> None:
        super().add(replace(row, file=self._names.get(row.file, row.file)) for row in rows)


def _rerun(run: PastRun, files: Sequence[str]) -> _Rerun | str:
    """Repeat a run, hashing the outputs instead of writing them; if that is impossible, return the reason."""
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
    recorded_names = dict(zip(files, (str(one["path"]) for one in run.record["inputs"]), strict=False))
    try:
        with open_contacts(files, reading) as contacts:
            job = Job(model, request, contacts)
            with closing(Comparison(run, AuditRows(model, contacts.columns_by_file))) as audit:
                rejects = _RenamedRejects(hashes[REJECTED], request.excel_safe, recorded_names)
                job.work({stage: job.csv(hashes[name]) for stage, name in names.items()}, audit, rejects)
                audit.end()
    except ContactsError as problem:
        return f"the contacts could not be placed again: {problem}"
    return _Rerun(audit, hashes, model, job.finished("", {}))


def _differences(run: PastRun, again: _Rerun, unchanged: bool) -> Iterator[str]:
    """Yield what differs from the run; `unchanged` says that its input and rules are the same."""
    audit, outputs = again.audit, list(_wrong_hashes(run, again.hashes))
    differing = f"{audit.differing:,} of {counted(audit.rows, 'contact')}"
    recorded_version = run.record["versions"]["qualify"]
    engines = f"the run was made with qualify {recorded_version}, this is {__version__}"
    if audit.differing and not outputs:  # the outputs show that the placements are the same
        yield f"`{AUDIT}` differs from what is computed now for {differing}"
    elif audit.differing:
        yield f"{differing} come out differently"
        if unchanged:
            edited = f"`{RECORD}` was edited, or " if recorded_version == __version__ else ""
            yield f"{edited}the engine differs: {engines}"
    yield from audit.shown
    if unchanged and not (audit.differing and outputs):
        others = [*_wrong_facts(run, again), *outputs, *_wrong_counts(run, again.finished)]
        yield from others
        if others and recorded_version != __version__:
            yield f"the engine may differ: {engines}"


def _wrong_facts(run: PastRun, again: _Rerun) -> Iterator[str]:
    rules = run.record["rules"]
    if any(rules.get(name, ...) != value for name, value in agreement(again.model).items()):
        yield "`run.json` has a different title, owner, version or agreement date than the kept rules"
    if not again.audit.same_columns:
        yield "the audit has different columns than the kept rules give"


def _wrong_hashes(run: PastRun, hashes: Mapping[str, Hashed]) -> Iterator[str]:
    """Yield a sentence for each output whose hash in `run.json` differs from the one computed now."""
    recorded = {one["path"]: one["sha256"] for one in run.record["outputs"]}
    for name, computed in hashes.items():
        if name not in recorded:
            yield f"`run.json` was edited: it does not name the output `{name}`"
        elif recorded[name] != computed.sha256:
            file = run.folder / name
            is_right = file.is_file() and file_hash(file) == computed.sha256
            problem = "was edited there, not the file" if is_right else "does not match the kept rules and the input"
            yield f"the hash of `{name}` in `run.json` {problem}"


def _wrong_counts(run: PastRun, finished: Finished) -> Iterator[str]:
    """Yield a sentence for each count in `run.json` that differs from the one computed now."""
    for name, count in row_counts(finished).items():
        if (recorded := run.record["rows"][name]) != count:
            yield f"`run.json` says {recorded:,} rows {name}; there are {count:,}"
    for one, now in zip(run.record["inputs"], _as_recorded(finished.inputs), strict=False):
        if one != {**now, "path": one["path"]}:  # the file may have been moved
            yield f"`run.json` has different facts about the input `{one['path']}` than computed now"
    for name, value in _as_recorded(finished.summary).items():
        if run.record["summary"].get(name, ...) != value:
            yield f"`{name}` in the summary of `run.json` differs from what is computed now"


def _as_recorded(part: Summary | tuple[Input, ...]) -> Any:
    """Return a part of the record of a run as it is after writing and reading JSON."""
    return json.loads(json.dumps([asdict(one) for one in part] if isinstance(part, tuple) else asdict(part)))
