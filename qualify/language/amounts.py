"""How numbers, money and ranges are written, in cells and in rules alike."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from functools import lru_cache

from qualify.language.fields import Field
from qualify.language.kinds import Kind, Range

# The ISO 4217 codes in use in 2025, without metals, funds and units of account.
_CODES = """
    AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BHD BIF BMD BND BOB BRL BSD BTN BWP BYN BZD CAD CDF
    CHF CLP CNY COP CRC CUP CVE CZK DJF DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GNF GTQ GYD HKD
    HNL HTG HUF IDR ILS INR IQD IRR ISK JMD JOD JPY KES KGS KHR KMF KPW KRW KWD KYD KZT LAK LBP LKR LRD LSL LYD
    MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD OMR PAB PEN PGK PHP PKR PLN
    PYG QAR RON RSD RUB RWF SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TND TOP TRY
    TTD TWD TZS UAH UGX USD UYU UZS VED VES VND VUV WST XAF XCD XCG XOF XPF YER ZAR ZMW ZWG
"""
CURRENCIES = frozenset(_CODES.split())
SIGNS = {"$": "USD", "€": "EUR", "£": "GBP"}
_DOLLARS = "USD AUD BBD BMD BND BSD BZD CAD FJD GYD HKD JMD KYD LRD NAD NZD SBD SGD SRD TTD TWD XCD"
DOLLARS = frozenset(_DOLLARS.split())
_DOLLAR_SIGNS = {"US$": "USD", "C$": "CAD", "A$": "AUD"}
_MARK = r"(?:US|C|A)\$|[$€£]|[A-Z]{3}"
SCALES = {"": 0, "k": 3, "m": 6, "mio": 6, "bn": 9, "%": -2}  # suffix -> power of ten
LONGEST = 100  # characters in a number, a range or a date

_DASHES = "-‐‑‒–—−"
_BETWEEN = re.compile(rf"[{_DASHES}]| to ", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class _Bound:
    """One end of a range, given by the words before the number."""

    is_low: bool
    is_included: bool

    def of(self, number: float) -> Range:
        if self.is_low:
            return Range(number, math.inf, low_included=self.is_included)
        return Range(-math.inf, number, high_included=self.is_included)


_AND_MORE = _Bound(is_low=True, is_included=True)
_BOUNDS = {
    **dict.fromkeys((">", "over", "above", "more than"), _Bound(is_low=True, is_included=False)),
    **dict.fromkeys((">=", "≥", "at least"), _AND_MORE),
    **dict.fromkeys(("<", "under", "below", "less than"), _Bound(is_low=False, is_included=False)),
    **dict.fromkeys(("<=", "≤", "up to", "at most"), _Bound(is_low=False, is_included=True)),
}
_BOUND = re.compile("|".join(sorted(_BOUNDS, key=len, reverse=True)), re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Amount:
    """A number as written. It is not scaled yet, since in a range its suffix may follow the other end."""

    digits: str  # in Python's notation, with the sign
    exponent: int  # of scientific notation
    scale: str  # a key of SCALES
    currencies: tuple[str, ...]  # the signs or codes (in capitals) before and after it
    is_open: bool  # `10,000+`

    def number(self, scale: str | None = None) -> float | None:
        """Return the number, rounded only once; None if it overflows, or underflows to zero."""
        power = self.exponent + SCALES[self.scale if scale is None else scale]
        number = float(f"{self.digits}e{power}" if power else self.digits)
        is_underflow = number == 0.0 and any(digit in "123456789" for digit in self.digits)
        return None if is_underflow or math.isinf(number) else number


def amount_of(text: str, decimal: str = ".") -> Amount | None:
    """Return the number in a tidy text, with its suffix and currency; None if the text is not one number."""
    match = _amount(decimal).fullmatch(text) if len(text) <= LONGEST else None
    if match is None:
        return None
    sign, before, inner_sign, number, separator, exponent, scale, plus, after, last_plus = match.groups()
    if (sign and inner_sign) or (plus and last_plus):
        return None
    if separator:
        number = number.replace(separator, "")
    written = re.findall(_MARK, f"{before or ''} {after or ''}".upper())
    currencies = tuple(_DOLLAR_SIGNS.get(mark, mark) for mark in written)
    scale = (scale or "").lower().rstrip(".")
    if not all(mark in SIGNS or mark in CURRENCIES for mark in currencies) or (scale == "%" and currencies):
        return None
    return Amount(
        ("" if (sign or inner_sign or "+") == "+" else "-") + number.rstrip("-–—").replace(decimal, "."),
        int(exponent.replace("−", "-")) if exponent else 0,
        scale,
        currencies,
        bool(plus or last_plus),
    )


@lru_cache
def _amount(decimal: str) -> re.Pattern[str]:
    """Return the regular expression for one number in a tidy text, where all white space is single spaces."""
    point = re.escape(decimal)
    separators = "[., '’]".replace(decimal, "", 1)
    return re.compile(
        rf"""
        (?:([-−+])\ ?)?
        (?:((?:[A-Z]{{3}}\ ?)?[$€£]|{_MARK})\ ?)?
        (?:([-−+])\ ?)?
        ((?:[1-9][0-9]{{0,2}}({separators})[0-9]{{3}}(?:\5[0-9]{{3}})*|[0-9]+)(?:{point}(?:[0-9]+|[-–—])?)?|{point}[0-9]+)
        (?:E([-−+]?[0-9]{{1,3}})|\ ?(k|mio\.?|m|bn|%))?
        \ ?(\+)?
        \ ?({_MARK})?
        \ ?(\+)?
        """,
        # ASCII, or else `ſ` and the Kelvin sign would match as letters of a currency code.
        re.VERBOSE | re.IGNORECASE | re.ASCII,
    )


def number_of(text: str, decimal: str = ".") -> float | None:
    """Return the number in a text (`5,000`, `50k`, `1.5M`, `2bn`, `10%`); None if it is not one, or money."""
    if text.isdigit() and text.isascii() and len(text) <= LONGEST:
        return float(text)
    amount = amount_of(text, decimal)
    return None if amount is None or amount.currencies or amount.is_open else amount.number()


# The form of most cells: `25,000`, `$1,250.00`, `40k`, `$109.6M`.
_PLAIN = re.compile(r"(\$)?((?:[1-9][0-9]{0,2}(?:,[0-9]{3})+|[0-9]+)(?:\.[0-9]*)?)([kKmM])?")


def quantity_of(text: str, field: Field) -> float | Range | None:
    """Return the number or range in a tidy text; None if it is neither, or in another currency than the field's."""
    if len(text) > LONGEST:
        return None
    if text.isdigit() and text.isascii():
        return float(text)
    plain = _PLAIN.fullmatch(text) if field.decimal == "." else None
    if plain is None:
        return general_quantity_of(text, field)
    sign, digits, suffix = plain.groups()
    if sign and not _is_in_currency_of((sign,), field):
        return None
    return float(f"{digits.replace(',', '')}e{SCALES[suffix.lower()]}" if suffix else digits.replace(",", ""))


