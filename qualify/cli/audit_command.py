"""`qualify audit`: what earlier runs left behind."""

from __future__ import annotations

import click

from qualify.cli import options
from qualify.cli.failures import RULES_FAILED

run_argument = click.argument("run", metavar="RUN", type=options.FILE)
id_option = click.option("--id", "contact_id", metavar="ID", help="One contact.")


@click.group(short_help="Look into what earlier runs left behind.")
def command() -> None:
    """Look into the run folders that `qualify run` left behind.

    \b
    Examples:
      qualify audit show runs/november
      qualify audit show runs/november --id 4711
      qualify audit history --id 4711 runs/*
      qualify audit moves runs/october runs/november
      qualify audit verify runs/november
    """


@command.command(short_help="What a run came to, or one contact's record.")
@run_argument
@id_option
@options.output_format
def show(run: str, contact_id: str | None, form: str) -> None:
    """Show what a run came to, or with --id the record of one contact, with the values that decided.

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


@command.command(short_help="One contact across runs.")
@click.argument("runs", metavar="RUN...", nargs=-1, required=True, type=options.FILE)
@click.option("--id", "contact_id", metavar="ID", required=True, help="The contact.")
@options.output_format
def history(runs: tuple[str, ...], contact_id: str, form: str) -> None:
    """Show a contact across runs: when it moved, by which rule, and whether its data or the rules had changed.

    A run keeps only the cells that the deciding rule read: where the others may be why it moved, that is said.

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
@click.option("--contacts", metavar="FILE", multiple=True, help="An input file, where it is not at its place.")
@options.output_format
def verify(run: str, contacts: tuple[str, ...], form: str) -> None:
    """Check every hash of a run, and place every contact again from the kept rules and the input.

    Exit code 0 where all is as it was; 1 where something differs, and then what: the input changed, an output was
    edited, or it comes out differently today.

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
        say("\n".join(f"✗ {one}" if not one.startswith(" ") else one for one in found.differences) or "✓ all as it was")
    if not found.holds:
        raise click.exceptions.Exit(RULES_FAILED)


@command.command(short_help="Who moved between two runs, and why.")
@click.argument("earlier", metavar="RUN", type=options.FILE)
@click.argument("later", metavar="RUN", type=options.FILE)
@options.output_format
def moves(earlier: str, later: str, form: str) -> None:
    """Show who moved between two runs, as a table stage by stage, and why.

    A run keeps only the cells that the deciding rule read: of some it cannot be told whether their data changed.
    Contacts without an id, or with one that a run has more than once, are left out and counted.

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
