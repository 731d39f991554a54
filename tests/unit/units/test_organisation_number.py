"""Organisation numbers: the published examples, and personal numbers masked wherever they stand."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from partnership_lib.units.organisation_number import (
    check_digit,
    is_natural_person,
    luhn_valid,
    mask_personal_numbers,
    normalise_organisation_number,
)


@pytest.mark.parametrize("number", ["5560160680", "2120003005", "2120001355", "2120002080", "2321000131", "2120001967"])
def test_published_organisation_numbers_are_valid(number):
    # Uppsala, Göteborg, Västerås, VGR and Örebro as they print them; 556016-0680 is a documentation example.
    assert luhn_valid(number)
    assert not is_natural_person(number)


@pytest.mark.parametrize(
    "written", ["556036-0793", "5560360793", "165560360793", "SE556036079301", " 556036 0793 ", "16556036-0793"]
)
def test_all_ways_of_writing_a_number_give_one_key(written):
    assert normalise_organisation_number(written) == "5560360793"


@pytest.mark.parametrize(
    "written", ["5560360794", "0000000000", "9999999999", "-", "10004007", "DE123456789", "5,56E+09"]
)
def test_what_is_no_number_gives_none(written):
    assert normalise_organisation_number(written) is None


@given(st.from_regex(r"[0-9]{9}", fullmatch=True))
def test_the_check_digit_makes_any_nine_digits_valid(nine):
    assert luhn_valid(nine + check_digit(nine))


@pytest.mark.parametrize("written", ["900101-0017", "9001010017", "19900101-0017", "900101+0017", "900161-0017"])
def test_personal_numbers_are_masked_in_any_text(written):
    assert written not in mask_personal_numbers(f"Faktura från {written}, betald")


def test_organisation_numbers_and_amounts_are_not_masked():
    line = "212000-3005 fick 12 345 678,90 kr den 2026-09-15, faktura 5566310917"
    assert mask_personal_numbers(line) == line
