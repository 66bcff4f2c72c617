"""A run reads contacts, places them and writes the result, with everything needed to verify it later.

The result is either a run folder (contacts, audit, rejected rows, `run.json`, a copy of the rules) or one file of
placed contacts. Both appear complete or not at all; see `contacts/writing/destination.py`.
"""

from __future__ import annotations

import hashlib
import json
import platform
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, closing
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any, Protocol

import pyarrow as pa
import pyarrow.compute as pc

from qualify.contacts.fit.columns import check_columns
from qualify.contacts.fit.profile import Survey
from qualify.contacts.prefetch import ahead
from qualify.contacts.reading.batches import Batch, ContactsError, Input, Rejected
from qualify.contacts.reading.contact_files import Contacts, open_contacts
from qualify.contacts.writing.destination import new_file, new_folder
from qualify.contacts.writing.rejects import Rejects
from qualify.contacts.writing.writers import CsvWriter, Format, Writer, open_writer, writer_to
from qualify.model.rules import Model
from qualify.runs.audit import Audit
from qualify.runs.folder import (
    AUDIT,
    CONTACTS,
    REASONS,
    RECORD,
    REJECTED,
    RULES,
    RUNS,
    Hashed,
    agreement,
    default_place,
    descriptions,
    keep_rules,
    rules_hash,
    stage_files,
    unreadable_rows,
)
from qualify.runs.guards import check_apart, check_files, check_holds_no_input, check_only_run_files, check_read_once
from qualify.runs.request import Request
from qualify.runs.summary import Summary, summary_of
from qualify.targets.batch.added_columns import Placed, Placing, clashes
from qualify.targets.batch.classes.batch_state import BatchState
from qualify.targets.batch.decisions import Counts
from qualify.version import __version__

# Takes how many contacts have been placed, and the share of the files that has been read (0 to 1), None if unknown.
Progress = Callable[[int, float | None], None]


class Auditor(Protocol):
    """Takes every batch and its placements."""

    def add(self, batch: Batch, placed: Placed) -> None: ...


class RowsLostError(Exception):
    """Rows read are not rows placed plus rows rejected. This is a bug in qualify; nothing is written."""


@dataclass(frozen=True, slots=True)
class Finished:
    """The result of a run: its counts and its files, each with a description.

    `rejected_without_file` has the first rejected rows if the contacts went to stdout and no file holds them.
    """

    summary: Summary
    place: str
    files: Mapping[str, str]
    inputs: tuple[Input, ...]
    seconds: float
    rejected_without_file: tuple[Rejected, ...] = ()


def run(model: Model, request: Request, progress: Progress = lambda contacts, share: None) -> Finished:
    """Place every contact and write the requested files.

    Raises DoNotFitError if the columns do not fit, and ContactsError for files that cannot be read or written.
    """
    started = datetime.now(UTC)
    _check_places(model, request)
    with open_contacts(request.contacts, request.reading) as contacts:
        check_columns(model, contacts, clashes(model, contacts.columns, request.prefix))
        job = Job(model, request, contacts, progress, started)
        return job.into_file() if request.into_file else job.into_folder()


def _check_places(model: Model, request: Request) -> None:
    """Raise ContactsError if options exclude each other, or if the run would replace a file that it reads."""
    if request.split and request.into_file:
        raise ContactsError("E655", "`--split` writes one file per stage, into a folder", "name a folder: -o DIR")
    if request.audit and not request.into_file:
        raise ContactsError(
            "E655", "`--audit` needs an output file", "a run folder has its own audit; for a file, add: -o FILE.csv"
        )
    read = (*request.contacts, request.rules, *(source.name for source in model.sources))
    check_read_once(request.contacts)
    for place in filter(None, (request.out or RUNS, request.audit)):
        check_apart(place, RECORD, RULES)
    if request.into_file:
        out = str(request.out)
        check_files([out, *([request.audit] if request.audit else []), *Rejects.files_beside(out)], read)
        if request.audit and Path(request.audit).suffix.lower() != ".parquet":
            raise ContactsError(
                "E651", f"`{request.audit}`: the audit is a Parquet file", "write `--audit FILE.parquet`"
            )
    elif request.out and request.force:
        check_holds_no_input(request.out, read)


