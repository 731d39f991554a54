"""What each need costs, month by month: price, volume, season, noise, and the partnerships' true effects."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from partnership_lib.demo.series import LAST_MONTH, months, price_index, volume
from partnership_lib.demo.shelf import read_facts
from partnership_lib.demo.streams import noise, stream
from partnership_lib.domain import Agreement, AgreementPart, RegisterContent

OWN_NOISE_SD = 0.05
OWN_NOISE_MEMORY = 0.3
SHARED_NOISE_SD = 0.012
SHARED_NOISE_MEMORY = 0.8


@dataclass(frozen=True)
class MonthlySpend:
    """What a need cost in a month, under which agreement."""

    need_id: str
    month: date
    agreement: Agreement
    amount_ore: int


def monthly_spend(content: RegisterContent, seed: int) -> Iterator[MonthlySpend]:
    """Yield what every need costs in every month that an agreement covers it."""
    shared = _drift(seed, "all needs", SHARED_NOISE_SD, SHARED_NOISE_MEMORY)
    for need in read_facts("small/needs.toml")["needs"]:
        parts = [part for part in content.agreement_parts if part.need_id == need["id"]]
        for month, cost_sek in _unit_path(need, shared, seed).items():
            agreement = _covering(content, parts, month)
            if agreement is not None:
                amount_ore = round(cost_sek * (1 + true_effect(agreement.id)) * 100)
                yield MonthlySpend(need["id"], month, agreement, amount_ore)


def true_effect(agreement_id: str) -> float:
    """Return how much the partnership truly changed the cost of its needs; 0 for ordinary agreements.

    Examples
    --------
    >>> true_effect("A-001"), true_effect("A-040")
    (-0.2, 0.0)
    """
    effect: float = read_facts("small/ledger.toml")["true_effects"].get(agreement_id, 0.0)
    return effect


def _unit_path(need: dict[str, Any], shared: dict[date, float], seed: int) -> dict[date, float]:
    """Return what the need costs each month [SEK] had no partnership changed it."""
    prices = price_index(need.get("index", "service"), seed)
    volumes = volume(need["driver"], seed) if "driver" in need else dict.fromkeys(months(), 1.0)
    season = read_facts("small/ledger.toml")["seasons"][need.get("season", "even")]
    own = _drift(seed, need["id"], OWN_NOISE_SD, OWN_NOISE_MEMORY)
    loading = 0.5 + stream(seed, need["id"], "loading").random()
    first = months()[0]
    return {
        month: need["annual_sek"] / 12 * season[month.month - 1]
        * _latest(prices, month) / prices[first] * volumes[month] / volumes[first]
        * (1 + loading * shared[month]) * (1 + own[month])
        for month in months()
    }  # fmt: skip


def _latest(prices: dict[date, float], month: date) -> float:
    """Return the index value of the month, or the last published one."""
    return prices.get(month) or prices[max(known for known in prices if known <= LAST_MONTH)]


def _drift(seed: int, entity: str, sd: float, memory: float) -> dict[date, float]:
    numbers, level, path = stream(seed, entity, "drift"), 0.0, {}
    for month in months():
        level = memory * level + noise(numbers, sd)
        path[month] = level
    return path


def _covering(content: RegisterContent, parts: list[AgreementPart], month: date) -> Agreement | None:
    for part in parts:
        if part.start_date <= month and (part.end_date is None or part.end_date >= month):
            return content.find(Agreement, part.agreement_id)
    return None
