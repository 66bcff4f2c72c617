"""The commands, one module each. A module is imported only when its command is used, which keeps `--help` fast."""

from __future__ import annotations

import atexit
import gc
import os
import sys
from collections.abc import Sequence
from contextlib import suppress
from importlib import import_module

import click

from qualify.cli.failures import WRONG_USAGE, report
from qualify.version import __version__

# With their lines in `qualify --help`, which therefore imports none of their modules.
COMMANDS = {
    "run": "Place every contact in a file, and keep the reasons.",
    "check": "Show the errors and warnings in the rules, without running them.",
    "test": "Run the examples in the rules.",
    "explain": "Explain why a contact is placed where it is, and why not higher.",
    "audit": "Inspect earlier runs: what they decided, what changed, and whether it still holds.",
}


class Commands(click.Group):
    """The group of all commands, and the one place where errors become messages and exit codes."""

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
            from qualify.text.suggest import closest

            close = closest(args[0], COMMANDS)
            hint = f"did you mean `qualify {close}`?" if close else f"commands: {', '.join(COMMANDS)}"
            ctx.fail(f"there is no command `{args[0]}`; {hint}")
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))

    def invoke(self, ctx: click.Context) -> object:
        try:
            return super().invoke(ctx)
        except (Exception, KeyboardInterrupt) as problem:
            code = report(problem, ctx)
            if code is None:
                raise
            ctx.exit(code)


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, prog_name="qualify")
def cli() -> None:
    """Place contacts as inquiries or leads with rules in plain English, and keep the reason for each.

    \b
    Examples:
      qualify check rules/bant.lead
      qualify run rules/bant.lead contacts.csv
      qualify explain rules/bant.lead contacts.csv --id 4711

    \b
    Exit codes:
      0  done
      1  the rules have errors, or a test or verification failed
      2  wrong usage, or a file that is missing or cannot be used
      3  done, but some rows could not be read: see rejected.csv
    """


class WithoutPandas:
    """Keep Arrow from importing pandas, which takes a fifth of a second and which no command uses."""

    @staticmethod
    def find_spec(name: str, path: Sequence[str] | None = None, target: object = None) -> None:
        if name == "pandas":
            raise ModuleNotFoundError("the commands do not use pandas", name=name)


def _replace_closed_streams() -> None:
    """Replace standard streams that the caller closed; else the next file opened would get their descriptor."""
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:
            setattr(sys, name, os.fdopen(os.open(os.devnull, os.O_RDWR), mode))


def main() -> None:
    """Run the command line, with settings that suit a process of its own."""
    sys.meta_path.insert(0, WithoutPandas)
    # The threads of NumPy's linear algebra spin while idle, and no command needs them.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    # The rules stay in memory to the end: garbage collection would add a tenth to the start and free nothing.
    gc.set_threshold(100_000)
    atexit.register(gc.freeze)  # nor would it free anything at exit
    _replace_closed_streams()
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")  # a terminal without ✓ shows ?
    try:
        cli(prog_name="qualify")
    except OSError as problem:  # click's own output, such as that of `--help`, cannot be written
        with suppress(OSError):
            print(f"error: {(problem.strerror or str(problem)).lower()}", file=sys.stderr)
        os._exit(WRONG_USAGE)  # a normal exit would try to write it again
