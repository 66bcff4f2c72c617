"""Detecting and reporting every encoding that CRMs and Excel write."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from qualify.contacts.reading.batches import ContactsError

from .conftest import Read

Reader = Callable[..., Read]

TEXT = 'name,city\nJosé,"Düsseldorf, DE"\nBjørn,Tromsø\n'
ROWS = [("José", "Düsseldorf, DE"), ("Bjørn", "Tromsø")]
ENCODED = {
    "UTF-8": TEXT.encode(),
    "UTF-8 with byte-order mark": b"\xef\xbb\xbf" + TEXT.encode(),
    "UTF-16 LE with byte-order mark": b"\xff\xfe" + TEXT.encode("utf-16-le"),
    "UTF-16 BE with byte-order mark": b"\xfe\xff" + TEXT.encode("utf-16-be"),
    "UTF-16 LE": TEXT.encode("utf-16-le"),
    "UTF-16 BE": TEXT.encode("utf-16-be"),
    "cp1252": TEXT.encode("cp1252"),
}


@pytest.mark.parametrize(("words", "data"), ENCODED.items(), ids=ENCODED.keys())
def test_the_encoding_is_detected_and_reported(read: Reader, words: str, data: bytes) -> None:
    result = read(data)
    assert (result.columns, result.rows, result.lines) == (("name", "city"), ROWS, [2, 3])
    assert result.inputs[0].found == (words, "comma-separated")


def test_unicode_text_saved_by_excel(read: Reader) -> None:
    result = read(b"\xff\xfe" + "name\tcity\r\nŁukasz\tŁódź\r\n".encode("utf-16-le"))
    assert result.rows == [("Łukasz", "Łódź")]
    assert result.inputs[0].found == ("UTF-16 LE with byte-order mark", "tab-separated")


def test_euro_signs_and_curly_quotes_of_cp1252(read: Reader) -> None:
    assert read("a,b\n“5 €”,–\n".encode("cp1252")).rows == [("“5 €”", "–")]


def test_the_first_special_characters_come_late(read: Reader) -> None:
    rows = "Mueller,1\n" * 5_000
    result = read(f"a,b\n{rows}Müller,2\n".encode("cp1252"), block=8_192)
    assert result.rows[-1] == ("Müller", "2")
    assert result.inputs[0].found[0] == "cp1252"
    assert read(f"a,b\n{rows}Müller,2\n", block=8_192).rows[-1] == ("Müller", "2")


def test_alphabets_beyond_the_west(read: Reader) -> None:
    text = "имя,город\n" + "Ольга,Казань\nИван,Москва\nДмитрий,Новосибирск\n" * 5
    result = read(text.encode("cp1251"))
    assert (result.rows[0], result.inputs[0].found[0]) == (("Ольга", "Казань"), "cp1251")


@pytest.mark.parametrize(
    ("encoding", "text"),
    [
        ("cp1252", "Müller,Düsseldorf,Geschäftsführer\nJosé,São Paulo,Señor\nFrançois,Genève,Président\n"),
        ("cp1254", "Çağrı,İstanbul,Müdür\nŞule,Beşiktaş,Satış müdürü\nIşık,Eskişehir,Genel müdür yardımcısı\n"),
    ],
)
def test_alphabets_that_share_most_letters(read: Reader, encoding: str, text: str) -> None:
    result = read(b"a,b,c\n" + text.encode(encoding) * 5)
    assert (result.inputs[0].found[0], result.rejected) == (encoding, [])
    assert result.rows[0] == tuple(text.split("\n")[0].split(","))


def test_characters_cut_by_the_end_of_a_block(read: Reader) -> None:
    rows = [("é" * 7, "€" * 5)] * 500
    text = "a,b\n" + "".join(f"{a},{b}\n" for a, b in rows)
    for encoding in ("utf-8", "utf-16-le"):
        assert read(text.encode(encoding), block=1_001).rows == rows


def test_an_encoding_can_be_given(read: Reader) -> None:
    data = "a,b\n\x85é,2\n".encode("latin-1")
    result = read(data, encoding="latin-1")
    assert (result.rows, result.inputs[0].found[0]) == ([("\x85é", "2")], "Latin-1")
    assert read("a,b\né,2\n".encode("cp850"), encoding="cp850").rows == [("é", "2")]
    assert read("a,b\né,2\n".encode("utf-16"), encoding="utf-16").rows == [("é", "2")]
    for name, shown in (("latin-99",) * 2, ("rot13",) * 2, ("undefined",) * 2, ("a\0b", r"a\\x00b")):
        with pytest.raises(ContactsError, match=f"there is no encoding `{shown}`"):
            read(data, encoding=name)
    with pytest.raises(ContactsError, match="cannot be read as `utf-32`: UTF-32 stream does not start with BOM"):
        read(data, encoding="utf-32")


def test_bytes_that_are_invalid_in_the_encoding(read: Reader) -> None:
    result = read(b"a,b\nM\xfcller,1\nx\x81y,2\n3,4\n")
    assert result.rows == [("Müller", "1"), ("3", "4")]
    assert result.rejected == [(3, "\\x81 is not a character of the file's encoding", "x\\x81y,2")]


def test_half_a_character_at_the_end_of_utf_16(read: Reader) -> None:
    result = read("a,b\n1,2\n3,4".encode("utf-16-le") + b"x", encoding="utf-16-le")
    assert (result.rows, result.rejected[0][0]) == ([("1", "2")], 3)


@pytest.mark.parametrize("encoding", ["utf-8", "cp1252"])
def test_the_first_character_that_tells_the_encoding_is_cut_by_the_end_of_a_block(read: Reader, encoding: str) -> None:
    text = "name,city\nJo,Rome\nZoé,Genève\n"
    data = text.encode(encoding)
    for block in range(1, len(data)):
        found = read(data, block=block)
        assert (found.rows, found.rejected) == ([("Jo", "Rome"), ("Zoé", "Genève")], [])


def test_valid_utf_8_with_more_replacement_characters_than_others(read: Reader) -> None:
    result = read("city,note\nZürich,\ufffd\ufffd\ufffd\n")
    assert (result.inputs[0].found[0], result.rows) == ("UTF-8", [("Zürich", "\ufffd\ufffd\ufffd")])
