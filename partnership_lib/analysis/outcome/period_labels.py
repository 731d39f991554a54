"""What the labels of a panel's periods tell: how long a period is, and whether one is missing."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from partnership_lib.errors import InputError, UsageError
from partnership_lib.units.period import Period


def plain_label(value: Any) -> Any:
    """Return a label as a plain value: a year that was read as ``1989.0`` is 1989.

    Examples
    --------
    >>> plain_label(1989.0), plain_label("2025-Q1")
    (1989, '2025-Q1')
    """
    value = value.item() if hasattr(value, "item") else value
    return int(value) if isinstance(value, float) and value.is_integer() else value


def period_start(label: Any) -> date | None:
    """Return the first day of the period that a label names; None where it names none.

    Examples
    --------
    >>> period_start(1989), period_start("2025-Q2"), period_start("2025-03-01"), period_start(17)
    (datetime.date(1989, 1, 1), datetime.date(2025, 4, 1), datetime.date(2025, 3, 1), None)
    """
    if isinstance(label, date):
        return date(label.year, label.month, label.day)
    try:
        return Period.parse(str(label)).start
    except UsageError:
        pass
    try:
        return date.fromisoformat(str(label)[:10])
    except ValueError:
        return None


def months_per_period(labels: Sequence[Any], where: str = "–") -> int | None:
    """Return how many months lie between two periods in a row; None where the labels do not tell.

    Raises
    ------
    InputError
        ``panel_missing_period``: the step is longer in one place than before, so a period is missing there.

    Examples
    --------
    >>> months_per_period(["2025-Q1", "2025-Q2", "2025-Q3"]), months_per_period([1, 2, 3])
    (3, None)
    """
    starts = [period_start(label) for label in labels]
    days = [start for start in starts if start is not None]
    if len(days) < len(labels) or len(days) < 2 or any(day.day != days[0].day for day in days):
        _refuse_missing_numbers(labels, where)
        return None
    months = [day.year * 12 + day.month for day in days]
    return _one_step(months, labels, where)


def _refuse_missing_numbers(labels: Sequence[Any], where: str) -> None:
    if len(labels) > 1 and all(isinstance(label, int) for label in labels):
        _one_step(labels, labels, where)


def _one_step(places: Sequence[int], labels: Sequence[Any], where: str) -> int:
    steps = [after - before for before, after in zip(places, places[1:], strict=False)]
    usual = min(steps)
    for number, step in enumerate(steps):
        if step != usual:
            raise InputError("panel_missing_period", file=where, after=labels[number], before=labels[number + 1])
    return usual
