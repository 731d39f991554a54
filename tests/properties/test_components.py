"""What must hold for the cost formulas, the weights and the distributions whatever the numbers."""

from __future__ import annotations

from collections.abc import Callable
from itertools import combinations

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from partnership_lib.decision.cases.assumptions import Distribution, Shape
from partnership_lib.decision.components import (
    bidders,
    changes,
    default,
    gap,
    governance,
    interfaces,
    legal,
    management,
    overrun,
    premium,
    price,
    procurement,
    switching,
    training,
)
from partnership_lib.decision.components.exit import exit_sek
from partnership_lib.decision.plans import discounting
from partnership_lib.decision.uncertainty.bidders import fallback_weights, mean_bidders, parse_bidder_counts
from partnership_lib.decision.uncertainty.correlations import correlation_factor
from partnership_lib.decision.uncertainty.quantiles import mean, quantile, share_below, variance
from partnership_lib.errors import InputError

SHARES = st.floats(0.0, 1.0)
INNER_SHARES = st.floats(0.001, 0.999)
POSITIVE = st.floats(0.01, 1e4)
MONEY = st.floats(1.0, 1e9)
FACTORS = st.floats(1.01, 10.0)
NEEDS = st.integers(1, 50).map(float)
RATES = st.floats(0.0, 0.3)
WEIGHTS = st.lists(st.floats(0.01, 1.0), min_size=1, max_size=30).map(lambda parts: np.array(parts) / sum(parts))


def _rises(function: Callable[[float], float], value: float, factor: float) -> bool:
    """Whether the function is higher at a higher value, up to rounding."""
    low, high = function(value), function(value * factor)
    return bool(high >= low - 1e-12 * abs(low))


# --- money ------------------------------------------------------------------------------------------------------------

# Every formula that answers in SEK, with its arguments in money first; the rest are hours, counts and shares.
MONEY_FORMULAS: dict[str, tuple[Callable[..., float], int, int]] = {
    "procedure": (lambda w, adv, bid, h, k, u, m, b, n: procurement.procedure_sek(w, h, k, u, m, b, n, adv, bid), 3, 6),
    "mishaps": (
        lambda base, w, counsel, c, redo, a, rep, h: procurement.with_mishaps_sek(base, c, redo, a, rep, w, h, counsel),
        3,
        5,
    ),
    "gap": (lambda v, manual, x, allowed, mu: gap.gap_sek(x, allowed, mu, v, manual), 2, 3),
    "management": (lambda w, *rest: management.management_sek_per_year(w, *rest), 1, 4),
    "interfaces": (lambda c, *rest: interfaces.interfaces_sek_per_year(c, *rest), 1, 3),
    "excess": (lambda x, cap, saving: changes.excess_sek(x, saving, cap), 2, 1),
    "transition": (lambda v, share, over: switching.transition_sek(share, v, over), 1, 2),
    "supplier change": (lambda v, s, c, d, over: switching.supplier_change_sek(s, c, d, v, over), 1, 4),
    "early termination": (lambda v, f, left, notice: switching.early_termination_sek(f, left, v, notice), 1, 3),
    "severity": (lambda v, sev, partner, factor: default.severity_sek(sev, v, partner, factor), 1, 3),
    "governance": (lambda w, hours, share: governance.governance_sek_per_year(w, hours, share), 1, 2),
    "training": (lambda w, users, hours: training.training_sek(users, hours, w), 1, 2),
    "exit": (lambda v, plan, p, s, m, t: exit_sek(p, s, v, m, t + 1.0, plan), 2, 4),
}


@pytest.mark.parametrize("name", MONEY_FORMULAS)
@given(data=st.data(), scale=st.floats(0.01, 100.0))
def test_scaling_all_money_scales_every_cost(name: str, data: st.DataObject, scale: float) -> None:
    formula, money_count, other_count = MONEY_FORMULAS[name]
    money = data.draw(st.lists(MONEY, min_size=money_count, max_size=money_count))
    others = data.draw(st.lists(SHARES, min_size=other_count, max_size=other_count))
    cost = formula(*money, *others)
    assert cost >= 0.0
    assert formula(*(scale * sek for sek in money), *others) == pytest.approx(scale * cost, rel=1e-9, abs=1e-9)


