"""Ledger lines joined with the agreements that each can belong to."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from partnership_lib.analysis.matching.grounds import DIRECT_AWARD, ground_kind
from partnership_lib.analysis.matching.segments import FOR_EVER, TRAILING_DAYS

if TYPE_CHECKING:
    import ibis
    import pandas as pd


def match_lines(lines: ibis.Table, segments: pd.DataFrame) -> ibis.Table:
    """Return the lines with the agreements that each can belong to.

    Parameters
    ----------
    lines : ibis.Table
        Columns of `LEDGER_SCHEMA`.
    segments : pandas.DataFrame
        From `agreement_segments`.

    Returns
    -------
    ibis.Table
        With ``candidates`` (how many agreements with the supplier are in force on the day), ``piece`` of the segments,
        ``claimed_id`` (the only candidate, or the supplier's agreement that the line itself names; else null),
        ``agreement_id`` (the same where it is certain: null where the ground says direct award), ``is_named``
        (whether the line does name it), ``ground_kind``, ``coverage`` and ``nearest_id``.

    Notes
    -----
    `coverage`: ``certain``, ``shared`` (several agreements explain the line), ``trailing``, ``after_expiry``,
    ``before_start`` (`nearest_id` says of which agreement; one that the line names goes first), ``no_agreement``.
    """
    import ibis

    pieces, named = pieces_table(segments), named_table(segments)
    joined = lines.left_join(pieces, falls_in(lines, pieces)).left_join(
        named, (lines.supplier_key == named.named_supplier) & (lines.agreement_reference == named.named_id)
    )
    kind, standing = ground_kind(joined.ground), standing_of(joined)
    return joined.select(
        *lines.columns,
        piece=joined.piece,
        agreement_id=ibis.ifelse(kind == DIRECT_AWARD, ibis.null("string"), standing["claimed_id"]),
        is_named=joined.named_id.notnull(),
        ground_kind=kind,
        **standing,
    )


def falls_in(lines: ibis.Table, pieces: ibis.Table) -> Any:
    """Return the condition that a line is of the supplier of a piece (or stretch), on one of its days."""
    return (
        (lines.supplier_key == pieces.piece_supplier)
        & (lines.booked_date >= pieces.start)
        & (lines.booked_date < pieces.end_exclusive)
    )


def standing_of(joined: Any) -> dict[str, Any]:
    """Return how lines joined with `pieces_table` and `named_table` stand to the agreements of their supplier."""
    import ibis

    candidates = joined.in_force.fill_null(0)
    coverage = ibis.cases(
        (joined.booked_date >= joined.named_trailing, "after_expiry"),
        (joined.booked_date >= joined.named_end, "trailing"),
        (joined.booked_date < joined.named_start, "before_start"),
        (joined.named_id.notnull() | (candidates == 1), "certain"),
        (candidates > 1, "shared"),
        (joined.state.notnull(), joined.state),
        else_="no_agreement",
    )
    return {
        "candidates": candidates,
        "claimed_id": joined.named_id.coalesce(joined.only_id),
        "coverage": coverage,
        "nearest_id": joined.named_id.coalesce(joined.nearest_id),
    }


def pieces_table(segments: pd.DataFrame) -> ibis.Table:
    """Return the segments, with the number of agreements in force and the only one, counted once for all lines."""
    ids = segments["agreement_ids"]
    columns = {
        "piece": (segments["piece"], "int64"),
        "piece_supplier": (segments["supplier_key"], "string"),
        "start": (segments["start"], "date32"),
        "end_exclusive": (segments["end_exclusive"], "date32"),
        "in_force": ([len(each) for each in ids], "int64"),
        "only_id": ([each[0] if len(each) == 1 else None for each in ids], "string"),
        "state": (segments["state"], "string"),
        "nearest_id": (segments["nearest_id"], "string"),
    }
    return small_table(columns)


def named_table(segments: pd.DataFrame) -> ibis.Table:
    """Return each supplier's own agreements and terms: a line that names one belongs to it, whatever its date."""
    terms: dict[str, tuple[str, date, date]] = {}
    columns = (segments[name].tolist() for name in ("supplier_key", "agreement_ids", "start", "end_exclusive"))
    for key, ids, start, end in zip(*columns, strict=True):
        for agreement_id in ids:
            _, first, _ = terms.get(agreement_id, (key, start, end))
            terms[agreement_id] = key, first, end  # the pieces come in the order of time
    return small_table(
        {
            "named_id": (list(terms), "string"),
            "named_supplier": ([key for key, _, _ in terms.values()], "string"),
            "named_start": ([start for _, start, _ in terms.values()], "date32"),
            "named_end": ([end for _, _, end in terms.values()], "date32"),
            "named_trailing": ([_trailing(end) for _, _, end in terms.values()], "date32"),
        }
    )


def _trailing(end: date) -> date:
    return end if end == FOR_EVER else end + timedelta(days=TRAILING_DAYS)


def small_table(columns: dict[str, tuple[Any, str]]) -> ibis.Table:
    """Return columns, each with its Arrow type, as an Ibis table; empty ones too."""
    import ibis
    import pyarrow as pa

    arrays = {name: pa.array(values, pa.type_for_alias(kind)) for name, (values, kind) in columns.items()}
    return ibis.memtable(pa.table(arrays))
