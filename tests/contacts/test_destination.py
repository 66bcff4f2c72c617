"""Outputs appear complete or not at all, whatever happens while they are written."""

from __future__ import annotations

import os
import random
import signal
import stat
import subprocess
import sys
import time
from pathlib import Path

import pytest

from qualify.contacts.reading.batches import ContactsError
from qualify.contacts.writing import destination
from qualify.contacts.writing.destination import new_file, new_folder


def contents(folder: Path) -> dict[str, str]:
    return {str(path.relative_to(folder)): path.read_text() for path in folder.rglob("*") if path.is_file()}


def make(path: Path, text: str, force: bool = False) -> None:
    with new_folder(path, (lambda place: None) if force else None) as folder:
        (folder / "run.json").write_text(text)
        (folder / "rules").mkdir()
        (folder / "rules" / "a.lead").write_text(text)


def test_a_folder_appears_at_the_end(tmp_path: Path) -> None:
    with new_folder(tmp_path / "deep" / "run") as folder:
        (folder / "run.json").write_text("1")
        assert not (tmp_path / "deep" / "run").exists()
    assert contents(tmp_path) == {"deep/run/run.json": "1"}


def test_an_error_leaves_nothing(tmp_path: Path) -> None:
    with pytest.raises(ZeroDivisionError), new_folder(tmp_path / "run") as folder:
        (folder / "run.json").write_text("1")
        raise ZeroDivisionError
    with pytest.raises(ZeroDivisionError), new_file(tmp_path / "out.csv") as file:
        file.write(b"half")
        raise ZeroDivisionError
    assert list(tmp_path.iterdir()) == []


def test_an_existing_folder_needs_force(tmp_path: Path) -> None:
    make(tmp_path / "run", "old")
    with pytest.raises(ContactsError, match="already exists") as problem:
        make(tmp_path / "run", "new")
    assert problem.value.hint == "use `--force` to replace it"
    assert contents(tmp_path) == {"run/run.json": "old", "run/rules/a.lead": "old"}
    make(tmp_path / "run", "new", force=True)
    assert contents(tmp_path) == {"run/run.json": "new", "run/rules/a.lead": "new"}
    assert [path.name for path in tmp_path.iterdir()] == ["run"]


def test_force_where_names_cannot_be_swapped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(destination, "_rename", lambda *_: False)
    make(tmp_path / "run", "old")
    make(tmp_path / "run", "new", force=True)
    assert contents(tmp_path) == {"run/run.json": "new", "run/rules/a.lead": "new"}
    assert [path.name for path in tmp_path.iterdir()] == ["run"]


