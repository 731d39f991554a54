"""Numbers that can be computed by hand or stand in a published source, to the digits in which they stand there.

The hand values are those of section 7.1 and 7.2 of the decision model's specification.
"""

from __future__ import annotations

from collections.abc import Callable
from math import exp, log, prod

import numpy as np
import pytest
from scipy.optimize import brentq

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
    price,
    procurement,
)
from partnership_lib.decision.future import streams
from partnership_lib.decision.plans import discounting
from partnership_lib.decision.uncertainty.bidders import further_bidders_probability
from partnership_lib.decision.uncertainty.quantiles import (
    mean,
    normal_parameters,
    pert_parameters,
    quantile,
    variance,
)

RATE = 0.035

# --- discounting (HM Treasury's Green Book: 3.5 % real) ---------------------------------------------------------------


@pytest.mark.parametrize(
    ("years", "factor", "digits"),
    [(1, 0.9662, 4), (2, 0.9335, 4), (4, 0.8714, 4), (8, 0.7594, 4), (10, 0.7089188137, 10), (12, 0.6617832983, 10)],
)
def test_the_discount_factors_are_those_of_the_green_book(years: int, factor: float, digits: int) -> None:
    assert round(discounting.discount_factor(RATE, years), digits) == factor


def test_the_annuities_are_exact() -> None:
    assert round(discounting.annuity(RATE, 10), 10) == 8.3166053226
    assert round(discounting.annuity(RATE, 12), 10) == 9.6633343346
    months = discounting.discount_weights(144, RATE)[:144].sum()
    assert round(months, 10) == 117.9776369181
    assert round(months / 12, 10) == 9.8314697432
    assert round(discounting.monthly_rate(RATE), 12) == 0.002870898719


def test_nominal_money_at_the_nominal_rate_is_real_money_at_the_real_rate() -> None:
    nominal = discounting.nominal_rate(RATE, 0.02)
    assert round(nominal, 4) == 0.0557
    by_nominal = discounting.inflation_weights(144, 0.02) * discounting.discount_weights(144, nominal)
    assert by_nominal == pytest.approx(discounting.discount_weights(144, RATE), rel=1e-14)


def test_a_thousand_over_twelve_years_costs_the_same_every_year() -> None:
    assert round(discounting.equivalent_annual_cost_sek(1_000.0, RATE, 12), 7) == 103.4839493


def test_three_procedures_four_years_apart() -> None:
    assert round(sum(100 * discounting.discount_factor(RATE, year) for year in (0, 4, 8)), 7) == 263.0853784


def _two_needs(rate: float, governance_sek: float = 100e3, price_share: float = 0.95) -> tuple[float, float]:
    """The totals of the specification's example H1: two agreements of a million a year against one bundle."""
    weights = discounting.discount_weights(144, rate)
    years = weights[:144].sum() / 12

    def follow_up(sek_per_year: float) -> float:
        return float(management.management_sek_per_year(1.0, sek_per_year, 0.0, 1.0, 1.0))

    def procedure(sek: float) -> float:
        return float(procurement.procedure_sek(0.0, 0.0, 1.0, 0.0, 1.0, 0.0, 0.0, sek, 0.0))

    fragmented = years * (2_000e3 + 2 * follow_up(50e3)) + 2 * procedure(100e3) * weights[[0, 48, 96]].sum()
    partnership = float(governance.governance_sek_per_year(1.0, governance_sek, 1.0))
    consolidated = years * (price_share * 2_000e3 + follow_up(80e3) + partnership) + procedure(500e3) * weights[0]
    return fragmented, consolidated


def test_two_needs_and_one_bundle_cost_what_they_cost_by_hand() -> None:
    assert _two_needs(0.0) == pytest.approx((25_800e3, 25_460e3), rel=1e-14)
    fragmented, consolidated = _two_needs(RATE)
    assert round(fragmented / 1e3, 6) == 21_171.503548
    assert round(consolidated / 1e3, 6) == 20_948.740883
    assert round((consolidated - fragmented) / 1e3, 6) == -222.762666


