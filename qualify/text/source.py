"""Text and the places in it."""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass, field
from functools import lru_cache

from qualify.text.compare import composed


@dataclass(frozen=True, slots=True)
class Source:
    """A file that somebody wrote: the name people know it by, and its text.

    The text has Unix line ends and is in Unicode's composed form (NFC), so that names and values typed on
    different machines are equal; `Source.of` sees to that.
    """

    name: str
    text: str
    path: str = ""  # inside the folder of the rules, with `/`; blank for text that came from no file
    raw: bytes = field(default=b"", repr=False)  # the file as it was

    @staticmethod
    def of(name: str, text: str, path: str = "", raw: bytes = b"") -> Source:
        """Return the source of a text as it came out of a file: any line ends, perhaps a byte-order mark."""
        text = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
        return Source(name, composed(text), path, raw)

    def line_and_column(self, offset: int) -> tuple[int, int]:
        """Return the place of an offset as people count: both from 1."""
        starts = _line_starts(self.text)
        line = bisect_right(starts, offset)
        return line, offset - starts[line - 1] + 1

    def line(self, number: int) -> str:
        """Return the text of a line, counted from 1, without its end."""
        starts = _line_starts(self.text)
        return self.text[starts[number - 1] : starts[number] - 1 if number < len(starts) else None]


@lru_cache(maxsize=8)
def _line_starts(text: str) -> list[int]:
    """Return where the lines of a text begin; kept, since a run asks for the line of every rule."""
    return [0, *(end.end() for end in re.finditer("\n", text))]


@dataclass(frozen=True, slots=True)
class Span:
    """A place in a source: the characters from `start` up to, not including, `end`."""

    source: Source
    start: int
    end: int

    @property
    def text(self) -> str:
        return self.source.text[self.start : self.end]

    @property
    def line(self) -> int:
        return self.source.line_and_column(self.start)[0]

    def to(self, other: Span) -> Span:
        """Return the span from the start of this one to the end of the other."""
        return Span(self.source, self.start, other.end)

    def __str__(self) -> str:
        line, column = self.source.line_and_column(self.start)
        return f"{self.source.name}:{line}:{column}"

    def __repr__(self) -> str:  # without the whole text of the source
        return f"<{self}>"
