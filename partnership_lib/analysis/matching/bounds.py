"""What was bought on each agreement: at least, with what the account and the department point to, and at most."""

from __future__ import annotations

from typing import TYPE_CHECKING

from partnership_lib.analysis.matching.lines import small_table
from partnership_lib.analysis.tables import fetched

if TYPE_CHECKING:
    import ibis
    import pandas as pd

EVIDENCE_LINES = 3
"""So many lines on one account and department, all of one agreement, point to that agreement."""

_WHERE = ("supplier_key", "account", "administration")
_SUMS = ("certain_ore", "credit_ore", "debit_ore", "likely_ore", "lines", "shared_lines")


def agreement_bounds(sums: ibis.Table, segments: pd.DataFrame, by: tuple[str, ...] = ()) -> pd.DataFrame:
    """Return bounds of what was bought on each agreement.

    Parameters
    ----------
    sums : ibis.Table
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
    rows = _claimed_rows(sums, by).union(_shared_rows(sums, segments, by))
    keys = ["agreement_id", *by]
    found = rows.group_by(keys).aggregate(**{name: rows[name].sum().cast("int64") for name in _SUMS})
    frame = fetched(found.order_by(keys))
    return frame.assign(
        lower_ore=frame["certain_ore"] + frame["credit_ore"],
        likely_ore=frame["certain_ore"] + frame["likely_ore"],
        upper_ore=frame["certain_ore"] + frame["debit_ore"],
    )[[*keys, "lower_ore", "likely_ore", "upper_ore", "lines", "shared_lines"]]


def _claimed_rows(sums: ibis.Table, by: tuple[str, ...]) -> ibis.Table:
    """Return the sums that are of one agreement by supplier and day, or by name; in doubt where awarded directly."""
    import ibis

    rows = sums.filter(sums.claimed_id.notnull())
    direct = rows.is_direct
    return rows.select(
        *by,
        agreement_id=rows.claimed_id,
        certain_ore=ibis.ifelse(direct, 0, rows.amount_ore),
        credit_ore=ibis.ifelse(direct, rows.credit_ore, 0),
        debit_ore=ibis.ifelse(direct, rows.debit_ore, 0),
        likely_ore=ibis.literal(0, "int64"),
        lines=ibis.ifelse(direct, 0, rows.lines),
        shared_lines=ibis.ifelse(direct, rows.lines, 0),
    )


def _shared_rows(sums: ibis.Table, segments: pd.DataFrame, by: tuple[str, ...]) -> ibis.Table:
    """Return the sums that several agreements explain, once for each of these."""
    import ibis

    of_piece = _candidates(segments)
    rows = sums.filter(sums.claimed_id.isnull(), sums.candidates > 1).left_join(_evident_agreements(sums), list(_WHERE))
    kept = rows.select("piece", "amount_ore", "debit_ore", "credit_ore", "lines", "is_direct", "evident_id", *by)
    each = kept.join(of_piece, kept.piece == of_piece.of_piece)
    is_likely = (each.evident_id == each.candidate) & ~each.is_direct
    zero = ibis.literal(0, "int64")
    return each.select(
        *by,
        agreement_id=each.candidate,
        certain_ore=zero,
        credit_ore=each.credit_ore,
        debit_ore=each.debit_ore,
        likely_ore=ibis.ifelse(is_likely, each.amount_ore, 0).fill_null(0),
        lines=zero,
        shared_lines=each.lines,
    )


def _candidates(segments: pd.DataFrame) -> ibis.Table:
    """Return each agreement of the pieces in which several are in force."""
    pairs = [
        (piece, each)
        for piece, ids in zip(segments["piece"], segments["agreement_ids"], strict=True)
        if len(ids) > 1
        for each in ids
    ]
    return small_table(
        {"of_piece": ([piece for piece, _ in pairs], "int64"), "candidate": ([each for _, each in pairs], "string")}
    )


def _evident_agreements(sums: ibis.Table) -> ibis.Table:
    """Return the accounts and departments of a supplier on which all certain lines are of one agreement."""
    certain = sums.filter(sums.claimed_id.notnull(), ~sums.is_direct)
    seen = certain.group_by(list(_WHERE)).aggregate(
        agreements=certain.claimed_id.nunique(), evident_id=certain.claimed_id.min(), seen=certain.lines.sum()
    )
    return seen.filter(seen.agreements == 1, seen.seen >= EVIDENCE_LINES).select(*_WHERE, "evident_id")
