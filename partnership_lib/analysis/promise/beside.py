"""What was bought of an agreement's needs under other agreements: leakage, where the promise counted on none."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from partnership_lib.domain import RegisterContent
from partnership_lib.units.dates import first_of_month

if TYPE_CHECKING:
    import pandas as pd


def spend_beside(content: RegisterContent, spend: pd.DataFrame, agreement_id: str) -> dict[date, int]:
    """Return month to what was certainly bought under other agreements that cover some of the same needs [öre].

    Parameters
    ----------
    spend : pandas.DataFrame
        ``agreement_id``, ``month``, ``certain_ore`` of all agreements.
    """
    needs = {part.need_id for part in content.agreement_parts if part.agreement_id == agreement_id}
    others = {part.agreement_id for part in content.agreement_parts if part.need_id in needs} - {agreement_id}
    found: dict[date, int] = {}
    chosen = spend[spend["agreement_id"].isin(others)]
    for month, ore in zip(chosen["month"], chosen["certain_ore"], strict=True):
        found[first_of_month(month)] = found.get(first_of_month(month), 0) + int(ore)
    return found
