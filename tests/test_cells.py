"""How a cell becomes a value: each table is a part of the specification."""

from __future__ import annotations

import math
from dataclasses import replace
from datetime import date, datetime, timedelta, timezone
from decimal import Decimal
from uuid import UUID

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from qualify.language import amounts
from qualify.language.cells import CURRENCIES, DOLLARS, is_allowed, looks_like_thousands, number_of, read
from qualify.language.fields import Field
from qualify.language.kinds import Kind, Range, Unreadable, Value

INF = math.inf
TEXT = Field("title", Kind.TEXT)
NUMBER = Field("employees", Kind.NUMBER)
COMMA = Field("employees", Kind.NUMBER, decimal=",")
USD = Field("budget", Kind.MONEY, currency="USD")
EUR = Field("budget", Kind.MONEY, currency="EUR", decimal=",")
CAD = Field("budget", Kind.MONEY, currency="CAD")
ANY_MONEY = Field("budget", Kind.MONEY)
DATE = Field("last_visit", Kind.DATE)
DAY_FIRST = Field("last_visit", Kind.DATE, format="%d/%m/%Y")
FLAG = Field("is_customer", Kind.FLAG)
LIST = Field("pain_points", Kind.LIST)
FIELDS = (TEXT, NUMBER, COMMA, USD, EUR, CAD, ANY_MONEY, DATE, DAY_FIRST, FLAG, LIST, Field("untyped"))


class Moment(datetime):
    """A time that prints more digits than Python's, like one of pandas with nanoseconds."""

    def isoformat(self, *_: object) -> str:  # type: ignore[override]  # no more is asked of it
        return "2026-10-01T00:00:00.000000001"


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        ("VP of Sales", "VP of Sales"),
        ("  VP \u00a0of\tSales\n", "VP of Sales"),
        ("Cafe\u0301", "Café"),
        ("007", "007"),
        ("", None),
        ("   ", None),
        ("n/a", None),
        (" #N/A ", None),
        ("-", None),
        (7.0, "7"),
        (0.1, "0.1"),
        (-0.0, "0"),
        (7, "7"),
        (1e300, "1e+300"),
        (Decimal("7.00"), "7"),
        (Decimal("0.10"), "0.1"),
        (Decimal("1E+2"), "100"),
        (True, "yes"),
        (False, "no"),
        (date(2026, 10, 1), "2026-10-01"),
        (datetime(2026, 10, 1, 8, 30), "2026-10-01T08:30:00"),
    ],
)
def test_text_is_normalised_and_other_values_are_printed(cell: object, value: Value | None) -> None:
    assert read(cell, TEXT) == value
    assert read(cell, Field("untyped")) == value


@pytest.mark.parametrize(
    ("cell", "field", "value"),
    [
        ('="02138"', TEXT, "02138"),
        ('\'="02138"', TEXT, "02138"),
        ('="5"" pipe"', TEXT, '5" pipe'),
        ('="n/a"', TEXT, None),
        ('=""', TEXT, None),
        ("'02138", TEXT, "02138"),
        ("'=A1", TEXT, "=A1"),
        ("'@acme", TEXT, "@acme"),
        ("'\tabc", TEXT, "abc"),
        ("'", TEXT, "'"),
        ("'tis", TEXT, "'tis"),
        ("''5", TEXT, "''5"),
        ("=A1", TEXT, "=A1"),
        ('="a"&"b"', TEXT, '="a"&"b"'),
        ("'-5", NUMBER, -5.0),
        ("'+5", NUMBER, 5.0),
        ('="1,500"', NUMBER, 1500.0),
        ("'-", NUMBER, None),
        ("'-$5", USD, -5.0),
        ("'2026-10-01", DATE, date(2026, 10, 1)),
        ("'1", FLAG, True),
        ("'-a; 'b", LIST, ("-a", "'b")),
        ('="a; b"', LIST, ("a", "b")),
    ],
)
def test_the_signs_by_which_spreadsheets_mark_a_text_are_dropped(cell: str, field: Field, value: Value | None) -> None:
    assert read(cell, field) == value


