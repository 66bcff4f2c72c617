"""Whole arrays of texts are folded and split into words as by the reference."""

from __future__ import annotations

import sys
from itertools import product

import pyarrow as pa

from qualify.language.cells import read
from qualify.language.fields import Field
from qualify.targets.batch.values.plain_texts import folded, folded_by_character, read_texts, spaced_words
from qualify.text.compare import JOINER, fold, folded_characters, words


def test_every_character_is_folded_and_classified_as_by_the_reference() -> None:
    texts = [f"A{chr(code)}b" for code in range(0x20, sys.maxunicode, 1) if not 0xD800 <= code < 0xE000][:0x20000]
    array = pa.array(texts)
    assert folded(array).to_pylist() == [fold(text) for text in texts]
    assert folded_by_character(array).to_pylist() == [folded_characters(text) for text in texts]
    assert [text.replace(JOINER, "") for text in map(folded_characters, texts)] == list(map(fold, texts))
    assert [text.strip() for text in spaced_words(array).to_pylist()] == [words(text) for text in texts]


def test_texts_with_invisible_marks_dotted_letters_and_escapes_agree_too() -> None:
    parts = [
        "",
        "a",
        "İ",
        "i\u0307",
        "I\u0307",
        "ı",
        "\u0323",
        "\u200b",
        "\u200d",
        "\u202e",
        "\ufeff",
        "\u00ad",
        " ",
        "ß",
    ]
    texts = list(map("".join, product(parts, repeat=3)))
    array = pa.array(texts)
    assert folded(array).to_pylist() == [fold(text) for text in texts]
    assert folded_by_character(array).to_pylist() == [folded_characters(text) for text in texts]
    assert [text.replace(JOINER, "") for text in map(folded_characters, texts)] == list(map(fold, texts))
    assert [text.strip() for text in spaced_words(array).to_pylist()] == [words(text) for text in texts]
    assert [fold(fold(text)) for text in texts] == list(map(fold, texts))
    assert read_texts(array, Field("x")).to_pylist() == [read(text, Field("x")) for text in texts]
