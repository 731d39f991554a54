"""What the governance of a partnership costs (C10): meetings on three levels and a partnership owner."""

from __future__ import annotations

from collections.abc import Iterable

from partnership_lib.decision.components.quantity import Quantity

# Meetings a year, persons, hours: strategic, tactical and operational level.
ORDINARY_MEETINGS = ((2.0, 6.0, 3.0), (6.0, 5.0, 2.0), (20.0, 4.0, 1.5))


def meeting_hours_per_year(levels: Iterable[tuple[float, float, float]] = ORDINARY_MEETINGS) -> float:
    """Return the staff hours in meetings a year: meetings x persons x hours, summed over the levels.

    Examples
    --------
    >>> meeting_hours_per_year()
    216.0
    """
    return sum(meetings * persons * hours for meetings, persons, hours in levels)


def governance_hours_per_year(
    meeting_hours: Quantity, partnership_owner_fte: Quantity, hours_per_fte_year: Quantity
) -> Quantity:
    """Return the staff hours of a partnership's governance a year.

    Examples
    --------
    >>> governance_hours_per_year(216.0, 0.25, 1_720.0)
    646.0
    """
    return meeting_hours + partnership_owner_fte * hours_per_fte_year


def governance_sek_per_year(
    staff_cost_sek_per_hour: Quantity, governance_hours: Quantity, overhead_share: Quantity
) -> Quantity:
    """Return the cost of a partnership's governance [SEK/year]; an agreement that is not one has none."""
    return staff_cost_sek_per_hour * governance_hours * overhead_share
