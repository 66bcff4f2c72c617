"""The report after a run: counts per stage and rule, what to ask, warnings about the data, and where the files are."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from qualify.cli.output.screen import say, show_table
from qualify.contacts.fit.profile import cell_doubts, row_doubts
from qualify.explain.wording import counted
from qualify.runs.run import Finished
from qualify.runs.summary import RuleCount, Summary, excluding_doubts
from qualify.text.diagnostics import Diagnostic, render
from qualify.text.phrasing import in_a_line

MOST_ASKED = 5
MOST_OF_A_ROW = 100  # characters


def show_finished(finished: Finished, err: bool = False) -> None:
    summary = finished.summary
    for line in _rejected(finished):
        say(line, err)
    for found in finished.inputs:
        say(f"{found.path}: {'; '.join((counted(found.rows, 'contact'), *found.found))}", err)
    say("", err)
    show_table(("stage", "contacts", "", "could be"), list(_stages(summary)), err=err)
    show_table(("rule", "stage", "placed", "left unknown"), list(map(_rule, summary.rules)), err=err)
    blocks = ("\n".join(lines) for lines in (_outlook(summary), map(render, doubts(finished)), _files(finished)))
    say("\n\n".join(filter(None, blocks)), err)


def _rejected(finished: Finished) -> Iterator[str]:
    """Yield the rejected rows that were not written to a file."""
    rows = finished.rejected_without_file
    for row in rows:
        yield f"rejected: {row.file}, line {row.line}: {row.reason}: {in_a_line(row.text[:MOST_OF_A_ROW])}"
    if 0 < len(rows) < finished.summary.rejected:
        yield "rejected: … and more"


def _stages(summary: Summary) -> Iterator[tuple[object, ...]]:
    """Yield a row for each stage, with the number of contacts in lower stages that could still reach it."""
    for stage, count in summary.stages.items():
        share = f"{count / summary.contacts:.1%}" if summary.contacts else ""
        yield stage, count, share, summary.could_be.get(stage, "")
    yield "all contacts", summary.contacts, "", ""
    if summary.rejected:
        yield "rejected rows", summary.rejected, "", ""


def _rule(one: RuleCount) -> tuple[object, ...]:
    return one.rule, one.stage, one.placed, one.silent or ""


def _outlook(summary: Summary) -> Iterator[str]:
    """Yield the criterion that most often kept contacts from a higher stage, and what is worth asking."""
    if summary.held_back:
        most = summary.held_back[0]
        yield (
            f"what kept most contacts at {summary.otherwise}: {most.criterion} "
            f"(no for {most.no:,}, unknown for {most.unknown:,}, of {summary.stages[summary.otherwise]:,})"
        )
    if summary.ask:
        asked = [f"{name} ({count:,})" for name, count in list(summary.ask.items())[:MOST_ASKED]]
        more = ", …" if len(summary.ask) > MOST_ASKED else ""
        yield f"worth asking: {', '.join(asked)}{more}"


def doubts(finished: Finished) -> tuple[Diagnostic, ...]:
    """Return the warnings about the contacts: unreadable rows and cells, and the rules they affect."""
    summary = finished.summary
    return (*row_doubts(finished.inputs), *excluding_doubts(summary), *cell_doubts(summary.fields))


def _files(finished: Finished) -> Iterator[str]:
    """Yield where the files are, without those that went to stdout or stderr."""
    if Path(finished.place).is_dir():
        yield f"in {finished.place}/"
    files = {name: contents for name, contents in finished.files.items() if name not in ("-", "stderr")}
    width = max(map(len, files), default=0)
    for name, contents in files.items():
        yield f"  {name:<{width}}  {contents}"
