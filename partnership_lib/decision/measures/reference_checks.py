"""Whether the costs of the plans look like those that others have measured (reference classes)."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from partnership_lib import text
from partnership_lib.decision.components import COMPONENTS, PLANS
from partnership_lib.decision.components.bidders import bidder_factor
from partnership_lib.decision.components.overrun import expected_overrun
from partnership_lib.decision.measures.estimates import Means

if TYPE_CHECKING:
    import pandas as pd

    from partnership_lib.decision.plans.arrays import CompiledCase

Floats = NDArray[np.float64]

LIMITS = {
    "procurement_share": (0.0, 0.013),  # S1
    "management_share": (0.03, 0.12),  # S12, S13
    "adaptation_share": (0.075, 0.14),  # S2
    "bidder_price_effect": (0.02, 0.03),  # S10
    "saving_ordinary": (math.nan, 0.12),  # S16
    "saving_largest": (math.nan, 0.28),  # S3
    "overrun_mean": (0.10, 2.0),  # S21
}
"""What others have measured, by check; the numbers are those of the specification's list of sources."""
PARTS = {
    "procurement_share": ("procurement",),
    "management_share": ("management", "governance"),
    "adaptation_share": ("changes",),
}
PRICE = ("price", "premium")


def reference_checks(means: Means, compiled: CompiledCase, median: Floats) -> pd.DataFrame:
    """Return a row per check and plan (`Comparison.reference_checks`).

    Shares are of what is paid for what is delivered, premium included. A saving is only held against the upper end:
    that a partnership saves less than others claim is no sign of an error.

    Parameters
    ----------
    median : numpy.ndarray
        Every assumption at its median, in the order of the columns.
    """
    import pandas as pd

    rows = []
    for check, components in PARTS.items():
        for plan, name in enumerate(PLANS):
            rows.append((check, name, share_of_price(means, plan, components)))
    fragmented, consolidated = means.totals_sek
    saving = (fragmented - consolidated) / fragmented if fragmented else 0.0
    assumed = dict(zip(compiled.keys, median, strict=True))
    rows.append(("bidder_price_effect", "", price_effect_of_a_bidder(compiled, assumed)))
    rows.extend((check, "", saving) for check in ("saving_ordinary", "saving_largest"))
    rows.append(("overrun_mean", "", mean_overrun_share(assumed)))
    frame = pd.DataFrame(rows, columns=["check", "plan", "value"])
    frame["low"] = [LIMITS[check][0] for check in frame["check"]]
    frame["high"] = [LIMITS[check][1] for check in frame["check"]]
    frame["unit"] = "share"
    # Beside a limit that is not known there is nothing to hold a value against.
    frame["ok"] = ~(frame["value"] < frame["low"]) & ~(frame["value"] > frame["high"])
    frame["leans"] = [leans(*row) for row in frame[["check", "plan", "value", "low", "high"]].itertuples(index=False)]
    frame["source"] = [text.word("check_source", check, "en") for check in frame["check"]]
    return frame


def leans(check: str, plan: str, value: float, low: float, high: float) -> str:
    """Return the plan that a value outside its limits makes look better; empty inside them, or where it depends.

    Examples
    --------
    >>> leans("procurement_share", "fragmented", 0.04, 0.0, 0.013)
    'consolidated'
    >>> leans("procurement_share", "fragmented", 0.01, 0.0, 0.013)
    ''
    """
    if check == "bidder_price_effect" or not (value < low or value > high):
        return ""
    # A saving beyond what others saw, and a transition without their overruns, flatter who is to take over.
    flattered = "fragmented" if check.startswith("saving") or plan == "fragmented" else "consolidated"
    other = "consolidated" if flattered == "fragmented" else "fragmented"
    return other if value > high else flattered


def share_of_price(means: Means, plan: int, components: tuple[str, ...]) -> float:
    """Return what the components cost in a plan as a share of what is paid for what is delivered."""
    costs = dict(zip(COMPONENTS, means.components_sek[plan], strict=True))
    paid = sum(costs[name] for name in PRICE)
    return float(sum(costs[name] for name in components) / paid) if paid else math.nan


def price_effect_of_a_bidder(compiled: CompiledCase, assumed: dict[str, float]) -> float:
    """Return how much one bidder more than today's average lowers the price, weighted by the value of the needs."""
    counts = np.arange(1, compiled.bidder_weights.shape[1] + 1)
    today = (compiled.bidder_weights @ counts)[compiled.needs["category"]]
    saturation, elasticity = assumed["bidder_saturation_count"], assumed["bidder_price_elasticity"]
    ratio = bidder_factor(today + 1.0, saturation, elasticity) / bidder_factor(today, saturation, elasticity)
    return float(1.0 - np.average(ratio, weights=compiled.needs["annual_value_sek"]))


def mean_overrun_share(assumed: dict[str, float]) -> float:
    """Return the mean overrun of a transition."""
    names = ("ordinary_overrun_minimum", "ordinary_overrun_mode", "ordinary_overrun_maximum")
    tail = ("overrun_tail_probability", "overrun_tail_threshold", "overrun_tail_exponent", "overrun_tail_cap")
    return float(expected_overrun(*(float(assumed[name]) for name in names + tail)))
