"""Kleene's truth tables, and counting: the result on which all ways to answer the unknowns agree."""

from __future__ import annotations

from itertools import product

import pytest

from qualify.language.logic import KLEENE, Algebra, All, Answer, Any, Count, Not, all_of, any_of, count_of, fold
from qualify.text.source import Source, Span

YES, NO, UNKNOWN = Answer.YES, Answer.NO, Answer.UNKNOWN
ANSWERS = (YES, UNKNOWN, NO)

# A row for each first answer, a column for each second: yes, unknown, no.
AND = ((YES, UNKNOWN, NO), (UNKNOWN, UNKNOWN, NO), (NO, NO, NO))
OR = ((YES, YES, YES), (YES, UNKNOWN, UNKNOWN), (YES, UNKNOWN, NO))


def test_and() -> None:
    assert tuple(tuple(all_of((a, b)) for b in ANSWERS) for a in ANSWERS) == AND


def test_or() -> None:
    assert tuple(tuple(any_of((a, b)) for b in ANSWERS) for a in ANSWERS) == OR


def test_not() -> None:
    assert [~answer for answer in ANSWERS] == [NO, UNKNOWN, YES]


def test_only_yes_is_true() -> None:
    assert [bool(answer) for answer in ANSWERS] == [True, False, False]


def test_counting_nothing() -> None:
    assert (all_of(()), any_of(()), count_of((), 0, 0), count_of((), 1, 1)) == (YES, NO, YES, NO)


def by_definition(answers: tuple[Answer, ...], low: int, high: int) -> Answer:
    """Return yes or no if all ways to answer the unknowns agree, else unknown."""
    ways = product(*[(YES, NO) if answer is UNKNOWN else (answer,) for answer in answers])
    outcomes = {low <= way.count(YES) <= high for way in ways}
    return UNKNOWN if len(outcomes) == 2 else Answer.of(outcomes.pop())


@pytest.mark.parametrize("total", range(1, 5))
def test_a_count_is_known_as_soon_as_the_known_answers_decide_it(total: int) -> None:
    for answers in product(ANSWERS, repeat=total):
        for number in range(1, total + 1):
            for low, high in ((number, total), (0, number), (number, number), (0, 0)):
                assert count_of(answers, low, high) is by_definition(answers, low, high)
        assert all_of(answers) is by_definition(answers, total, total)
        assert any_of(answers) is by_definition(answers, 1, total)


# at least 2, at most 1, exactly 1, none of three: written out for a few, so that the definition is not trusted alone.
@pytest.mark.parametrize(
    ("answers", "expected"),
    [
        ((YES, YES, UNKNOWN), (YES, NO, NO, NO)),
        ((YES, UNKNOWN, UNKNOWN), (UNKNOWN, UNKNOWN, UNKNOWN, NO)),
        ((YES, UNKNOWN, NO), (UNKNOWN, UNKNOWN, UNKNOWN, NO)),
        ((YES, NO, NO), (NO, YES, YES, NO)),
        ((UNKNOWN, NO, NO), (NO, YES, UNKNOWN, UNKNOWN)),
        ((NO, NO, NO), (NO, YES, NO, YES)),
        ((UNKNOWN, UNKNOWN, UNKNOWN), (UNKNOWN, UNKNOWN, UNKNOWN, UNKNOWN)),
    ],
)
def test_counting(answers: tuple[Answer, ...], expected: tuple[Answer, ...]) -> None:
    bounds = ((2, 3), (0, 1), (1, 1), (0, 0))
    assert tuple(count_of(answers, low, high) for low, high in bounds) == expected


def test_all_and_any_are_counts() -> None:
    place = Span(Source("", ""), 0, 0)
    by_counts = Algebra.of_counts(lambda answer: ~answer, count_of)
    for answers in product(ANSWERS, repeat=3):
        some = Any(answers[:2], place)
        for node in (All((some, answers[2]), place), Not(some, place), Count((some, *answers), 2, 3, place)):
            assert fold(node, lambda answer: answer, by_counts) is fold(node, lambda answer: answer, KLEENE)
