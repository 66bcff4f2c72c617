"""Text, tables and diagnostics for people, in colour on a terminal; and JSON for programs."""

from __future__ import annotations

import json
import os
import shutil
import sys
import textwrap
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, is_dataclass
from itertools import zip_longest
from typing import Any

import click

from qualify.text.diagnostics import Diagnostic, render
from qualify.text.fixes import Fix
from qualify.text.phrasing import harmless, in_a_line
from qualify.text.source import Span

WIDTH_OF_FILES = 160  # columns, if the output is not a terminal
GAP = 3  # spaces between the columns of a table

STYLES = {"error": "1;31", "warning": "1;33", "✓": "32", "✗": "31", "?": "33"}  # ANSI codes
BOLD, DIM = "1", "2"


def on_terminal(err: bool = False) -> bool:
    return (sys.stderr if err else sys.stdout).isatty()


def _print(text: str, err: bool) -> None:
    """Print text, without its colours if the output is not a terminal or they are switched off."""
    is_wanted = not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"
    click.echo(text, err=err, color=on_terminal(err) and is_wanted)


def _styled(text: str, style: str) -> str:
    return f"\x1b[{style}m{text}\x1b[0m"


def say(text: str, err: bool = False) -> None:
    """Print text, with a mark or the word `error` or `warning` in colour if a line starts with it."""
    _print("\n".join(map(_coloured, harmless(text).split("\n"))), err)


def _coloured(line: str) -> str:
    for word, style in STYLES.items():
        if line.lstrip().startswith(word):
            return line.replace(word, _styled(word, style), 1)
    return line


def say_json(data: object, err: bool = False) -> None:
    """Print data as JSON: dataclasses as objects, dates as text; in ASCII if the stream is not UTF-8, as on Windows."""
    stream = sys.stderr if err else sys.stdout
    is_utf8 = (stream.encoding or "").lower().replace("-", "") == "utf8"
    click.echo(json.dumps(data, default=_json_value, ensure_ascii=not is_utf8, indent=2), err=err)


def _json_value(value: Any) -> object:
    if is_dataclass(value) and not isinstance(value, type):
        return asdict(value)
    if isinstance(value, Mapping):
        return dict(value)
    if isinstance(value, (tuple, frozenset)):
        return list(value)
    return str(value)


def show_table(headers: Sequence[str], rows: Sequence[Sequence[object]], title: str = "", err: bool = False) -> None:
    """Print a table and a blank line, or nothing if there are no rows. Numbers are aligned right.

    In a table wider than the screen, the cells of the widest columns are wrapped.
    """
    if not rows:
        return
    is_number = [any(isinstance(row[place], int) for row in rows) for place in range(len(headers))]
    cells = [[f"{cell:,}" if isinstance(cell, int) else in_a_line(str(cell)) for cell in row] for row in rows]
    width = shutil.get_terminal_size().columns if on_terminal(err) else WIDTH_OF_FILES
    room = max(width - GAP * (len(headers) - 1), 1)
    widths = [min(max(map(_width, column)), room) for column in zip(headers, *cells, strict=True)]
    while sum(widths) > room and max(widths) > 1:
        widths[widths.index(max(widths))] -= 1
    head = [_styled(line, DIM) for line in _aligned(headers, widths, is_number)]
    body = (line for row in cells for line in _aligned(row, widths, is_number))
    for line in (*([_styled(title, BOLD)] if title else []), *head, *body, ""):
        _print(line, err)


def _aligned(cells: Sequence[str], widths: Sequence[int], is_number: Sequence[bool]) -> Iterator[str]:
    """Yield the lines of a row: one, unless a cell is wrapped."""
    for parts in zip_longest(*map(_wrapped, cells, widths), fillvalue=""):
        yield (" " * GAP).join(map(_padded, parts, widths, is_number)).rstrip()


def _padded(text: str, width: int, to_right: bool) -> str:
    space = " " * (width - _width(text))
    return space + text if to_right else text + space


def _wrapped(cell: str, width: int) -> list[str]:
    """Return the lines of a cell. Wide characters, as of Chinese, are wrapped anywhere: they have no spaces between."""
    if _width(cell) <= width:
        return [cell]
    lines = textwrap.wrap(cell, width, break_on_hyphens=False)
    if all(_width(line) <= width for line in lines):
        return lines
    from rich.cells import chop_cells

    return chop_cells(cell, width)


def _width(text: str) -> int:
    """Return the number of columns that a text takes on the screen."""
    if text.isascii():
        return len(text)
    from rich.cells import cell_len

    return cell_len(text)


# --- diagnostics -----------------------------------------------------------------------------------------------


def show_diagnostics(diagnostics: Iterable[Diagnostic], err: bool = True) -> None:
    for diagnostic in diagnostics:
        word = "error" if diagnostic.is_error else "warning"
        head = f"{word} {diagnostic.code}"
        text = render(diagnostic).replace(head, _styled(head, STYLES[word]), 1)
        _print(f"{text}\n", err)


def diagnostics_as_data(diagnostics: Iterable[Diagnostic]) -> list[dict[str, object]]:
    """Return diagnostics as plain data: code, severity, message, file, line and column from 1, hint, fix, notes."""
    return [
        {
            "code": diagnostic.code,
            "severity": "error" if diagnostic.is_error else "warning",
            "message": diagnostic.message,
            **_place(diagnostic.span),
            "hint": diagnostic.hint,
            "fix": _fix(diagnostic.fix),
            "notes": [{"message": text, "place": str(span)} for text, span in diagnostic.notes],
        }
        for diagnostic in diagnostics
    ]


def _place(span: Span | None) -> dict[str, object]:
    if span is None:
        return {"file": None, "line": None, "column": None, "text": None}
    line, column = span.source.line_and_column(span.start)
    return {"file": span.source.name, "line": line, "column": column, "text": span.text}


def _fix(fix: Fix | None) -> dict[str, object] | None:
    """Return a fix as plain data: its title, and for each edit the place, the text there, and its replacement."""
    if fix is None:
        return None
    edits = [{**_place(edit.span), "replaces": edit.span.text, "text": edit.text} for edit in fix.edits]
    return {"title": fix.title, "edits": edits}
