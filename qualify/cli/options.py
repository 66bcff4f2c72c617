"""The arguments and options that several commands have."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any, TypeVar

import click

from qualify.cli.failures import FORMAT

Function = TypeVar("Function", bound=Callable[..., Any])


def _as_day(ctx: click.Context, param: click.Parameter, written: str | None) -> date:
    from qualify.ruleset import utc_today

    try:
        return utc_today() if written is None else date.fromisoformat(written)
    except ValueError:
        raise click.BadParameter(f"`{written}` is not a date; write it as 2026-10-01", ctx, param) from None


def _keep_format(ctx: click.Context, param: click.Parameter, chosen: str) -> str:
    ctx.meta[FORMAT] = chosen  # where what goes wrong is told, too
    return chosen


def _in_order(ctx: click.Context, param: click.Parameter, contacts: tuple[str, ...]) -> tuple[str, ...]:
    rules = str(ctx.params.get("rules"))
    if contacts[0].endswith(RULES) and not rules.endswith(RULES):
        raise click.UsageError(f"the rules come first: {ctx.command_path} {contacts[0]} {rules}", ctx)
    return contacts


RULES = ".lead"
FILE = click.Path(readable=False)  # where it may not be read, that is told like all else: also as JSON

rules_argument = click.argument("rules", metavar="RULES", type=FILE)

contacts_argument = click.argument(
    "contacts", metavar="CONTACTS...", nargs=-1, required=True, type=FILE, callback=_in_order
)

root = click.option("--root", metavar="DIR", help="Folder that rule files stay in; default: that of RULES.")

as_of = click.option(
    "--as-of", metavar="DATE", callback=_as_day, help="What `today` means; default: the current day in UTC."
)

output_format = click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json"]),
    default="text",
    is_eager=True,
    callback=_keep_format,
    help="text for people, json for machines: the same facts.",
)


def reading(function: Function) -> Function:
    """Add what a person may say of a contact file, against what would be found out."""
    for option in (
        click.option("--sheet", metavar="NAME", help="Sheet of a workbook; default: the first."),
        click.option("--encoding", metavar="NAME", help="Encoding of text files, such as cp1252; default: found out."),
        click.option("--delimiter", metavar="CHAR", help="Between cells, such as ; or tab; default: found out."),
    ):
        function = option(function)
    return function
