"""`qualify run`: the main job."""

from __future__ import annotations

from contextlib import AbstractContextManager, nullcontext
from dataclasses import asdict
from datetime import date
from typing import TYPE_CHECKING, Any

import click

from qualify.cli import options
from qualify.cli.failures import ON_STDERR, ROWS_REJECTED, say_diagnostics

if TYPE_CHECKING:
    from qualify.runs.run import Progress


@click.command(short_help="Place every contact of a file as the rules say.")
@options.rules_argument
@options.contacts_argument
@click.option("-o", "--out", metavar="OUT", help="A folder; or a .csv, .parquet or .ndjson file; or - for stdout.")
@options.as_of
@click.option("--split", is_flag=True, help="One file per stage: lead.csv, inquiry.csv, …")
@click.option("--prefix", metavar="TEXT", default="", help="Put before the names of the added columns, such as q_")
@click.option("--audit", metavar="FILE", help="With -o FILE: write the audit (Parquet) here.")
@click.option("--force", is_flag=True, help="Replace a run folder that is there already.")
@click.option("--excel-safe", is_flag=True, help="Put ' before cells that Excel would take for a formula.")
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
    **asked: Any,
) -> None:
    """Place every contact of the files CONTACTS as the file RULES says.

    CONTACTS are CSV files (any delimiter, quoting and encoding), .xlsx, Parquet or NDJSON, also with .gz; - is stdin.
    The result is a run folder, runs/TIME-RULES/ unless -o names it: contacts.csv, audit.parquet, rejected.csv,
    run.json, and the rules as they were. It appears whole or not at all.

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
    from qualify.runs.run import Request, run

    to_stderr = ctx.meta[ON_STDERR] = asked["out"] == "-"
    rule_set = load(rules, root=root, today=as_of)
    if form == "text":
        say_diagnostics(rule_set.warnings, ctx)
    reading = ReadOptions(delimiter, encoding, sheet)
    request = Request(rules, contacts, as_of, reading, **asked)
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
    """Return who is told how far the run is: a bar on stderr where that is a terminal, else nobody.

    Nobody either where the contacts go to the terminal themselves: the bar would wipe out some of them.
    """
    from qualify.cli.output.screen import on_terminal

    if not on_terminal(err=True) or (out == "-" and on_terminal()):
        return nullcontext(lambda contacts, share: None)
    from qualify.cli.output.progress import progress_bar

    return progress_bar()
