"""Spans of calendar time: whole days, weeks, months and years."""

from __future__ import annotations

import calendar
import math
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

Unit = Literal["days", "weeks", "months", "years"]

DAYS: dict[Unit, int] = {"days": 1, "weeks": 7}
MONTHS: dict[Unit, int] = {"months": 1, "years": 12}


@dataclass(frozen=True, slots=True)
class Duration:
    """A number of days or weeks, or of calendar months or years clamped to the month's end."""

    count: int
    unit: Unit

    def __str__(self) -> str:
        return f"{self.count:,} {self.unit.removesuffix('s') if self.count == 1 else self.unit}"

    def times(self, factor: int) -> Duration:
        return Duration(self.count * factor, self.unit)

    def after(self, day: date) -> float:
        """Return the number of the day this long after `day`, as `date.toordinal` gives it.

        It is infinite where the calendar has no such day: beyond all that it has, on the side where it would lie.
        """
        try:
            if self.unit in DAYS:
                return (day + timedelta(days=self.count * DAYS[self.unit])).toordinal()
            year, month = divmod(day.year * 12 + day.month - 1 + self.count * MONTHS[self.unit], 12)
            last = calendar.monthrange(year, month + 1)[1]
            return day.replace(year=year, month=month + 1, day=min(day.day, last)).toordinal()
        except (OverflowError, ValueError):
            return math.copysign(math.inf, self.count)

    def before(self, day: date) -> float:
        """Return the number of the day this long before `day`."""
        return self.times(-1).after(day)

    def periods(self, start: date, today: date) -> int:
        """Return how many whole periods have passed: the most k for which `start` plus k periods is not after today.

        A start still to come counts as today.
        """
        if start >= today:
            return 0
        if self.unit in DAYS:
            return (today - start).days // (self.count * DAYS[self.unit])
        months = (today.year - start.year) * 12 + today.month - start.month
        passed = months // (self.count * MONTHS[self.unit])
        return passed - (passed > 0 and self.times(passed).after(start) > today.toordinal())
