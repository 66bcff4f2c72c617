"""Texts in whole arrays are folded and cut into words as the reference does one."""

from __future__ import annotations

import sys

import pyarrow as pa

from qualify.targets.batch.values.plain_texts import folded, spaced_words
from qualify.text.compare import fold, words


def test_every_character_is_folded_and_told_from_punctuation_as_by_the_reference() -> None:
    texts = [f"A{chr(code)}b" for code in range(0x20, sys.maxunicode, 1) if not 0xD800 <= code < 0xE000][:0x20000]
    array = pa.array(texts)
    assert folded(array).to_pylist() == [fold(text) for text in texts]
    assert [text.strip() for text in spaced_words(array).to_pylist()] == [words(text) for text in texts]
