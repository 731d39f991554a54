"""Amendments against the legal room, dates ahead, and the index."""

from __future__ import annotations

from datetime import date

import pytest

from partnership_lib.domain import (
    AgreementKind,
    Amendment,
    ExtensionOption,
    IndexClause,
    IndexValue,
    LegalGround,
)
from partnership_lib.findings import Signal

KR = 100
MILLION = 1_000_000 * KR


def amendment(amendment_id: str, value_sek: int, ground: LegalGround = LegalGround.MINOR_VALUE, **values) -> Amendment:
    """An amendment decided in June 2026."""
    usual = {"decided_date": date(2026, 6, 1), "description": "Ändring"}
    return Amendment(
        id=amendment_id, agreement_id="A-1", legal_ground=ground, value_ore=value_sek * KR, **(usual | values)
    )


def contract(make, value_sek: int = 10_000_000, **values):
    """The agreement with a contract value; signed in 2022, when the threshold was 2 236 731 kr."""
    return make.agreement(contract_value_ore=value_sek * KR, signed_date=date(2022, 6, 1), **values)


def test_the_room_for_minor_changes_is_the_lower_of_a_tenth_and_the_threshold(report, make):
    # 10 % of 10 million is 1 000 000, below the threshold. Used: 300 000 up and 100 000 down both count: 400 000.
    finding = report(contract(make), amendment("M-1", 300_000), amendment("M-2", -100_000)).finding(
        "follow_up.amendments_room"
    )
    assert finding.number == pytest.approx(0.04)
    assert finding.values["left_ore"] == 600_000 * KR
    assert finding.sentence("sv") == (
        "Ändringar av mindre värde (17 kap. 9 §) motsvarar 4,0\xa0procent av kontraktsvärdet. "
        "600\xa0000\xa0kr återstår till gränsen 1,0\xa0miljoner kronor."
    )
    # 10 % of 100 million is more than the threshold, so the threshold of 2022 is the limit.
    large = report(contract(make, 100_000_000), amendment("M-1", 1)).finding("follow_up.amendments_room")
    assert large.values["limit_ore"] == 2_236_731 * KR


def test_works_have_fifteen_per_cent(report, make):
    finding = report(contract(make, category="45210000"), amendment("M-1", 1)).finding("follow_up.amendments_room")
    assert finding.values["limit_ore"] == 1_500_000 * KR


@pytest.mark.parametrize(
    ("value_sek", "code", "signal"),
    [
        (799_999, "amendments_room", Signal.NONE),
        (800_000, "amendments_room", Signal.ATTENTION),
        (999_999, "amendments_room", Signal.ATTENTION),
        (1_000_000, "amendments_room_passed", Signal.BAD),  # the law says below
    ],
)
def test_the_room_has_signals_before_and_at_its_limit(report, make, value_sek, code, signal):
    assert report(contract(make), amendment("M-1", value_sek)).finding(f"follow_up.{code}").signal is signal


def test_a_threshold_that_is_unverified_or_missing_is_said(report, make):
    records = [amendment("M-1", 1)]
    derived = report(make.agreement(contract_value_ore=MILLION), *records)  # began in 2024
    assert "inte kontrollerat" in derived.finding("follow_up.amendments_room_unverified").sentence("sv")
    ahead = make.agreement(contract_value_ore=MILLION, signed_date=date(2026, 2, 1))
    assert "saknas" in report(ahead, *records).finding("follow_up.amendments_room_no_threshold").sentence("sv")


def test_without_a_contract_value_the_room_cannot_be_told(report):
    finding = report(amendment("M-1", 1)).finding("follow_up.amendments_room_cannot_tell")
    assert finding.number is None


@pytest.mark.parametrize("ground", [LegalGround.SUPPLEMENTARY, LegalGround.UNFORESEEN])
def test_each_large_change_may_be_half_of_the_value_but_not_more(report, make, ground):
    half = report(contract(make), amendment("M-1", 5_000_000, ground), amendment("M-2", 5_000_000, ground))
    assert half.finding("follow_up.amendments_below_half").signal is Signal.NONE
    more = report(contract(make), amendment("M-1", 5_000_001, ground)).finding("follow_up.amendments_over_half")
    assert more.signal is Signal.BAD


