"""Ledger lines joined with the agreements that each can belong to."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from partnership_lib.analysis.matching.grounds import DIRECT_AWARD, ground_kind

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

    pieces, named = _pieces_table(segments), _named_table(segments)
    placed = lines.left_join(pieces, falls_in(lines, pieces))
    joined = placed.left_join(
        named, (placed.piece == named.named_piece) & (placed.agreement_reference == named.named_id)
    )
    kind, claimed = ground_kind(joined.ground), joined.named_id.coalesce(joined.only_id)
    return joined.select(
        *lines.columns,
        piece=joined.piece,
        candidates=joined.in_force.fill_null(0),
        claimed_id=claimed,
        agreement_id=ibis.ifelse(kind == DIRECT_AWARD, ibis.null("string"), claimed),
        is_named=joined.named_id.notnull(),
        ground_kind=kind,
        coverage=joined.named_coverage.coalesce(joined.coverage, "no_agreement"),
        nearest_id=joined.named_id.coalesce(joined.nearest_id),
    )


def falls_in(lines: ibis.Table, pieces: ibis.Table) -> Any:
    """Return the condition that a line is of the supplier of a piece (or stretch), on one of its days."""
    return (
        (lines.supplier_key == pieces.piece_supplier)
        & (lines.booked_date >= pieces.start)
        & (lines.booked_date < pieces.end_exclusive)
    )


def _pieces_table(segments: pd.DataFrame) -> ibis.Table:
    """Return the segments, with the number of agreements in force and the only one."""
    columns = {
        "piece": (segments["piece"], "int64"),
        "piece_supplier": (segments["supplier_key"], "string"),
        "start": (segments["start"], "date32"),
        "end_exclusive": (segments["end_exclusive"], "date32"),
        "in_force": (segments["candidates"], "int64"),
        "only_id": (segments["only_id"], "string"),
        "coverage": (segments["coverage"], "string"),
        "nearest_id": (segments["nearest_id"], "string"),
    }
    return small_table(columns)


def _named_table(segments: pd.DataFrame) -> ibis.Table:
    """Return how a line that names an agreement stands to it, a row for each piece and agreement of its supplier."""
    rows = [
        (piece, agreement_id, coverage)
        for piece, named in zip(segments["piece"].tolist(), segments["named_coverage"], strict=True)
        for agreement_id, coverage in named.items()
    ]
    kinds = {"named_piece": "int64", "named_id": "string", "named_coverage": "string"}
    columns = zip(*rows, strict=True) if rows else [()] * len(kinds)
    return small_table({name: (column, kinds[name]) for name, column in zip(kinds, columns, strict=True)})


def small_table(columns: dict[str, tuple[Any, str]]) -> ibis.Table:
    """Return columns, each with its Arrow type, as an Ibis table; empty ones too."""
    import ibis
    import pyarrow as pa

    arrays = {name: pa.array(values, pa.type_for_alias(kind)) for name, (values, kind) in columns.items()}
    return ibis.memtable(pa.table(arrays))
