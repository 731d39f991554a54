"""The rules of an honest comparison, each one computed on the case at hand.

Rules and what their `detail` is:

- ``same_needs``: needs that a plan does not cover exactly once in every month (names; none is right)
- ``same_horizon``: agreements that a plan lets run out before the horizon, nothing after them (names; none is right)
- ``same_future``, ``same_exit_rule``: largest deviation when the plans change places, on the same paths [SEK]
- ``premium_priced``: functional agreements whose price holds no premium; allowed with a typed reason (names)
- ``baseline_neutral``: how far the expected price of today's plan, without drift, is from today's invoices (share)
- ``present_price_observed``: how far the first month's price is from today's invoices (share)
- ``benefits_apart``: what benefits change the difference by; it is shown without them too [SEK]
- ``sunk_costs_excluded``: agreements whose next procedure has begun already and is not charged (names)
- ``staff_time_counted``: staff time in both plans together, a cost even where no budget moves [SEK]
- ``optimism_bias_applied``: share taken off a claimed scope saving of 10 % (share)
- ``losses_shown``: components in which the consolidated plan is dearer (names)
"""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from partnership_lib.decision.cases.records import Case, ExtensionRule, Requirements
from partnership_lib.decision.components import COMPONENTS
from partnership_lib.decision.engine.simulate import simulate
from partnership_lib.decision.measures.estimates import Means
from partnership_lib.decision.measures.expected import ExpectedCosts
from partnership_lib.decision.plans.compiled import compile_case
from partnership_lib.decision.plans.plan import Plan, consolidated_plan, fragmented_plan

if TYPE_CHECKING:
    import pandas as pd

Floats = NDArray[np.float64]

RULES = (
    "same_needs",
    "same_horizon",
    "same_future",
    "same_exit_rule",
    "premium_priced",
    "baseline_neutral",
    "present_price_observed",
    "benefits_apart",
    "sunk_costs_excluded",
    "staff_time_counted",
    "optimism_bias_applied",
    "losses_shown",
)
PRICE, EXIT, PROCUREMENT = (COMPONENTS.index(name) for name in ("price", "exit", "procurement"))
SWAPPED_PATHS = 256
CLAIM_SHARE = 0.10
ROUNDING = 1e-9
# Nothing that moves a price: no trend, no luck, no drift, as many bidders as today.
STILL = {
    "market_trend_share_per_year": 0.0,
    "market_volatility_share": 0.0,
    "index_volatility_share": 0.0,
    "contract_drift_share_per_year": 0.0,
    "bidders_factor": 1.0,
}

Detail = float | tuple[str, ...]
Verdict = tuple[str, bool, Detail]


def honesty_checks(expected: ExpectedCosts, means: Means, staff_sek: Floats) -> pd.DataFrame:
    """Return a row per rule: whether it is kept, and the number or the names that show it (`Comparison.honesty`).

    Parameters
    ----------
    expected : ExpectedCosts
        Of the case.
    means : Means
        Of the case.
    staff_sek : numpy.ndarray
        Staff time by plan and component.
    """
    import pandas as pd

    case = expected.case
    plans = (fragmented_plan(case), consolidated_plan(case))
    staff = staff_sek.sum(axis=1)
    dearer = tuple(name for name, each in zip(COMPONENTS, means.differences_sek, strict=True) if each > 0.0)
    apart = means.difference_sek - means.difference_without_benefits_sek
    verdicts: list[Verdict] = [
        _same_needs(case, plans),
        _same_horizon(case, plans),
        *_same_rules(expected, plans),
        _premium_priced(case),
        _baseline_neutral(expected, _by_probability(expected)),
        _present_price_observed(expected),
        ("benefits_apart", bool(np.isfinite(apart)), apart),
        _sunk_costs_excluded(expected, plans[0]),
        ("staff_time_counted", bool((staff > 0.0).all()), float(staff.sum())),
        _optimism_bias_applied(expected),
        ("losses_shown", True, dearer),
    ]
    return pd.DataFrame(verdicts, columns=["rule", "kept", "detail"])


def _same_needs(case: Case, plans: tuple[Plan, Plan]) -> Verdict:
    months = np.arange(case.settings.horizon_months)
    wrong = set()
    for plan in plans:
        covered = {need.id: np.zeros(months.size, dtype=np.int64) for need in case.needs}
        for slot in plan.slots:
            for need in slot.need_ids:
                covered[need] += (slot.start_month <= months) & (months < slot.end_month)
        wrong |= {need for need, times in covered.items() if (times != 1).any()}
    return "same_needs", not wrong, tuple(sorted(wrong))