@given(hours=POSITIVE, wage=POSITIVE, kappa=st.floats(1.0, 15.0), needs=NEEDS, bids=st.floats(1.0, 30.0), up=FACTORS)
def test_a_procedure_is_dearer_with_more_hours_wages_needs_and_bids(
    hours: float, wage: float, kappa: float, needs: float, bids: float, up: float
) -> None:
    def cost(h: float = hours, w: float = wage, k: float = kappa, m: float = needs, n: float = bids) -> float:
        return float(procurement.procedure_sek(w, h, k, 80.0, m, 6.0, n, 5_000.0, 0.0))

    assert cost(h=hours * up) > cost()
    assert cost(w=wage * up) > cost()
    assert cost(k=kappa * up) > cost()
    assert cost(m=needs * up) > cost()
    assert cost(n=bids * up) > cost()


@given(base=MONEY, shares=st.tuples(SHARES, SHARES, SHARES, SHARES), more=SHARES)
def test_more_appeals_never_make_procedures_cheaper_and_the_cost_is_affine_in_them(
    base: float, shares: tuple[float, float, float, float], more: float
) -> None:
    cancelled, redo, appealed, repeated = shares

    def cost(probability: float) -> float:
        return float(procurement.with_mishaps_sek(base, cancelled, redo, probability, repeated, 650.0, 120.0, 60_000.0))

    assert cost(appealed) >= base
    assert cost(1.0) >= cost(appealed) - 1e-9 * base
    between = (1.0 - more) * cost(0.0) + more * cost(1.0)
    assert cost(more) == pytest.approx(between, rel=1e-12)


# --- bidders and price ------------------------------------------------------------------------------------------------


@given(count=st.floats(0.1, 60.0), elasticity=st.floats(0.0, 1.0), saturation=st.floats(1.0, 30.0), up=FACTORS)
def test_more_bidders_never_raise_the_price(count: float, elasticity: float, saturation: float, up: float) -> None:
    few, many = (float(bidders.bidder_factor(n, saturation, elasticity)) for n in (count, count * up))
    assert 0.0 < many <= few <= 1.0


@given(weights=WEIGHTS, scale=st.floats(0.05, 5.0), elasticity=st.floats(0.0, 1.0), up=FACTORS)
def test_expectations_over_bidders_lie_within_their_values_and_follow_the_scale(
    weights: np.ndarray, scale: float, elasticity: float, up: float
) -> None:
    counts = np.arange(1, len(weights) + 1) * scale
    factors = bidders.bidder_factor(counts, 8.0, elasticity)
    expected = float(bidders.expected_bidder_factor(weights, scale, 8.0, elasticity))
    assert factors.min() - 1e-12 <= expected <= factors.max() + 1e-12
    assert expected == pytest.approx(weights @ factors)
    assert bidders.expected_bidder_factor(weights, scale * up, 8.0, elasticity) <= expected + 1e-12
    assert bidders.expected_bids(weights, scale) == pytest.approx(weights @ bidders.bids(counts))
    assert bidders.expected_bids(weights, scale * up) >= bidders.expected_bids(weights, scale) >= 1.0 - 1e-12


@given(uniform=INNER_SHARES, suppliers=st.integers(1, 40), share=SHARES, more=SHARES)
def test_able_bidders_are_whole_between_one_and_all_and_grow_with_their_share(
    uniform: float, suppliers: int, share: float, more: float
) -> None:
    low, high = sorted((share, more))
    few, many = (float(bidders.able_bidders(uniform, suppliers, each)) for each in (low, high))
    assert 1.0 <= few <= many <= suppliers
    assert few == int(few)


@given(suppliers=st.integers(1, 40), share=SHARES, factor=st.floats(0.1, 5.0), elasticity=st.floats(0.0, 1.0))
def test_expectations_over_able_suppliers_lie_within_their_values(
    suppliers: int, share: float, factor: float, elasticity: float
) -> None:
    bids = bidders.expected_able_bids(suppliers, share, factor)
    assert 1.0 - 1e-9 <= bids <= max(suppliers * factor, 1.0) + 1e-9
    price_factor = bidders.expected_able_bidder_factor(suppliers, share, factor, 8.0, elasticity)
    assert 8.0**-elasticity - 1e-9 <= price_factor <= 1.0 + 1e-9


