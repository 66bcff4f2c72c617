"""What people see: text, tables and diagnostics, in colour where it is a terminal; and JSON for machines."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, is_dataclass
from typing import Any

import click
from rich.console import Console
from rich.table import Table
from rich.text import Text

from qualify.diagnostics import Diagnostic, render
from qualify.text import harmless, in_a_line

WIDTH_OF_FILES = 160  # where the output is no terminal, nothing is cut that a terminal would show

STYLES = {"error": "bold red", "warning": "bold yellow", "✓": "green", "✗": "red", "?": "yellow"}


def screen(err: bool = False) -> Console:
    """Return where to print; colour only on a terminal, and not where NO_COLOR is set."""
    console = Console(stderr=err, highlight=False, markup=False, emoji=False, soft_wrap=True)
    if not console.is_terminal:
        console.width = WIDTH_OF_FILES
    return console


def say(text: str, err: bool = False) -> None:
    """Print text, its marks and the words `error` and `warning` at the start of a line in their colours."""
    screen(err).print(Text("\n").join(map(_coloured, harmless(text).split("\n"))))


def _coloured(line: str) -> Text:
    text = Text(line)
    start = len(line) - len(line.lstrip())
    for word, style in STYLES.items():
        if line.startswith(word, start):
            text.stylize(style, start, start + len(word))
    return text


def say_json(data: object, err: bool = False) -> None:
    """Print data as JSON; frozen data as objects, dates as text."""
    click.echo(json.dumps(data, default=_plain, ensure_ascii=False, indent=2), err=err)


def _plain(value: Any) -> object:
    if is_dataclass(value) and not isinstance(value, type):
        return asdict(value)
    if isinstance(value, Mapping):
        return dict(value)
    if isinstance(value, (tuple, frozenset)):
        return list(value)
    return str(value)


def show_table(headers: Sequence[str], rows: Sequence[Sequence[object]], title: str = "", err: bool = False) -> None:
    """Print a table and a blank line after it: numbers to the right with thousands separators; no rows, no table."""
    if not rows:
        return
    table = Table(box=None, pad_edge=False, padding=(0, 3, 0, 0), header_style="dim")
    table.title, table.title_justify, table.title_style = title or None, "left", "bold"
    for place, header in enumerate(headers):
        is_number = any(isinstance(row[place], int) for row in rows)
        table.add_column(header, justify="right" if is_number else "left", overflow="fold")
    for row in rows:
        table.add_row(*(Text(f"{cell:,}" if isinstance(cell, int) else in_a_line(str(cell))) for cell in row))
    console = screen(err)
    with console.capture() as printed:
        console.print(table)
    for line in printed.get().split("\n"):
        click.echo(line.rstrip(), err=err, color=console.is_terminal or None)


# --- diagnostics -----------------------------------------------------------------------------------------------


def show_diagnostics(diagnostics: Iterable[Diagnostic], err: bool = True) -> None:
    console = screen(err)
    for diagnostic in diagnostics:
        text = Text(harmless(render(diagnostic)))
        word = "error" if diagnostic.is_error else "warning"
        text.highlight_words([f"{word} {diagnostic.code}"], STYLES[word])
        console.print(text)
        console.print()


def diagnostics_as_data(diagnostics: Iterable[Diagnostic]) -> list[dict[str, object]]:
    """Return diagnostics as plain data: code, severity, message, file, line and column from 1, hint, notes."""
    return [
        {
            "code": diagnostic.code,
            "severity": "error" if diagnostic.is_error else "warning",
            "message": diagnostic.message,
            **_place(diagnostic),
            "hint": diagnostic.hint,
            "notes": [{"message": text, "place": str(span)} for text, span in diagnostic.notes],
        }
        for diagnostic in diagnostics
    ]


def _place(diagnostic: Diagnostic) -> dict[str, object]:
    span = diagnostic.span
    if span is None:
        return {"file": None, "line": None, "column": None, "text": None}
    line, column = span.source.line_and_column(span.start)
    return {"file": span.source.name, "line": line, "column": column, "text": span.text}
