"""Why a statement could not be read, in the writer's words and never in names of tokens."""

from __future__ import annotations

import re
from collections.abc import Collection

from qualify.advice.slip import slip_at
from qualify.advice.slips import SLIPS
from qualify.language.keywords import KEYWORDS, QUOTED
from qualify.parsing.parser import Misreading
from qualify.text.diagnostics import Diagnostic
from qualify.text.fixes import rewrite
from qualify.text.source import Source, Span
from qualify.text.suggest import did_you_mean

# What may come next, in the order in which a message names it. A group is named if all of its tokens are possible.
EXPECTED: tuple[tuple[str, frozenset[str]], ...] = (
    ("points, such as `+30 when …`", frozenset({"POINTS"})),
    ("a condition, such as `title is known`", frozenset({"NAME", "NOT", "LPAR"})),
    ("a test, such as `is`, `is at least` or `mentions`", frozenset({"IS", "MENTIONS"})),
    ("a value: a text in quotes, a number, a date or a field", frozenset({"TEXT", "NUMBER", "NAME"})),
    ("a text in quotes or a name", frozenset({"TEXT", "NAME"})),
    ("a number or a field", frozenset({"NUMBER", "NAME"})),
    ("a text in quotes", frozenset({"TEXT"})),
    ("a number", frozenset({"NUMBER"})),
    ("a date, such as 2026-10-01", frozenset({"DATE"})),
    ("a name", frozenset({"NAME"})),
    ("`:`", frozenset({"COLON"})),
    ("`)`", frozenset({"RPAR"})),
    ("`days`, `weeks`, `months` or `years`", frozenset({"UNIT"})),
    ("`ago` or `away`", frozenset({"AGO"})),
    ("`per`, `when` or `fading`", frozenset({"PER", "WHEN", "FADING"})),
    *((f"`{word}`", frozenset({word.upper()})) for word in ("when", "as", "of", "from", "by", "every", "since")),
    *((f"`{word}`", frozenset({word.upper()})) for word in ("between", "expect")),
    ("`and` or `or`", frozenset({"AND", "OR"})),
    ("`and`", frozenset({"AND"})),
    ("a comma", frozenset({"COMMA"})),
    *((f"`{word}`", frozenset({word.upper()})) for word in ("given", "with")),
)
MAX_NAMED = 3

WORD = re.compile(r"[^\W\d]\w*")
BARE_WORDS = re.compile(r"[^\W_][\w&'’./-]*(?:[ \t]+[^\W_][\w&'’./-]*)*")
KEYWORD = re.compile(r"(?i)[ \t]+(?:and|or|with|when|otherwise|is|on|expect|by|from|up\s+to)\b.*")
# A text may follow these words. The words between them and the place where reading stopped belong to it.
BEFORE_TEXT = re.compile(
    r"(?i).*(?:\bis(?:\s+not)?|[=≠]|\bmentions?|\bcontains?|\bincludes?|\bmatch(?:es)?|\bwith|\bof|\bin|,"
    r'|"\s*:|\botherwise|\bexpect|\bbe|\bby)\s+((?:[^\W\d]\w*[ \t]+)+)$'
)


