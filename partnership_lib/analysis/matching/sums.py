"""Sums of lines: the cube, and the sums by agreement that bounds are computed from."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from partnership_lib.analysis.matching.grounds import says_direct_award
from partnership_lib.analysis.matching.lines import falls_in
from partnership_lib.analysis.matching.stretches import piece_of, stretches_table
from partnership_lib.analysis.tables import fetched

if TYPE_CHECKING:
    import ibis

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
    sums = fetched(_groups(lines, segments, by))
    named_id = sums.pop("named_id").to_numpy()
    return sums.assign(**_standing(sums["piece"].to_numpy(), named_id, segments))


def _standing(piece: np.ndarray, named_id: np.ndarray, segments: pd.DataFrame) -> dict[str, Any]:
    """Return how sums stand to the agreements of their supplier, by their pieces and the agreements that they name."""
    names = ("supplier_key", "candidates", "only_id", "coverage", "nearest_id", "named_coverage")
    at = {name: segments[name].to_numpy()[piece] for name in names}
    named = [said.get(each) for said, each in zip(at["named_coverage"], named_id, strict=True)]
    is_named = np.array([coverage is not None for coverage in named], dtype=bool)
    texts = {
        "supplier_key": at["supplier_key"],
        "claimed_id": np.where(is_named, named_id, at["only_id"]),
        "coverage": np.where(is_named, named, at["coverage"]),
        "nearest_id": np.where(is_named, named_id, at["nearest_id"]),
    }
    return {"candidates": at["candidates"], **{name: pd.Series(text, dtype=object) for name, text in texts.items()}}


def _groups(lines: ibis.Table, segments: pd.DataFrame, by: dict[str, Any]) -> ibis.Table:
    """Return the lines summed by piece and agreement named, evidence and `by`; few rows, however many lines.

    A reference that is not of the supplier's agreements (an order number, another on each line) falls away here. A part
    of their ids does not: it is found to be none when the sums are looked up.
    """
    import ibis

    stretches = stretches_table(segments)
    joined = lines.join(stretches, falls_in(lines, stretches))
    told = joined.select(
        piece=piece_of(joined),
        account=ibis.ifelse(joined.is_divided, joined.account, ""),
        administration=ibis.ifelse(joined.is_divided, joined.administration, ""),
        named_id=ibis.ifelse(joined.agreement_ids.contains(joined.agreement_reference), joined.agreement_reference, ""),
        is_direct=says_direct_award(joined.ground),
        amount_ore=joined.amount_ore,
        **by,
    )
    return spend_cube(told, [*_EVIDENCE, "named_id", *by])