def test_two_needs_and_one_bundle_break_even_where_they_do_by_hand() -> None:
    def difference(rate: float, governance_sek: float = 100e3, price_share: float = 0.95) -> float:
        fragmented, consolidated = _two_needs(rate, governance_sek, price_share)
        return consolidated - fragmented

    assert round(brentq(lambda sek: difference(0.0, sek), 0, 1e6) / 1e3, 4) == 128.3333
    assert round(brentq(lambda sek: difference(RATE, sek), 0, 1e6) / 1e3, 6) == 122.658125
    assert round(brentq(lambda saving: difference(0.0, 100e3, 1 - saving), 0, 1) * 100, 5) == 3.58333
    assert round(brentq(lambda saving: difference(RATE, 100e3, 1 - saving), 0, 1) * 100, 6) == 3.867094
    assert round(brentq(difference, 0.0, 1.0, xtol=1e-14) * 100, 6) == 14.752226


# --- distributions ----------------------------------------------------------------------------------------------------


def test_a_pert_is_the_textbooks() -> None:
    pert = Distribution(Shape.PERT, (2.0, 4.0, 12.0))
    assert pert_parameters(*pert.values) == (1.8, 4.2)
    assert (mean(pert), variance(pert)) == (5.0, 3.0)
    assert np.round(quantile(pert, [0.5, 0.95]), 9).tolist() == [4.766722594, 8.212767240]


def test_a_triangular_is_the_textbooks() -> None:
    triangular = Distribution(Shape.TRIANGULAR, (2.0, 4.0, 12.0))
    assert mean(triangular) == 6.0
    assert round(variance(triangular), 4) == 4.6667


def test_a_lognormal_by_p10_and_p90_is_the_textbooks() -> None:
    lognormal = Distribution(Shape.LOGNORMAL, (100.0, 400.0))
    location, scale = normal_parameters(lognormal)
    assert (round(location, 9), round(scale, 9)) == (5.298317367, 0.540865619)
    assert round(mean(lognormal), 7) == 231.5012274
    assert quantile(lognormal, [0.1, 0.9]) == pytest.approx([100.0, 400.0])


# --- bidders ----------------------------------------------------------------------------------------------------------

# European Commission, COM(2013) 455: twice the bidders, 9 % lower contract value.
ELASTICITY = -log(0.91) / log(2)


def test_twice_the_bidders_lower_the_price_by_nine_percent() -> None:
    assert round(ELASTICITY, 10) == 0.1360615496

    def change(before: float, after: float, elasticity: float = ELASTICITY) -> float:
        factors = bidders.bidder_factor(np.array([after, before]), 8.0, elasticity)
        return float(factors[0] / factors[1])

    assert round(change(1.0, 2.0), 12) == 0.91
    assert round(change(4.6, 2.8), 7) == 1.0698794
    assert round(change(4.0, 5.0), 10) == 0.9700950163
    # The specification prints these two for the elasticity rounded to five digits.
    assert round(change(4.6, 2.8, 0.13606), 7) == 1.0698786
    assert round(change(4.0, 5.0, 0.13606), 10) == 0.9700953517


def test_every_fifth_procedure_has_one_bidder() -> None:
    assert round(float(further_bidders_probability(0, 3.6, 1.1175461261)), 10) == 0.2


@pytest.mark.parametrize(("count", "expected"), [(2, 0.6667), (4, 0.4), (8, 0.2222)])
def test_auctions_on_the_random_future_end_at_the_price_of_auction_theory(count: int, expected: float) -> None:
    """First-price auction, costs uniform on (0, 1): the expected price is 2/(n+1)."""
    paths, suppliers = np.arange(100_000, dtype=np.uint64)[:, None], np.arange(count)
    entities = np.array([streams.entity_key(f"supplier:{each}") for each in suppliers], dtype=np.uint64)
    first = np.zeros(1, dtype=np.uint64)
    costs = streams.uniform(first, paths, entities, streams.BIDDERS, first)
    prices = (costs + (1.0 - costs) / count).min(axis=1)
    assert round(2 / (count + 1), 4) == expected
    assert abs(prices.mean() - 2 / (count + 1)) < 3 * prices.std() / np.sqrt(len(prices))


# --- appeals, defaults, law, governance -------------------------------------------------------------------------------


def test_appeals_of_eight_needs_over_twelve_years() -> None:
    assert round(float(changes.probability_of_any_hit(0.07, 24.0)), 10) == 0.8247771397
    months = gap.expected_gap_months(1.8, 0.7, 0.0, 5.3, 0.0)
    assert round(24 * 0.07 * months, 12) == 3.024


def test_one_percent_a_year_for_twelve_years() -> None:
    alive = float(default.survival_probability(-log(0.99), 144.0))
    assert round(alive, 10) == 0.8863848717
    assert round(float(changes.probability_of_any_hit(1.0 - alive, 8.0)), 10) == 0.6189528819


