"""Functions on whole arrays of texts: Arrow's kernels for plain texts, the reference for the others, one by one.

A text is plain if it has only printable ASCII and letters of western and central European languages, and no outer or
double spaces. Then it is already tidy, and folding it means lowering it. In most columns nearly all texts are plain.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from qualify.language.cells import read
from qualify.language.fields import Field
from qualify.language.functions import domain_of
from qualify.targets.batch.numbering import Floats, Ints, Mask
from qualify.text.compare import fold, folded_characters, words

SPACE, LAST = 0x20, 0x7E  # the first and last byte of printable ASCII
# In UTF-8, U+00C0 to U+017F are two bytes, the first of which is one of these. They are letters (except × and ÷), are
# already composed, and fold to lower case, with four exceptions.
LATIN = (0xC3, 0xC4, 0xC5)
FOLDED_OTHERWISE = frozenset("ßİŉſ".encode()[at : at + 2] for at in range(0, 8, 2))
IN_ADDRESS = np.isin(np.arange(256), list(b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-@"))
NO_WORDS = r"[^\pL\pM\p{Nd}]+"  # as in `words`
LONGEST_INTEGER = 15  # digits that a float represents exactly


def read_texts(cells: pa.StringArray, field: Field) -> pa.StringArray:
    """Return the values of a text field's cells; null if unknown."""
    special = [*field.missing, *field.synonyms, ""]
    is_special = pc.is_in(pc.utf8_lower(cells), value_set=pa.array({fold(text) for text in special}, pa.string()))
    is_escaped = pc.or_(pc.starts_with(cells, "'"), pc.starts_with(cells, "="))  # perhaps: see `unescaped`
    return _with_odd(cells, ~_is_plain(cells) | _mask(is_special) | _mask(is_escaped), lambda cell: read(cell, field))


def folded(texts: pa.StringArray) -> pa.StringArray:
    """Return each text as `fold` does."""
    return _with_odd(pc.utf8_lower(texts), ~_is_plain(texts), fold, texts)


def folded_by_character(texts: pa.StringArray) -> pa.StringArray:
    """Return the texts folded, with what a character folds to joined, as `folded_characters` does it."""
    return _with_odd(pc.utf8_lower(texts), ~_is_plain(texts), folded_characters, texts)


def spaced_words(texts: pa.StringArray) -> pa.StringArray:
    """Return the words of each text as `words` does, with a space before and after each."""
    plain = pc.replace_substring_regex(pc.utf8_lower(texts), NO_WORDS, " ")
    found = _with_odd(plain, ~_is_plain(texts), words, texts)
    return pc.binary_join_element_wise(" ", pc.utf8_trim(found, " "), " ", "")


def plain_integers(cells: pa.StringArray) -> tuple[Floats, Mask]:
    """Return the numbers of the cells that are all digits, and a mask of these cells."""
    is_digits = pc.and_(pc.ascii_is_decimal(cells), pc.less_equal(pc.binary_length(cells), LONGEST_INTEGER))
    mask = _mask(is_digits)
    numbers = np.full(len(cells), np.nan)
    numbers[mask] = cells.filter(pa.array(mask)).cast(pa.int64()).to_numpy()
    return numbers, mask


