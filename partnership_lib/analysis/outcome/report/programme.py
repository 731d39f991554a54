"""The outcome report of the whole programme: each partnership's answer, and what they say together."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from typing import Any, ClassVar

from partnership_lib.analysis.context import AnalysisContext
from partnership_lib.analysis.outcome.costs.book import CostBook
from partnership_lib.analysis.outcome.costs.cost_bridge import cost_bridge
from partnership_lib.analysis.outcome.evaluation import Conclusion, Evaluation
from partnership_lib.analysis.outcome.pooling import FEWEST_TO_POOL, Pooled, pool
from partnership_lib.analysis.outcome.report.changes import bridge_chart, bridge_finding, indices_finding
from partnership_lib.analysis.outcome.report.limits import OF_PROGRAMME, limits_section
from partnership_lib.analysis.outcome.report.own_costs import assumptions_finding
from partnership_lib.analysis.tables import table
from partnership_lib.domain import FrozenKind, Organisation, standing_document
from partnership_lib.findings import Analysis, Chart, Finding, Section, Signal
from partnership_lib.units.period import Period

_TOLD = ("agreement_id", "name", "start_date", "conclusion", "effect_share", "low_share", "high_share", "drawn_share")
_NOT_TOLD = ("agreement_id", "name", "start_date", "outcome_lacking", "earliest_month")
_EFFECTS = ("name", "conclusion", "effect_share", "low_share", "high_share", "drawn_share", "weight_share")


@dataclass(frozen=True, kw_only=True)
class ProgrammeContext(AnalysisContext):
    """All partnerships, evaluated."""

    kind: ClassVar[str] = "outcome"

    evaluations: tuple[Evaluation, ...]

    @cached_property
    def told(self) -> tuple[Evaluation, ...]:
        """Return the evaluations that an estimate is told of."""
        return tuple(each for each in self.evaluations if each.is_told)

    @cached_property
    def pooled(self) -> Pooled | None:
        """Return what the effects say together, or None where there are too few."""
        if len(self.told) < FEWEST_TO_POOL:
            return None
        return pool([each.main.effect for each in self.told], [each.standard_error for each in self.told])


def programme_report(
    book: CostBook, evaluations: Sequence[Evaluation], period: Period, as_of: date, currency: str = "SEK"
) -> Analysis:
    """Return the outcome evaluation of all partnerships together. For the municipality only.

    Parameters
    ----------
    evaluations : sequence of Evaluation
        One per partnership that had begun, in any order.
    """
    ordered = tuple(sorted(evaluations, key=lambda each: each.agreement.id))
    context = ProgrammeContext(
        content=book.content, period=period, as_of=as_of, spend=book.cube, currency=currency, evaluations=ordered
    )
    sections = (
        _answer(context),
        _not_told(context),
        _changes(context),
        _plans(context),
        limits_section(context, OF_PROGRAMME),
        Section("assumptions", (assumptions_finding(book.rules, context),)),
    )
    return Analysis("outcome_programme", sections, _values(context), tuple(_facts(context, book)))


def _answer(context: ProgrammeContext) -> Section:
    """Return how the partnerships turned out, each and together.

    Notes
    -----
    The mean is the random-effects mean of DerSimonian & Laird: partnerships may truly differ, and a sure estimate
    counts for more than an unsure one. *Drawn towards the mean*: the best guess for a partnership when the others are
    known too; the less sure its own estimate is, the further it is drawn.
    """
    counts = Counter(each.conclusion for each in context.evaluations)
    head = context.finding(
        "programme" if context.told else "programme_none", len(context.told), "count",
        signal=Signal.NONE if context.told else Signal.ATTENTION, partnerships=len(context.evaluations),
        better=counts[Conclusion.BETTER], worse=counts[Conclusion.WORSE],
        indistinguishable=counts[Conclusion.INDISTINGUISHABLE], cannot_tell=counts[Conclusion.CANNOT_TELL],
    )  # fmt: skip
    if not context.told:
        return Section("answer", (head,))
    findings = [head, *_together(context), _each(context)]
    return Section("answer", tuple(findings), (_chart(context),))


def _together(context: ProgrammeContext) -> list[Finding]:
    pooled = context.pooled
    if pooled is None:
        return [context.finding("pooled_too_few", len(context.told), "count", needed=FEWEST_TO_POOL)]
    low, high = (math.expm1(bound) for bound in pooled.interval)
    mean = math.expm1(pooled.mean)
    code, signal = "pooled_indistinguishable", Signal.ATTENTION
    if low > 0 or high < 0:
        code, signal = ("pooled_better", Signal.GOOD) if high < 0 else ("pooled_worse", Signal.BAD)
    values: dict[str, Any] = {
        "size": abs(mean), "low": low, "high": high, "least": min(abs(low), abs(high)),
        "most": max(abs(low), abs(high)), "count": len(context.told),
    }  # fmt: skip
    cost = sum(each.yearly_cost_sek for each in context.told)
    yearly = cost * (math.exp(-pooled.mean) - 1)
    found = [context.finding(code, mean, "share", signal=signal, **values)]
    if signal is not Signal.ATTENTION:
        kronor = "pooled_saving" if yearly > 0 else "pooled_extra"
        found.append(context.finding(kronor, abs(yearly), "sek", amount=abs(yearly), yearly_cost=cost))
    spread = "pooled_spread" if pooled.spread > 0 else "pooled_no_spread"
    return [*found, context.finding(spread, pooled.spread, "share", spread=pooled.spread,
                                    heterogeneity=pooled.heterogeneity_share)]  # fmt: skip


def _rows(context: ProgrammeContext) -> list[dict[str, Any]]:
    pooled = context.pooled
    rows = []
    for number, each in enumerate(context.told):
        low, high = each.main.interval_share
        rows.append(
            {
                "agreement_id": each.agreement.id,
                "name": each.agreement.name,
                "start_date": each.agreement.start_date,
                "conclusion": each.conclusion.value,
                "effect_share": each.main.fit.effect_share,
                "low_share": low,
                "high_share": high,
                "drawn_share": math.expm1(float(pooled.shrunken[number])) if pooled else None,
                "weight_share": float(pooled.weights[number]) if pooled else None,
            }
        )
    return rows


def _each(context: ProgrammeContext) -> Finding:
    columns = _TOLD if context.pooled else _TOLD[:-1]
    return context.finding("programme_each", len(context.told), "count", table=table(_rows(context), columns))


def _chart(context: ProgrammeContext) -> Chart:
    pooled = context.pooled
    values: dict[str, Any] = {"count": len(context.told), "pooled": None, "pooled_low": None, "pooled_high": None}
    if pooled:
        low, high = (math.expm1(bound) for bound in pooled.interval)
        values |= {"pooled": math.expm1(pooled.mean), "pooled_low": low, "pooled_high": high}
    return Chart("programme_effects", table(_rows(context), _EFFECTS), values)


def _not_told(context: ProgrammeContext) -> Section:
    """Return the partnerships of which nothing can be said yet, what they lack, and when there can be enough."""
    rows: list[dict[str, Any]] = [
        {
            "agreement_id": each.agreement.id,
            "name": each.agreement.name,
            "start_date": each.agreement.start_date,
            "outcome_lacking": list(each.minimum.lacking) or ["whole_series"],
            "earliest_month": each.minimum.earliest,
        }
        for each in context.evaluations
        if not each.is_told
    ]
    if not rows:
        return Section("not_told", (context.finding("not_told_none"),))
    soon = [row["earliest_month"] for row in rows if row["outcome_lacking"] == ["post_months"]]
    code = "not_told_next" if soon else "not_told"
    return Section(
        "not_told",
        (context.finding(code, len(rows), "count", table=table(rows, _NOT_TOLD), earliest=min(soon, default=None)),),
    )


def _changes(context: ProgrammeContext) -> Section:
    found = cost_bridge(each.evidence for each in context.told)
    if found is None:
        return Section("changes", (context.finding("bridge_cannot_tell"),))
    head = bridge_finding(context, found)
    up = found.now_ore > found.before_ore
    head = replace(head, code="outcome.programme_bridge_up" if up else "outcome.programme_bridge_down")
    return Section("changes", (head, indices_finding(context, found)), (bridge_chart(found),))


def _plans(context: ProgrammeContext) -> Section:
    """Return how many partnerships had their evaluation planned before anybody could see the answer."""
    rows: list[dict[str, Any]] = []
    for each in context.evaluations:
        frozen = standing_document(
            context.content.frozen_documents, each.agreement.id, FrozenKind.EVALUATION_PLAN, context.report_date
        )
        rows.append(
            {
                "agreement_id": each.agreement.id,
                "name": each.agreement.name,
                "start_date": each.agreement.start_date,
                "plan_frozen_date": frozen.frozen_date if frozen else None,
            }
        )
    in_time = sum(row["plan_frozen_date"] is not None and row["plan_frozen_date"] <= row["start_date"] for row in rows)
    all_in_time = in_time == len(rows)
    return Section(
        "plan",
        (
            context.finding(
                "programme_plans_all" if all_in_time else "programme_plans", in_time, "count",
                signal=Signal.NONE if all_in_time else Signal.ATTENTION, partnerships=len(rows),
                table=table(rows, ("agreement_id", "name", "start_date", "plan_frozen_date")),
            ),
        ),
    )  # fmt: skip


def _values(context: ProgrammeContext) -> dict[str, Any]:
    buyers = sorted({_buyer(context, each) for each in context.evaluations}) or ["–"]
    return {
        "buyer": ", ".join(buyers[:3]),
        "period": context.period,
        "report_date": context.report_date,
        "as_of": context.as_of,
        "currency": context.currency,
    }


def _buyer(context: ProgrammeContext, evaluation: Evaluation) -> str:
    buyer = context.content.find(Organisation, evaluation.agreement.buyer_id)
    return buyer.name if buyer else evaluation.agreement.buyer_id


def _facts(context: ProgrammeContext, book: CostBook) -> list[tuple[str, Any]]:
    return [
        ("buyer", _values(context)["buyer"]),
        ("partnerships", len(context.evaluations)),
        ("period", context.period),
        ("ledger_month", book.invoices.last_month),
        ("as_of", context.as_of),
    ]
