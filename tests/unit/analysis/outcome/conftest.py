"""Invented panels: common ups and downs, own noise, and an effect that is known."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from partnership_lib.analysis.outcome.panel import Panel


@pytest.fixture
def invented() -> Callable[..., Panel]:
    """A panel of logarithms: quarters, `donors` donors, and `share` more or less for the treated one."""

    def make(
        share: float = 0.0, *, donors: int = 19, before: int = 12, after: int = 8, spread: float = 0.02, seed: int = 1
    ) -> Panel:
        random = np.random.default_rng(seed)
        common = random.normal(size=before + after).cumsum() * 0.02
        outcome = (
            common + random.normal(size=(donors + 1, 1)) + random.normal(size=(donors + 1, before + after)) * spread
        )
        outcome[0, before:] += np.log1p(share)
        periods = tuple(f"{2020 + number // 4}-Q{number % 4 + 1}" for number in range(before + after))
        units = ("partnership", *(f"need {number}" for number in range(donors)))
        return Panel(units, periods, outcome, before, "log", 3)

    return make
