"""The renewal radar: when each procurement must begin, what that rests on, and whether the office has the hours."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from partnership_lib.analysis.portfolio.context import PortfolioContext
from partnership_lib.analysis.renewal_radar.lead_time import SAFE_SHARE, Approach, LeadBasis, LeadTime, approach_of
from partnership_lib.analysis.renewal_radar.planning import ProcurementPlanning
from partnership_lib.analysis.renewal_radar.renewals import (
    AHEAD_MONTHS,
    SOON_MONTHS,
    Renewal,
    RenewalState,
    late,
    renewals,
    running_late,
)
from partnership_lib.analysis.renewal_radar.workload import QuarterLoad, workload
from partnership_lib.analysis.tables import table
from partnership_lib.findings import Chart, Finding, Section, Signal

FAR_TOO_LITTLE = 0.8
"""Hours for less than this part of a quarter's need are bad; for less than all of it they ask for attention."""
NAMED = 3
"""So many are named in a sentence; the table has all."""

_COLUMNS = (
    *("agreement_id", "name", "renewal_state", "procurement_start", "last_safe_start", "ready_share"),
    *("award_notice_by", "notice_date", "end_date", "goes_on_until"),
)
_CHART_COLUMNS = (
    *("agreement_id", "name", "is_partnership", "renewal_state", "procurement_start"),
    *("last_safe_start", "ready_share", "notice_date", "end_date"),
)
_LEAD_COLUMNS = ("approach", "lead_basis", "procurements", "median_months", "safe_months", "agreements")
_LOAD_COLUMNS = ("period", "procurements", "hours_needed", "hours_available", "hours_missing")
_ASSUMPTION_COLUMNS = (
    *("assumption", "low_end", "middle", "high_end", "assumption_unit", "basis", "grade"),
    *("source", "source_sv", "confirmed_by"),
)


def renewal_radar_section(context: PortfolioContext) -> Section:
    """Return the agreements that nothing follows, by the last day on which work on a new one can safely begin.

    Notes
    -----
    Safe means ready in time, standstill included, with a probability of 80 per cent. How long a procurement takes is
    what our own have taken where nine are known for the same kind of requirements, else an assumption. A late start
    is bad where the agreement cannot go on by an option or by itself, else it asks for attention; so does a
    procurement that runs and is ready in time with less than 80 per cent.
    """
    if context.planning is None:
        return Section("renewal_radar", (context.finding("radar_cannot_tell"),))
    planning = context.planning.with_history(context.content.agreements, context.as_of)
    found = renewals(context.content, planning, context.as_of)
    if not found:
        return Section("renewal_radar", (context.finding("radar_none", 0, "count", months=AHEAD_MONTHS),))
    loads = workload(found, planning, context.as_of)
    findings = (
        _starts(context, found),
        *_running(context, found),
        *_soon(context, found),
        _hours(context, loads),
        _lead_times(context, planning, found),
        *_assumptions(context, planning, found),
        *_endless(context),
    )
    return Section("renewal_radar", findings, (_timeline(context, found), _load_chart(context, loads)))


def _starts(context: PortfolioContext, found: Sequence[Renewal]) -> Finding:
    passed = late(found)
    values: dict[str, Any] = {"names": [each.agreement.name for each in passed[:NAMED]]}
    values |= {"safe_share": SAFE_SHARE, "months": AHEAD_MONTHS, "agreements": len(found)}
    code = "radar_late_none" if not passed else "radar_late" if len(passed) <= NAMED else "radar_late_many"
    bad = any(not each.can_wait for each in passed)
    signal = Signal.GOOD if not passed else Signal.BAD if bad else Signal.ATTENTION
    rows = table((_row(each) for each in found), _COLUMNS)
    rows = rows.drop(columns=[name for name in ("procurement_start", "goes_on_until") if rows[name].isna().all()])
    return context.finding(code, len(passed), "count", signal=signal, table=rows, **values)


def _row(renewal: Renewal) -> dict[str, Any]:
    agreement = renewal.agreement
    return {
        "agreement_id": agreement.id,
        "name": agreement.name,
        "is_partnership": agreement.is_partnership,
        "renewal_state": renewal.state.value,
        "procurement_start": renewal.started,
        "last_safe_start": renewal.last_safe_start,
        "ready_share": round(renewal.ready_share, 2),
        "award_notice_by": renewal.award_notice_by,
        "notice_date": agreement.notice_date() if agreement.notice_months else None,
        "end_date": renewal.end_date,
        "goes_on_until": renewal.option_until or ("renews" if agreement.renews_automatically else None),
    }


def _running(context: PortfolioContext, found: Sequence[Renewal]) -> Iterator[Finding]:
    """Yield how many procurements run, and how many of them are ready in time with less than 80 per cent."""
    running = [each for each in found if each.state is RenewalState.RUNNING]
    short = running_late(running)
    if not running:
        return
    names = [each.agreement.name for each in short[:NAMED]]
    code = "radar_running" if not short else "radar_running_late" if len(short) <= NAMED else "radar_running_late_many"
    signal = Signal.ATTENTION if short else Signal.GOOD
    values: dict[str, Any] = {"running": len(running), "names": names, "safe_share": SAFE_SHARE}
    yield context.finding(code, len(short), "count", signal=signal, **values)


