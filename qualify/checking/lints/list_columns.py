"""Lists from CSV files without a column."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from pathlib import PurePosixPath

from qualify.checking.scope import Scope
from qualify.parsing.project import DELIMITERS, Project
from qualify.parsing.syntax import List
from qualify.text.compare import tidy
from qualify.text.diagnostics import Diagnostic


def list_columns(project: Project, scope: Scope, today: date | None) -> Iterator[Diagnostic]:
    """Yield a warning for each list from a CSV file that names no column."""
    for statement in project.statements:
        if not isinstance(statement, List) or statement.file is None or statement.column is not None:
            continue
        source = project.list_sources.get(statement.name.text)
        if source is None or PurePosixPath(source.path).suffix.lower() not in (".csv", ".tsv"):
            continue
        first = source.text.partition("\n")[0]
        header = tidy(re.split(f"[{DELIMITERS}]", first)[0].strip('"'))
        message = f"each line of `{statement.file.value}` is read as one value, including the first: `{first[:60]}`"
        hint = f'add `column "{header}"`, or rename it to `.txt` if that is meant'
        yield Diagnostic("W205", message, statement.file.span, hint)
