"""Run tests as on a system without POSIX: `python tests/without_posix.py TESTS…`, with the arguments of pytest.

What Python has only on POSIX is hidden, and some calls fail as they do on Windows: a folder cannot be opened, a file
that is only read cannot be synced, and a file that is open, or a folder with one in it, cannot be renamed or removed.
"""

from __future__ import annotations

import ctypes
import fcntl
import os
import shutil
import signal
import sys
import tempfile
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

HIDDEN = ("fcntl", "grp", "pty", "pwd", "resource", "syslog", "termios", "tty")
ONLY_POSIX = """
    chown chroot confstr eventfd fchdir fchmod fchown fdatasync fork forkpty getegid geteuid getgid getgroups
    getloadavg getpgid getpgrp getpriority getresgid getresuid getsid getuid getxattr killpg lchown listxattr
    lockf major makedev memfd_create minor mkfifo mknod nice openpty pathconf pipe2 posix_fadvise
    posix_fallocate posix_spawn pread preadv pwrite pwritev readv sched_getaffinity sched_yield sendfile setegid
    seteuid setgid setgroups setpgid setsid setuid setxattr splice statvfs sync sysconf tcgetpgrp ttyname wait
    wait3 wait4 writev O_ASYNC O_CLOEXEC O_DIRECT O_DIRECTORY O_DSYNC O_NDELAY O_NOATIME O_NOCTTY O_NOFOLLOW
    O_NONBLOCK O_PATH O_SYNC
"""
ONLY_POSIX_SIGNALS = ("SIGALRM", "SIGHUP", "SIGKILL", "SIGPIPE", "SIGQUIT", "SIGUSR1", "SIGUSR2", "SIGXFSZ")


def hide() -> None:
    shutil._use_fd_functions = False  # type: ignore[attr-defined]  # it chose when it was imported
    for name in ONLY_POSIX.split():
        if hasattr(os, name):
            delattr(os, name)
    for name in ONLY_POSIX_SIGNALS:
        if hasattr(signal, name):
            delattr(signal, name)
    for name in HIDDEN:
        sys.modules[name] = None  # type: ignore[assignment]  # so that to import it is an ImportError


def fail_as_on_windows() -> None:
    get_flags, access = fcntl.fcntl, (fcntl.F_GETFL, os.O_RDONLY | os.O_WRONLY | os.O_RDWR)

    def only_if(allowed: Callable[..., bool], call: Callable[..., Any]) -> Callable[..., Any]:
        def checked(*arguments: Any, **options: Any) -> Any:
            if not allowed(*arguments):
                raise PermissionError(13, "Permission denied", str(arguments[0]))
            return call(*arguments, **options)

        return checked

    def is_writable(file: int) -> bool:
        return get_flags(file, access[0]) & access[1] != os.O_RDONLY

    def is_no_folder(path: Any, *_: object) -> bool:
        return isinstance(path, int) or not Path(path).is_dir()

    def is_closed(*paths: Any) -> bool:
        places = [Path(path).parent.resolve() / Path(path).name for path in paths]
        return not any(one.is_relative_to(place) for one in open_files() for place in places)

    def is_free(source: Any, target: Any) -> bool:
        return is_closed(source) and not os.path.lexists(target)

    os.open = only_if(is_no_folder, os.open)
    os.fsync = only_if(is_writable, os.fsync)
    os.rename = only_if(is_free, os.rename)
    os.replace = only_if(is_closed, os.replace)
    os.unlink = os.remove = only_if(is_closed, os.unlink)

    class NamedLibrary(ctypes.CDLL):
        def __init__(self, name: str | None, *arguments: Any, **options: Any) -> None:
            if name is None:
                raise TypeError("there is no library without a name")
            super().__init__(name, *arguments, **options)

    ctypes.CDLL = NamedLibrary  # type: ignore[misc]
    tempfile.TemporaryFile = tempfile.NamedTemporaryFile  # type: ignore[assignment]  # elsewhere it has no name


def open_files() -> list[Path]:
    found = []
    for number in Path("/proc/self/fd").iterdir():
        with suppress(OSError):  # closed since: the one that lists them
            found.append(number.readlink())
    return found


if __name__ == "__main__":
    fail_as_on_windows()
    hide()
    import warnings

    warnings.filterwarnings("ignore", "only soft file lock is available")  # Windows has real ones
    import pytest

    with tempfile.TemporaryDirectory() as folder:  # to make one itself, pytest asks who runs it
        sys.exit(pytest.main(["-p", "no:cacheprovider", "--basetemp", folder, *sys.argv[1:]]))
