"""How texts are compared: case ignored, and for `mentions` whole words only; and how they are shown."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

QUOTED = r'(?:"[^"\n]*"|[“”„][^"“”„\n]*["“”])'  # a text in a rule file, as TEXT in the grammar
_ASCII_WORDS = re.compile(r"[a-z0-9]+")


def tidy(text: str) -> str:
    """Return a text as it is kept: composed (NFC), outer spaces trimmed, each run of white space one space."""
    return " ".join((text if text.isascii() else unicodedata.normalize("NFC", text)).split())


def fold(text: str) -> str:
    """Return a text such that texts which differ only in case or spacing are equal."""
    return fold_tidy(tidy(text))


def fold_tidy(text: str) -> str:
    """Return what `fold` does, of a text that is tidy already."""
    return text.lower() if text.isascii() else unicodedata.normalize("NFC", text.casefold())


def words(text: str) -> str:
    """Return the words of a text, folded, one space between them: its runs of letters, marks and digits."""
    text = fold(text)
    if text.isascii():
        return " ".join(_ASCII_WORDS.findall(text))
    return " ".join("".join(c if _in_word(c) else " " for c in text).split())


@lru_cache(maxsize=4096)
def _in_word(character: str) -> bool:
    category = unicodedata.category(character)
    return category[0] in "LM" or category == "Nd"


# What a terminal obeys instead of showing it: control characters, and those that turn the direction of writing.
_COMMANDS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")


def harmless(text: str) -> str:
    """Return a text that a terminal shows and does not obey; line feeds and tabs stay."""
    return _COMMANDS.sub(lambda found: f"\\x{ord(found[0]):02x}", text)


def in_a_line(text: str) -> str:
    """Return a text as a part of one line, so that no cell can look like a line of ours."""
    return harmless(text).replace("\n", "⏎").replace("\t", " ")
