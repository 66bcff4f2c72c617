"""All commands: help, mistyped names, and errors."""

from __future__ import annotations

import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from qualify.cli import COMMANDS

from .conftest import Ran, on_terminal

Qualify = Callable[..., Ran]


def test_help_names_every_command_and_every_command_has_help_with_an_example(qualify: Qualify) -> None:
    told = qualify("--help").out
    for name in COMMANDS:
        assert f"\n  {name} " in told
        of_command = qualify(name, "--help")
        assert of_command.code == 0
        assert f"qualify {name}" in of_command.out.split("Usage")[1].split("\n", 1)[1]


def imported_of(modules: tuple[str, ...], *arguments: str) -> str:
    """Return which of the modules a command imports."""
    program = (
        "import sys\n"
        "from qualify.cli import main\n"
        "try: main()\n"
        f"finally: print([name for name in {modules} if name in sys.modules], file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", program, *arguments], capture_output=True, text=True, check=True)
    return done.stderr


def test_help_imports_nothing_heavy() -> None:
    assert imported_of(("pyarrow", "lark", "rich", "numpy"), "--help") == "[]\n"


def test_a_run_imports_nothing_heavy_that_it_does_not_use(folder: Path) -> None:
    (folder / "pandas.py").write_text("")  # Arrow imports it, of whatever kind it is
    (folder / "plain.lead").write_text('rule "Owner": lead when [Job Title] is "Owner"')
    unused = ("pandas", "rich", "yaml", "qualify.advice.misreadings", "qualify.targets.single")
    assert imported_of(unused, "run", "plain.lead", "contacts.csv") == "[]\n"


def test_a_mistyped_command_gets_a_suggestion(qualify: Qualify) -> None:
    ran = qualify("chekc", "small.lead")
    assert ran.code == 2
    assert ran.err.endswith("Error: there is no command `chekc`; did you mean `qualify check`?\n")


def test_an_invalid_day_is_a_usage_error(qualify: Qualify) -> None:
    ran = qualify("run", "small.lead", "contacts.csv", "--as-of", "tomorrow")
    assert ran.code == 2
    assert ran.err.endswith("'--as-of': `tomorrow` is not a date; write it as 2026-10-01\n")


def test_colour_is_only_used_on_a_terminal_and_if_wanted(folder: Path) -> None:
    (folder / "bad.lead").write_text('rule "R": lead when x is 1\nrule "R": lead when x is 2\n', "utf-8")
    assert "\x1b[1;31merror E201" in on_terminal("check", "bad.lead")
    assert "\x1b[1;31m" not in on_terminal("check", "bad.lead", NO_COLOR="1")


def placing_on_terminal(*contacts: str, stdin: bytes | None = None) -> str:
    """Return the last progress line of a run."""
    shown = on_terminal("run", "small.lead", *contacts, "-o", "placed.csv", stdin=stdin, NO_COLOR="1")
    lines = re.split(r"[\r\n]+", re.sub(r"\x1b\[[\d;?]*[A-Za-z]", "", shown))
    return [line.strip() for line in lines if "a second" in line][-1]


def test_a_terminal_shows_progress_and_the_time_left(folder: Path) -> None:
    contacts = (folder / "contacts.csv").read_text("utf-8")
    (folder / "many.csv").write_text(contacts + contacts.split("\n", 1)[1] * 500, "utf-8")
    bar = r"━+ 100% 2,008 contacts, [\d,]+ a second, 0:00:00 left"
    assert re.fullmatch(bar, placing_on_terminal("many.csv", "contacts.csv"))


def test_a_terminal_shows_no_bar_if_the_size_is_unknown(folder: Path) -> None:
    contacts = (folder / "contacts.csv").read_bytes()
    (folder / "more.ndjson").write_text(
        '{"Contact ID": 7, "Job Title": "", "Annual Budget": "", "Is Competitor": ""}\n'
    )
    counted = r"{} contacts, [\d,]+ a second, 0:00:\d\d"
    assert re.fullmatch(counted.format(4), placing_on_terminal("-", stdin=contacts))
    # All of this one is taken at once, before its first contact.
    assert re.fullmatch(counted.format(5), placing_on_terminal("contacts.csv", "more.ndjson"))


def test_the_progress_bar_does_not_overwrite_contacts_on_the_terminal(folder: Path) -> None:
    shown = on_terminal("run", "small.lead", "contacts.csv", "-o", "-")
    assert "010,Di,Owner,50k,yes,excluded," in shown
    assert "a second" not in shown


def test_a_closed_pipe_ends_the_run_quietly(folder: Path) -> None:
    contacts = (folder / "contacts.csv").read_text("utf-8")
    (folder / "many.csv").write_text(contacts + contacts.split("\n", 1)[1] * 20_000, "utf-8")
    program = "from qualify.cli import main; main()"
    running = subprocess.Popen(
        [sys.executable, "-c", program, "run", "small.lead", "many.csv", "-o", "-"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    assert running.stdout and running.stderr
    running.stdout.readline()
    running.stdout.close()
    told = running.stderr.read()
    running.stderr.close()
    assert running.wait() == 0
    assert b"Traceback" not in told


def test_closed_streams_are_treated_as_empty(folder: Path) -> None:
    program = "from qualify.cli import main; main()"
    command = ["sh", "-c", '"$@" <&- >&- 2>&-', "sh", sys.executable, "-c", program]
    assert subprocess.run([*command, "run", "small.lead", "contacts.csv", "-o", "out"]).returncode == 0
    assert subprocess.run([*command, "run", "small.lead", "-", "-o", "-"]).returncode == 2
    assert (folder / "out/contacts.csv").exists()


def test_control_c_stops_a_run_that_waits_for_input_and_leaves_nothing_behind(folder: Path) -> None:
    contacts = (folder / "contacts.csv").read_bytes()
    program = "from qualify.cli import main; main()"
    running = subprocess.Popen(
        [sys.executable, "-c", program, "run", "small.lead", "-", "-o", "out"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    assert running.stdin and running.stdout and running.stderr
    running.stdin.write(contacts + contacts.split(b"\n", 1)[1] * 100_000)
    running.stdin.flush()  # and no end of it
    while running.poll() is None and not any(folder.glob(".out.*/*/contacts.csv")):
        time.sleep(0.01)
    running.send_signal(signal.SIGINT)
    assert (running.wait(60), running.stdout.read(), running.stderr.read()) == (130, b"", b"error: stopped\n")
    assert not list(folder.glob("*out*"))
    running.stdin.close()
