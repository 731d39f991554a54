"""The agreement rules on cases computed by hand from the sections they rest on."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pandas as pd
import pytest

from partnership_lib.analysis.agreement_rules import RuleFinding, examine_agreements
from partnership_lib.analysis.agreement_rules.amendments import large_changes, minor_room, updated_value
from partnership_lib.analysis.agreement_rules.law import all_laws, law_on
from partnership_lib.analysis.agreement_rules.standstill import first_signing_day
from partnership_lib.domain import (
    Agreement,
    AgreementKind,
    AgreementPart,
    Amendment,
    ExtensionOption,
    IndexClause,
    IndexValue,
    LegalGround,
    Organisation,
    Party,
    Person,
    Predecessor,
    Record,
    RegisterContent,
    RequirementType,
)
from partnership_lib.errors import UsageError

KR = 100
DAY = date(2026, 9, 15)
FRAMEWORK = AgreementKind.FRAMEWORK_AGREEMENT


def agreement(**values) -> Agreement:
    """A contract on services of 10 million SEK, signed in December 2022 (threshold 2,236,731 SEK)."""
    usual = {
        "id": "A-1", "name": "Avtalet", "buyer_id": "O-1", "supplier_id": "O-2", "kind": AgreementKind.CONTRACT,
        "requirement_type": RequirementType.FUNCTIONAL, "category": "48000000", "signed_date": date(2022, 12, 1),
        "start_date": date(2023, 1, 1), "end_date": date(2026, 12, 31), "contract_value_ore": 10_000_000 * KR,
        "owner_id": "P-1", "preparation_months": 9,
    }  # fmt: skip
    return Agreement(**(usual | values))


def amendment(number: int, value_sek: int, ground: LegalGround = LegalGround.MINOR_VALUE, **values) -> Amendment:
    """An amendment of June 2025."""
    usual = {"agreement_id": "A-1", "decided_date": date(2025, 6, 1), "description": "Mer"}
    return Amendment(id=f"M-{number}", legal_ground=ground, value_ore=value_sek * KR, **(usual | values))


def content(*records: Record) -> RegisterContent:
    """A register with two parties and an owner, and these records."""
    parties = [
        Organisation(id="O-1", name="Kommunen", party=Party.BUYER, organisation_number="2120003005"),
        Organisation(id="O-2", name="Bolaget AB", party=Party.SUPPLIER, organisation_number="5560160680"),
        Person(id="P-1", name="Ansvarig", organisation_id="O-1"),
    ]
    return RegisterContent.of([*parties, *records])


def spend(certain_sek: int = 0, possible_sek: int | None = None, month: date = date(2026, 8, 1)) -> pd.DataFrame:
    """What was bought in one month on A-1."""
    possible = certain_sek if possible_sek is None else possible_sek
    row = {"agreement_id": "A-1", "month": month, "certain_ore": certain_sek * KR, "possible_ore": possible * KR}
    return pd.DataFrame([row])


def found(*records: Record, bought: pd.DataFrame | None = None) -> dict[str, RuleFinding]:
    """The findings on a register by their codes."""
    return {finding.code: finding for finding in all_found(*records, bought=bought)}


def all_found(*records: Record, bought: pd.DataFrame | None = None) -> list[RuleFinding]:
    """Every finding on a register."""
    return examine_agreements(content(*records), spend() if bought is None else bought, DAY)


# --- term: 7 kap. 2 § -----------------------------------------------------------------------------------------------


def test_a_framework_agreement_may_last_four_years_to_the_day():
    # 1 January 2023 + 48 months = 1 January 2027, so 31 December 2026 is the latest last day.
    exact = found(agreement(kind=FRAMEWORK))["framework_term"]
    assert (exact.margin, exact.severity, exact.section) == (0, "info", "7 kap. 2 § LOU")
    over = found(agreement(kind=FRAMEWORK, end_date=date(2027, 1, 1)))["framework_too_long"]
    assert (over.margin, over.severity) == (-1, "warning")
    assert "reasons_not_in_register" in over.uncertain
    assert "section_unverified" in over.uncertain


def test_options_that_can_still_be_used_count_and_declined_ones_do_not():
    # 48 months and an option of 12: to 31 December 2027, 365 days above.
    short = agreement(kind=FRAMEWORK, end_date=date(2026, 12, 31))
    option = ExtensionOption(id="E-1", agreement_id="A-1", months=12, decide_by=date(2026, 10, 1))
    assert found(short, option)["framework_too_long"].margin == -365
    declined = replace(option, declined_date=date(2026, 9, 1))
    assert "framework_term" in found(short, declined)


def test_contracts_have_no_longest_term_and_an_open_framework_agreement_is_told():
    assert not {"framework_term", "framework_too_long"} & found(agreement(end_date=date(2036, 1, 1))).keys()
    assert found(agreement(kind=FRAMEWORK, end_date=None))["framework_open"].severity == "warning"


# --- value and lots: 5 kap. 3 §, 4 kap. 14 § ------------------------------------------------------------------------


def parts(count: int, yearly_sek: int) -> list[Record]:
    return [
        AgreementPart(
            id=f"A-1-{number}", agreement_id="A-1", need_id=f"N-{number}", annual_value_ore=yearly_sek * KR,
            requirement_type=RequirementType.FUNCTIONAL, start_date=date(2023, 1, 1),
        )
        for number in range(count)
    ]  # fmt: skip


def test_the_value_is_measured_against_the_threshold_of_the_day_of_signing():
    # 2 236 731 - 10 000 000 = -7 763 269.
    assert found(agreement())["value_above_threshold"].margin == -7_763_269 * KR
    at = found(agreement(contract_value_ore=2_236_731 * KR))
    assert at["value_above_threshold"].margin == 0
    assert found(agreement(contract_value_ore=2_236_730 * KR))["value_below_threshold"].margin == 1 * KR


def test_a_value_from_the_parts_includes_the_options():
    # 4 years of 1 461 days at 500 000 SEK a year; an option of 12 months adds 365 days: 1 826 / 365.25 = 4.9993 years.
    option = ExtensionOption(id="E-1", agreement_id="A-1", months=12, decide_by=date(2026, 10, 1))
    without = found(agreement(contract_value_ore=None), *parts(1, 500_000))["value_below_threshold"]
    assert without.values["value_ore"] == 2_000_000 * KR
    longer = found(agreement(contract_value_ore=None), *parts(1, 500_000), option)["value_above_threshold"]
    assert longer.values["value_ore"] == round(500_000 * KR * 1826 / 365.25)
    assert "value_from_parts" in longer.uncertain


def test_reasons_for_not_dividing_are_asked_of_several_parts_above_the_threshold_only():
    several = found(agreement(), *parts(2, 1))["lots_reasons"]
    assert (several.section, several.values["parts"]) == ("4 kap. 14 § LOU", 2)
    assert "special_services" not in several.uncertain
    assert "lots_reasons" not in found(agreement(), *parts(1, 1))
    assert "lots_reasons" not in found(agreement(contract_value_ore=2_000_000 * KR), *parts(2, 1))
    assert "special_services" in found(agreement(category="85300000"), *parts(2, 1))["lots_reasons"].uncertain


def test_a_threshold_that_is_not_verified_or_missing_is_said():
    assert "threshold_unverified" in found(agreement(signed_date=date(2024, 5, 1)))["value_above_threshold"].uncertain
    assert found(agreement(signed_date=date(2026, 5, 1)))["value"].uncertain == ("no_threshold",)


def test_an_agreement_from_before_the_act_is_not_examined_and_that_is_said():
    old = found(agreement(kind=FRAMEWORK, signed_date=date(2016, 12, 31)))
    assert "older_act" in old
    assert not {"framework_term", "value_above_threshold"} & old.keys()


# --- purchases of the same kind -------------------------------------------------------------------------------------


def test_small_agreements_of_one_kind_and_year_are_added_together():
    # 400 000 + 300 001 = 700 001, 1 SEK above the limit of 2022; each alone is within it.
    first = agreement(contract_value_ore=400_000 * KR)
    second = replace(first, id="A-2", contract_value_ore=300_001 * KR, category="48050000")
    together = found(first, second)["same_kind"]
    assert (together.margin, together.severity) == (-1 * KR, "warning")
    assert "same_kind" not in found(first, replace(second, contract_value_ore=300_000 * KR))
    assert "same_kind" not in found(first, replace(second, category="72000000"))
    assert "same_kind" not in found(first, replace(second, signed_date=date(2023, 1, 1)))


def test_small_purchases_that_were_delivered_within_weeks_count_in_their_year():
    # 500 000 + 250 000 = 750 000, 50 000 SEK above the limit of 2025; both had ended by 15 September 2026.
    small = {"signed_date": date(2025, 3, 1), "start_date": date(2025, 3, 1), "end_date": date(2025, 4, 30)}
    first = agreement(contract_value_ore=500_000 * KR, **small)
    second = replace(first, id="A-2", contract_value_ore=250_000 * KR, signed_date=date(2025, 11, 1))
    names = [(each.where, each.margin) for each in all_found(first, second) if each.code == "same_kind"]
    assert names == [("A-1", -50_000 * KR), ("A-2", -50_000 * KR)]
    assert not {each.code for each in all_found(first)}, "alone it has ended, and nothing is said of it"


def test_what_ended_long_ago_is_told_of_only_with_what_goes_on():
    # 400 000 + 400 000 SEK in 2022: the first has ended, the second is in force and is the one to act on.
    ended = agreement(contract_value_ore=400_000 * KR, end_date=date(2023, 12, 31))
    going_on = replace(ended, id="A-2", end_date=date(2026, 12, 31))
    assert [each.where for each in all_found(ended, going_on) if each.code == "same_kind"] == ["A-2"]
    assert not [each for each in all_found(ended, replace(ended, id="A-2")) if each.code == "same_kind"]


def test_a_call_off_was_procured_with_its_framework_agreement():
    first = agreement(contract_value_ore=400_000 * KR)
    second = replace(first, id="A-2", kind=AgreementKind.CALL_OFF)
    assert not [each for each in all_found(first, second) if each.code == "same_kind"]


# --- changes: 17 kap. 9-15 §§ ---------------------------------------------------------------------------------------


def test_the_room_of_works_is_fifteen_per_cent_and_of_services_ten():
    services, works = agreement(), agreement(category="45000000")
    assert minor_room(content(services), services, DAY).limit_ore == 1_000_000 * KR
    assert minor_room(content(works), works, DAY).limit_ore == 1_500_000 * KR


def test_the_room_is_never_above_the_threshold():
    large = agreement(contract_value_ore=50_000_000 * KR)
    assert minor_room(content(large), large, DAY).limit_ore == 2_236_731 * KR


@pytest.mark.parametrize(
    ("values", "code", "severity", "margin_sek"),
    [
        ((300_000, -100_000), "room", "info", 600_000),
        ((500_000, -300_000), "room", "warning", 200_000),
        ((500_000, -499_999), "room", "warning", 1),
        ((500_000, -500_000), "room_gone", "error", 0),
    ],
)
def test_minor_changes_up_and_down_are_cumulated(values, code, severity, margin_sek):
    made = [amendment(number, value) for number, value in enumerate(values)]
    finding = found(agreement(), *made)[code]
    assert (finding.severity, finding.margin) == (severity, margin_sek * KR)


def test_the_base_follows_the_index_of_the_agreement():
    # 17 kap. 15 §: base 100, 110 read in January 2025: 10 million becomes 11 million and a tenth of it 1.1 million.
    clause = IndexClause(
        id="I-1", agreement_id="A-1", series="LCI", publisher="SCB", base_month=date(2023, 1, 1), base_value=100.0,
        adjustment_month=7,
    )  # fmt: skip
    values = [
        IndexValue(id=f"V-{y}", series="LCI", month=date(y, 1, 1), value=v) for y, v in ((2024, 100), (2025, 110))
    ]
    held = content(agreement(), clause, *values)
    assert updated_value(held, agreement(), date(2025, 6, 30)) == 10_000_000 * KR
    assert updated_value(held, agreement(), date(2025, 7, 1)) == 11_000_000 * KR
    assert minor_room(held, agreement(), date(2025, 7, 1)).limit_ore == 1_100_000 * KR


def test_a_supplementary_or_unforeseen_change_may_each_be_half_of_the_value():
    half = amendment(1, 5_000_000, LegalGround.SUPPLEMENTARY)
    over = amendment(2, 5_000_001, LegalGround.UNFORESEEN)
    findings = found(agreement(), half, over)
    assert (findings["large_change"].margin, findings["large_change"].section) == (0, "17 kap. 11 § LOU")
    assert (findings["change_too_large"].margin, findings["change_too_large"].severity) == (-1 * KR, "error")
    assert [c.is_too_large for c in large_changes(content(agreement(), half, over), agreement(), DAY)] == [False, True]


def test_changes_on_the_other_grounds_use_no_room():
    free = [
        amendment(number, 9_000_000, ground)
        for number, ground in enumerate(
            (LegalGround.CHANGE_CLAUSE, LegalGround.SUPPLIER_CHANGE, LegalGround.NOT_SUBSTANTIAL)
        )
    ]
    assert found(agreement(), *free)["room"].values["used_ore"] == 0


def test_a_changed_nature_and_a_ground_for_contracts_only_are_errors():
    wrong = amendment(1, 1, LegalGround.SUPPLEMENTARY, nature_changed=True)
    findings = found(agreement(kind=FRAMEWORK), wrong)
    assert findings["nature_changed"].severity == findings["supplementary_to_framework"].severity == "error"
    assert "supplementary_to_framework" not in found(agreement(), wrong)


def test_changes_without_a_known_contract_value_cannot_be_measured():
    assert found(agreement(contract_value_ore=None), amendment(1, 1))["room_unknown"].severity == "warning"


# --- ceiling: C-23/20 -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("certain", "possible", "code", "severity", "margin_sek"),
    [
        (799_999, 799_999, "ceiling", "info", 200_001),
        (800_000, 800_000, "ceiling", "warning", 200_000),
        (100_000, 1_000_000, "ceiling", "warning", 900_000),
        (1_000_000, 1_000_000, "ceiling_passed", "error", 0),
        (1_000_001, 1_000_001, "ceiling_passed", "error", -1),
    ],
)
def test_the_ceiling_of_a_framework_agreement_is_consumed(certain, possible, code, severity, margin_sek):
    capped = agreement(kind=FRAMEWORK, ceiling_ore=1_000_000 * KR)
    finding = found(capped, bought=spend(certain, possible))[code]
    assert (finding.severity, finding.margin) == (severity, margin_sek * KR)
    assert ("possible_lines" in finding.uncertain) is (possible > certain)


def test_a_month_that_has_not_ended_is_not_counted():
    capped = agreement(kind=FRAMEWORK, ceiling_ore=1_000_000 * KR)
    assert found(capped, bought=spend(1_000_000, month=date(2026, 9, 1)))["ceiling"].margin == 1_000_000 * KR


def test_a_framework_agreement_needs_a_ceiling_since_the_judgment_of_june_2021():
    assert found(agreement(kind=FRAMEWORK))["ceiling_missing"].severity == "warning"
    before = agreement(kind=FRAMEWORK, signed_date=date(2021, 6, 16))
    assert "ceiling_missing" not in found(before)
    assert "ceiling_missing" not in found(agreement())


# --- standstill: 20 kap. 1 § ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("sent", "electronic", "first"),
    [
        (date(2026, 9, 1), True, date(2026, 9, 12)),  # day 10 is Friday 11
        (date(2026, 9, 9), True, date(2026, 9, 22)),  # day 10 is Saturday 19: Monday 21 is the last
        (date(2026, 9, 10), True, date(2026, 9, 22)),  # day 10 is Sunday 20
        (date(2026, 9, 1), False, date(2026, 9, 17)),  # day 15 is Wednesday 16
        (date(2026, 4, 24), True, date(2026, 5, 5)),  # day 10 is Monday 4 May
        (date(2026, 4, 21), True, date(2026, 5, 5)),  # day 10 is Friday 1 May, a holiday: Monday 4
        (date(2026, 12, 14), True, date(2026, 12, 29)),  # day 10 is Christmas Eve, then holidays and a weekend
    ],
)
def test_an_agreement_may_be_signed_on_the_day_after_the_standstill(sent, electronic, first):
    assert first_signing_day(sent, electronic=electronic) == first


def test_a_notice_from_before_the_table_has_no_rule():
    with pytest.raises(UsageError, match="no_standstill_rule"):
        first_signing_day(date(2016, 5, 1))


# --- the table of the law -------------------------------------------------------------------------------------------


def test_every_rule_has_a_section_and_a_source_and_says_what_is_not_verified():
    for law in all_laws():
        assert law.section
        assert law.source
        assert bool(law.unverified_part) is (not law.verified), law.rule


def test_the_section_on_direct_awards_moved_in_february_2022():
    assert law_on("same_kind", date(2022, 1, 31)).section == "19 kap. 7 § LOU"
    assert law_on("same_kind", date(2022, 2, 1)).section == "19 a kap. 2 § LOU"


# --- what is wrong or missing in the register -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("values", "code"),
    [
        ({"end_date": date(2022, 12, 31), "start_date": date(2026, 10, 1)}, "end_before_start"),
        ({"category": "480000"}, "category_unknown"),
        ({"owner_id": None}, "owner_missing"),
        ({"supplier_id": "O-9"}, "supplier_number_missing"),
        ({"preparation_months": 0}, "preparation_missing"),
    ],
)
def test_what_is_wrong_in_the_register_is_told_and_a_sound_agreement_has_nothing(values, code):
    defects = {"end_before_start", "category_unknown", "owner_missing", "supplier_number_missing"}
    defects |= {"preparation_missing"}
    assert not defects & found(agreement()).keys()
    assert defects & found(agreement(**values)).keys() == {code}


def test_links_options_changes_and_indices_that_do_not_fit_are_told():
    records = [
        Predecessor(id="PR-1", agreement_id="A-1", predecessor_id="A-1"),
        ExtensionOption(id="E-1", agreement_id="A-1", months=12, decide_by=date(2027, 1, 1)),
        amendment(1, 1, decided_date=date(2022, 11, 30)),
        IndexClause(
            id="I-1",
            agreement_id="A-1",
            series="LCI",
            publisher="SCB",
            base_month=date(2023, 1, 1),
            base_value=100.0,
            adjustment_month=7,
        ),
    ]
    codes = {"own_predecessor", "option_after_end", "amended_before_signed", "index_values_missing"}
    assert found(agreement(), *records).keys() >= codes
    assert not codes & found(agreement()).keys()