class Job:
    """One run in progress."""

    def __init__(
        self,
        model: Model,
        request: Request,
        contacts: Contacts,
        progress: Progress = lambda contacts, share: None,
        started: datetime | None = None,
    ) -> None:
        self._model, self._request, self._contacts = model, request, contacts
        self._progress, self._started = progress, started or datetime.now(UTC)
        self._clock = time.monotonic()
        self._counts = Counts()
        self._survey = Survey(model, contacts.columns_by_file)
        self._placing = Placing(model, request.as_of)

    # --- output ------------------------------------------------------------------------------------------------

    def into_folder(self) -> Finished:
        request = self._request
        place = request.out or default_place(request.rules, self._started)
        names: dict[str | None, str] = {None: CONTACTS}
        if request.split:
            names = stage_files(self._model.stages)
        outputs: dict[str, Hashed] = {}
        check = partial(check_only_run_files, record=RECORD, rules=RULES) if request.force else None
        with new_folder(place, check) as folder:
            with ExitStack() as open_files:

                def opened(name: str) -> Any:
                    outputs[name] = Hashed(open_files.enter_context((folder / name).open("xb")))
                    return outputs[name]

                writers = {stage: self.csv(opened(name)) for stage, name in names.items()}
                audit = open_files.enter_context(Audit(opened(AUDIT), self._model, self._contacts.columns_by_file))
                self.work(writers, audit, open_files.enter_context(Rejects(opened(REJECTED), request.excel_safe)))
            keep_rules(folder / RULES, self._model.sources)
            finished = self.finished(place, descriptions(names, sum(one.rejected for one in self._contacts.inputs)))
            record = self._record(finished, outputs)
            text = json.dumps(record, indent=2, ensure_ascii=False) + "\n"
            # Undecodable bytes in a file name become JSON escapes, so that the file can be found again.
            (folder / RECORD).write_bytes(text.encode("utf-8", "backslashreplace"))
        return finished

    def into_file(self) -> Finished:
        request = self._request
        out = str(request.out)
        with ExitStack() as open_files:
            # Entered first, so that it is renamed last: once it exists, so do the files beside it.
            writer = open_files.enter_context(open_writer(out, self._schema(), excel_safe=request.excel_safe))
            rejects = open_files.enter_context(Rejects.beside(out, request.excel_safe))
            audit = None
            if request.audit:
                file = open_files.enter_context(new_file(request.audit))
                audit = open_files.enter_context(Audit(file, self._model, self._contacts.columns_by_file))
            self.work({None: writer}, audit, rejects)
        if not rejects.count:
            Rejects.remove_older(out)
        files = {out: "every contact, placed"} | ({request.audit: REASONS} if request.audit else {})
        files |= {rejects.name: unreadable_rows(rejects.count)} if rejects.count else {}
        return replace(self.finished(out, files), rejected_without_file=tuple(rejects.kept))

    # --- placing -----------------------------------------------------------------------------------------------

    def work(self, writers: Mapping[str | None, Writer], audit: Auditor | None, rejects: Rejects) -> None:
        """Read on one thread, decide on another, and write on this one."""
        with closing(ahead(self._placed())) as placed_batches:
            for batch, placed in placed_batches:
                self._counts.add(placed.decided.counts)
                self._survey.add(batch, placed.decided)
                rejects.add(batch.rejected)
                if batch.table.num_rows:
                    for stage, writer in writers.items():
                        self._write(batch, placed, stage, writer)
                    if audit:
                        audit.add(batch, placed)
                self._progress(self._counts.contacts, batch.share)
        for writer in writers.values():
            writer.close()
        self._check_nothing_lost()

    def _write(self, batch: Batch, placed: Placed, stage: str | None, writer: Writer) -> None:
        """Write the contacts of a stage, or all of them for None."""
        added, cells, text = placed.added, batch.table, batch.text
        if stage is not None:
            wanted = pc.equal(added.column("stage"), stage)
            added, cells = added.filter(wanted), cells.filter(wanted)
            text = None if text is None else text.filter(wanted)
        if isinstance(writer, CsvWriter) and text is not None and not self._request.excel_safe:
            writer.extend(text, added)
        else:
            writer.write(pa.RecordBatch.from_arrays([*cells.columns, *added.columns], schema=self._schema()))

    def _placed(self) -> Iterator[tuple[Batch, Placed]]:
        with closing(ahead(self._read())) as batches:
            for batch, fields in batches:
                yield batch, self._placing.place(fields)

    def _read(self) -> Iterator[tuple[Batch, list[BatchState]]]:
        for batch in self._contacts.batches():
            yield batch, self._placing.read(batch.cells)

    def _schema(self) -> Any:
        return self._placing.output_schema(self._contacts.schema, self._request.prefix)

    def csv(self, file: Any) -> Writer:
        return writer_to(file, self._schema(), Format.CSV, excel_safe=self._request.excel_safe)

    def _check_nothing_lost(self) -> None:
        """Raise RowsLostError unless rows read are rows placed plus rejected; `records` does not rely on the parser."""
        for one in self._contacts.inputs:
            if one.records != one.rows + one.rejected:
                raise RowsLostError(
                    f"`{one.path}` has {one.records:,} rows, but {one.rows:,} were read and {one.rejected:,} rejected"
                )
        rows, placed = sum(one.rows for one in self._contacts.inputs), self._counts.contacts
        if rows != placed or placed != self._counts.stages.total():
            raise RowsLostError(f"{rows:,} contacts were read, but {placed:,} placed")

    # --- the record --------------------------------------------------------------------------------------------

    def finished(self, place: str, files: Mapping[str, str]) -> Finished:
        inputs = tuple(self._contacts.inputs)
        rejected = sum(one.rejected for one in inputs)
        summary = summary_of(self._counts, self._model, rejected, self._survey.fields(self._counts))
        return Finished(summary, place, files, inputs, time.monotonic() - self._clock)

    def _record(self, finished: Finished, outputs: Mapping[str, Hashed]) -> dict[str, object]:
        """Return the content of `run.json`: hashes and counts of everything read and written."""
        model, request = self._model, self._request
        return {
            "started": self._started.isoformat(timespec="milliseconds"),
            "as_of": request.as_of.isoformat(),
            "versions": {"qualify": __version__, "python": platform.python_version(), "pyarrow": pa.__version__},
            "rules": {
                "file": model.sources[0].path or model.sources[0].name,
                **agreement(model),
                "sha256": rules_hash(model.sources),
                "files": [
                    {"path": source.path, "bytes": len(source.raw), "sha256": hashlib.sha256(source.raw).hexdigest()}
                    for source in model.sources
                ],
            },
            "inputs": [asdict(one) for one in finished.inputs],
            "options": {
                "prefix": request.prefix,
                "split": request.split,
                "excel_safe": request.excel_safe,
                **{name: value for name, value in asdict(request.reading).items() if name != "block"},
            },
            "outputs": [{"path": name, "sha256": file.sha256} for name, file in outputs.items()],
            "rows": row_counts(finished),
            "summary": asdict(finished.summary),
            "seconds": round(finished.seconds, 3),
        }


def row_counts(finished: Finished) -> dict[str, int]:
    """Return how many rows went in and what happened to them, as `run.json` has it."""
    summary = finished.summary
    rows_in = sum(one.records for one in finished.inputs)
    return {"in": rows_in, "placed": summary.contacts, "rejected": summary.rejected}
