"""Fields whose names are similar to others, or are probably texts without quotes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

from qualify.advice.rewritten_tests import INSTEAD, unquoted
from qualify.checking.names import Names
from qualify.checking.scope import Scope
from qualify.language.kinds import Kind
from qualify.parsing import syntax
from qualify.parsing.project import Project
from qualify.parsing.syntax import Criterion, Definition, Name, names_in
from qualify.text.diagnostics import Diagnostic
from qualify.text.fixes import rewrite
from qualify.text.suggest import misspelling

MOST_COMPARED = 100_000  # pairs of names
BareValues = dict[str, tuple[Name, syntax.Test]]


def misspelt_names(project: Project, scope: Scope, today: date | None) -> Iterator[Diagnostic]:
    """Yield a problem for each undeclared field whose name is similar to a known one, or that is only used as a value.

    With a field file this is an error, because fields are expected to be declared. Without one it is a warning.
    """
    names, bare = scope.names, _bare_values(project.statements, scope.names)
    undeclared = [(one, span) for one, span in names.found.values() if one.name not in names.declared]
    others = [*names.declared, *names.definitions, *names.lists]
    few = len(undeclared) * (len(undeclared) + len(others)) <= MOST_COMPARED
    reported = set(scope.unread)
    for one, span in undeclared:
        if one.name in scope.unread:
            continue
        meant = misspelling(one.name, (name for name in others if name != one.name)) if few else None
        fix = rewrite(span, f"did you mean `{meant}`?") if meant else None
        value, test = bare.get(one.name, (None, None))
        if meant and names.declared:
            yield Diagnostic("E203", f"there is no field `{one.name}`", span, fix)
        elif value and test and (names.declared or one.name.lower() in INSTEAD):
            yield Diagnostic("E203", f"there is no field `{one.name}`", value.span, unquoted(value, test))
        elif value and test and one.kind is Kind.TEXT:
            yield Diagnostic("W204", f"`{one.name}` is read as a field", value.span, unquoted(value, test))
        elif meant:
            yield Diagnostic("W201", f"`{one.name}` is read as a separate field", span, fix)
            reported.add(one.name)
    seen: list[str] = []
    for one, span in undeclared if few else ():
        meant = misspelling(one.name, seen)
        if meant and not names.declared and one.name not in reported:
            message = f"`{one.name}` and `{meant}` are read as two fields"
            hint = "if they are one, spell it alike in both places"
            yield Diagnostic("W201", message, span, hint, (("the other", names.found[meant][1]),))
        seen.append(one.name)


def _bare_values(statements: Sequence[syntax.Statement], names: Names) -> BareValues:
    """Return the fields that are only used as values, with the first place and its test.

    In `country is DE`, the quotes were probably forgotten.
    """
    values: BareValues = {}
    used: set[str] = set()
    for leaf in (leaf for statement in statements for leaf in syntax.leaves_of(statement)):
        if isinstance(leaf, syntax.Test):
            used.update(names_in(leaf.subject))
            for value in leaf.values:
                if isinstance(value, Name):
                    values.setdefault(value.text, (value, leaf))
                else:
                    used.update(names_in(value))
        elif isinstance(leaf, syntax.Bare):
            used.update(names_in(leaf.operand))
    for statement in statements:
        if not isinstance(statement, (Criterion, syntax.Rule)):
            used.update(names_in(statement) if isinstance(statement, Definition) else ())
    known = {*names.everything(), *names.declared, *used}
    return {name: place for name, place in values.items() if name not in known}
