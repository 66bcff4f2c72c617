"""`qualify run`: place every contact in a file."""

from __future__ import annotations

from contextlib import AbstractContextManager, nullcontext
from dataclasses import asdict
from datetime import date
from typing import TYPE_CHECKING, Any

import click

from qualify.cli import options
from qualify.cli.failures import ON_STDERR, ROWS_REJECTED, report_diagnostics

if TYPE_CHECKING:
    from qualify.runs.run import Progress


@click.command
@options.rules_argument
@options.contacts_argument
@click.option("-o", "--out", metavar="OUT", help="Folder, or .csv, .parquet or .ndjson file, or - for stdout.")
@options.as_of
@click.option("--split", is_flag=True, help="Write one file per stage: lead.csv, inquiry.csv, …")
@click.option("--prefix", metavar="TEXT", default="", help="Prefix for the names of added columns, such as q_")
@click.option("--audit", metavar="FILE", help="With -o FILE: also write the audit to this Parquet file.")
@click.option("--force", is_flag=True, help="Replace an existing run folder.")
@click.option("--excel-safe", is_flag=True, help="Put ' before cells that Excel would take for formulas.")
@options.root
@options.reading
@options.output_format
@click.pass_context
def command(
    ctx: click.Context,
    /,
    rules: str,
    contacts: tuple[str, ...],
    as_of: date,
    root: str | None,
    delimiter: str | None,
    encoding: str | None,
    sheet: str | None,
    form: str,
    **settings: Any,
) -> None:
    """Place every contact in the files CONTACTS by the rules in the file RULES.

    CONTACTS are CSV (any delimiter, quoting and encoding), .xlsx, Parquet or NDJSON files, gzipped or not; - is stdin.
    The result is a run folder with contacts.csv, audit.parquet, rejected.csv, run.json and a copy of the rules.
    It is runs/TIME-RULES/ unless -o names another, and it is written completely or not at all.

    \b
    Examples:
      qualify run rules/bant.lead contacts.csv
      qualify run rules/bant.lead emea.csv apac.xlsx -o runs/november --as-of 2026-11-01 --split
      qualify run rules/bant.lead contacts.csv -o placed.parquet --audit placed.audit.parquet
      zcat contacts.csv.gz | qualify run rules/bant.lead - -o - | head
    """
    from qualify.cli.output.run_report import doubts, show_finished
    from qualify.cli.output.screen import diagnostics_as_data, say_json
    from qualify.contacts.reading.batches import ReadOptions
    from qualify.ruleset import load
    from qualify.runs.request import Request
    from qualify.runs.run import run

    to_stderr = ctx.meta[ON_STDERR] = settings["out"] == "-"
    rule_set = load(rules, root=root, today=as_of)
    if form == "text":
        report_diagnostics(rule_set.warnings, ctx)
    reading = ReadOptions(delimiter, encoding, sheet)
    request = Request(rules, contacts, as_of, reading, **settings)
    with _progress(request.out) as progress:
        finished = run(rule_set.model, request, progress)
    if form == "json":
        diagnostics = diagnostics_as_data((*rule_set.warnings, *doubts(finished)))
        say_json({**asdict(finished), "diagnostics": diagnostics}, to_stderr)
    else:
        show_finished(finished, to_stderr)
    if finished.summary.rejected:
        raise click.exceptions.Exit(ROWS_REJECTED)


def _progress(out: str | None) -> AbstractContextManager[Progress]:
    """Return a progress bar if stderr is a terminal and the contacts go elsewhere, else a callback that does nothing.

    Contacts on the same terminal would be overwritten by the bar.
    """
    from qualify.cli.output.screen import on_terminal

    if not on_terminal(err=True) or (out == "-" and on_terminal()):
        return nullcontext(lambda contacts, share: None)
    from qualify.cli.output.progress import progress_bar

    return progress_bar()