@given(needs=NEEDS, saving=st.floats(-0.5, 0.5), scale=st.floats(0.0, 0.1), bias=SHARES, more=st.floats(0.0, 0.4))
def test_a_larger_scope_saving_never_raises_the_price_of_a_bundle(
    needs: float, saving: float, scale: float, bias: float, more: float
) -> None:
    credible = float(price.credible_scope_saving(saving, bias))
    assert credible <= max(saving, 0.0)
    assert credible >= min(saving, 0.0)
    factor = float(price.scale_and_scope_factor(needs, scale, credible))
    better = float(price.scale_and_scope_factor(needs, scale, price.credible_scope_saving(saving + more, bias)))
    assert better <= factor + 1e-12
    assert needs > 1.0 or factor == 1.0


@given(drift=st.floats(0.0, 0.2), months=st.floats(0.0, 240.0), trend=st.floats(-0.2, 0.2), spread=st.floats(0.0, 0.5))
def test_price_levels_compound(drift: float, months: float, trend: float, spread: float) -> None:
    assert price.drift_factor(drift, months) >= 1.0
    half = price.drift_factor(drift, months / 2)
    assert half * half == pytest.approx(price.drift_factor(drift, months))
    half = price.expected_market_level(trend, spread, months / 2)
    assert half * half == pytest.approx(price.expected_market_level(trend, spread, months))
    # A spread raises the mean of a price level, never its logarithm's.
    assert price.expected_market_level(trend, spread, months) >= price.expected_market_level(trend, 0.0, months)
    assert price.expected_index_growth(0.0, spread, months) == 1.0


# --- changes, premium, gap --------------------------------------------------------------------------------------------


@given(
    volumes=st.lists(MONEY, min_size=1, max_size=30), cap=MONEY, saving=SHARES, loading=st.floats(0.0, 1.0), up=FACTORS
)
def test_what_is_included_and_what_is_not_are_the_whole_volume(
    volumes: list[float], cap: float, saving: float, loading: float, up: float
) -> None:
    volume = np.array(volumes)
    excess = changes.excess_sek(volume, saving, cap)
    after_saving = volume * (1.0 - saving)
    assert excess + np.minimum(after_saving, cap) == pytest.approx(after_saving, abs=1e-3)
    assert (changes.excess_sek(volume, saving, cap * up) <= excess).all()
    assert (changes.excess_sek(volume * up, saving, cap) >= excess).all()
    fair = premium.premium_share(after_saving.mean(), excess.mean(), 1e6, 0.0)
    assert fair * 1e6 == pytest.approx(np.minimum(after_saving, cap).mean(), abs=1e-3)
    assert premium.premium_share(after_saving.mean(), excess.mean(), 1e6, loading) >= fair - 1e-9


@given(hit=SHARES, needs=st.integers(0, 50).map(float))
def test_the_chance_of_any_hit_is_a_probability_between_one_need_and_the_sum(hit: float, needs: float) -> None:
    chance = float(changes.probability_of_any_hit(hit, needs))
    assert 0.0 <= chance <= min(1.0, hit * needs) + 1e-12
    assert needs < 1.0 or chance >= hit - 1e-12


@given(
    mean_months=st.floats(0.1, 12.0),
    sigma=st.floats(0.05, 1.5),
    second=SHARES,
    second_mean=st.floats(0.1, 12.0),
    slack=st.floats(0.0, 24.0),
)
def test_the_expected_gap_is_at_least_that_of_the_expected_appeal(
    mean_months: float, sigma: float, second: float, second_mean: float, slack: float
) -> None:
    expected = gap.expected_gap_months(mean_months, sigma, second, second_mean, slack)
    length = mean_months + second * second_mean
    assert max(length - slack, 0.0) - 1e-7 <= expected <= length + 1e-7
    assert gap.expected_gap_months(mean_months, sigma, second, second_mean, slack + 1.0) <= expected + 1e-7


