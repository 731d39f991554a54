"""What a panel could show is told from what came before the start, and nothing else."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from partnership_lib import text
from partnership_lib.analysis.outcome.panel import Panel
from partnership_lib.analysis.outcome.power import Preparation, noise_before, power, power_finding, simulate
from partnership_lib.errors import UsageError


def _probability(found, saving: float) -> float:
    return float(found.table.set_index("saving_share")["probability"][saving])


def test_a_larger_saving_and_calmer_series_are_seen_more_often(invented) -> None:
    calm, wild = (power(invented(spread=spread), draws=40) for spread in (0.02, 0.2))
    assert calm.table["probability"].is_monotonic_increasing
    assert _probability(calm, 0.10) > 0.9 > 0.3 > _probability(wild, 0.10)
    assert calm.detectable_share < 0.10 < wild.detectable_share


def test_what_happened_after_the_start_does_not_matter(invented) -> None:
    panel = invented()
    outcome = panel.outcome.copy()
    outcome[:, panel.pre_periods :] = 1e6
    first, second = (power(each, draws=5) for each in (panel, replace(panel, outcome=outcome)))
    assert first.table.equals(second.table)


def test_the_same_seed_gives_the_same_answer_and_the_steps_are_told(invented) -> None:
    heard = []
    first = power(invented(), draws=5, tell=lambda *step: heard.append(step))
    assert first.table.equals(power(invented(), draws=5).table)
    assert heard[-1][:2] == (4, 5)


def test_eighteen_donors_never_see_anything(invented) -> None:
    panel = invented(donors=18)
    found = power(panel, draws=5)
    assert (found.table["probability"] == 0.0).all()
    assert power_finding(panel, found).code == "outcome_power.never"


@pytest.mark.parametrize("language", text.LANGUAGES)
@pytest.mark.parametrize(
    ("change", "code"),
    [({}, "told"), ({"spread": 3.0}, "told"), ({"donors": 3}, "never"), ({"before": 4}, "untold")],
)
def test_the_power_is_a_sentence(invented, change, code, language) -> None:
    panel = invented(**change)
    finding = power_finding(panel, power(panel, draws=5))
    assert finding.code == f"outcome_power.{code}" and finding.sentence(language)


def test_levels_that_move_more_than_they_are_see_no_saving(invented) -> None:
    panel = invented(spread=3.0)
    panel = replace(panel, outcome=panel.outcome - panel.outcome.mean(axis=1, keepdims=True) + 2.0, scale="level")
    assert power_finding(panel, power(panel, draws=5)).code == "outcome_power.too_noisy"


def test_what_was_taken_off_the_series_is_counted_and_taken_off_the_simulated_ones_too(invented) -> None:
    def without_seasons(outcome):
        adjusted = outcome.copy()
        for quarter in range(4):
            adjusted[:, quarter::4] -= outcome[:, quarter:12:4].mean(axis=1, keepdims=True)
        return adjusted

    panel = invented(spread=0.05, seed=7)
    panel = replace(panel, outcome=without_seasons(panel.outcome))
    prepared = power(panel, draws=60, prepare=Preparation(without_seasons, taken_off=3))
    # Seasons that were fitted before the start hide noise there, and bring some of it to the time after.
    assert _probability(prepared, 0.05) < _probability(power(panel, draws=60), 0.05) - 0.05
    assert power(invented(before=7), draws=5, prepare=Preparation(without_seasons, taken_off=3)) is None


def test_the_simulated_series_go_through_the_same_preparation(invented) -> None:
    found = power(invented(spread=3.0), draws=3, prepare=Preparation(np.zeros_like))
    assert (found.table["probability"] == 1.0).all()


def test_noise_is_measured_as_it_was_made() -> None:
    random = np.random.default_rng(3)
    drawn = np.empty((40, 60))
    drawn[:, 0] = random.normal(size=40)
    for period in range(1, 60):
        drawn[:, period] = 0.5 * drawn[:, period - 1] + np.sqrt(0.75) * random.normal(size=40)
    common = random.normal(size=60).cumsum()
    panel = Panel(tuple(map(str, range(40))), tuple(range(61)), np.c_[0.1 * drawn + common, np.zeros(40)], 60)
    noise = noise_before(panel)
    assert noise.persistence == pytest.approx(0.5, abs=0.05)
    assert noise.spreads.mean() == pytest.approx(0.1, abs=0.01)
    assert noise.slopes.std() < 0.001
    again = simulate(replace(noise, slopes=np.zeros(40)), 2_000, random)
    assert again.std(axis=1).mean() == pytest.approx(noise.spreads.mean(), rel=0.03)
    lagged = [np.corrcoef(each[1:], each[:-1])[0, 1] for each in again]
    assert np.mean(lagged) == pytest.approx(noise.persistence, abs=0.03)


def test_a_time_series_alone_has_no_power_to_tell(invented) -> None:
    with pytest.raises(UsageError, match="power_needs_donors"):
        power(invented(), "its")
