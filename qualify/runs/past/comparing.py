"""The audit of an earlier run, compared row by row with the placements computed now."""

from __future__ import annotations

from functools import reduce

import pyarrow as pa
import pyarrow.compute as pc

from qualify.contacts.prefetch import ahead
from qualify.contacts.reading.batches import Array, Batch
from qualify.runs.audit import UNREADABLE, VALUES, AuditRows
from qualify.runs.folder import AUDIT
from qualify.runs.past.run_folder import PastRun, plain, report_damage
from qualify.targets.batch.added_columns import Placed
from qualify.text.phrasing import in_a_line

MAX_SHOWN = 5  # contacts that differ
MAX_CELL_LENGTH = 60  # characters


class Comparison:
    """Takes every batch as placed now. Rows are compared many at a time, because most of them are equal."""

    def __init__(self, run: PastRun, rows: AuditRows) -> None:
        self.contacts = self.differing = 0
        self.rows = 0  # in the audit or computed now, whichever has more
        self.shown: list[str] = []  # the first differences, in words
        self._file = run.folder / AUDIT
        self._rows = rows
        self._groups = ahead(run.rows())
        self._left = plain(run.schema.empty_table())  # rows read but not compared yet
        computed = plain(rows.schema.empty_table()).column_names
        self._columns = [name for name in computed if name in self._left.column_names]
        self.same_columns = sorted(computed) == sorted(self._left.column_names)

    def add(self, batch: Batch, placed: Placed) -> None:
        now = plain(pa.Table.from_batches([self._rows.of(batch, placed)]))
        then = self._next(now.num_rows)
        self.contacts += now.num_rows
        self.differing += now.num_rows - then.num_rows
        with report_damage(self._file):
            self._compare(then.select(self._columns), now.slice(0, then.num_rows).select(self._columns))

    def end(self) -> None:
        """Count the rows of the audit that were not computed now."""
        surplus = self._left.num_rows + sum(group.num_rows for group in self._groups)
        self.differing += surplus
        self.rows = self.contacts + surplus

    def close(self) -> None:
        self._groups.close()

    def _next(self, rows: int) -> pa.Table:
        """Return the next rows of the audit, fewer at its end."""
        while self._left.num_rows < rows and (group := next(self._groups, None)) is not None:
            self._left = pa.concat_tables([self._left, group])
        then, self._left = self._left.slice(0, rows), self._left.slice(rows)
        return then

    def _compare(self, then: pa.Table, now: pa.Table) -> None:
        if then.equals(now):
            return
        differs = [_differs(*both) for both in zip(then.columns, now.columns, strict=True)]
        places = pc.indices_nonzero(reduce(pc.or_, differs)).to_pylist()
        self.differing += len(places)
        for place in places[: MAX_SHOWN - len(self.shown)]:
            [was], [is_now] = (table.slice(place, 1).to_pylist() for table in (then, now))
            words = [_difference(name, was[name], is_now[name]) for name in was if was[name] != is_now[name]]
            who = is_now["id"] or f"row {is_now['row']:,}"
            self.shown.append(f"  {who}: {'; '.join(words)}")


def _differs(then: Array, now: Array) -> Array:
    """Return for each row whether two cells differ; two nulls do not."""
    then, now = then.cast(pa.string()), now.cast(pa.string())
    return pc.fill_null(pc.not_equal(then, now), pc.xor(then.is_null(), now.is_null()))


def _difference(column: str, was: object, is_now: object) -> str:
    name = column.replace(f"{VALUES}.", "value of ").replace(f"{UNREADABLE}.", "unreadable ")
    return f"{name} {_cell(was)} → {_cell(is_now)}"


def _cell(cell: object) -> str:
    return "none" if cell is None else in_a_line(str(cell)[:MAX_CELL_LENGTH]) or "blank"
