"""Source texts and places in them."""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass, field
from functools import lru_cache

from qualify.text.compare import composed


@dataclass(frozen=True, slots=True)
class Source:
    """The text of a file, and the name by which people know it.

    `Source.of` gives the text Unix line ends and Unicode's composed form (NFC), so that names and values typed on
    different machines are equal.
    """

    name: str
    text: str
    path: str = ""  # relative to the folder of the rules, with `/`; empty for a text that is not from a file
    raw: bytes = field(default=b"", repr=False)  # the file's contents

    @staticmethod
    def of(name: str, text: str, path: str = "", raw: bytes = b"") -> Source:
        """Return the source for the text of a file, with any line ends and perhaps a byte-order mark."""
        text = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
        return Source(name, composed(text), path, raw)

    def line_and_column(self, offset: int) -> tuple[int, int]:
        """Return the line and column of an offset, both from 1."""
        starts = _line_starts(self.text)
        line = bisect_right(starts, offset)
        return line, offset - starts[line - 1] + 1

    def line(self, number: int) -> str:
        """Return the text of a line, counted from 1, without its line end."""
        starts = _line_starts(self.text)
        return self.text[starts[number - 1] : starts[number] - 1 if number < len(starts) else None]


@lru_cache(maxsize=8)
def _line_starts(text: str) -> list[int]:
    """Return the offsets of all lines; cached, since a run asks for the line of every rule."""
    return [0, *(end.end() for end in re.finditer("\n", text))]


@dataclass(frozen=True, slots=True)
class Span:
    """A place in a source: the characters from `start` up to but not including `end`."""

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

    def __repr__(self) -> str:  # the generated one would print the whole source
        return f"<{self}>"
