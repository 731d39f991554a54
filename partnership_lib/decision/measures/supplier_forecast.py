"""What a case expects to be paid to suppliers of the proposed plan, year by year: what can be held against it."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from partnership_lib.decision.cases.records import Case
from partnership_lib.decision.components import COMPONENTS, PLANS
from partnership_lib.decision.engine.simulate import simulate
from partnership_lib.decision.measures.budget import BUDGET_PATHS, BUDGET_POINTS, budget_weights, calendar_years
from partnership_lib.decision.measures.estimates import draw_sample, path_values
from partnership_lib.decision.measures.expected import ExpectedCosts

if TYPE_CHECKING:
    import pandas as pd

Floats = NDArray[np.float64]

PAID_TO_THE_SUPPLIER = ("price", "premium", "changes")
"""Components that reach the supplier's invoices: the price, what a functional agreement adds for the changes that it
includes, and changes paid one by one (with the municipality's own handling of them, some per cent of it)."""

QUANTILES = (0.10, 0.50, 0.90)
_CONSOLIDATED = PLANS.index("consolidated")
_PAID = [COMPONENTS.index(name) for name in PAID_TO_THE_SUPPLIER]


def supplier_forecast(case: Case, start: date) -> pd.DataFrame:
    """Return what the consolidated plan pays to suppliers in every calendar year from `start` to the horizon [SEK].

    Columns ``year``, ``months`` (that count in the year), ``mean_sek``, ``p10_sek``, ``p50_sek``, ``p90_sek`` in the
    prices of the year, and ``real_mean_sek`` in those of the base month; undiscounted.

    Notes
    -----
    The middle is the closed form's, the spread that of the paths: assumptions and chance together, as in a budget.
    """
    import pandas as pd

    from_start = _from_month(case, start)
    years = calendar_years(case)
    expected = ExpectedCosts(case)
    values = draw_sample(expected, case.effort).values[:BUDGET_POINTS]
    rows = []
    for year in sorted({int(each) for each, counts in zip(years, from_start, strict=False) if counts}):
        months = int(from_start[:-1][years == year].sum())
        nominal = budget_weights(case, year, "nominal") * from_start
        real = budget_weights(case, year, "real") * from_start
        mean = _mean_sek(expected, values, nominal)
        rows.append((year, months, mean, *_fan_sek(expected, nominal, mean), _mean_sek(expected, values, real)))
    columns = ["year", "months", "mean_sek", "p10_sek", "p50_sek", "p90_sek", "real_mean_sek"]
    return pd.DataFrame(rows, columns=columns)


def _from_month(case: Case, start: date) -> Floats:
    """Return 1 for the months from `start` on and 0 before, months 0 to T."""
    base = case.settings.base_month
    first = (start.year - base.year) * 12 + start.month - base.month
    return (np.arange(case.settings.horizon_months + 1) >= first).astype(np.float64)


def _mean_sek(expected: ExpectedCosts, values: Floats, weights: Floats) -> float:
    costs = ExpectedCosts(expected.case, expected.sampler, weights).components_sek(values)
    return float(costs[:, _CONSOLIDATED, _PAID].sum(axis=1).mean())


def _fan_sek(expected: ExpectedCosts, weights: Floats, mean_sek: float) -> tuple[float, ...]:
    effort = expected.case.effort
    compiled = ExpectedCosts(expected.case, expected.sampler, weights).compiled
    paths = min(BUDGET_PATHS, effort.paths)
    simulation = simulate(
        compiled, path_values(expected.sampler, effort), paths=paths, seed=effort.seed, keep_components=True
    )
    assert simulation.components_sek is not None
    paid = simulation.components_sek[:, _CONSOLIDATED, _PAID].sum(axis=1)
    return tuple(float(each) for each in np.quantile(paid + (mean_sek - paid.mean()), QUANTILES))
