"""What was bought on each agreement: at least, with what the account and the department point to, and at most."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

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
    is_claimed = sums["claimed_id"].notna()
    claimed, shared = sums[is_claimed], sums[~is_claimed & (sums["candidates"] > 1)]
    each_once = (_claimed_rows(claimed), _shared_rows(shared, _evident_agreements(claimed, shared), segments))
    found = pd.concat(rows[[*keys, *_SUMS]] for rows in each_once).groupby(keys, as_index=False)[_SUMS].sum()
    found["lower_ore"] = found["certain_ore"] + found["credit_ore"]
    found["likely_ore"] += found["certain_ore"]
    found["upper_ore"] = found["certain_ore"] + found["debit_ore"]
    return found[[*keys, "lower_ore", "likely_ore", "upper_ore", "lines", "shared_lines"]]


def _claimed_rows(rows: pd.DataFrame) -> pd.DataFrame:
    """Return the sums that are of one agreement by supplier and day, or by name; in doubt where awarded directly."""
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


def _shared_rows(rows: pd.DataFrame, evident: dict[tuple[Any, ...], str], segments: pd.DataFrame) -> pd.DataFrame:
    """Return the sums that several agreements explain, once for each of these."""
    import pandas as pd

    candidates = dict(zip(segments["piece"], segments["agreement_ids"], strict=True))
    pointed_at = pd.Series([evident.get(where) for where in _wheres(rows)], rows.index, dtype=object)
    each = rows.assign(agreement_id=rows["piece"].map(candidates), evident_id=pointed_at).explode("agreement_id")
    is_likely = (each["evident_id"] == each["agreement_id"]) & ~each["is_direct"]
    return each.assign(
        certain_ore=0, likely_ore=each["amount_ore"].where(is_likely, 0), shared_lines=each["lines"], lines=0
    )


def _evident_agreements(claimed: pd.DataFrame, shared: pd.DataFrame) -> dict[tuple[Any, ...], str]:
    """Return the agreement of each account and department of a supplier on which all certain lines are of one."""
    certain = claimed[~claimed["is_direct"] & claimed["supplier_key"].isin(shared["supplier_key"])]
    seen: dict[tuple[Any, ...], Counter[str]] = defaultdict(Counter)
    for where, agreement_id, lines in zip(_wheres(certain), certain["claimed_id"], certain["lines"], strict=True):
        seen[where][agreement_id] += lines
    alone = ((where, *counted.items()) for where, counted in seen.items() if len(counted) == 1)
    return {where: agreement_id for where, (agreement_id, lines) in alone if lines >= EVIDENCE_LINES}


def _wheres(rows: pd.DataFrame) -> Iterator[tuple[Any, ...]]:
    """Yield supplier, account and department of each row."""
    return zip(*(rows[name] for name in _WHERE), strict=True)
