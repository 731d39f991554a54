"""The price index of a category, with the series that took over when one ended, and the index of a mix of needs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from partnership_lib.domain import IndexValue, Need
from partnership_lib.errors import InputError

ALL_CATEGORIES = "*"


@dataclass(frozen=True, kw_only=True)
class CategoryIndex:
    """Which price series the categories follow, as the municipality has decided.

    Attributes
    ----------
    categories : tuple of str
        Beginnings of CPV codes, such as ``15`` or ``48190000``; ``*`` for all that no other rule names.
    series : tuple of str
        The series, and those that took over from it, oldest first.
    source : str
        Why this series.
    """

    categories: tuple[str, ...]
    series: tuple[str, ...]
    source: str = ""

    @property
    def name(self) -> str:
        """Return the series that holds today."""
        return self.series[-1]


@dataclass(frozen=True)
class PriceIndex:
    """A price index month by month, its last month preliminary or not.

    Attributes
    ----------
    shares : Mapping
        Series -> its part of the index [0-1], when a unit's needs follow several.
    """

    values: Mapping[date, float]
    shares: Mapping[str, float] = field(default_factory=dict)

    @property
    def last_month(self) -> date:
        """Return the last month with a value."""
        return max(self.values)

    def at(self, month: date) -> float | None:
        """Return the value of a month; after the last published month that one's, before the first None."""
        if month in self.values:
            return self.values[month]
        return self.values[self.last_month] if self.values and month > self.last_month else None


def index_of_need(need: Need, rules: Sequence[CategoryIndex]) -> CategoryIndex | None:
    """Return the rule with the longest beginning of the need's CPV code, or None.

    Examples
    --------
    >>> rules = [CategoryIndex(categories=("15",), series=("food",)), CategoryIndex(categories=("*",), series=("cpi",))]
    >>> index_of_need(Need(id="N-1", name="Mjölk", category="15500000"), rules).name
    'food'
    """
    fitting = [
        (len(beginning) if beginning != ALL_CATEGORIES else 0, rule)
        for rule in rules
        for beginning in rule.categories
        if beginning == ALL_CATEGORIES or need.category.startswith(beginning)
    ]
    return max(fitting, key=lambda pair: pair[0])[1] if fitting else None


def spliced(series: Sequence[str], published: Mapping[str, Mapping[date, float]]) -> dict[date, float]:
    """Return one series out of several, each taking over where the one before it ends.

    Raises
    ------
    InputError
        ``index_series_unknown`` when nothing is published under a name; ``index_no_overlap`` when a series does not
        begin before the one before it ends: then nothing says how they hang together.

    Notes
    -----
    The new series is scaled so that both are equal in the last month of the old one (the common rule of index clauses:
    chained in the overlap).

    Examples
    --------
    The old series ends at 110, where the new one stands at 55: what follows counts double.

    >>> old = {date(2024, 1, 1): 100.0, date(2024, 2, 1): 110.0}
    >>> new = {date(2024, 2, 1): 55.0, date(2024, 3, 1): 60.5}
    >>> spliced(["old", "new"], {"old": old, "new": new})[date(2024, 3, 1)]
    121.0
    """
    whole: dict[date, float] = {}
    for name in series:
        values = published.get(name)
        if not values:
            raise InputError("index_series_unknown", series=name, allowed=", ".join(sorted(published)) or "–")
        if not whole:
            whole = dict(values)
            continue
        border = max(whole)
        if border not in values:
            raise InputError("index_no_overlap", series=name, month=f"{border:%Y-%m}", before=series[0])
        factor = whole[border] / values[border]
        whole |= {month: value * factor for month, value in values.items() if month > border}
    return whole


def published_values(values: Sequence[IndexValue], as_of: date) -> dict[str, dict[date, float]]:
    """Return series -> month -> value, of the months before `as_of`."""
    found: dict[str, dict[date, float]] = {}
    for each in sorted(values, key=lambda value: value.month):
        if each.month < as_of:
            found.setdefault(each.series, {})[each.month] = each.value
    return found


def mixed_index(
    needs: Sequence[Need], rules: Sequence[CategoryIndex], published: Mapping[str, Mapping[date, float]]
) -> PriceIndex | None:
    """Return the index that the needs follow together, or None where one of them follows none.

    Notes
    -----
    Where they follow several, each series counts by the annual value of its needs (alike where a value is missing),
    from the first month that all have: fixed weights, as in a price index of Laspeyres.
    """
    chosen = [index_of_need(need, rules) for need in needs]
    if not needs or any(rule is None for rule in chosen):
        return None
    known = all(need.annual_value_ore for need in needs)
    weights: dict[tuple[str, ...], float] = {}
    for need, rule in zip(needs, chosen, strict=True):
        assert rule is not None
        weight = float(need.annual_value_ore or 0) if known else 1.0
        weights[rule.series] = weights.get(rule.series, 0.0) + weight
    whole = sum(weights.values())
    chains = {series: spliced(series, published) for series in weights}
    first = max(min(chain) for chain in chains.values())
    last = min(max(chain) for chain in chains.values())
    months = [month for month in next(iter(chains.values())) if first <= month <= last]
    values = {
        month: sum(weights[s] / whole * 100.0 * chain[month] / chain[first] for s, chain in chains.items())
        for month in months
        if all(month in chain for chain in chains.values())
    }
    return PriceIndex(values, {series[-1]: weight / whole for series, weight in weights.items()})
