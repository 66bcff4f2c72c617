"""`qualify explain`: why a contact is placed where it is, and why not higher."""

from __future__ import annotations

from datetime import date
from typing import Any

import click

from qualify.cli import options
from qualify.cli.failures import Refused


@click.command
@options.rules_argument
@options.contacts_argument
@click.option("--id", "contact_id", metavar="ID", help="Id of the contact; required unless --row is given.")
@click.option("--row", metavar="N", type=click.IntRange(min=1), help="Row of the contact; 1 is the first.")
@options.as_of
@options.root
@options.reading
@options.output_format
def command(
    rules: str,
    contacts: tuple[str, ...],
    contact_id: str | None,
    row: int | None,
    as_of: date,
    root: str | None,
    form: str,
    **reading: Any,
) -> None:
    """Explain why the rules in the file RULES place a contact where they do, and why not higher.

    Shows every rule up to the deciding one as a tree with the values seen (✓ yes, ✗ no, ? unknown), then the nearest
    miss: what would have placed the contact higher.

    \b
    Examples:
      qualify explain rules/bant.lead contacts.csv --id 4711
      qualify explain rules/bant.lead contacts.csv --row 12 --as-of 2026-11-01
    """
    from qualify.cli.output.screen import say, say_json
    from qualify.contacts.fit.lookup import pick
    from qualify.contacts.reading.batches import ReadOptions
    from qualify.explain.findings import explanation, render
    from qualify.record.decide import conclude
    from qualify.record.evaluation import evaluate
    from qualify.ruleset import load

    if (contact_id is None) == (row is None):
        raise Refused("name one contact: --id ID or --row N")
    model = load(rules, root=root).model
    found = pick(model, contacts, ReadOptions(**reading), contact_id, row)
    results = []
    for picked in found:
        contact = evaluate(model, picked.cells, as_of)
        why = explanation(conclude(contact))
        results.append(
            {"contact": picked.name, "row": picked.row, "line": picked.line, "file": picked.file, "explanation": why}
        )
        if form == "text":
            say(f"{picked.name} ({picked.file}, line {picked.line})\n{render(why)}\n")
    if form == "json":
        say_json(results)
