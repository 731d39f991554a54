"""A draft from the register: what is known with its source, what is not asked for, and it reads back."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from partnership_lib.decision.cases.drafting import draft_case
from partnership_lib.decision.cases.records import Governance, LegalForm, Requirements
from partnership_lib.domain import RegisterContent
from partnership_lib.domain.agreement import (
    Agreement,
    AgreementKind,
    AgreementPart,
    Amendment,
    ExtensionOption,
    IndexClause,
    LegalGround,
    RequirementType,
)
from partnership_lib.domain.need import Need
from partnership_lib.errors import InputError, UsageError
from partnership_lib.register.records import read_records
from partnership_lib.text import describe

DAY = date(2026, 9, 15)
SPEND_SEK = {"A-2": 80_000.0, "A-3": 20_000.0}


def _agreement(name, **values):
    whole = {
        "name": f"Agreement {name}",
        "buyer_id": "O-0",
        "supplier_id": f"L-{name}",
        "kind": AgreementKind.CONTRACT,
        "requirement_type": RequirementType.DETAILED,
        "category": "48000000",
        "start_date": date(2023, 1, 1),
        "end_date": date(2027, 12, 31),
        **values,
    }
    return Agreement(id=name, **whole)


def _part(agreement, need, value_ore=None, **values):
    whole = {"requirement_type": RequirementType.DETAILED, "start_date": date(2023, 1, 1), **values}
    return AgreementPart(
        id=f"{agreement}-{need}", agreement_id=agreement, need_id=need, annual_value_ore=value_ore, **whole
    )


def _need(name, value_ore=None, **values):
    return Need(id=name, **{"name": f"Need {name}", "category": "48190000", "annual_value_ore": value_ore, **values})


@pytest.fixture
def content():
    return RegisterContent(
        needs=(_need("N-1", 100_000_00, domain="school"), _need("N-2", 50_000_00), _need("N-3"), _need("N-4", 7_00)),
        agreements=(
            _agreement("A-1"),
            _agreement("A-2", end_date=None),
            _agreement("A-3", kind=AgreementKind.FRAMEWORK_AGREEMENT, end_date=date(2030, 12, 31), ceiling_ore=9_00),
            _agreement("A-4", end_date=date(2026, 9, 14)),
        ),
        agreement_parts=(
            _part("A-1", "N-1", 120_000_50),
            _part("A-1", "N-4", end_date=date(2025, 12, 31)),
            _part("A-2", "N-2"),
            _part("A-2", "N-3"),
        ),
        extension_options=(
            _option("X-1", 12, exercised_date=date(2025, 5, 1)),
            _option("X-2", 24),
            _option("X-3", 6, declined_date=date(2026, 1, 1)),
        ),
        amendments=(
            _amendment("M-1", 5_000_00, LegalGround.MINOR_VALUE),
            _amendment("M-2", -1_000_00, LegalGround.MINOR_VALUE),
            _amendment("M-3", 9_000_00, LegalGround.SUPPLEMENTARY),
            _amendment("M-4", 9_000_00, LegalGround.MINOR_VALUE, decided_date=date(2026, 9, 16)),
        ),
        index_clauses=(
            IndexClause(
                id="I-1", agreement_id="A-1", series="S", publisher="P", base_month=date(2023, 1, 1), base_value=100.0,
                share=0.8, adjustment_month=1,
            ),
        ),
    )  # fmt: skip


def _option(name, months, **decided):
    return ExtensionOption(id=name, agreement_id="A-1", months=months, decide_by=date(2027, 6, 1), **decided)


def _amendment(name, value_ore, ground, decided_date=date(2024, 1, 1)):
    return Amendment(
        id=name,
        agreement_id="A-1",
        decided_date=decided_date,
        legal_ground=ground,
        value_ore=value_ore,
        description="x",
    )


@pytest.fixture
def drafted(content, read):
    return lambda *agreements, **options: read(draft_case(content, agreements, DAY, **options))


def test_a_draft_reads_back_with_what_the_register_knows(drafted):
    case = drafted("A-1", legal_threshold_sek=2_000_000.0)
    (need,), (agreement,) = case.needs, case.present
    assert (need.id, need.category, need.domain, need.annual_value_sek) == ("N-1", "48", "school", 120_000.50)
    assert (agreement.start, agreement.expiry) == (date(2023, 1, 1), date(2028, 1, 1))
    assert agreement.remaining_option_months == (24,)
    assert agreement.modifications_to_date_sek == 6_000.0
    assert (agreement.terms.term_months, agreement.terms.option_months) == (48, (12, 24))
    assert agreement.terms.index_pass_through_share == 0.8
    assert case.settings.base_month == date(2026, 10, 1)
    assert case.settings.legal_threshold_sek == 2_000_000.0
    assert "2026-09-15" in need.source


def test_parts_that_have_ended_are_not_needs_of_today(drafted):
    assert [need.id for need in drafted("A-1").needs] == ["N-1"]


def test_a_value_is_the_parts_then_the_needs_then_what_the_ledger_holds_beyond(drafted):
    values = {need.id: need for need in drafted("A-1", "A-2", spend_sek={"A-2": 80_000.0}).needs}
    assert {name: need.annual_value_sek for name, need in values.items()} == {
        "N-1": 120_000.5,
        "N-2": 50_000.0,
        "N-3": 30_000.0,
    }
    assert [values[name].source.partition(": ")[2] for name in ("N-1", "N-2", "N-3")] == [
        "part A-1-N-1",
        "need N-2",
        "ledger of A-2, the last 12 months",
    ]


def test_a_value_that_nobody_knows_is_asked_for(content, read):
    text = draft_case(content, ["A-2"], DAY)
    lines = text.splitlines()
    at = lines.index("    annual_value_sek: 0")
    assert lines[at - 1].strip().startswith("# To fill in")
    with pytest.raises(InputError, match="case_refused"):
        read(text)
    assert read(text.replace("annual_value_sek: 0", "annual_value_sek: 40000")).need("N-3").annual_value_sek == 40_000.0


def test_an_agreement_without_parts_is_a_need_of_its_own(drafted):
    (need,) = drafted("A-3", spend_sek={"A-3": 12_345.678}).needs
    assert (need.id, need.annual_value_sek) == ("A-3.need", 12_345.68)


def test_a_need_in_two_agreements_becomes_one_in_each(content, read):
    both = replace(content, agreement_parts=(*content.agreement_parts, _part("A-2", "N-1", 10_000_00)))
    case = read(draft_case(both, ["A-1", "A-2"], DAY, spend_sek=SPEND_SEK))
    assert {need.id for need in case.needs} == {"N-1", "N-1.A-2", "N-2", "N-3"}


def test_a_framework_agreement_is_renewed_within_what_the_law_allows(drafted):
    terms = drafted("A-3", spend_sek=SPEND_SEK).present[0].terms
    assert (terms.form, terms.term_months) == (LegalForm.FRAMEWORK, 48)


def test_an_agreement_until_further_notice_has_no_expiry(drafted):
    case = drafted("A-2", spend_sek=SPEND_SEK)
    assert case.present[0].expiry is None
    assert "no_expiry" in case.fallbacks


def test_the_proposal_is_one_partnership_for_all_the_needs(drafted):
    (proposed,) = drafted("A-1", "A-2", "A-3", spend_sek=SPEND_SEK).proposed
    assert proposed.need_ids == ("N-1", "N-2", "N-3", "A-3.need")
    assert (proposed.terms.term_months, proposed.terms.option_months) == (120, (24,))
    assert proposed.terms.requirements is Requirements.FUNCTIONAL
    assert proposed.terms.governance is Governance.PARTNERSHIP


@pytest.mark.parametrize(
    ("ends", "start"),
    [
        ((date(2028, 5, 31),), date(2028, 6, 1)),
        ((date(2026, 12, 31),), date(2028, 1, 1)),
        ((date(2035, 12, 31),), date(2029, 10, 1)),
        ((None,), date(2028, 1, 1)),
        ((date(2028, 5, 31), date(2029, 5, 31), date(2029, 7, 31)), date(2029, 6, 1)),
    ],
)
def test_the_proposal_starts_where_half_the_value_has_expired_and_the_procedure_has_room(ends, start, read):
    names = [f"A-{number}" for number in range(len(ends))]
    content = RegisterContent(
        needs=tuple(_need(f"N-{name}", 100_00) for name in names),
        agreements=tuple(_agreement(name, end_date=end) for name, end in zip(names, ends, strict=True)),
        agreement_parts=tuple(_part(name, f"N-{name}") for name in names),
    )
    assert read(draft_case(content, names, DAY)).proposed[0].start == start


@pytest.mark.parametrize(
    ("named", "code", "told"),
    [
        (["A-2", "A-11"], "unknown_agreement", "A-1"),
        (["A-1", "A-1"], "agreement_named_twice", "A-1"),
        (["A-4"], "agreement_not_in_force", "15 september 2026"),
    ],
)
def test_what_cannot_be_drafted_is_refused(content, named, code, told):
    with pytest.raises(UsageError, match=code) as caught:
        draft_case(content, named, DAY)
    assert told in describe(caught.value, "sv")


def test_every_agreement_in_force_in_the_demo_can_be_drafted(repository, read):
    content, _ = read_records(repository / "data" / "demo" / "register")
    for agreement in content.agreements:
        if agreement.status_on(DAY) == "in_force":
            case = read(draft_case(content, [agreement.id], DAY))
            assert case.present[0].id == agreement.id
