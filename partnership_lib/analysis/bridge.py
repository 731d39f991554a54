"""Why a cost changed between two periods: price, index clause, volume, mix, and what was bought beside the agreement.

Every part is whole öre, and the parts sum to the change.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

PARTS = ("price", "index", "volume", "mix", "leakage", "unsplit")
"""The parts of a bridge in reading order.

price : what the price changed by beyond what its index clause allowed, at the mean quantity.
index : what the clause's own adjustment gave, at the mean quantity.
volume : what the cost had changed by had all quantities in a unit changed alike.
mix : that they did not; items that came or went are mix.
leakage : the change of what was bought beside the agreement.
unsplit : the change of what has no quantity, of which nobody can tell what is price and what is volume.
"""

LINE_COLUMNS = ("item", "unit", "quantity", "amount_ore", "inside")
_LEAST_QUANTITY = 1e-6  # less of anything is a slip of the pen, not a quantity that gives a price

ITEM_COLUMNS = ("item", "unit", "before_ore", "now_ore", "price_ore", "index_ore", "volume_ore", "mix_ore")


@dataclass(frozen=True)
class Indices:
    """How prices and quantities have changed from a base period, as factors."""

    laspeyres: float
    paasche: float
    fisher: float
    fisher_quantity: float


def indices(
    base_prices: np.ndarray[Any, Any],
    base_quantities: np.ndarray[Any, Any],
    prices: np.ndarray[Any, Any],
    quantities: np.ndarray[Any, Any],
) -> Indices:
    """Return the price indices of Laspeyres, Paasche and Fisher, and Fisher's quantity index.

    Notes
    -----
    Laspeyres holds the base quantities, Paasche the new ones; Fisher is their geometric mean, and Fisher's price index
    times his quantity index is the ratio of the values.

    Examples
    --------
    Prices 1 and 2 become 2 and 2, quantities 10 and 10 become 5 and 15:

    >>> found = indices(np.array([1.0, 2]), np.array([10.0, 10]), np.array([2.0, 2]), np.array([5.0, 15]))
    >>> round(found.laspeyres, 4), round(found.paasche, 4)
    (1.3333, 1.1429)
    """
    base_value, value = float(base_prices @ base_quantities), float(prices @ quantities)
    at_base_quantities, at_base_prices = float(prices @ base_quantities), float(base_prices @ quantities)
    laspeyres, paasche = at_base_quantities / base_value, value / at_base_prices
    quantity = float(np.sqrt((at_base_prices / base_value) * (value / at_base_quantities)))
    return Indices(laspeyres, paasche, float(np.sqrt(laspeyres * paasche)), quantity)


def split_change(items: Mapping[str, tuple[float, float, float, float]]) -> dict[str, tuple[float, float, float]]:
    """Return the change of the cost of each item as price, volume and mix; the three sum to the change.

    Parameters
    ----------
    items : Mapping
        (price, quantity) before and (price, quantity) now, of items counted in one unit.

    Notes
    -----
    Price: the change of price at the mean of the two quantities (Bennet). The rest is a change of quantity at the mean
    of the two prices: volume, what it had been had all quantities changed alike; mix, that they did not.

    Examples
    --------
    All quantities up by a tenth, one price up: no mix.

    >>> split_change({"a": (10, 100, 12, 110), "b": (5, 100, 5, 110)})
    {'a': (210.0, 110.0, 0.0), 'b': (0.0, 50.0, 0.0)}
    """
    before = sum(quantity for _, quantity, _, _ in items.values())
    growth = sum(quantity for _, _, _, quantity in items.values()) / before
    split = {}
    for name, (price0, quantity0, price1, quantity1) in items.items():
        price = (price1 - price0) * (quantity0 + quantity1) / 2
        volume = round((growth - 1) * quantity0, 9) * (price0 + price1) / 2
        split[name] = (price, volume, price1 * quantity1 - price0 * quantity0 - price - volume)
    return split


@dataclass(frozen=True)
class Bridge:
    """From the cost of one period to that of the next.

    Attributes
    ----------
    parts_ore : Mapping
        Part of `PARTS` to öre; they sum to `now_ore` - `before_ore` exactly.
    items : pandas.DataFrame
        `ITEM_COLUMNS`, one row per item with a quantity; the parts of a row sum to its change.
    indices : Indices or None
        Of the items bought in both periods; None where there are none.
    """

    before_ore: int
    now_ore: int
    parts_ore: Mapping[str, int]
    items: pd.DataFrame
    indices: Indices | None

    @property
    def can_tell(self) -> bool:
        """Return whether anything has a quantity, so that price and volume can be told apart."""
        return not self.items.empty


def bridge(before: pd.DataFrame, now: pd.DataFrame, index_factors: Mapping[str, float] | None = None) -> Bridge:
    """Return what the change of cost from one period to the next consists of.

    Parameters
    ----------
    before, now : pandas.DataFrame
        Lines of the same needs: ``item``, ``unit``, ``quantity`` (NaN or None where not known), ``amount_ore``
        (int) and ``inside`` (bool: bought under the agreement). Several lines of an item are added.
    index_factors : Mapping, optional
        Item to what the index clause allowed its price to become, as a factor of its price before; 1 where missing.

    Notes
    -----
    Prices and quantities by Bennet's indicator (W. E. Diewert, *Index number theory using differences rather than
    ratios*, 2005): a change of price counts at the mean of the two quantities, a change of quantity at the mean of the
    two prices. An item with a quantity or an amount that is not above zero in either period is ``unsplit``: nothing
    divided by nothing is no price.

    Examples
    --------
    Ten hours at 100 öre become twelve at 105, of which the clause allowed 2 per cent:

    >>> line = {"item": "hour", "unit": "h", "inside": True}
    >>> before = pd.DataFrame([{**line, "quantity": 10.0, "amount_ore": 1_000}])
    >>> now = pd.DataFrame([{**line, "quantity": 12.0, "amount_ore": 1_260}])
    >>> bridge(before, now, {"hour": 1.02}).parts_ore
    {'price': 33, 'index': 22, 'volume': 205, 'mix': 0, 'leakage': 0, 'unsplit': 0}
    """
    sums = _by_item(before), _by_item(now)
    known = sorted(_countable(*sums))
    rows = _split(known, *sums, index_factors or {})
    before_ore, now_ore = int(before["amount_ore"].sum()), int(now["amount_ore"].sum())
    parts = {part: sum(int(row[f"{part}_ore"]) for row in rows) for part in ("price", "index", "volume", "mix")}
    parts["leakage"] = _beside(now) - _beside(before)
    parts["unsplit"] = now_ore - before_ore - sum(parts.values())
    items = pd.DataFrame(rows, columns=list(ITEM_COLUMNS), dtype=object)
    return Bridge(before_ore, now_ore, parts, items, _indices(known, *sums))


_Key = tuple[str, str]
_Sums = Mapping[_Key, tuple[float, int]]
"""(unit, item) to quantity and öre, of what was bought under the agreement."""


def _by_item(lines: pd.DataFrame) -> dict[_Key, tuple[float, int]]:
    inside = lines[lines["inside"].astype(bool)]
    sums: dict[_Key, tuple[float, int]] = {}
    for row in inside.to_dict("records"):
        key = (str(row["unit"]), str(row["item"]))
        quantity, amount = sums.get(key, (0.0, 0))
        more = float("nan") if row["quantity"] is None else float(row["quantity"])
        sums[key] = (quantity + more, amount + int(row["amount_ore"]))
    return sums


def _beside(lines: pd.DataFrame) -> int:
    return int(lines.loc[~lines["inside"].astype(bool), "amount_ore"].sum())


def _countable(before: _Sums, now: _Sums) -> set[_Key]:
    """Return the items that have a price wherever they were bought."""
    return {
        key
        for key in {*before, *now}
        if all(sums[key][0] >= _LEAST_QUANTITY and sums[key][1] > 0 for sums in (before, now) if key in sums)
    }


def _split(known: list[_Key], before: _Sums, now: _Sums, factors: Mapping[str, float]) -> list[dict[str, Any]]:
    rows = []
    for unit in sorted({unit for unit, _ in known}):
        items = {item: _prices(before.get((unit, item)), now.get((unit, item))) for of, item in known if of == unit}
        growing = any(quantity0 for _, quantity0, _, _ in items.values())
        parts = split_change(items) if growing else dict.fromkeys(items, (0.0, 0.0, 0.0))
        for item, (price, volume, _) in parts.items():
            price0, quantity0, _, quantity1 = items[item]
            index = price0 * (factors.get(item, 1.0) - 1) * (quantity0 + quantity1) / 2 if quantity0 else 0.0
            index = index if quantity1 else 0.0
            amounts = before.get((unit, item), (0.0, 0))[1], now.get((unit, item), (0.0, 0))[1]
            rows.append(_row(item, unit, amounts, price - index, index, volume))
    return rows


def _prices(before: tuple[float, int] | None, now: tuple[float, int] | None) -> tuple[float, float, float, float]:
    """Return price and quantity before and now; what was not bought has the price that it has in the other period."""
    price0 = before[1] / before[0] if before else None
    price1 = now[1] / now[0] if now else None
    known = price0 if price0 is not None else price1
    assert known is not None
    other = price1 if price1 is not None else known
    return (known, before[0] if before else 0.0, other, now[0] if now else 0.0)


def _row(item: str, unit: str, amounts: tuple[int, int], price: float, index: float, volume: float) -> dict[str, Any]:
    change = amounts[1] - amounts[0]
    parts = {"price_ore": price, "index_ore": index, "volume_ore": volume, "mix_ore": change - price - index - volume}
    whole = {part: round(ore) for part, ore in parts.items()}
    # The öre that rounding leaves over goes where it is seen least.
    whole[max(parts, key=lambda part: abs(parts[part]))] += change - sum(whole.values())
    return {"item": item, "unit": unit, "before_ore": amounts[0], "now_ore": amounts[1], **whole}


def _indices(known: list[_Key], before: _Sums, now: _Sums) -> Indices | None:
    both = [key for key in known if key in before and key in now]
    if not both:
        return None
    quantities = [np.array([sums[key][0] for key in both]) for sums in (before, now)]
    prices = [np.array([sums[key][1] / sums[key][0] for key in both]) for sums in (before, now)]
    return indices(prices[0], quantities[0], prices[1], quantities[1])
