"""Several effects seen together: against a published meta-analysis, and worked by hand."""

from __future__ import annotations

import numpy as np
import pytest

from partnership_lib.analysis.outcome.pooling import placebo_standard_error, pool

# The BCG vaccine trials (Colditz et al., JAMA 271, 1994): ill and well among the vaccinated, ill and well among the
# others. Log risk ratios by DerSimonian & Laird in the manual of the R package metafor (`dat.bcg`, method "DL"):
# estimate -0.7141, standard error 0.1787, tau squared 0.3088, I squared 92.12 %.
BCG = (
    *((4, 119, 11, 128), (6, 300, 29, 274), (3, 228, 11, 209), (62, 13536, 248, 12619), (33, 5036, 47, 5761)),
    *((180, 1361, 372, 1079), (8, 2537, 10, 619), (505, 87886, 499, 87892), (29, 7470, 45, 7232)),
    *((17, 1699, 65, 1600), (186, 50448, 141, 27197), (5, 2493, 3, 2338), (27, 16886, 29, 17825)),
)


def test_the_published_meta_analysis_of_the_bcg_trials_comes_out():
    effects = [np.log((a / (a + b)) / (c / (c + d))) for a, b, c, d in BCG]
    errors = [np.sqrt(1 / a - 1 / (a + b) + 1 / c - 1 / (c + d)) for a, b, c, d in BCG]
    found = pool(effects, errors)
    assert round(found.mean, 4) == -0.7141
    assert round(found.standard_error, 4) == 0.1787
    assert round(found.spread**2, 4) == 0.3088
    assert round(found.heterogeneity_share, 4) == 0.9212


def test_two_partnerships_worked_by_hand():
    # Weights 1/0.05^2 = 400 each; Q = 400 (0.1^2 + 0.1^2) = 8; tau^2 = (8 - 1) / (800 - 320000 / 800) = 0.0175.
    found = pool([-0.2, 0.0], [0.05, 0.05])
    assert found.spread**2 == pytest.approx(0.0175)
    assert found.heterogeneity_share == pytest.approx(7 / 8)
    # Weights 1 / (0.0025 + 0.0175) = 50 each: mean -0.1, standard error 1 / sqrt(100).
    assert (found.mean, found.standard_error) == pytest.approx((-0.1, 0.1))
    # Of its own 0.0175 / 0.02 = 7/8, of the mean 1/8.
    assert found.shrunken.tolist() == pytest.approx([-0.1875, -0.0125])
    assert found.weights.tolist() == pytest.approx([0.5, 0.5])


def test_an_unsure_estimate_counts_less_and_is_drawn_further():
    found = pool([-0.3, 0.0], [0.2, 0.02])
    assert found.weights[0] < found.weights[1]
    assert abs(found.shrunken[0] + 0.3) > abs(found.shrunken[1])


@pytest.mark.parametrize(("effects", "errors"), [([0.1], [0.1]), ([0.1, 0.2], [0.1, 0.0]), ([0.1, 0.2], [0.1])])
def test_what_cannot_be_pooled_is_refused(effects, errors):
    with pytest.raises(ValueError, match="at least two effects"):
        pool(effects, errors)


def test_the_standard_error_from_placebos_is_their_root_mean_square():
    assert placebo_standard_error([0.03, -0.04, 0.0]) == pytest.approx(np.sqrt(0.0025 / 3))
