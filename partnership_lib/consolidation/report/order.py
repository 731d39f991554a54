"""Which bundle when: the bundles in time, and how many begin each year against the room for procedures."""

from __future__ import annotations

from typing import Any

import pandas as pd

from partnership_lib.consolidation.planning.consolidating import Consolidation, bundle_columns
from partnership_lib.consolidation.planning.limits import CAPACITY
from partnership_lib.decision.cases.records import Governance
from partnership_lib.findings import Chart, Finding, Section
from partnership_lib.units.dates import add_months


def order_section(found: Consolidation) -> Section:
    """Return the bundles in time, and what begins each year."""
    columns = [int(column) for column in bundle_columns(found)]
    if not columns:
        return Section("order", (Finding("consolidation.order_none"),))
    frame = pd.DataFrame([_row(found, number, column) for number, column in enumerate(columns, start=1)])
    base = found.instance.case.settings.base_month
    values = {"first": frame["start_month"].min(), "last": frame["start_month"].max(), "count": len(frame)}
    years = _years(found, columns)
    code = "order_limited" if "procedures_limit" in years else "order"
    finding = Finding(f"consolidation.{code}", len(frame), "count", {"number": len(frame), **values}, years)
    return Section("order", (finding,), (Chart("bundle_timeline", frame, {**values, "base_month": base}),))


def _row(found: Consolidation, number: int, column: int) -> dict[str, Any]:
    (proposal,) = found.columns.proposals([column])
    ends = add_months(proposal.start, proposal.terms.term_months)
    return {
        "bundle": number,
        "name": ", ".join(found.instance.agreements[item].name for item in found.columns.members(column)),
        "start_month": proposal.start,
        "term_end_month": ends,
        "options_end_month": add_months(ends, sum(proposal.terms.option_months)),
        "is_partnership": proposal.terms.governance is Governance.PARTNERSHIP,
    }


def _years(found: Consolidation, columns: list[int]) -> pd.DataFrame:
    """Return a row per year in which a bundle begins or that has a limit: what begins, and the room there is."""
    began = [
        (found.columns.proposals([column])[0].start.year, len(found.columns.members(column))) for column in columns
    ]
    room = {int(limit.name): limit for limit in found.pool.limits if limit.code == CAPACITY}
    rows = []
    for year in sorted({year for year, _ in began} | set(room)):
        sizes = [size for begin, size in began if begin == year]
        row: dict[str, Any] = {"year": year, "bundles_begin": len(sizes), "agreements_replaced": sum(sizes)}
        if year in room:
            used = float(room[year].uses[found.answer.plan.bundles].sum())
            row |= {"procedures_expected": round(used, 1), "procedures_limit": room[year].most}
        rows.append(row)
    return pd.DataFrame(rows)
