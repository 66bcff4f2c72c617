"""How texts are compared: without case and, for `mentions`, by whole words."""

from __future__ import annotations

import re
import unicodedata
from itertools import groupby, pairwise

MOST_MARKS = 30  # on one letter: as in the Stream-Safe Text Format (Unicode Standard Annex #15)
_NO_LATIN = re.compile(f"[^\x00-\u02ff]{{{MOST_MARKS + 1}}}")  # combining marks begin at U+0300
# Soft hyphens, zero-width characters and bidirectional marks. Nobody sees them, but copied texts are full of them.
_INVISIBLE = re.compile("[\u00ad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff]")
_DOTTED_I = "i\u0307"  # what `İ` folds to
_APOSTROPHE = re.compile(r"^\s*'(?=[-=+@\t\r0-9])")
_TEXT_FORMULA = re.compile(r'\s*="((?:[^"]|"")*)"\s*')
JOINER = "\n"  # no tidy text has it
_ASCII_WORDS = re.compile(r"[a-z0-9]+")


def composed(text: str) -> str:
    """Return a text in Unicode's composed form (NFC).

    Runs of more combining marks than any language needs are left as they are: sorting marks takes quadratic time.
    """
    if text.isascii():
        return text
    if not _NO_LATIN.search(text):
        return unicodedata.normalize("NFC", text)
    done: list[str] = []
    part = ""
    for is_mark, characters in groupby(text, _is_mark):
        run = "".join(characters)
        if is_mark and len(run) > MOST_MARKS:
            done += unicodedata.normalize("NFC", part), run
            part = ""
        else:
            part += run
    return "".join(done) + unicodedata.normalize("NFC", part)


def _is_mark(character: str) -> bool:
    return unicodedata.category(character)[0] == "M"


def tidy(text: str) -> str:
    """Return a text composed (NFC), trimmed, without invisible marks, and with one space for each run of spaces."""
    if not text.isascii():
        text = _INVISIBLE.sub("", text)
    return " ".join(composed(text).split())


def unescaped(cell: str) -> str:
    """Return a cell without the signs by which spreadsheets and `--excel-safe` mark a text: `'-5`, `="02138"`."""
    if cell.lstrip()[:1] not in ("'", "="):
        return cell
    cell = _APOSTROPHE.sub("", cell, count=1)
    formula = _TEXT_FORMULA.fullmatch(cell)
    return formula[1].replace('""', '"') if formula else cell


def fold(text: str) -> str:
    """Return a text as a key that ignores case and spacing."""
    return fold_tidy(tidy(text))


def fold_tidy(text: str) -> str:
    """Return the same as `fold`, for a text that is already tidy."""
    return text.lower() if text.isascii() else composed(text.casefold().replace(_DOTTED_I, "i"))


def folded_characters(text: str) -> str:
    """Return a folded text in which `JOINER` stands between the letters of each character that folds to several.

    A character is one as people see it: a letter with its combining marks, which may fold to two letters (`ß`).
    """
    text = tidy(text)
    if text.isascii():
        return text.lower()
    starts = [place for place, character in enumerate(text) if not place or not _is_mark(character)]
    return "".join(JOINER.join(fold_tidy(text[start:end])) for start, end in pairwise([*starts, len(text)]))


def words(text: str) -> str:
    """Return the words of a text (runs of letters, marks and digits), folded and separated by single spaces."""
    text = fold(text)
    if text.isascii():
        return " ".join(_ASCII_WORDS.findall(text))
    return " ".join(text.translate(_WORD_CHARACTERS).split())


class _WordCharacters(dict[int, int]):
    """A translation of all characters that are in no word to spaces; filled as characters are met."""

    def __missing__(self, code: int) -> int:
        category = unicodedata.category(chr(code))
        self[code] = code if category[0] in "LM" or category == "Nd" else ord(" ")
        return self[code]


_WORD_CHARACTERS = _WordCharacters()


def header_key(header: str) -> str:
    """Return a header as a key that ignores case, spaces, `_` and `-`."""
    return re.sub(r"[\s_-]+", "", fold(unescaped(header)))
