"""Slips for amounts and dates in other notations, such as `25.000 €` or `31.12.2026`."""

from __future__ import annotations

import re
from datetime import date

from qualify.advice.slip import fix, hint

SCALES = {
    "k": "k", "thousand": "k", "m": "M", "mn": "M", "mm": "M", "mio": "M", "million": "M", "millions": "M",
    "tsd": "k", "b": "bn", "bn": "bn", "billion": "bn", "billions": "bn",
}  # fmt: skip
CODE = "usd|eur|gbp|chf|cad|aud|jpy|sek|nok|dkk|pln|inr|sgd"
THIN = r"\x20\u00a0\u202f"  # spaces between thousands; the last two do not break a line
DIGITS = rf"(?:\d{{1,3}}(?:[{THIN}'’‘]\d{{3}})+(?:[.,]\d{{1,2}})?(?!\d)|\d(?:[\d.,]*\d)?)"
SIGN = r"(?<![\d.,])(?:(?P<sign>[$€£]){gap}?)?"
AMOUNT = rf"{SIGN}(?P<digits>{DIGITS})"
SCALE = rf"(?P<scale>{'|'.join(sorted(SCALES, key=len, reverse=True))})\b\.?"
MONTH = r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.?"
DATE_HINT = "write it as 2026-10-01: year, month, day"


def as_amount(match: re.Match[str]) -> str:
    """`USD 2 million` -> `2M USD`, `25 000 €` -> `€25,000`."""
    found = {name: text for name, text in match.groupdict().items() if text}
    scale, code = found.get("scale") or found.get("near"), found.get("code") or found.get("small")
    sign = found.get("sign") or found.get("after", "")
    number = f"{sign}{_with_commas(found['digits'], bool(scale))}{SCALES[scale.lower()] if scale else ''}"
    return number if sign or not code else f"{number} {code.upper()}"


def _with_commas(digits: str, scaled: bool) -> str:
    """`25 000` -> `25,000`, `1.250,5` -> `1,250.5`, `25.000` -> `25,000`; but `2.500 million` stays `2.500`."""
    if re.fullmatch(r"\d{1,3}(?:\.\d{3})+,\d+|\d{1,3}(?:\.\d{3}){2,}", digits) or (
        not scaled and re.fullmatch(r"[1-9]\d{0,2}\.\d{3}", digits)
    ):
        digits = digits.translate({ord("."): ",", ord(","): "."})
    return re.sub(r"[^\d.,]", ",", re.sub(r",(?=\d{1,2}$)", ".", digits))


def as_date(match: re.Match[str]) -> str | None:
    """`31.12.2026` -> `2026-12-31`; None where day and month could be swapped, or the date does not exist."""
    first, month, last = re.split("[-/.]", match[0])
    day, year = (last, first) if len(first) == 4 else (first, last)
    if "/" in match[0] and year == last and int(month) > 12:
        day, month = month, day
    ambiguous = "/" in match[0] and year == last and int(day) <= 12 and day != month
    try:
        return None if ambiguous or len(year) < 4 else str(date(int(year), int(month), int(day)))
    except ValueError:
        return None


DATE = r"\b\d{1,2}[/.]\d{1,2}[/.]\d{2,4}\b|\b\d{4}[/.]\d{1,2}[/.]\d{1,2}\b|\b\d{4}-\d-\d{1,2}\b|\b\d{4}-\d\d-\d\b"
ANOTHER_NOTATION = r"`\g<0>` is written differently here"
# fmt: off
VALUES = (
    fix(DATE, as_date),
    hint(DATE, ANOTHER_NOTATION, DATE_HINT),
    hint(rf"\b{MONTH} \d{{1,2}}(?:st|nd|rd|th)?,? \d{{4}}|\b\d{{1,2}}\.? {MONTH} \d{{4}}", ANOTHER_NOTATION, DATE_HINT),
    fix(rf"{AMOUNT}(?:{{gap}}?{SCALE})?{{gap}}?(?P<after>[$€£])(?!\d)", as_amount,
        "the currency sign goes before the number"),
    fix(rf"\b(?P<code>{CODE}){{gap}}*{AMOUNT}(?:{{gap}}*{SCALE}|\b)", as_amount),
    fix(rf"{AMOUNT}(?:{{gap}}+{SCALE}|(?P<near>b|mn|mm|mio)\b\.?)(?:{{gap}}*(?P<code>{CODE})\b)?", as_amount),
    fix(rf"{AMOUNT}(?P<scale>k|m|bn)?(?:(?P<code>{CODE})|{{gap}}+(?P<small>(?-i:{CODE})))\b", as_amount),
    fix(rf"\bUS(?P<sign>\$)\s?(?P<digits>{DIGITS})(?P<scale>k|m|bn)?\b", as_amount),
    fix(r"(\d[\d,.]*){gap}+%", r"\1%"),
    fix(rf"{SIGN}(?P<digits>\d{{1,3}}(?:[{THIN}.]\d{{3}})*,\d{{1,2}})(?![\d,])(?P<scale>k|m|bn)?", as_amount),
    fix(rf"{SIGN}\b(?P<digits>\d{{1,3}}(?:[{THIN}]\d{{3}})+)\b", as_amount, r"`\g<0>` reads as several numbers"),
    fix(rf"{SIGN}\b(?P<digits>\d{{1,3}}(?:['’‘]\d{{3}})+)\b", as_amount),
)
# fmt: on
