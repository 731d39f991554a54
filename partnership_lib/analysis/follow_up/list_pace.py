"""The pace of a level's list: what came in and what was finished month by month, and how that may go on."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property

from partnership_lib.analysis.follow_up.context import FollowUpContext
from partnership_lib.analysis.list_forecast import ListForecast, list_forecast
from partnership_lib.domain import Activity, ActivityStatus, Level
from partnership_lib.units.dates import add_months, first_of_month

HISTORY_MONTHS = 12
LEAST_MONTHS = 6
LEAST_FINISHED = 5


@dataclass(frozen=True)
class MonthCount:
    """What happened to a level's activities in one whole month."""

    month: date
    left_before: int
    came_in: int
    done: int
    withdrawn: int

    @property
    def is_idle(self) -> bool:
        """Return whether there was nothing to do: such a month says nothing about the pace."""
        return self.left_before == 0 and self.came_in == 0

    @property
    def finished(self) -> int:
        """Return how many left the list, done or withdrawn."""
        return self.done + self.withdrawn


@dataclass(frozen=True)
class Pace:
    """The history of one level's list, and when it may be done."""

    level: Level
    remaining: int
    months: tuple[MonthCount, ...]

    @property
    def came_in(self) -> int:
        """Return how many activities came in during the history."""
        return sum(month.came_in for month in self.months)

    @property
    def finished(self) -> int:
        """Return how many left the list during the history."""
        return sum(month.finished for month in self.months)

    @property
    def is_enough(self) -> bool:
        """Return whether the history is long enough, and enough has happened in it, for a forecast."""
        return len(self.months) >= LEAST_MONTHS and self.finished >= LEAST_FINISHED

    @property
    def grows(self) -> bool:
        """Return whether at least as much came in as left."""
        return self.came_in >= self.finished

    @cached_property
    def as_it_is(self) -> ListForecast:
        """Return the forecast if nothing new comes in."""
        return list_forecast(self.remaining, [month.finished for month in self.months])

    @cached_property
    def with_new(self) -> ListForecast:
        """Return the forecast if new activities come in as they have."""
        return list_forecast(self.remaining, [month.finished - month.came_in for month in self.months])


def pace_of(context: FollowUpContext, level: Level) -> Pace:
    """Return the history of a level's list up to the report date."""
    day = context.report_date
    remaining = sum(activity.level is level for activity in context.unfinished_on(day))
    months = [count for count in month_counts(context, level, HISTORY_MONTHS) if not count.is_idle]
    return Pace(level, remaining, tuple(months))


def month_counts(context: FollowUpContext, level: Level, most: int) -> Iterator[MonthCount]:
    """Yield the last whole months before the report date, from when the agreement began."""
    activities = [activity for activity in context.content.activities if activity.level is level]
    end = first_of_month(context.report_date + timedelta(days=1))
    first = max(add_months(end, -most), first_of_month(context.agreement.start_date))
    month = first
    while month < end:
        after = add_months(month, 1)
        yield MonthCount(
            month=month,
            left_before=sum(_is_unfinished(activity, month - timedelta(days=1)) for activity in activities),
            came_in=sum(month <= activity.raised_date < after for activity in activities),
            done=sum(a.done_date is not None and month <= a.done_date < after for a in activities),
            withdrawn=sum(
                a.done_date is None and a.withdrawn_date is not None and month <= a.withdrawn_date < after
                for a in activities
            ),
        )
        month = after


def _is_unfinished(activity: Activity, day: date) -> bool:
    unfinished = activity.status_on(day) in (ActivityStatus.OPEN, ActivityStatus.OVERDUE)
    return activity.raised_date <= day and unfinished
