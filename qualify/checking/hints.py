"""The words of problems: a part as it was written, and what to write instead, ready to paste."""

from __future__ import annotations

from collections.abc import Sequence

from qualify.language.kinds import Kind
from qualify.parsing.syntax import Header, Operand, Period

TEST_SHOWN = {  # the tests that are shown for a type, most useful first
    Kind.TEXT: ("is", "mentions", "contains"),
    Kind.NUMBER: ("at_least", "between"),
    Kind.MONEY: ("at_least", "between"),
    Kind.DATE: ("before", "after", "within_last", "within_next"),
    Kind.LIST: ("includes",),
    Kind.SCORE: ("at_least", "between"),
    Kind.GRADE: ("is", "or_better"),
}
SAMPLES = {
    "is": 'is "…"', "mentions": 'mentions "…"', "contains": 'contains "…"', "at_least": "is at least 50",
    "between": "is between 50 and 500", "before": "is before 2026-10-01", "after": "is after 2026-10-01",
    "within_last": "is within the last 30 days", "within_next": "is within the next 6 months",
    "includes": 'includes "…"', "or_better": 'is "…" or better',
}  # fmt: skip


def fitting(kind: Kind, subject: str) -> str:
    """Return the tests that fit a type, ready to paste."""
    if kind is Kind.FLAG:
        return f"write `{subject}` or `not {subject}`"
    return f"write {' or '.join(f'`{subject} {SAMPLES[test]}`' for test in TEST_SHOWN[kind])}"


def shown(part: Operand | Period) -> str:
    """Return a part as it was written, in one line."""
    return re_spaced(part.span.text)


def re_spaced(text: str) -> str:
    return " ".join(text.split())


def quoted_parts(header: Header) -> str:
    """Return what was meant as a list in square brackets, `[DE, FR]`, as values."""
    return ", ".join(f'"{part}"' for part in (part.strip(' "“”„') for part in header.text.split(",")) if part)


def some(texts: Sequence[str]) -> str:
    """Return a few of some texts, quoted."""
    quoted = [f'"{text}"' for text in texts[:6]]
    return ", ".join(quoted) + (", …" if len(texts) > 6 else "")
