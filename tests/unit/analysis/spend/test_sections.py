"""The sections of the spend analysis: numbers worked by hand, and what they say."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from partnership_lib.analysis.spend import over_time
from partnership_lib.analysis.spend.agreements import agreements_section
from partnership_lib.analysis.spend.candidates import candidate_needs
from partnership_lib.analysis.spend.coverage import coverage_section
from partnership_lib.analysis.spend.direct_awards import direct_awards_section
from partnership_lib.analysis.spend.duplicates import duplicates_section
from partnership_lib.analysis.spend.loyalty import loyalty_section
from partnership_lib.analysis.spend.over_time import level_break, over_time_section, seasonal_index
from partnership_lib.analysis.spend.overview import overview_section
from partnership_lib.analysis.spend.pareto import pareto_section
from partnership_lib.analysis.spend.price_volume import price_volume_section
from partnership_lib.domain import AgreementPart, Need, RequirementType, VolumeObservation
from partnership_lib.errors import ReportError, UsageError
from partnership_lib.findings import Section, Signal
from partnership_lib.units.dates import add_months

JUNE = date(2026, 6, 15)
Lines = list[dict[str, Any]]


def found(section: Section, code: str) -> Any:
    return next(finding for finding in section.findings if finding.code == f"spend.{code}")


def test_the_period_is_compared_with_the_same_months_a_year_before(make: SimpleNamespace, context: Callable) -> None:
    lines = [make.line(date(2026, month, 1), 110) for month in range(5, 9)]
    lines += [make.line(date(2025, month, 1), 100) for month in range(5, 9)]
    section = overview_section(context(lines))
    finding = found(section, "overview_more")
    assert (finding.number, finding.values["before_ore"], finding.values["months"]) == (44_000, 40_000, 4)
    assert finding.values["change_share"] == pytest.approx(0.1)


def test_a_period_that_the_ledger_covers_in_part_is_compared_month_by_month(
    make: SimpleNamespace, context: Callable
) -> None:
    lines = [make.line(date(2025, month, 1), 100) for month in range(5, 9)] + [make.line(date(2026, 5, 1), 90)]
    finding = found(overview_section(context(lines)), "overview_less")
    assert (finding.number, finding.values["before_ore"]) == (9_000, 10_000)


def test_account_groups_departments_and_buyers_sum_to_all_spend(make: SimpleNamespace, context: Callable) -> None:
    lines = [
        make.line(JUNE, 100),
        make.line(JUNE, 50, account="6451", account_text="Livsmedel", administration="Service"),
        make.line(JUNE, -10, account="6461", account_text="Papper", buyer_id="2120009028"),
    ]
    section = overview_section(context(lines))
    groups = found(section, "overview_groups").table
    assert list(groups["account_group"]) == ["68", "64"]
    assert list(groups["mostly"]) == ["Licenser", "Livsmedel"]
    for code in ("overview_groups", "overview_departments", "overview_buyers"):
        assert found(section, code).table["amount_ore"].sum() == 14_000


def test_few_suppliers_carry_the_spend_and_those_with_credits_only_are_left_out(
    make: SimpleNamespace, context: Callable
) -> None:
    amounts = {"S1": 85, "S2": 10, "S3": 5, "name:Kredit": -20}
    finding = found(pareto_section(context([make.line(JUNE, a, s) for s, a in amounts.items()])), "pareto")
    assert (finding.number, finding.values["suppliers"]) == (1, 3)
    assert list(finding.table["suppliers"]) == [1, 1, 1]
    assert list(finding.table["amount_ore"]) == [8_500, 1_000, 500]


def test_coverage_has_a_state_for_every_ore(make: SimpleNamespace, context: Callable) -> None:
    register = [
        make.agreement("A-1", date(2025, 9, 1), date(2026, 2, 28)),
        make.agreement("A-2", date(2026, 8, 1), None, supplier="S2"),
    ]
    lines = [
        make.line(date(2025, 10, 1), 400),
        make.line(date(2026, 3, 15), 30),
        make.line(JUNE, 20),
        make.line(JUNE, 40, "S2"),
        make.line(JUNE, 10, "S3"),
    ]
    finding = found(coverage_section(context(lines, *register)), "coverage")
    assert dict(zip(finding.table["coverage"], finding.table["amount_ore"], strict=True)) == {
        "certain": 40_000, "shared": 0, "trailing": 3_000, "after_expiry": 2_000, "before_start": 4_000,
        "no_agreement": 1_000,
    }  # fmt: skip
    assert finding.number == pytest.approx(0.8)
    assert finding.signal is Signal.NONE


def test_more_than_a_quarter_outside_asks_for_attention(make: SimpleNamespace, context: Callable) -> None:
    register = make.agreement("A-1", date(2025, 1, 1), None)
    lines = [make.line(JUNE, 70), make.line(JUNE, 30, "S2")]
    section = coverage_section(context(lines, register))
    assert found(section, "coverage").signal is Signal.ATTENTION
    assert found(section, "coverage_largest_one").number == 3_000
    [cell] = section.charts[0].frame.to_dict("records")
    assert cell["covered_share"] == pytest.approx(0.7)


def test_the_two_loyalties_are_apart_and_intervals(make: SimpleNamespace, context: Callable) -> None:
    register = make.agreement("A-1", date(2025, 1, 1), date(2026, 5, 31))
    may = date(2026, 5, 4)
    lines = [
        make.line(may, 100, ground="Ramavtal"),
        make.line(may, 60),  # says nothing
        make.line(may, 40, ground="Direktupphandling"),
        make.line(date(2026, 7, 1), 50),  # within sixty days after the end
        make.line(may, 150, "name:Bolagt S1"),  # perhaps S1
        make.line(may, 100, "S2"),
    ]
    section = loyalty_section(context(lines, register))
    supplier, agreement = found(section, "supplier_loyalty"), found(section, "agreement_loyalty")
    # Of 500: from S1 in the term 200, and perhaps 50 and 150 more.
    assert (supplier.number, supplier.values["high_share"]) == (pytest.approx(0.4), pytest.approx(0.8))
    # On the agreement 100 for sure; perhaps 60, 50 and 150; not the direct award.
    assert (agreement.number, agreement.values["high_share"]) == (pytest.approx(0.2), pytest.approx(0.72))


def test_credits_widen_the_interval_downwards(make: SimpleNamespace, context: Callable) -> None:
    register = make.agreement("A-1", date(2025, 1, 1), None)
    lines = [make.line(JUNE, 100), make.line(JUNE, 30, "name:X"), make.line(JUNE, -10, "name:X"),
             make.line(JUNE, 80, "S2")]  # fmt: skip
    finding = found(loyalty_section(context(lines, register)), "supplier_loyalty")
    assert (finding.number, finding.values["high_share"]) == (pytest.approx(0.45), pytest.approx(0.65))


def test_spend_after_the_end_and_above_the_ceiling_is_found(make: SimpleNamespace, context: Callable) -> None:
    register = [
        make.agreement("A-1", date(2024, 1, 1), date(2026, 1, 31), ceiling_ore=10_000),
        make.agreement("A-2", date(2025, 1, 1), None, supplier="S2", ceiling_ore=10_000),
        make.agreement("A-3", date(2025, 1, 1), None, supplier="S2"),
        make.agreement("A-4", date(2025, 1, 1), None, supplier="S3", ceiling_ore=100_000),
    ]
    lines = [
        make.line(date(2024, 5, 1), 101),  # above the ceiling before the twelve months
        make.line(date(2026, 3, 1), 7),
        make.line(JUNE, 20),
        make.line(JUNE, 99, "S2", agreement_reference="A-2"),
        make.line(JUNE, 5, "S2"),
        make.line(JUNE, 10, "S3"),
    ]
    section = agreements_section(context(lines, *register))
    late = found(section, "after_expiry_and_trailing")
    assert (late.number, late.values["trailing_ore"], late.signal) == (2_000, 700, Signal.ATTENTION)
    ceilings = found(section, "ceilings")
    states = dict(zip(ceilings.table["agreement_id"], ceilings.table["ceiling_state"], strict=True))
    assert states == {"A-1": "above", "A-2": "may_be_above"}
    assert ceilings.signal is Signal.BAD
    bounds = found(section, "bounds").table
    assert set(bounds["agreement_id"]) == {"A-2", "A-3"}


def test_purchases_of_one_kind_are_added_together_over_suppliers_and_departments(
    make: SimpleNamespace, context: Callable
) -> None:
    lines = [
        make.line(date(2025, 3, 1), 400_000, "S1", ground="Direktupphandling"),
        make.line(date(2025, 9, 1), 350_000, "S2", administration="Omsorg", ground="Direktupphandling"),
        make.line(date(2025, 3, 1), 900_000, "S1", account="7452", ground="Ramavtal"),  # says an agreement
        make.line(date(2025, 3, 1), 710_000, "S1", account="6451"),  # says nothing
        make.line(date(2025, 3, 1), 560_000, "S1", account="6461"),
        make.line(date(2025, 3, 1), 559_000, "S1", account="6462"),
        make.line(JUNE, 1),
    ]
    section = direct_awards_section(context(lines))
    finding = found(section, "direct_awards")
    states = dict(zip(finding.table["account"], finding.table["limit_state"], strict=True))
    assert states == {"6811": "above", "6451": "may_be_above", "6461": "near"}
    assert finding.values["limit_ore"] == 70_000_000
    assert found(section, "direct_awards_none_unverified").values["year"] == 2026


def test_a_season_and_a_new_level_are_told_apart(make: SimpleNamespace, context: Callable) -> None:
    months = [add_months(date(2022, 9, 1), number) for number in range(48)]
    level = {month: 1_000 if month < date(2025, 1, 1) else 1_500 for month in months}
    lines = [make.line(m, level[m] * (2 if m.month == 3 else 1)) for m in months]
    section = over_time_section(context(lines))
    season = found(section, "season")
    assert season.values["high"] == 3
    assert season.number > 1.7
    finding = found(section, "breaks_up")
    assert finding.values["break_month"] == date(2025, 1, 1)
    steady = over_time_section(context([make.line(m, 1_000 * (2 if m.month == 3 else 1)) for m in months]))
    assert found(steady, "breaks_none").number == 0


def test_noise_with_memory_is_seldom_taken_for_a_break() -> None:
    source = np.random.default_rng(7)
    noise = source.normal(0, 1, (200, 60))
    for number in range(1, 60):
        noise[:, number] += 0.5 * noise[:, number - 1]
    alarms = sum(level_break(100 + 20 * series) is not None for series in noise)
    assert alarms <= 4
    independent = 100 + 20 * source.normal(0, 1, (200, 60))
    assert sum(level_break(series) is not None for series in independent) <= 4
    shifted = 100 + 20 * noise
    shifted[:, 30:] += 150
    assert sum(level_break(series) is not None for series in shifted) >= 195


def test_a_short_steady_series_with_memory_and_seasons_taken_out_is_seldom_a_break(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    months = 36
    source = np.random.default_rng(11)
    noise = source.normal(0, 1, (200, months))
    for number in range(1, months):
        noise[:, number] = 0.5 * noise[:, number - 1] + 0.75**0.5 * noise[:, number]
    steady = 100 + 40 * noise
    seasons = [seasonal_index(series, 1) for series in steady]
    adjusted = [
        series / np.array([max(index[number % 12 + 1], 0.05) for number in range(months)])
        for series, index in zip(steady, seasons, strict=True)
    ]
    assert sum(level_break(series) is not None for series in adjusted) <= 6
    monkeypatch.setattr(over_time, "CAUTION_MONTHS", 0)  # the critical value of long series alone
    assert sum(level_break(series) is not None for series in adjusted) > 12


def test_what_is_bought_in_few_months_or_mostly_credited_has_no_season() -> None:
    seldom = np.zeros(72)
    seldom[[3, 20, 42, 61]] = 100.0
    credited = np.array([-5.0] * 72)
    credited[[10, 30, 50]] = 400.0
    for series in (seldom, credited):
        assert seasonal_index(series, 1) == dict.fromkeys(range(1, 13), 1.0)


def test_price_and_volume_of_an_agreement_that_follows_pupils(make: SimpleNamespace, context: Callable) -> None:
    need = Need(id="N-1", name="Lärplattform", category="48000000", volume_driver="pupils")
    part = AgreementPart(id="P-1", agreement_id="A-1", need_id="N-1", requirement_type=RequirementType.FUNCTIONAL,
                         start_date=date(2024, 1, 1))  # fmt: skip
    months = [add_months(date(2024, 9, 1), number) for number in range(24)]
    pupils = [
        VolumeObservation(id=f"V-{n}", driver="pupils", month=month, value=1_000 if n < 12 else 1_100)
        for n, month in enumerate(months)
    ]
    lines = [make.line(month, 1_000 if n < 12 else 1_320) for n, month in enumerate(months)]
    section = price_volume_section(context(lines, make.agreement("A-1", date(2024, 1, 1), None), need, part, *pupils))
    row = found(section, "price_volume").table.iloc[0]
    # 12,000 for 1,000 pupils became 15,840 for 1,100: 12.0 and 14.4 each. 2.4 x 1,050 is price, 100 x 13.2 volume.
    assert (row["price_ore"], row["volume_ore"], row["mix_ore"]) == (252_000, 132_000, 0)
    assert row["price_index"] == pytest.approx(1.2)
    without = price_volume_section(
        context(lines, make.agreement("A-1", date(2024, 1, 1), None), need, part, *pupils[1:])
    )
    assert found(without, "price_volume_cannot_tell")


def test_a_double_invoice_is_a_question_and_equal_rents_are_not(make: SimpleNamespace, context: Callable) -> None:
    def invoice(voucher: str, number: str, amount: float, day: date = JUNE, supplier: str = "S1") -> dict[str, Any]:
        return dict(make.line(day, amount, supplier, voucher_id=voucher, invoice_id=number))

    lines = [
        invoice("V1", "100", 500), invoice("V2", "100", 500, date(2026, 7, 1)),  # asked about
        invoice("V3", "101", 80), invoice("V3", "101", 80),  # two accounts of one voucher
        invoice("V4", "102", 60), invoice("V5", "102", 60), invoice("V6", "102", -60),  # taken back
        invoice("V7", "", 40), invoice("V8", "", 40),  # two rents
        invoice("V9", "100", 500, supplier="S2"),
    ]  # fmt: skip
    section = duplicates_section(context(lines))
    finding = found(section, "duplicates")
    assert (finding.number, finding.values["extra_ore"]) == (1, 50_000)
    assert finding.signal is Signal.NONE
    assert finding.table.iloc[0]["invoice_id"] == "100"
    assert found(section, "equal_lines").number == 3


def test_the_hand_over_holds_the_needs_of_divided_categories_with_a_value_a_year(
    make: SimpleNamespace, context: Callable
) -> None:
    needs = [Need(id=f"N-{n}", name=f"Behov {n}", category="48000000") for n in (1, 2, 3)]

    def part(need: str, agreement: str, value: int | None = None) -> AgreementPart:
        return AgreementPart(id=f"P-{need}", agreement_id=agreement, need_id=need, start_date=date(2025, 1, 1),
                             requirement_type=RequirementType.FUNCTIONAL, annual_value_ore=value)  # fmt: skip

    register = [
        make.agreement("A-1", date(2025, 1, 1), None),
        make.agreement("A-2", date(2025, 1, 1), None, supplier="S2"),
        make.agreement("A-3", date(2025, 1, 1), None, supplier="S3", category="15000000"),
        *needs, part("N-1", "A-1"), part("N-2", "A-1"), part("N-3", "A-2", 77),
    ]  # fmt: skip
    frame = candidate_needs(context([make.line(JUNE, 10)], *register))
    assert [tuple(row) for row in frame[["need_id", "annual_value_ore", "value_source"]].itertuples(index=False)] == [
        ("N-1", 500, "ledger"),
        ("N-2", 500, "ledger"),
        ("N-3", 77, "register"),
    ]


def test_without_lines_there_is_no_analysis_and_the_error_says_what_to_do(
    make: SimpleNamespace, analyse: Callable
) -> None:
    with pytest.raises(ReportError) as refused:
        analyse([])
    assert refused.value.code == "no_spend_in_period"
    with pytest.raises(ReportError):
        analyse([make.line(date(2027, 1, 1), 5)])
    with pytest.raises(UsageError):
        analyse([make.line(JUNE, 5)], period="2027-T1")


@pytest.mark.parametrize("language", ["sv", "en"])
def test_a_ledger_of_one_line_or_of_credits_only_gives_sentences(
    make: SimpleNamespace, analyse: Callable, language: str
) -> None:
    for lines in ([make.line(JUNE, 5)], [make.line(JUNE, -5)]):
        analysis = analyse(lines)
        assert all(finding.sentence(language) for finding in analysis.findings())
