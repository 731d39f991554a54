"""The spend cube: what, how much, from whom, by whom and when, and how each sum stands to the agreements."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from partnership_lib.units.dates import add_months

if TYPE_CHECKING:
    import ibis

NOW, BEFORE = "now", "before"

DIMENSIONS = (
    "buyer_id", "month", "year", "window", "supplier_key", "account", "administration", "agreement_id", "claimed_id",
    "nearest_id", "piece", "coverage", "ground_kind", "is_named",
)  # fmt: skip
"""What sums can be kept apart by, beside the columns of the lines."""


def with_dimensions(matched: ibis.Table, last_month: date) -> ibis.Table:
    """Return matched lines with what a cube can be cut by.

    Parameters
    ----------
    matched : ibis.Table
        From `match_lines`.
    last_month : date
        Its first day: ``window`` is ``now`` in the twelve months up to it, ``before`` in the twelve before those.
    """
    day = matched.booked_date
    return matched.mutate(
        month=day.truncate("M").cast("date"), year=day.year().cast("int64"), window=window_of(day, last_month)
    )


def window_of(day: Any, last_month: date) -> Any:
    """Return which of the windows a column of days falls in, null where in none."""
    import ibis

    end = add_months(last_month, 1)
    return ibis.cases(
        ((day >= add_months(end, -12)) & (day < end), NOW),
        ((day >= add_months(end, -24)) & (day < add_months(end, -12)), BEFORE),
    )
