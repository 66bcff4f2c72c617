"""Arguments and options that several commands share."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any, TypeVar

import click

from qualify.cli.failures import FORMAT

Function = TypeVar("Function", bound=Callable[..., Any])


def _parse_day(ctx: click.Context, param: click.Parameter, written: str | None) -> date:
    from qualify.ruleset import utc_today

    try:
        return utc_today() if written is None else date.fromisoformat(written)
    except ValueError:
        raise click.BadParameter(f"`{written}` is not a date; write it as 2026-10-01", ctx, param) from None


def _keep_format(ctx: click.Context, param: click.Parameter, chosen: str) -> str:
    ctx.meta[FORMAT] = chosen  # errors are reported in it, too
    return chosen


def _check_order(ctx: click.Context, param: click.Parameter, contacts: tuple[str, ...]) -> tuple[str, ...]:
    rules = str(ctx.params.get("rules"))
    if contacts[0].endswith(RULES) and not rules.endswith(RULES):
        raise click.UsageError(f"the rules come first: {ctx.command_path} {contacts[0]} {rules}", ctx)
    return contacts


RULES = ".lead"
FILE = click.Path(readable=False)  # click would report an unreadable file as text even with `--format json`

rules_argument = click.argument("rules", metavar="RULES", type=FILE)

contacts_argument = click.argument(
    "contacts", metavar="CONTACTS...", nargs=-1, required=True, type=FILE, callback=_check_order
)

root = click.option("--root", metavar="DIR", help="Folder that rules may read files from; default: that of RULES.")

as_of = click.option(
    "--as-of", metavar="DATE", callback=_parse_day, help="Date that `today` means; default: the current day in UTC."
)

output_format = click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json"]),
    default="text",
    is_eager=True,
    callback=_keep_format,
    help="Output for people (text) or for programs (json).",
)


def reading(function: Function) -> Function:
    """Add the options that say how to read contact files, in place of what would be detected."""
    for option in (
        click.option("--sheet", metavar="NAME", help="Sheet to read from a workbook; default: the first."),
        click.option("--encoding", metavar="NAME", help="Encoding of text files, such as cp1252; default: detected."),
        click.option(
            "--delimiter", metavar="CHAR", help="Character between cells, such as ; or tab; default: detected."
        ),
    ):
        function = option(function)
    return function
