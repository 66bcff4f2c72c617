"""Checking that contact files have the columns that the rules need, with suggestions for missing ones."""

from __future__ import annotations

from collections.abc import Sequence

from qualify.contacts.reading.contact_files import Contacts
from qualify.explain.wording import a_few, shortened
from qualify.language.fields import Field, bind, header_position
from qualify.model.rules import Model
from qualify.text.compare import words
from qualify.text.diagnostics import Diagnostic
from qualify.text.phrasing import harmless, in_a_line
from qualify.text.suggest import closest

LONGEST_HEADER = 30  # characters of a column's name that are shown


class DoNotFitError(Exception):
    """Contacts do not fit the rules: columns are missing, or have the name of a column that a run adds."""

    def __init__(self, diagnostics: tuple[Diagnostic, ...]) -> None:
        super().__init__(harmless("\n".join(diagnostic.message for diagnostic in diagnostics)))
        self.diagnostics = diagnostics


def check_columns(model: Model, contacts: Contacts, clashes: tuple[Diagnostic, ...] = ()) -> None:
    """Raise DoNotFitError if there are clashes, or if a file does not have the columns that the rules need."""
    problems = clashes
    for file, columns in zip(contacts.names, contacts.columns_by_file, strict=True):
        problems += column_problems(model, columns, file)
    if problems:
        raise DoNotFitError(problems)


def column_problems(model: Model, columns: Sequence[str], file: str) -> tuple[Diagnostic, ...]:
    """Return the problems with the columns of a file: missing ones, and fields with several possible columns."""
    bound = bind(model.fields.values(), columns)
    taken = {columns[position] for position in bound.positions.values() if position is not None}
    free = [column for column in columns if column not in taken]
    missing = [model.fields[name] for name in bound.missing]
    if len(missing) == len(model.fields) > 1 and not any(_likely(_names_of(wanted), columns) for wanted in missing):
        return (_another_file(missing, columns, file),)
    problems = [_missing(wanted, free, file) for wanted in missing]
    if model.id_column and header_position(model.id_column, columns) is None:
        problems.append(_without_id(model.id_column, free, file))
    problems += [_ambiguous(name, headers, file) for name, headers in bound.ambiguous.items()]
    return tuple(problems)


def _another_file(missing: Sequence[Field], columns: Sequence[str], file: str) -> Diagnostic:
    """Return the one problem of a file that has none of the columns."""
    read = a_few(f"`{_names_of(wanted)[-1]}`" for wanted in missing)
    present = a_few(f"`{shortened(in_a_line(column), LONGEST_HEADER)}`" for column in columns)
    message = f"`{file}` has none of the {len(missing)} columns that the rules read: {read}"
    hint = f"its first row is {present}: wrong file or --sheet? rows above the header? wrong --delimiter or --encoding?"
    return Diagnostic("E601", message, None, hint)


def _missing(wanted: Field, free: Sequence[str], file: str) -> Diagnostic:
    named = " or ".join(f"`{column}`" for column in wanted.columns)
    where = f" ({named})" if named else ""
    likely = _likely(_names_of(wanted), free)
    hint = f"in the field file, name its column: {wanted.name}: {{column: …}}, or let files lack it: {{optional: yes}}"
    if likely:
        hint = f'did you mean the column `{likely}`? in the field file: {wanted.name}: {{column: "{likely}"}}'
    return Diagnostic("E601", f"`{file}` has no column for `{wanted.name}`{where}", None, hint)


def _without_id(column: str, free: Sequence[str], file: str) -> Diagnostic:
    likely = _likely((column,), free)
    hint = f'did you mean `{likely}`? in the field file: id: "{likely}"' if likely else "in the field file: id: COLUMN"
    return Diagnostic("E601", f"`{file}` has no column `{column}`, which identifies a contact", None, hint)


def _ambiguous(name: str, headers: Sequence[str], file: str) -> Diagnostic:
    several = ", ".join(f"`{header}`" for header in headers)
    single = next((header for header in headers if headers.count(header) == 1), None)
    hint = f'in the field file, say which: {name}: {{column: "{single}"}}' if single else "rename all but one of them"
    return Diagnostic("E602", f"`{name}` could be more than one column of `{file}`: {several}", None, hint)


def _names_of(wanted: Field) -> tuple[str, ...]:
    return (wanted.name, *wanted.columns)


def _likely(names: Sequence[str], free: Sequence[str]) -> str | None:
    """Return the header that was probably meant: a similar one, else one with a word in common, else None."""
    nearly = (closest(name, free) for name in names)
    wanted = {word for name in names for word in _words_of(name)}
    sharing = (header for header in free if wanted.intersection(_words_of(header)))
    return next(filter(None, nearly), None) or next(sharing, None)


def _words_of(header: str) -> list[str]:
    return [word for word in words(header.replace("_", " ")).split() if len(word) > 2]
