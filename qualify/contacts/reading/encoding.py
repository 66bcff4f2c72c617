"""Detecting the encoding of a text file, and converting its text to UTF-8."""

from __future__ import annotations

import codecs
from collections.abc import Callable, Iterator

from qualify.contacts.reading.batches import ContactsError

_BOMS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
_WORDS = {"utf-8": "UTF-8", "utf-16-le": "UTF-16 LE", "utf-16-be": "UTF-16 BE", "iso8859-1": "Latin-1"}
# Other encodings that CRMs and Excel use outside the Western world; no others are guessed.
_OTHERS = ["cp1250", "cp1251", "cp1253", "cp1254", "cp1255", "cp1256", "cp932", "gb18030", "big5", "cp949", "koi8_r"]
_SAMPLE = 64 << 10
_ENOUGH = 32  # bytes above 127; fewer are not enough to guess an encoding


class Text:
    """The text of a file as blocks of UTF-8.

    A byte that is invalid in the encoding becomes the lone surrogate U+DC00 + byte. This is not UTF-8, so the row is
    rejected, and `shown` can restore the byte. Blocks may end anywhere.
    """

    def __init__(self, head: bytes, override: str | None = None) -> None:
        self._bom, marked = next(((bom, name) for bom, name in _BOMS if head.startswith(bom)), (b"", None))
        self._name = _codec(override) if override else marked or _utf16_without_bom(head)
        if override and self._name == "utf-16":
            self._name = marked or "utf-16-le"
        if self._bom and self._name not in (marked, "utf-8"):
            self._bom = b""  # the user says that these bytes are not a byte-order mark

    @property
    def words(self) -> str:
        """The encoding in words; only final once the whole file has been read."""
        name = self._name or "utf-8"
        return _WORDS.get(name, name) + (" with byte-order mark" if self._bom else "")

    def blocks(self, read: Callable[[int], bytes], size: int) -> Iterator[bytes]:
        """Yield the text in blocks of about `size` bytes."""
        decoder: codecs.IncrementalDecoder | None = None
        read(len(self._bom))
        while block := read(size):
            if self._name is None and not block.isascii():
                # Everything before was ASCII, which is the same in all possible encodings.
                block += read(4)  # the first other byte may be the last of the block, and is not enough to guess
                self._name = _guess(block)
            if self._name in (None, "utf-8"):
                yield block
                continue
            assert self._name is not None
            decoder = decoder or codecs.getincrementaldecoder(self._name)(errors=_KEEP)
            yield self._decoded(decoder, block)
        if decoder and (rest := self._decoded(decoder, b"", final=True)):
            yield rest

    def _decoded(self, decoder: codecs.IncrementalDecoder, block: bytes, final: bool = False) -> bytes:
        try:
            return decoder.decode(block, final).encode("utf-8", "surrogatepass")
        except UnicodeError as problem:  # from encodings that do not support error handlers
            raise ContactsError("E635", f"the contacts cannot be read as `{self._name}`: {problem}") from problem


def shown(data: bytes) -> str:
    """Return the text of bytes that may not be UTF-8, with invalid bytes as `\\xE4` and NUL as `\\x00`."""
    try:
        text = data.decode("utf-8", "surrogatepass")
    except UnicodeDecodeError:
        text = data.decode("utf-8", "backslashreplace")
    if "\0" not in text and text.isprintable():
        return text
    return "".join(f"\\x{ord(c) & 0xFF:02x}" if c == "\0" or "\udc00" <= c <= "\udcff" else _escaped(c) for c in text)


def _escaped(character: str) -> str:
    return f"\\u{ord(character):04x}" if "\ud800" <= character <= "\udfff" else character


def _codec(name: str) -> str:
    try:
        b"a".decode(name, "ignore")  # rejects codecs that are not for text
        return codecs.lookup(name).name
    except (LookupError, ValueError):
        raise ContactsError(
            "E635", f"there is no encoding `{name}`", "for example utf-8, utf-16, cp1252, latin-1"
        ) from None


def _utf16_without_bom(head: bytes) -> str | None:
    """Detect UTF-16 by its zero bytes: in ASCII text, they are every second byte."""
    pairs = max(len(head) // 2, 1)
    first, second = head[0::2].count(0) / pairs, head[1::2].count(0) / pairs
    if second > 0.3 and first < 0.05:
        return "utf-16-le"
    if first > 0.3 and second < 0.05:
        return "utf-16-be"
    return None


def _guess(block: bytes) -> str:
    """Return the most likely encoding of a block with bytes above 127 and no byte-order mark."""
    text = codecs.getincrementaldecoder("utf-8")("replace").decode(block)
    wrong = text.count("\ufffd") - block.count("\ufffd".encode())  # except those that are in the file itself
    right = len(text) - len(text.encode("ascii", "ignore")) - wrong
    # A mostly valid file is UTF-8; its invalid rows are exceptions and will be rejected.
    return "utf-8" if right >= wrong else _eight_bit(block)


def _eight_bit(block: bytes) -> str:
    lines = [line for line in block.splitlines() if not line.isascii()]
    sample = b"\n".join(lines)[:_SAMPLE]
    if len(sample.translate(None, bytes(range(128)))) < _ENOUGH:
        return "cp1252"
    from charset_normalizer import from_bytes

    western = from_bytes(sample, cp_isolation=["cp1252"]).best()
    other = from_bytes(sample, cp_isolation=_OTHERS).best()
    if other and (western is None or (other.chaos, -other.coherence) < (western.chaos, -western.coherence)):
        return _codec(other.encoding)
    return "cp1252"


def _keep(problem: UnicodeError) -> tuple[str, int]:
    assert isinstance(problem, UnicodeDecodeError)
    wrong = problem.object[problem.start : problem.end]
    return "".join(chr(0xDC00 + byte) for byte in wrong), problem.end


_KEEP = "qualify-keep"
codecs.register_error(_KEEP, _keep)
