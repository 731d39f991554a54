"""Which agreements are one series of costs."""

from __future__ import annotations

from datetime import date

from partnership_lib.domain import Predecessor


def _members(units):
    return [tuple(agreement.id for agreement in unit.agreements) for unit in units]


def test_an_agreement_and_what_it_replaced_are_one_unit(make):
    old = make.agreement("A-1", date(2020, 1, 1), date(2023, 12, 31))
    new = make.agreement("A-2", date(2024, 1, 1), None, "S2")
    content = make.register(old, new, Predecessor(id="P", agreement_id="A-2", predecessor_id="A-1"))
    (unit,) = make.units(content)
    assert (unit.id, unit.name) == ("A-2", "Avtal A-2")
    assert _members([unit]) == [("A-1", "A-2")]


def test_agreements_on_the_same_need_are_one_unit(make):
    old, new = (
        make.agreement("A-1", date(2020, 1, 1), date(2023, 12, 31)),
        make.agreement("A-2", date(2024, 1, 1), None),
    )
    content = make.register(make.need("N"), old, new, make.part(old, "N"), make.part(new, "N"))
    assert _members(make.units(content)) == [("A-1", "A-2")]


def test_two_agreements_with_one_supplier_at_one_time_are_one_unit_named_after_both(make):
    pair = [make.agreement(f"A-{n}", date(2020, n, 1), None) for n in (1, 2)]
    (unit,) = make.units(make.register(*pair))
    assert unit.name == "Avtal A-1, Avtal A-2"


def test_two_agreements_with_one_supplier_after_each_other_are_two_units(make):
    pair = [make.agreement("A-1", date(2020, 1, 1), date(2021, 12, 31)), make.agreement("A-2", date(2022, 1, 1), None)]
    assert len(make.units(make.register(*pair))) == 2


def test_what_a_partnership_costs_is_not_mixed_with_its_supplier_s_other_agreements(make):
    partnership = make.agreement("A-1", date(2020, 1, 1), None, is_partnership=True)
    other = make.agreement("A-2", date(2020, 1, 1), None)
    assert _members(make.units(make.register(partnership, other))) == [("A-1",), ("A-2",)]
