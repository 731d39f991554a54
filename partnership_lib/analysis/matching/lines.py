"""Ledger lines joined with the agreements that each can belong to."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from partnership_lib.analysis.matching.grounds import DIRECT_AWARD, ground_kind
from partnership_lib.analysis.matching.segments import FOR_EVER, TRAILING_DAYS

if TYPE_CHECKING:
    import ibis
    import pandas as pd

_PIECE_TYPES = {
    "piece": "int64",
    "piece_supplier": "string",
    "start": "date",
    "end_exclusive": "date",
    "agreement_ids": "array<string>",
    "in_force": "int64",
    "only_id": "string",
    "state": "string",
    "nearest_id": "string",
}
_NAMED_TYPES = {
    "named_supplier": "string",
    "named_id": "string",
    "named_start": "date",
    "named_end": "date",
    "named_trailing": "date",
}


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
        With ``candidates`` (agreements with the supplier in force on the day), ``candidate_ids``, ``piece`` of the
        segments, ``claimed_id`` (the only candidate, or the supplier's agreement that the line itself names; else
        null), ``agreement_id`` (the same where it is certain: null where the ground says direct award), ``is_named``
        (whether the line does name it), ``ground_kind``, ``coverage`` and ``nearest_id``.

    Notes
    -----
    `coverage`: ``certain``, ``shared`` (several agreements explain the line), ``trailing``, ``after_expiry``,
    ``before_start`` (`nearest_id` says of which agreement; one that the line names goes first), ``no_agreement``.
    """
    import ibis

    pieces = memtable(_counted(segments), _PIECE_TYPES)
    named = memtable(_references(segments), _NAMED_TYPES)
    on_the_day = (
        (lines.supplier_key == pieces.piece_supplier)
        & (lines.booked_date >= pieces.start)
        & (lines.booked_date < pieces.end_exclusive)
    )
    is_named = (lines.supplier_key == named.named_supplier) & (lines.agreement_reference == named.named_id)
    joined = lines.left_join(pieces, on_the_day).left_join(named, is_named)
    candidates = joined.in_force.fill_null(0)
    kind, claimed = ground_kind(joined.ground), joined.named_id.coalesce(joined.only_id)
    return joined.select(
        *lines.columns,
        piece=joined.piece,
        candidates=candidates,
        candidate_ids=joined.agreement_ids,
        claimed_id=claimed,
        agreement_id=ibis.ifelse(kind == DIRECT_AWARD, ibis.null("string"), claimed),
        is_named=joined.named_id.notnull(),
        ground_kind=kind,
        coverage=_coverage(joined, candidates),
        nearest_id=joined.named_id.coalesce(joined.nearest_id),
    )


def _coverage(joined: Any, candidates: Any) -> ibis.Value:
    import ibis

    return ibis.cases(
        (joined.booked_date >= joined.named_trailing, "after_expiry"),
        (joined.booked_date >= joined.named_end, "trailing"),
        (joined.booked_date < joined.named_start, "before_start"),
        (joined.named_id.notnull() | (candidates == 1), "certain"),
        (candidates > 1, "shared"),
        (joined.state.notnull(), joined.state),
        else_="no_agreement",
    )


def _counted(segments: pd.DataFrame) -> pd.DataFrame:
    """Return the segments with the number of agreements in force and the only one, counted once for all lines."""
    ids = segments["agreement_ids"]
    only: list[Any] = [_only(each) for each in ids]
    counted = segments.assign(in_force=[len(each) for each in ids], only_id=only)
    return counted.rename(columns={"supplier_key": "piece_supplier"})[list(_PIECE_TYPES)]


def _only(agreement_ids: list[str]) -> str | None:
    return agreement_ids[0] if len(agreement_ids) == 1 else None


def _references(segments: pd.DataFrame) -> pd.DataFrame:
    """Return each supplier's own agreements and terms: a line that names one belongs to it, whatever its date."""
    import pandas as pd

    terms: dict[tuple[str, str], tuple[date, date]] = {}
    for key, ids, start, end in segments[["supplier_key", "agreement_ids", "start", "end_exclusive"]].to_numpy():
        for agreement_id in ids:
            first, last = terms.get((key, agreement_id), (start, end))
            terms[key, agreement_id] = min(first, start), max(last, end)
    rows = [(*named, start, end, _trailing(end)) for named, (start, end) in terms.items()]
    return pd.DataFrame(rows, columns=list(_NAMED_TYPES), dtype=object)


def _trailing(end: date) -> date:
    return end if end == FOR_EVER else end + timedelta(days=TRAILING_DAYS)


def memtable(frame: pd.DataFrame, types: dict[str, str]) -> ibis.Table:
    """Return a small frame as an Ibis table with these types, empty ones too."""
    import ibis

    return ibis.memtable(frame.astype(object), schema=ibis.schema(types))
