"""A rule file and all the files that it uses."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from qualify.parsing.parser import Misreading, parse
from qualify.parsing.sandbox import Folder, NotReadableError, decoded
from qualify.parsing.syntax import List, Literal, Statement, Use
from qualify.text.compare import tidy
from qualify.text.diagnostics import Diagnostic
from qualify.text.source import Source
from qualify.text.suggest import closest

if TYPE_CHECKING:
    from qualify.parsing.field_file import FieldFile

MOST_FILES = 200  # used by one rule file, directly or indirectly
MOST_VALUES = 1_000_000  # in one list
DELIMITERS = ",;\t|"  # of a list file, the most likely first


@dataclass(frozen=True)
class Project:
    """A rule file with what it uses. Statements of used rule files come at the place of their `use`."""

    first: Source
    statements: tuple[Statement, ...]
    field_files: tuple[FieldFile, ...]
    list_files: Mapping[str, tuple[str, ...]]  # the values of each `list NAME from …`, by the list's name
    list_sources: Mapping[str, Source]  # their files, if they could be read
    sources: tuple[Source, ...]
    problems: tuple[Diagnostic, ...]
    misreadings: tuple[Misreading, ...]  # of statements that could not be read
    unread: frozenset[str]  # the names of those statements


@dataclass
class _Reading:
    folder: Folder
    statements: list[Statement] = field(default_factory=list)
    field_files: list[FieldFile] = field(default_factory=list)
    list_files: dict[str, tuple[str, ...]] = field(default_factory=dict)
    list_sources: dict[str, Source] = field(default_factory=dict)
    sources: dict[str, Source] = field(default_factory=dict)  # by path within the folder
    problems: list[Diagnostic] = field(default_factory=list)
    misreadings: list[Misreading] = field(default_factory=list)
    unread: set[str] = field(default_factory=set)


def read_project(first: Source, folder: Folder) -> Project:
    """Return a rule file and all that it uses. Files that cannot be read are reported among its problems."""
    reading = _Reading(folder)
    reading.sources[first.path] = first
    _read_rules(first, reading, above=(first.path,))
    return Project(
        first,
        tuple(reading.statements),
        tuple(reading.field_files),
        reading.list_files,
        reading.list_sources,
        tuple(reading.sources.values()),
        tuple(reading.problems),
        tuple(reading.misreadings),
        frozenset(reading.unread),
    )


def _read_rules(source: Source, reading: _Reading, above: tuple[str, ...]) -> None:
    parsed = parse(source)
    reading.problems += parsed.problems
    reading.misreadings += parsed.misreadings
    reading.unread |= parsed.unread
    for statement in parsed.statements:
        match statement:
            case Use(path):
                _use(path, source, reading, above)
            case List(name, file=Literal() as file, column=column):
                reading.statements.append(statement)
                reading.list_files[name.text] = _list_values(name.text, file, column, source, reading)
            case _:
                reading.statements.append(statement)


def _use(path: Literal, by: Source, reading: _Reading, above: tuple[str, ...]) -> None:
    """Read the file that a `use` names, unless it has been read before."""
    try:
        inside = reading.folder.path(str(path.value), by.path)
        if inside in above:
            circle = " → ".join(f"`{name}`" for name in (*above[above.index(inside) :], inside))
            raise NotReadableError("E403", f"the files use each other in a circle: {circle}")
        if inside in reading.sources:
            return
        ending = PurePosixPath(inside).suffix.lower()
        if ending not in (".lead", ".yaml", ".yml"):
            raise NotReadableError(
                "E406", f"`use` reads a field file (.yaml) or a rule file (.lead), not `{path.value}`", _hint(ending)
            )
        source = _source(inside, by, reading)
    except NotReadableError as error:
        reading.problems.append(error.at(path.span))
        return
    if ending == ".lead":
        _read_rules(source, reading, (*above, inside))
    else:
        from qualify.parsing.field_file import read_fields  # imports PyYAML, which rules alone do not need

        field_file, problems = read_fields(source)
        reading.field_files.append(field_file)
        reading.problems += problems


def _hint(ending: str) -> str | None:
    return 'a list of values: `list NAME from "FILE" column "HEADER"`' if ending in (".csv", ".txt") else None


def _source(path: str, by: Source, reading: _Reading) -> Source:
    """Return a file that the file `by` names, read only once; raises NotReadableError."""
    if path not in reading.sources:
        if len(reading.sources) >= MOST_FILES:
            raise NotReadableError("E412", f"the rules use more than {MOST_FILES} files")
        raw = reading.folder.read(path, by.path)
        reading.sources[path] = Source.of(reading.folder.shown + path, decoded(raw, path), path, raw)
    return reading.sources[path]


# --- list files ------------------------------------------------------------------------------------------------


def _list_values(name: str, file: Literal, column: Literal | None, by: Source, reading: _Reading) -> tuple[str, ...]:
    """Return the values in a column of a CSV file, or one per line without a column; blank ones are left out."""
    try:
        source = _source(reading.folder.path(str(file.value), by.path), by, reading)
        reading.list_sources[name] = source
        cells = source.text.split("\n") if column is None else _column(source, str(column.value))
        values = tuple(dict.fromkeys(filter(None, map(tidy, cells))))
        if len(values) > MOST_VALUES:
            raise NotReadableError("E412", f"the list has {len(values):,} values; at most {MOST_VALUES:,} are read")
        if not values:
            raise NotReadableError("E407", f"`{file.value}` has no values", None)
    except NotReadableError as error:
        span = column.span if column and error.code == "E408" else file.span
        reading.problems.append(error.at(span))
        return ()
    return values


def _column(source: Source, header: str) -> list[str]:
    first_line = source.text.partition("\n")[0]
    delimiter = max(DELIMITERS, key=first_line.count)
    try:
        rows = list(csv.reader(io.StringIO(source.text, newline=""), delimiter=delimiter, strict=True))
    except csv.Error:
        hint = "look for a cell whose quotes are not closed"
        raise NotReadableError("E404", f"`{source.path}` cannot be read as CSV", hint) from None
    if not rows:
        raise NotReadableError("E407", f"`{source.path}` has no values", None)
    headers = [tidy(cell) for cell in rows[0]]
    if header not in headers:
        close = closest(header, headers)
        hint = f'did you mean `column "{close}"`?' if close else f"it has {', '.join(f'`{h}`' for h in headers[:8])}"
        raise NotReadableError("E408", f"`{source.path}` has no column `{header}`", hint, close)
    place = headers.index(header)
    return [row[place] for row in rows[1:] if len(row) > place]
