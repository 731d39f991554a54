"""What a comparison answers: numbers and frames, before anybody puts them into words or pictures."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from partnership_lib.decision.cases.records import Case

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True)
class Spread:
    """A distribution in short [SEK].

    `mean` and its `standard_error` come from the closed form where there is one, the quantiles from the full
    simulation.
    """

    mean: float
    standard_error: float
    sd: float
    p2_5: float
    p10: float
    p50: float
    p90: float
    p97_5: float


@dataclass(frozen=True)
class Choice:
    """What choosing a plan can cost: its total, and the regret when the other one would have been cheaper [SEK]."""

    plan: str
    total_cost: Spread
    total_cost_cvar95_sek: float
    expected_regret_sek: float
    regret_cvar95_sek: float


@dataclass(frozen=True)
class Comparison:
    """The answer to a case. A negative difference means that the consolidated plan is cheaper.

    Attributes
    ----------
    difference, difference_without_benefits : Spread
        Consolidated minus fragmented, discounted, over the horizon.
    choices : tuple of Choice
        Fragmented and consolidated.
    p_consolidated_cheaper, p_saving_over_tenth : float
        With `p_standard_error` for the first.
    coin_toss : bool
        Neither plan is cheaper with a probability of at least two thirds: the honest answer is "it cannot be told".
    components : pandas.DataFrame
        One row per component in the order of COMPONENTS: ``component``, ``fragmented_sek``, ``consolidated_sek``,
        ``difference_sek`` (sums to `difference.mean` within 1e-9 relative), ``standard_error_sek``,
        ``cashable`` (bool: moves a budget; otherwise staff time, quality or benefit), ``fragmented_staff_sek``,
        ``consolidated_staff_sek`` (the staff time in the component: counted as a cost even if no budget moves).
    density : pandas.DataFrame
        ``difference_sek``, ``share``: a histogram of the difference (left edge, share of the paths), equal bins.
    information : pandas.DataFrame
        One row per uncertain assumption, most worth knowing first: ``assumption`` (key), ``name``, ``scope``,
        ``evppi_sek``, ``evppi_error_sek``, ``evppi_by_bins_sek`` (the same by another estimator: a check),
        ``first_order_share``, ``total_order_share``, ``confirmed`` (bool), ``p10``, ``p90`` (values), and for the first
        few ``together_with`` (key) and ``evppi_together_sek`` (worth of knowing both).
    evpi_sek : float
        Worth of knowing every assumption before choosing.
    unconfirmed_share : float
        Part of the variance of the expected difference that rests on assumptions nobody has confirmed.
    tornado : pandas.DataFrame
        ``assumption``, ``p10``, ``p90``, ``difference_at_p10_sek``, ``difference_at_p90_sek`` (others at P50),
        ``mean_at_p10_sek``, ``mean_at_p90_sek`` (others random); longest bar first.
    break_evens : pandas.DataFrame
        ``quantity`` (horizon_years, discount_rate_share, changes_per_year, bundle_bidders, scope_saving_share,
        governance_hours_per_year), ``unit``, ``today``, ``low``, ``high``, ``break_even`` (NaN: none in the range),
        ``cheaper_above`` (bool: consolidated is cheaper above it; without one: cheaper in the whole range).
    budget : pandas.DataFrame
        ``plan``, ``year`` (calendar), ``prices`` (real, nominal), ``account`` (a component, or ``total``),
        ``mean_sek``, ``p10_sek``, ``p50_sek``, ``p90_sek`` (quantiles for ``total`` only).
    term_values : pandas.DataFrame
        ``term_years`` (4, 6, 8, 10, 12), ``difference_sek``, ``standard_error_sek``.
    stress : pandas.DataFrame
        ``scenario`` (worst, base, best for the consolidated plan), ``difference_sek``.
    legal : pandas.DataFrame
        Per agreement of both plans: ``plan``, ``agreement``, ``p_hit``, ``median_month`` (of the hits; NaN without).
    legal_months : pandas.DataFrame
        ``agreement``, ``year``, ``p_hit_by`` for the proposed agreements.
    reference_checks : pandas.DataFrame
        ``check`` (see `reference_checks.LIMITS`), ``plan`` (or empty), ``value``, ``low``, ``high`` (NaN: no limit),
        ``unit``, ``ok``, ``leans`` (the plan that a value outside makes look better, or empty), ``source``.
    honesty : pandas.DataFrame
        ``rule`` (see `honesty.RULES`), ``kept`` (bool), ``detail`` (a number or a tuple of names).
    paths, evaluations, hashes : int
        How much was computed.
    closed_form : bool
        The means are exact given the assumptions; otherwise (options used by price) they are simulated too.
    unmeasured_quality_sek : tuple of float
        How much dearer the consolidated plan gets if quality cannot be measured: mean, P10, P90 [SEK].
    """

    case: Case
    difference: Spread
    difference_without_benefits: Spread
    choices: tuple[Choice, Choice]
    p_consolidated_cheaper: float
    p_standard_error: float
    p_saving_over_tenth: float
    coin_toss: bool
    saving_share: float
    components: pd.DataFrame
    density: pd.DataFrame
    information: pd.DataFrame
    evpi_sek: float
    unconfirmed_share: float
    tornado: pd.DataFrame
    break_evens: pd.DataFrame
    budget: pd.DataFrame
    term_values: pd.DataFrame
    stress: pd.DataFrame
    legal: pd.DataFrame
    legal_months: pd.DataFrame
    reference_checks: pd.DataFrame
    honesty: pd.DataFrame
    paths: int
    evaluations: int
    hashes: int
    closed_form: bool = True
    unmeasured_quality_sek: tuple[float, float, float] = (0.0, 0.0, 0.0)
