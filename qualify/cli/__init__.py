"""The commands, a file each. A command's file is imported only when it is asked for, so that `--help` is quick."""

from __future__ import annotations

import atexit
import gc
import os
import sys
from collections.abc import Sequence
from contextlib import suppress
from importlib import import_module

import click

from qualify.cli.failures import WRONG_USAGE, failed
from qualify.version import __version__

# Each command's line in `qualify --help` stands here, so that its module need not be read for it.
COMMANDS = {
    "run": "Place every contact of a file as the rules say, and keep the reasons.",
    "check": "Show every mistake and doubt in the rules, without running them.",
    "test": "Run the examples that stand in the rules.",
    "explain": "Say why one contact is where it is, and why not higher.",
    "audit": "Look into what earlier runs left behind.",
}


class Commands(click.Group):
    """The group of all commands; the one place where what goes wrong becomes a message and an exit code."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:
        if name not in COMMANDS:
            return None
        command: click.Command = import_module(f"qualify.cli.{name}_command").command
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        if args and args[0] not in COMMANDS and not args[0].startswith("-"):
            from difflib import get_close_matches

            close = get_close_matches(args[0], COMMANDS, 1, 0.5)
            hint = f"did you mean `qualify {close[0]}`?" if close else f"commands: {', '.join(COMMANDS)}"
            ctx.fail(f"there is no command `{args[0]}`; {hint}")
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))

    def invoke(self, ctx: click.Context) -> object:
        try:
            return super().invoke(ctx)
        except (Exception, KeyboardInterrupt) as problem:
            code = failed(problem, ctx)
            if code is None:
                raise
            ctx.exit(code)


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, prog_name="qualify")
def cli() -> None:
    """Place every contact as inquiry or lead by rules that read like plain English, with the reason kept.

    \b
    Examples:
      qualify check rules/bant.lead
      qualify run rules/bant.lead contacts.csv
      qualify explain rules/bant.lead contacts.csv --id 4711

    \b
    Exit codes:
      0  done
      1  the rules, a test or a verification failed
      2  wrong usage, or a file that is not there
      3  done, but some rows could not be read: they stand in rejected.csv
    """


class WithoutPandas:
    """Finds no pandas: Arrow imports it where it is installed, a fifth of a second for what no command uses."""

    @staticmethod
    def find_spec(name: str, path: Sequence[str] | None = None, target: object = None) -> None:
        if name == "pandas":
            raise ModuleNotFoundError("the commands do without pandas", name=name)


def _open_closed() -> None:
    """Let a stream that whoever started us has closed be an empty one; else the next file takes its number."""
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:
            setattr(sys, name, os.fdopen(os.open(os.devnull, os.O_RDWR), mode))


def main() -> None:
    """Run the command that was typed, in a process that is its own."""
    sys.meta_path.insert(0, WithoutPandas)
    # NumPy's linear algebra has threads that run while they wait, and nothing here for them to do.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    # What is made of the rules stays to the end: looking it through for garbage is a tenth of the start, and in vain.
    gc.set_threshold(100_000)
    atexit.register(gc.freeze)  # nor is there anything to find at the end
    _open_closed()
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")  # a terminal that has no ✓ shows a ?
    try:
        cli(prog_name="qualify")
    except OSError as problem:  # what is said before there is a command, such as `--help`, cannot be written
        with suppress(OSError):
            print(f"error: {(problem.strerror or str(problem)).lower()}", file=sys.stderr)
        os._exit(WRONG_USAGE)  # without another try to write it
