"""What goes wrong because of what somebody wrote or a file they gave: a message on stderr and an exit code."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from qualify.text.diagnostics import Diagnostic

RULES_FAILED = 1
WRONG_USAGE = 2
ROWS_REJECTED = 3
INTERRUPTED = 130  # as a shell says it of a program stopped by Ctrl-C

# In a context's `meta`: the format in which the command answers, and whether it does so on stderr because stdout has
# the contacts.
FORMAT, ON_STDERR = "qualify.format", "qualify.on_stderr"


class Refused(click.ClickException):
    """A request that cannot be met as it was made; with a hint that can be pasted."""

    exit_code = WRONG_USAGE

    def __init__(self, message: str, hint: str | None = None) -> None:
        super().__init__(message)
        self.hint = hint


def failed(problem: BaseException, ctx: click.Context) -> int | None:
    """Say what went wrong and return the exit code; None where it is nobody's mistake but ours, or click's to say."""
    if isinstance(problem, MemoryError):  # NumPy's and Arrow's are such; there may be no room for any module
        return _say("there is not enough memory; nothing was written", "leave out columns that no rule reads", ctx)
    from qualify.contacts.fit.columns import DoNotFitError
    from qualify.contacts.reading.batches import ContactsError
    from qualify.ruleset import RulesRejected
    from qualify.runs.run import RowsLostError

    match problem:
        case RulesRejected() | DoNotFitError():
            say_diagnostics(problem.diagnostics, ctx)
            return RULES_FAILED
        case ContactsError():
            return _say(str(problem), problem.hint, ctx, problem.code)
        case Refused():
            return _say(str(problem), problem.hint, ctx)
        case RowsLostError():
            _say(str(problem), "nothing was written; this is a mistake of qualify's own, please report it", ctx)
            return RULES_FAILED
        case BrokenPipeError():  # whoever reads our output has had enough
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            return 0
        case FileNotFoundError():
            return _say(f"there is no file `{problem.filename}`", None, ctx, "E401")
        case OSError() if problem.filename and Path(problem.filename).is_dir():  # Windows calls it a lack of permission
            return _say(f"`{problem.filename}` is a folder", None, ctx, "E401")
        case OSError():
            where = f"`{problem.filename}`: " if problem.filename else ""
            return _say(f"{where}{(problem.strerror or str(problem)).lower()}", None, ctx)
        case UnicodeEncodeError():  # the system hands over bytes that are no text
            return _say(f"`{problem.object}` is not UTF-8", "rename the file, or write the option in UTF-8", ctx)
        case KeyboardInterrupt():
            _say("stopped", None, ctx)
            return INTERRUPTED
    return None


def _on_stderr(ctx: click.Context) -> bool:
    return bool(ctx.meta.get(ON_STDERR))


def _say(message: str, hint: str | None, ctx: click.Context, code: str | None = None) -> int:
    from qualify.cli.output.screen import say_json
    from qualify.text.phrasing import harmless

    if ctx.meta.get(FORMAT) == "json":
        say_json({"error": {"code": code, "message": message, "hint": hint}}, _on_stderr(ctx))
    else:
        click.echo(f"error {code or ''}".rstrip() + f": {harmless(message)}", err=True)
        for line in (hint or "").splitlines():
            click.echo(f"  = {harmless(line)}", err=True)
    return WRONG_USAGE


def say_diagnostics(diagnostics: tuple[Diagnostic, ...], ctx: click.Context) -> None:
    from qualify.cli.output.screen import diagnostics_as_data, say_json, show_diagnostics

    if ctx.meta.get(FORMAT) == "json":
        say_json({"diagnostics": diagnostics_as_data(diagnostics)}, _on_stderr(ctx))
    else:
        show_diagnostics(diagnostics)
