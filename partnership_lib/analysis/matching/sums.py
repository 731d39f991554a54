"""Sums of lines: the cube, and the sums by agreement that bounds are computed from."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from partnership_lib.analysis.matching.grounds import says_direct_award
from partnership_lib.analysis.matching.lines import falls_in, named_table, pieces_table, standing_of
from partnership_lib.analysis.matching.stretches import piece_of, stretches_table
from partnership_lib.analysis.tables import fetched

if TYPE_CHECKING:
    import ibis
    import pandas as pd

_EVIDENCE = ("piece", "account", "administration", "is_direct")
_SUMS = ("amount_ore", "debit_ore", "credit_ore", "lines")


def spend_cube(lines: ibis.Table, dimensions: Sequence[str]) -> ibis.Table:
    """Return sums by some dimensions: every line is in exactly one row, so they sum to the lines, to the öre.

    Returns
    -------
    ibis.Table
        The dimensions, ``amount_ore``, ``debit_ore`` (0 or more), ``credit_ore`` (0 or less) and ``lines``.
    """
    import ibis

    amount = lines.amount_ore
    sums = lines.group_by(list(dimensions)).aggregate(
        amount_ore=amount.sum().cast("int64"),
        credit_ore=ibis.least(amount, 0).sum().cast("int64"),
        lines=lines.count().cast("int64"),
    )
    return sums.mutate(debit_ore=sums.amount_ore - sums.credit_ore)


def held(query: ibis.Table) -> ibis.Table:
    """Return a query that has been run, so that many others can be asked of its rows."""
    import ibis

    return ibis.memtable(query.to_pyarrow())


def agreement_sums(lines: ibis.Table, segments: pd.DataFrame, **by: Any) -> pd.DataFrame:
    """Return the lines of all suppliers that have, had or will have an agreement, summed by how they stand to it.

    Parameters
    ----------
    lines : ibis.Table
        Columns of `LEDGER_SCHEMA`.
    segments : pandas.DataFrame
        From `agreement_segments`.
    **by : ibis.Deferred
        What else to keep apart, such as ``month=ibis._.booked_date.truncate("M")``.

    Returns
    -------
    pandas.DataFrame
        ``piece``, ``supplier_key``, ``account`` and ``administration``, ``is_direct`` (the ground says direct award),
        ``candidates``, ``claimed_id``, ``coverage`` and ``nearest_id`` as `match_lines` has them, those of `by`, and
        the sums of `spend_cube`.

    Notes
    -----
    Says of every line what `match_lines` says, for a third of the work: the lines are joined with their pieces only,
    and summed. All lines of a piece that name the same agreement, or none, stand to it in the same way, so this is
    found out once for each sum. Account and department say nothing where a supplier has never had two agreements at
    once: there they are empty.
    """
    pieces, named = pieces_table(segments), named_table(segments)
    groups = _groups(lines, stretches_table(segments), named, by)
    placed = groups.join(pieces.rename(supplier_key="piece_supplier", booked_date="start"), "piece")
    joined = placed.left_join(
        named, (placed.supplier_key == named.named_supplier) & (placed.known_id == named.named_id)
    )
    return fetched(joined.select(*_EVIDENCE, "supplier_key", *by, *_SUMS, **standing_of(joined)))


def _groups(lines: ibis.Table, stretches: ibis.Table, named: ibis.Table, by: dict[str, Any]) -> ibis.Table:
    """Return the lines summed by piece and agreement named, evidence and `by`; few rows, however many lines.

    First by the reference as it stands: the lines would be looked up one by one, their sums are few. A reference that
    is no agreement's (an order number, another on each line) then falls away.
    """
    import ibis

    joined = lines.join(stretches, falls_in(lines, stretches))
    told = joined.select(
        piece=piece_of(joined),
        account=ibis.ifelse(joined.is_divided, joined.account, ""),
        administration=ibis.ifelse(joined.is_divided, joined.administration, ""),
        agreement_reference=joined.agreement_reference,
        is_direct=says_direct_award(joined.ground),
        amount_ore=joined.amount_ore,
        **by,
    )
    sums = spend_cube(told, [*_EVIDENCE, "agreement_reference", *by])
    known = named.select(known_id="named_id")
    found = sums.left_join(known, sums.agreement_reference == known.known_id)
    keys = [*_EVIDENCE, "known_id", *by]
    return found.group_by(keys).aggregate(**{name: found[name].sum().cast("int64") for name in _SUMS})
