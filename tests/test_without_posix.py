"""What works on Windows, as far as this can be tested elsewhere; see `without_posix`."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

TESTS = Path(__file__).parent
CORE = (
    "test_ruleset.py",
    "contacts/test_destination.py",
    "cli/test_run.py",
    "cli/test_explain.py",
    "cli/test_audit.py::test_every_kind_of_run_is_verified",
)
NEEDS_POSIX = "umask or terminal"


@pytest.mark.slow
@pytest.mark.skipif(not Path("/proc/self/fd").is_dir(), reason="which files are open is read from /proc")
def test_the_core_works_without_posix() -> None:
    # The plugin of platformdirs, which nox brings, asks for `os.getuid` wherever it is not on Windows.
    options = ["-x", "-p", "no:platformdirs", "-k", f"not ({NEEDS_POSIX})"]
    command = [sys.executable, TESTS / "without_posix.py", *options]
    ran = subprocess.run([*command, *(TESTS / name for name in CORE)], capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stdout + ran.stderr
