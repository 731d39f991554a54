"""What was bought on each agreement and altogether, month by month, from matched lines."""

from __future__ import annotations

from typing import TYPE_CHECKING

from partnership_lib.analysis.matching.bounds import agreement_bounds
from partnership_lib.analysis.matching.sums import agreement_sums
from partnership_lib.analysis.suppliers.masking import masked_suppliers, person_numbers, without_personal_numbers
from partnership_lib.analysis.tables import fetched

if TYPE_CHECKING:
    import ibis
    import pandas as pd


def agreement_spend(lines: ibis.Table, segments: pd.DataFrame) -> pd.DataFrame:
    """Return what was bought on each agreement and month, at least and at most.

    Parameters
    ----------
    lines : ibis.Table
        Columns of `LEDGER_SCHEMA`.
    segments : pandas.DataFrame
        From `agreement_segments`.

    Returns
    -------
    pandas.DataFrame
        agreement_id, month (its first day), certain_ore, possible_ore, lines. `certain_ore` and `possible_ore` are the
        lower and the upper bound of `agreement_bounds`; `lines` counts the lines that certainly belong to it.
    """
    import ibis

    sums = agreement_sums(lines, segments, month=ibis._.booked_date.truncate("M"))
    bounds = agreement_bounds(sums, segments, by=("month",))
    named = bounds.rename(columns={"lower_ore": "certain_ore", "upper_ore": "possible_ore"})
    return named[["agreement_id", "month", "certain_ore", "possible_ore", "lines"]]


def portfolio_spend(matched: ibis.Table) -> pd.DataFrame:
    """Return all spend per month, supplier, account and agreement, with natural persons masked.

    Returns
    -------
    pandas.DataFrame
        month (its first day), supplier_key, supplier, supplier_is_person, account, account_text, agreement_id
        (None outside agreements or where it cannot be told), candidates, amount_ore, lines. A sole trader is
        called ``sole_trader`` with a key ``person:<number>`` that means nothing outside this frame.
    """
    names = matched.group_by("supplier_key").aggregate(
        supplier=matched.supplier.max(), supplier_is_person=matched.supplier_is_person.any()
    )
    by_month = matched.mutate(month=matched.booked_date.truncate("M"))
    keys = ["month", "supplier_key", "account", "agreement_id", "candidates"]
    sums = by_month.group_by(keys).aggregate(
        account_text=by_month.account_text.max(), amount_ore=by_month.amount_ore.sum(), lines=by_month.count()
    )
    columns = ("month", "supplier_key", "supplier", "supplier_is_person", "account", "account_text", "agreement_id")
    named = sums.join(names, "supplier_key").select(*columns, "candidates", "amount_ore", "lines").order_by(keys)
    frame = fetched(named)
    persons = frame.loc[frame["supplier_is_person"].astype(bool), "supplier_key"]
    masked = masked_suppliers(frame, person_numbers(persons))
    masked["supplier"] = without_personal_numbers(masked["supplier"])
    order = ["month", "supplier_key", "account", "agreement_id", "candidates"]
    return masked.sort_values(order, ignore_index=True, na_position="last", kind="stable")
