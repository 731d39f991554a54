"""What to find out before deciding: the questions whose answers are worth most."""

from __future__ import annotations

from typing import Any

from partnership_lib.decision.report.answer import WORTH_ASKING_SEK
from partnership_lib.decision.report.context import ReportContext, records, table, without_empty
from partnership_lib.findings import Chart, Finding, Section

_DRAWN = 8
_COLUMNS = ("question", "scope", "evppi_sek", "first_order_share", "confirmed")
_ASKED_OF_SUPPLIERS = frozenset(
    "scope_saving_share scale_elasticity bundle_bidder_share bundle_breadth_penalty bidders_factor "
    "dialogue_effort_factor premium_loading included_change_cap_share adaptability_saving_share change_markup_share "
    "change_order_lead_months release_cycle_months transition_cost_share dual_running_months switching_cost_share "
    "interface_cost_sek_per_year reintegration_cost_sek internal_interface_share interface_density "
    "training_hours_per_user contract_drift_share_per_year market_trend_share_per_year "
    "quality_shading_share_per_year bidder_cost_sek_per_bid law_changes_per_domain_year change_size_share".split()
)
"""Questions that a supplier can answer; the others are the municipality's own."""


def questions_section(context: ReportContext) -> Section:
    """Return the questions in the order of what their answers are worth (EVPPI), each with the most it can be worth.

    Notes
    -----
    Where no answer would change the choice none is worth anything; the questions then stand in the order of what they
    explain of the uncertainty.
    """
    rows = _rows(context)
    worth = [row for row in rows if row["evppi_sek"] >= WORTH_ASKING_SEK]
    if not worth:
        return Section("questions", (_none(context, rows), *_unconfirmed(context)))
    chart_rows = table(worth[:_DRAWN], ("question", "scope", "evppi_sek", "confirmed"))
    first = worth[0]
    values = {"questions": len(chart_rows), "question": first["question"], "worth": first["evppi_sek"]}
    chart = Chart("question_worth", chart_rows, {**context.interval, **values})
    return Section("questions", (_first(context, worth), *_unconfirmed(context)), (chart,))


def shared_questions_section(context: ReportContext) -> Section:
    """Return the questions that suppliers can answer, without what the answers are worth."""
    # Nobody is asked about what nothing depends on, such as a density of interfaces where they have been mapped.
    asked = [row for row in _rows(context) if row["question"] in _ASKED_OF_SUPPLIERS and row["total_order_share"]]
    if not asked:
        return Section("questions", (context.finding("questions_shared_none", 0, "count"), *_unconfirmed(context)))
    shown = without_empty(table(asked, ("question", "scope")), "scope")
    found = context.finding("questions_shared", len(asked), "count", table=shown)
    return Section("questions", (found, *_unconfirmed(context)))


def _rows(context: ReportContext) -> list[dict[str, Any]]:
    return [
        {
            "question": str(row["name"]),
            "scope": context.scope_name(str(row["scope"])) or None,
            "evppi_sek": float(row["evppi_sek"]),
            "first_order_share": float(row["first_order_share"]),
            "total_order_share": float(row["total_order_share"]),
            "confirmed": bool(row["confirmed"]),
        }
        for row in records(context.comparison.information)
    ]


def _first(context: ReportContext, worth: list[dict[str, Any]]) -> Finding:
    shown = without_empty(table(worth, _COLUMNS), "scope")
    values: dict[str, Any] = {"question": worth[0]["question"], "evpi": context.comparison.evpi_sek}
    return context.finding("questions", worth[0]["evppi_sek"], "sek", table=shown, **values)


def _none(context: ReportContext, rows: list[dict[str, Any]]) -> Finding:
    ordered = sorted(rows, key=lambda row: -row["first_order_share"])
    columns = [column for column in _COLUMNS if column != "evppi_sek"]
    shown = without_empty(table(ordered[:_DRAWN], columns), "scope") if rows else None
    # The least worth that is told is the least that one decimal of a million can show.
    least = 2 * WORTH_ASKING_SEK
    return context.finding("questions_none", context.comparison.evpi_sek, "sek", table=shown, least=least)


def _unconfirmed(context: ReportContext) -> list[Finding]:
    rows = context.comparison.information
    if rows.empty:
        return []
    values: dict[str, Any] = {"unconfirmed": int((~rows["confirmed"].astype(bool)).sum()), "uncertain": len(rows)}
    code = "unconfirmed" if values["unconfirmed"] else "unconfirmed_none"
    return [context.finding(code, context.comparison.unconfirmed_share, "share", **values)]
