"""`qualify audit`: inspect earlier runs."""

from __future__ import annotations

import click

from qualify.cli import options
from qualify.cli.failures import RULES_FAILED

run_argument = click.argument("run", metavar="RUN", type=options.FILE)
id_option = click.option("--id", "contact_id", metavar="ID", help="Show only this contact.")


@click.group
def command() -> None:
    """Inspect the run folders that `qualify run` wrote.

    \b
    Examples:
      qualify audit show runs/november
      qualify audit show runs/november --id 4711
      qualify audit history --id 4711 runs/*
      qualify audit moves runs/october runs/november
      qualify audit verify runs/november
    """


@command.command(short_help="Show the totals of a run, or one contact's record.")
@run_argument
@id_option
@options.output_format
def show(run: str, contact_id: str | None, form: str) -> None:
    """Show the totals of a run or, with --id, the record of one contact and the values that decided.

    \b
    Examples:
      qualify audit show runs/november
      qualify audit show runs/november --id 4711
    """
    from qualify.cli.output.past_report import show_contact, show_run
    from qualify.cli.output.screen import say_json
    from qualify.contacts.reading.batches import ContactsError
    from qualify.runs.past.run_folder import open_run

    past = open_run(run)
    if contact_id is None:
        say_json(past.record) if form == "json" else show_run(past)
        return
    rows = past.rows_of(contact_id)
    if not rows:
        raise ContactsError("E641", f"`{run}` has no contact with the id `{contact_id}`")
    if form == "json":
        say_json(rows)
        return
    for row in rows:
        show_contact(past, row)


@command.command(short_help="Show one contact across runs.")
@click.argument("runs", metavar="RUN...", nargs=-1, required=True, type=options.FILE)
@click.option("--id", "contact_id", metavar="ID", required=True, help="The contact.")
@options.output_format
def history(runs: tuple[str, ...], contact_id: str, form: str) -> None:
    """Show one contact across runs: when it moved, by which rule, and whether its data or the rules changed.

    A run keeps only the cells that the deciding rule read. If other cells may explain a move, the output says so.

    \b
    Example:
      qualify audit history --id 4711 runs/*
    """
    from qualify.cli.output.past_report import show_history
    from qualify.cli.output.screen import say_json
    from qualify.runs.past.history import history as history_of
    from qualify.runs.past.run_folder import open_run

    moments = history_of(map(open_run, runs), contact_id)
    say_json(moments) if form == "json" else show_history(contact_id, moments)


@command.command(short_help="Check every hash, and place every contact again.")
@run_argument
@click.option("--contacts", metavar="FILE", multiple=True, help="Input file, if it has moved; repeat for several.")
@options.output_format
def verify(run: str, contacts: tuple[str, ...], form: str) -> None:
    """Check every hash of a run, and place every contact again with the rules and the input of that run.

    The exit code is 0 if everything matches, else 1. The output lists what differs: the input changed, an output was
    edited, or the same input now gives another result.

    \b
    Examples:
      qualify audit verify runs/november
      qualify audit verify runs/november --contacts archive/contacts.csv
    """
    from qualify.cli.output.screen import say, say_json
    from qualify.runs.past.run_folder import open_run
    from qualify.runs.past.verifying import verify as verified

    found = verified(open_run(run), contacts)
    if form == "json":
        say_json({"holds": found.holds, "checked": found.checked, "differences": found.differences})
    else:
        say(f"checked: {', '.join(found.checked)}")
        lines = [line if line.startswith(" ") else f"✗ {line}" for line in found.differences]
        say("\n".join(lines or ["✓ everything matches"]))
    if not found.holds:
        raise click.exceptions.Exit(RULES_FAILED)


@command.command(short_help="Show which contacts moved between two runs, and why.")
@click.argument("earlier", metavar="EARLIER", type=options.FILE)
@click.argument("later", metavar="LATER", type=options.FILE)
@options.output_format
def moves(earlier: str, later: str, form: str) -> None:
    """Show which contacts moved between the runs EARLIER and LATER, from which stage to which, and why.

    A run keeps only the cells that the deciding rule read, so it is not always known whether a contact's data changed.
    Contacts without an id, or whose id occurs more than once in a run, are left out and counted.

    \b
    Example:
      qualify audit moves runs/october runs/november
    """
    from qualify.cli.output.past_report import show_moves
    from qualify.cli.output.screen import say_json
    from qualify.runs.past.moves import moves as moves_between
    from qualify.runs.past.run_folder import open_run

    found = moves_between(open_run(earlier), open_run(later))
    say_json(found) if form == "json" else show_moves(found)
