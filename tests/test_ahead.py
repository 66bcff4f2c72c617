"""Work done ahead: the same items, the same errors, and no thread left behind."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest

from qualify.ahead import ahead


def test_the_same_items_in_the_same_order() -> None:
    for items in (list(range(1000)), []):
        with ahead(items) as coming:
            assert list(coming) == items


def test_work_begins_before_anything_is_taken() -> None:
    begun = threading.Event()

    def items() -> Iterator[int]:
        begun.set()
        yield 1

    with ahead(items()):
        assert begun.wait(timeout=60)


def test_an_error_is_raised_where_it_would_have_been() -> None:
    def items() -> Iterator[int]:
        yield 1
        yield 2
        raise ValueError("the third")

    seen = []
    with pytest.raises(ValueError, match="the third"), ahead(items()) as coming:
        for item in coming:
            seen.append(item)
    assert seen == [1, 2]


def test_not_more_than_some_are_made_ahead() -> None:
    made = []

    def items() -> Iterator[int]:
        for number in range(1000):
            made.append(number)
            yield number

    with ahead(items(), most=3) as coming:
        next(coming)
    assert len(made) <= 6  # one was taken, three wait, one is at the door, one is being made


def test_at_the_end_the_thread_has_ended_and_what_it_read_from_is_closed() -> None:
    closed = threading.Event()

    def items() -> Iterator[int]:
        try:
            while True:
                yield 1
        finally:
            closed.set()

    def twice() -> Iterator[int]:
        with ahead(items()) as coming:
            yield from coming

    before = threading.active_count()
    with ahead(twice()) as coming:
        next(coming)
    assert closed.is_set()
    assert threading.active_count() == before