# --- switching, default, legal, exit ----------------------------------------------------------------------------------


@given(u=INNER_SHARES, v=INNER_SHARES, tail=SHARES, exponent=st.floats(1.001, 4.0), cap=st.floats(0.6, 100.0))
def test_overruns_grow_with_their_uniform_number_up_to_the_cap(
    u: float, v: float, tail: float, exponent: float, cap: float
) -> None:
    ordinary = overrun.ordinary_overruns(-0.1, 0.1, 0.5)
    low, high = overrun.overrun_at(np.sort([u, v]), ordinary, tail, 0.5, exponent, cap)
    assert -0.1 <= low <= high <= cap
    assert -0.1 <= overrun.expected_overrun(-0.1, 0.1, 0.5, tail, 0.5, exponent, cap) <= cap


@given(u=INNER_SHARES, rate=st.floats(0.0, 5.0), months=st.floats(0.0, 240.0), up=FACTORS)
def test_a_higher_default_rate_never_lets_anybody_live_longer(u: float, rate: float, months: float, up: float) -> None:
    assert default.months_to_default(u, rate * up) <= default.months_to_default(u, rate)
    assert 0.0 <= default.survival_probability(rate * up, months) <= default.survival_probability(rate, months) <= 1.0
    month = default.probability_of_default_in_a_month(rate)
    assert 1.0 - month == pytest.approx(default.survival_probability(rate, 1.0))


@given(values=st.tuples(SHARES, SHARES, MONEY, st.floats(0.0, 200.0), st.floats(1.0, 144.0), MONEY))
def test_the_exit_is_never_more_than_a_certain_part_of_a_change_of_supplier(values: tuple[float, ...]) -> None:
    probability, share, value, months, term, plan = values
    cost = exit_sek(*values)
    assert plan <= cost <= plan + probability * share * value * (1 + 1e-12)
    assert exit_sek(probability, share, value, months + 12.0, term, plan) >= cost


@given(size=MONEY, before=st.floats(0.0, 1e9), value=MONEY, threshold=MONEY, share=SHARES, up=FACTORS)
def test_a_larger_modification_never_comes_back_into_the_room(
    size: float, before: float, value: float, threshold: float, share: float, up: float
) -> None:
    room = legal.minor_room_sek(value, threshold, share)
    assert room <= threshold and room <= share * value
    for qualified in (False, True):
        if legal.is_outside_the_room(size, qualified, before, value, room):
            assert legal.is_outside_the_room(size * up, qualified, before, value, room)
            assert qualified or legal.is_outside_the_room(size, qualified, before * up, value, room)


# --- weights of the months --------------------------------------------------------------------------------------------


@given(rate=RATES, inflation=st.floats(-0.02, 0.1), months=st.integers(1, 240), cut=st.integers(0, 240))
def test_discounting_is_the_same_in_parts_and_in_nominal_money(
    rate: float, inflation: float, months: int, cut: int
) -> None:
    assume(cut <= months)
    weights = discounting.discount_weights(months, rate)
    assert (np.diff(weights) <= 0.0).all() and weights[0] <= 1.0
    later = discounting.discount_factor(rate, cut / 12) * discounting.discount_weights(months - cut, rate)
    assert weights[cut:] == pytest.approx(later, rel=1e-12)
    nominal = discounting.discount_weights(months, discounting.nominal_rate(rate, inflation))
    assert nominal * discounting.inflation_weights(months, inflation) == pytest.approx(weights, rel=1e-12)


@given(cost=MONEY, rate=RATES, years=st.integers(1, 40))
def test_an_equivalent_annual_cost_has_the_present_value_it_came_from(cost: float, rate: float, years: int) -> None:
    yearly = discounting.equivalent_annual_cost_sek(cost, rate, years)
    assert yearly * discounting.annuity(rate, years) == pytest.approx(cost)
    assert yearly >= cost / years * (1 - 1e-12)


@given(parts=st.lists(st.integers(1, 12), min_size=1, max_size=14))
def test_budget_years_share_every_month_and_the_horizon_once(parts: list[int]) -> None:
    years = np.repeat(np.arange(2026, 2026 + len(parts)), parts)
    total = sum(discounting.year_weights(years, year) for year in sorted(set(years.tolist())))
    assert (total == np.ones(len(years) + 1)).all()


