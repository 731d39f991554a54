"""Which agreement a ledger line belongs to: what is certain, what is possible, and what lies outside agreements."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterator
from datetime import date, timedelta
from itertools import pairwise
from typing import TYPE_CHECKING

from partnership_lib.domain import Agreement, Organisation, RegisterContent
from partnership_lib.errors import InputError
from partnership_lib.ledger.suppliers import identify_supplier
from partnership_lib.units.organisation_number import mask_personal_numbers

if TYPE_CHECKING:
    import ibis
    import pandas as pd

FOR_EVER = date(9999, 12, 31)
SOLE_TRADER = "sole_trader"
"""Stands instead of a natural person's name; the reader's word for it is in `text` under ``word.supplier``."""

_SEGMENT_TYPES = {
    "supplier_key": "string",
    "start": "date",
    "end_exclusive": "date",
    "agreement_ids": "array<string>",
}


def term_end_exclusive(agreement: Agreement) -> date:
    """Return the first day after an agreement's term; its end date moves when an option is exercised."""
    return FOR_EVER if agreement.end_date is None else agreement.end_date + timedelta(days=1)


def agreement_segments(content: RegisterContent) -> pd.DataFrame:
    """Return each supplier's time cut into pieces in which the same agreements are in force.

    Returns
    -------
    pandas.DataFrame
        supplier_key, start, end_exclusive, agreement_ids (sorted); the pieces of a supplier do not overlap.
    """
    import pandas as pd

    terms: dict[str, list[tuple[date, date, str]]] = defaultdict(list)
    for agreement in content.agreements:
        key = _supplier_key(content.find(Organisation, agreement.supplier_id))
        end = term_end_exclusive(agreement)
        if key is not None and agreement.start_date < end:
            terms[key].append((agreement.start_date, end, agreement.id))
    rows = [(key, *piece) for key in sorted(terms) for piece in _pieces(terms[key])]
    return pd.DataFrame(rows, columns=list(_SEGMENT_TYPES))


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
        With ``candidates`` (agreements with the supplier in force on the day), ``candidate_ids`` and
        ``agreement_id``: the only candidate, or the supplier's agreement that the line itself names; else null.
    """
    import ibis

    pieces = _memtable(segments, _SEGMENT_TYPES).rename(segment_supplier="supplier_key")
    named = _memtable(_references(segments), {"named_supplier": "string", "named_id": "string"})
    in_force = (
        (lines.supplier_key == pieces.segment_supplier)
        & (lines.booked_date >= pieces.start)
        & (lines.booked_date < pieces.end_exclusive)
    )
    is_named = (lines.supplier_key == named.named_supplier) & (lines.agreement_reference == named.named_id)
    joined = lines.left_join(pieces, in_force).left_join(named, is_named)
    candidates = joined.agreement_ids.length().fill_null(0)
    only = ibis.cases((candidates == 1, joined.agreement_ids[0]))
    return joined.select(
        *lines.columns,
        candidates=candidates,
        candidate_ids=joined.agreement_ids,
        agreement_id=joined.named_id.coalesce(only),
    )


def agreement_spend(matched: ibis.Table) -> pd.DataFrame:
    """Return what was bought on each agreement and month.

    Returns
    -------
    pandas.DataFrame
        agreement_id, month (its first day), certain_ore, possible_ore, lines. `certain_ore` and `lines` count
        the lines that belong to the agreement. `possible_ore` is an upper bound: it adds every debit that could
        be this agreement's or another's of the same supplier, and no credit that might be another's.
    """
    import ibis

    by_month = matched.mutate(month=matched.booked_date.truncate("M"))
    shared = by_month.filter(by_month.agreement_id.isnull(), by_month.candidates > 1)
    columns = ("agreement_id", "month", "certain_ore", "doubtful_ore", "lines")
    certain = by_month.filter(by_month.agreement_id.notnull()).mutate(
        certain_ore=by_month.amount_ore, doubtful_ore=ibis.literal(0, "int64"), lines=1
    )
    doubtful = shared.mutate(
        agreement_id=shared.candidate_ids.unnest(),
        certain_ore=ibis.literal(0, "int64"),
        doubtful_ore=ibis.greatest(shared.amount_ore, 0),
        lines=0,
    )
    both = certain.select(columns).union(doubtful.select(columns))
    sums = both.group_by(["agreement_id", "month"]).aggregate(
        certain_ore=both.certain_ore.sum(),
        possible_ore=both.certain_ore.sum() + both.doubtful_ore.sum(),
        lines=both.lines.sum(),
    )
    return _frame(sums.order_by(["agreement_id", "month"]), integers=("certain_ore", "possible_ore", "lines"))


def portfolio_spend(matched: ibis.Table) -> pd.DataFrame:
    """Return all spend per month, supplier, account and agreement, with natural persons masked.

    Returns
    -------
    pandas.DataFrame
        month (its first day), supplier_key, supplier, supplier_is_person, account, account_text, agreement_id
        (None outside agreements or where it cannot be told), candidates, amount_ore, lines. A sole trader is
        called ``sole_trader`` with a key ``person:<number>`` that means nothing outside this frame.
    """
    names = matched.group_by("supplier_key").aggregate(
        supplier=matched.supplier.max(), supplier_is_person=matched.supplier_is_person.any()
    )
    by_month = matched.mutate(month=matched.booked_date.truncate("M"))
    keys = ["month", "supplier_key", "account", "agreement_id", "candidates"]
    sums = by_month.group_by(keys).aggregate(
        account_text=by_month.account_text.max(), amount_ore=by_month.amount_ore.sum(), lines=by_month.count()
    )
    columns = ("month", "supplier_key", "supplier", "supplier_is_person", "account", "account_text", "agreement_id")
    named = sums.join(names, "supplier_key").select(*columns, "candidates", "amount_ore", "lines").order_by(keys)
    frame = _frame(named, integers=("candidates", "amount_ore", "lines"))
    frame["supplier_is_person"] = frame["supplier_is_person"].astype(bool)
    return _masked(frame)


def _supplier_key(organisation: Organisation | None) -> str | None:
    """Return the key that the ledger knows a supplier by."""
    if organisation is None:
        return None
    try:
        return identify_supplier(organisation.organisation_number, organisation.name).key
    except InputError:
        return None


def _pieces(terms: list[tuple[date, date, str]]) -> Iterator[tuple[date, date, list[str]]]:
    borders = sorted({day for start, end, _ in terms for day in (start, end)})
    for start, end in pairwise(borders):
        in_force = sorted(name for first, last, name in terms if first <= start and end <= last)
        if in_force:
            yield start, end, in_force


def _references(segments: pd.DataFrame) -> pd.DataFrame:
    """Return each supplier's own agreement ids: a line that names one of them belongs to it, whatever its date."""
    named = segments[["supplier_key", "agreement_ids"]].explode("agreement_ids").drop_duplicates()
    return named.set_axis(["named_supplier", "named_id"], axis=1).reset_index(drop=True)


