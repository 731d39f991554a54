"""Money: text to integer öre and back to parts, never through a float."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from partnership_lib.errors import InputError
from partnership_lib.units.money import LIMIT_ORE, parse_ore, split_ore


@pytest.mark.parametrize(
    ("written", "decimal_sign", "ore"),
    [
        ("136.98", ".", 13698),
        ("-14250.00", ".", -1425000),
        ("-1302,03", ",", -130203),
        ("1 234,50", ",", 123450),
        ("1\u00a0234,50", ",", 123450),
        ("1\u202f234,50", ",", 123450),
        ("1.234,50", ",", 123450),
        ("1'234.50", ".", 123450),
        ("1,234,567.5", ".", 123456750),
        ("\u221212,50", ",", -1250),
        ("\u201312,50", ",", -1250),
        ("12,50-", ",", -1250),
        ("(12,50)", ",", -1250),
        ("12,50 kr", ",", 1250),
        ("SEK 12,50", ",", 1250),
        ("12,3450", ",", None),
        ("12,340", ",", 1234),
        ("+7", ",", 700),
    ],
)
def test_an_amount_as_publishers_write_it_becomes_exact_ore(written, decimal_sign, ore):
    if ore is None:
        with pytest.raises(InputError):
            parse_ore(written, decimal_sign)
    else:
        assert parse_ore(written, decimal_sign) == ore


@pytest.mark.parametrize(
    "written",
    ["--5", "1,2,3", "1e3", "0x1F", "1_000", "١٢", "１２", "NaN", "inf", "#REF!", "-", "12,345", "1 2,00", ".", ","],
)
def test_what_is_not_an_amount_is_refused_with_what_was_found(written):
    with pytest.raises(InputError) as caught:
        parse_ore(written, ",")
    assert caught.value.values["found"] == written


def test_a_blank_amount_is_never_zero():
    with pytest.raises(InputError, match="amount_blank"):
        parse_ore("  ", ",")


@pytest.mark.parametrize("written", ["1000000000000000", "9" * 400])
def test_an_amount_beyond_the_limit_is_refused_instead_of_wrapping(written):
    with pytest.raises(InputError, match="amount_out_of_range"):
        parse_ore(written)


@given(st.integers(-LIMIT_ORE + 1, LIMIT_ORE - 1))
def test_every_amount_written_with_two_decimals_comes_back_exactly(ore):
    assert parse_ore(str(Decimal(ore) / 100), ".") == ore


@given(st.integers(-(10**12), 10**12), st.lists(st.integers(0, 1000), min_size=1, max_size=20).filter(any))
def test_parts_sum_to_the_whole_and_miss_their_share_by_less_than_an_ore(total, weights):
    parts = split_ore(total, weights)
    assert sum(parts) == total
    exact = [Decimal(total) * weight / sum(weights) for weight in weights]
    assert all(abs(part - share) < 1 for part, share in zip(parts, exact, strict=True))
