"""The bytes of an input, wherever they come from: unpacked where they are packed, hashed as they pass."""

from __future__ import annotations

import gzip
import hashlib
import io
import os
import stat
import sys
import tempfile
import zlib
from pathlib import Path
from types import TracebackType
from typing import BinaryIO

from qualify.contacts.reading.batches import ContactsError

_HEAD = 64 << 10
_GZIP = b"\x1f\x8b"


class Stream:
    """One input, read once from its start to its end.

    `head` holds the first bytes, which are still to be read. After the end `sha256` is the hash of the file
    as it lies on the disk. `size` is how many bytes the file has, to compare with those `taken`; None where that cannot
    be known before the end, or where all are taken before the first row.
    """

    def __init__(self, name: str) -> None:
        self.name = "stdin" if name == "-" else name
        self._path = None if name == "-" else Path(name)
        self._raw = _Hashed(self._open())
        self._was = self._state()
        self.size = (self._was[0] or None) if self._was else None
        self._buffered = io.BufferedReader(self._raw, _HEAD)
        self._unpacked: BinaryIO = self._buffered
        self.packed = self._buffered.peek(2)[:2] == _GZIP
        if self.packed:
            self._unpacked = gzip.GzipFile(fileobj=self._buffered)  # type: ignore[assignment]  # reads alike
        self._left = b""
        self.head = self._left = self.read(_HEAD)

    def _open(self) -> BinaryIO:
        if self._path is None:
            # Unbuffered: Python cannot end while a thread waits for input inside the buffer of stdin.
            return getattr(sys.stdin.buffer, "raw", sys.stdin.buffer)
        if not self._path.exists():
            raise ContactsError("E631", f"there is no file `{self.name}`")
        if self._path.is_dir():
            raise ContactsError("E631", f"`{self.name}` is a folder", "name the contact files in it")
        if self._path.is_block_device() or (self._path.is_char_device() and not _has_an_end(self._path)):
            raise ContactsError("E631", f"`{self.name}` is a device, not a file")
        try:
            return self._path.open("rb", buffering=0)
        except OSError as problem:
            raise ContactsError("E631", f"`{self.name}` cannot be opened: {problem.strerror}") from problem

    @property
    def sha256(self) -> str:
        return self._raw.hash.hexdigest()

    @property
    def taken(self) -> int:
        """How many bytes of the file have been read so far."""
        return self._raw.taken

    def _state(self) -> tuple[int, int] | None:
        """Return the size of a file and when it was last written; None for what is no file."""
        if self._path is None:
            return None
        found = os.fstat(self._raw.fileno())
        return (found.st_size, found.st_mtime_ns) if stat.S_ISREG(found.st_mode) else None

    def check_unchanged(self) -> None:
        """Raise ContactsError where the file is no longer as it was opened: what was read may be half of it."""
        if self._was != self._state():
            raise ContactsError("E639", f"`{self.name}` was changed while it was read", "run it again when it is whole")

    def read(self, size: int) -> bytes:
        """Return the next bytes: as many as asked for, fewer only at the end."""
        parts = [self._left[:size]] if self._left else []
        self._left = self._left[size:]
        missing = size - sum(map(len, parts))
        try:
            while missing > 0 and (part := self._unpacked.read(missing)):
                parts.append(part)
                missing -= len(part)
        except (EOFError, zlib.error, gzip.BadGzipFile) as problem:
            raise ContactsError("E636", f"`{self.name}` is a damaged gzip file: {problem}") from problem
        except OSError as problem:
            raise ContactsError("E631", f"`{self.name}` cannot be read: {problem.strerror}") from problem
        return parts[0] if len(parts) == 1 else b"".join(parts)

    def rest(self) -> BinaryIO:
        """Return all bytes as a file in which one can seek: the file itself where it is one, else a copy."""
        self.size = None
        if self._was and not self.packed:
            while self.read(1 << 20):
                pass
            same = os.fdopen(os.dup(self._raw.fileno()), "rb")  # whatever is at its place by now
            same.seek(0)
            return same
        copy: BinaryIO = tempfile.TemporaryFile(buffering=0)  # noqa: SIM115 - the caller closes it
        while block := self.read(1 << 20):
            _write(copy, block)
        copy.seek(0)
        return io.BufferedReader(copy)  # type: ignore[type-var]  # which is raw, as it is not buffered

    def close(self) -> None:
        if self._path is not None:
            self._raw.close()

    def __enter__(self) -> Stream:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def _write(copy: BinaryIO, block: bytes) -> None:
    left = memoryview(block)
    try:
        while left:
            left = left[copy.write(left) :]
    except OSError as problem:
        folder = tempfile.gettempdir()
        message = f"the folder for temporary files, `{folder}`, cannot be written: {problem.strerror}"
        raise ContactsError("E653", message, "free some space, or name another folder in TMPDIR") from problem


def _has_an_end(device: Path) -> bool:
    """Tell whether a device is a terminal, or the one that is always empty."""
    if device.samefile(os.devnull):
        return True
    with device.open("rb", buffering=0) as opened:
        return opened.isatty()


class _Hashed(io.RawIOBase):
    """A file that keeps the hash and the count of what was read from it."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self.hash = hashlib.sha256()
        self.taken = 0

    def fileno(self) -> int:
        return self._file.fileno()

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]  # any buffer will be a memoryview
        count: int = self._file.readinto(buffer)  # type: ignore[attr-defined]  # what is opened here can
        self.hash.update(buffer[:count])
        self.taken += count
        return count

    def close(self) -> None:
        if not self.closed:
            self._file.close()
        super().close()
