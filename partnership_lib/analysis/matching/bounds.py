"""What was bought on each agreement: at least, with what the account and the department point to, and at most."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from partnership_lib.analysis.matching.grounds import DIRECT_AWARD
from partnership_lib.analysis.matching.lines import memtable
from partnership_lib.analysis.tables import fetched

if TYPE_CHECKING:
    import ibis
    import pandas as pd

EVIDENCE_LINES = 3
"""So many lines on one account and department, all of one agreement, point to that agreement."""

_WHERE = ("piece_supplier", "account", "administration")
_SUMS = ("certain_ore", "credit_ore", "debit_ore", "likely_ore", "lines", "shared_lines")
_PIECES = {"piece": "int64", "piece_supplier": "string", "piece_candidates": "int64"}


def agreement_bounds(cube: ibis.Table, segments: pd.DataFrame, by: tuple[str, ...] = ()) -> pd.DataFrame:
    """Return bounds of what was bought on each agreement.

    Parameters
    ----------
    cube : ibis.Table
        From `spend_cube`, with ``piece``, ``account``, ``administration``, ``claimed_id`` and ``ground_kind`` at least,
        of lines that have a piece; filtered to the months that are asked about.
    segments : pandas.DataFrame
        From `agreement_segments`.
    by : tuple of str
        Further dimensions of the cube to keep apart, such as ``month``.

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
    rows = _certain_rows(cube, by).union(_contested_rows(cube, by)).union(_shared_rows(cube, segments, by))
    keys = ["agreement_id", *by]
    sums = rows.group_by(keys).aggregate(**{name: rows[name].sum().cast("int64") for name in _SUMS})
    frame = fetched(sums.order_by(keys))
    return frame.assign(
        lower_ore=frame["certain_ore"] + frame["credit_ore"],
        likely_ore=frame["certain_ore"] + frame["likely_ore"],
        upper_ore=frame["certain_ore"] + frame["debit_ore"],
    )[[*keys, "lower_ore", "likely_ore", "upper_ore", "lines", "shared_lines"]]


def _rows(cube: ibis.Table, by: tuple[str, ...], agreement_id: Any, **sums: Any) -> ibis.Table:
    """Return the rows with the sums that are given, the others 0, all in one order."""
    import ibis

    wanted = {name: sums.get(name, ibis.literal(0, "int64")) for name in _SUMS}
    return cube.select(*by, agreement_id=agreement_id, **wanted)


def _certain_rows(cube: ibis.Table, by: tuple[str, ...]) -> ibis.Table:
    rows = _certain(cube)
    return _rows(rows, by, rows.claimed_id, certain_ore=rows.amount_ore, lines=rows.lines)


def _certain(cube: ibis.Table) -> ibis.Table:
    return cube.filter(cube.claimed_id.notnull(), cube.ground_kind != DIRECT_AWARD)


def _contested_rows(cube: ibis.Table, by: tuple[str, ...]) -> ibis.Table:
    """Return the rows of one agreement by supplier and day, or by name, but awarded directly by their ground."""
    rows = cube.filter(cube.claimed_id.notnull(), cube.ground_kind == DIRECT_AWARD)
    doubt = {"debit_ore": rows.debit_ore, "credit_ore": rows.credit_ore, "shared_lines": rows.lines}
    return _rows(rows, by, rows.claimed_id, **doubt)


def _shared_rows(cube: ibis.Table, segments: pd.DataFrame, by: tuple[str, ...]) -> ibis.Table:
    """Return a row of the cube once for each agreement that explains it, where several do."""
    import ibis

    pieces = segments[["piece", "agreement_ids"]].explode("agreement_ids").dropna()
    candidates = pieces.set_axis(["of_piece", "candidate"], axis=1)
    of_piece = memtable(candidates, {"of_piece": "int64", "candidate": "string"})
    supplied = _with_suppliers(cube, segments)
    doubtful = supplied.filter(supplied.claimed_id.isnull(), supplied.piece_candidates > 1)
    with_evidence = doubtful.left_join(_evident_agreements(_certain(supplied)), list(_WHERE))
    kept = with_evidence.select(
        "piece", "amount_ore", "debit_ore", "credit_ore", "lines", "ground_kind", "evident_id", *by
    )
    rows = kept.join(of_piece, kept.piece == of_piece.of_piece)
    is_likely = (rows.evident_id == rows.candidate) & (rows.ground_kind != DIRECT_AWARD)
    return _rows(
        rows,
        by,
        rows.candidate,
        debit_ore=rows.debit_ore,
        credit_ore=rows.credit_ore,
        likely_ore=ibis.ifelse(is_likely, rows.amount_ore, 0).fill_null(0),
        shared_lines=rows.lines,
    )


def _with_suppliers(cube: ibis.Table, segments: pd.DataFrame) -> ibis.Table:
    pieces = segments[["piece", "supplier_key"]].assign(n=[len(ids) for ids in segments["agreement_ids"]])
    return cube.join(memtable(pieces.set_axis(list(_PIECES), axis=1), _PIECES), "piece")


def _evident_agreements(certain: ibis.Table) -> ibis.Table:
    """Return the accounts and departments of a supplier on which all certain lines are of one agreement."""
    seen = certain.group_by(list(_WHERE)).aggregate(
        agreements=certain.claimed_id.nunique(), evident_id=certain.claimed_id.min(), seen=certain.lines.sum()
    )
    return seen.filter(seen.agreements == 1, seen.seen >= EVIDENCE_LINES).select(*_WHERE, "evident_id")