def _memtable(frame: pd.DataFrame, types: dict[str, str]) -> ibis.Table:
    import ibis

    return ibis.memtable(frame, schema=ibis.schema(types))


def _frame(table: ibis.Table, integers: tuple[str, ...]) -> pd.DataFrame:
    """Return a small result as pandas: months as dates, sums as int64 (the engine sums wider than that)."""
    frame = table.mutate(**{name: table[name].cast("int64") for name in integers}).to_pyarrow().to_pandas()
    frame["month"] = [month if type(month) is date else month.date() for month in frame["month"]]
    for name in frame.columns.intersection(["agreement_id"]):
        frame[name] = frame[name].astype(object).where(frame[name].notna(), None)
    return frame


def _masked(frame: pd.DataFrame) -> pd.DataFrame:
    """Return the frame with natural persons under a running number, in an order that says nothing about them."""
    persons = frame.loc[frame["supplier_is_person"], "supplier_key"].unique()
    shuffled = sorted(persons, key=lambda key: hashlib.sha256(key.encode()).hexdigest())
    number = {key: f"person:{place}" for place, key in enumerate(shuffled, start=1)}
    frame["supplier_key"] = [number.get(key, key) for key in frame["supplier_key"]]
    frame["supplier"] = [
        SOLE_TRADER if person else mask_personal_numbers(name)
        for name, person in zip(frame["supplier"], frame["supplier_is_person"], strict=True)
    ]
    order = ["month", "supplier_key", "account", "agreement_id", "candidates"]
    return frame.sort_values(order, ignore_index=True, na_position="last", kind="stable")
