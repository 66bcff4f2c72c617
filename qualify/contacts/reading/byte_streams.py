"""The bytes of an input file or of stdin, decompressed if necessary and hashed while they are read."""

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
from typing import Any, BinaryIO

from qualify.contacts.reading.batches import ContactsError

_HEAD = 64 << 10
_GZIP = b"\x1f\x8b"


class Stream:
    """One input, read once from its start to its end.

    `head` previews the first bytes. At the end, `sha256` is the hash of the file as it is on disk. `size` is the number
    of bytes in the file, to compare with those `taken`; None if unknown, or if all are read before the first row.
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
            self._unpacked = gzip.GzipFile(fileobj=self._buffered)  # type: ignore[assignment]  # has the same `read`
        self._left = b""
        self.head = self._left = self.read(_HEAD)

    def _open(self) -> BinaryIO:
        if self._path is None:
            # Unbuffered, because Python cannot exit while a thread waits for input in the buffer of stdin.
            return getattr(sys.stdin.buffer, "raw", sys.stdin.buffer)
        if not self._path.exists():
            raise ContactsError("E631", f"there is no file `{self.name}`")
        if self._path.is_dir():
            raise ContactsError("E631", f"`{self.name}` is a folder", "name the contact files in it")
        if self._path.is_block_device() or (self._path.is_char_device() and not _is_finite(self._path)):
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
        """Return the size and modification time of a file, or None if the input is not a regular file."""
        if self._path is None:
            return None
        found = os.fstat(self._raw.fileno())
        return (found.st_size, found.st_mtime_ns) if stat.S_ISREG(found.st_mode) else None

    def check_unchanged(self) -> None:
        """Raise ContactsError if the file has changed since it was opened: it may have been read incompletely."""
        if self._was != self._state():
            raise ContactsError(
                "E639", f"`{self.name}` was changed while it was read", "run again when the file is complete"
            )

    def read(self, size: int) -> bytes:
        """Return the next `size` bytes, fewer only at the end."""
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
        """Return all bytes as a seekable file: the file itself if possible, else a temporary copy."""
        self.size = None
        if self._was and not self.packed:
            while self.read(1 << 20):
                pass
            same = os.fdopen(os.dup(self._raw.fileno()), "rb")  # the opened file, even if another has replaced it
            same.seek(0)
            return same
        copy: Any = tempfile.TemporaryFile(buffering=0)  # noqa: SIM115 - the caller closes it; unbuffered, so it is raw
        while block := self.read(1 << 20):
            _write(copy, block)
        copy.seek(0)
        return io.BufferedReader(copy)

    def close(self) -> None:
        if self._path is not None:
            self._raw.close()


def _write(copy: BinaryIO, block: bytes) -> None:
    left = memoryview(block)
    try:
        while left:
            left = left[copy.write(left) :]
    except OSError as problem:
        folder = tempfile.gettempdir()
        message = f"the folder for temporary files, `{folder}`, cannot be written: {problem.strerror}"
        raise ContactsError("E653", message, "free some space, or name another folder in TMPDIR") from problem


def _is_finite(device: Path) -> bool:
    """Return whether reading a device ends: it is a terminal, or the null device."""
    if device.samefile(os.devnull):
        return True
    with device.open("rb", buffering=0) as opened:
        return opened.isatty()


class _Hashed(io.RawIOBase):
    """A file that hashes and counts the bytes read from it."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self.hash = hashlib.sha256()
        self.taken = 0

    def fileno(self) -> int:
        return self._file.fileno()

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]  # the caller passes a memoryview
        count: int = self._file.readinto(buffer)  # type: ignore[attr-defined]  # every file opened here has it
        self.hash.update(buffer[:count])
        self.taken += count
        return count

    def close(self) -> None:
        if not self.closed:
            self._file.close()
        super().close()