def test_changes_on_a_clause_use_none_of_the_room(report, make):
    finding = report(contract(make), amendment("M-1", 9_000_000, LegalGround.CHANGE_CLAUSE)).finding(
        "follow_up.amendments_room"
    )
    assert finding.number == 0


def test_a_supplementary_order_on_a_framework_agreement_is_bad(report, make, codes):
    framework = contract(make, kind=AgreementKind.FRAMEWORK_AGREEMENT)
    wrong = amendment("M-1", 1, LegalGround.SUPPLEMENTARY)
    assert "amendments_supplementary_to_framework" in codes(report(framework, wrong), "amendments")
    assert "amendments_supplementary_to_framework" not in codes(report(contract(make), wrong), "amendments")


def test_a_change_of_nature_is_bad_whatever_it_costs(report, make):
    finding = report(contract(make), amendment("M-1", 0, nature_changed=True)).finding(
        "follow_up.amendments_nature_changed"
    )
    assert finding.signal is Signal.BAD


def test_amendments_after_the_report_date_are_not_in_the_report(report, make, codes):
    later = amendment("M-1", 1, decided_date=date(2026, 9, 1))
    assert "amendments_none" in codes(report(contract(make), later), "amendments")


def test_that_it_is_no_legal_advice_is_said_once(report, make):
    analysis = report(contract(make), amendment("M-1", 1))
    said = [finding for finding in analysis.findings() if finding.code.endswith("not_legal_advice")]
    assert len(said) == 1


def option(decide_by: date, **values) -> ExtensionOption:
    """An option of two years."""
    return ExtensionOption(id="E-1", agreement_id="A-1", months=24, decide_by=decide_by, **values)


@pytest.mark.parametrize(
    ("decide_by", "code", "signal"),
    [
        (date(2026, 9, 14), "option_lapsed", Signal.BAD),
        (date(2026, 9, 15), "option", Signal.ATTENTION),
        (date(2027, 3, 14), "option", Signal.ATTENTION),  # 180 days ahead
        (date(2027, 3, 15), "option", Signal.NONE),
    ],
)
def test_an_option_is_watched_from_half_a_year_before(report, decide_by, code, signal):
    finding = report(option(decide_by)).finding(f"follow_up.{code}")
    assert finding.signal is signal
    assert finding.number == (decide_by - date(2026, 9, 15)).days


@pytest.mark.parametrize("decided", ["exercised_date", "declined_date"])
def test_a_decided_option_is_not_asked_about(report, codes, decided):
    assert codes(report(option(date(2026, 12, 1), **{decided: date(2026, 9, 1)})), "dates") == ["dates_none"]


def test_notice_and_preparation_are_two_different_days(report, make):
    # The last day is 2027-12-31; notice three months and preparation twelve months before the day after it.
    agreement = make.agreement(end_date=date(2027, 12, 31), notice_months=3, preparation_months=12)
    table = report(agreement).finding("follow_up.dates").table
    assert dict(zip(table["date_kind"], table["date"], strict=True)) == {
        "preparation": date(2027, 1, 1),
        "notice": date(2027, 10, 1),
        "end": date(2027, 12, 31),
    }


def test_our_own_lead_time_is_not_in_the_shared_report(report, make):
    agreement = make.agreement(end_date=date(2027, 12, 31), notice_months=3, preparation_months=12)
    assert "preparation" not in list(report(agreement, audience="shared").finding("follow_up.dates").table["date_kind"])


def test_a_preparation_that_should_have_begun_is_bad_unless_an_option_is_left(report, make):
    agreement = make.agreement(end_date=date(2027, 6, 30), preparation_months=12)
    code = "follow_up.preparation_passed"
    assert report(agreement).finding(code).signal is Signal.BAD
    assert report(agreement, option(date(2027, 3, 31))).finding(code).signal is Signal.ATTENTION