def domains(texts: pa.StringArray) -> tuple[Ints, pa.StringArray]:
    """Return the domain of each text as an index of an array, and the array; see `domain_of`.

    Addresses of plain letters, digits and `._-` are cut at the `@` without copying: an Arrow array is one buffer with
    offsets, so that an offset after each `@` gives an array of the parts before and after.
    """
    known = np.flatnonzero(_mask(texts.is_valid()))
    all_known = texts.drop_null()
    data, ends = _bytes(all_known)
    ats = np.flatnonzero(data == ord("@"))
    of_text = np.searchsorted(ends, ats, side="right") - 1
    is_address = np.bincount(of_text, minlength=len(known)) == 1
    odd = ~IN_ADDRESS[data]
    is_dot = data == ord(".")
    odd[1:] |= is_dot[1:] & (is_dot[:-1] | (data[:-1] == ord("@")))
    is_address[np.searchsorted(ends, np.flatnonzero(odd), side="right") - 1] = False
    some = np.flatnonzero(np.diff(ends) > 0)
    is_address[some] &= ~is_dot[ends[some + 1] - 1]
    ats = ats[is_address[of_text]]
    addresses = np.flatnonzero(is_address)
    is_whole = (ats > ends[addresses]) & (ats + 1 < ends[addresses + 1])  # with text before and after the `@`
    addresses, ats = addresses[is_whole], ats[is_whole]
    cuts = np.empty(2 * len(ats) + 1, np.int32)
    cuts[:-1:2], cuts[1::2], cuts[-1] = ats + 1, ends[addresses + 1], len(data)
    parts = pa.StringArray.from_buffers(2 * len(ats), pa.py_buffer(cuts), pa.py_buffer(data))
    hosts = parts.take(pa.array(np.arange(0, 2 * len(ats), 2))).dictionary_encode()
    numbers = np.zeros(len(texts), np.int64)
    numbers[known[addresses]] = hosts.indices.to_numpy() + 1
    others = np.delete(np.arange(len(known)), addresses)
    numbers[known[others]] = np.arange(len(others)) + len(hosts.dictionary) + 1
    one_by_one = [domain_of(text) for text in all_known.take(pa.array(others)).to_pylist()]
    return numbers, pa.concat_arrays([pa.nulls(1, pa.string()), hosts.dictionary, pa.array(one_by_one, pa.string())])


def lengths(texts: pa.StringArray) -> Floats:
    """Return the number of characters of each text; NaN if it is unknown."""
    counted: Floats = pc.utf8_length(texts).cast(pa.float64()).fill_null(np.nan).to_numpy(zero_copy_only=False)
    return counted


def _with_odd(
    usual: pa.StringArray, is_odd: Mask, of: Callable[[Any], object], texts: pa.StringArray | None = None
) -> pa.StringArray:
    """Return the usual array with each odd text (of `texts`) replaced by the result of `of`.

    `of` is called once per distinct text, since the same blank or `N/A` may be repeated a hundred thousand times.
    """
    if not is_odd.any():
        return usual
    mask = pa.array(is_odd)
    odd = (usual if texts is None else texts).filter(mask).dictionary_encode(null_encoding="encode")
    found = pa.array([of(text) for text in odd.dictionary.to_pylist()], usual.type)
    return pc.replace_with_mask(usual, mask, found.take(odd.indices))


def _mask(found: pa.BooleanArray) -> Mask:
    mask: Mask = found.fill_null(False).to_numpy(zero_copy_only=False)
    return mask


def _bytes(texts: pa.StringArray) -> tuple[NDArray[np.uint8], NDArray[np.int32]]:
    """Return the bytes of all texts, concatenated, and the offsets: where each starts, and the end of the last."""
    offsets = np.frombuffer(texts.buffers()[1], np.int32)[texts.offset : texts.offset + len(texts) + 1]
    if texts.buffers()[2] is None or not len(texts):
        return np.empty(0, np.uint8), np.zeros(len(texts) + 1, np.int32)
    return np.frombuffer(texts.buffers()[2], np.uint8)[offsets[0] : offsets[-1]], offsets - offsets[0]


def _is_plain(texts: pa.StringArray) -> Mask:
    """Return which texts are plain; null is not plain."""
    is_plain = _mask(texts.is_valid())
    data, ends = _bytes(texts)
    is_space = data == SPACE
    odd = data - np.uint8(SPACE) > LAST - SPACE  # bytes below the space wrap around to large numbers
    _without_latin(odd, data)
    odd[1:] |= is_space[1:] & is_space[:-1]  # across two texts, both are outer spaces anyway
    is_plain[np.searchsorted(ends, np.flatnonzero(odd), side="right") - 1] = False
    some = np.flatnonzero(np.diff(ends) > 0)
    is_plain[some] &= ~(is_space[ends[some]] | is_space[ends[some + 1] - 1])
    return is_plain


def _without_latin(odd: Mask, data: NDArray[np.uint8]) -> None:
    """Clear the letters of `LATIN` from the odd bytes."""
    positions = np.flatnonzero(odd)
    first = positions[np.isin(data[positions], LATIN)]  # each is followed by its second byte: the text is UTF-8
    pairs = data[first].astype(np.uint16) << 8 | data[first + 1]
    first = first[~np.isin(pairs, [int.from_bytes(pair, "big") for pair in FOLDED_OTHERWISE])]
    odd[first] = odd[first + 1] = False