def explained(misreading: Misreading) -> Diagnostic:
    """Return the diagnostic for the place where reading a statement stopped."""
    source, start, end = misreading.statement.source, misreading.statement.start, misreading.statement.end
    place, expected, text = misreading.place, misreading.expected, source.text
    if found := slip_at(misreading.statement, place, SLIPS):
        return found
    if place >= end:
        last = len(text[start:end].rstrip()) + start
        shown = Span(source, max(last - 1, start), last)
        return Diagnostic(
            "E101", f"the statement ends too early, after `{_last_words(text[start:last])}`", shown, _needs(expected)
        )
    word = WORD.match(text, place)
    number = NUMBER.match(text, place)
    here = Span(source, place, word.end() if word else number.end() if number else place + 1)
    if text[place] in '"“”„':
        return _quoted(source, place, expected)
    if text[place] in "'‘’‚`":
        quoted = re.match(r"['‘’‚`]([^'‘’‚`\n]*)['‘’‚`]", text[place:])
        inner = quoted[1] if quoted else _line_rest(text, place + 1)
        there = Span(source, place, place + (quoted.end() if quoted else 1))
        whole = there if quoted else Span(source, place, place + 1 + len(inner))
        return Diagnostic("E107", "text needs double quotes", there, rewrite(whole, f'write `"{inner}"`'))
    if word and (bare := _bare_text(text, start, place, end, expected)):
        there = Span(source, *bare)
        words = " ".join(there.text.split())
        return Diagnostic("E107", f"text needs quotes: `{words}`", there, rewrite(there, f'write `"{words}"`'))
    if word and {"RULE", "CRITERION"} <= expected and _first_on_line(text, place):
        advice = did_you_mean(here, word.group(), KEYWORDS, BEGINNINGS)
        return Diagnostic("E101", f"no statement begins with `{word.group()}`", here, advice)
    if text[place] == ",":
        return Diagnostic("E101", "a comma does not belong here", here, _needs(expected) or "leave the comma out")
    if text[place] == ")":
        return Diagnostic("E101", "this `)` has no matching `(`", here, "leave it out, or add the `(`")
    return Diagnostic("E101", f"`{here.text}` does not fit here", here, _needs(expected))


BEGINNINGS = f"statements begin with {', '.join(f'`{word}`' for word in KEYWORDS[:-1])} or `{KEYWORDS[-1]}`"
NUMBER = re.compile(r"\d[\d,.]*")
WHOLE_TEXT = re.compile(QUOTED)


def _quoted(source: Source, place: int, expected: Collection[str]) -> Diagnostic:
    """Return what is wrong with a text in quotes: no closing quote, a missing comma, or a text out of place."""
    whole = WHOLE_TEXT.match(source.text, place)
    if whole is None:
        there = Span(source, place, place + len(_line_rest(source.text, place)))
        fix = rewrite(there, f'write `"{there.text[1:].rstrip()}"`')
        return Diagnostic("E104", "this text has no closing quote", there, fix)
    there = Span(source, *whole.span())
    if "COMMA" in expected:
        previous_end = len(source.text[:place].rstrip())
        fix = rewrite(Span(source, previous_end, there.end), f"write `, {there.text}`")
        return Diagnostic("E101", f"a comma is missing before `{there.text}`", there, fix)
    return Diagnostic("E101", f"`{there.text}` does not fit here", there, _needs(expected))


def _needs(expected: Collection[str]) -> str | None:
    """Return a hint that names what could have come here, or None."""
    left = set(expected)
    named: list[str] = []
    for words, tokens in EXPECTED:
        if tokens <= left and len(named) < MAX_NAMED:
            named.append(words)
            if "IS" in tokens:
                left -= {"AND", "OR"}  # the text so far is more likely half a test than a flag
            left -= tokens | ({"TEXT", "NUMBER", "NAME", "DATE", "WHEN"} if len(tokens) > 1 else set())
    return f"expected {', or '.join(named)}" if named else None


def _bare_text(text: str, start: int, place: int, end: int, expected: Collection[str]) -> tuple[int, int] | None:
    """Return the place of words that need quotes, as in `is New York` or `: sales qualified when`, or None."""
    first = place
    if "TEXT" not in expected or "NAME" in expected:
        before = BEFORE_TEXT.search(text[text.rfind("\n", start, place) + 1 : place])
        if not before:
            return None
        first = place - len(before[1])
    found = BARE_WORDS.match(text, first, end)
    if found is None:
        return None
    last = first + len(KEYWORD.sub("", found.group()))
    return (first, last) if last > place or first == place else None


def _last_words(text: str) -> str:
    return " ".join(text.split()[-3:])


def _line_end(text: str, place: int) -> int:
    end = text.find("\n", place)
    return len(text) if end < 0 else end


def _line_rest(text: str, place: int) -> str:
    return text[place : _line_end(text, place)].rstrip().rstrip(",")


def _first_on_line(text: str, place: int) -> bool:
    return not text[text.rfind("\n", 0, place) + 1 : place].strip()
