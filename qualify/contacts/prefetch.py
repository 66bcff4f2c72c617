"""Work done on threads, a little ahead of who asks for it: while one batch is written, the next is decided and one
more is read.

Arrow and NumPy release the lock while they work, so that threads share the cores.
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
PATIENCE = 0.1  # seconds between looks at whether anybody still wants more
LONGEST_GOODBYE = 1.0  # seconds that a thread is waited for: one that waits for input may never end
WORKERS = 2  # of `in_order`: deciding and writing want the other cores
WAITING = 2  # results of `in_order` that may wait to be asked for: this bounds the memory


class _End:
    """What stands in the queue after the last item: the error that ended the work, if one did."""

    def __init__(self, problem: BaseException | None = None) -> None:
        self.problem = problem


def ahead(items: Iterable[Item], most: int = 1) -> Generator[Item, None, None]:
    """Yield the same items in the same order, made at most some ahead; an error is raised where it would have been.

    Close it to end the work early: then the thread ends too, unless it waits for input that does not come.
    """
    made: Queue[Item | _End] = Queue(most)
    unwanted = Event()
    thread = Thread(target=_make, args=(items, made, unwanted), daemon=True)
    thread.start()
    try:
        while not isinstance(item := made.get(), _End):
            yield item
        if item.problem:
            raise item.problem
    finally:
        unwanted.set()
        _empty(made)
        thread.join(LONGEST_GOODBYE)


def _make(items: Iterable[Item], made: Queue[Item | _End], unwanted: Event) -> None:
    end = _End()
    try:
        for item in items:
            if not _put(item, made, unwanted):
                break
    except BaseException as problem:
        end = _End(problem)
    finally:
        if isinstance(items, Generator):
            items.close()
        _put(end, made, unwanted)


def _put(item: Item | _End, made: Queue[Item | _End], unwanted: Event) -> bool:
    """Put an item when there is room for it; False where nobody wants it any more."""
    while not unwanted.is_set():
        try:
            made.put(item, timeout=PATIENCE)
            return True
        except Full:
            continue
    return False


def _empty(made: Queue[Item | _End]) -> None:
    try:
        while True:
            made.get_nowait()
    except Empty:
        pass


def in_order(work: Callable[[Item], Result], items: Iterable[Item]) -> Iterator[Result]:
    """Yield the result for each item, in their order, worked out on several threads."""
    waiting: deque[Future[Result]] = deque()
    with ThreadPoolExecutor(WORKERS, thread_name_prefix="contacts") as pool:
        try:
            for item in items:
                waiting.append(pool.submit(work, item))
                if len(waiting) > WAITING:
                    yield waiting.popleft().result()
            while waiting:
                yield waiting.popleft().result()
        finally:
            pool.shutdown(cancel_futures=True)
