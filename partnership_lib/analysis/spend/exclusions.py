"""Accounts that are not open to procurement: taken out of the lines, and counted apart."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import pandas as pd

from partnership_lib.ledger.excluded import ExcludedAccounts, excluding

if TYPE_CHECKING:
    import ibis

_COLUMNS = ("excluded_accounts", "reason", "reason_source", "accounts", "lines", "amount_ore")


def without_excluded(
    lines: ibis.Table, months: pd.DataFrame, excluded: Sequence[ExcludedAccounts]
) -> tuple[ibis.Table, pd.DataFrame, pd.DataFrame | None]:
    """Return the lines and the months of the accounts that count, and what was left out by each rule.

    Parameters
    ----------
    months : pandas.DataFrame
        Of the same lines, from `account_months`.

    Notes
    -----
    An account belongs to the first rule that names it, so what is kept and what is left out sum to the ledger, to the
    öre. A rule that meets no account stands with 0 lines. Without rules the last is None.
    """
    if not excluded:
        return lines, months, None
    place = excluding(months["account"].unique(), excluded)
    rule = months["account"].map(place)
    rows = []
    for number, each in enumerate(excluded):
        out = months[rule == number]
        sums = (out["account"].nunique(), int(out["lines"].sum()), int(out["amount_ore"].sum()))
        rows.append((each.accounts, each.reason, each.source, *sums))
    kept = lines.filter(lines.account.notin(list(place))) if place else lines
    return kept, months[rule.isna()].reset_index(drop=True), pd.DataFrame(rows, columns=list(_COLUMNS))
