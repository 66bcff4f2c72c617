"""The names, types and lists that a rule file can use, and the problems found in it."""

from __future__ import annotations

from dataclasses import dataclass, field

from qualify.checking.names import Names
from qualify.checking.types import Types
from qualify.language.fields import Field
from qualify.language.kinds import Kind
from qualify.language.predicates import Values
from qualify.model.expressions import Operand
from qualify.parsing.syntax import Header, Name
from qualify.text.diagnostics import Diagnostic
from qualify.text.fixes import Fix
from qualify.text.source import Span


@dataclass
class Scope:
    """The context in which parts of the rules are resolved, and to which they report problems."""

    names: Names
    types: Types
    unread: frozenset[str]  # names of statements that could not be read
    file_lists: dict[str, tuple[str, ...]]  # the values of lists in files
    errors: list[Diagnostic] = field(default_factory=list)
    doubts: list[Diagnostic] = field(default_factory=list)  # apart: only errors affect the model
    expressions: dict[str, Operand] = field(default_factory=dict)  # of computed fields resolved so far
    lists: dict[tuple[str, Kind, str], Values] = field(default_factory=dict)  # resolved so far, by use

    def problem(
        self,
        code: str,
        message: str,
        span: Span,
        advice: Fix | str | None = None,
        notes: tuple[tuple[str, Span], ...] = (),
    ) -> None:
        """Report an error."""
        assert code.startswith("E")
        self.errors.append(Diagnostic(code, message, span, advice, notes))

    def doubt(self, code: str, message: str, span: Span, advice: Fix | str) -> None:
        """Report a warning."""
        assert code.startswith("W")
        self.doubts.append(Diagnostic(code, message, span, advice))

    def known_field(self, mention: Name | Header) -> Field:
        """Return the field that is mentioned, with its type and currency."""
        return self.names.found[self.names.field(mention).name][0]

    def is_declared(self, name: Name) -> bool:
        """Return whether a name is defined in the rules or in a field file."""
        if name.text in self.names.definitions or name.text in self.names.lists or name.text in self.unread:
            return True
        return self.known_field(name).name in self.names.declared
