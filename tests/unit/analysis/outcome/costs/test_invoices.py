"""Every ledger line goes to one place, and the places sum to the ledger, to the öre."""

from __future__ import annotations

from datetime import date

import pytest

MARCH = date(2024, 3, 1)


@pytest.fixture
def register(make):
    return make.register(
        make.agreement("A-1", date(2023, 1, 1), date(2024, 3, 31)),
        make.agreement("A-2", date(2024, 1, 1), None, "S2"),
    )


def test_a_line_of_an_agreement_is_its_unit_s(make, register):
    found = make.invoices(register, [make.line(date(2024, 3, 5), 12_345)])
    assert found.of("A-1", MARCH) == {"agreement_ore": 12_345, "leakage_ore": 0}


def test_an_invoice_within_sixty_days_of_the_end_still_belongs_to_the_agreement(make, register):
    found = make.invoices(register, [make.line(date(2024, 4, 30), 700)])
    assert found.of("A-1", date(2024, 4, 1)) == {"agreement_ore": 700, "leakage_ore": 0}


def test_a_former_supplier_who_goes_on_invoicing_is_leakage(make, register):
    found = make.invoices(register, [make.line(date(2024, 9, 1), 700)])
    assert found.of("A-1", date(2024, 9, 1)) == {"agreement_ore": 0, "leakage_ore": 700}


def test_a_direct_award_to_the_agreement_s_own_supplier_is_leakage(make, register):
    found = make.invoices(register, [make.line(date(2024, 3, 5), 500, ground="Direktupphandling")])
    assert found.of("A-1", MARCH) == {"agreement_ore": 0, "leakage_ore": 500}


def test_a_line_that_a_partnership_and_another_agreement_explain_is_nobody_s_for_certain(make):
    content = make.register(
        make.agreement("A-1", date(2023, 1, 1), None, is_partnership=True),
        make.agreement("A-2", date(2023, 1, 1), None),
    )
    found = make.invoices(content, [make.line(date(2024, 3, 5), 900)])
    assert found.of("A-1", MARCH)["agreement_ore"] == 0
    assert found.shared_with == {"A-1": 900, "A-2": 900}
    assert found.account["shared_ore"] == 900


def test_all_places_together_are_the_whole_ledger_to_the_ore(make, register):
    lines = [
        make.line(date(2024, 3, 5), 12_345),
        make.line(date(2024, 3, 6), -45),
        make.line(date(2024, 9, 1), 700),
        make.line(date(2022, 9, 1), 31),
        make.line(date(2023, 9, 1), 7, "S2"),
        make.line(date(2024, 3, 7), 99_999, "5567037485"),
    ]
    found = make.invoices(register, lines)
    assert found.account == {
        "agreement_ore": 12_300,
        "leakage_ore": 700,
        "shared_ore": 0,
        "before_start_ore": 38,
        "no_agreement_ore": 99_999,
    }
    assert sum(found.account.values()) == found.total_ore == sum(line["amount_ore"] for line in lines)
    assert (found.first_month, found.last_month) == (date(2022, 9, 1), date(2024, 9, 1))
