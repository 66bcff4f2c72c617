"""Atomic writes: an output file or folder appears complete or not at all.

It is built in a hidden folder beside its target, synced to the disk, and then renamed. What a kill or power cut leaves:

- while building: the target unchanged, and the hidden folder `.NAME.building-…`. The next run that writes to the same
  parent folder removes it, unless its lock shows that its run is still alive;
- during the rename: either the old or the new target, because renaming is atomic;
- with `force`, where the system can swap two names (Linux): the same, and the old folder inside the hidden one until it
  is removed. Elsewhere the old folder is first renamed to `.NAME.before-…`; a kill before the second rename leaves no
  target, and the next run restores the old one.

Nothing is written through a link: new names are created with O_EXCL, and a rename replaces the link itself. Windows
cannot rename open files or folders that contain one, so the lock lies beside what is built, which is closed first.
"""

from __future__ import annotations

import ctypes
import errno
import os
import re
import secrets
import shutil
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from types import FrameType
from typing import BinaryIO

from filelock import FileLock

from qualify.contacts.reading.batches import ContactsError

_BUILDING, _BEFORE, _LOCK = "building", "before", "lock"
_BUILT = re.compile(rf"\..*\.{_BUILDING}-[0-9a-f]{{12}}", re.DOTALL)
_EXCHANGE = 2  # renameat2: swap two names
_NO_REPLACE = 1  # renameat2: fail if the target exists
_OPEN_ELSEWHERE = (5, 32)  # Windows: access denied, sharing violation


