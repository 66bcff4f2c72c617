"""Runs of `qualify` killed at a hundred different times: they leave complete output, or the old one."""

from __future__ import annotations

import csv
import hashlib
import json
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from .conftest import CONTACTS

pytestmark = pytest.mark.slow

MOMENTS = 34  # of each way to write: 102 in all, TERM and KILL in turn
ROWS = 20_000

# Imports once, then forks a process for each run, as `qualify` itself would be after its imports. Says how each
# run ended and waits to be told to go on, so that the test can look at what is there.
LAUNCHER = """
import json, os, sys, time, signal
import qualify.cli, qualify.cli.run_command, qualify.cli.output.run_report
import qualify.ruleset, qualify.runs.run, qualify.contacts.reading.delimited
from collections.abc import Iterator
from pathlib import Path

def start(arguments):
    child = os.fork()
    if child == 0:
        os.dup2(os.open(os.devnull, os.O_RDWR), 1)
        os.dup2(os.open("stderr.txt", os.O_WRONLY | os.O_CREAT | os.O_TRUNC), 2)
        sys.argv = ["qualify", *arguments]
        qualify.cli.main()
        os._exit(9)
    return child

def ended(child):
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])

job = json.loads(sys.argv[1])
times = []
for _ in range(3):
    begun = time.monotonic()
    assert ended(start([*job["arguments"], "--as-of", "2026-01-01"])) == 3, Path("stderr.txt").read_text()
    times.append(time.monotonic() - begun)
whole = sorted(times)[1]
print(round(whole, 3), flush=True)
for moment in range(job["moments"]):
    number = [signal.SIGTERM, signal.SIGKILL][moment % 2]
    day = f"2026-02-{moment % 28 + 1:02}"
    child = start([*job["arguments"], "--as-of", day])
    time.sleep(whole * 1.1 * moment / job["moments"])
    try:
        os.kill(child, number)
    except ProcessLookupError:
        pass
    print(number.name, day, ended(child), flush=True)
    sys.stdin.readline()
"""


@pytest.fixture
def many(folder: Path) -> Path:
    """The folder with more contacts, every hundredth of them unreadable."""
    header, *rows = CONTACTS.splitlines(keepends=True)
    lines = ["too,short\n" if at % 100 == 7 else rows[at % len(rows)] for at in range(ROWS)]
    (folder / "contacts.csv").write_text(header + "".join(lines), "utf-8")
    return folder


def kill_runs(folder: Path, *arguments: str) -> Iterator[tuple[str, str, int]]:
    """Yield for each run the signal, the day, and the exit code, which is negative if a signal ended it."""
    job = json.dumps({"arguments": ["run", "small.lead", "contacts.csv", *arguments], "moments": MOMENTS})
    with subprocess.Popen(
        [sys.executable, "-c", LAUNCHER, job], cwd=folder, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as launcher:
        assert launcher.stdin and launcher.stdout
        float(launcher.stdout.readline())
        for _ in range(MOMENTS):
            name, day, code = launcher.stdout.readline().split()
            assert "Traceback" not in (folder / "stderr.txt").read_text("utf-8")
            # 3: it was done. 143: TERM, as a shell tells it; before and after the writing the signal itself ends it.
            ends = {"SIGTERM": (3, 143, -signal.SIGTERM), "SIGKILL": (3, -signal.SIGKILL)}
            assert int(code) in ends[name]
            yield name, day, int(code)
            launcher.stdin.write("\n")
            launcher.stdin.flush()
        assert launcher.wait() == 0


def day_of(run: Path) -> str:
    """Return the day of a run folder after checking that it is complete and matches its record."""
    record = json.loads((run / "run.json").read_text("utf-8"))
    names = {one["path"] for one in record["outputs"]}
    assert names == {"contacts.csv", "audit.parquet", "rejected.csv"}
    assert {path.name for path in run.iterdir()} == {*names, "run.json", "rules"}
    for one in record["outputs"]:
        assert hashlib.sha256((run / one["path"]).read_bytes()).hexdigest() == one["sha256"]
    for one in record["rules"]["files"]:
        assert hashlib.sha256((run / "rules" / one["path"]).read_bytes()).hexdigest() == one["sha256"]
    assert record["rows"] == {"in": ROWS, "placed": ROWS - ROWS // 100, "rejected": ROWS // 100}
    return str(record["as_of"])


def hidden(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir() if path.name.startswith("."))


def test_a_killed_run_leaves_the_old_or_the_new_folder(many: Path) -> None:
    seen = set()
    before = "2026-01-01"
    for name, day, code in kill_runs(many, "-o", "out", "--force"):
        now = day_of(many / "out")
        assert now in ([day] if code == 3 else [before, day])
        if name == "SIGTERM" and code == 143 and now == before:
            assert len(hidden(many)) <= 1  # of the KILL before, where this run had not begun to write
        seen.add((name, now == day))
        before = now
    assert {(name, False) for name in ("SIGTERM", "SIGKILL")} <= seen
    run_undisturbed(many, "-o", "out", "--force")
    assert hidden(many) == []


def test_a_killed_run_leaves_a_complete_folder_or_none(many: Path) -> None:
    whole = 0
    for _ in kill_runs(many):
        shown = [path for path in (many / "runs").iterdir() if not path.name.startswith(".")]
        whole = len([day_of(run) for run in shown])
    assert 3 <= whole < MOMENTS + 3
    run_undisturbed(many)
    assert hidden(many / "runs") == []


def test_a_killed_run_leaves_the_old_or_the_new_file(many: Path) -> None:
    lengths = set()
    for _ in kill_runs(many, "-o", "out.csv"):
        with (many / "out.csv").open(encoding="utf-8", newline="") as file:
            lengths.add(sum(1 for _ in csv.reader(file)))
        with (many / "out.rejected.csv").open(encoding="utf-8", newline="") as file:
            lengths.add(sum(1 for _ in csv.reader(file)) + ROWS - 2 * (ROWS // 100))
    assert lengths == {1 + ROWS - ROWS // 100}
    run_undisturbed(many, "-o", "out.csv")
    assert hidden(many) == []


def run_undisturbed(folder: Path, *arguments: str) -> None:
    program = "from qualify.cli import main; main()"
    command = [sys.executable, "-c", program, "run", "small.lead", "contacts.csv", *arguments]
    assert subprocess.run(command, cwd=folder, capture_output=True).returncode == 3  # done, with rejected rows
