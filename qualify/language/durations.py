"""Durations in whole days, weeks, months and years of the calendar."""

from __future__ import annotations

import calendar
import math
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal, TypeAlias

Unit = Literal["days", "weeks", "months", "years"]
PeriodUnit = Literal["week", "month", "quarter", "year"]

DAYS: dict[Unit, int] = {"days": 1, "weeks": 7}
MONTHS: dict[Unit, int] = {"months": 1, "years": 12}


@dataclass(frozen=True, slots=True)
class Duration:
    """A number of days, weeks, calendar months or calendar years. 31 January plus a month is the end of February."""

    count: int
    unit: Unit

    def __str__(self) -> str:
        return f"{self.count:,} {self.unit.removesuffix('s') if self.count == 1 else self.unit}"

    def times(self, factor: int) -> Duration:
        return Duration(self.count * factor, self.unit)

    def after(self, day: date) -> float:
        """Return the ordinal (see `date.toordinal`) of the day this long after `day`.

        Beyond either end of Python's calendar it is infinity with the sign of the duration.
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
        """Return the ordinal of the day this long before `day`."""
        return self.times(-1).after(day)

    def edge(self, direction: int, today: date) -> float:
        """Return the ordinal of the day this long after today, or before it if the direction is -1."""
        return self.times(direction).after(today)

    def periods(self, start: date, today: date) -> int:
        """Return how many whole periods have passed since `start`; 0 if it is in the future.

        That is the largest k for which `start` plus k periods is not after today.
        """
        if start >= today:
            return 0
        if self.unit in DAYS:
            return (today - start).days // (self.count * DAYS[self.unit])
        months = (today.year - start.year) * 12 + today.month - start.month
        passed = months // (self.count * MONTHS[self.unit])
        return passed - (passed > 0 and self.times(passed).after(start) > today.toordinal())


@dataclass(frozen=True, slots=True)
class CalendarPeriod:
    """A week, month, quarter or year of the calendar. Weeks begin on Monday."""

    unit: PeriodUnit
    offset: int = 0  # how many periods after the one that contains `day`
    day: date | None = None  # None: today

    def edge(self, direction: int, today: date) -> float:
        """Return the ordinal of the first day of the period if the direction is -1, and of the last if it is 1.

        Both are infinite if the period lies outside Python's calendar.
        """
        day, length = self.day or today, LENGTHS[self.unit]
        start = day - timedelta(day.weekday())
        if length.unit == "months":
            start = date(day.year, day.month - (day.month - 1) % length.count, 1)
        first = length.times(self.offset).after(start)
        return first if direction < 0 or math.isinf(first) else length.times(self.offset + 1).after(start) - 1


LENGTHS: dict[PeriodUnit, Duration] = {
    "week": Duration(1, "weeks"),
    "month": Duration(1, "months"),
    "quarter": Duration(3, "months"),
    "year": Duration(12, "months"),
}

TimeSpan: TypeAlias = Duration | CalendarPeriod
