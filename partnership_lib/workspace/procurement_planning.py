"""What the renewal radar assumes about procurements in a workspace: how long they take, and the office's hours."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import numpy as np

from partnership_lib.analysis.renewal_radar.lead_time import Approach, LeadBasis, LeadTime
from partnership_lib.analysis.renewal_radar.planning import ProcurementPlanning
from partnership_lib.decision.cases.assumptions import Assumption
from partnership_lib.decision.report.distributions import three_points
from partnership_lib.decision.uncertainty.quantiles import Floats, mean, quantile
from partnership_lib.workspace.case_files import default_assumptions

if TYPE_CHECKING:
    from partnership_lib.workspace.place import Workspace

_LEAD = {Approach.DETAILED: "lead_months_detailed", Approach.FUNCTIONAL: "lead_months_functional"}
_MISHAPS = (
    *("cancellation_probability", "cancellation_redo_share", "appeal_probability", "appeal_months_mean"),
    *("appeal_months_sigma_ln", "second_instance_probability", "second_instance_months_mean", "slack_months"),
)
_HOURS = ("authority_hours_per_procedure", "dialogue_effort_factor")
_LEAD_POINTS, _FIRST_POINTS, _SECOND_POINTS = 200, 24, 12
"""Points of equal weight that stand for a distribution: its quantiles in the middle of as many equal parts."""


def procurement_planning(workspace: Workspace) -> ProcurementPlanning:
    """Return what is assumed about procurements, from the workspace's assumptions and settings.

    Notes
    -----
    A procurement takes its lead time, again the share of it that must be redone when it is cancelled, and what an
    appeal takes beyond the slack before the old agreement ends, as in the decision model (C2). Hours are those of the
    procurement office, times the effort factor where requirements are functional.
    """
    known = {each.name: each for each in default_assumptions(workspace.root) if not each.scope}
    hours = mean(known["authority_hours_per_procedure"].distribution)
    factor = mean(known["dialogue_effort_factor"].distribution)
    return ProcurementPlanning(
        lead_times={approach: assumed_lead_time(known, name) for approach, name in _LEAD.items()},
        office_hours={Approach.DETAILED: hours, Approach.FUNCTIONAL: hours * factor},
        office_hours_per_year=workspace.settings.office_hours_per_year,
        lead_assumptions={
            approach: tuple(_row(known[each]) for each in (name, *_MISHAPS)) for approach, name in _LEAD.items()
        },
        hour_assumptions=tuple(_row(known[name]) for name in _HOURS),
    )


def assumed_lead_time(known: Mapping[str, Assumption], name: str) -> LeadTime:
    """Return the distribution of a procurement's length that the assumptions give, with cancellation and appeal."""
    middle = {key: mean(known[key].distribution) for key in _MISHAPS}
    lead = quantile(known[name].distribution, _midpoints(_LEAD_POINTS))
    again = np.array([1.0, 1.0 + middle["cancellation_redo_share"]])
    cancelled = middle["cancellation_probability"]
    delay, delay_weights = _delays(middle)
    months = (lead[:, None] * again)[:, :, None] + delay
    weights = np.array([1.0 - cancelled, cancelled])[None, :, None] * delay_weights / lead.size
    order = np.argsort(months, axis=None, kind="stable")
    flat = np.broadcast_to(weights, months.shape).ravel()
    return LeadTime(LeadBasis.ASSUMPTION, months.ravel()[order], flat[order])


def _delays(middle: Mapping[str, float]) -> tuple[Floats, Floats]:
    """Return how much later an appeal makes the agreement, and the probabilities: none, one court, two courts."""
    from scipy.special import ndtri

    sigma = middle["appeal_months_sigma_ln"]
    normal = ndtri(_midpoints(_FIRST_POINTS))
    first = middle["appeal_months_mean"] * np.exp(sigma * (normal - sigma / 2.0))
    second = -middle["second_instance_months_mean"] * np.log1p(-_midpoints(_SECOND_POINTS))
    both = (first[:, None] + second).ravel()
    delay = np.maximum(np.concatenate([[0.0], first, both]) - middle["slack_months"], 0.0)
    appealed, goes_on = middle["appeal_probability"], middle["second_instance_probability"]
    weights = np.concatenate(
        [
            [1.0 - appealed],
            np.full(first.size, appealed * (1.0 - goes_on) / first.size),
            np.full(both.size, appealed * goes_on / both.size),
        ]
    )
    return delay, weights


def _midpoints(count: int) -> Floats:
    return np.asarray((np.arange(count) + 0.5) / count)


def _row(assumption: Assumption) -> dict[str, Any]:
    low, middle, high = three_points(assumption.distribution)
    return {
        "assumption": assumption.name,
        "low_end": low,
        "middle": middle,
        "high_end": high,
        "assumption_unit": assumption.unit,
        "basis": assumption.basis.value,
        "grade": assumption.grade or None,
        "source": assumption.source,
        "source_sv": assumption.source_sv or None,
        "confirmed_by": assumption.confirmed_by or None,
    }


def planning_input(workspace: Workspace) -> tuple[dict[str, Any], tuple[Assumption, ...]]:
    """Return what identifies what the radar rests on beside the register, and the assumptions in it."""
    names = {*_LEAD.values(), *_MISHAPS, *_HOURS}
    used = tuple(each for each in default_assumptions(workspace.root) if each.name in names and not each.scope)
    hours = workspace.settings.office_hours_per_year
    written = json.dumps([[asdict(each) for each in used], hours], ensure_ascii=False, sort_keys=True, default=str)
    unconfirmed = sum(not each.confirmed_by for each in used)
    digest = hashlib.sha256(written.encode("utf-8")).hexdigest()
    return {"assumption_set": {"sha256": digest, "assumptions": len(used), "unconfirmed": unconfirmed}}, used
