"""Texts that follow a test without quotes, as if they were conditions."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import TypeGuard

from qualify.advice.rewritten_tests import of_all
from qualify.checking.scope import Scope
from qualify.language.kinds import Kind
from qualify.language.operators import with_several
from qualify.parsing import syntax
from qualify.parsing.project import Project
from qualify.parsing.syntax import Literal, Name, names_in
from qualify.text.diagnostics import Diagnostic


def loose_words(project: Project, scope: Scope, today: date | None) -> Iterator[Diagnostic]:
    """Yield a warning for each text whose quotes were forgotten after a test of texts: `country is "US" or DE`.

    That is a capitalised name, like the texts in the test, that is not declared and not used elsewhere.
    """
    used: set[str] = set()
    followed: list[tuple[syntax.Test, list[Name]]] = []  # a test, and the words after it
    for statement in project.statements:
        if isinstance(statement, syntax.Example):
            used.update(given.field.text for given in statement.given)
        for node in syntax.walk(statement):
            if isinstance(node, (syntax.Define, syntax.Per, syntax.Fading)):
                used.update(names_in(node))
        words: list[Name] | None = None  # those after the last test, if it compares texts
        end = 0
        for leaf in syntax.leaves_of(statement):
            join = "" if words is None else leaf.span.source.text[end : leaf.span.start].strip().lower()
            end = leaf.span.end
            if isinstance(leaf, syntax.Test):
                used.update(name for one in (leaf.subject, *leaf.values) for name in names_in(one))
                words, test = [] if _has_capitals(leaf, scope) else None, leaf
            elif words is not None and join in ("and", "or") and _may_be_text(leaf.operand, scope):
                if not words:
                    followed.append((test, words))
                words.append(leaf.operand)
            else:
                used.update(names_in(leaf.operand))
                words = None
    for test, words in followed:
        loose = [word for word in words if word.text not in used]
        quoted = [f'"{word.text}"' for word in loose]
        for word in loose:
            advice = of_all(test, scope.types.kind(test.subject), [syntax.Bare(one, one.span) for one in loose], quoted)
            yield Diagnostic("W204", f"`{word.text}` is read as a yes/no field", word.span, advice)


def _has_capitals(test: syntax.Test, scope: Scope) -> bool:
    """Return whether a test compares with texts that all begin with a capital."""
    if not with_several(test.operator).quantifiers or scope.types.kind(test.subject) not in (Kind.TEXT, Kind.LIST):
        return False
    return all(isinstance(one, Literal) and str(one.value)[:1].isupper() for one in test.values)


def _may_be_text(word: syntax.Operand, scope: Scope) -> TypeGuard[Name]:
    """Return whether a word is a capitalised name that is not declared."""
    if not isinstance(word, Name) or not word.text[0].isupper():
        return False
    return not scope.is_declared(word)
