"""Panel: the same outcome for one treated unit and its donors, period by period, without gaps."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import numpy.typing as npt

from partnership_lib.analysis.outcome.period_labels import months_per_period, plain_label
from partnership_lib.errors import InputError, UsageError

if TYPE_CHECKING:
    import pandas as pd

Floats = npt.NDArray[np.float64]
Scale = Literal["level", "log"]

# Two periods show how much the series move; one donor is enough for an estimate, if not for a placebo.
FEWEST_PRE_PERIODS = 2
FEWEST_DONORS = 1


@dataclass(frozen=True, eq=False)
class Panel:
    """One outcome for every unit and period: the treated unit, its donors, and when the treatment starts.

    Attributes
    ----------
    units : tuple of str
        Names, the treated unit first, then the donors.
    periods : tuple
        Labels in order of time: years, ``2025-Q1``, dates.
    outcome : numpy.ndarray
        Units x periods, in the order of `units` and `periods`; finite.
    pre_periods : int
        How many periods come before the treatment; the treatment starts in period number `pre_periods`.
    scale : {"level", "log"}
        Whether `outcome` is the measured value or its natural logarithm; decides how an effect becomes a share.
    months_per_period : int or None
        1 for months, 3 for quarters, 12 for years; None where the labels do not tell.
    """

    units: tuple[str, ...]
    periods: tuple[Any, ...]
    outcome: Floats
    pre_periods: int
    scale: Scale = "level"
    months_per_period: int | None = None

    def __post_init__(self) -> None:
        _check_shape(self)
        _check_values(self)

    @property
    def treated(self) -> str:
        """Return the name of the treated unit."""
        return self.units[0]

    @property
    def donors(self) -> tuple[str, ...]:
        """Return the names of the donors."""
        return self.units[1:]

    @property
    def start(self) -> Any:
        """Return the label of the first treated period."""
        return self.periods[self.pre_periods]

    @property
    def post_periods(self) -> int:
        """Return how many periods the treatment has lasted."""
        return len(self.periods) - self.pre_periods

    @property
    def treated_outcome(self) -> Floats:
        """Return the outcome of the treated unit."""
        return self.outcome[0]

    @property
    def donor_outcomes(self) -> Floats:
        """Return the outcomes of the donors, donors x periods."""
        return self.outcome[1:]

    def as_share(self, effect: float, counterfactual_mean: float) -> float:
        """Return an effect as a share of what the outcome would have been without the treatment.

        Parameters
        ----------
        effect : float
            In units of `outcome`.
        counterfactual_mean : float
            Mean over the treated periods of what the outcome would have been, in units of `outcome`. Counted without
            sign, so that lower stays lower; a share of nothing is no number.
        """
        if self.scale == "log":
            return float(np.expm1(effect))
        if counterfactual_mean == 0.0:
            return 0.0 if effect == 0.0 else math.nan
        return effect / abs(counterfactual_mean)

    def as_effect(self, share: float) -> float:
        """Return the effect that changes the treated unit by `share`, counted from its mean before the start."""
        if self.scale == "log":
            return float(np.log1p(share))
        return share * float(self.treated_outcome[: self.pre_periods].mean())

    def with_treated(self, unit: str) -> Panel:
        """Return the panel of a placebo: `unit` plays the treated one and the real treated unit is left out."""
        row = self.units.index(unit)
        rows = [row, *(number for number in range(1, len(self.units)) if number != row)]
        return replace(self, units=tuple(self.units[number] for number in rows), outcome=self.outcome[rows])

    def without_donors(self, names: Collection[str]) -> Panel:
        """Return the panel without some donors."""
        rows = [number for number, unit in enumerate(self.units) if number == 0 or unit not in names]
        return replace(self, units=tuple(self.units[number] for number in rows), outcome=self.outcome[rows])

    def with_donors(self, names: Collection[str]) -> Panel:
        """Return the panel with these donors only."""
        return self.without_donors(set(self.donors) - set(names))

    def before_start(self, pre_periods: int) -> Panel:
        """Return the panel of a placebo in time: nothing after the real start, treatment after `pre_periods`."""
        return self._keep(range(self.pre_periods), pre_periods)

    def last_pre_periods(self, count: int) -> Panel:
        """Return the panel with only the last `count` periods before the start."""
        return self._keep(range(self.pre_periods - count, len(self.periods)), count)

    def without_transition(self, count: int) -> Panel:
        """Return the panel without the first `count` periods of the treatment."""
        after = range(self.pre_periods + count, len(self.periods))
        return self._keep([*range(self.pre_periods), *after], self.pre_periods)

    def _keep(self, columns: Iterable[int], pre_periods: int) -> Panel:
        kept = list(columns)
        periods = tuple(self.periods[number] for number in kept)
        return replace(self, periods=periods, outcome=self.outcome[:, kept], pre_periods=pre_periods)


def _check_shape(panel: Panel) -> None:
    if len(set(panel.units)) != len(panel.units):
        twice = sorted({unit for unit in panel.units if panel.units.count(unit) > 1})
        raise InputError("panel_unit_twice", units=twice)
    if panel.outcome.shape != (len(panel.units), len(panel.periods)):
        raise InputError("panel_shape", found=panel.outcome.shape, units=len(panel.units), periods=len(panel.periods))
    if len(panel.donors) < FEWEST_DONORS:
        raise InputError("panel_few_donors", unit=panel.treated, found=len(panel.donors), allowed=FEWEST_DONORS)
    if panel.pre_periods < FEWEST_PRE_PERIODS:
        raise InputError("panel_short_before", found=panel.pre_periods, allowed=FEWEST_PRE_PERIODS)
    if panel.post_periods < 1:
        raise InputError("panel_nothing_after", last=panel.periods[-1] if panel.periods else "–")


def _check_values(panel: Panel) -> None:
    bad = np.argwhere(~np.isfinite(panel.outcome))
    if len(bad):
        row, column = bad[0]
        raise InputError(
            "panel_gap", unit=panel.units[row], period=panel.periods[column], count=len(bad), column="outcome", file="–"
        )


def panel_from_frame(
    frame: pd.DataFrame,
    *,
    unit: str,
    period: str,
    value: str,
    treated: str,
    start: Any,
    scale: Scale = "level",
    where: str = "–",
) -> Panel:
    """Return the panel in a tidy frame: one row per unit and period.

    Parameters
    ----------
    unit, period, value : str
        Names of the columns.
    treated : str
        The unit that was treated; all others are donors.
    start : Any
        First treated period, as it stands in the period column or as text.
    scale : {"level", "log"}
        ``log`` takes the natural logarithm of the values.
    where : str
        What the errors call the frame, such as its file.

    Raises
    ------
    UsageError
        ``panel_column_missing``, ``panel_unknown_unit``, ``panel_unknown_start``: with what is allowed.
    InputError
        ``panel_row_twice``, ``panel_gap``, ``panel_not_positive``: with unit and period.

    Notes
    -----
    A gap is refused and never filled in: an invented value would look measured.
    """
    for column in (unit, period, value):
        if column not in frame.columns:
            raise UsageError("panel_column_missing", file=where, found=column, allowed=[str(c) for c in frame.columns])
    wide = _wide(frame, unit, period, value, where)
    if treated not in wide.index:
        raise UsageError("panel_unknown_unit", file=where, found=treated, allowed=list(wide.index))
    labels = tuple(plain_label(label) for label in wide.columns)
    places = [number for number, label in enumerate(labels) if str(label) == str(plain_label(start))]
    if not places:
        raise UsageError("panel_unknown_start", file=where, found=start, first=labels[0], last=labels[-1])
    wide = wide.loc[[treated, *(name for name in wide.index if name != treated)]]
    outcome = wide.to_numpy(dtype=np.float64)
    return Panel(
        units=tuple(wide.index),
        periods=labels,
        outcome=_logarithm(outcome, wide, where) if scale == "log" else outcome,
        pre_periods=places[0],
        scale=scale,
        months_per_period=months_per_period(labels, where),
    )


def _wide(frame: pd.DataFrame, unit: str, period: str, value: str, where: str) -> pd.DataFrame:
    """Return a row per unit and a column per period in order of time, with every value there."""
    named = frame.assign(**{unit: frame[unit].astype(str)})
    twice = named[named.duplicated([unit, period])]
    if len(twice):
        first = twice.iloc[0]
        raise InputError("panel_row_twice", file=where, unit=first[unit], period=first[period], count=len(twice))
    named = named.assign(**{value: _numbers(named, unit, period, value, where)})
    wide = named.pivot(index=unit, columns=period, values=value).sort_index(axis=1)
    _refuse_gaps(wide, where, value)
    return wide


def _numbers(frame: pd.DataFrame, unit: str, period: str, value: str, where: str) -> pd.Series:
    """Return the values as numbers; a gap stays a gap."""
    import pandas as pd

    numbers = pd.to_numeric(frame[value], errors="coerce")
    bad = frame[numbers.isna() & frame[value].notna()]
    if len(bad):
        first = bad.iloc[0]
        raise InputError(
            "panel_not_a_number", file=where, unit=first[unit], period=first[period], found=first[value], column=value
        )
    return numbers


def _refuse_gaps(wide: pd.DataFrame, where: str, value: str) -> None:
    missing = np.argwhere(wide.isna().to_numpy())
    if len(missing):
        row, column = missing[0]
        raise InputError(
            "panel_gap",
            file=where,
            column=value,
            unit=wide.index[row],
            period=wide.columns[column],
            count=len(missing),
        )


def _logarithm(outcome: Floats, wide: pd.DataFrame, where: str) -> Floats:
    bad = np.argwhere(outcome <= 0.0)
    if len(bad):
        row, column = bad[0]
        found = float(outcome[row, column])
        raise InputError(
            "panel_not_positive", file=where, unit=wide.index[row], period=wide.columns[column], found=found
        )
    return np.log(outcome)
