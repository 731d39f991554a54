"""How often the procedure is wrong on panels where nothing happened, with the time series as the control that fails."""

from __future__ import annotations

import numpy as np

from partnership_lib.analysis.outcome.estimators import fit
from partnership_lib.analysis.outcome.inference import hac_interval, half_width_of
from partnership_lib.analysis.outcome.panel import Panel

PANELS, DONORS, BEFORE, AFTER = 200, 19, 12, 8
# Enough for weights whose estimate is told from the published ones in the third figure.
STEPS = 300


def _nothing_happened(random: np.random.Generator) -> Panel:
    shape = (DONORS + 1, BEFORE + AFTER)
    common = random.normal(size=(2, shape[1])).cumsum(axis=1) * 0.02
    outcome = random.normal(size=(shape[0], 2)) @ common + random.normal(size=shape) * 0.05
    return Panel(tuple(map(str, range(shape[0]))), tuple(range(shape[1])), outcome, BEFORE, "log", 3)


def test_false_alarms_are_about_five_in_a_hundred_where_the_time_series_has_many_more() -> None:
    random = np.random.default_rng(8)
    alarms, control = 0, 0
    for _ in range(PANELS):
        panel = _nothing_happened(random)
        placebos = [fit(panel.with_treated(donor), "sdid", STEPS).effect for donor in panel.donors]
        alarms += abs(fit(panel, "sdid", STEPS).effect) > half_width_of(placebos)[0]
        low, high = hac_interval(panel)
        control += not low <= 0.0 <= high
    assert 0.02 <= alarms / PANELS <= 0.08
    assert control / PANELS >= 0.15
