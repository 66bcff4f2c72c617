"""Words of spreadsheets, Salesforce, SQL and plain English, and how the same is said in this language.

The functions make the advice for a slip from the match of its pattern.
"""

from __future__ import annotations

import re

from qualify.language.keywords import QUOTED

NUMBERS = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
OPPOSITES = {
    "at least": "is less than", "more than": "is at most", "over": "is at most", "above": "is at most",
    "at most": "is more than", "less than": "is at least", "under": "is at least", "below": "is at least",
    "before": "is on or after", "after": "is on or before", "on or before": "is after", "on or after": "is before",
}  # fmt: skip
TESTS = {
    "greater than": "is more than", "bigger than": "is more than", "larger than": "is more than",
    "higher than": "is more than", "later than": "is after", "earlier than": "is before",
    "smaller than": "is less than", "lower than": "is less than", "fewer than": "is less than",
    "no more than": "is at most", "not more than": "is at most", "no less than": "is at least",
    "not less than": "is at least", "a minimum of": "is at least", "a maximum of": "is at most",
    "equal to": "is", "equals": "is", "one of": "is any of", "not equal to": "is not", "not one of": "is none of",
}  # fmt: skip
AGES = {
    "older": "more than", "newer": "less than", "younger": "less than", "more recent": "less than",
    "not older": "at most", "not newer": "at least", "not younger": "at least", "not more recent": "at least",
}  # fmt: skip
OR_EQUAL = {"is more than": "is at least", "is less than": "is at most"}
SIGNS = {
    "==": "=", "===": "=", "&&": "and", "&": "and", "||": "or", "|": "or", "<>": "!=", "=>": ">=", "=<": "<=",
    "~": "contains", "!": "not", "!==": "!=",
}  # fmt: skip
VERBS = {
    "mention": "mentions", "mentioned": "mentions", "contain": "contains", "containing": "contains",
    "include": "includes", "including": "includes", "match": "matches", "start with": "starts with",
    "begin with": "starts with", "begins with": "starts with", "end with": "ends with", "has": "mentions",
    "have": "mentions", "having": "mentions", "includ": "includes",
    "equals": "is", "equal": "is", "equal to": "is", "exists": "is known", "was": "is", "are": "is", "has value": "is",
}  # fmt: skip
CALCULATION = {"x": "*", "times": "*", "plus": "+", "minus": "-", "divided by": "/"}
PLAIN = {
    "mentions": "mention", "contains": "contain", "starts": "start", "ends": "end", "matches": "match",
    "includes": "include",
}  # fmt: skip


def lowered(text: str) -> str:
    return " ".join(text.lower().split())


def longest_first(words: dict[str, str]) -> str:
    return "|".join(re.escape(word).replace(r"\ ", r"\s+") for word in sorted(words, key=len, reverse=True))


def in_digits(word: str) -> int:
    return NUMBERS.index(word.lower()) + 1


def as_days(match: re.Match[str]) -> str:
    """`is less than 6 months` -> `is within the next 6 months`, or `is less than 6 months ago`."""
    test, duration = lowered(match[1]), match[2]
    ahead = f"within the next {duration}" if test in ("at most", "less than") else f"{test} {duration} away"
    return f"write `is {ahead}` or `is {test} {duration} ago`"


def as_test(match: re.Match[str]) -> str:
    """`is greater than or equal to` -> `is at least`."""
    test = TESTS[lowered(match[1])]
    return f"write `{OR_EQUAL.get(test, test) if match[2] else test}`"


def as_pattern(match: re.Match[str]) -> str:
    return f'write `{"does not match" if match[1] else "matches"} "{match[2].replace("%", "*").replace("_", "?")}"`'


FORMULAS = {
    "and": "write `… and …`",
    "or": "write `… or …`",
    "if": 'write what is to happen as a rule: `rule "NAME": lead when …`',
    "isblank": "write `{0} is unknown`",
    "isnull": "write `{0} is unknown`",
    "contains": "write `{0} contains {1}`",
    "search": "write `{1} contains {0}`",
    "find": "write `{1} contains {0}`",
    "begins": "write `{0} starts with {1}`",
    "ispickval": "write `{0} is {1}`",
    "includes": "write `{0} includes {1}`",
    "len": "write `length of {0}`",
    "year": "write `year of {0}`",
    "today": "write `today`",
    "now": "write `today`",
    "date": "write the date as 2026-10-01",
    "between": "write `{0} is between {1} and {2}`",
    "text": "write `{0}`",
    "value": "write `{0}`",
    "lower": "write `{0}`: upper and lower case are alike",
    "upper": "write `{0}`: upper and lower case are alike",
    "trim": "write `{0}`: spaces around it do not count",
}


def as_condition(match: re.Match[str]) -> str:
    arguments = [part.strip() for part in (match[2] or "").split(",")] + ["…", "…", "…"]
    arguments = [part or "…" for part in arguments]
    hint = FORMULAS.get(match[1].lower())
    return hint.format(*arguments) if hint else "write conditions in words: `title is known`"


def as_line(match: re.Match[str]) -> str:
    """`10 points if` -> `+10 when`."""
    sign, points, word = match.groups()
    return f"write `{sign or '+'}{points} {word.lower() if word.lower() in ('per', 'fading') else 'when'} …`"


def as_any_of(match: re.Match[str]) -> str:
    """`is not "x", "y"` -> `is none of "x", "y"`."""
    test = lowered(match[1])
    return f"write `{'is none of' if test == 'is not' else f'{test} any of'} {', '.join(re.findall(QUOTED, match[2]))}`"


def as_list(match: re.Match[str]) -> str:
    """`"x" "y"` after `is in`, or in brackets: as a list."""
    return f"write `{match[1]} {match[2].strip()}`"
