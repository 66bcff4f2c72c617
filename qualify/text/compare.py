"""How texts are compared: case is ignored, and `mentions` compares whole words."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from itertools import groupby

MOST_MARKS = 30  # on one letter: as in the Stream-Safe Text Format (Unicode Standard Annex #15)
_NO_LATIN = re.compile(f"[^\x00-\u02ff]{{{MOST_MARKS + 1}}}")  # combining marks begin at U+0300
_ASCII_WORDS = re.compile(r"[a-z0-9]+")


def composed(text: str) -> str:
    """Return a text in Unicode's composed form (NFC).

    A longer run of combining marks than any language has is left as it is: to order the marks takes the square of
    their number.
    """
    if text.isascii():
        return text
    if not _NO_LATIN.search(text):
        return unicodedata.normalize("NFC", text)
    done, part = "", ""
    for is_mark, characters in groupby(text, _is_mark):
        run = "".join(characters)
        if is_mark and len(run) > MOST_MARKS:
            done, part = f"{done}{unicodedata.normalize('NFC', part)}{run}", ""
        else:
            part += run
    return done + unicodedata.normalize("NFC", part)


def _is_mark(character: str) -> bool:
    return unicodedata.category(character)[0] == "M"


def tidy(text: str) -> str:
    """Return a text as it is kept: composed (NFC), outer spaces trimmed, each run of white space one space."""
    return " ".join(composed(text).split())


def fold(text: str) -> str:
    """Return a text such that texts which differ only in case or spacing are equal."""
    return fold_tidy(tidy(text))


def fold_tidy(text: str) -> str:
    """Return what `fold` does, of a text that is tidy already."""
    return text.lower() if text.isascii() else composed(text.casefold())


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
    return re.sub(r"[\s_-]+", "", composed(header)).casefold()
