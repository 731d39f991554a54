"""A change of cost taken apart, against values worked out by hand; the parts sum to the öre."""

from __future__ import annotations

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as some

from partnership_lib.analysis.bridge import PARTS, bridge


def lines(*rows: tuple[str, str, float | None, int, bool]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["item", "unit", "quantity", "amount_ore", "inside"])


# By hand. Under the agreement, counted in hours: a 100 h at 10.00 -> 110 h at 12.00, b 100 h at 5.00 -> 90 h at 5.00.
# Hours in all: 200 -> 200, so volume is 0 and the shift of 10 h from b to a is mix.
#   a price: (12 - 10) * (100 + 110) / 2 = 210, of which the clause (5 %): 0.50 * 105 = 52.50
#   a mix:   10 h * (10 + 12) / 2 = 110          b mix: -10 h * 5 = -50
#   a 1,000 -> 1,320 = +320 = 210 + 110; b 500 -> 450 = -50.
# Beside the agreement: 80.00 -> 200.00 = +120 leakage. Without a quantity: 40.00 -> 33.00 = -7.
BEFORE = lines(
    ("a", "h", 60.0, 60_000, True), ("a", "h", 40.0, 40_000, True), ("b", "h", 100.0, 50_000, True),
    ("a", "h", 5.0, 8_000, False), ("c", "", None, 4_000, True),
)  # fmt: skip
NOW = lines(
    ("a", "h", 110.0, 132_000, True), ("b", "h", 90.0, 45_000, True), ("a", "h", 9.0, 20_000, False),
    ("c", "", None, 3_300, True),
)  # fmt: skip


def test_the_parts_of_a_change_worked_out_by_hand() -> None:
    found = bridge(BEFORE, NOW, {"a": 1.05})
    assert found.parts_ore == {
        "price": 15_750, "index": 5_250, "volume": 0, "mix": 6_000, "leakage": 12_000, "unsplit": -700,
    }  # fmt: skip
    assert (found.before_ore, found.now_ore) == (162_000, 200_300)
    # Laspeyres (12*100 + 5*100) / 1,500; Paasche 1,770 / (10*110 + 5*90)
    assert found.indices is not None
    assert found.indices.laspeyres == pytest.approx(1_700 / 1_500)
    assert found.indices.paasche == pytest.approx(1_770 / 1_550)


def test_more_of_everything_alike_is_volume_only() -> None:
    now = lines(("a", "h", 120.0, 120_000, True), ("b", "h", 120.0, 60_000, True))
    before = lines(("a", "h", 100.0, 100_000, True), ("b", "h", 100.0, 50_000, True))
    assert {part: ore for part, ore in bridge(before, now).parts_ore.items() if ore} == {"volume": 30_000}


def test_what_came_and_what_went_is_mix_and_no_price() -> None:
    parts = bridge(lines(("old", "h", 10.0, 1_000, True)), lines(("new", "h", 10.0, 4_000, True))).parts_ore
    assert {part: ore for part, ore in parts.items() if ore} == {"mix": 3_000}


def test_units_are_never_added_to_each_other() -> None:
    before = lines(("a", "h", 10.0, 1_000, True), ("m", "meal", 1_000.0, 9_000, True))
    now = lines(("a", "h", 20.0, 2_000, True), ("m", "meal", 1_000.0, 9_000, True))
    assert {part: ore for part, ore in bridge(before, now).parts_ore.items() if ore} == {"volume": 1_000}


def test_without_quantities_nobody_can_tell() -> None:
    found = bridge(lines(("a", "", None, 1_000, True)), lines(("a", "", None, 1_500, True)))
    assert (found.can_tell, found.indices, found.parts_ore["unsplit"]) == (False, None, 500)


def test_a_credit_note_is_no_price() -> None:
    found = bridge(lines(("a", "h", 10.0, 1_000, True)), lines(("a", "h", -1.0, -100, True)))
    assert (found.can_tell, found.parts_ore["unsplit"]) == (False, -1_100)


AMOUNTS = some.tuples(
    some.sampled_from("abcd"), some.sampled_from(["h", "meal"]), some.none() | some.floats(-50, 1e6),
    some.integers(-10**9, 10**12), some.booleans(),
)  # fmt: skip


@given(some.lists(AMOUNTS), some.lists(AMOUNTS), some.dictionaries(some.sampled_from("abcd"), some.floats(0.5, 2)))
def test_whatever_was_bought_the_parts_sum_to_the_change_to_the_ore(
    before: list[tuple], now: list[tuple], factors: dict[str, float]
) -> None:
    found = bridge(lines(*before), lines(*now), factors)
    assert tuple(found.parts_ore) == PARTS
    assert sum(found.parts_ore.values()) == sum(row[3] for row in now) - sum(row[3] for row in before)
    for row in found.items.to_dict("records"):
        split = sum(row[f"{part}_ore"] for part in ("price", "index", "volume", "mix"))
        assert split == row["now_ore"] - row["before_ore"]
