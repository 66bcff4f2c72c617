"""The pages of `tests/language`: rule sets, contacts and what is expected of them, readable as documentation.

A case is a heading (`## …`) with at least one block of rules (```` ```lead ````) under it. Further blocks name their
file (```` ```yaml contacts.yaml ````). In a table the columns before `→` are a contact's cells, those after it what is
expected: `stage`, `rule`, `could_be`, `ask`, `unreadable` (fields, with `; ` between), or the name of a criterion,
score, grade or `with` key. A blank is a blank cell, or nothing. The day is `Today is 2026-11-01.`, or that very one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

PAGES = Path(__file__).parent / "language"
FIRST = "rules.lead"
TODAY = date(2026, 11, 1)
ARROW = "→"

BLOCK = re.compile(r"^```(\w+)[ ]*(\S*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
ROW = re.compile(r"^\|(.*)\|$", re.MULTILINE)


@dataclass(frozen=True)
class Case:
    """Files by name, first `rules.lead`; the day; and contacts with what is expected of them."""

    name: str
    files: dict[str, str]
    today: date
    contacts: tuple[dict[str, str], ...]
    expected: tuple[dict[str, str], ...]


def cases() -> Iterator[Case]:
    for page in sorted(PAGES.glob("*.md")):
        for section in re.split(r"^## ", page.read_text("utf-8"), flags=re.MULTILINE)[1:]:
            title, _, body = section.partition("\n")
            if "```lead" in body:
                yield _case(f"{page.stem}: {title}", body)


def _case(name: str, body: str) -> Case:
    files = {file or FIRST: text for _, file, text in BLOCK.findall(body)}
    day = re.search(r"Today is (\d{4}-\d\d-\d\d)", body)
    header, _, *rows = [_cells(row) for row in ROW.findall(BLOCK.sub("", body))] or [[ARROW], []]
    arrow = header.index(ARROW)
    return Case(
        name,
        files,
        date.fromisoformat(day[1]) if day else TODAY,
        tuple(dict(zip(header[:arrow], row[:arrow], strict=True)) for row in rows),
        tuple(dict(zip(header[arrow + 1 :], row[arrow + 1 :], strict=True)) for row in rows),
    )


def _cells(row: str) -> list[str]:
    return [cell.strip().replace("\\|", "|").strip("`") for cell in re.split(r"(?<!\\)\|", row)]
