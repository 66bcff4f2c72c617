"""The text of a rule file to statements. Only this module, `builder` and `grammar` know about Lark.

A file without errors is parsed as a whole. If it has errors, each statement is parsed by itself, so that an error in
one does not hide those in others. A statement then begins at each line that starts like one.
"""

from __future__ import annotations

import re
import threading
from dataclasses import dataclass
from functools import cache
from typing import Any

from lark import Lark, UnexpectedInput
from lark.exceptions import UnexpectedCharacters, UnexpectedToken
from lark.parsers.lalr_interactive_parser import InteractiveParser

from qualify.language.keywords import KEYWORDS
from qualify.language.operators import FIRST_WORDS
from qualify.parsing.builder.statement_nodes import Builder
from qualify.parsing.grammar import parser
from qualify.parsing.nesting import place_too_deep
from qualify.parsing.syntax import Statement
from qualify.text.diagnostics import Diagnostic
from qualify.text.source import Source, Span

LONGEST = 2_000_000  # characters of a rule file; long lists belong in files of their own
DEEPEST = 50  # levels of nested brackets, `not`, arithmetic and functions
MOST_MISREADINGS = 100  # a file with more is probably not a rule file

# The start of a line that begins a statement, and not a test of a field named like a keyword.
HEAD = re.compile(
    rf"(?im)^[ \t\ufeff]*(?P<keyword>{'|'.join(KEYWORDS)})\b"
    rf"(?!\s*(?:{FIRST_WORDS}|and|or|of|from)\b(?!\s*[:\"]))"
    r"(?!\s*(?:[=!<>≥≤≠,)+*/]|-\s))"
    r"\s*(?P<name>[^\W\d]\w*)?"
)


@dataclass(frozen=True, slots=True)
class Misreading:
    """A statement that could not be read, where reading stopped, and the tokens that were expected there."""

    statement: Span
    place: int
    expected: frozenset[str]


@dataclass(frozen=True, slots=True)
class Parsed:
    """The statements of a file, its errors and warnings, and the statements that could not be read.

    `unread` has the names that these would have defined.
    """

    statements: tuple[Statement, ...]
    problems: tuple[Diagnostic, ...]
    misreadings: tuple[Misreading, ...] = ()
    unread: frozenset[str] = frozenset()


def parse(source: Source) -> Parsed:
    """Return the statements and problems of a rule file, in time linear in its length. Accepts any text."""
    if len(source.text) > LONGEST:
        message = f"the file has {len(source.text):,} characters; at most {LONGEST:,} are read"
        hint = 'put long lists in a file of their own: `list NAME from "FILE"`'
        return Parsed((), (Diagnostic("E410", message, Span(source, 0, 0), hint),))
    with _lock:
        parsed = _whole(source) or _by_statement(source)
    kept = []
    problems = list(parsed.problems)
    for statement in parsed.statements:
        too_deep = place_too_deep(statement, DEEPEST)
        if too_deep is None:
            kept.append(statement)
        else:
            message = f"brackets, `not` and arithmetic go more than {DEEPEST} levels deep"
            problems.append(Diagnostic("E411", message, too_deep, "give parts of it a name: `criterion NAME: …`"))
    return Parsed(tuple(kept), tuple(problems), parsed.misreadings, parsed.unread)


_lock = threading.Lock()  # the builder, which all threads share, holds the text being read


@cache
def _reader() -> tuple[Lark, Builder]:
    builder = Builder()
    return parser(builder), builder


def _read(source: Source, start: int, end: int) -> Parsed:
    """Return the statements in a part of a source; raises UnexpectedInput if it cannot be read."""
    lark, builder = _reader()
    builder.source, builder.base, builder.errors, builder.doubts = source, start, [], []
    statements = lark.parse(source.text[start:end])
    return Parsed(tuple(statements), (*builder.errors, *builder.doubts))  # type: ignore[arg-type]  # what `Builder.start` returns


def _whole(source: Source) -> Parsed | None:
    try:
        return _read(source, 0, len(source.text))
    except UnexpectedInput:
        return None


def _by_statement(source: Source) -> Parsed:
    heads = list(HEAD.finditer(source.text))
    starts = sorted({0, *(head.start() for head in heads)})
    names = {head.start(): head["name"] for head in heads}
    statements: list[Statement] = []
    problems: list[Diagnostic] = []
    unread: set[str] = set()
    misreadings: list[Misreading] = []
    for start, end in zip(starts, [*starts[1:], len(source.text)], strict=True):
        try:
            parsed = _read(source, start, end)
        except UnexpectedInput as stop:
            misreadings.append(Misreading(Span(source, start, end), _place(start, end, stop), _possible(stop)))
            unread.add(names.get(start) or "")
            if len(misreadings) == MOST_MISREADINGS:
                message = f"{MOST_MISREADINGS} statements could not be read; the rest was not tried"
                problems.append(Diagnostic("E412", message, Span(source, start, start), "is this a rule file?"))
                break
        else:
            statements += parsed.statements
            problems += parsed.problems
    return Parsed(tuple(statements), tuple(problems), tuple(misreadings), frozenset(unread - {""}))


def _place(start: int, end: int, stop: UnexpectedInput) -> int:
    """Return the place where reading a statement stopped."""
    match stop:
        case UnexpectedToken(token=token) if token.type == "$END":
            return end
        case UnexpectedToken(token=token):
            return start + (token.start_pos or 0) + len(token) - len(token.lstrip())
        case UnexpectedCharacters():
            return start + (stop.pos_in_stream or 0)
    return start


def _possible(stop: UnexpectedInput) -> frozenset[str]:
    """Return the tokens that the parser would have accepted, fewer than its table lists for the state."""
    lark, _ = _reader()
    state: Any = getattr(stop, "state", None)
    if state is None:
        return frozenset()
    return frozenset(InteractiveParser(lark.parser.parser, state, state.lexer).accepts())  # type: ignore[no-untyped-call]  # Lark has none
