"""Appendix: every assumption with its values, basis, source and who confirmed it; the case's own first."""

from __future__ import annotations

from typing import Any

import pandas as pd

from partnership_lib.decision.cases.assumptions import Assumption, Shape
from partnership_lib.decision.cases.catalogue import TOPICS
from partnership_lib.decision.report.context import ReportContext, table, without_empty
from partnership_lib.decision.report.distributions import three_points
from partnership_lib.findings import Finding, Section

_COLUMNS = (
    *("assumption", "scope", "low_end", "middle", "high_end", "assumption_unit", "shape"),
    *("basis", "grade", "source", "source_sv", "assumed_date", "confirmed_by"),
)
_OFTEN_EMPTY = ("scope", "shape", "grade", "confirmed_by")
_ENDLESS = (Shape.LOGNORMAL, Shape.NORMAL)
"""Shapes whose low and high ends are P10 and P90, which must be said."""


def assumptions_section(context: ReportContext) -> Section:
    """Return the assumptions that the case sets itself, then the defaults by topic."""
    own = [each for each in context.case.assumptions if each.key in context.case.changed]
    findings = [_own(context, own)]
    for topic, rules in TOPICS.items():
        defaults = [a for a in context.case.assumptions if a.name in rules and a.key not in context.case.changed]
        if defaults:
            findings.append(_defaults(context, topic, defaults))
    return Section("assumptions", tuple(findings))


def _told(context: ReportContext, assumptions: list[Assumption]) -> pd.DataFrame:
    return without_empty(table((_row(context, each) for each in assumptions), _COLUMNS), *_OFTEN_EMPTY)


def _own(context: ReportContext, own: list[Assumption]) -> Finding:
    if not own:
        return context.finding("assumptions_own_none", 0, "count")
    rows = _told(context, own)
    confirmed = sum(bool(each.confirmed_by) for each in own)
    return context.finding("assumptions_own", len(own), "count", table=rows, confirmed=confirmed)


def _defaults(context: ReportContext, topic: str, defaults: list[Assumption]) -> Finding:
    rows = _told(context, defaults)
    confirmed = sum(bool(each.confirmed_by) for each in defaults)
    values: dict[str, Any] = {"topic": topic, "confirmed": confirmed}
    return context.finding(f"assumptions_{topic}", len(defaults), "count", table=rows, **values)


def _row(context: ReportContext, assumption: Assumption) -> dict[str, Any]:
    low, middle, high = three_points(assumption.distribution)
    return {
        "assumption": assumption.name,
        "scope": context.scope_name(assumption.scope) or None,
        "low_end": low,
        "middle": middle,
        "high_end": high,
        "assumption_unit": assumption.unit,
        "shape": assumption.distribution.shape.value if assumption.distribution.shape in _ENDLESS else None,
        "basis": assumption.basis.value,
        "grade": assumption.grade or None,
        "source": assumption.source,
        "source_sv": assumption.source_sv or None,
        "assumed_date": assumption.date,
        "confirmed_by": assumption.confirmed_by or None,
    }
