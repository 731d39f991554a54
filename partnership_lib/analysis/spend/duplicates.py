"""Lines that look like others: questions to ask, since equal lines are mostly right."""

from __future__ import annotations

from typing import Any

from partnership_lib.analysis.spend.context import SpendContext
from partnership_lib.analysis.tables import records, table
from partnership_lib.findings import Finding, Section

_WINDOW_MONTHS = 12
_SHOWN = 30
_COLUMNS = ("supplier", "invoice_id", "amount_ore", "times", "vouchers", "first_date", "last_date")


def duplicates_section(context: SpendContext) -> Section:
    """Return invoices of the last twelve months that may have been booked twice, as questions.

    Notes
    -----
    One question: the same supplier, invoice number and amount (above zero) under more than one voucher, where no
    credit note of the same size takes it back. Equal amounts without an equal invoice number (rents, subscriptions)
    are counted only.
    """
    lines = context.known_lines(_WINDOW_MONTHS)
    year = lines.filter(lines.amount_ore != 0)
    return Section("duplicates", (_questions(context, year), _equal(context, year)))


def _questions(context: SpendContext, year: Any) -> Finding:
    named = year.filter(year.invoice_id != "")
    keyed = named.mutate(size=named.amount_ore.abs())
    groups = keyed.group_by(["supplier_key", "invoice_id", "size"]).aggregate(
        times=keyed.count(where=keyed.amount_ore > 0),
        credits=keyed.count(where=keyed.amount_ore < 0),
        vouchers=keyed.voucher_id.nunique(where=keyed.amount_ore > 0),
        first_date=keyed.booked_date.min(),
        last_date=keyed.booked_date.max(),
    )
    found = groups.filter(groups.vouchers > 1, groups.credits == 0)
    sums = context.rows(found.aggregate(questions=found.count(), extra_ore=(found.size * (found.vouchers - 1)).sum()))
    questions = int(sums["questions"].iloc[0])
    if not questions:
        return context.finding("duplicates_none", 0, "count")
    shown = found.order_by([found.size.desc(), "supplier_key", "invoice_id"]).limit(_SHOWN).rename(amount_ore="size")
    rows = records(context.named_rows(shown))
    return context.finding(
        "duplicates", questions, "count", table=table(rows, _COLUMNS), extra_ore=int(sums["extra_ore"].iloc[0]),
        shown=len(rows),
    )  # fmt: skip


def _equal(context: SpendContext, year: Any) -> Finding:
    """Return how many amounts come back from a supplier on the same day and account: as a rule they are right."""
    debits = year.filter(year.amount_ore > 0)
    groups = debits.group_by(["supplier_key", "account", "amount_ore", "booked_date"]).aggregate(times=debits.count())
    again = groups.filter(groups.times > 1)
    sums = context.rows(again.aggregate(groups=again.count(), lines=again.times.sum().fill_null(0)))
    groups_found, lines = int(sums["groups"].iloc[0]), int(sums["lines"].iloc[0])
    return context.finding("equal_lines" if groups_found else "equal_lines_none", groups_found, "count", lines=lines)
