"""What was bought on each agreement: at least, with what the account and the department point to, and at most."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd

EVIDENCE_LINES = 3
"""So many lines on one account and department, all of one agreement, point to that agreement."""

_WHERE = ["supplier_key", "account", "administration"]
_SUMS = ["certain_ore", "credit_ore", "debit_ore", "likely_ore", "lines", "shared_lines"]


def agreement_bounds(sums: pd.DataFrame, segments: pd.DataFrame, by: tuple[str, ...] = ()) -> pd.DataFrame:
    """Return bounds of what was bought on each agreement.

    Parameters
    ----------
    sums : pandas.DataFrame
        From `agreement_sums`; filtered to the months that are asked about.
    segments : pandas.DataFrame
        From `agreement_segments`.
    by : tuple of str
        What else the sums were kept apart by and is to stay apart, such as ``month``.

    Returns
    -------
    pandas.DataFrame
        agreement_id, those of `by`, lower_ore, likely_ore, upper_ore, lines (that certainly belong to it),
        shared_lines (that may belong to it).

    Notes
    -----
    Lines that certainly belong to the agreement count in all three. Of the lines that several agreements of the
    supplier explain, or whose ground says direct award, the lower bound takes every credit and no debit, the upper
    bound every debit and no credit: whatever each line truly belongs to, the truth lies between. `likely_ore` takes
    those of several agreements on an account and a department where only lines of this agreement have been seen, at
    least `EVIDENCE_LINES` of them; never one that says direct award.
    """
    import pandas as pd

    keys = ["agreement_id", *by]
    rows = pd.concat(each[[*keys, *_SUMS]] for each in (_claimed_rows(sums), _shared_rows(sums, segments)))
    found = rows.groupby(keys, as_index=False)[_SUMS].sum()
    found["lower_ore"] = found["certain_ore"] + found["credit_ore"]
    found["likely_ore"] += found["certain_ore"]
    found["upper_ore"] = found["certain_ore"] + found["debit_ore"]
    return found[[*keys, "lower_ore", "likely_ore", "upper_ore", "lines", "shared_lines"]]


def _claimed_rows(sums: pd.DataFrame) -> pd.DataFrame:
    """Return the sums that are of one agreement by supplier and day, or by name; in doubt where awarded directly."""
    rows = sums[sums["claimed_id"].notna()]
    is_direct = rows["is_direct"]
    return rows.assign(
        agreement_id=rows["claimed_id"],
        certain_ore=rows["amount_ore"].mask(is_direct, 0),
        credit_ore=rows["credit_ore"].where(is_direct, 0),
        debit_ore=rows["debit_ore"].where(is_direct, 0),
        likely_ore=0,
        lines=rows["lines"].mask(is_direct, 0),
        shared_lines=rows["lines"].where(is_direct, 0),
    )


def _shared_rows(sums: pd.DataFrame, segments: pd.DataFrame) -> pd.DataFrame:
    """Return the sums that several agreements explain, once for each of these."""
    rows = sums[sums["claimed_id"].isna() & (sums["candidates"] > 1)]
    of_pieces = segments.loc[segments["piece"].isin(rows["piece"]), ["piece", "agreement_ids"]]
    candidates = of_pieces.explode("agreement_ids").rename(columns={"agreement_ids": "agreement_id"})
    candidates = candidates.astype({"piece": "int64"})
    each = rows.merge(_evident_agreements(sums), on=_WHERE, how="left").merge(candidates, on="piece")
    is_likely = (each["evident_id"] == each["agreement_id"]) & ~each["is_direct"]
    return each.assign(
        certain_ore=0, likely_ore=each["amount_ore"].where(is_likely, 0), shared_lines=each["lines"], lines=0
    )


def _evident_agreements(sums: pd.DataFrame) -> pd.DataFrame:
    """Return the accounts and departments of a supplier on which all certain lines are of one agreement."""
    certain = sums[sums["claimed_id"].notna() & ~sums["is_direct"]]
    seen = certain.groupby(_WHERE, as_index=False).agg(
        agreements=("claimed_id", "nunique"), evident_id=("claimed_id", "first"), seen=("lines", "sum")
    )
    return seen.loc[(seen["agreements"] == 1) & (seen["seen"] >= EVIDENCE_LINES), [*_WHERE, "evident_id"]]