@contextmanager
def new_file(path: str | Path) -> Iterator[BinaryIO]:
    """Open a file that is renamed to its target when the block ends without an error. `-` is stdout."""
    if str(path) == "-":
        yield sys.stdout.buffer
        sys.stdout.buffer.flush()
        return
    place = Path(path)
    if place.is_dir() and not place.is_symlink():
        raise ContactsError("E652", f"`{path}` is a folder", "name a file in it")
    with _reported_errors(place), _ended_by_signals(), _beside(place) as building:
        with building.open("xb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        building.replace(place)
        _sync(place.parent)


@contextmanager
def new_folder(path: str | Path, check: Callable[[Path], None] | None = None) -> Iterator[Path]:
    """Create an empty folder that is renamed to its target when the block ends without an error.

    With `check`, an existing folder is replaced unless `check` raises ContactsError, which protects other documents
    from a mistyped name. It is called at the start, and again before the old folder is replaced.
    """
    place = Path(path)
    _restore(place)
    _check_free(place, check)
    with _reported_errors(place), _ended_by_signals(), _beside(place) as building:
        building.mkdir()
        yield building
        _sync_tree(building)
        _check_free(place, check)
        _move_in(building, place, check is not None)


def is_free(place: Path) -> bool:
    """Return whether a path does not exist and no run is building it."""
    return not os.path.lexists(place) and not any(place.parent.glob(f".{_plain(place.name)}.{_BUILDING}-*"))


def _check_free(place: Path, check: Callable[[Path], None] | None) -> None:
    if not os.path.lexists(place):
        return
    if place.is_symlink() or not place.is_dir():
        raise ContactsError("E652", f"`{place}` is in the way", "it is not a folder; remove it or choose another name")
    if check is None:
        raise ContactsError("E652", f"`{place}` already exists", "use `--force` to replace it")
    check(place)


def _move_in(building: Path, place: Path, force: bool) -> None:
    if not os.path.lexists(place):
        if not _rename(building, place, _NO_REPLACE):
            building.rename(place)
    elif not force:
        raise ContactsError("E652", f"`{place}` was created in the meantime", "use `--force` to replace it")
    elif not _rename(building, place, _EXCHANGE):
        old = _hidden(place, _BEFORE)
        place.rename(old)
        try:
            building.rename(place)
        except OSError:
            old.rename(place)
            raise
        _sync(place.parent)
        shutil.rmtree(old)
    _sync(place.parent)


def _restore(place: Path) -> None:
    """Restore a folder that a killed run left under its second name."""
    before = sorted(place.parent.glob(f".{_plain(place.name)}.{_BEFORE}-*"))
    if before and not os.path.lexists(place):
        before[0].rename(place)


@contextmanager
def _beside(place: Path) -> Iterator[Path]:
    """Yield a path to build at, in a locked hidden folder beside a target; the folder is always removed at the end."""
    parent = next((one for one in place.parents if one.exists()), place.parent)
    if not parent.is_dir():
        raise ContactsError("E653", f"`{place}` cannot be written: `{parent}` is not a folder")
    place.parent.mkdir(parents=True, exist_ok=True)
    _clear(place.parent)
    hidden = _hidden(place, _BUILDING)
    try:
        hidden.mkdir()
        with FileLock(hidden / _LOCK):
            yield hidden / "new"
        shutil.rmtree(hidden, ignore_errors=True)
    finally:  # again, because a signal may have interrupted it
        shutil.rmtree(hidden, ignore_errors=True)


def _hidden(place: Path, what: str) -> Path:
    return place.parent / f".{place.name}.{what}-{secrets.token_hex(6)}"


def _plain(name: str) -> str:
    """Return a glob pattern that matches only this name."""
    return "".join(f"[{character}]" if character in "*?[" else character for character in name)


def _clear(folder: Path) -> None:
    """Remove what killed runs were building in a folder; the system has released their locks."""
    for left in folder.iterdir():
        if _BUILT.fullmatch(left.name) and left.is_dir() and not left.is_symlink():
            with suppress(OSError):
                FileLock(left / _LOCK).acquire(blocking=False).lock.release()  # Windows cannot remove open files
                shutil.rmtree(left)


@contextmanager
def _reported_errors(place: Path) -> Iterator[None]:
    try:
        yield
    except BrokenPipeError:
        raise
    except OSError as problem:
        hint = None
        if problem.errno in (errno.ENOSPC, errno.EDQUOT):
            hint = "free some space, or write elsewhere"
        elif getattr(problem, "winerror", None) in _OPEN_ELSEWHERE:
            hint = "close it where it is open, such as in Excel, or write elsewhere"
        raise ContactsError("E653", f"`{place}` cannot be written: {problem.strerror or problem}", hint) from problem


@contextmanager
def _ended_by_signals() -> Iterator[None]:
    """Make TERM, HUP and BREAK end the program as Control-C does, so that unfinished output is removed."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def end(number: int, frame: FrameType | None) -> None:
        raise SystemExit(128 + number)

    known = [getattr(signal, name) for name in ("SIGTERM", "SIGHUP", "SIGBREAK") if hasattr(signal, name)]
    numbers = [number for number in known if signal.getsignal(number) == signal.SIG_DFL]
    for number in numbers:
        signal.signal(number, end)
    try:
        yield
    finally:
        for number in numbers:
            signal.signal(number, signal.SIG_DFL)


def _sync_tree(folder: Path) -> None:
    for path in folder.rglob("*"):
        if not path.is_symlink():
            _sync(path)
    _sync(folder)


def _sync(path: Path) -> None:
    """Sync a file or folder to the disk. Windows cannot sync folders, and files only if they are writable."""
    is_windows = not hasattr(os, "O_DIRECTORY")
    if is_windows and path.is_dir():
        return
    file = os.open(path, os.O_RDWR if is_windows else os.O_RDONLY)
    try:
        os.fsync(file)
    finally:
        os.close(file)


def _rename(source: Path, target: Path, flag: int) -> bool:
    """Rename atomically with a flag of renameat2; return False if the system does not support it."""
    try:
        rename = getattr(ctypes.CDLL(None, use_errno=True), "renameat2", None)
    except TypeError:  # Windows has no library without a name
        return False
    here = -100  # AT_FDCWD
    if rename is None:
        return False
    if rename(here, os.fsencode(source), here, os.fsencode(target), flag) == 0:
        return True
    number = ctypes.get_errno()
    if number in (errno.EINVAL, errno.ENOSYS, errno.ENOTSUP):
        return False
    raise OSError(number, os.strerror(number), str(target))