@pytest.mark.parametrize(
    ("cell", "number"),
    [
        ("5", 5.0),
        ("-5", -5.0),
        ("−5", -5.0),
        ("+5", 5.0),
        ("5,000", 5000.0),
        ("1,234,567.5", 1234567.5),
        ("1 234 567", 1234567.0),
        ("1\u00a0234", 1234.0),
        ("1\u202f234", 1234.0),
        ("1'234", 1234.0),
        ("1’234", 1234.0),
        (".5", 0.5),
        ("5.", 5.0),
        ("25.000", 25.0),
        ("4.35k", 4350.0),
        ("50K", 50_000.0),
        ("1.5 M", 1_500_000.0),
        ("2bn", 2e9),
        ("2BN", 2e9),
        ("10%", 0.1),
        ("10 %", 0.1),
        ("1E+05", 100_000.0),
        ("1.2e-3", 0.0012),
        ("1E−03", 0.001),
        ("0", 0.0),
        ("9" * 100, float("9" * 100)),
    ],
)
def test_numbers(cell: str, number: float) -> None:
    assert read(cell, NUMBER) == number


@pytest.mark.parametrize(
    "cell",
    [
        *(
            "many",
            "5 dogs",
            "people",
            "5people",
            "or more",
            "5 or more more",
            "5,00",
            "5,0000",
            "1234,567",
            "1,234 567",
            "1,234'567",
            "0,500",
            "1.234.567",
            "٥",
        ),
        *("inf", "NaN", "1e400", "1e-400", "--5", "+-5", "5-", "(5)", "5kk", "5k%", "1e5k", "5E", "1_000"),
        *("10++", "5+ USD+", "$5", "5 EUR", "USD 5", "k", ".", ",", "$", "%"),
        *("9" * 101, "1" + ",000" * 30, "-" * 90),
    ],
)
def test_a_cell_that_is_not_one_number_is_unreadable_and_kept_unchanged(cell: str) -> None:
    assert read(cell, NUMBER) == Unreadable(cell)


@pytest.mark.parametrize(
    ("cell", "number"),
    [
        ("25.000,50", 25000.5),
        ("25,5", 25.5),
        ("25,000", 25.0),
        ("1 000,5", 1000.5),
        ("25.000", 25000.0),
        ("1,5E+05", 15e4),
    ],
)
def test_numbers_with_a_decimal_comma(cell: str, number: float) -> None:
    assert read(cell, COMMA) == number


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        ("51-200 employees", Range(51, 200)),
        ("51 to 200 People", Range(51, 200)),
        ("500 or more", Range(500, INF)),
        ("500 or more users", Range(500, INF)),
        ("500 employees or more", Range(500, INF)),
        ("1k+ seats", Range(1000, INF)),
        ("fewer than 5 seats", Unreadable("fewer than 5 seats")),
        ("under 50 employees", Range(-INF, 50, high_included=False)),
        ("1,200 head-count", 1200.0),
        ("12 Team size (total)", 12.0),
        ("12 total", Unreadable("12 total")),
    ],
)
def test_the_word_for_what_is_counted_may_follow_a_number(cell: str, value: Value | Unreadable) -> None:
    field = Field("head_count", Kind.NUMBER, columns=("Team size (total)",))
    assert read(cell, field) == value
    if cell != "500 or more":  # amounts of money count nothing
        assert read(cell, replace(field, kind=Kind.MONEY)) == Unreadable(cell)


@pytest.mark.parametrize(
    ("cell", "value"), [("$50k or more", Range(50_000, INF)), ("$5 or more or more", Unreadable("$5 or more or more"))]
)
def test_or_more_follows_money_too(cell: str, value: Value | Unreadable) -> None:
    assert read(cell, USD) == value


def test_a_doubtful_number_is_found_before_the_word_too() -> None:
    assert looks_like_thousands("25.000 employees", NUMBER)


@pytest.mark.parametrize("cell", ["25,000.50", "25.5", "1,000,000"])
def test_a_decimal_comma_excludes_a_decimal_point(cell: str) -> None:
    assert read(cell, COMMA) == Unreadable(cell)


