"""Work done on threads, a little ahead of who asks for it. Arrow and NumPy release the lock while they work."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

_WORKERS = 2  # deciding and writing want the other cores
_AHEAD = 2  # results that may wait to be asked for: this bounds the memory

T = TypeVar("T")
R = TypeVar("R")


def in_order(work: Callable[[T], R], items: Iterable[T]) -> Iterator[R]:
    """Yield the result for each item, in their order, worked out on threads, a few ahead of who asks."""
    waiting: deque[Future[R]] = deque()
    with ThreadPoolExecutor(_WORKERS, thread_name_prefix="contacts") as pool:
        try:
            for item in items:
                waiting.append(pool.submit(work, item))
                if len(waiting) > _AHEAD:
                    yield waiting.popleft().result()
            while waiting:
                yield waiting.popleft().result()
        finally:
            pool.shutdown(cancel_futures=True)
