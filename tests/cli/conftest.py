"""A working folder, and the commands as people type them."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from click.testing import CliRunner

from qualify.cli import cli

RULES = """\
rules "Small":
  owner "sales-ops@acme.example"

use "fields.yaml"

criterion Budget: budget is at least $25,000
criterion Authority: title mentions any of "VP", "Owner"

rule "Competitor": excluded when is_competitor
rule "Ready": lead when Budget and Authority with queue "SDRs"
otherwise inquiry with queue "Nurture"

example "an owner with money":
  given title "Owner", budget $40,000
  expect lead by "Ready"
"""

FIELDS = """\
id: Contact ID
fields:
  budget: {column: Annual Budget, type: money, currency: USD}
  title: {column: Job Title, values: [Owner, Intern, "VP, Sales"]}
"""

CONTACTS = """\
Contact ID,Name,Job Title,Annual Budget,Is Competitor
007,Ada,"VP, Sales","$40,000",no
008,Bo,Intern,8500,no
009,Cy,,ask her,
010,Di,Owner,50k,yes
"""


@dataclass(frozen=True)
class Ran:
    """The result of a command: its exit code and its output."""

    code: int
    out: str
    err: str


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a small rule file, its field file and four contacts; commands run in it."""
    (tmp_path / "small.lead").write_text(RULES, "utf-8")
    (tmp_path / "fields.yaml").write_text(FIELDS, "utf-8")
    (tmp_path / "contacts.csv").write_text(CONTACTS, "utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def qualify(folder: Path) -> Callable[..., Ran]:
    def command(*arguments: str, stdin: str | None = None) -> Ran:
        result = CliRunner().invoke(cli, list(arguments), input=stdin, prog_name="qualify")
        if result.exception and not isinstance(result.exception, SystemExit):
            raise result.exception
        return Ran(result.exit_code, result.stdout, result.stderr)

    return command


def as_nobody(folder: Path, module: str, body: str) -> str:
    """Return what some Python prints, or the error that it raises, run in a folder by somebody without rights.

    All that it needs has to be imported with `module`: later on, its place may not be read either.
    """
    program = f"import os, {module} as module\n"
    if os.getuid() == 0:  # who may do anything
        for path in (folder, *folder.parents[:2]):
            path.chmod(0o755)
        program += "os.setuid(65534)\n"
    program += f"try:\n  {body}\nexcept module.ContactsError as problem: print(problem)"
    command = [sys.executable, "-c", program]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False).stdout


def on_terminal(*arguments: str, stdin: bytes | None = None, **environment: str) -> str:
    """Return everything that a command shows on a terminal."""
    pty = pytest.importorskip("pty")
    ours, theirs = pty.openpty()
    plain = {name: value for name, value in os.environ.items() if name != "NO_COLOR"} | {"TERM": "xterm"}
    program = "from qualify.cli import main; main()"
    running = subprocess.Popen(
        [sys.executable, "-c", program, *arguments],
        stdin=subprocess.PIPE,
        stdout=theirs,
        stderr=theirs,
        env=plain | environment,
    )
    os.close(theirs)
    assert running.stdin
    running.stdin.write(stdin or b"")
    running.stdin.close()
    shown = b""
    try:
        while block := os.read(ours, 4096):
            shown += block
    except OSError:  # the end, on Linux
        pass
    os.close(ours)
    running.wait()
    return shown.decode()