@pytest.mark.parametrize(
    ("cell", "field", "value"),
    [
        ("25000", USD, 25000.0),
        ("$25,000", USD, 25000.0),
        ("25k $", USD, 25000.0),
        ("usd 25k", USD, 25000.0),
        ("25kUSD", USD, 25000.0),
        ("$25 USD", USD, 25.0),
        ("-$5", USD, -5.0),
        ("$-5", USD, -5.0),
        ("25.000 €", EUR, 25000.0),
        ("25 k€", EUR, 25000.0),
        ("25,5 Eur", EUR, 25.5),
        ("US$50,000", USD, 50_000.0),
        ("50k us$", USD, 50_000.0),
        ("USD $50,000", USD, 50_000.0),
        ("US$5-US$10", USD, Range(5, 10)),
        ("C$5", CAD, 5.0),
        ("CAD $5", CAD, 5.0),
        ("A$5", replace(USD, currency="AUD"), 5.0),
        ("1,5 Mio. €", EUR, 1_500_000.0),
        ("€1,5 mio", EUR, 1_500_000.0),
        ("250.000,-", EUR, 250_000.0),
        ("250.000,– €", EUR, 250_000.0),
        ("US$5", CAD, Unreadable("US$5")),
        ("C$5", USD, Unreadable("C$5")),
        ("A$5", CAD, Unreadable("A$5")),
        ("USD $5", CAD, Unreadable("USD $5")),
        ("EUR $5", EUR, Unreadable("EUR $5")),
        ("1.5 Mio.k", USD, Unreadable("1.5 Mio.k")),
        ("250,-", USD, Unreadable("250,-")),
        ("$5", CAD, 5.0),
        ("$5 CAD", CAD, 5.0),
        ("5 USD", CAD, Unreadable("5 USD")),
        ("$5 CAD", USD, Unreadable("$5 CAD")),
        ("$5", EUR, Unreadable("$5")),
        ("€5", USD, Unreadable("€5")),
        ("£5 USD", USD, Unreadable("£5 USD")),
        ("5 XXX", ANY_MONEY, Unreadable("5 XXX")),
        ("€5", ANY_MONEY, 5.0),
        ("€5-£6", ANY_MONEY, Unreadable("€5-£6")),
        ("$5%", USD, Unreadable("$5%")),
        ("5+ USD+", USD, Unreadable("5+ USD+")),
        ("uſd 5", USD, Unreadable("uſd 5")),
    ],
)
def test_money_in_another_currency_is_unreadable(cell: str, field: Field, value: Value | Unreadable) -> None:
    assert read(cell, field) == value


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        ("51-200", Range(51, 200)),
        ("51 – 200", Range(51, 200)),
        ("51—200", Range(51, 200)),
        ("51‑200", Range(51, 200)),
        ("51 to 200", Range(51, 200)),
        ("1,001-5,000", Range(1001, 5000)),
        ("-5-10", Range(-5, 10)),
        ("-10--5", Range(-10, -5)),
        ("1E-02-1", Range(0.01, 1)),
        ("10,000+", Range(10000, INF)),
        ("10k +", Range(10000, INF)),
        ("$50k+ ", Range(50000, INF)),
        ("50k+ USD", Range(50000, INF)),
        ("<50", Range(-INF, 50, high_included=False)),
        ("under $50", Range(-INF, 50, high_included=False)),
        ("less than 50", Range(-INF, 50, high_included=False)),
        ("≤ 50", Range(-INF, 50)),
        ("<=50", Range(-INF, 50)),
        ("Up to 10", Range(-INF, 10)),
        ("> 1000", Range(1000, INF, low_included=False)),
        ("over 500", Range(500, INF, low_included=False)),
        (">=500", Range(500, INF)),
        ("≥500", Range(500, INF)),
        ("at least 500", Range(500, INF)),
        ("25-50k", Range(25000, 50000)),
        ("$25k-$50k", Range(25000, 50000)),
        ("$25-50k", Range(25000, 50000)),
        ("25-50k USD", Range(25000, 50000)),
        ("10-20%", Range(0.1, 0.2)),
        ("0.5k-900", Range(500, 900)),
        ("50-50", 50.0),
    ],
)
def test_ranges(cell: str, value: Value) -> None:
    assert read(cell, USD) == value


