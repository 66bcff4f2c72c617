"""Write what is generated in the documentation: `python docs/tables.py`.

Each table of the language reference comes from a table of the language, and the page of all diagnostics from their
examples (see `diagnostics.py`). A table stands between a marker that names it and `<!-- end -->`; a test fails while
the pages differ.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Sequence
from pathlib import Path

from qualify.language.functions import FUNCTIONS, SELECTORS
from qualify.language.kinds import Kind
from qualify.language.operators import OPERATORS
from qualify.text.codes import CODES

PAGE = Path(__file__).parent / "language.md"
MARKED = re.compile(r"(<!-- (\w+): written by docs/tables\.py -->\n).*?(<!-- end -->)", re.DOTALL)


def tests() -> Iterable[Sequence[str]]:
    yield "test", "its opposite", "also", "on", "yes where"
    for one in OPERATORS.values():
        also = " · ".join(map(code, one.also))
        yield code(one.words), code(one.negative), also, kinds(one.predicates), f"{one.doc} {code(one.example)}"


def functions() -> Iterable[Sequence[str]]:
    yield "function", "of", "gives", "what", "example"
    for one in FUNCTIONS.values():
        yield code(one.words), str(one.takes), str(one.gives), one.doc, code(one.example)
    for selector in SELECTORS.values():
        yield code(selector.words), "fields of one type", "the same", selector.doc, code(selector.example)


def code(text: str | None) -> str:
    return f"`{text}`" if text else ""


def kinds(some: Collection[Kind]) -> str:
    """Return the types in their usual order."""
    names = [kind for kind in Kind if kind in some]
    return "all" if len(names) == len(Kind) else ", ".join(names)


def codes() -> Iterable[Sequence[str]]:
    yield "code", "about"
    for one, about in CODES.items():
        yield one, about.replace("|", "\\|")


TABLES: dict[str, Callable[[], Iterable[Sequence[str]]]] = {"tests": tests, "functions": functions, "codes": codes}


def table(rows: Iterable[Sequence[str]]) -> str:
    """Return a Markdown table; the first row is its head."""
    head, *others = [f"| {' | '.join(cells)} |" for cells in rows]
    rule = "|" + " --- |" * (head.count(" | ") + 1)
    return "\n".join([head, rule, *others, ""])


def written(page: str) -> str:
    """Return a page with its tables as they should be."""
    return MARKED.sub(lambda place: place[1] + table(TABLES[place[2]]()) + place[3], page)


if __name__ == "__main__":
    import diagnostics

    PAGE.write_text(written(PAGE.read_text("utf-8")), "utf-8")
    diagnostics.PAGE.write_text(diagnostics.page(), "utf-8")
