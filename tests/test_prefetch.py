"""Prefetching: the same items, the same errors, and no thread left behind."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest

from qualify.contacts.prefetch import ahead


def test_the_same_items_in_the_same_order() -> None:
    assert list(ahead(range(1000))) == list(range(1000))
    assert list(ahead([])) == []


def test_an_error_is_raised_where_it_would_have_been() -> None:
    def items() -> Iterator[int]:
        yield 1
        yield 2
        raise ValueError("the third")

    seen = []
    with pytest.raises(ValueError, match="the third"):
        for item in ahead(items()):
            seen.append(item)
    assert seen == [1, 2]


def test_only_a_few_items_are_computed_ahead() -> None:
    made = []

    def items() -> Iterator[int]:
        for number in range(1000):
            made.append(number)
            yield number

    coming = ahead(items(), most=3)
    next(coming)
    coming.close()
    assert len(made) <= 6  # one was taken, three wait, one is at the door, one is being made


def test_closing_ends_the_thread_and_closes_its_source() -> None:
    closed = threading.Event()

    def items() -> Iterator[int]:
        try:
            while True:
                yield 1
        finally:
            closed.set()

    before = threading.active_count()
    coming = ahead(ahead(items()))
    next(coming)
    coming.close()
    assert closed.is_set()
    assert threading.active_count() == before