def _same_horizon(case: Case, plans: tuple[Plan, Plan]) -> Verdict:
    horizon, ended = case.settings.horizon_months, set()
    for plan in plans:
        starts = {(need, slot.start_month) for slot in plan.slots for need in slot.need_ids}
        for slot in plan.slots:
            goes_on = all((need, slot.end_month) in starts for need in slot.need_ids)
            if slot.end_month != horizon and not goes_on:
                ended.add(slot.id)
    return "same_horizon", not ended, tuple(sorted(ended))


def _same_rules(expected: ExpectedCosts, plans: tuple[Plan, Plan]) -> list[Verdict]:
    """Price the plans with their places changed: whoever knows which one it prices cannot give the same costs."""
    case, values = expected.case, np.tile(expected.sampler.median(), (SWAPPED_PATHS, 1))
    swapped = compile_case(case, (plans[1], plans[0]))
    first, second = (
        simulate(compiled, values, seed=case.effort.seed, keep_components=True).components_sek
        for compiled in (expected.compiled, swapped)
    )
    assert first is not None
    assert second is not None
    deviations = np.abs(first - second[:, ::-1])
    whole, at_exit = float(deviations.max()), float(deviations[:, :, EXIT].max())
    return [("same_future", whole == 0.0, whole), ("same_exit_rule", at_exit == 0.0, at_exit)]


def _premium_priced(case: Case) -> Verdict:
    without = [
        each
        for each in case.agreements()
        if each.terms.requirements is Requirements.FUNCTIONAL and not each.terms.premium
    ]
    kept = all(each.terms.premium_reason.strip() for each in without)
    return "premium_priced", kept, tuple(sorted(each.id for each in without))


def _baseline_neutral(expected: ExpectedCosts, neutral: ExpectedCosts) -> Verdict:
    months = float(neutral.compiled.weights[:-1].sum()) / 12.0
    return "baseline_neutral", *_as_invoiced(expected.case, neutral, months, {})


def _present_price_observed(expected: ExpectedCosts) -> Verdict:
    weights = np.zeros(expected.case.settings.horizon_months + 1)
    weights[0] = 1.0
    return "present_price_observed", *_as_invoiced(
        expected.case, _by_probability(expected, weights), 1.0 / 12.0, {"default_rate_per_year": 0.0}
    )


def _by_probability(expected: ExpectedCosts, weights: Floats | None = None) -> ExpectedCosts:
    """Return the same case with options used by probability: the rule for options is no part of the price level."""
    settings = replace(expected.case.settings, extension_rule=ExtensionRule.PROBABILITY)
    return ExpectedCosts(replace(expected.case, settings=settings), expected.sampler, weights)


def _as_invoiced(case: Case, expected: ExpectedCosts, years: float, changes: dict[str, float]) -> tuple[bool, float]:
    """Return whether today's plan costs what is invoiced today when no price moves, and how far it is from it."""
    values = expected.with_values(expected.sampler.median()[np.newaxis], STILL | changes)
    price = float(expected.components_sek(values)[0, 0, PRICE])
    invoiced = sum(need.annual_value_sek for need in case.needs) * years
    deviation = price / invoiced - 1.0 if invoiced else 0.0
    return abs(deviation) < ROUNDING, deviation


def _sunk_costs_excluded(expected: ExpectedCosts, today: Plan) -> Verdict:
    """Look for procurement in the months whose procedures must have begun before the base month."""
    leads = {kind: expected.sampler.quantile_of(f"lead_months_{kind.value}", 0.5) for kind in Requirements}
    begun = [slot for slot in today.slots if slot.expiry_month < leads[slot.terms.requirements]]
    # Who signs anew within the lead signs a second time, and that procedure begins after the base month.
    again = [slot.expiry_month + slot.terms.term_months for slot in today.slots]
    weights = np.zeros(expected.case.settings.horizon_months + 1)
    weights[: math.floor(min([*leads.values(), *again]))] = 1.0
    early = _by_probability(expected, weights)
    charged = early.components_sek(early.sampler.median()[np.newaxis])[0, 0, PROCUREMENT]
    return "sunk_costs_excluded", charged == 0.0, tuple(sorted({slot.id for slot in begun}))


def _optimism_bias_applied(expected: ExpectedCosts) -> Verdict:
    """Claim a scope saving and see how much of it the price of the consolidated plan is lowered by."""
    neutral = _by_probability(expected)
    median = neutral.sampler.median()[np.newaxis]
    bias = float(median[0, neutral.sampler.column("optimism_bias_share")])
    claims = [
        {"scope_saving_share": 0.0},
        {"scope_saving_share": CLAIM_SHARE},
        {"scope_saving_share": CLAIM_SHARE, "optimism_bias_share": 0.0},
    ]
    values = np.concatenate([neutral.with_values(median, claim) for claim in claims])
    none, credible, whole = neutral.components_sek(values)[:, 1, PRICE]
    taken_off = 1.0 - (credible - none) / (whole - none) if whole != none else bias
    return "optimism_bias_applied", bool(taken_off > 0.0), float(taken_off)
