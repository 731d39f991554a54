"""Spend: published and hand-computed cases."""

from __future__ import annotations

import ibis
import numpy as np
import pytest

from partnership_lib.analysis.bridge import indices, split_change
from partnership_lib.analysis.spend.concentration import concentration

# Six goods over five periods: Producer Price Index Manual (IMF 2004), tables 19.1 and 19.2; also Balk (2008), 3.1-3.2.
PRICES = np.array(
    [
        [1.0, 1.2, 1.0, 0.8, 1.0],
        [1.0, 3.0, 1.0, 0.5, 1.0],
        [1.0, 1.3, 1.5, 1.6, 1.6],
        [1.0, 0.7, 0.5, 0.3, 0.1],
        [1.0, 1.4, 1.7, 1.9, 2.0],
        [1.0, 0.8, 0.6, 0.4, 0.2],
    ]
)
QUANTITIES = np.array(
    [
        [1.0, 0.8, 1.0, 1.2, 0.9],
        [1.0, 0.9, 1.1, 1.2, 1.2],
        [2.0, 1.9, 1.8, 1.9, 2.0],
        [1.0, 1.3, 3.0, 6.0, 12.0],
        [4.5, 4.7, 5.0, 5.6, 6.5],
        [0.5, 0.6, 0.8, 1.3, 2.5],
    ]
)


@pytest.mark.parametrize(
    ("period", "laspeyres", "paasche", "fisher", "value"),
    [
        (1, 1.4200, 1.3824, 1.4011, 14.1),
        (2, 1.3450, 1.2031, 1.2721, 15.28),
        (3, 1.3550, 1.0209, 1.1762, 17.56),
        (4, 1.4400, 0.7968, 1.0712, 20.0),
    ],
)
def test_price_indices_of_the_manual(
    period: int, laspeyres: float, paasche: float, fisher: float, value: float
) -> None:
    found = indices(PRICES[:, 0], QUANTITIES[:, 0], PRICES[:, period], QUANTITIES[:, period])
    assert (round(found.laspeyres, 4), round(found.paasche, 4), round(found.fisher, 4)) == (laspeyres, paasche, fisher)
    assert found.fisher * found.fisher_quantity == pytest.approx(value / 10.0)


def test_price_volume_and_mix_sum_to_the_change_of_the_manuals_values() -> None:
    items = {str(n): (PRICES[n, 0], QUANTITIES[n, 0], PRICES[n, 1], QUANTITIES[n, 1]) for n in range(len(PRICES))}
    assert sum(sum(parts) for parts in split_change(items).values()) == pytest.approx(14.1 - 10.0)


@pytest.mark.parametrize(
    ("shares", "index"),
    [((30, 30, 20, 20), 2600), ((100,), 10_000), ((10,) * 10, 1000)],
)
def test_the_concentration_of_the_merger_guidelines(shares: tuple[int, ...], index: int) -> None:
    sums = ibis.memtable(
        {
            "account": ["6811"] * len(shares),
            "supplier_key": [f"S{n}" for n in range(len(shares))],
            "amount_ore": [share * 100 for share in shares],
        }
    )
    [row] = concentration(sums).to_pyarrow().to_pylist()
    assert row["hhi"] * 10_000 == pytest.approx(index)
    assert row["effective_number"] == pytest.approx(10_000 / index)
    assert row["largest_share"] == pytest.approx(max(shares) / sum(shares))