@pytest.mark.parametrize(
    "cell",
    [
        *("200-51", "25k-50", "500-1k", "10%-20", "10+-20", "10-20+", "1-2-3", "5-1e400"),
        *("<10+", "<10-20", "<", "-", "$25-€50"),
    ],
)
def test_a_cell_that_is_not_a_range_is_unreadable(cell: str) -> None:
    assert read(cell, Field("budget", Kind.MONEY, currency="USD", missing=())) == Unreadable(cell)


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        ("2026-10-01", date(2026, 10, 1)),
        ("2026-10-01T23:59:59Z", date(2026, 10, 1)),
        ("2026-10-01 23:59:59.123456+00:00", date(2026, 10, 1)),
        ("2026-10-01T23:59-1200", date(2026, 10, 1)),
        ("2026-10-01 10:00:00 UTC", date(2026, 10, 1)),
        (date(2026, 10, 1), date(2026, 10, 1)),
        (datetime(2026, 10, 1, 23, tzinfo=timezone(timedelta(hours=-12))), date(2026, 10, 1)),
        ("2026-02-30", Unreadable("2026-02-30")),
        ("0000-01-01", Unreadable("0000-01-01")),
        ("2026-10-01 tomorrow", Unreadable("2026-10-01 tomorrow")),
        ("2026-10-01T25:00", Unreadable("2026-10-01T25:00")),
        ("01/10/2026", Unreadable("01/10/2026")),
        (20261001, Unreadable("20261001")),
    ],
)
def test_dates(cell: object, value: Value | Unreadable) -> None:
    assert read(cell, DATE) == value


def test_dates_in_a_format_of_their_own() -> None:
    assert read("01/10/2026", DAY_FIRST) == date(2026, 10, 1)
    assert read("2026-10-01", DAY_FIRST) == Unreadable("2026-10-01")
    assert read(20261001, Field("day", Kind.DATE, format="%Y%m%d")) == date(2026, 10, 1)
    assert read("1 1", Field("day", Kind.DATE, format="%d %d")) == Unreadable("1 1")  # a format that is none


@pytest.mark.parametrize(
    ("cells", "value"),
    [
        (["yes", "Y", "TRUE", "t", "1", "x", " X ", True, 1, 1.0, np.True_], True),
        (["no", "N", "False", "f", "0", False, 0, 0.0, np.False_], False),
    ],
)
def test_flags(cells: list[object], value: bool) -> None:
    assert [read(cell, FLAG) for cell in cells] == [value] * len(cells)


def test_a_cell_that_is_neither_yes_nor_no_is_unreadable() -> None:
    assert [read(cell, FLAG) for cell in ("maybe", 2, "ja")] == [Unreadable("maybe"), Unreadable("2"), Unreadable("ja")]


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        ("manual entry; churn", ("manual entry", "churn")),
        (";  churn ;;", ("churn",)),
        (" ; ;", None),
        ("", None),
        (["churn", " manual  entry "], ("churn", "manual entry")),
        (("churn", None, math.nan, ""), ("churn",)),
        (set("hgfedcba"), tuple("abcdefgh")),
        ([1, 2.5, True], ("1", "2.5", "yes")),
        ([], None),
        ("a, b", ("a, b",)),
        (7, ("7",)),
        (np.array(["a", "b"]), ("a", "b")),
        ([["a"]], Unreadable("[['a']]")),
    ],
)
def test_lists(cell: object, value: Value | Unreadable | None) -> None:
    assert read(cell, LIST) == value


def test_a_list_can_have_its_own_separator_and_synonyms_for_its_parts() -> None:
    field = Field("pain_points", Kind.LIST, separator="\n", synonyms={"hand work": "manual entry", "tbd": ""})
    assert read("a;b", Field("pain_points", Kind.LIST, separator="")) == ("a;b",)
    assert read("Hand  Work\nchurn\nTBD", field) == ("manual entry", "churn")


@pytest.mark.parametrize(
    ("cell", "field", "value"),
    [
        (5, NUMBER, 5.0),
        (Decimal("5.5"), NUMBER, 5.5),
        (np.int64(5), NUMBER, 5.0),
        (np.float32(0.5), USD, 0.5),
        (np.str_("5k"), NUMBER, 5000.0),
        (np.datetime64("2026-10-01T10:00:00", "ns"), DATE, date(2026, 10, 1)),
        (np.datetime64("2026-10-01"), DATE, date(2026, 10, 1)),
        (np.datetime64("NaT"), DATE, None),
        (None, NUMBER, None),
        (math.nan, TEXT, None),
        (np.float64("nan"), FLAG, None),
        (Decimal("NaN"), NUMBER, None),
        (INF, NUMBER, Unreadable("inf")),
        (10**400, NUMBER, Unreadable("1" + "0" * 199)),
        (True, NUMBER, Unreadable("yes")),
        (date(2026, 10, 1), NUMBER, Unreadable("2026-10-01")),
        ([5], NUMBER, Unreadable("[5]")),
        ({"a": 1}, TEXT, Unreadable("{'a': 1}")),
        (b"VP", TEXT, "VP"),
        (b"\xff", TEXT, Unreadable("b'\\xff'")),
        (UUID(int=7), TEXT, "00000000-0000-0000-0000-000000000007"),
        (np.datetime64("20000-01-01"), DATE, Unreadable("20000-01-01")),
        (np.datetime64(2**62, "s"), DATE, Unreadable("146138514283-06-19T07:45:04")),
        (np.datetime64(-1, "ns"), TEXT, "1969-12-31T23:59:59.999999"),
        (Moment(2026, 10, 1), TEXT, "2026-10-01T00:00:00"),
        (Decimal("1E+100000"), TEXT, Unreadable("1E+100000")),
        (type("NAType", (), {})(), NUMBER, None),  # as pandas has them
        (type("NaTType", (datetime,), {})(2026, 10, 1), DATE, None),
        (timedelta(days=1), DATE, Unreadable("1 day, 0:00:00")),
    ],
)
def test_python_values_that_fit_are_taken_unchanged(
    cell: object, field: Field, value: Value | Unreadable | None
) -> None:
    assert read(cell, field) == value