# --- distributions ----------------------------------------------------------------------------------------------------


@st.composite
def distributions(draw: st.DrawFn) -> Distribution:
    shape = draw(st.sampled_from([Shape.PERT, Shape.TRIANGULAR, Shape.UNIFORM, Shape.NORMAL, Shape.LOGNORMAL]))
    count = 3 if shape in (Shape.PERT, Shape.TRIANGULAR) else 2
    least = 0.01 if shape is Shape.LOGNORMAL else -1e3
    values = sorted(draw(st.lists(st.floats(least, 1e3), min_size=count, max_size=count)))
    # Below this width the numbers cannot tell the ends apart.
    assume(values[-1] - values[0] == 0.0 or values[-1] - values[0] > 1e-6)
    return Distribution(shape, tuple(values))


@given(distribution=distributions(), u=INNER_SHARES, v=INNER_SHARES)
def test_quantiles_are_in_order_and_within_the_range(distribution: Distribution, u: float, v: float) -> None:
    low, high = (float(each) for each in quantile(distribution, sorted((u, v))))
    assert low <= high
    if distribution.shape in (Shape.PERT, Shape.TRIANGULAR, Shape.UNIFORM):
        assert distribution.values[0] <= low and high <= distribution.values[-1]
        assert distribution.values[0] - 1e-9 <= mean(distribution) <= distribution.values[-1] + 1e-9
        width = distribution.values[-1] - distribution.values[0]
        assert -1e-9 <= variance(distribution) <= width**2 / 4 + 1e-9


@given(distribution=distributions(), u=INNER_SHARES)
def test_the_share_below_undoes_the_quantile(distribution: Distribution, u: float) -> None:
    assume(distribution.values[-1] > distribution.values[0])
    # A millionth of the range stands between the table's quantile and the exact one.
    value, step = float(quantile(distribution, u)), 1e-6 * (distribution.values[-1] - distribution.values[0])
    assert share_below(distribution, value - step) - 1e-9 <= u <= share_below(distribution, value + step) + 1e-9


@given(
    shares=st.lists(st.floats(-0.95, 0.95), min_size=6, max_size=6),
    present=st.lists(st.booleans(), min_size=6, max_size=6),
)
def test_correlations_are_either_refused_or_met(shares: list[float], present: list[bool]) -> None:
    keys = ("a", "b", "c", "d")
    stated = {
        pair: share for pair, share, is_there in zip(combinations(keys, 2), shares, present, strict=True) if is_there
    }
    matrix = np.eye(4)
    for (first, second), share in stated.items():
        i, j = keys.index(first), keys.index(second)
        matrix[i, j] = matrix[j, i] = 2 * np.sin(np.pi * share / 6)
    smallest = np.linalg.eigvalsh(matrix)[0]
    assume(abs(smallest) > 1e-6)
    if smallest < 0:
        with pytest.raises(InputError, match="correlations_contradict"):
            correlation_factor(keys, stated)
    else:
        factor = correlation_factor(keys, stated)
        assert factor @ factor.T == pytest.approx(matrix, abs=1e-12)


@given(further=st.floats(0.1, 10.0), dispersion=st.floats(0.2, 20.0))
def test_the_fallback_for_bidders_is_a_distribution(further: float, dispersion: float) -> None:
    weights = fallback_weights(further, dispersion)
    assert sum(weights) == pytest.approx(1.0) and min(weights) >= 0.0
    assert 1.0 <= mean_bidders(weights) <= 1.0 + further + 1e-9


@given(counts=st.dictionaries(st.integers(1, 30), st.integers(1, 10_000), min_size=1))
def test_counts_of_bidders_keep_their_proportions(counts: dict[int, int]) -> None:
    rows = "".join(f"72,{bidders_},{lots},a\n" for bidders_, lots in counts.items())
    weights = parse_bidder_counts(f"division,bidders,lots,source\n{rows}")["72"]
    assert sum(weights) == pytest.approx(1.0)
    total = sum(counts.values())
    assert all(weights[each - 1] == lots / total for each, lots in counts.items())