def test_the_room_for_modifications_of_a_contract_of_ten_million() -> None:
    value = float(legal.contract_value_sek(2_500e3, 48.0))
    room = float(legal.minor_room_sek(value, 2_389_585.0, 0.10))
    assert (value, room) == (10_000e3, 1_000e3)

    def outside(modification_sek: float, *, qualified: bool) -> bool:
        return bool(legal.is_outside_the_room(modification_sek, qualified, 0.0, value, room))

    assert not outside(999_999.0, qualified=False) and outside(1_000e3, qualified=False)
    assert not outside(5_000e3, qualified=True) and outside(5_001e3, qualified=True)


def test_the_room_never_exceeds_the_threshold() -> None:
    assert legal.minor_room_sek(100e6, 2_389_585.0, 0.10) == 2_389_585.0


def test_a_partnerships_governance_takes_646_hours_a_year() -> None:
    meetings = governance.meeting_hours_per_year()
    hours = governance.governance_hours_per_year(meetings, 0.25, 1_720.0)
    assert (meetings, hours) == (36.0 + 60.0 + 120.0, 646.0)
    assert governance.governance_sek_per_year(650.0, hours, 1.0) == 419_900.0


def test_the_interfaces_of_eight_needs_without_a_graph_are_twenty_eight_pairs() -> None:
    pairs = 8 * 7 / 2
    assert interfaces.interfaces_sek_per_year(40_000.0, 0.5 * pairs, 0.0, 0.3) == 0.5 * 28 * 40_000.0


# --- stochastic, with an exact answer ---------------------------------------------------------------------------------


def test_the_expected_market_price_after_four_years() -> None:
    assert round(float(price.expected_market_level(-0.01, 0.05, 48.0)), 10) == 0.9656054163


def test_the_simulated_market_price_has_the_expected_mean() -> None:
    rng = np.random.default_rng(1)
    levels = np.exp(price.log_market_step(-0.01, 0.05, rng.standard_normal((20_000, 48))).sum(axis=1))
    assert abs(levels.mean() - 0.9656054163) < 3 * levels.std() / np.sqrt(len(levels))


def test_law_changes_that_hit_a_need_are_a_thinned_poisson_process(rounds: Callable[[int, int], int]) -> None:
    """Events of a domain kept with probability q are Poisson with rate lambda q."""
    paths = np.arange(rounds(100_000, 2_000_000), dtype=np.uint64)
    rate, hit, most = 1.2, 0.4, 12
    seed = np.zeros(1, dtype=np.uint64)
    domain, need = (np.array([streams.entity_key(name)], dtype=np.uint64) for name in ("domain:school", "need:N-01"))
    hits, time = np.zeros(len(paths)), np.zeros(len(paths))
    for occurrence in range(most):
        number = np.array([occurrence], dtype=np.uint64)
        time -= np.log(streams.uniform(seed, paths, domain, streams.LAW_TIME, number)) / rate
        hits += (time < 1.0) & (streams.uniform(seed, paths, need, streams.LAW_HIT, number) < hit)
    assert (time > 1.0).all()
    for count in range(4):
        exact = exp(-rate * hit) * (rate * hit) ** count / prod(range(1, count + 1))
        found = (hits == count).mean()
        assert abs(found - exact) < 3.5 * np.sqrt(exact * (1 - exact) / len(paths))


# --- overruns (Flyvbjerg and Budzier: 18 % of projects overrun by more than half, on average by 447 %) ----------------


def test_the_tail_of_overruns_has_the_published_mean_before_it_is_cut() -> None:
    whole = overrun.expected_overrun(-0.1, 0.1, 0.5, 1.0, 0.5, 1.126, 1e30)
    assert round(whole, 2) == 4.47


def test_eighteen_percent_of_projects_overrun_by_more_than_half() -> None:
    uniforms = (np.arange(100_000) + 0.5) / 100_000
    drawn = overrun.overrun_at(uniforms, overrun.ordinary_overruns(-0.1, 0.1, 0.5), 0.18, 0.5, 1.126, 20.0)
    assert (drawn > 0.5).mean() == pytest.approx(0.18, abs=1e-5)
    assert drawn.mean() == pytest.approx(overrun.expected_overrun(-0.1, 0.1, 0.5, 0.18, 0.5, 1.126, 20.0), rel=1e-4)
