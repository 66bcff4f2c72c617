"""What is advised in place of a mistake reads without one when it is typed in."""

from __future__ import annotations

import re

import pytest

import qualify


def hints(rules: str) -> list[str | None]:
    """Return what is advised for each mistake and doubt of some rules."""
    try:
        problems = qualify.compile(rules).warnings
    except qualify.RulesRejected as rejected:
        problems = rejected.diagnostics
    return [problem.hint for problem in problems]


# Conditions: as somebody wrote them, the advice, and as they then write them.
CONDITIONS = [
    # --- a blank cell
    ("title is empty", "write `is unknown`", "title is unknown"),
    ("title is not empty", "write `is known`", "title is known"),
    ("title is not null", "write `is known`", "title is known"),
    ("title != missing", "write `is known`", "title is known"),
    ('title is ""', "write `title is unknown`", "title is unknown"),
    ('title is not ""', "write `title is known`", "title is known"),
    ('title != ""', "write `title is known`", "title is known"),
    ('title is none of ""', "write `title is known`", "title is known"),
    ('title does not mention "&"', 'write `title does not contain "&"`', 'title does not contain "&"'),
    ("demo is true", "write the name alone, or `is yes`", "demo is yes"),
    ("demo is not true", "write `not` before the name, or `is no`", "demo is no"),
    ("demo is not false", "write the name alone, or `is yes`", "demo is yes"),
]


@pytest.mark.parametrize(("written", "advice", "instead"), CONDITIONS, ids=[written for written, _, _ in CONDITIONS])
def test_advice_for_a_condition_can_be_followed(written: str, advice: str, instead: str) -> None:
    assert hints(f'rule "R": lead when {written}') == [advice]
    assert pasted(advice, instead)
    assert hints(f'rule "R": lead when {instead}') == []


def pasted(advice: str, text: str) -> bool:
    """Tell whether a text has something that the advice quotes, with anything in place of its `…`."""
    return any(re.search(".*".join(map(re.escape, part.split("…"))), text) for part in re.findall(r"`([^`]*)`", advice))
