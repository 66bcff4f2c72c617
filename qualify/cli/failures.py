"""Errors that users can cause, by what they wrote or which file they gave: a message and an exit code for each."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from qualify.text.diagnostics import Diagnostic

RULES_FAILED = 1
WRONG_USAGE = 2
ROWS_REJECTED = 3
INTERRUPTED = 130  # as shells report a program stopped by Ctrl-C

# What Python, Arrow and the system's loader say when there is too little memory for a thread or a library.
OUT_OF_MEMORY = ("can't start new thread", "Failed to launch worker thread", "failed to map segment")

# Keys of a context's `meta`: the output format, and whether to report on stderr because the contacts go to stdout.
FORMAT, ON_STDERR = "qualify.format", "qualify.on_stderr"


class Refused(click.ClickException):
    """A request that makes no sense as it is."""


def report(problem: BaseException, ctx: click.Context) -> int | None:
    """Report an error and return its exit code, or None for a bug or an error that click reports itself."""
    # Before the imports below, for which there may be no memory.
    if isinstance(problem, MemoryError) or any(text in str(problem) for text in OUT_OF_MEMORY):
        return _report("there is not enough memory; nothing was written", "leave out columns that no rule reads", ctx)
    from qualify.contacts.fit.columns import DoNotFitError
    from qualify.contacts.reading.batches import ContactsError
    from qualify.ruleset import RulesRejected
    from qualify.runs.run import RowsLostError

    match problem:
        case RulesRejected() | DoNotFitError():
            report_diagnostics(problem.diagnostics, ctx)
            return RULES_FAILED
        case ContactsError():
            return _report(str(problem), problem.hint, ctx, problem.code)
        case Refused():
            return _report(str(problem), None, ctx)
        case RowsLostError():
            _report(str(problem), "nothing was written; this is a bug in qualify, please report it", ctx)
            return RULES_FAILED
        case BrokenPipeError():  # the reader closed the pipe, as `head` does
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            return 0
        case FileNotFoundError():
            return _report(f"there is no file `{problem.filename}`", None, ctx, "E401")
        case OSError() if problem.filename and os.path.isdir(problem.filename):  # noqa: PTH112  # never raises
            return _report(f"`{problem.filename}` is a folder", None, ctx, "E401")
        case OSError():
            where = f"`{problem.filename}`: " if problem.filename else ""
            return _report(f"{where}{(problem.strerror or str(problem)).lower()}", None, ctx)
        case UnicodeEncodeError():  # an argument whose bytes are not text
            return _report(f"`{problem.object}` is not UTF-8", "rename the file, or write the option in UTF-8", ctx)
        case KeyboardInterrupt():
            _report("stopped", None, ctx)
            return INTERRUPTED
    return None


def _on_stderr(ctx: click.Context) -> bool:
    return bool(ctx.meta.get(ON_STDERR))


def _report(message: str, hint: str | None, ctx: click.Context, code: str | None = None) -> int:
    from qualify.cli.output.screen import say_json
    from qualify.text.phrasing import harmless

    if ctx.meta.get(FORMAT) == "json":
        say_json({"error": {"code": code, "message": message, "hint": hint}}, _on_stderr(ctx))
    else:
        click.echo(f"error {code or ''}".rstrip() + f": {harmless(message)}", err=True)
        for line in (hint or "").splitlines():
            click.echo(f"  = {harmless(line)}", err=True)
    return WRONG_USAGE


def report_diagnostics(diagnostics: tuple[Diagnostic, ...], ctx: click.Context) -> None:
    from qualify.cli.output.screen import diagnostics_as_data, say_json, show_diagnostics

    if ctx.meta.get(FORMAT) == "json":
        say_json({"diagnostics": diagnostics_as_data(diagnostics)}, _on_stderr(ctx))
    else:
        show_diagnostics(diagnostics)
