"""A full disk, a folder without write permission, and the permissions of what is written."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from .conftest import CONTACTS, Ran, as_nobody

resource = pytest.importorskip("resource", reason="only POSIX can limit the size of files")
pytestmark = pytest.mark.slow
Qualify = Callable[..., Ran]
ROWS = 40_000  # placed contacts of some 4 MB
ROOM = 1_000_000


@pytest.fixture
def full(folder: Path) -> Iterator[tuple[Path, Callable[[], None]]]:
    """A folder without space, and the limit: a small file system, or else a limit on file sizes."""
    header, *rows = CONTACTS.splitlines(keepends=True)
    (folder / "many.csv").write_text(header + "".join(rows * (ROWS // len(rows))), "utf-8")
    small = folder / "small"
    small.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", f"size={ROOM}", "tmpfs", str(small)]
    try:
        mounted = subprocess.run(mount, capture_output=True).returncode == 0
    except FileNotFoundError:
        mounted = False
    print("the disk is a small tmpfs" if mounted else "no tmpfs may be mounted here: the limit is one on files' sizes")
    try:
        yield small, (lambda: None) if mounted else limit_files
    finally:
        if mounted:
            subprocess.run(["umount", str(small)], check=True)


def limit_files() -> None:
    resource.setrlimit(resource.RLIMIT_FSIZE, (ROOM, ROOM))


def run(folder: Path, limit: Callable[[], None], *arguments: str) -> Ran:
    command = [
        sys.executable,
        "-c",
        "from qualify.cli import main; main()",
        "run",
        "small.lead",
        "many.csv",
        *arguments,
    ]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, preexec_fn=limit)
    return Ran(done.returncode, done.stdout, done.stderr)


@pytest.mark.parametrize(
    "arguments",
    [
        ["-o", "small/out"],
        ["-o", "small/out", "--split"],
        ["-o", "small/out.csv"],
        ["-o", "small/out.parquet", "--audit", "small/audit.parquet"],
        ["-o", "small/out.ndjson"],
    ],
)
def test_a_full_disk_is_reported_and_leaves_nothing_behind(
    folder: Path, full: tuple[Path, Callable[[], None]], arguments: list[str]
) -> None:
    small, limit = full
    (small / "filling").write_bytes(bytes(ROOM - 8_000))
    ran = run(folder, limit, *arguments)
    if limit is limit_files and ".parquet" in arguments[1]:
        pytest.skip("coded columns stay below the limit on a file's size")
    assert ran.code == 2
    assert ran.err.startswith("error E653: `small/")
    assert "cannot be written: No space left on device" in ran.err or "File too large" in ran.err
    assert "Traceback" not in ran.err
    assert [path.name for path in small.iterdir()] == ["filling"]


def test_a_full_disk_leaves_the_earlier_run_unchanged(folder: Path, full: tuple[Path, Callable[[], None]]) -> None:
    small, limit = full
    command = [sys.executable, "-c", "from qualify.cli import main; main()", "run", "small.lead", "contacts.csv"]
    subprocess.run([*command, "-o", "small/out"], cwd=folder, check=True, capture_output=True)
    before = {path.name: path.read_bytes() for path in (small / "out").iterdir() if path.is_file()}
    assert run(folder, limit, "-o", "small/out", "--force").code == 2
    assert {path.name: path.read_bytes() for path in (small / "out").iterdir() if path.is_file()} == before
    assert [path.name for path in small.iterdir()] == ["out"]


def test_an_unwritable_path_is_reported(qualify: Qualify, folder: Path) -> None:
    (folder / "file").write_text("x", "utf-8")
    for place, reason in (("file/out", "`file` is not a folder"), ("/proc/out", ""), ("x" * 250, "File name too long")):
        for out in (place, f"{place}.csv"):
            ran = qualify("run", "small.lead", "contacts.csv", "-o", out)
            assert ran.code == 2
            assert ran.err.replace(" E653", "").startswith(f"error: `{out[:200]}")
            assert reason.lower() in ran.err.lower()


@pytest.mark.skipif(not hasattr(os, "seteuid"), reason="there are no users to be here")
def test_a_folder_without_write_permission_is_reported(folder: Path) -> None:
    (folder / "closed").mkdir()
    (folder / "closed").chmod(0o555)
    told = as_nobody(folder, "qualify.contacts.writing.destination", "with module.new_folder('closed/out'): pass")
    assert told == "`closed/out` cannot be written: Permission denied\n"


def test_a_file_without_read_permission_is_reported(
    qualify: Qualify, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Not by the command-line library, whose message would not be JSON."""
    monkeypatch.setattr("os.access", lambda path, mode: False)
    for command in (
        ["check", "small.lead"],
        ["test", "small.lead"],
        ["run", "small.lead", "contacts.csv", "-o", "out"],
    ):
        assert qualify(*command).code == 0
    assert qualify("audit", "show", "out").code == 0


def test_everything_a_run_writes_has_the_permissions_of_the_umask(qualify: Qualify, folder: Path) -> None:
    (folder / "bad.csv").write_text(f"{CONTACTS}short\n", "utf-8")
    before = os.umask(0o077)
    try:
        qualify("run", "small.lead", "bad.csv", "-o", "out")
        qualify("run", "small.lead", "bad.csv", "-o", "out.csv", "--audit", "out.parquet")
        qualify("run", "small.lead", "bad.csv")
    finally:
        os.umask(before)
    made = [*(folder / "out").rglob("*"), *(folder / "runs").rglob("*"), *folder.glob("out*"), folder / "runs"]
    assert len(made) > 16
    for path in made:
        assert stat.S_IMODE(path.stat().st_mode) == (0o700 if path.is_dir() else 0o600), path


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no full device")
@pytest.mark.parametrize("arguments", [["--help"], ["--version"], ["run", "--help"], ["check", "small.lead"]])
def test_output_that_cannot_be_printed_causes_no_traceback(folder: Path, arguments: list[str]) -> None:
    command = [sys.executable, "-c", "from qualify.cli import main; main()", *arguments]
    with Path("/dev/full").open("w") as full_device:
        done = subprocess.run(command, cwd=folder, stdout=full_device, stderr=subprocess.PIPE, text=True)
    assert (done.returncode, done.stderr) == (2, "error: no space left on device\n")
