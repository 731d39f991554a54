"""What of a changed cost is price, what is volume and what is mix, where quantities exist."""

from __future__ import annotations

from datetime import date
from typing import Any

import numpy as np

from partnership_lib.analysis.bridge import indices, split_change
from partnership_lib.analysis.spend.context import SpendContext
from partnership_lib.analysis.spend.cube import BEFORE, NOW
from partnership_lib.analysis.tables import table
from partnership_lib.domain import Need
from partnership_lib.findings import Finding, Section
from partnership_lib.units.dates import add_months

_COLUMNS = ("agreement_id", "name", "driver", "before_ore", "amount_ore", "price_ore", "volume_ore", "mix_ore",
            "price_index")  # fmt: skip


def price_volume_section(context: SpendContext) -> Section:
    """Return price, volume and mix of the agreements whose needs follow a volume that is observed.

    Notes
    -----
    Quantity: the mean of the volume over twelve months; price: what certainly belongs to the agreement per unit of it.
    Only agreements in force all the twenty-four months, with one volume for all that they cover.
    """
    rows = _rows(context)
    if not rows:
        return Section("price_volume", (context.finding("price_volume_cannot_tell"),))
    return Section("price_volume", (_finding(context, rows),))


def _finding(context: SpendContext, rows: list[dict[str, Any]]) -> Finding:
    names = ("before_ore", "amount_ore", "price_ore", "volume_ore", "mix_ore")
    totals = {name: sum(row[name] for row in rows) for name in names}
    units = [
        np.array([row[name] for row in rows], dtype="float64")
        for name in ("price0", "quantity0", "price1", "quantity1")
    ]
    found = indices(*units)
    change = totals["amount_ore"] - totals["before_ore"]
    return context.finding(
        "price_volume", change, "ore", table=table(rows, _COLUMNS), agreements=len(rows), fisher_share=found.fisher - 1,
        laspeyres_share=found.laspeyres - 1, paasche_share=found.paasche - 1, **totals,
    )  # fmt: skip


def _rows(context: SpendContext) -> list[dict[str, Any]]:
    spent = _spent(context)
    items: dict[str, dict[str, tuple[float, float, float, float]]] = {}
    for agreement_id, driver in _followed(context).items():
        before, now = spent.get((agreement_id, BEFORE), 0), spent.get((agreement_id, NOW), 0)
        volumes = _volume(context, driver, 12), _volume(context, driver, 0)
        if before > 0 and now > 0 and volumes[0] and volumes[1]:
            item = (before / volumes[0], volumes[0], now / volumes[1], volumes[1])
            items.setdefault(driver, {})[agreement_id] = item
    return [
        _row(context, driver, agreement_id, items[driver][agreement_id], parts)
        for driver in sorted(items)
        for agreement_id, parts in split_change(items[driver]).items()
    ]


def _row(context: SpendContext, driver: str, agreement_id: str, item: Any, parts: Any) -> dict[str, Any]:
    price0, quantity0, price1, quantity1 = item
    before, now = round(price0 * quantity0), round(price1 * quantity1)
    price, volume = round(parts[0]), round(parts[1])
    return {
        "agreement_id": agreement_id, "name": context.agreement(agreement_id).name, "driver": driver,
        "before_ore": before, "amount_ore": now, "price_ore": price, "volume_ore": volume,
        "mix_ore": now - before - price - volume, "price_index": round(price1 / price0, 6),
        "price0": price0, "quantity0": quantity0, "price1": price1, "quantity1": quantity1,
    }  # fmt: skip


def _spent(context: SpendContext) -> dict[tuple[str, str], int]:
    cube = context.cube.filter(context.cube.agreement_id.notnull())
    sums = context.rows(cube.group_by(["agreement_id", "window"]).aggregate(amount_ore=cube.amount_ore.sum()))
    keys = zip(sums["agreement_id"], sums["window"], strict=True)
    return dict(zip(keys, (int(amount) for amount in sums["amount_ore"]), strict=True))


def _followed(context: SpendContext) -> dict[str, str]:
    """Return the agreements in force all the time whose needs all follow one and the same volume."""
    assert context.last_month is not None
    begin, end = add_months(context.last_month, -23), add_months(context.last_month, 1)
    drivers: dict[str, set[str]] = {}
    for part in context.content.agreement_parts:
        need = context.content.find(Need, part.need_id)
        drivers.setdefault(part.agreement_id, set()).add(need.volume_driver if need else "")
    return {
        agreement.id: next(iter(drivers[agreement.id]))
        for agreement in context.content.agreements
        if drivers.get(agreement.id, set()) not in (set(), {""}) and len(drivers[agreement.id]) == 1
        and agreement.start_date <= begin and (agreement.end_date is None or agreement.end_date >= _last_day(end))
    }  # fmt: skip


def _last_day(end: date) -> date:
    return date.fromordinal(end.toordinal() - 1)


def _volume(context: SpendContext, driver: str, months_back: int) -> float | None:
    """Return the mean of a volume over twelve months, or None where a month is missing."""
    assert context.last_month is not None
    wanted = {add_months(context.last_month, -back - months_back) for back in range(12)}
    values = [
        observation.value
        for observation in context.content.volume_observations
        if observation.driver == driver and observation.month in wanted
    ]
    return sum(values) / 12 if len(values) == 12 else None