def test_an_agreement_that_renews_by_itself_says_so(report, make):
    agreement = make.agreement(end_date=date(2026, 12, 31), notice_months=3, renews_automatically=True)
    finding = report(agreement).finding("follow_up.notice_renews")
    assert finding.sentence("sv") == (
        "Avtalet förlängs automatiskt om det inte sägs upp senast den 1 oktober 2026, om 16 dagar."
    )


def index(values: dict[date, float], **clause) -> list:
    """A clause from base 100 in September 2023, adjusted in March on the value six months before."""
    usual = {
        "series": "LCI",
        "publisher": "SCB",
        "base_month": date(2023, 9, 1),
        "base_value": 100.0,
        "adjustment_month": 3,
        "dead_band_share": 0.02,
    }
    observed = [IndexValue(id=f"V-{m}", series="LCI", month=m, value=v) for m, v in values.items()]
    return [IndexClause(id="I-1", agreement_id="A-1", **(usual | clause)), *observed]


def test_the_next_index_adjustment_is_computed(report):
    # 2025: 103 (+3 %). 2026: 106.09 (+3 %). Next, March 2027, reads September 2026, not published on 15 September;
    # August is: 108.2118 / 106.09 - 1 = 2 %: at the dead band, so applied.
    known = {date(2024, 9, 1): 103.0, date(2025, 9, 1): 106.09, date(2026, 8, 1): 108.2118}
    finding = report(*index(known)).finding("follow_up.index_adjustment_provisional")
    assert finding.number == pytest.approx(0.02)
    assert finding.signal is Signal.ATTENTION  # 167 days ahead
    assert list(finding.table["change_share"])[:2] == pytest.approx([0.03, 0.03])
    assert "augusti 2026" in finding.sentence("sv")


def test_a_change_inside_the_dead_band_is_carried_forward(report):
    known = {date(2024, 9, 1): 101.0, date(2025, 9, 1): 101.9, date(2026, 9, 1): 103.0}
    finding = report(*index(known)).finding("follow_up.index_adjustment")
    assert list(finding.table["price_share"])[:2] == [0.0, 0.0]
    assert finding.values["change_share"] == pytest.approx(0.03)  # from 100, not from 101.9


def test_values_published_after_today_are_not_used(report):
    known = {date(2024, 9, 1): 103.0, date(2025, 9, 1): 106.0, date(2026, 8, 1): 107.0, date(2026, 9, 1): 150.0}
    early = report(*index(known), as_of=date(2026, 8, 31))
    assert early.finding("follow_up.index_within_band_provisional").number == 0


def test_a_missing_value_in_between_makes_the_price_unknown(report):
    finding = report(*index({date(2025, 9, 1): 106.0, date(2026, 8, 1): 108.0})).finding("follow_up.index_cannot_tell")
    assert finding.number is None
    assert finding.sentence("en") == (
        "The next index adjustment is on 1 March 2027, but values are missing for LCI, "
        "so the change of price cannot be computed."
    )


def test_a_mixed_clause_adds_its_parts(report):
    known = {date(2024, 9, 1): 100.0, date(2025, 9, 1): 100.0, date(2026, 9, 1): 110.0}
    other = IndexClause(
        id="I-2",
        agreement_id="A-1",
        series="KPI",
        publisher="SCB",
        base_month=date(2023, 9, 1),
        base_value=100.0,
        adjustment_month=3,
        share=0.2,
    )
    prices = [
        IndexValue(id=f"K-{year}", series="KPI", month=date(year, 9, 1), value=value)
        for year, value in ((2024, 100.0), (2025, 100.0), (2026, 105.0))
    ]
    # 80 % of +10 % and 20 % of +5 %: 8 % + 1 % = 9 %.
    finding = report(*index(known, share=0.8), other, *prices).finding("follow_up.index_adjustment_mixed")
    assert finding.number == pytest.approx(0.09)
