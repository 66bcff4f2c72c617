"""Words that may have been meant for texts: a bare name is a field, and nobody ever asks about that one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from qualify import syntax
from qualify.check.names import Names, names_in
from qualify.check.types import Types
from qualify.diagnostics import Diagnostic
from qualify.logic import leaves
from qualify.schema import Kind
from qualify.syntax import Name
from qualify.text import fold

NOTHING = frozenset({"null", "nil", "empty", "missing", "nothing", "blank", "na"})
TEXT_TESTS = frozenset({"is", "mentions", "contains", "starts_with", "ends_with", "matches", "includes"})


def unquoted(statements: Sequence[syntax.Statement], names: Names, types: Types) -> Iterator[Diagnostic]:
    """Yield a doubt for each bare name that a text is compared with, where nothing else speaks of such a field.

    Where the field's `values` have that word, it is a mistake: `country is DE`.
    """
    mentions = Counter(name for statement in statements for name in _mentioned(statement))
    for statement in statements:
        for leaf in _leaves(statement):
            if not isinstance(leaf, syntax.Test) or leaf.operator not in TEXT_TESTS or leaf.many:
                continue
            for value in leaf.values:
                if isinstance(value, Name) and _is_stray(value, names) and mentions[value.text] == _times(leaf, value):
                    yield from _doubt(leaf, value, names, types)


def _times(test: syntax.Test, name: Name) -> int:
    return sum(isinstance(value, Name) and value.text == name.text for value in test.values)


def _is_stray(name: Name, names: Names) -> bool:
    """Return whether a name is neither defined nor declared nor looks like one of several words."""
    known = name.text in names.definitions or name.text in names.lists
    return not known and names.field(name).name not in names.declared and "_" not in name.text


def _doubt(test: syntax.Test, name: Name, names: Names, types: Types) -> Iterator[Diagnostic]:
    subject = test.subject
    kind = types.kind(subject) or Kind.TEXT
    if name.text.lower() in NOTHING:
        hint = f"write `{subject.span.text} is {'known' if test.negated else 'unknown'}`"
        yield Diagnostic("W204", f"`{name.text}` is taken for a field", name.span, hint)
    elif kind in (Kind.TEXT, Kind.LIST):
        one = None
        if isinstance(subject, (Name, syntax.Header)) and subject.text not in names.definitions:
            one = names.field(subject)
        words = {fold(word) for word in one.values} | set(one.synonyms) if one else set()
        code = "E107" if fold(name.text) in words else "W204"
        message = f"text needs quotes: `{name.text}`" if code == "E107" else f"`{name.text}` is taken for a field"
        yield Diagnostic(code, message, name.span, f'a text needs quotes: `"{name.text}"`')


def _leaves(statement: syntax.Statement) -> Iterator[object]:
    match statement:
        case syntax.Criterion(condition=condition) | syntax.Rule(condition=condition):
            yield from leaves(condition)
        case syntax.Score(lines=lines):
            for line in lines:
                if isinstance(line, syntax.When):
                    yield from leaves(line.condition)


def _mentioned(statement: syntax.Statement) -> Iterator[str]:
    """Yield each bare name of a statement, as often as it stands there."""
    operands: list[object] = []
    for leaf in _leaves(statement):
        match leaf:
            case syntax.Bare(operand):
                operands.append(operand)
            case syntax.Test(subject, _, values):
                operands += [subject, *values]
    match statement:
        case syntax.Define(expression=expression):
            operands.append(expression)
        case syntax.Score(lines=lines):
            for line in lines:
                match line:
                    case syntax.Per(subject=operand) | syntax.Fading(since=operand):
                        operands.append(operand)
        case syntax.Example(given=given):
            operands += [one.field for one in given]
    for operand in operands:
        yield from names_in(operand)
