"""Why a statement could not be read, in its writer's words: never in names of tokens."""

from __future__ import annotations

import re
from collections.abc import Collection
from difflib import get_close_matches

from qualify.diagnostics import Diagnostic
from qualify.source import Source, Span

STATEMENTS = (
    "rules",
    "use",
    "stages",
    "list",
    "define",
    "criterion",
    "score",
    "grade",
    "rule",
    "otherwise",
    "example",
)

# What may come next, in the order in which it is said. A group is named when all of its tokens are possible.
EXPECTED: tuple[tuple[str, frozenset[str]], ...] = (
    ("a condition, such as `title is known`", frozenset({"NAME", "NOT", "LPAR"})),
    ("a test, such as `is`, `is at least` or `mentions`", frozenset({"IS", "MENTIONS"})),
    ("a value: a text in quotes, a number, a date or a field", frozenset({"TEXT", "NUMBER", "NAME"})),
    ("a text in quotes or a name", frozenset({"TEXT", "NAME"})),
    ("a number or a field", frozenset({"NUMBER", "NAME"})),
    ("a text in quotes", frozenset({"TEXT"})),
    ("a number", frozenset({"NUMBER"})),
    ("a date, such as 2026-10-01", frozenset({"DATE"})),
    ("points, such as `+30 when …`", frozenset({"POINTS"})),
    ("a name", frozenset({"NAME"})),
    ("`:`", frozenset({"COLON"})),
    ("`)`", frozenset({"RPAR"})),
    ("`days`, `weeks`, `months` or `years`", frozenset({"UNIT"})),
    ("`ago` or `away`", frozenset({"AGO"})),
    ("`per`, `when` or `fading`", frozenset({"PER", "WHEN", "FADING"})),
    ("`when`", frozenset({"WHEN"})),
    ("`as`", frozenset({"AS"})),
    ("`of`", frozenset({"OF"})),
    ("`from`", frozenset({"FROM"})),
    ("`by`", frozenset({"BY"})),
    ("`every`", frozenset({"EVERY"})),
    ("`since`", frozenset({"SINCE"})),
    ("`between`", frozenset({"BETWEEN"})),
    ("`expect`", frozenset({"EXPECT"})),
    ("`and` or `or`", frozenset({"AND", "OR"})),
    ("`and`", frozenset({"AND"})),
    ("a comma", frozenset({"COMMA"})),
)
MOST_NAMED = 3

WORD = re.compile(r"[^\W\d]\w*")
BARE_WORDS = re.compile(r"[^\W_][\w&'’./-]*(?:[ \t]+[^\W_][\w&'’./-]*)*")
KEYWORD = re.compile(r"(?i)[ \t]+(?:and|or|with|when|otherwise|is|on|expect|by|up\s+to)\b.*")


def misreading(source: Source, start: int, place: int, end: int, expected: Collection[str]) -> Diagnostic:
    """Return what is wrong at `place` of a statement that stands from `start` to `end`.

    `expected` has the names of the tokens that could have come.
    """
    text = source.text
    if place >= end:
        last = len(text[start:end].rstrip()) + start
        shown = Span(source, max(last - 1, start), last)
        return Diagnostic(
            "E101", f"the statement ends too early, after `{_last_words(text[start:last])}`", shown, _needs(expected)
        )
    word = WORD.match(text, place)
    here = Span(source, place, word.end() if word else place + 1)
    if text[place] in '"“”„':
        return Diagnostic(
            "E104",
            "this text has no closing quote",
            Span(source, place, _line_end(text, place)),
            f'{_line_rest(text, place)}"',
        )
    if text[place] in "'‘’‚`":
        quoted = re.match(r"['‘’‚`]([^'‘’‚`\n]*)['‘’‚`]", text[place:])
        inner = quoted[1] if quoted else _line_rest(text, place + 1)
        return Diagnostic("E107", "text stands in double quotes", here, f'write `"{inner}"`')
    if word and "TEXT" not in expected and (bare := _bare_text(text, start, place, end)):
        return Diagnostic(
            "E107", f"text needs quotes: `{bare.group()}`", Span(source, *bare.span()), f'write `"{bare.group()}"`'
        )
    if word and ("TEXT" in expected) and ("NAME" not in expected):
        bare_words = BARE_WORDS.match(text, place)
        words = KEYWORD.sub("", bare_words.group()) if bare_words else word.group()
        return Diagnostic(
            "E107", f"text needs quotes: `{words}`", Span(source, place, place + len(words)), f'write `"{words}"`'
        )
    if word and {"RULE", "CRITERION"} <= set(expected):
        known = get_close_matches(word.group().lower(), STATEMENTS, n=1, cutoff=0.7)
        hint = f"did you mean `{known[0]}`?" if known else _needs(expected)
        message = (
            f"`{word.group()}` does not begin a statement"
            if _first_on_line(text, place)
            else f"`{word.group()}` does not fit here"
        )
        return Diagnostic("E101", message, here, hint)
    return Diagnostic("E101", f"`{here.text}` does not fit here", here, _needs(expected))


def _needs(expected: Collection[str]) -> str | None:
    """Return what could have come, in words."""
    left = set(expected)
    named: list[str] = []
    for words, tokens in EXPECTED:
        if tokens <= left and len(named) < MOST_NAMED:
            named.append(words)
            left -= tokens | ({"TEXT", "NUMBER", "NAME", "DATE", "WHEN"} if len(tokens) > 1 else set())
    return f"expected {' or '.join(named)}" if named else None


def _bare_text(text: str, start: int, place: int, end: int) -> re.Match[str] | None:
    """Return words without quotes in which the second one is where reading stopped: `is New York`."""
    before = re.search(
        r"(?:\bis(?:\s+not)?|=|\bmentions|\bcontains|\bof|,|\bin|\bwith|\bmention)\s+((?:[^\W\d]\w*\s+)+)$",
        text[start:place],
    )
    if not before or "\n" in before[1]:
        return None
    found = BARE_WORDS.match(text, start + before.start(1), end)
    if found is None:
        return None
    words = KEYWORD.sub("", found.group())
    return re.compile(re.escape(words)).match(text, found.start())


def _last_words(text: str) -> str:
    return " ".join(text.split()[-3:])


def _line_end(text: str, place: int) -> int:
    end = text.find("\n", place)
    return len(text) if end < 0 else end


def _line_rest(text: str, place: int) -> str:
    return text[place : _line_end(text, place)].rstrip().rstrip(",")


def _first_on_line(text: str, place: int) -> bool:
    return not text[text.rfind("\n", 0, place) + 1 : place].strip()
