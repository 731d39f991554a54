"""Why the invoices changed: price, index, volume, mix and leakage, from the year before to the latest year."""

from __future__ import annotations

import pandas as pd

from partnership_lib.analysis.bridge import PARTS, Bridge
from partnership_lib.analysis.context import AnalysisContext
from partnership_lib.analysis.outcome.costs.cost_bridge import cost_bridge, years_compared
from partnership_lib.analysis.outcome.report.context import OutcomeContext
from partnership_lib.analysis.tables import table
from partnership_lib.findings import Chart, Finding, Section
from partnership_lib.units.dates import add_months

_COLUMNS = ("bridge_part", "amount_ore", "of_before_share")


def changes_section(context: OutcomeContext) -> Section:
    """Return the bridge of the invoices; it explains the bill and is no estimate of the effect."""
    seen = context.evaluation.evidence
    found, years = cost_bridge([seen]), years_compared(seen)
    if found is None or years is None:
        return Section("changes", (context.finding("bridge_cannot_tell"),))
    ends = {
        "before_month": years[0][0].first_month,
        "before_last": add_months(years[0][-1].first_month, 2),
        "after_month": years[1][0].first_month,
        "after_last": add_months(years[1][-1].first_month, 2),
    }
    findings = [bridge_finding(context, found, **ends)]
    findings.append(indices_finding(context, found))
    return Section("changes", tuple(findings), (bridge_chart(found),))


def bridge_finding(context: AnalysisContext, found: Bridge, **values: object) -> Finding:
    """Return the bridge as a table whose parts sum to the change, to the öre."""
    change = found.now_ore - found.before_ore
    return context.finding(
        "bridge_up" if change > 0 else "bridge_down", change, "ore", table=bridge_table(found),
        before_ore=found.before_ore, now_ore=found.now_ore, size_ore=abs(change), **values,  # type: ignore[arg-type]
    )  # fmt: skip


def indices_finding(context: AnalysisContext, found: Bridge) -> Finding:
    """Return the price index by Fisher beside Laspeyres and Paasche, or that nothing has a quantity."""
    index = found.indices
    if index is None:
        return context.finding("bridge_no_volume")
    code = "bridge_indices_one" if len(found.items) == 1 else "bridge_indices"
    return context.finding(
        code, index.fisher - 1, "share", fisher=index.fisher - 1, laspeyres=index.laspeyres - 1,
        paasche=index.paasche - 1, quantity=index.fisher_quantity - 1,
    )  # fmt: skip


def bridge_table(found: Bridge) -> pd.DataFrame:
    """Return the rows of a bridge: before, each part that is not zero, now."""
    rows = [("before", found.before_ore), *((part, found.parts_ore[part]) for part in PARTS), ("now", found.now_ore)]
    shown = [(part, amount) for part, amount in rows if amount or part in ("before", "now")]
    return table(
        (
            {
                "bridge_part": part,
                "amount_ore": amount,
                "of_before_share": _share(amount, found.before_ore),
            }
            for part, amount in shown
        ),
        _COLUMNS,
    )


def _share(amount_ore: int, before_ore: int) -> float | None:
    """Return an amount as a share of the year before; what would be written as a minus before a zero is zero."""
    if not before_ore:
        return None
    share = amount_ore / before_ore
    return share if abs(share) >= 0.0005 else 0.0


def bridge_chart(found: Bridge) -> Chart:
    """Return what the bridge is drawn from."""
    return Chart("cost_bridge", bridge_table(found), {"before_ore": found.before_ore, "now_ore": found.now_ore})
