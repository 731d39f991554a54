"""The evaluation plan: what is decided at award, before anybody can see the answer, and what was done differently."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from partnership_lib.analysis.outcome.costs.evidence import FEWEST_QUARTERS_FOR_SEASONS, Evidence
from partnership_lib.analysis.outcome.costs.rules import OutcomeRules
from partnership_lib.analysis.outcome.estimators import EstimatorName
from partnership_lib.analysis.outcome.inference import SIGNIFICANCE
from partnership_lib.analysis.outcome.minimum_data import LEAST_DONORS, LEAST_POST_MONTHS, LEAST_PRE_MONTHS

FORMAT = "evaluation_plan/1"
MEASURE = "log_unit_cost_fixed_prices"
ESTIMATOR: EstimatorName = "sdid"
_SIGNIFICANT_DIGITS = 10


@dataclass(frozen=True)
class PlanDeviation:
    """One thing that was done differently from what was planned."""

    key: str
    planned: Any
    done: Any


def plan_document(evidence: Evidence, rules: OutcomeRules) -> dict[str, Any]:
    """Return the plan of an evaluation as plain values, as the register and the ledger stand.

    Everything that can be chosen is in it: what is measured, by which index and volume, beside which donors, from when,
    by which estimator, what is enough data, and when the answer is called better, worse or neither.
    """
    return {
        "format": FORMAT,
        "agreement": evidence.agreement.id,
        "measure": MEASURE,
        "includes": ["invoices", "leakage", "procurement", "transition", "staff"],
        "index": _rounded(evidence.series.index.shares if evidence.series.index else {}),
        "volume_driver": evidence.series.driver,
        "donors": [donor.unit.id for donor in evidence.donors],
        "before_from": f"{evidence.window.before[0]:%Y-%m}" if evidence.window.before else "",
        "start": evidence.agreement.start_date.isoformat(),
        "transition_quarters": rules.transition_quarters,
        "seasons_removed": len(evidence.window.before) >= FEWEST_QUARTERS_FOR_SEASONS,
        "estimator": ESTIMATOR,
        "minimum": {
            "pre_months": LEAST_PRE_MONTHS,
            "post_months": LEAST_POST_MONTHS,
            "donors": LEAST_DONORS,
            "volume_driver": True,
            "category_index": True,
        },
        "decision_rule": {"test": "placebo_in_space", "significance": SIGNIFICANCE},
        "asked_saving_share": rules.asked_saving_share,
        "assumptions": {
            name: {"value": _number(each.value), "unit": each.unit, "basis": each.basis}
            for name, each in sorted(rules.assumptions.items())
        },
    }


def plan_deviations(planned: Mapping[str, Any], done: Mapping[str, Any]) -> tuple[PlanDeviation, ...]:
    """Return what differs between a frozen plan and what was done, in the order of the plan.

    Examples
    --------
    >>> plan_deviations({"estimator": "sdid", "donors": ["A", "B"]}, {"estimator": "sdid", "donors": ["B"]})
    (PlanDeviation(key='donors_lost', planned='A', done=''),)
    """
    return tuple(_deviations(planned, done, ""))


def frozen_late_days(frozen: date, agreement_start: date) -> int:
    """Return how many days after the start a plan was frozen; 0 when it was frozen in time."""
    return max(0, (frozen - agreement_start).days)


def _deviations(planned: Mapping[str, Any], done: Mapping[str, Any], above: str) -> Iterator[PlanDeviation]:
    for key in dict.fromkeys([*planned, *done]):
        before, after = planned.get(key), done.get(key)
        name = f"{above}.{key}" if above else key
        if before == after:
            continue
        if isinstance(before, Mapping) and isinstance(after, Mapping):
            yield from _deviations(before, after, name)
        elif isinstance(before, Sequence) and isinstance(after, Sequence) and not isinstance(before, str):
            yield from _of_list(name, before, after)
        else:
            yield PlanDeviation(name, before, after)


def _of_list(name: str, before: Sequence[Any], after: Sequence[Any]) -> Iterator[PlanDeviation]:
    lost, added = [each for each in before if each not in after], [each for each in after if each not in before]
    if lost:
        yield PlanDeviation(f"{name}_lost", ", ".join(map(str, lost)), "")
    if added:
        yield PlanDeviation(f"{name}_added", "", ", ".join(map(str, added)))


def _rounded(shares: Mapping[str, float]) -> dict[str, float]:
    return {name: _number(share) for name, share in sorted(shares.items())}


def _number(value: float) -> float:
    """Return a number without the noise of its last binary digits, so that a hash repeats on every machine."""
    return float(f"{value:.{_SIGNIFICANT_DIGITS}g}")
