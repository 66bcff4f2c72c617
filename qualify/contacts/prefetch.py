"""Prefetching on threads: while one batch is written, the next is decided and the one after that is read.

Arrow and NumPy release the global lock while they work, so that threads use several cores.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from queue import Empty, Full, Queue
from threading import Event, Thread
from typing import TypeVar

Item = TypeVar("Item")
Result = TypeVar("Result")
PUT_TIMEOUT = 0.1  # seconds between checks whether the consumer has stopped
JOIN_TIMEOUT = 1.0  # seconds to wait for a thread to end: one that waits for input may never do so
WORKERS = 2  # threads of `in_order`; deciding and writing need the other cores
MAX_PENDING = 2  # results that `in_order` computes ahead; this bounds the memory


class _End:
    """Marks the end of the queue, with the error that ended the work, if any."""

    def __init__(self, problem: BaseException | None = None) -> None:
        self.problem = problem


def ahead(items: Iterable[Item], most: int = 1) -> Generator[Item, None, None]:
    """Yield the items in order, computing up to `most` of them ahead on a thread; errors are raised in their place.

    Close the generator to stop early. The thread then ends too, unless it is blocked waiting for input.
    """
    items_ahead: Queue[Item | _End] = Queue(most)
    stopped = Event()
    thread = Thread(target=_produce, args=(items, items_ahead, stopped), daemon=True)
    thread.start()
    try:
        while not isinstance(item := items_ahead.get(), _End):
            yield item
        if item.problem:
            raise item.problem
    finally:
        stopped.set()
        _drain(items_ahead)
        thread.join(JOIN_TIMEOUT)


def _produce(items: Iterable[Item], items_ahead: Queue[Item | _End], stopped: Event) -> None:
    end = _End()
    try:
        for item in items:
            if not _put(item, items_ahead, stopped):
                break
    except BaseException as problem:
        end = _End(problem)
    finally:
        if isinstance(items, Generator):
            items.close()
        _put(end, items_ahead, stopped)


def _put(item: Item | _End, items_ahead: Queue[Item | _End], stopped: Event) -> bool:
    """Put an item as soon as there is room for it; return False if the consumer has stopped."""
    while not stopped.is_set():
        try:
            items_ahead.put(item, timeout=PUT_TIMEOUT)
            return True
        except Full:
            continue
    return False


def _drain(items_ahead: Queue[Item | _End]) -> None:
    try:
        while True:
            items_ahead.get_nowait()
    except Empty:
        pass


def in_order(work: Callable[[Item], Result], items: Iterable[Item]) -> Iterator[Result]:
    """Yield the result for each item in order, computed on several threads."""
    pending: deque[Future[Result]] = deque()
    with ThreadPoolExecutor(WORKERS, thread_name_prefix="contacts") as pool:
        try:
            for item in items:
                pending.append(pool.submit(work, item))
                if len(pending) > MAX_PENDING:
                    yield pending.popleft().result()
            while pending:
                yield pending.popleft().result()
        finally:
            pool.shutdown(cancel_futures=True)