def _soon(context: PortfolioContext, found: Sequence[Renewal]) -> Iterator[Finding]:
    soon = [each for each in found if each.state is RenewalState.SOON]
    if soon:
        names = [each.agreement.name for each in soon[:NAMED]]
        code = "radar_soon" if len(soon) <= NAMED else "radar_soon_many"
        yield context.finding(code, len(soon), "count", signal=Signal.ATTENTION, names=names, months=SOON_MONTHS)


def _hours(context: PortfolioContext, loads: Sequence[QuarterLoad]) -> Finding:
    worst = max(loads, key=lambda load: (load.hours_missing, load.hours_needed))
    values: dict[str, Any] = {
        "quarter": worst.quarter,
        "needed": round(worst.hours_needed),
        "procurements": worst.procurements,
    }
    rows = table((_load_row(load) for load in loads), _LOAD_COLUMNS)
    if worst.hours_available is None:
        rows = rows.drop(columns=["hours_available", "hours_missing"])
        return context.finding("radar_hours_cannot_tell", None, table=rows, **values)
    short = [load for load in loads if load.hours_missing > 0.0]
    values |= {"available": round(worst.hours_available), "quarters": len(loads)}
    if not short:
        return context.finding("radar_hours_enough", 0, "count", signal=Signal.GOOD, table=rows, **values)
    far = worst.hours_available < FAR_TOO_LITTLE * worst.hours_needed
    signal = Signal.BAD if far else Signal.ATTENTION
    return context.finding("radar_hours_short", len(short), "count", signal=signal, table=rows, **values)


def _load_row(load: QuarterLoad) -> dict[str, Any]:
    return {
        "period": load.quarter.label,
        "procurements": load.procurements,
        "hours_needed": round(load.hours_needed),
        "hours_available": None if load.hours_available is None else round(load.hours_available),
        "hours_missing": round(load.hours_missing),
    }


def _lead_times(context: PortfolioContext, planning: ProcurementPlanning, found: Sequence[Renewal]) -> Finding:
    """Return what the lead times rest on, for each approach that an agreement here has."""
    rows = [
        _lead_row(approach, lead, sum(each.lead is lead for each in found))
        for approach, lead in planning.lead_times.items()
    ]
    used = [row for row in rows if row["agreements"]]
    own = sum(row["agreements"] for row in used if row["lead_basis"] is LeadBasis.HISTORY.value)
    code = "radar_lead_own" if own == len(found) else "radar_lead_mixed" if own else "radar_lead_assumed"
    values: dict[str, Any] = {"agreements": len(found), "safe_share": SAFE_SHARE}
    return context.finding(code, own, "count", table=table(used, _LEAD_COLUMNS), **values)


def _lead_row(approach: Approach, lead: LeadTime, agreements: int) -> dict[str, Any]:
    return {
        "approach": approach.value,
        "lead_basis": lead.basis.value,
        "procurements": lead.procurements or None,
        "median_months": round(lead.months_for(0.5), 1),
        "safe_months": round(lead.months_for(SAFE_SHARE), 1),
        "agreements": agreements,
    }


def _assumptions(
    context: PortfolioContext, planning: ProcurementPlanning, found: Sequence[Renewal]
) -> Iterator[Finding]:
    """Yield the assumptions behind lead times and hours, and how many of them nobody has confirmed."""
    approaches = sorted({approach_of(each.agreement) for each in found})
    rows = table(planning.assumptions(approaches), _ASSUMPTION_COLUMNS)
    if rows.empty:
        return
    open_ones = int(rows["confirmed_by"].isna().sum())
    rows = rows.drop(columns=[name for name in ("grade", "confirmed_by") if rows[name].isna().all()])
    code = "radar_assumptions" if open_ones else "radar_assumptions_confirmed"
    yield context.finding(code, open_ones, "count", table=rows, assumptions=len(rows))


def _endless(context: PortfolioContext) -> Iterator[Finding]:
    """Yield how many agreements go on until further notice: they have no day to be ready for."""
    endless = [agreement.name for agreement in context.in_force_on(context.as_of) if agreement.end_date is None]
    if endless:
        code = "radar_endless" if len(endless) <= NAMED else "radar_endless_many"
        yield context.finding(code, len(endless), "count", names=endless[:NAMED])


def _timeline(context: PortfolioContext, found: Sequence[Renewal]) -> Chart:
    values = {"as_of": context.as_of, "agreements": len(found), "months": AHEAD_MONTHS, "safe_share": SAFE_SHARE}
    values |= {"late": len(late(found))}
    return Chart("renewal_radar", table((_row(each) for each in found), _CHART_COLUMNS), values)


def _load_chart(context: PortfolioContext, loads: Sequence[QuarterLoad]) -> Chart:
    worst = max(loads, key=lambda load: load.hours_needed)
    values = {"quarter": worst.quarter, "needed": round(worst.hours_needed), "quarters": len(loads)}
    columns = ("period", "procurements", "hours_needed", "hours_available")
    return Chart("procurement_workload", table((_load_row(load) for load in loads), columns), values)