def test_a_blank_cell_is_always_missing() -> None:
    field = Field("note", Kind.TEXT, blank="none", missing=("?",))
    assert [read(cell, field) for cell in ("", " ", "?", "N/A")] == ["none", "none", "none", "N/A"]


def test_the_blank_setting_gives_a_missing_cell_its_meaning() -> None:
    field = Field("is_customer", Kind.FLAG, blank=False, missing=("", "?", "-1"))
    assert [read(cell, field) for cell in (None, "", " ? ", math.nan, -1, "yes")] == [False] * 5 + [True]
    assert read(9999, Field("employees", Kind.NUMBER, blank=0.0, missing=("9999",))) == 0.0
    assert read("N/A", field) == Unreadable("N/A")  # a list of its own replaces the default


def test_synonyms_come_first() -> None:
    assert read(" deutschland ", Field("country", Kind.TEXT, synonyms={"deutschland": "DE"})) == "DE"
    assert read("Small", Field("employees", Kind.NUMBER, synonyms={"small": "1-50"})) == Range(1, 50)
    assert read("-", Field("source", Kind.TEXT, synonyms={"-": "Direct"})) == "Direct"
    assert read("TBD", Field("country", Kind.TEXT, synonyms={"tbd": ""})) is None


def test_a_number_that_may_have_a_thousands_separator_is_recognised() -> None:
    doubted = ["25.000", "$1.234", "-25.000", "25.000 - 50.000", "<25.000", "25.000+"]
    clear = ["25.00", "25.0000", "0.125", "1234.567", "25,000", "25", "2.500k", "x 25.000", "2.500E+02"]
    assert [cell for cell in doubted + clear if looks_like_thousands(cell, USD)] == doubted
    turned = str.maketrans(".,$", ",.€")
    mirrored = [cell.translate(turned) for cell in doubted + clear]
    assert [cell for cell in mirrored if looks_like_thousands(cell, EUR)] == mirrored[: len(doubted)]
    assert not any(looks_like_thousands(cell, EUR) for cell in doubted)
    assert not looks_like_thousands("25.000", TEXT)
    assert not looks_like_thousands(25.0, NUMBER)


def test_a_field_may_have_a_list_of_values() -> None:
    country = Field("country", Kind.TEXT, values=("DE", "Côte d’Ivoire"))
    assert is_allowed("de", country)
    assert is_allowed("CÔTE D’IVOIRE", country)
    assert not is_allowed("FR", country)
    assert is_allowed("FR", TEXT)
    assert is_allowed(("de",), country)
    assert not is_allowed(("de", "fr"), country)


@pytest.mark.parametrize(
    ("text", "number"),
    [("5,000", 5000.0), ("50k", 5e4), ("1.5M", 1.5e6), ("2bn", 2e9), ("10%", 0.1), ("-5", -5.0), ("7", 7.0)],
)
def test_numbers_in_rules_are_written_as_in_cells(text: str, number: float) -> None:
    assert number_of(text) == number


@pytest.mark.parametrize("text", ["", "$5", "5+", "5-6", "<5", "five", "inf", "1e400"])
def test_a_number_in_a_rule_has_no_currency_and_no_range(text: str) -> None:
    assert number_of(text) is None


