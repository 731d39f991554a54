"""What is normal variation of something measured again and again: natural process limits (XmR chart)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

MINIMUM_OBSERVATIONS = 6
"""With fewer observations nothing can be said about what is normal."""

_LIMIT_FACTOR = 2.66


@dataclass(frozen=True)
class ControlLimits:
    """The range that normal variation stays in, and its middle."""

    low: float
    mean: float
    high: float

    def __contains__(self, value: float) -> bool:
        return self.low <= value <= self.high


def control_limits(history: Sequence[float]) -> ControlLimits | None:
    """Return mean ± 2.66 times the mean moving range, or None with fewer than six observations.

    Notes
    -----
    The factor is 3/1.128, where 1.128 is the expected range of two normal values in standard deviations. Source:
    Wheeler, *Understanding Variation* (1993). The moving range holds off slow drift better than the standard deviation.

    Examples
    --------
    Moving ranges 2, 2, 2, 2, 2 have the mean 2; the mean value is 11:

    >>> control_limits([10, 12, 10, 12, 10, 12])
    ControlLimits(low=5.68, mean=11.0, high=16.32)
    """
    if len(history) < MINIMUM_OBSERVATIONS:
        return None
    mean = sum(history) / len(history)
    ranges = [abs(later - earlier) for earlier, later in zip(history, history[1:], strict=False)]
    reach = _LIMIT_FACTOR * sum(ranges) / len(ranges)
    return ControlLimits(mean - reach, mean, mean + reach)
