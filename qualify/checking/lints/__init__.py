"""Warnings about valid rules that are probably not meant as written: a function for each kind, and their table."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date

from qualify.checking.lints.list_columns import list_columns
from qualify.checking.lints.loose_words import loose_words
from qualify.checking.lints.misspelt_names import misspelt_names
from qualify.checking.lints.overall import no_rule, past_review
from qualify.checking.scope import Scope
from qualify.parsing.project import Project
from qualify.text.diagnostics import Diagnostic

# Each gets the project, its names and types, and the day of the check.
LINTS: tuple[Callable[[Project, Scope, date | None], Iterator[Diagnostic]], ...] = (
    list_columns,
    loose_words,
    misspelt_names,
    no_rule,
    past_review,
)
