"""When terms are expected to be signed."""

from __future__ import annotations

import numpy as np
import pytest

from partnership_lib.decision.engine.signings import Lengths, expected_signings

NO_OPTIONS = Lengths((12,), (np.ones(1),))


def slot(**fields: object) -> dict[str, object]:
    return {"start_month": 0, "end_month": 36, "present": False, "taken_over": False, **fields}


def one(probability: float) -> np.ndarray:
    return np.array([probability])


def test_without_defaults_a_new_slot_is_signed_at_its_start_and_after_every_term() -> None:
    signings = expected_signings(slot(start_month=5), NO_OPTIONS, NO_OPTIONS, one(0.0))
    assert np.flatnonzero(signings.all[:, 0]).tolist() == [0, 12, 24]
    assert np.array_equal(signings.all, signings.planned)


def test_an_agreement_of_today_is_signed_first_when_it_expires() -> None:
    present = Lengths((5, 11), (one(0.25), one(0.75)))
    signings = expected_signings(slot(present=True), present, NO_OPTIONS, one(0.0))
    assert [(month, float(share[0])) for month, share in signings.first_expiries] == [(5, 0.25), (11, 0.75)]
    assert signings.all[[5, 11, 17, 23, 29, 35], 0].tolist() == [0.25, 0.75] * 3


def test_an_option_is_used_with_its_probability() -> None:
    lengths = Lengths((12, 18), (one(0.4), one(0.6)))
    signings = expected_signings(slot(), lengths, lengths, one(0.0))
    assert signings.planned[[12, 18, 24, 30], 0] == pytest.approx([0.4, 0.6, 0.16, 0.48])


def test_a_slot_that_is_taken_over_signs_only_after_defaults() -> None:
    signings = expected_signings(slot(present=True, taken_over=True), NO_OPTIONS, Lengths((37,), (one(1.0),)), one(0.2))
    assert not signings.planned.any()
    assert signings.all == pytest.approx(np.full((36, 1), 0.25))


@pytest.mark.parametrize("probability", [0.003, 0.1, 0.6])
def test_signings_are_those_of_holders_that_are_drawn_one_by_one(probability: float) -> None:
    """A holder that defaults in the month of its signing is followed by another one in the same month."""
    lengths = Lengths((12, 18), (one(0.4), one(0.6)))
    signings = expected_signings(slot(start_month=3), lengths, lengths, one(probability))
    random, paths = np.random.default_rng(2), 20_000
    counts = np.zeros(33)
    for _ in range(paths):
        month = 0
        while month < 33:
            counts[month] += 1
            alive = random.geometric(probability) - 1
            month += min(alive, 12 if random.random() < 0.4 else 18)
    error = np.sqrt(np.maximum(signings.all[:, 0], 1e-3) / (1.0 - probability) / paths)
    assert np.abs(counts / paths - signings.all[:, 0]).max() < (4.0 * error).max()
