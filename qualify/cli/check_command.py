"""`qualify check`: the errors and warnings in the rules, and in contact files read with them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from qualify.cli import options
from qualify.cli.failures import RULES_FAILED

if TYPE_CHECKING:
    from qualify.model.rules import Model
    from qualify.text.diagnostics import Diagnostic


@click.command
@options.rules_argument
@click.option(
    "--contacts", metavar="FILE", multiple=True, help="Contact file to check against the rules; repeat for several."
)
@options.root
@options.reading
@options.output_format
def command(
    rules: str,
    contacts: tuple[str, ...],
    root: str | None,
    form: str,
    **reading: Any,
) -> None:
    """Show the errors and warnings in the file RULES, without running it.

    With --contacts, also check the data: missing columns, cells that cannot be read, and values that are not listed.

    \b
    Examples:
      qualify check rules/bant.lead
      qualify check rules/bant.lead --contacts contacts.csv
    """
    from qualify.cli.output import screen
    from qualify.ruleset import RulesRejected, load, utc_today
    from qualify.text.diagnostics import errors

    found: tuple[Diagnostic, ...]
    model = None
    try:
        rule_set = load(rules, root=root)
        found, model = tuple(rule_set.warnings), rule_set.model
    except RulesRejected as problem:
        found = tuple(problem.diagnostics)
    if model and contacts:
        from qualify.contacts.fit.profile import doubts_of_file
        from qualify.contacts.reading.batches import ReadOptions  # imports Arrow, which rules alone do not need

        for file in contacts:
            found += doubts_of_file(model, file, ReadOptions(**reading), utc_today())
    if form == "json":
        screen.say_json({"diagnostics": screen.diagnostics_as_data(found)})
    else:
        screen.show_diagnostics(found, err=False)
        screen.say(_summary(rules, found, model))
    if errors(found):
        raise click.exceptions.Exit(RULES_FAILED)


def _summary(file: str, found: tuple[Diagnostic, ...], model: Model | None) -> str:
    """Return one line: what the rules contain, and how many errors and warnings they have."""
    from qualify.explain.wording import counted
    from qualify.text.diagnostics import errors

    error_count = len(errors(found))
    warning_count = len(found) - error_count
    verdict = (
        f"{counted(error_count, 'error') if error_count else 'no errors'}, "
        f"{counted(warning_count, 'warning') if warning_count else 'no warnings'}"
    )
    if model is None:
        return f"{file}: {verdict}"
    contents = [
        counted(len(model.rules), "rule"),
        counted(len(model.criteria), "criterion", "criteria"),
        counted(len(model.fields), "field"),
        counted(len(model.examples), "example"),
    ]
    return f"{file}: {', '.join(contents)}: {verdict}"
