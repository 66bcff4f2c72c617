"""What a rule file may speak of: its names, their types and its lists; and the problems found in what it says."""

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
    """What all that resolves a part of the rules looks things up in, and notes problems in."""

    names: Names
    types: Types
    unread: frozenset[str]  # names of statements that could not be read
    file_lists: dict[str, tuple[str, ...]]  # the values of lists that stand in files
    errors: list[Diagnostic] = field(default_factory=list)
    doubts: list[Diagnostic] = field(default_factory=list)  # apart: only an error may change what is built
    expressions: dict[str, Operand] = field(default_factory=dict)  # of the computed fields that are resolved by now
    lists: dict[tuple[str, Kind, str], Values] = field(default_factory=dict)  # made before, each by what it is for

    def problem(
        self,
        code: str,
        message: str,
        span: Span,
        advice: Fix | str | None = None,
        notes: tuple[tuple[str, Span], ...] = (),
    ) -> None:
        """Note a mistake; `doubt` is for what is only doubtful."""
        assert code.startswith("E")
        self.errors.append(Diagnostic(code, message, span, advice, notes))

    def doubt(self, code: str, message: str, span: Span, advice: Fix | str) -> None:
        """Note a doubt."""
        assert code.startswith("W")
        self.doubts.append(Diagnostic(code, message, span, advice))

    def known_field(self, mention: Name | Header) -> Field:
        """Return the field of a mention with its type and currency settled."""
        return self.names.found[self.names.field(mention).name][0]

    def is_declared(self, name: Name) -> bool:
        """Return whether a name stands for something said elsewhere, in a file of rules or of fields."""
        if name.text in self.names.definitions or name.text in self.names.lists or name.text in self.unread:
            return True
        return self.known_field(name).name in self.names.declared
