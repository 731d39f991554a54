"""Whether the agreements and their suppliers become fewer, as the municipality wants."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from partnership_lib.analysis.portfolio.context import PortfolioContext, path_value
from partnership_lib.analysis.tables import table
from partnership_lib.findings import Chart, Finding, Section, Signal
from partnership_lib.units.dates import add_months, first_of_month

BEHIND_BAD_SHARE = 0.10
_HISTORY_MONTHS = 36

_MEASURES = ("agreements_in_force", "suppliers_with_agreement")
_COLUMNS = ("measure", "a_year_ago", "now", "path_value", "target", "by_date")


def agreements_section(context: PortfolioContext) -> Section:
    """Return the number of agreements in force and of suppliers that have one, against the targets.

    Notes
    -----
    Counted on the last day of each month, options not used are not counted. The way to a target is a straight line
    from its start; above the line asks for attention, more than 10 per cent above is bad.
    """
    findings = [_counts(context), *(_against_target(context, measure) for measure in _MEASURES)]
    return Section("agreements", tuple(f for f in findings if f), (_over_time(context),))


def counts_on(context: PortfolioContext, day: date) -> dict[str, int]:
    """Return how many agreements were in force on a day and how many suppliers had one."""
    in_force = context.in_force_on(day)
    suppliers = {agreement.supplier_id for agreement in in_force}
    return {"agreements_in_force": len(in_force), "suppliers_with_agreement": len(suppliers)}


def _counts(context: PortfolioContext) -> Finding:
    now = counts_on(context, context.report_date)
    before = counts_on(context, add_months(context.report_date, -12))
    rows = [_row(context, measure, before[measure], now[measure]) for measure in _MEASURES]
    difference = now["agreements_in_force"] - before["agreements_in_force"]
    code = "agreements_same" if not difference else "agreements_fewer" if difference < 0 else "agreements_more"
    return context.finding(
        code,
        now["agreements_in_force"],
        "count",
        table=table(rows, _COLUMNS),
        suppliers=now["suppliers_with_agreement"],
        partnerships=sum(agreement.is_partnership for agreement in context.in_force),
        difference=abs(difference),
    )


def _row(context: PortfolioContext, measure: str, before: int, now: int) -> dict[str, Any]:
    target = context.target(measure)
    path = path_value(target, context.report_date) if target else None
    return {
        "measure": measure,
        "a_year_ago": before,
        "now": now,
        "path_value": round(path, 1) if path is not None else None,
        "target": target.value if target else None,
        "by_date": target.by_date if target else None,
    }


def _against_target(context: PortfolioContext, measure: str) -> Finding | None:
    target = context.target(measure)
    path = path_value(target, context.report_date) if target else None
    if target is None or path is None:
        return context.finding(f"{measure}_no_target")
    now = counts_on(context, context.report_date)[measure]
    code = measure if now <= path else f"{measure}_behind"
    signal = Signal.GOOD if now <= path else Signal.BAD if now > path * (1 + BEHIND_BAD_SHARE) else Signal.ATTENTION
    values = {"path": round(path), "target": target.value, "by_date": target.by_date}
    return context.finding(code, now, "count", signal=signal, **values)  # type: ignore[arg-type]


def _over_time(context: PortfolioContext) -> Chart:
    target = context.target("agreements_in_force")
    rows = []
    for month in _months(context):
        last = min(add_months(month, 1) - timedelta(days=1), context.report_date)
        counts = counts_on(context, last)
        rows.append(
            {
                "month": month,
                "agreements": counts["agreements_in_force"],
                "suppliers": counts["suppliers_with_agreement"],
                "target": path_value(target, last) if target else None,
            }
        )
    values = {"first": rows[0]["month"], "last": rows[-1]["month"], "target": target.value if target else None}
    values |= {"agreements": rows[-1]["agreements"], "suppliers": rows[-1]["suppliers"]}
    return Chart("agreements_over_time", table(rows, ("month", "agreements", "suppliers", "target")), values)


def _months(context: PortfolioContext) -> Iterator[date]:
    """Yield the months from the target's start, or else from three years back."""
    target = context.target("agreements_in_force")
    start = target.start_date if target and target.start_date else add_months(context.report_date, -_HISTORY_MONTHS)
    month = min(first_of_month(start), first_of_month(context.report_date))
    while month <= context.report_date:
        yield month
        month = add_months(month, 1)
