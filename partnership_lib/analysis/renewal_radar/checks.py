"""What the radar says in ``partnership check``: late starts, late procurements, too little time for all of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

from partnership_lib.analysis.agreement_rules.observation import RuleFinding, Severity
from partnership_lib.analysis.renewal_radar.planning import ProcurementPlanning
from partnership_lib.analysis.renewal_radar.renewals import Renewal, late, renewals, running_late
from partnership_lib.analysis.renewal_radar.workload import workload
from partnership_lib.domain import RegisterContent

SECTION = "radar"


def radar_findings(content: RegisterContent, planning: ProcurementPlanning, as_of: date) -> Iterator[RuleFinding]:
    """Yield a warning for every start that is late, every procurement that will be, and the fullest quarter."""
    planning = planning.with_history(content.agreements, as_of)
    found = renewals(content, planning, as_of)
    yield from (_of_agreement("start_late", each) for each in late(found))
    yield from (_of_agreement("procurement_late", each) for each in running_late(found))
    yield from _fullest(found, planning, as_of)


def _of_agreement(code: str, renewal: Renewal) -> RuleFinding:
    values = {
        "end_date": renewal.end_date,
        "last_safe_start": renewal.last_safe_start,
        "ready_share": renewal.ready_share,
    }
    agreement = renewal.agreement
    days = (renewal.last_safe_start - renewal.as_of).days if renewal.started is None else None
    unit = "" if days is None else "days"
    return RuleFinding(Severity.WARNING, code, agreement.id, agreement.name, SECTION, values, days, unit)


def _fullest(found: Sequence[Renewal], planning: ProcurementPlanning, as_of: date) -> Iterator[RuleFinding]:
    load = max(workload(found, planning, as_of), key=lambda each: (each.hours_missing, each.hours_needed))
    if load.hours_missing > 0.0:
        values = {
            "quarter": load.quarter,
            "procurements": load.procurements,
            "needed": round(load.hours_needed),
            "available": round(load.hours_available or 0.0),
        }
        yield RuleFinding(Severity.WARNING, "office_short", load.quarter.label, "", SECTION, values)
