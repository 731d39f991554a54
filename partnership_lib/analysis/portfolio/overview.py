"""The portfolio at a glance: what the figures of the first sections show, in one."""

from __future__ import annotations

from collections.abc import Sequence

from partnership_lib.findings import Chart, Section


def overview_chart(sections: Sequence[Section]) -> Chart:
    """Return agreements, suppliers and the share in partnerships month by month, for the first page."""
    charts = {chart.code: chart for section in sections for chart in section.charts}
    counts, share = charts["agreements_over_time"], charts.get("partnership_share")
    if share is None:
        frame = counts.frame.assign(share=None)
        return Chart("portfolio_overview", frame, {**counts.values, "target_share": None})
    frame = counts.frame.merge(share.frame, on="month", how="left")
    values = {**counts.values, "share": share.values["share"], "target_share": share.values["target"]}
    return Chart("portfolio_overview", frame, values)
