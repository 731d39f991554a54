"""A profile proposed for a file: the reasons, the draft to edit, and the questions instead of guesses."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from partnership_lib.errors import InputError
from partnership_lib.files.profiles import read_profile
from partnership_lib.files.sources import find_sources
from partnership_lib.ledger.importing import import_ledger
from partnership_lib.ledger.proposing import Proposal, profile_text, proposal_sentences, propose_profile
from partnership_lib.ledger.warehouse import Warehouse

pytestmark = pytest.mark.usefixtures("unguarded")

ERP = "Ver.nr;Bokf.datum;Lev.namn;Org.nr;Konto;Kontotext;Belopp exkl. moms;Projekt"


def erp_rows(amount: str = "1 234,{n:02d}", day: str = "2026-01-{n:02d}", count: int = 20) -> str:
    rows = [
        f"V{n};{day.format(n=n)};Bolag {n} AB;556036-0793;6010;Hyra;{amount.format(n=n)};P{n}"
        for n in range(1, count + 1)
    ]
    return "\n".join([ERP, *rows]) + "\n"


@pytest.fixture
def propose(tmp_path: Path) -> Any:
    def of(content: str | bytes, name: str = "ledger.csv", **told: str) -> Proposal:
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return propose_profile(find_sources(path, ("*",), ())[0], **told)

    return of


def codes(proposal: Proposal) -> set[str]:
    return {code for code, _ in proposal.unknown}


def test_an_export_of_a_finance_system_is_understood_with_reasons(propose: Any) -> None:
    proposal = propose(erp_rows(), buyer="Kommunen")
    assert {choice.field: choice.heading for choice in proposal.choices} == {
        "voucher_id": "Ver.nr", "supplier": "Lev.namn", "supplier_id": "Org.nr", "account": "Konto",
        "account_text": "Kontotext", "amount": "Belopp exkl. moms", "booked_date": "Bokf.datum",
    }  # fmt: skip
    assert proposal.is_complete
    assert proposal.unused == ("Projekt",)
    said = "\n".join(proposal_sentences(proposal, "sv")).replace("\xa0", " ")
    assert "20 av 20 värden är belopp" in said
    assert "Decimaltecken komma: 20 av 20 belopp kan bara läsas så." in said
    assert "Beloppen är utan moms: rubriken ”Belopp exkl. moms” säger det." in said


@pytest.mark.parametrize("language", ["sv", "en"])
def test_the_written_profile_is_read_back_and_brings_the_file_in(
    propose: Any, tmp_path: Path, warehouse: Warehouse, language: str
) -> None:
    proposal = propose(erp_rows(), buyer='Kommunen "A"')
    draft = tmp_path / "draft.toml"
    draft.write_text(profile_text(proposal, language), encoding="utf-8")
    profile = read_profile(draft)
    assert profile.constants == {"buyer": 'Kommunen "A"'}
    [account] = import_ledger([tmp_path / "ledger.csv"], warehouse, profile)
    assert (account.imported.accepted, account.imported.accepted_ore) == (20, 20 * 123400 + sum(range(1, 21)))


def test_day_or_month_is_a_question_until_one_value_decides(propose: Any) -> None:
    undecided = propose(erp_rows(day="{n:02d}/04/2020", count=9), buyer="K")
    [values] = [values for code, values in undecided.unknown if code == "must_date_order"]
    assert values["formats"] == ["%d/%m/%Y", "%m/%d/%Y"]
    assert not undecided.is_complete
    draft = profile_text(undecided, "sv")
    assert '# date_formats = ["%d/%m/%Y"]' in draft
    assert '# date_formats = ["%m/%d/%Y"]' in draft
    decided = propose(erp_rows(day="{n:02d}/04/2020", count=13), buyer="K")
    assert decided.content["date_formats"] == ["%d/%m/%Y"]


@pytest.mark.parametrize("day", ["2601{n:02d}", "{n:02d}/01/26"])
def test_a_year_of_two_digits_is_a_question(propose: Any, day: str) -> None:
    assert "must_date_order" in codes(propose(erp_rows(day=day), buyer="K"))


def test_thousands_or_decimals_is_a_question(propose: Any) -> None:
    assert "must_decimal_sign" in codes(propose(erp_rows(amount="1,2{n:02d}"), buyer="K"))


def test_with_or_without_vat_is_a_question_unless_the_heading_says(propose: Any) -> None:
    assert "vat" not in codes(propose(erp_rows(), buyer="K"))
    assert "vat" in codes(propose(erp_rows().replace("Belopp exkl. moms", "Belopp"), buyer="K"))
    assert "must_vat_amount" in codes(propose(erp_rows().replace("exkl.", "inkl."), buyer="K"))
    with_vat = propose(erp_rows(amount="10,{n:02d};2,00").replace("exkl. moms", "inkl. moms;Momsbelopp"), buyer="K")
    assert with_vat.content["vat_basis"] == "included"


def test_missing_dates_and_a_missing_buyer_have_to_be_told(propose: Any) -> None:
    without = erp_rows().replace("Bokf.datum", "Annat").replace("2026-01-", "x")
    assert {"must_period", "must_buyer"} <= codes(propose(without))
    assert propose(without, buyer="K", period="2020-05").content["period"] == "2020-05"


def test_unknown_headings_are_told_by_their_values(propose: Any) -> None:
    header = "A;B;C;D;E;F;G;H"
    proposal = propose("\n".join([header, *erp_rows().splitlines()[1:]]), buyer="K")
    found = {choice.field: (choice.heading, choice.by_heading) for choice in proposal.choices}
    assert found["amount"] == ("G", False)
    assert found["booked_date"] == ("B", False)
    assert found["supplier_id"] == ("D", False)
    assert found["supplier"] == ("C", False)


def test_values_that_contradict_their_heading_are_told_and_not_used(propose: Any) -> None:
    proposal = propose(erp_rows(amount="tolv kronor"), buyer="K")
    assert {"values_contradict", "must_column"} <= codes(proposal)
    assert "amount" not in proposal.content["columns"]


def test_title_rows_before_the_header_are_passed_over(propose: Any) -> None:
    proposal = propose("Leverantörsreskontra\nUttag 2026;;;\n" + erp_rows(), buyer="K")
    assert proposal.content["columns"]["amount"] == ["Belopp exkl. moms"]
    assert (proposal.rows, proposal.is_whole) == (20, True)


def test_a_file_without_a_header_is_refused_with_its_first_line(propose: Any) -> None:
    with pytest.raises(InputError, match="proposal_without_header") as caught:
        propose("1;2;3\n4;5;6\n")
    assert caught.value.values["found"] == "1;2;3"


def test_a_file_in_the_national_layout_says_that_it_needs_no_profile(propose: Any, national: Any) -> None:
    assert propose(national.file(national.row())).shipped == ("leverantorsreskontra-1.1",)


@pytest.mark.parametrize("language", ["sv", "en"])
def test_every_question_has_a_sentence(propose: Any, language: str) -> None:
    awkward = erp_rows(amount="1,2{n:02d}", day="{n:02d}/04/2020", count=9).replace("Belopp exkl. moms", "Belopp")
    for content in (awkward, erp_rows(amount="tolv"), erp_rows(day="202001"), erp_rows().replace("Ver.nr", "Typ")):
        for line in proposal_sentences(propose(content), language):
            assert "proposal." not in line
