"""The spend cube: what, how much, from whom, by whom and when, and how each sum stands to the agreements."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING

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
    import ibis

    end = add_months(last_month, 1)
    day = matched.booked_date
    return matched.mutate(
        month=day.truncate("M").cast("date"),
        year=day.year().cast("int64"),
        window=ibis.cases(
            ((day >= add_months(end, -12)) & (day < end), NOW),
            ((day >= add_months(end, -24)) & (day < add_months(end, -12)), BEFORE),
        ),
    )


def spend_cube(lines: ibis.Table, dimensions: Sequence[str]) -> ibis.Table:
    """Return sums by some dimensions: every line is in exactly one row, so they sum to the lines, to the öre.

    Returns
    -------
    ibis.Table
        The dimensions, ``amount_ore``, ``debit_ore`` (0 or more), ``credit_ore`` (0 or less) and ``lines``.
    """
    import ibis

    amount = lines.amount_ore
    return lines.group_by(list(dimensions)).aggregate(
        amount_ore=amount.sum().cast("int64"),
        debit_ore=ibis.greatest(amount, 0).sum().cast("int64"),
        credit_ore=ibis.least(amount, 0).sum().cast("int64"),
        lines=lines.count().cast("int64"),
    )


def held(query: ibis.Table) -> ibis.Table:
    """Return a query that has been run, so that many others can be asked of its rows."""
    import ibis

    return ibis.memtable(query.to_pyarrow())
