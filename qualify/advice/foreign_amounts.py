"""Amounts and dates as they are written elsewhere, and how they are written in this language."""

from __future__ import annotations

import re
from datetime import date

from qualify.advice.slip import GAP, slip
from qualify.advice.translations import longest_first

SCALES = {
    "k": "k", "thousand": "k", "m": "M", "mn": "M", "mm": "M", "mio": "M", "million": "M", "millions": "M",
    "tsd": "k", "b": "bn", "bn": "bn", "billion": "bn", "billions": "bn",
}  # fmt: skip
CODE = "usd|eur|gbp|chf|cad|aud|jpy|sek|nok|dkk|pln|inr|sgd"
THIN = " \u00a0\u202f"  # spaces between thousands, of which two do not break a line
DIGITS = rf"(?:\d{{1,3}}(?:[{THIN}'’‘]\d{{3}})+(?:[.,]\d{{1,2}})?(?!\d)|\d(?:[\d.,]*\d)?)"
SIGN = rf"(?<![\d.,])(?:(?P<sign>[$€£]){GAP}?)?"
AMOUNT = rf"{SIGN}(?P<digits>{DIGITS})"
SCALE = rf"(?P<scale>{longest_first(SCALES)})\b\.?"
MONTH = r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.?"
NO_NUMBER = r"`\g<0>` is not how a number is written here"


def as_amount(match: re.Match[str]) -> str:
    """`USD 2 million` -> `2M USD`, `25 000 €` -> `€25,000`."""
    found = {name: text for name, text in match.groupdict().items() if text}
    scale, code = found.get("scale") or found.get("near"), found.get("code") or found.get("small")
    sign = found.get("sign") or found.get("after", "")
    number = f"{sign}{_in_figures(found['digits'], bool(scale))}{SCALES[scale.lower()] if scale else ''}"
    return f"write `{number}`" if sign or not code else f"write `{number} {code.upper()}`"


def _in_figures(digits: str, scaled: bool) -> str:
    """`25 000` -> `25,000`, `1.250,5` -> `1,250.5`; and `25.000` -> `25,000`, but for `2.500 million`."""
    if re.fullmatch(r"\d{1,3}(?:\.\d{3})+,\d+|\d{1,3}(?:\.\d{3}){2,}", digits) or (
        not scaled and re.fullmatch(r"[1-9]\d{0,2}\.\d{3}", digits)
    ):
        digits = digits.translate({ord("."): ",", ord(","): "."})
    return re.sub(r"[^\d.,]", ",", re.sub(r",(?=\d{1,2}$)", ".", digits))


def as_date(match: re.Match[str]) -> str:
    """`31.12.2026` -> `2026-12-31`; an example where the day could be the month."""
    first, month, last = re.split("[-/.]", match[0])
    day, year = (last, first) if len(first) == 4 else (first, last)
    if "/" in match[0] and year == last and int(month) > 12:
        day, month = month, day
    doubtful = "/" in match[0] and year == last and int(day) <= 12 and day != month
    try:
        written = None if doubtful or len(year) < 4 else date(int(year), int(month), int(day))
    except ValueError:
        written = None
    return f"write `{written}`" if written else "write it as 2026-10-01: year, month, day"


VALUES = (
    slip(
        r"\b\d{1,2}[/.]\d{1,2}[/.]\d{2,4}\b|\b\d{4}[/.]\d{1,2}[/.]\d{1,2}\b|\b\d{4}-\d-\d{1,2}\b|\b\d{4}-\d\d-\d\b",
        r"`\g<0>` is not how a date is written here",
        as_date,
    ),
    slip(
        rf"\b{MONTH}\s+\d{{1,2}}(?:st|nd|rd|th)?,?\s+\d{{4}}|\b\d{{1,2}}\.?\s+{MONTH}\s+\d{{4}}",
        r"`\g<0>` is not how a date is written here",
        "write it as 2026-10-01: year, month, day",
    ),
    slip(
        rf"{AMOUNT}(?:{GAP}?{SCALE})?{GAP}?(?P<after>[$€£])(?!\d)",
        "the sign of a currency stands before the number",
        as_amount,
    ),
    slip(rf"\b(?P<code>{CODE}){GAP}*{AMOUNT}(?:{GAP}*{SCALE}|\b)", NO_NUMBER, as_amount),
    slip(
        rf"{AMOUNT}(?:{GAP}+{SCALE}|(?P<near>b|mn|mm|mio)\b\.?)(?:{GAP}*(?P<code>{CODE})\b)?",
        NO_NUMBER,
        as_amount,
    ),
    slip(
        rf"{AMOUNT}(?P<scale>k|m|bn)?(?:(?P<code>{CODE})|{GAP}+(?P<small>(?-i:{CODE})))\b",
        NO_NUMBER,
        as_amount,
    ),
    slip(rf"\bUS(?P<sign>\$)\s?(?P<digits>{DIGITS})(?P<scale>k|m|bn)?\b", NO_NUMBER, as_amount),
    slip(rf"(\d[\d,.]*){GAP}+%", NO_NUMBER, r"write `\1%`"),
    slip(
        rf"{SIGN}(?P<digits>\d{{1,3}}(?:[{THIN}.]\d{{3}})*,\d{{1,2}})(?![\d,])(?P<scale>k|m|bn)?",
        NO_NUMBER,
        as_amount,
    ),
    slip(rf"{SIGN}\b(?P<digits>\d{{1,3}}(?:[{THIN}]\d{{3}})+)\b", r"`\g<0>` reads as several numbers", as_amount),
    slip(
        rf"{SIGN}\b(?P<digits>\d{{1,3}}(?:['’‘]\d{{3}})+)\b",
        r"`\g<0>` has quotes between its thousands",
        as_amount,
    ),
)