def test_all_dollars_are_currencies() -> None:
    assert DOLLARS < CURRENCIES
    assert {len(code) for code in CURRENCIES} == {3}


# --- for any cell ----------------------------------------------------------------------------------------------


class Hostile:
    """An object whose every method fails."""

    def __getattribute__(self, name: str) -> object:
        raise RuntimeError(name)

    def __str__(self) -> str:
        raise RuntimeError

    def __eq__(self, other: object) -> bool:
        raise RuntimeError

    __hash__ = None  # type: ignore[assignment]


def test_an_object_whose_methods_fail_is_unreadable() -> None:
    assert {read(Hostile(), field) for field in FIELDS} == {Unreadable("an object that cannot be shown")}


LIKELY = st.text(alphabet="0123456789.,'-–+<>$€£kmbn% eEUSDR;:/T", max_size=30)
SCALARS = st.none() | st.booleans() | st.integers() | st.floats() | st.decimals() | st.dates() | st.datetimes()
OBJECTS = SCALARS | st.text() | LIKELY | st.binary() | st.complex_numbers() | st.timedeltas() | st.times()
NESTED = st.recursive(OBJECTS, lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner), max_leaves=5)
OF_KIND = {
    Kind.TEXT: (str,),
    Kind.NUMBER: (float, Range),
    Kind.MONEY: (float, Range),
    Kind.DATE: (date,),
    Kind.FLAG: (bool,),
    Kind.LIST: (tuple,),
    None: (str,),
}


@pytest.mark.slow
@given(NESTED, st.sampled_from(FIELDS))
def test_any_cell_is_a_value_of_its_type_or_unknown_or_unreadable(cell: object, field: Field) -> None:
    value = read(cell, field)
    assert value is None or isinstance(value, (Unreadable, *OF_KIND[field.kind]))
    if isinstance(value, float):
        assert math.isfinite(value)
    if isinstance(value, Range):
        assert value.low < value.high
    assert looks_like_thousands(cell, field) in (True, False)


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_a_printed_number_reads_back(number: float) -> None:
    assert read(repr(number), NUMBER) == number
    assert read(f"${number!r}", USD) == number
    assert read(repr(number).replace(".", ","), COMMA) == number
    assert read(read(number, TEXT), NUMBER) == number


@given(st.integers(-(10**15), 10**15))
def test_thousands_read_back(number: int) -> None:
    assert read(f"{number:,}", NUMBER) == number
    assert read(f"{number:,}".replace(",", "."), COMMA) == number


@given(
    st.from_regex(amounts._PLAIN, fullmatch=True, alphabet=st.characters(codec="ascii")) | st.text("019.,$€kmM%+- "),
    st.sampled_from([NUMBER, COMMA, USD, EUR, CAD, ANY_MONEY]),
)
def test_the_fast_path_for_plain_numbers_agrees_with_the_slow_one(text: str, field: Field) -> None:
    assert amounts.quantity_of(text, field) == amounts.general_quantity_of(text, field) or len(text) > amounts.LONGEST


@given(st.decimals(0, 10**6, places=3))
def test_a_suffix_scales_exactly(number: Decimal) -> None:
    assert read(f"{number}k", NUMBER) == float(number * 1000)
    assert read(f"{number}%", NUMBER) == float(number / 100)


@given(st.integers(-(10**9), 10**9), st.integers(1, 10**9), st.sampled_from(["-", " - ", "–", " — "]))
def test_a_range_has_the_ends_that_it_names(low: int, length: int, dash: str) -> None:
    assert read(f"{low:,}{dash}{low + length}", NUMBER) == Range(low, low + length)
    assert read(f"{low + length}{dash}{low}", NUMBER) == Unreadable(f"{low + length}{dash}{low}")


@given(st.dates())
def test_a_printed_date_reads_back(day: date) -> None:
    assert read(day.isoformat(), DATE) == read(day, DATE) == day


@given(SCALARS, st.sampled_from([TEXT, DATE, FLAG, LIST]))
def test_a_python_value_reads_as_its_text_does(cell: object, field: Field) -> None:
    text = read(cell, TEXT)
    if isinstance(text, str) and not isinstance(cell, datetime):
        assert read(cell, field) == read(text, field)


def test_megabytes_are_read_too() -> None:
    for piece in ("1", "1,", "-", " ", "1-", "$", "é", "1e", "<"):
        cell = piece * 1_000_000
        for field in FIELDS:
            read(cell, field)