def test_a_folder_that_cannot_be_replaced_is_restored(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    make(tmp_path / "run", "old")
    rename = Path.rename

    def refused(source: Path, target: Path) -> Path:
        if source.name == "new":
            raise PermissionError(13, "Permission denied")
        return rename(source, target)

    monkeypatch.setattr(destination, "_rename", lambda *_: False)
    monkeypatch.setattr(Path, "rename", refused)
    with pytest.raises(ContactsError, match="cannot be written: Permission denied"):
        make(tmp_path / "run", "new", force=True)
    assert contents(tmp_path) == {"run/run.json": "old", "run/rules/a.lead": "old"}


def test_a_file_that_is_open_in_excel_is_reported(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class SharingError(PermissionError):
        winerror = 32

    def refused(source: Path, target: Path) -> Path:
        raise SharingError(13, "Permission denied")

    monkeypatch.setattr(Path, "replace", refused)
    with pytest.raises(ContactsError) as problem, new_file(tmp_path / "out.csv") as file:
        file.write(b"x")
    assert problem.value.hint == "close it where it is open, such as in Excel, or write elsewhere"
    assert contents(tmp_path) == {}


def test_a_folder_that_a_killed_run_moved_aside_is_restored(tmp_path: Path) -> None:
    make(tmp_path / "run", "old")
    (tmp_path / "run").rename(tmp_path / ".run.before-0123456789ab")
    with pytest.raises(ContactsError, match="already exists"):
        make(tmp_path / "run", "new")
    assert contents(tmp_path) == {"run/run.json": "old", "run/rules/a.lead": "old"}


def test_what_the_check_refuses_is_not_replaced(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    (tmp_path / "link").symlink_to(tmp_path)
    for name in ("file", "link"):
        with pytest.raises(ContactsError, match="is in the way"):
            make(tmp_path / name, "new", force=True)
    make(tmp_path / "run", "old")

    def check(place: Path) -> None:
        if (place / "thesis.txt").exists():
            raise ContactsError("E652", "ten years of work")

    with pytest.raises(ContactsError, match="ten years"), new_folder(tmp_path / "run", check):
        (tmp_path / "run" / "thesis.txt").write_text("put there while the new folder was filled")
    assert sorted(path.name for path in (tmp_path / "run").iterdir()) == ["rules", "run.json", "thesis.txt"]


def test_a_file_takes_the_place_of_a_link_and_leaves_what_it_points_to(tmp_path: Path) -> None:
    (tmp_path / "precious").write_text("precious")
    (tmp_path / "out.csv").symlink_to(tmp_path / "precious")
    with new_file(tmp_path / "out.csv") as file:
        file.write(b"new")
    assert not (tmp_path / "out.csv").is_symlink()
    assert contents(tmp_path) == {"precious": "precious", "out.csv": "new"}
    with pytest.raises(ContactsError, match="is a folder"), new_file(tmp_path):
        pass


def test_files_have_the_permissions_of_the_umask(tmp_path: Path) -> None:
    before = os.umask(0o027)
    try:
        with new_file(tmp_path / "out.csv") as file:
            file.write(b"x")
        make(tmp_path / "run", "x")
    finally:
        os.umask(before)
    assert stat.S_IMODE((tmp_path / "out.csv").stat().st_mode) == 0o640
    assert stat.S_IMODE((tmp_path / "run").stat().st_mode) == 0o750


def test_leftovers_of_a_killed_run_are_removed_but_not_those_of_a_live_one(tmp_path: Path) -> None:
    (tmp_path / ".run.building-0123456789ab").mkdir()
    with new_folder(tmp_path / "run") as mine:
        make(tmp_path / "run", "other")
        assert mine.is_dir()
        (mine / "run.json").write_text("mine")
        assert not (tmp_path / ".run.building-0123456789ab").exists()
        (tmp_path / "run").rename(tmp_path / "other")
    assert contents(tmp_path / "run") == {"run.json": "mine"}


def test_a_path_is_free_until_something_is_built_for_it(tmp_path: Path) -> None:
    run = tmp_path / "runs" / "[1] one"
    assert destination.is_free(run)
    with new_folder(run):
        assert not destination.is_free(run)
    assert not destination.is_free(run)


def test_a_full_disk_is_reported_and_leaves_nothing(tmp_path: Path) -> None:
    resource = pytest.importorskip("resource", reason="only POSIX can limit the size of files")
    program = (
        "import sys, signal\n"
        "from qualify.contacts.reading.batches import ContactsError\n"
        "from qualify.contacts.writing.destination import new_folder\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "try:\n"
        "    with new_folder(sys.argv[1]) as folder:\n"
        "        (folder / 'run.json').write_bytes(b'x' * 1_000_000)\n"
        "except ContactsError as problem:\n"
        "    sys.exit(str(problem))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, str(tmp_path / "run")],
        capture_output=True,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (10_000, 10_000)),
    )
    assert done.returncode == 1
    assert done.stderr.decode() == f"`{tmp_path}/run` cannot be written: File too large\n"
    assert list(tmp_path.iterdir()) == []


BUILDER = """
import sys
from qualify.contacts.writing.destination import new_folder
for number in range(100_000):
    with new_folder(sys.argv[1], lambda place: None) as folder:
        for name in ("run.json", "contacts.csv", "audit"):
            (folder / name).write_text(str(number))
    print(flush=True)
"""


@pytest.mark.slow
@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="there is no signal that kills")
@pytest.mark.parametrize("name", ["SIGKILL", "SIGTERM"])
def test_a_kill_at_any_time_leaves_a_complete_folder(tmp_path: Path, name: str) -> None:
    number = getattr(signal, name)
    moments = random.Random(7)
    for _ in range(12):
        program = subprocess.Popen([sys.executable, "-c", BUILDER, str(tmp_path / "run")], stdout=subprocess.PIPE)
        assert program.stdout is not None
        program.stdout.readline()  # the first folder is there
        time.sleep(moments.random() / 20)
        program.send_signal(number)
        program.wait()
        program.stdout.close()
        found = contents(tmp_path / "run")
        assert sorted(found) == ["audit", "contacts.csv", "run.json"]
        assert len(set(found.values())) == 1
        if name == "SIGTERM":
            assert [path.name for path in tmp_path.iterdir()] == ["run"]
    make(tmp_path / "run", "last", force=True)
    assert [path.name for path in tmp_path.iterdir()] == ["run"]
