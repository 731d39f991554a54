"""Months between an agreement that ends and the next one that an appeal delays (C2)."""

from __future__ import annotations

from collections.abc import Callable
from math import exp, log

import numpy as np

from partnership_lib.decision.components.quantity import Quantity


def gap_months(appeal_months: Quantity, slack_months: Quantity) -> Quantity:
    """Return the months without an agreement: what an appeal takes beyond the slack in the plan."""
    return np.maximum(appeal_months - slack_months, 0.0)


def gap_sek(
    months: Quantity,
    bridging_allowed: Quantity,
    bridging_markup_share: Quantity,
    market_value_sek_per_year: Quantity,
    manual_work_sek_per_month: Quantity,
) -> Quantity:
    """Return what the gap costs: a mark-up on the market price, or manual work where bridging is not allowed [SEK].

    Parameters
    ----------
    bridging_allowed : Quantity
        1 or 0.
    """
    bridging_sek_per_month = bridging_markup_share * market_value_sek_per_year / 12.0
    return months * (bridging_allowed * bridging_sek_per_month + (1.0 - bridging_allowed) * manual_work_sek_per_month)


def expected_gap_months(
    months_mean: float,
    months_sigma_ln: float,
    second_instance_probability: float,
    second_instance_months_mean: float,
    slack_months: float,
) -> float:
    """Return the expected months of gap after an appeal; the probability of an appeal is not in it.

    The first instance takes a lognormal time with this mean, the second, if there is one, an exponential time more.

    Examples
    --------
    Without slack it is the expected length of an appeal, 1.8 + 0.25 * 5.3:

    >>> round(expected_gap_months(1.8, 0.7, 0.25, 5.3, 0.0), 9)
    3.125
    """
    from scipy.special import ndtr

    if slack_months <= 0.0:
        return months_mean + second_instance_probability * second_instance_months_mean - slack_months

    location = log(months_mean) - months_sigma_ln**2 / 2.0

    def over_by(months: float, shift: float = 0.0) -> float:
        """Return the probability that the first instance takes longer than this."""
        if months <= 0.0 or months_sigma_ln == 0.0:
            return float(location > log(months)) if months > 0.0 else 1.0
        return float(ndtr((location - log(months)) / months_sigma_ln + shift))

    first = months_mean * over_by(slack_months, months_sigma_ln) - slack_months * over_by(slack_months)
    if second_instance_probability * second_instance_months_mean == 0.0:
        return first
    second = _share_outlasting(over_by, exp(location), second_instance_months_mean, slack_months)
    return first + second_instance_probability * second_instance_months_mean * second


def _share_outlasting(
    over_by: Callable[[float], float], first_median: float, second_mean: float, slack_months: float
) -> float:
    """Return the probability that a second instance lasts beyond the slack.

    What the first one leaves of the slack is outlasted with probability exp(-rest / mean): the integral of exp(-s) over
    all s above rest / mean. Summed over s instead of over the first instance there is no narrow peak to be missed.
    """
    from scipy.integrate import quad

    over = over_by(slack_months)
    most = min(slack_months / second_mean, 50.0)
    middle = min(max((slack_months - first_median) / second_mean, 0.0), most)
    within = quad(
        lambda s: exp(-s) * (over_by(slack_months - second_mean * s) - over),
        0.0,
        most,
        points=[middle],
        epsabs=1e-13,
        limit=200,
    )[0]
    return over + float(within) + exp(-most) * (1.0 - over)
