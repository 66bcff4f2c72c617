"""The progress of a run on a terminal: contacts, rate, and time left."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeElapsedColumn, TimeRemainingColumn

from qualify.runs import run

TEXT = TextColumn("{task.description}", markup=False)
WITH_BAR = (BarColumn(bar_width=16), TaskProgressColumn(), TEXT, TimeRemainingColumn(), TextColumn("left"))
WITHOUT_BAR = (TEXT, TimeElapsedColumn())  # while the total is unknown


@contextmanager
def progress_bar() -> Iterator[run.Progress]:
    """Yield a callback that shows the progress of a run on stderr, until the run ends."""
    started = time.monotonic()
    with Progress(*WITHOUT_BAR, console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task("placing contacts", total=None)

        def update(contacts: int, share: float | None) -> None:
            rate = contacts / (time.monotonic() - started)
            progress.columns = WITHOUT_BAR if share is None else WITH_BAR
            progress.update(
                task,
                description=f"{contacts:,} contacts, {rate:,.0f} a second,",
                total=None if share is None else 1.0,
                completed=share,
            )

        yield update
