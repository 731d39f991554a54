"""Where the changes of an agreement come from, and what a rate of 1 adds to their volume."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
LEAST = 1e-12

# The lattice of `stop_loss`: the more needs share the volume, the smoother it is.
_EVENTS_STEP, _EVENTS_STEP_OF_MANY_NEEDS, _MANY_NEEDS = 0.1, 0.15, 8


@dataclass(frozen=True)
class ChangeSources:
    """Where the changes of an agreement come from.

    Attributes
    ----------
    need_values : tuple of float
        Annual value of every need, in any unit.
    need_rates, need_sizes : tuple of int
        Which of the rates is that of the need's new needs, which of the sizes is its own.
    domains : tuple of (int, tuple of int)
        Per domain: which of the rates is that of its law changes, and the needs that they may hit.
    hit_probability : float
        That a law change hits a need of its domain.
    sigma_ln : float
        Of the lognormal sizes; 0: all of them equal their mean.
    """

    need_values: tuple[float, ...]
    need_rates: tuple[int, ...]
    need_sizes: tuple[int, ...]
    domains: tuple[tuple[int, tuple[int, ...]], ...]
    hit_probability: float
    sigma_ln: float

    @cached_property
    def rate_count(self) -> int:
        """Return how many different rates there are."""
        return 1 + max((*self.need_rates, *(rate for rate, _ in self.domains)))

    def mean_sizes(self, ratios: Floats) -> Floats:
        """Return the mean size of a change at every need, from the mean sizes as shares of the needs' values."""
        sizes: Floats = np.array(self.need_values) * ratios[list(self.need_sizes)]
        return sizes

    def moments(self, ratios: Floats) -> tuple[Floats, Floats]:
        """Return what a rate of 1 adds to the mean and to the variance of the volume, each of shape (rate_count,)."""
        sizes, spread, hit = self.mean_sizes(ratios), np.exp(self.sigma_ln**2), self.hit_probability
        mean, variance = np.zeros(self.rate_count), np.zeros(self.rate_count)
        np.add.at(mean, list(self.need_rates), sizes)
        np.add.at(variance, list(self.need_rates), spread * sizes**2)
        for rate, needs in self.domains:
            together, squares = float(sizes[list(needs)].sum()), float((sizes[list(needs)] ** 2).sum())
            mean[rate] += hit * together
            variance[rate] += hit * spread * squares + hit**2 * (together**2 - squares)
        return mean, variance

    @cached_property
    def equal_events(self) -> Floats:
        """Return how many equal events spread a volume as much as the events of a rate of 1, shape (rate_count,)."""
        mean, variance = replace(self, sigma_ln=0.0).moments(self._ones)
        return np.maximum(mean**2, LEAST) / np.maximum(variance, LEAST)

    @cached_property
    def usual_size(self) -> float:
        """Return the size of a change, weighted with itself, when all needs have mean sizes of 1 per value."""
        mean, variance = self.moments(self._ones)
        return float(variance.sum() / mean.sum())

    @property
    def events_step(self) -> float:
        """Return the step of the lattice: the more needs share the volume, the smoother it is."""
        return _EVENTS_STEP if len(self.need_values) < _MANY_NEEDS else _EVENTS_STEP_OF_MANY_NEEDS

    @property
    def _ones(self) -> Floats:
        return np.ones(1 + max(self.need_sizes))
