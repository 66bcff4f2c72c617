"""Columns are read as the reference reads single cells, with every setting that a field can have."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from functools import partial
from random import Random
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from drawing import CELLS, TODAY
from hypothesis import given, settings
from hypothesis import strategies as st

import qualify
from qualify.language.cells import read
from qualify.language.fields import Field
from qualify.language.kinds import FIELD_KINDS, Kind, Unreadable
from qualify.record.decide import decide
from qualify.targets.batch.values.distinct import plain_texts
from qualify.targets.batch.values.field_columns import FieldReader

SETTINGS: Sequence[dict[str, Any]] = [
    *({"type": str(kind)} for kind in FIELD_KINDS),
    *({"type": kind, "decimal": ","} for kind in ("number", "money")),
    *({"type": "date", "format": form} for form in ("%d/%m/%Y", "%Y%m%d", "%d.%m.%y", "%B %d, %Y", "%H:%M %Y-%j")),
    *({"type": "list", "separator": separator} for separator in (",", "|", ", ", "1")),
    *({"type": "money", "currency": currency} for currency in ("USD", "EUR", "JPY")),
    {"type": "number", "blank": 0},
    {"type": "number", "blank": "10-20"},
    {"type": "money", "blank": "$50"},
    {"type": "date", "blank": "2026-03-31"},
    {"type": "date", "format": "%d/%m/%Y", "blank": "31/03/2026"},
    {"type": "flag", "blank": False},
    {"type": "list", "blank": "a;b"},
    {"type": "text", "blank": "de"},
    {"type": "number", "missing": ["", "0", "many"]},
    {"type": "date", "missing": ["", "0001-01-01", "yesterday"]},
    {"type": "flag", "missing": ["", "0", "x"]},
    {"type": "text", "missing": ["", "de", "-", "x.com"]},
    {"type": "text", "missing": ["?"]},
    {"type": "number", "synonyms": {"many": "1000", "2": "3"}},
    {"type": "date", "synonyms": {"yesterday": "2026-03-30"}},
    {"type": "flag", "synonyms": {"maybe": "no"}},
    {"type": "text", "synonyms": {"Straße": "Street", "1": "one"}},
    {"type": "list", "synonyms": {"de": "Germany", "a": "b"}},
    {"type": "text", "values": ["DE", "NO"]},
]
TEXTS = [
    *dict.fromkeys(text for cells in CELLS.values() for text in cells),
    "20260331",
    "46296",
    "310326",
    "31.03.26",
]
TYPED = [
    pa.array([0, 1, -5, 739_706, None, 2**53 + 1]),
    pa.array([0, 1, 255, None], pa.uint8()),
    pa.array([0.0, -0.0, 2.5, 1e300, float("nan"), float("inf"), None]),
    pa.array([Decimal("2.50"), Decimal("1000.00"), None]),
    pa.array([True, False, None]),
    pa.array([date(2026, 3, 31), date(1, 1, 1), None]),
    pa.array([datetime(2026, 3, 31, 23, 59), None]),
    pa.array([datetime(2026, 3, 31, 23, 59, tzinfo=UTC), None], pa.timestamp("us", "America/New_York")),
    pa.array([["a", "b"], [], ["a;b"], [None, "a"], None]),
    pa.array([[1, 2], None]),
    pa.array(["DE", "de", "", "N/A", "50", None]).dictionary_encode(),
    pa.array(["DE", "2026-03-31", None], pa.string_view()),
    pa.array([b"50", b"\xff", None]),
    pa.array([b"50", None], pa.binary_view()),
    pa.array([[b"50"], [], None], pa.list_(pa.binary_view())),
    # The hour that New York has twice in the autumn, and days after it.
    pa.array([datetime(2026, 11, *day, 30, tzinfo=UTC) for day in ((1, 5), (1, 6), (2, 6), (3, 6))]).cast(
        pa.timestamp("us", "America/New_York")
    ),
    pa.DictionaryArray.from_arrays(pa.array([0, 1, None, 2]), pa.array(["DE", None, "50"])),
    pa.ExtensionArray.from_storage(pa.bool8(), pa.array([1, 0, None], pa.int8())),
]


BEYOND = [  # cells that Python cannot have, each with the text that is shown, before one that it can
    (pa.array([2_932_897, 0], pa.date32()), "10000-01-01"),
    (pa.array([2**31 - 1, 0], pa.date32()), "<value out of range: 2147483647>"),  # DuckDB's `infinity`
    (pa.array([253_402_300_800, 0], pa.timestamp("s")), "10000-01-01T00:00:00"),
    (pa.array([[2_932_897], [0]], pa.list_(pa.date32())), "[10000-01-01]"),
]


def field_of(setting: dict[str, Any]) -> Field:
    """Return a field with its settings; `missing` is a setting of the whole file."""
    own = {name: value for name, value in setting.items() if name != "missing"}
    found = qualify.compile("criterion A: x is known", fields={"x": own}).model.fields["x"]
    return replace(found, missing=tuple(setting["missing"])) if "missing" in setting else found


def assert_read_alike(its_field: Field, *batches: pa.Array) -> None:
    """Check each row of a column of the batch engine against the reference."""
    reader = FieldReader(its_field)
    for batch in batches:
        column = reader.read(batch)
        for row, cell in enumerate(batch.to_pylist()):
            expected = read(cell, its_field)
            is_unreadable = isinstance(expected, Unreadable)
            value, text = column.values.at(row), column.unreadable.at(row)
            assert value == (None if is_unreadable else expected), f"{cell!r}"
            assert text == (expected.text if isinstance(expected, Unreadable) else None), f"{cell!r}"


@pytest.mark.parametrize("setting", SETTINGS, ids=str)
def test_texts(setting: dict[str, Any]) -> None:
    array = pa.array([*TEXTS, None, *reversed(TEXTS)], pa.string())
    assert_read_alike(field_of(setting), array, array.take(pa.array(range(0, len(array), 3))))


OUTSIDE = [
    pa.array([-62_135_683_200, 0, None], pa.timestamp("s")),
    pa.array([2**40, 0], pa.timestamp("s", "Asia/Tokyo")),
    pa.array([2**30, 0, None], pa.date32()),
    pa.array([-(2**50), 0], pa.date64()),
    pa.array([2**50, 0], pa.duration("s")),
]


@pytest.mark.parametrize("cells", OUTSIDE, ids=lambda cells: str(cells.type))
@pytest.mark.parametrize("kind", ["date", "text", "number", "list"])
def test_times_outside_the_calendar_are_unreadable(kind: str, cells: pa.Array) -> None:
    column = FieldReader(field_of({"type": kind})).read(cells)
    assert column.values.at(0) is None
    assert column.unreadable.at(0) is not None
    others = cells[1:]
    assert_read_alike(field_of({"type": kind}), others)
    assert [column.values.at(row) for row in range(1, len(cells))] == [
        FieldReader(field_of({"type": kind})).read(others).values.at(row) for row in range(len(others))
    ]


@pytest.mark.parametrize("setting", SETTINGS, ids=str)
def test_typed_cells(setting: dict[str, Any]) -> None:
    for array in TYPED:
        assert_read_alike(field_of(setting), array)


OF_ALL_BATCHES = pa.array(["DE", *TEXTS])  # a dictionary that batches share


@pytest.mark.parametrize(
    "texts",
    [
        pa.array(["DE", None, "DE"], pa.large_string()),
        pa.array(["DE", None, "DE"], pa.string_view()),
        pa.DictionaryArray.from_arrays(pa.array([0, None, 0]), OF_ALL_BATCHES),
        pa.DictionaryArray.from_arrays(pa.array([0, None, 0]), OF_ALL_BATCHES.cast(pa.string_view())),
    ],
    ids=lambda texts: str(texts.type),
)
def test_only_the_texts_of_the_batch_are_read_as_plain_texts(texts: pa.Array) -> None:
    cells = FieldReader(Field("x", Kind.TEXT)).read(texts).cells
    assert cells is not None
    assert cells.dictionary == pa.array(["DE"])


def test_texts_that_are_too_many_for_the_plain_form_stay_unchanged() -> None:
    offsets, data = pa.array([0, 2**31], pa.int64()), np.zeros(2**31, np.uint8)  # memory that nothing touches
    texts = pa.LargeStringArray.from_buffers(1, offsets.buffers()[1], pa.py_buffer(data))
    assert plain_texts(texts) is texts


@pytest.mark.parametrize("setting", SETTINGS, ids=str)
def test_a_cell_that_python_cannot_represent_is_unreadable(setting: dict[str, Any]) -> None:
    for array, shown in BEYOND:
        column = FieldReader(field_of(setting)).read(array)
        assert (column.values.at(0), column.unreadable.at(0)) == (None, shown)
        [possible] = array.slice(1).to_pylist()
        expected = read(possible, field_of(setting))
        assert isinstance(expected, Unreadable) or column.values.at(1) == expected


@pytest.mark.parametrize("setting", SETTINGS, ids=str)
def test_nanoseconds_are_cut_to_microseconds(setting: dict[str, Any]) -> None:
    column = FieldReader(field_of(setting)).read(pa.array([-1, 1_000_000_000_000_001_999], pa.timestamp("ns")))
    for row, cell in enumerate((datetime(1969, 12, 31, 23, 59, 59, 999_999), datetime(2001, 9, 9, 1, 46, 40, 1))):
        expected = read(cell, field_of(setting))
        assert isinstance(expected, Unreadable) or column.values.at(row) == expected


@pytest.mark.slow
@settings(deadline=None, max_examples=200)
@given(st.sampled_from(SETTINGS), st.lists(st.sampled_from(TYPED), max_size=6), st.randoms(use_true_random=False))
def test_batches_whose_types_change(setting: dict[str, Any], batches: list[pa.Array], random: Random) -> None:
    texts = [pa.array(random.choices(TEXTS, k=7), pa.string()) for _ in range(3)]
    codes = pa.array(random.choices(range(7), k=9))
    drawn = [*batches, *batches, *texts, *(pa.DictionaryArray.from_arrays(codes, text) for text in texts)]
    assert_read_alike(field_of(setting), *random.sample(drawn, len(drawn)))


@pytest.mark.slow
@settings(deadline=None, max_examples=200)
@given(st.sampled_from(SETTINGS), st.lists(st.text("0123456789.,-+/%:;| $€kmKM\u00a0eE", max_size=12), min_size=1))
def test_drawn_texts(setting: dict[str, Any], texts: list[str]) -> None:
    half = len(texts) // 2
    assert_read_alike(field_of(setting), pa.array(texts[half:], pa.string()), pa.array(texts, pa.string()))


ZONES = (None, "UTC", "America/New_York", "Asia/Kolkata", "+05:30")
SECONDS = st.integers(-62_135_500_000, 253_402_200_000) | st.integers(
    1_793_000_000, 1_794_600_000
)  # the autumn of 2026
DRAWN = [
    *((st.floats(width=32), kind) for kind in (pa.float32(), pa.float64())),
    *((st.integers(0, 2**31 - 1), kind) for kind in (pa.int64(), pa.uint32(), pa.duration("s"))),
    *((st.sampled_from(TEXTS), kind) for kind in (pa.string(), pa.large_string(), pa.string_view())),
    *((st.binary(max_size=3), kind) for kind in (pa.binary(), pa.binary_view())),
    *((SECONDS, pa.timestamp("s", zone)) for zone in ZONES),
    (st.decimals(-999, 999, places=2), pa.decimal128(10, 2)),
    (st.integers(-719_162, 2_932_896), pa.date32()),
    (st.booleans(), pa.bool_()),
]


def lists_of(cells: pa.Array) -> st.SearchStrategy[pa.Array]:
    ends = st.lists(st.integers(0, len(cells)), min_size=1, max_size=6).map(sorted)
    return ends.map(lambda offsets: pa.ListArray.from_arrays(pa.array(offsets, pa.int32()), cells))


def coded(cells: pa.Array) -> st.SearchStrategy[pa.Array]:
    """Draw dictionaries that may have nulls and repeated cells, and rows without an index."""
    codes = st.lists(st.none() | st.integers(0, len(cells) - 1) if len(cells) else st.none(), max_size=8)
    return codes.map(lambda some: pa.DictionaryArray.from_arrays(pa.array(some, pa.int8()), cells))


PLAIN = st.one_of([st.lists(st.none() | cells, max_size=8).map(partial(pa.array, type=kind)) for cells, kind in DRAWN])
ARRAYS = st.one_of(PLAIN, PLAIN.flatmap(coded), PLAIN.flatmap(lists_of), PLAIN.flatmap(lists_of).flatmap(coded))


@pytest.mark.slow
@settings(deadline=None, max_examples=300)
@given(st.sampled_from(SETTINGS), st.lists(ARRAYS, min_size=1, max_size=3))
def test_drawn_columns_of_any_type(setting: dict[str, Any], arrays: list[pa.Array]) -> None:
    batches = [batch for array in arrays for batch in (array, array.slice(len(array) // 2), array)]
    assert_read_alike(field_of(setting), *batches)


@pytest.mark.parametrize("setting", SETTINGS, ids=str)
def test_one_contact_at_a_time(setting: dict[str, Any]) -> None:
    its_field = field_of(setting)
    rules = qualify.compile('rule "R": lead when x is known')
    rules = replace(rules, model=replace(rules.model, fields={"x": its_field}))
    for cell in [*TEXTS, *(cell for array in TYPED for cell in array.to_pylist())]:
        value = read(cell, its_field)
        is_known = value is not None and not isinstance(value, Unreadable)
        assert rules.decide({"x": cell}, TODAY).stage == ("lead" if is_known else "inquiry"), f"{cell!r}"


EQUAL = (  # pairs of cells that Python takes for one
    (datetime(2026, 3, 31, 23, tzinfo=UTC), datetime(2026, 4, 1, 1, tzinfo=timezone(timedelta(hours=2)))),
    (Decimal("0"), Decimal("-0")),
    (0.0, -0.0),
    (True, 1),
    (1, 1.0),
    ((1,), (True,)),
)


@pytest.mark.parametrize("cells", [*EQUAL, *(pair[::-1] for pair in EQUAL)], ids=repr)
@pytest.mark.parametrize(
    ("kind", "condition"),
    [
        ("date", "x is 2026-03-31"),
        ("text", 'x is "-0"'),
        ("text", 'x is "1"'),
        ("number", "x is 1"),
        ("list", 'x includes "1"'),
    ],
)
def test_equal_cells_that_read_differently_are_distinguished(
    kind: str, condition: str, cells: tuple[object, object]
) -> None:
    rules = qualify.compile(f'rule "R": lead when {condition}', fields={"x": {"type": kind}})
    contacts = [{"x": cell} for cell in (*cells, *cells)]
    expected = [decide(rules.model, contact, TODAY).stage for contact in contacts]
    assert [rules.decide(contact, TODAY).stage for contact in contacts] == expected
    if isinstance(cells[0], float):  # the only ones that a column of Arrow can have both
        table = pa.table({"x": pa.array([contact["x"] for contact in contacts])})
        assert rules.decide_table(table, TODAY)["stage"].to_pylist() == expected
