"""The names of a project: the definitions and lists in its files, and the fields of contacts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from graphlib import CycleError, TopologicalSorter
from typing import TYPE_CHECKING

from qualify.language.fields import DEFAULT_MISSING, Field
from qualify.parsing.project import MOST_VALUES, Project
from qualify.parsing.syntax import Define, Definition, Header, List, Name, names_in
from qualify.text.compare import header_key
from qualify.text.diagnostics import Diagnostic
from qualify.text.source import Span

if TYPE_CHECKING:
    from qualify.parsing.field_file import FieldFile

DEEPEST = 100  # levels of definitions that use each other
MOST_PARTS = 1_000  # parts of a computed field, with the computed fields it uses expanded
MOST_CIRCLES = 20  # that are reported


@dataclass
class Names:
    """All names of a project. `lists` has the lists of field files, `definitions` those of rule files."""

    definitions: dict[str, Definition] = field(default_factory=dict)
    lists: dict[str, tuple[tuple[str, ...], Span]] = field(default_factory=dict)
    declared: dict[str, Field] = field(default_factory=dict)
    found: dict[str, tuple[Field, Span]] = field(default_factory=dict)  # fields by key, with their first mention
    missing: tuple[str, ...] = DEFAULT_MISSING
    decimal: str = "."
    id_column: str | None = None
    problems: list[Diagnostic] = field(default_factory=list)
    _by_key: dict[str, Field] = field(default_factory=dict)

    def is_list(self, name: str) -> bool:
        return name in self.lists or isinstance(self.definitions.get(name), List)

    def field(self, mention: Name | Header) -> Field:
        """Return the field that a name or header means, which need not be declared."""
        known = self.declared.get(mention.text) if isinstance(mention, Name) else None
        key = header_key(mention.text)
        known = known or self._by_key.get(key)
        if known is not None:
            self.found.setdefault(known.name, (known, mention.span))
            return known
        new = Field(mention.text, missing=self.missing, decimal=self.decimal)
        self._by_key[key] = new
        self.found[new.name] = (new, mention.span)
        return new

    def everything(self) -> Iterator[str]:
        yield from self.definitions
        yield from self.lists


def collect(project: Project) -> Names:
    """Return all names of a project. A second definition of a name is reported and left out."""
    names = Names()
    places: dict[str, Span] = {}
    for file in project.field_files:
        _declare(file, names, places)
    for statement in project.statements:
        if isinstance(statement, Definition):
            name = statement.name
            if name.text in places:
                _report_duplicate(name.text, name.span, places[name.text], names)
            else:
                places[name.text] = name.span
                names.definitions[name.text] = statement
    return names


def _declare(file: FieldFile, names: Names, places: dict[str, Span]) -> None:
    if file.id and names.id_column and file.id != names.id_column:
        message = f"two field files name different id columns: `{names.id_column}` and `{file.id}`"
        names.problems.append(Diagnostic("E209", message, Span(file.source, 0, 0)))
    names.id_column = names.id_column or file.id
    names.missing, names.decimal = file.missing, file.decimal
    for name, declared in file.fields.items():
        if name in places:
            _report_duplicate(name, file.places[name], places[name], names)
            continue
        places[name] = file.places[name]
        names.declared[name] = declared
    for name, declared in file.fields.items():
        # The name of a field takes precedence over the column of another.
        for header in (name, *declared.columns):
            names._by_key.setdefault(header_key(header), declared)
        names._by_key[header_key(name)] = declared
    for name, (values, span) in file.lists.items():
        if name in places:
            _report_duplicate(name, span, places[name], names)
            continue
        places[name] = span
        names.lists[name] = (values, span)


def _report_duplicate(name: str, span: Span, first: Span, names: Names) -> None:
    names.problems.append(
        Diagnostic(
            "E201", f"`{name}` is defined twice", span, "give one of them another name", (("first defined", first),)
        )
    )


# --- order -----------------------------------------------------------------------------------------------------


def in_order(names: Names) -> tuple[list[str], list[Diagnostic]]:
    """Return the names of all definitions, each after those that it uses; or the circles among them."""
    uses = {
        name: {used for used in names_in(statement) if used in names.definitions}
        for name, statement in names.definitions.items()
    }
    problems: list[Diagnostic] = []
    while len(problems) < MOST_CIRCLES:
        try:
            order = list(TopologicalSorter(uses).static_order())
            return order, problems
        except CycleError as error:
            circle = list(reversed(error.args[1]))
            problems.append(_circle(circle, names))
            uses[circle[0]] = set()
    return [], problems


def too_large(order: Sequence[str], names: Names, list_files: Mapping[str, Sequence[str]]) -> Diagnostic | None:
    """Return an error for the first definition that is too deep or too large, including all that it uses, or None.

    Types are only inferred if there is none, which limits the work.
    """
    depths: dict[str, int] = {}
    sizes: dict[str, int] = {}
    for name in order:
        statement = names.definitions[name]
        used = [other for other in names_in(statement) if other in depths]
        depths[name] = 1 + max((depths[other] for other in used), default=0)
        sizes[name] = 1
        if isinstance(statement, (Define, List)):
            sizes[name] = max(1, sum(sizes[other] for other in used))
        if isinstance(statement, List):
            sizes[name] += len(statement.values) + len(list_files.get(name, ()))
        if depths[name] > DEEPEST:
            message = f"`{name}` is built on more than {DEEPEST} levels of definitions"
            return Diagnostic("E411", message, statement.name.span)
        if sizes[name] > (MOST_VALUES if isinstance(statement, List) else MOST_PARTS):
            message = f"`{name}` is too large once everything it uses is counted"
            return Diagnostic("E412", message, statement.name.span)
    return None


def _circle(circle: list[str], names: Names) -> Diagnostic:
    first = names.definitions[circle[0]]
    shown = circle if len(circle) <= 8 else [*circle[:4], "…", *circle[-3:]]
    path = " → ".join(f"`{name}`" for name in shown)
    what = first.words
    hint = "break the circle: remove one of these references"
    if len(circle) == 2:
        hint = f"if the column is meant, write `[{circle[0]}]`" if what != "list" else "leave it out"
    return Diagnostic("E202", f"the {what} `{circle[0]}` uses itself: {path}", first.name.span, hint)
