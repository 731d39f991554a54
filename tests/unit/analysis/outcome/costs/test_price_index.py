"""Which index a category follows, what takes over when a series ends, and a mix of several."""

from __future__ import annotations

import csv
from datetime import date

import pytest

from partnership_lib.analysis.outcome.costs.price_index import CategoryIndex, PriceIndex, mixed_index, spliced
from partnership_lib.errors import InputError

JAN, FEB, MAR = date(2024, 1, 1), date(2024, 2, 1), date(2024, 3, 1)
FOOD = CategoryIndex(categories=("15",), series=("food",))
REST = CategoryIndex(categories=("*",), series=("cpi",))


def test_a_need_without_a_rule_leaves_the_unit_without_an_index(make):
    assert mixed_index([make.need("N", category="48000000")], [FOOD], {"food": {JAN: 100.0}}) is None


def test_needs_of_two_categories_follow_both_series_by_their_value(make):
    needs = [
        make.need("N1", category="15500000", annual_value_ore=300),
        make.need("N2", category="48000000", annual_value_ore=100),
    ]
    found = mixed_index(needs, [REST, FOOD], {"food": {JAN: 200.0, FEB: 220.0}, "cpi": {JAN: 50.0, FEB: 51.0}})
    assert found.shares == {"food": 0.75, "cpi": 0.25}
    # 75 per cent rise by a tenth, 25 per cent by two hundredths.
    assert found.values[FEB] / found.values[JAN] == pytest.approx(0.75 * 1.10 + 0.25 * 1.02)


def test_a_mix_is_told_only_for_months_that_all_series_have(make):
    needs = [make.need("N1", category="15500000"), make.need("N2")]
    found = mixed_index(needs, [REST, FOOD], {"food": {JAN: 1.0, FEB: 1.0, MAR: 1.0}, "cpi": {FEB: 1.0}})
    assert set(found.values) == {FEB}


def test_after_the_last_published_month_its_value_holds_and_before_the_first_there_is_none():
    index = PriceIndex({FEB: 104.0})
    assert (index.at(JAN), index.at(FEB), index.at(MAR)) == (None, 104.0, 104.0)


def test_a_successor_that_begins_too_late_is_refused_with_the_month_that_is_missing():
    with pytest.raises(InputError) as refused:
        spliced(["old", "new"], {"old": {JAN: 100.0, FEB: 101.0}, "new": {MAR: 50.0}})
    assert refused.value.code == "index_no_overlap"
    assert refused.value.values == {"series": "new", "month": "2024-02", "before": "old"}


def test_a_series_that_nobody_has_imported_is_refused_with_those_there_are():
    with pytest.raises(InputError) as refused:
        spliced(["lci"], {"cpi": {JAN: 100.0}, "aki": {JAN: 100.0}})
    assert refused.value.values == {"series": "lci", "allowed": "aki, cpi"}


def test_the_consumer_price_index_of_statistics_sweden_cut_in_two_and_chained_is_itself(public_data):
    file = public_data / "ref-se-index-och-granser" / "scb_kpi_1980_100_manad.csv"
    rows = list(csv.DictReader(file.read_text(encoding="utf-8").splitlines()))
    month, value = "manad", "kpi_1980_100"
    whole = {date.fromisoformat(f"{row[month]}-01"[:10]): float(row[value]) for row in rows}
    border = date(2015, 6, 1)
    old = {day: level for day, level in whole.items() if day <= border}
    new = {day: level / 3.0 for day, level in whole.items() if day >= border}  # another base year
    chained = spliced(["old", "new"], {"old": old, "new": new})
    assert chained == pytest.approx(whole)
