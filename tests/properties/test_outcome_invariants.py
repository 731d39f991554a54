"""What must hold for estimates of any panel: decision model 7.5, number 16, and what the placebos promise."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from partnership_lib.analysis.outcome.estimators import ESTIMATORS, fit
from partnership_lib.analysis.outcome.inference import estimate
from partnership_lib.analysis.outcome.panel import Panel
from partnership_lib.analysis.outcome.period_labels import months_per_period
from partnership_lib.analysis.outcome.predictors import closest_weights
from partnership_lib.errors import InputError

DIFFERENCES = ("sdid", "did")
sizes = st.floats(-5.0, 5.0)


@st.composite
def panels(draw: st.DrawFn, most_donors: int = 8) -> Panel:
    donors, before, after = draw(st.integers(2, most_donors)), draw(st.integers(3, 10)), draw(st.integers(1, 6))
    random = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    common = random.normal(size=before + after).cumsum()
    outcome = random.normal(size=(donors + 1, before + after)) + random.normal(size=(donors + 1, 1)) * 3.0 + common
    units = tuple(f"unit {number}" for number in range(donors + 1))
    return Panel(units, tuple(range(before + after)), outcome, before)


def _plus(panel: Panel, addition: np.ndarray) -> Panel:
    return replace(panel, outcome=panel.outcome + addition)


@given(panels(), sizes)
@pytest.mark.parametrize("estimator", DIFFERENCES)
def test_a_constant_on_the_treated_series_changes_nothing(estimator: str, panel: Panel, size: float) -> None:
    addition = np.zeros_like(panel.outcome)
    addition[0] = size
    assert fit(_plus(panel, addition), estimator).effect == pytest.approx(fit(panel, estimator).effect, abs=1e-3)


@given(panels(), st.integers(0, 2**32 - 1))
def test_a_shock_that_all_series_share_changes_nothing(panel: Panel, seed: int) -> None:
    shock = np.random.default_rng(seed).normal(size=len(panel.periods)) * 4.0
    assert fit(_plus(panel, shock), "did").effect == pytest.approx(fit(panel, "did").effect, abs=1e-9)
    # Before the start the published penalty follows the donors' steps; a shared line leaves their spread as it is.
    line = 0.5 * np.arange(len(panel.periods))
    after = np.where(np.arange(len(panel.periods)) >= panel.pre_periods, shock, 0.0)
    assert fit(_plus(panel, line + after), "sdid").effect == pytest.approx(fit(panel, "sdid").effect, abs=1e-3)


@given(panels(), st.randoms(use_true_random=False))
@pytest.mark.parametrize("estimator", [*DIFFERENCES, "sc"])
def test_the_order_of_the_donors_changes_nothing(estimator: str, panel: Panel, random) -> None:
    order = list(range(1, len(panel.units)))
    random.shuffle(order)
    rows = [0, *order]
    other = replace(panel, units=tuple(panel.units[row] for row in rows), outcome=panel.outcome[rows])
    assert fit(other, estimator).effect == pytest.approx(fit(panel, estimator).effect, abs=1e-2)


@given(panels(), st.floats(0.01, 100.0))
@pytest.mark.parametrize("estimator", ESTIMATORS)
def test_another_unit_of_measurement_changes_the_effect_alike(estimator: str, panel: Panel, factor: float) -> None:
    scaled = fit(replace(panel, outcome=panel.outcome * factor), estimator).effect
    assert scaled / factor == pytest.approx(fit(panel, estimator).effect, abs=1e-2)


@given(panels(), sizes)
@pytest.mark.parametrize("estimator", ESTIMATORS)
def test_an_effect_put_in_comes_out(estimator: str, panel: Panel, size: float) -> None:
    addition = np.zeros_like(panel.outcome)
    addition[0, panel.pre_periods :] = size
    found, before = fit(_plus(panel, addition), estimator), fit(panel, estimator)
    assert found.effect - before.effect == pytest.approx(size, abs=1e-9)
    assert found.counterfactual == pytest.approx(before.counterfactual, abs=1e-9)


@given(panels())
def test_weights_are_shares(panel: Panel) -> None:
    for name in ("sdid", "sc", "did"):
        found = fit(panel, name)
        assert (found.unit_weights >= 0.0).all() and found.unit_weights.sum() == pytest.approx(1.0)
        assert (found.time_weights >= 0.0).all()
        assert found.time_weights.sum() == pytest.approx(0.0 if name == "sc" else 1.0)


@given(panels())
def test_the_exact_weights_come_at_least_as_close_as_any_other(panel: Panel) -> None:
    before = panel.pre_periods
    distances = (panel.donor_outcomes[:, :before] - panel.treated_outcome[:before]).T
    exact, other = closest_weights(distances), fit(panel, "sc").unit_weights
    assert exact.min() >= 0.0 and exact.sum() == pytest.approx(1.0)
    least = float(np.sum((distances @ exact) ** 2))
    assert least <= float(np.sum((distances @ other) ** 2)) + 1e-9


@given(panels(most_donors=5), sizes)
def test_the_placebos_promise_no_more_than_their_number_allows(panel: Panel, size: float) -> None:
    found = estimate(panel, "did")
    count = len(panel.donors)
    assert 1.0 / (count + 1) <= found.p_placebo <= 1.0
    assert found.interval_level <= count / (count + 1) + 1e-12
    assert found.interval[0] <= found.effect <= found.interval[1]
    addition = np.zeros_like(panel.outcome)
    addition[0, panel.pre_periods :] = size
    moved = estimate(_plus(panel, addition), "did").interval
    assert moved == pytest.approx([bound + size for bound in found.interval], abs=1e-9)


@given(st.integers(1950, 2000), st.integers(4, 30), st.integers(1, 3), st.data())
def test_a_missing_period_is_never_taken_for_none(first: int, count: int, step: int, data: st.DataObject) -> None:
    labels = list(range(first, first + count * step, step))
    assert months_per_period(labels) == 12 * step
    del labels[data.draw(st.integers(1, count - 2))]
    with pytest.raises(InputError, match="panel_missing_period"):
        months_per_period(labels)
