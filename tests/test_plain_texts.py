"""Whole arrays of texts are folded and split into words as by the reference."""

from __future__ import annotations

import sys

import pyarrow as pa

from qualify.targets.batch.values.plain_texts import folded, folded_by_character, spaced_words
from qualify.text.compare import JOINER, fold, folded_characters, words


def test_every_character_is_folded_and_classified_as_by_the_reference() -> None:
    texts = [f"A{chr(code)}b" for code in range(0x20, sys.maxunicode, 1) if not 0xD800 <= code < 0xE000][:0x20000]
    array = pa.array(texts)
    assert folded(array).to_pylist() == [fold(text) for text in texts]
    assert folded_by_character(array).to_pylist() == [folded_characters(text) for text in texts]
    assert [text.replace(JOINER, "") for text in map(folded_characters, texts)] == list(map(fold, texts))
    assert [text.strip() for text in spaced_words(array).to_pylist()] == [words(text) for text in texts]
