"""The folder that rules may read files from, and nothing outside it."""

from __future__ import annotations

import os
import posixpath
import stat
from dataclasses import dataclass
from pathlib import Path, PurePosixPath, PureWindowsPath

from qualify.text.diagnostics import Diagnostic
from qualify.text.fixes import rewrite
from qualify.text.source import Span
from qualify.text.suggest import closest

LARGEST = 64_000_000  # bytes of one file


class NotReadableError(Exception):
    """A file that the rules may not read or that cannot be read, with the reason and a hint."""

    def __init__(self, code: str, message: str, hint: str | None = None, meant: str | None = None) -> None:
        super().__init__(message)
        self.code, self.message, self.hint = code, message, hint
        self.meant = meant  # the name that was probably meant

    def at(self, span: Span) -> Diagnostic:
        """Return the error, at the place that names the file or a column of it."""
        fix = rewrite(span, self.hint, f'"{self.meant}"') if self.hint and self.meant else None
        return Diagnostic(self.code, self.message, span, fix or self.hint)


@dataclass(frozen=True, slots=True)
class Folder:
    """A folder and how it is shown to people. Without a root, no file can be read."""

    root: Path | None
    shown: str = ""  # prefix of the paths shown for its files: `rules/`

    def path(self, named: str, by: str) -> str:
        """Return the path in the folder of a file that the file `by` names; raises NotReadableError if it is outside.

        `by` is a path in the folder, too.
        """
        if self.root is None:
            raise NotReadableError("E405", f"`{named}`: rules given as text cannot use files")
        written = PurePosixPath(named.replace("\\", "/"))
        if written.is_absolute() or PureWindowsPath(named).drive or named.startswith("~"):
            raise NotReadableError("E402", f"`{named}` is an absolute path", "write its path from this file's folder")
        parts: list[str] = []
        for part in (*PurePosixPath(by).parent.parts, *written.parts):
            if part == ".." and not parts:
                raise NotReadableError("E402", f"`{named}` is outside the folder of the rules", ROOT_HINT)
            if part == "..":
                parts.pop()
            elif part != ".":
                parts.append(part)
        return "/".join(parts)

    def read(self, path: str, by: str) -> bytes:
        """Return the contents of a file in the folder that the file `by` names; raises NotReadableError."""
        assert self.root is not None
        try:
            root, file = self.root.resolve(), (self.root / path).resolve()
            if not file.is_relative_to(root):
                raise NotReadableError("E402", f"`{path}` is a link out of the folder of the rules", ROOT_HINT)
            if file.is_dir():
                raise NotReadableError("E401", f"`{path}` is a folder, not a file")
            if not file.exists():
                meant = self._similar(path, by)
                hint = f"did you mean `{meant}`?" if meant else None
                raise NotReadableError("E401", f"there is no file `{path}`", hint, meant)
            return contents(file, path)
        except (OSError, ValueError, RuntimeError) as error:  # a NUL in the name, a circle of links, no permission
            reason = getattr(error, "strerror", None) or str(error)
            raise NotReadableError("E401", f"`{path}` cannot be read: {reason.lower()}") from None

    def _similar(self, path: str, by: str) -> str | None:
        """Return a file beside `path` with a similar name, as `by` has to write it, or None."""
        assert self.root is not None
        folder = (self.root / path).parent
        inside = PurePosixPath(path).parent
        names = [entry.name for entry in folder.iterdir()] if folder.is_dir() else []
        others = [name for name in names if inside / name != PurePosixPath(by)]
        close = closest(PurePosixPath(path).name, others)
        return posixpath.relpath(inside / close, PurePosixPath(by).parent) if close else None


def contents(file: Path, name: str) -> bytes:
    """Return the contents of a plain file of bounded size; raises NotReadableError or OSError."""
    # Opening a pipe would wait for a writer. Plain files ignore the flag, and Windows does not have it.
    with open(file, "rb", opener=lambda path, flags: os.open(path, flags | getattr(os, "O_NONBLOCK", 0))) as opened:
        about = os.fstat(opened.fileno())
        if not stat.S_ISREG(about.st_mode):
            raise NotReadableError("E401", f"`{name}` is not a plain file", "save its text as a file")
        raw = opened.read(LARGEST + 1)
    if len(raw) > LARGEST:
        size = f"{max(about.st_size, len(raw)) / 1e6:,.0f} MB"
        raise NotReadableError("E410", f"`{name}` has {size}; at most {LARGEST / 1e6:,.0f} MB are read")
    return raw


ROOT_HINT = "move it there, or give the folder that holds both with `--root`"


def decoded(raw: bytes, name: str) -> str:
    """Return the text of a file; raises NotReadableError if it is not UTF-8."""
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw[: error.start].count(b"\n") + 1
        raise NotReadableError(
            "E404", f"`{name}` is not UTF-8 text, at line {line}", "save it as UTF-8, or CSV UTF-8 in Excel"
        ) from None
