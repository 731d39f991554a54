"""How the spend on each account is spread over suppliers."""

from __future__ import annotations

from typing import Any

from partnership_lib.analysis.portfolio.context import PortfolioContext
from partnership_lib.analysis.tables import table
from partnership_lib.findings import Chart, Section

_SHOWN = 12
_COLUMNS = ("account", "account_text", "suppliers", "effective_number", "hhi", "amount_ore")


def concentration_index(amounts_ore: list[int]) -> float:
    """Return the Herfindahl-Hirschman index (0-1): the sum of the squared shares.

    Its inverse is the effective number of suppliers: as many equal ones would give the same index.

    Examples
    --------
    Shares 1/2, 1/4, 1/4 give 1/4 + 1/16 + 1/16:

    >>> concentration_index([200, 100, 100])
    0.375
    """
    whole = sum(amounts_ore)
    return sum((amount / whole) ** 2 for amount in amounts_ore)


def concentration_section(context: PortfolioContext) -> Section:
    """Return the concentration of the twelve accounts with the most spend in the last twelve months.

    Notes
    -----
    Suppliers whose sum is not positive (credit notes only) are left out of their account.
    """
    rows = concentration_rows(context)
    if not rows:
        return Section("concentration", (context.finding("concentration_cannot_tell"),))
    divided = max(rows, key=lambda row: (row["effective_number"], row["account"]))
    dense = max(rows, key=lambda row: (row["hhi"], row["account"]))
    frame = table(rows, _COLUMNS)
    finding = context.finding(
        "concentration",
        divided["effective_number"],
        "",
        table=frame,
        accounts=len(rows),
        divided=divided["account_text"] or divided["account"],
        suppliers=divided["suppliers"],
        dense=dense["account_text"] or dense["account"],
        dense_number=dense["effective_number"],
        dense_suppliers=dense["suppliers"],
    )
    values = {"currency": context.currency, "accounts": len(rows)}
    values |= {"divided": divided["account_text"] or divided["account"], "effective": divided["effective_number"]}
    return Section("concentration", (finding,), (Chart("concentration", frame, values),))


def concentration_rows(context: PortfolioContext) -> list[dict[str, Any]]:
    """Return one row per account with its suppliers, index and effective number; most spend first, twelve at most."""
    rows = []
    for account, lines in context.year.groupby("account", sort=True):
        sums = lines.groupby("supplier_key")["amount_ore"].sum()
        amounts = [int(amount) for amount in sums if amount > 0]
        if amounts:
            index = concentration_index(amounts)
            rows.append(
                {
                    "account": account,
                    "account_text": lines["account_text"].iloc[0],
                    "suppliers": len(amounts),
                    "effective_number": round(1 / index, 6),
                    "hhi": round(index, 6),
                    "amount_ore": sum(amounts),
                }
            )
    rows.sort(key=lambda row: (-row["amount_ore"], row["account"]))
    return rows[:_SHOWN]
