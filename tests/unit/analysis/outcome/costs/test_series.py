"""Hand-worked: what a unit costs a quarter in fixed prices, per unit of its volume, and which units are donors."""

from __future__ import annotations

from datetime import date

import pytest

from partnership_lib.analysis.outcome.costs.donors import NotADonor, candidates
from partnership_lib.analysis.outcome.costs.own_costs import OwnCosts
from partnership_lib.analysis.outcome.costs.price_index import PriceIndex
from partnership_lib.analysis.outcome.costs.series import Missing, unit_series
from partnership_lib.analysis.outcome.costs.window import Window
from partnership_lib.domain import Predecessor
from partnership_lib.units.dates import add_months

QUARTER = date(2024, 1, 1)
MONTHS = [add_months(QUARTER, step) for step in range(3)]
INDEX = PriceIndex(dict.fromkeys(MONTHS[:2], 100.0) | {MONTHS[2]: 125.0})
PUPILS = dict.fromkeys(MONTHS, 50.0)


def _series(make, lines, index=INDEX, driver="pupils", volumes=PUPILS, agreement=None, base=MONTHS[2]):
    content = make.register(agreement or make.agreement("A-1", date(2023, 1, 1), date(2026, 12, 31)))
    (unit,) = make.units(content)
    own = OwnCosts(content, make.rules()).of(unit)
    return unit_series(unit, [QUARTER], make.invoices(content, lines), own, index, base, driver, volumes)


def test_each_month_is_deflated_by_its_own_index_value(make):
    series = _series(make, [make.line(MONTHS[0], 10_000), make.line(MONTHS[2], 10_000)])
    # 100 kr in January is 125 kr in the prices of March; 225 kr for 50 pupils
    assert series.unit_costs(own_costs=False) == pytest.approx([225 / 50])


def test_own_costs_are_in_today_s_prices_already(make):
    series = _series(make, [make.line(MONTHS[2], 10_000)])
    # a month: 85,000 kr of procurement over 48 months, 60 h x 600 kr a year
    own_sek = 3 * (85_000 / 48 + 3_000)
    assert series.unit_costs() == pytest.approx([(100 + own_sek) / 50])


def test_without_a_driver_the_cost_itself_is_the_outcome(make):
    series = _series(make, [make.line(MONTHS[2], 10_000)], driver="", volumes={})
    assert series.unit_costs(own_costs=False) == pytest.approx([100.0])


def test_leakage_counts_in_the_cost_and_is_told_apart(make):
    lines = [make.line(MONTHS[2], 10_000), make.line(MONTHS[2], 2_500, ground="Direktupphandling")]
    (quarter,) = _series(make, lines).quarters
    assert (quarter.agreement_ore, quarter.leakage_ore, quarter.invoices_ore) == (10_000, 2_500, 12_500)


@pytest.mark.parametrize(
    ("changed", "missing"),
    [
        ({"index": None}, Missing.INDEX),
        ({"volumes": {MONTHS[0]: 50.0}}, Missing.VOLUME),
        ({"lines": []}, Missing.COST),
    ],
)
def test_what_a_quarter_lacks_is_told(make, changed, missing):
    given = {"lines": [make.line(MONTHS[2], 10_000)]} | changed
    assert _series(make, **given).missing() == (missing, QUARTER)


def test_a_whole_series_lacks_nothing(make):
    assert _series(make, [make.line(MONTHS[2], 10_000)]).missing() is None


# --- donors -----------------------------------------------------------------------------------------------------------


def _verdicts(make, treated, others, predecessors=(), lines_of=("S2", "S3"), most=60):
    content = make.register(treated, *others, *predecessors)
    units = {unit.id: unit for unit in make.units(content)}
    invoices = make.invoices(content, [make.line(MONTHS[2], 10_000, of) for of in lines_of])
    own = OwnCosts(content, make.rules())
    series = [
        unit_series(unit, [QUARTER], invoices, own.of(unit), INDEX, QUARTER, "", {})
        for unit in units.values()
        if unit.id != treated.id
    ]
    window = Window((QUARTER,), ())
    return {
        each.unit.id: each.refused for each in candidates(units[treated.id], series, window, content.predecessors, most)
    }


@pytest.fixture
def treated(make):
    return make.agreement("P-1", date(2024, 2, 1), None, is_partnership=True)


def test_an_ordinary_agreement_with_costs_in_every_quarter_is_a_donor(make, treated):
    assert _verdicts(make, treated, [make.agreement("A-2", date(2023, 1, 1), None, "S2")]) == {"A-2": None}


def test_another_partnership_is_no_donor(make, treated):
    other = make.agreement("A-2", date(2023, 1, 1), None, "S2", is_partnership=True)
    assert _verdicts(make, treated, [other]) == {"A-2": NotADonor.PARTNERSHIP}


def test_an_agreement_with_the_partnership_s_supplier_is_no_donor(make, treated):
    assert _verdicts(make, treated, [make.agreement("A-2", date(2023, 1, 1), None)]) == {
        "A-2": NotADonor.SHARES_SUPPLIER
    }


def test_an_agreement_without_costs_in_a_quarter_is_no_donor(make, treated):
    other = make.agreement("A-2", date(2023, 1, 1), None, "S2")
    assert _verdicts(make, treated, [other], lines_of=("S3",)) == {"A-2": NotADonor.NOT_WHOLE}


def test_what_was_brought_together_in_the_window_is_no_donor_even_when_nobody_calls_it_a_partnership(make, treated):
    old = [make.agreement(f"A-{n}", date(2020, 1, 1), date(2024, 1, 31), f"S{n}") for n in (2, 3)]
    new = make.agreement("A-4", date(2024, 2, 1), None, "S2")
    links = [Predecessor(id=each.id, agreement_id="A-4", predecessor_id=each.id) for each in old]
    assert _verdicts(make, treated, [*old, new], links) == {"A-4": NotADonor.CONSOLIDATED}


def test_of_too_many_donors_the_largest_are_kept(make, treated):
    others = [make.agreement(f"A-{n}", date(2023, 1, 1), None, f"S{n}") for n in (2, 3)]
    assert _verdicts(make, treated, others, most=1, lines_of=("S2", "S3", "S3")) == {
        "A-2": NotADonor.SMALLER,
        "A-3": None,
    }
