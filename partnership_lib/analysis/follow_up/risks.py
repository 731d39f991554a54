"""The municipality's own risks in the agreement; never in the shared report."""

from __future__ import annotations

from datetime import date

from partnership_lib.analysis.follow_up.context import FollowUpContext
from partnership_lib.analysis.tables import table
from partnership_lib.domain import Risk
from partnership_lib.findings import Finding, Section, Signal
from partnership_lib.units.dates import add_months

HIGH_RISK = 15
MEDIUM_RISK = 8

_COLUMNS = ("description", "probability", "consequence", "risk_value", "treatment", "owner", "assessed_date")


def risks_section(context: FollowUpContext) -> Section:
    """Return the open risks, the largest first.

    Notes
    -----
    Risk value = probability x consequence (1-25). From 15 it is bad and from 8 it asks for attention. A risk not
    assessed for a year asks for attention.
    """
    risks = open_risks(context)
    if not risks:
        return Section("risks", (context.finding("risks_none", 0, "count"),))
    findings = [_overview(context, risks), _stale(context, risks)]
    return Section("risks", tuple(finding for finding in findings if finding))


def open_risks(context: FollowUpContext) -> list[Risk]:
    """Return the risks open on the report date, the largest first."""
    day = context.report_date
    known = [r for r in context.content.risks if r.assessed_date <= day and not _closed(r, day)]
    return sorted(known, key=lambda risk: (-risk.probability * risk.consequence, risk.id))


def _closed(risk: Risk, day: date) -> bool:
    return risk.closed_date is not None and risk.closed_date <= day


def _overview(context: FollowUpContext, risks: list[Risk]) -> Finding:
    values = [risk.probability * risk.consequence for risk in risks]
    high = sum(value >= HIGH_RISK for value in values)
    signal = Signal.BAD if high else Signal.ATTENTION if max(values) >= MEDIUM_RISK else Signal.NONE
    rows = table((_row(context, risk) for risk in risks), _COLUMNS)
    code = "risks_high" if high else "risks"
    return context.finding(code, len(risks), "count", signal=signal, table=rows, high=high, largest=max(values))


def _row(context: FollowUpContext, risk: Risk) -> dict[str, object]:
    return {
        "description": risk.description,
        "probability": risk.probability,
        "consequence": risk.consequence,
        "risk_value": risk.probability * risk.consequence,
        "treatment": risk.treatment or None,
        "owner": context.name_of(risk.owner_id),
        "assessed_date": risk.assessed_date,
    }


def _stale(context: FollowUpContext, risks: list[Risk]) -> Finding | None:
    stale = [risk for risk in risks if risk.assessed_date < add_months(context.report_date, -12)]
    if not stale:
        return None
    return context.finding("risks_stale", len(stale), "count", signal=Signal.ATTENTION)
