"""What was invoiced on each cost unit, month by month, and the rest of the ledger: together the whole, to the öre."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from partnership_lib.analysis.matching.grounds import DIRECT_AWARD
from partnership_lib.analysis.outcome.costs.units import CostUnit, unit_of_agreement
from partnership_lib.analysis.tables import fetched, records

if TYPE_CHECKING:
    import ibis
    import pandas as pd

_KEPT_APART = ("month", "piece", "claimed_id", "nearest_id", "coverage", "ground_kind")
PLACES = ("agreement_ore", "leakage_ore", "shared_ore", "before_start_ore", "no_agreement_ore")
"""Where a ledger line can go; every line goes to exactly one of them."""


@dataclass(frozen=True)
class Invoices:
    """Everything in the ledger, divided.

    Attributes
    ----------
    by_unit : Mapping
        (unit id, month) -> {``agreement_ore``, ``leakage_ore``}.
    shared_with : Mapping
        Unit id -> what it may have cost besides, on lines that several units explain [öre]; not in `by_unit`.
    account : Mapping
        Each of `PLACES` -> its sum [öre]. They sum to `total_ore`.
    total_ore : int
        All lines of the ledger up to the last month.
    first_month, last_month : datetime.date or None
        First and last month with lines.
    """

    by_unit: Mapping[tuple[str, date], Mapping[str, int]]
    shared_with: Mapping[str, int]
    account: Mapping[str, int]
    total_ore: int
    first_month: date | None
    last_month: date | None

    def of(self, unit_id: str, month: date) -> Mapping[str, int]:
        """Return what a unit was invoiced in a month [öre]."""
        return self.by_unit.get((unit_id, month), _NOTHING)


_NOTHING = {"agreement_ore": 0, "leakage_ore": 0}


def invoice_cube(matched: ibis.Table, until: date) -> pd.DataFrame:
    """Return the lines booked before `until`, summed by month and by all that decides which unit they belong to.

    Parameters
    ----------
    matched : ibis.Table
        From `match_lines`.
    """
    lines = matched.filter(matched.booked_date < until)
    dated = lines.mutate(month=lines.booked_date.truncate("M").cast("date"))
    sums = dated.group_by(list(_KEPT_APART)).aggregate(amount_ore=dated.amount_ore.sum().cast("int64"))
    return fetched(sums.order_by(list(_KEPT_APART)))


def divide_invoices(cube: pd.DataFrame, segments: pd.DataFrame, units: Sequence[CostUnit]) -> Invoices:
    """Return the whole ledger divided between the units and the rest.

    Notes
    -----
    ``agreement_ore``: lines that an agreement of the unit explains, late invoices within sixty days of its end too.
    ``leakage_ore``: what the unit's suppliers were paid outside it: direct awards, and invoices long after an agreement
    had ended. ``shared_ore``: lines that agreements of several units explain. ``before_start_ore``: paid to a supplier
    before its first agreement began. ``no_agreement_ore``: paid to suppliers without any agreement.
    """
    unit_of = {each: unit.id for each, unit in unit_of_agreement(units).items()}
    agreements_of = dict(zip(segments["piece"], segments["agreement_ids"], strict=True))
    by_unit: dict[tuple[str, date], dict[str, int]] = {}
    shared: dict[str, int] = {}
    account = dict.fromkeys(PLACES, 0)
    for row in records(cube):
        amount = int(row["amount_ore"])
        candidates = agreements_of.get(row["piece"], []) if row["piece"] == row["piece"] else []
        place, found = _place(row, candidates, unit_of)
        account[place] += amount
        for unit_id in found if place == "shared_ore" else ():
            shared[unit_id] = shared.get(unit_id, 0) + amount
        if place in _NOTHING:
            sums = by_unit.setdefault((found[0], row["month"]), dict(_NOTHING))
            sums[place] += amount
    months = sorted(set(cube["month"]))
    first, last = (months[0], months[-1]) if months else (None, None)
    return Invoices(by_unit, shared, account, int(cube["amount_ore"].sum()), first, last)


def _place(row: Mapping[str, Any], candidates: Sequence[str], unit_of: Mapping[str, str]) -> tuple[str, list[str]]:
    """Return where a row of the cube goes, and the units that it concerns."""
    claimed = row["claimed_id"]
    found = sorted({unit_of[each] for each in ([claimed] if claimed else candidates) if each in unit_of})
    if len(found) > 1:
        return "shared_ore", found
    if found:
        return "leakage_ore" if row["ground_kind"] == DIRECT_AWARD else "agreement_ore", found
    nearest = unit_of.get(row["nearest_id"])
    if row["coverage"] == "trailing" and nearest:
        return "agreement_ore", [nearest]
    if row["coverage"] == "after_expiry" and nearest:
        return "leakage_ore", [nearest]
    return ("before_start_ore" if row["coverage"] == "before_start" else "no_agreement_ore"), []