def without_unit(text: str, field: Field) -> str:
    """Return the tidy text of a quantity with `+` for `or more` and, for a number, without the word for its unit."""
    if len(text) > LONGEST:
        return text
    text = _OR_MORE.sub("+", text)
    return _unit((field.name, *field.columns)).sub(r"\g<more>", text) if field.kind is Kind.NUMBER else text


_OR_MORE = re.compile(r"(?<=.) or more(?= |$)", re.IGNORECASE)
_UNITS = ("employees", "people", "users", "seats")


@lru_cache
def _unit(names: tuple[str, ...]) -> re.Pattern[str]:
    """Return the regular expression for a unit at the end of a tidy text: one of `_UNITS` or of the field's names."""
    words = (r"[ _-]".join(map(re.escape, re.split(r"[\s_-]+", name.strip()))) for name in (*_UNITS, *names))
    return re.compile(rf"(?<=.) (?:{'|'.join(words)})(?P<more>\+?)$", re.IGNORECASE)


def general_quantity_of(text: str, field: Field) -> float | Range | None:
    """Return the same as `quantity_of`, without its shortcut for the most common forms."""
    found = _quantity_of(text, field)
    if found is None and (bare := without_unit(text, field)) != text:
        return _quantity_of(bare, field)
    return found


def _quantity_of(text: str, field: Field) -> float | Range | None:
    amount = amount_of(text, field.decimal)
    if amount is not None:
        return _bounded(amount, _AND_MORE if amount.is_open else None, field)
    bound = _BOUND.match(text)
    if bound is not None:
        amount = amount_of(text[bound.end() :].strip(), field.decimal)
        return _bounded(amount, _BOUNDS[bound[0].lower()], field) if amount and not amount.is_open else None
    ends = _ends(text, field.decimal)
    return None if ends is None else _range_between(*ends, field)


def _bounded(amount: Amount, bound: _Bound | None, field: Field) -> float | Range | None:
    number = amount.number()
    if number is None or not _is_in_currency_of(amount.currencies, field):
        return None
    return number if bound is None else bound.of(number)


def _ends(text: str, decimal: str) -> tuple[Amount, Amount] | None:
    """Return the two ends of `LOW - HIGH`, or None. Since a dash may be a sign, each is tried as the separator."""
    for dash in _BETWEEN.finditer(text, 1):
        low = amount_of(text[: dash.start()].rstrip(), decimal)
        high = amount_of(text[dash.end() :].lstrip(), decimal) if low else None
        if low and high:
            return None if low.is_open or high.is_open else (low, high)
    return None


def _range_between(low: Amount, high: Amount, field: Field) -> float | Range | None:
    scale = low.scale or high.scale
    if (scale == "%") != (high.scale == "%"):  # `10%-20` is ambiguous
        return None
    first, last = low.number(scale), high.number()
    if first is None or last is None or first > last or not _is_in_currency_of(low.currencies + high.currencies, field):
        return None
    return first if first == last else Range(first, last)


def _is_in_currency_of(currencies: tuple[str, ...], field: Field) -> bool:
    """Return whether all signs and codes mean the field's currency or, if it has none, the same one."""
    if not currencies:
        return True
    own = field.currency
    codes = {own if mark == "$" and own in DOLLARS else SIGNS.get(mark, mark) for mark in currencies}
    return field.kind is Kind.MONEY and len(codes) == 1 and own in (None, *codes)


_MAYBE_THOUSANDS = re.compile(r"-?[1-9][0-9]{0,2}\.[0-9]{3}")


def looks_like_thousands(text: str, decimal: str) -> bool:
    """Return whether a tidy text holds a number like `25.000`, which is read as 25 but may mean 25,000.

    If the decimal sign is `,`, the same goes for `25,000`.
    """
    if decimal not in text or len(text) > LONGEST:
        return False
    bound = _BOUND.match(text)
    amount = amount_of(text[bound.end() :].strip() if bound else text, decimal)
    amounts = (amount,) if amount else _ends(text, decimal) or ()
    return any(not found.scale and not found.exponent and _MAYBE_THOUSANDS.fullmatch(found.digits) for found in amounts)
