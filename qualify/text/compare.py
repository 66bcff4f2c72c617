"""How texts are compared: case is ignored, and `mentions` compares whole words."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

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


def header_key(header: str) -> str:
    """Return what is left of a header when case, spaces, `_` and `-` do not count."""
    return re.sub(r"[\s_-]+", "", unicodedata.normalize("NFC", header)).casefold()
