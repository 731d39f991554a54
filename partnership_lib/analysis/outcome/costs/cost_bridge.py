"""From the cost of the last year before a partnership to that of its latest: price, index, volume, mix and leakage."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import pandas as pd

from partnership_lib.analysis.bridge import LINE_COLUMNS, Bridge, bridge
from partnership_lib.analysis.outcome.costs.evidence import QUARTERS_PER_YEAR, Evidence
from partnership_lib.analysis.outcome.costs.series import Quarter, UnitSeries

MONTHS = 12


def years_compared(evidence: Evidence) -> tuple[tuple[Quarter, ...], tuple[Quarter, ...]] | None:
    """Return the last four quarters before the start and the latest four after it, or None where there are fewer."""
    before, after = len(evidence.window.before), len(evidence.window.after)
    if before < QUARTERS_PER_YEAR or after < QUARTERS_PER_YEAR:
        return None
    quarters = evidence.series.quarters
    return quarters[before - QUARTERS_PER_YEAR : before], quarters[-QUARTERS_PER_YEAR:]


def cost_bridge(evidences: Iterable[Evidence]) -> Bridge | None:
    """Return what the change of the invoices consists of, from the year before each partnership to its latest year.

    None where no partnership has a whole year on both sides.

    Notes
    -----
    Each partnership is one item with its volume driver as quantity, so within one partnership there is no mix and the
    indices of Laspeyres, Paasche and Fisher are one and the same; several partnerships that follow one driver differ.
    The index part is what its own price index moved, which the unit price could have followed; price is the rest.
    Without a volume driver price and volume cannot be told apart.
    """
    before, now, factors = [], [], {}
    for evidence in evidences:
        years = years_compared(evidence)
        if years is None:
            continue
        before += _lines(evidence.series, years[0])
        now += _lines(evidence.series, years[1])
        factors[evidence.unit.id] = _index_factor(years)
    if not before:
        return None
    columns = list(LINE_COLUMNS)
    return bridge(pd.DataFrame(before, columns=columns), pd.DataFrame(now, columns=columns), factors)


def _lines(series: UnitSeries, year: Sequence[Quarter]) -> list[dict[str, object]]:
    volumes = [quarter.volume for quarter in year if quarter.volume is not None]
    known = bool(series.driver) and len(volumes) == len(year)
    about = {"item": series.unit.id, "unit": series.driver}
    inside, outside = (sum(getattr(q, name) for q in year) for name in ("agreement_ore", "leakage_ore"))
    return [
        {**about, "quantity": sum(volumes) / len(year) if known else None, "amount_ore": inside, "inside": True},
        {**about, "quantity": None, "amount_ore": outside, "inside": False},
    ]


def _index_factor(years: tuple[Sequence[Quarter], Sequence[Quarter]]) -> float:
    """Return how much the unit's price index rose between the two years; 1 where it is not known."""
    before, now = (_mean_factor(year) for year in years)
    return before / now if before and now else 1.0


def _mean_factor(year: Sequence[Quarter]) -> float | None:
    factors = [quarter.index_factor for quarter in year if quarter.index_factor is not None]
    return sum(factors) / len(factors) if len(factors) == len(year) else None
