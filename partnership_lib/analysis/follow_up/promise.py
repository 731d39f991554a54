"""The promise that the award rested on, held against what the agreement has cost: year by year, and why."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

from partnership_lib.analysis.bridge import PARTS, Bridge
from partnership_lib.analysis.follow_up.context import FollowUpContext
from partnership_lib.analysis.follow_up.spend import SpendYear
from partnership_lib.analysis.index_adjustment import index_adjustments
from partnership_lib.analysis.promise import Promise, PromiseState, ScoredYear, bridge_to_actual, read_promise, score
from partnership_lib.analysis.promise.score import covered_months
from partnership_lib.analysis.tables import table
from partnership_lib.domain import FrozenKind, standing_document
from partnership_lib.findings import Chart, Finding, Section, Signal

_CHART_COLUMNS = ("year", "months", "promised_ore", "promise_low_ore", "promise_high_ore", "actual_ore")
_YEAR_COLUMNS = (*_CHART_COLUMNS, "difference_ore", "promise_state")
_BRIDGE_COLUMNS = ("promise_part", "amount_ore")


@dataclass(frozen=True)
class _Kept:
    """A promise and how it has gone up to the report date."""

    context: FollowUpContext
    promise: Promise

    @cached_property
    def spend(self) -> SpendYear:
        return SpendYear(self.context)

    @cached_property
    def months(self) -> list[date]:
        return covered_months(self.promise, self.spend.certain)

    @cached_property
    def years(self) -> list[ScoredYear]:
        return score(self.promise, self.spend.certain, self.spend.possible)

    @property
    def whole(self) -> list[ScoredYear]:
        return [year for year in self.years if year.state is not PromiseState.RUNNING]

    @property
    def running(self) -> ScoredYear | None:
        return next((year for year in self.years if year.state is PromiseState.RUNNING), None)

    @cached_property
    def bridge(self) -> Bridge:
        observed = self.context.content.volume_observations
        volumes = {each.month: each.value for each in observed if each.driver == self.promise.driver}
        beside = sum(self.context.beside_ore.get(month, 0) for month in self.months)
        return bridge_to_actual(self.promise, self.years, self.months, beside, volumes, self._price_factors())

    def _price_factors(self) -> dict[date, float]:
        """Return what the index clauses make of the price in each month; those that share a price are added."""
        content, start = self.context.content, self.context.agreement.start_date
        factors = dict.fromkeys(self.months, 1.0)
        for clause in content.index_clauses:
            values = {each.month: each.value for each in content.index_values if each.series == clause.series}
            for step in index_adjustments(clause, values, start, max(self.months)):
                for month in self.months:
                    if month >= step.adjustment_date:
                        factors[month] += step.price_factor - step.price_factor / (1 + step.price_share)
        return factors


def promise_section(context: FollowUpContext) -> Section:
    """Return how the promise frozen at award has gone: each year inside its interval or not, and what moved the cost.

    Notes
    -----
    The promise is what the case expected to be paid to the supplier, in the prices of each year, from the agreement's
    first month: P10 to P90 is its interval, which eight years of ten should lie in. The newest document that was frozen
    by the as-of date counts. Cost is what certainly belongs to the agreement in the ledger.
    """
    documents = context.content.frozen_documents
    document = standing_document(documents, context.agreement.id, FrozenKind.COMPARISON, context.as_of)
    if document is None:
        return Section("promise", (context.finding("promise_none"),))
    kept = _Kept(context, read_promise(document))
    if not kept.years:
        return Section("promise", (context.finding("promise_no_spend"), _frozen(kept)))
    findings = [_score(kept), _running(kept), _bridge(kept), _frozen(kept)]
    return Section("promise", tuple(each for each in findings if each), (_chart(kept),))


def _score(kept: _Kept) -> Finding:
    rows = table([_row(year) for year in kept.years], _YEAR_COLUMNS)
    if not kept.whole:
        return kept.context.finding("promise_early", table=rows)
    promised, actual = _sums(kept.whole)
    share = (actual - promised) / promised if promised else 0.0
    inside = sum(year.state is PromiseState.INSIDE for year in kept.whole)
    above = any(year.state is PromiseState.ABOVE for year in kept.whole)
    return kept.context.finding(
        "promise_dearer" if share > 0 else "promise_cheaper",
        share,
        "share",
        signal=Signal.ATTENTION if above else Signal.GOOD,
        table=rows,
        years=len(kept.whole),
        inside=inside,
        actual_ore=actual,
        promised_ore=promised,
        difference_ore=abs(actual - promised),
        deviation_share=abs(share),
    )


def _sums(years: Sequence[ScoredYear]) -> tuple[int, int]:
    return sum(year.promised_ore for year in years), sum(year.actual_ore for year in years)


def _row(year: ScoredYear) -> dict[str, Any]:
    return {
        "year": year.year,
        "months": year.months,
        "promised_ore": year.promised_ore,
        "promise_low_ore": year.low_ore,
        "promise_high_ore": year.high_ore,
        "actual_ore": year.actual_ore,
        "difference_ore": year.difference_ore,
        "promise_state": year.state.value,
    }


def _running(kept: _Kept) -> Finding | None:
    year = kept.running
    if year is None:
        return None
    code = "promise_running_dearer" if year.difference_ore > 0 else "promise_running_cheaper"
    values: dict[str, Any] = {"year": year.year, "months": year.months, "actual_ore": year.actual_ore}
    values |= {"promised_ore": year.promised_ore, "difference_ore": abs(year.difference_ore)}
    return kept.context.finding(code, year.difference_ore, "ore", **values)


def _bridge(kept: _Kept) -> Finding:
    """Return what the difference since the beginning consists of; its parts sum to it."""
    found = kept.bridge
    values: dict[str, Any] = {"first_month": min(kept.months), "last_month": max(kept.months)}
    values |= {f"{part}_ore": found.parts_ore[part] for part in PARTS}
    change = found.now_ore - found.before_ore
    values["difference_ore"] = abs(change)
    shown = [part for part in PARTS if found.parts_ore[part] or part in ("price", "index", "volume", "mix", "leakage")]
    if not found.can_tell:
        return kept.context.finding("promise_bridge_cannot_tell", change, "ore", **values)
    rows = [{"promise_part": part, "amount_ore": found.parts_ore[part]} for part in shown]
    rows.append({"promise_part": "all", "amount_ore": change})
    code = "promise_bridge_dearer" if change > 0 else "promise_bridge_cheaper"
    return kept.context.finding(code, change, "ore", table=table(rows, _BRIDGE_COLUMNS), **values)


def _frozen(kept: _Kept) -> Finding:
    promise, document = kept.promise, kept.promise.document
    return kept.context.finding(
        "promise_replaced" if document.replaces_id else "promise_frozen",
        promise.assumptions,
        "count",
        frozen_date=document.frozen_date,
        frozen_by=kept.context.name_of(document.frozen_by_id) or document.frozen_by_id,
        case=promise.case_name,
        unconfirmed=promise.unconfirmed,
        hash=document.sha256[:16],
        version=document.number,
        reason=document.reason or "–",
    )


def _chart(kept: _Kept) -> Chart:
    promised, actual = _sums(kept.years)
    values = {
        "first_year": kept.years[0].year,
        "last_year": kept.years[-1].year,
        "promised_ore": promised,
        "actual_ore": actual,
        "currency": kept.context.currency,
    }
    return Chart("promise_years", table([_row(year) for year in kept.years], _CHART_COLUMNS), values)
