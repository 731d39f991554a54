"""What could make the estimate wrong, tried: the checks, and every other reasonable way to compute it."""

from __future__ import annotations

from partnership_lib.analysis.outcome.checks import Check
from partnership_lib.analysis.outcome.evaluation import Conclusion
from partnership_lib.analysis.outcome.report.context import OutcomeContext, told
from partnership_lib.analysis.outcome.report.figures import curve_chart
from partnership_lib.analysis.outcome.specification import curve_finding
from partnership_lib.analysis.tables import table
from partnership_lib.findings import Finding, Section

_CURVE = ("outcome_choice", "estimator", "ways", "low_share", "median_share", "high_share", "distinct_share")


def checks_section(context: OutcomeContext) -> Section:
    """Return every check of the estimate, passed or not."""
    checks = _of_the_answer(context)
    passed = sum(check.passed is True for check in checks)
    tried = sum(check.passed is not None for check in checks)
    head = context.finding("checks_passed" if passed == tried else "checks_failed", passed, "count", tried=tried)
    return Section("checks", (head, *(context.named(told(check.finding)) for check in checks)))


def _of_the_answer(context: OutcomeContext) -> list[Check]:
    """Return the checks that could go against the answer; that nothing stands out is the answer when there is none."""
    evaluation = context.evaluation
    nothing = evaluation.conclusion is Conclusion.INDISTINGUISHABLE
    return [check for check in evaluation.checks if not (nothing and check.code == "placebo_in_space")]


def ways_section(context: OutcomeContext) -> Section:
    """Return the specification curve: what the answer had been, had somebody else chosen."""
    found = curve_finding(context.evaluation.curve)
    return Section("ways", (told(found), _by_choice(context)), (curve_chart(context),))


def _by_choice(context: OutcomeContext) -> Finding:
    curve = context.evaluation.curve
    rows = []
    for (outcome, estimator), group in curve.groupby(["outcome", "estimator"], sort=False):
        distinct = (group["verdict"] != "indistinguishable").mean()
        rows.append(
            {
                "outcome_choice": outcome,
                "estimator": estimator,
                "ways": len(group),
                "low_share": group["effect_share"].min(),
                "median_share": group["effect_share"].median(),
                "high_share": group["effect_share"].max(),
                "distinct_share": float(distinct),
            }
        )
    rows.sort(key=lambda row: (row["outcome_choice"] != "own_index", row["outcome_choice"], row["estimator"]))
    return context.finding("ways_by_choice", len(rows), "count", table=table(rows, _CURVE))
