"""How far a run is, on a terminal: contacts, rate, and the time left."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeElapsedColumn, TimeRemainingColumn

from qualify.runs import run

TOLD = TextColumn("{task.description}", markup=False)
MEASURED = (BarColumn(bar_width=16), TaskProgressColumn(), TOLD, TimeRemainingColumn(), TextColumn("left"))
COUNTED = (TOLD, TimeElapsedColumn())  # a bar would have to guess how much there is


@contextmanager
def progress_bar() -> Iterator[run.Progress]:
    """Give what is told how far a run is, and shows it on stderr until the run ends."""
    started = time.monotonic()
    with Progress(*COUNTED, console=Console(stderr=True), transient=True) as shown:
        task = shown.add_task("placing contacts", total=None)

        def tell(contacts: int, share: float | None) -> None:
            rate = contacts / (time.monotonic() - started)
            shown.columns = COUNTED if share is None else MEASURED
            shown.update(
                task,
                description=f"{contacts:,} contacts, {rate:,.0f} a second,",
                total=None if share is None else 1.0,
                completed=share,
            )

        yield tell
