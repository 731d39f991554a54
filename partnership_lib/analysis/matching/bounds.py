"""What was bought on each agreement: at least, with what the account and the department point to, and at most."""

from __future__ import annotations

from collections import Counter
from itertools import chain
from typing import Any

import numpy as np
import pandas as pd

EVIDENCE_LINES = 3
"""So many lines on one account and department, all of one agreement, point to that agreement."""

_WHERE = ("supplier_key", "account", "administration")
_SUMS = ("is_direct", "amount_ore", "credit_ore", "debit_ore", "lines")


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
    keys = ["agreement_id", *by]
    found = _once_for_each(sums, segments, by).groupby(keys, as_index=False).sum()
    found["lower_ore"] = found["certain_ore"] + found["credit_ore"]
    found["upper_ore"] = found["certain_ore"] + found["debit_ore"]
    return found[[*keys, "lower_ore", "likely_ore", "upper_ore", "lines", "shared_lines"]]


def _once_for_each(sums: pd.DataFrame, segments: pd.DataFrame, by: tuple[str, ...]) -> pd.DataFrame:
    """Return each sum once for every agreement that it may belong to, divided into what is certain and what is not."""
    is_claimed = sums["claimed_id"].notna().to_numpy()
    claimed, shared = np.flatnonzero(is_claimed), np.flatnonzero(~is_claimed & (sums["candidates"] > 1))
    candidates = segments["agreement_ids"].to_numpy()[sums["piece"].to_numpy()[shared]]
    row = np.concatenate([claimed, np.repeat(shared, [len(ids) for ids in candidates])])
    agreement_id = np.array([*sums["claimed_id"].to_numpy()[claimed], *chain(*candidates)], dtype=object)
    each = {name: sums[name].to_numpy()[row] for name in (*by, *_SUMS)}
    is_certain = is_claimed[row] & ~each["is_direct"]
    is_evident = (_evident_agreements(sums, claimed, shared)[row] == agreement_id) & ~each["is_direct"]
    return pd.DataFrame(
        {
            "agreement_id": pd.Series(agreement_id, dtype=object),
            **{name: pd.Series(each[name], dtype=sums[name].dtype) for name in by},
            "certain_ore": np.where(is_certain, each["amount_ore"], 0),
            "credit_ore": np.where(is_certain, 0, each["credit_ore"]),
            "debit_ore": np.where(is_certain, 0, each["debit_ore"]),
            "likely_ore": np.where(is_certain | is_evident, each["amount_ore"], 0),
            "lines": np.where(is_certain, each["lines"], 0),
            "shared_lines": np.where(is_certain, 0, each["lines"]),
        }
    )


def _evident_agreements(sums: pd.DataFrame, claimed: np.ndarray, shared: np.ndarray) -> np.ndarray:
    """Return the agreement that account and department of each shared sum point to; None for all other sums.

    All certain lines of the supplier on that account and department are of it, at least `EVIDENCE_LINES` of them.
    """
    certain = claimed[~sums["is_direct"].to_numpy()[claimed]]
    columns = [sums[name].to_numpy() for name in _WHERE]
    asked, seen = (list(zip(*(column[rows] for column in columns), strict=True)) for rows in (shared, certain))
    found: dict[tuple[Any, ...], Counter[str]] = {where: Counter() for where in asked}
    said = (sums[name].to_numpy()[certain].tolist() for name in ("claimed_id", "lines"))
    for where, agreement_id, lines in zip(seen, *said, strict=True):
        if where in found:
            found[where][agreement_id] += lines
    alone = {where: next(iter(counted)) for where, counted in found.items() if _is_evidence(counted)}
    evident = np.full(len(sums), None, dtype=object)
    evident[shared] = [alone.get(where) for where in asked]
    return evident


def _is_evidence(counted: Counter[str]) -> bool:
    return len(counted) == 1 and counted.total() >= EVIDENCE_LINES
