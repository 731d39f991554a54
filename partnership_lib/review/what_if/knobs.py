"""What can be turned in the room: assumptions, settings and terms, each in the unit that people speak of it in."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

from partnership_lib import text
from partnership_lib.decision.cases.assumptions import Assumption, Distribution, Shape
from partnership_lib.decision.cases.catalogue import RULES, Rule
from partnership_lib.decision.cases.records import Case
from partnership_lib.review.what_if.numbers import format_exact

_SHARES = ("share", "share/year", "share of annual value", "share/sqrt(year)")
_STEPS = 100
_DECIMALS = 9
_TINY = 1e-9
_CERTAIN_RANGE = 2.0
"""A fixed value can be slid from nothing to twice itself."""


@dataclass(frozen=True)
class Knob:
    """A number that can be changed.

    Attributes
    ----------
    key : str
        Key of the change that it makes.
    unit, short_unit : str
        As it stands in a sentence, and beside the box.
    scale : float
        What is shown is the value times this: shares are shown as per cent.
    today : float
        Value as the case has it; the median where it is uncertain.
    p10, p90 : float or None
        Eight times of ten it lies between them; None for what is certain.
    low, high, step : float
        The slider.
    least, most : float
        What may be typed.
    """

    key: str
    name: str
    unit: str
    short_unit: str
    scale: float
    today: float
    p10: float | None
    p90: float | None
    low: float
    high: float
    step: float
    least: float
    most: float

    def shown(self, value: float) -> float:
        """Return a value in the unit that is shown."""
        return value * self.scale

    def value(self, shown: float) -> float:
        """Return the value of what is shown."""
        return shown / self.scale

    def on_grid(self, value: float) -> float:
        """Return the slider's position for a value [shown]: the nearest step, where the browser would put it too."""
        step = self.shown(self.step)
        return round(round(self.shown(value) / step) * step, _DECIMALS)

    def written(self, value: float, language: str) -> str:
        """Return a chosen value as it stands in its box."""
        return format_exact(self.shown(value), language)

    def rounded(self, value: float, language: str) -> str:
        """Return an uncertain value, as exactly as the slider has steps."""
        return format_exact(self.on_grid(value), language)


@dataclass(frozen=True)
class Choice:
    """Something that is chosen from a list; `today` is what the case has."""

    key: str
    name: str
    options: tuple[tuple[str, float | str], ...]
    today: float | str


def assumption_knobs(case: Case, keys: Iterable[str], language: str) -> list[Knob]:
    """Return the knobs of these assumptions, in this order."""
    by_key = {assumption.key: assumption for assumption in case.assumptions}
    return [_assumption_knob(case, by_key[key], language) for key in keys]


def certain_knob(key: str, name: str, unit: str, today: float, high: float, most: float, scale: float = 1.0) -> Knob:
    """Return the knob of something that is certain: slid from nothing to `high`, typed up to `most`."""
    high = max(high, today)
    return Knob(
        key=key,
        name=name,
        unit=unit,
        short_unit=unit,
        scale=scale,
        today=today,
        p10=None,
        p90=None,
        low=0.0,
        high=high,
        step=nice_step(0.0, high),
        least=0.0,
        most=most,
    )


def nice_step(low: float, high: float) -> float:
    """Return a step of 1, 2 or 5 times a power of ten that divides a range in at most a hundred.

    Examples
    --------
    >>> nice_step(0.0, 6.0), nice_step(500.0, 900.0)
    (0.1, 5.0)
    """
    rough = (high - low) / _STEPS
    if rough <= 0:
        return 1.0
    power = 10.0 ** math.floor(math.log10(rough))
    return round(next(factor * power for factor in (1, 2, 5, 10) if factor * power >= rough * (1 - 1e-9)), 12)


def _assumption_knob(case: Case, assumption: Assumption, language: str) -> Knob:
    rule = RULES[assumption.name]
    is_share = assumption.unit in _SHARES
    p10, today, p90 = _quantiles(assumption.distribution, (0.1, 0.5, 0.9))
    low, high, step = _slider_range(assumption.distribution, rule)
    unit = text.word("knob_unit", assumption.unit, language)
    return Knob(
        key=assumption.key,
        name=_name(case, assumption, language),
        unit=unit,
        short_unit="%" if is_share else unit,
        scale=100.0 if is_share else 1.0,
        today=today,
        p10=p10 if assumption.varies else None,
        p90=p90 if assumption.varies else None,
        low=low,
        high=high,
        step=step,
        least=rule.least,
        most=rule.most,
    )


def _name(case: Case, assumption: Assumption, language: str) -> str:
    """Return an assumption's name, with the place where it holds in brackets."""
    name = text.word("assumption", assumption.name, language)
    name = name[0].upper() + name[1:]
    if not assumption.scope:
        return name
    kind, _, place = assumption.scope.partition(":")
    known = {need.id: need.name for need in case.needs} | {each.id: each.name for each in case.agreements()}
    return f"{name} ({known.get(place, place) if kind in ('need', 'agreement') else place})"


def _slider_range(distribution: Distribution, rule: Rule) -> tuple[float, float, float]:
    """Return the ends of the slider, on whole steps, and the step.

    It reaches as far as the distribution, or as far as that practically never goes.
    """
    values = distribution.values
    if distribution.shape in (Shape.PERT, Shape.TRIANGULAR, Shape.UNIFORM):
        low, high = values[0], values[-1]
    elif distribution.shape is Shape.FIXED:
        low, high = sorted((0.0, _CERTAIN_RANGE * values[0])) if values[0] else (0.0, 1.0)
    else:
        low, high = _quantiles(distribution, (0.001, 0.999))
    step = nice_step(low, high)
    low, high = (math.floor(low / step + _TINY) * step, math.ceil(high / step - _TINY) * step)
    return round(max(low, rule.least), _DECIMALS), round(min(high, rule.most), _DECIMALS), step


def _quantiles(distribution: Distribution, at: tuple[float, ...]) -> tuple[float, ...]:
    from partnership_lib.decision.uncertainty.quantiles import quantile

    return tuple(float(value) for value in quantile(distribution, at))
