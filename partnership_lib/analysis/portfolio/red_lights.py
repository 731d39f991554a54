"""Partnerships whose own follow-up shows something bad."""

from __future__ import annotations

from typing import Any

import pandas as pd

from partnership_lib.analysis.follow_up import follow_up
from partnership_lib.analysis.follow_up.report import REPEATING
from partnership_lib.analysis.portfolio.context import PortfolioContext
from partnership_lib.analysis.tables import table
from partnership_lib.domain import Agreement
from partnership_lib.findings import Finding, Section, Signal

_COLUMNS = ("agreement_id", "name", "owner", "bad", "attention", "red_sections")
NAMED = 3
"""So many are named in the sentence; the table has all."""

_NOT_COUNTED = ("summary", *REPEATING)


def red_lights_section(context: PortfolioContext) -> Section:
    """Return the partnerships with bad signals in their follow-up of the same period.

    Notes
    -----
    The findings are those of each partnership's own internal report, except that spend which may belong to several
    agreements is left out here.
    """
    partnerships = [a for a in context.in_force if a.is_partnership]
    if not partnerships:
        return Section("red_lights", (context.finding("red_lights_no_partnerships", 0, "count"),))
    rows = [_row(context, agreement) for agreement in partnerships]
    rows.sort(key=lambda row: (-row["bad"], -row["attention"], row["agreement_id"]))
    return Section("red_lights", (_finding(context, rows),))


def _row(context: PortfolioContext, agreement: Agreement) -> dict[str, Any]:
    spend = agreement_months(context.spend, agreement.id)
    report = follow_up(context.content, spend, agreement.id, context.period, context.as_of, currency=context.currency)
    sections = [section for section in report.sections if section.code not in _NOT_COUNTED]
    signals = [finding.signal for section in sections for finding in section.findings]
    red = [s.code for s in sections if any(finding.signal is Signal.BAD for finding in s.findings)]
    return {
        "agreement_id": agreement.id,
        "name": agreement.name,
        "owner": context.name_of(agreement.owner_id),
        "bad": signals.count(Signal.BAD),
        "attention": signals.count(Signal.ATTENTION),
        "red_sections": tuple(red),
    }


def agreement_months(spend: pd.DataFrame, agreement_id: str) -> pd.DataFrame:
    """Return the certain spend of one agreement by month, as `follow_up` takes it."""
    own = spend[spend["agreement_id"] == agreement_id]
    months = own.groupby("month", sort=True).agg(certain_ore=("amount_ore", "sum"), lines=("lines", "sum"))
    return months.assign(possible_ore=months["certain_ore"]).reset_index()


def _finding(context: PortfolioContext, rows: list[dict[str, Any]]) -> Finding:
    red = [row for row in rows if row["bad"]]
    code = "red_lights_none" if not red else "red_lights" if len(red) <= NAMED else "red_lights_many"
    return context.finding(
        code,
        len(red),
        "count",
        signal=Signal.BAD if red else Signal.GOOD,
        table=table(rows, _COLUMNS),
        partnerships=len(rows),
        names=[row["name"] for row in red[:NAMED]],
    )
