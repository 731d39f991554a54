"""The portfolio: counts over time, shares, concentration, renewals, red lights, owners, coverage; by hand."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

import pandas as pd
import pytest

from partnership_lib.analysis.portfolio import portfolio
from partnership_lib.analysis.portfolio.coverage import coverage_rows
from partnership_lib.domain import AgreementKind, Organisation, Party, Predecessor, Record, RegisterContent, Target
from partnership_lib.errors import ReportError, UsageError
from partnership_lib.findings import Analysis, Signal
from partnership_lib.text import describe
from partnership_lib.units.dates import add_months
from partnership_lib.units.period import Period

COLUMNS = ["month", "supplier_key", "supplier", "supplier_is_person", "account", "account_text", "agreement_id"]
COLUMNS += ["candidates", "amount_ore", "lines"]


def line(month: date, supplier: str, amount_ore: int, agreement_id: str | None = None, **values: Any) -> dict[str, Any]:
    """One row of spend; certain where an agreement is named, outside otherwise."""
    usual = {"account": "6550", "account_text": "Konsulttjänster", "supplier_is_person": False, "lines": 1}
    usual |= {"candidates": 1 if agreement_id else 0, "supplier": supplier, "supplier_key": supplier}
    return {"month": month, "amount_ore": amount_ore, "agreement_id": agreement_id, **(usual | values)}


def spend(*rows: dict[str, Any]) -> pd.DataFrame:
    """Rows of spend as `matching.portfolio_spend` gives them."""
    return pd.DataFrame(list(rows), columns=COLUMNS)


def months(first: date, count: int) -> list[date]:
    """The first day of each of so many months."""
    return [add_months(first, number) for number in range(count)]


@pytest.fixture
def make_portfolio(parties: list[Record]) -> Callable[..., Analysis]:
    """Makes the portfolio of tertial 2 2026, seen on 2026-09-15."""

    def made(*records: Record, rows: pd.DataFrame | None = None, period: str = "2026-T2") -> Analysis:
        by_id = {(type(record), record.id): record for record in [*parties, *records]}
        content = RegisterContent.of(by_id.values())
        return portfolio(content, spend() if rows is None else rows, Period.parse(period), date(2026, 9, 15))

    return made


@pytest.fixture
def three_agreements(make) -> list[Record]:
    """A partnership, and two ordinary agreements with the same supplier, one of which ended in June 2026."""
    ordinary = {"is_partnership": False, "supplier_id": "O-3", "category": "79000000"}
    return [
        Organisation(id="O-3", name="Konsult AB", party=Party.SUPPLIER),
        make.agreement(
            id="A-2", name="Rekrytering", start_date=date(2023, 1, 1), end_date=date(2027, 6, 30), **ordinary
        ),
        make.agreement(id="A-3", name="Revision", start_date=date(2023, 1, 1), end_date=date(2026, 6, 30), **ordinary),
    ]


def test_agreements_and_suppliers_are_counted_on_the_last_day(make_portfolio, three_agreements):
    analysis = make_portfolio(*three_agreements)
    finding = analysis.finding("portfolio.agreements_fewer")
    assert finding.sentence("sv") == (
        "Kommunen har 2 avtal med 2 leverantörer, ett färre avtal än för ett år sedan. "
        "Ett av avtalen är ett leverantörspartnerskap."
    )
    assert finding.sentence("en") == (
        "The municipality has 2 agreements with 2 suppliers, one fewer agreement than a year ago. "
        "One of them is a supplier partnership."
    )
    frame = analysis["agreements"].charts[0].frame.set_index("month")
    assert list(frame.loc[date(2026, 5, 1)])[:2] == [3, 2]
    assert list(frame.loc[date(2026, 6, 1)])[:2] == [3, 2]  # 30 June was the last day of one of them
    assert list(frame.loc[date(2026, 7, 1)])[:2] == [2, 2]


def test_an_agreement_is_in_force_on_its_last_day(make_portfolio, three_agreements):
    longer = [replace(three_agreements[2], end_date=date(2026, 8, 31))]
    assert make_portfolio(*three_agreements[:2], *longer).finding("portfolio.agreements_same").number == 3


@pytest.mark.parametrize(
    ("start_value", "code", "signal"),
    [
        # On 2026-08-31 973 of 2191 days have passed (44.4 %): from 5 to 1 gives 3.2, from 2.2 to 1 gives 1.67.
        (5.0, "agreements_in_force", Signal.GOOD),
        (3.5, "agreements_in_force_behind", Signal.ATTENTION),
        (2.2, "agreements_in_force_behind", Signal.BAD),
    ],
)
def test_the_number_of_agreements_is_held_against_the_way_to_the_target(
    make_portfolio, three_agreements, start_value, code, signal
):
    target = Target(
        id="T-1",
        measure="agreements_in_force",
        value=1.0,
        by_date=date(2029, 12, 31),
        start_value=start_value,
        start_date=date(2024, 1, 1),
    )
    if signal is Signal.ATTENTION:
        # Two agreements against 2.0 times less than ten per cent more: 3.5 - 0.444 * 2.5 = 2.39 is above; 2.0 is not.
        target = replace(target, start_value=2.55)
    assert make_portfolio(*three_agreements, target).finding(f"portfolio.{code}").signal is signal


def test_without_a_target_none_is_invented(make_portfolio, three_agreements):
    finding = make_portfolio(*three_agreements).finding("portfolio.agreements_in_force_no_target")
    assert finding.number is None


def test_the_share_in_partnerships_is_over_twelve_months(make_portfolio, three_agreements):
    # Twelve months of 100 in the partnership and 300 outside: 25 per cent. Before that, the partnership had nothing.
    rows = [line(m, "O-2", 100, "A-1") for m in months(date(2025, 9, 1), 12)]
    rows += [line(m, "X", 300) for m in months(date(2024, 9, 1), 24)]
    analysis = make_portfolio(*three_agreements, rows=spend(*rows))
    assert analysis.finding("portfolio.partnership_share_no_target").number == pytest.approx(0.25)
    frame = analysis["partnership_share"].charts[0].frame
    assert next(iter(frame["month"])) == date(2025, 8, 1)  # the first month with twelve behind it
    assert next(iter(frame["share"])) == 0
    # One of twelve months: 100 / (12 * 300 + 100).
    assert list(frame["share"])[1] == pytest.approx(100 / 3700)


def test_less_than_a_year_of_ledger_gives_no_share(make_portfolio, three_agreements):
    rows = spend(*[line(m, "O-2", 100, "A-1") for m in months(date(2025, 10, 1), 11)])
    finding = make_portfolio(*three_agreements, rows=rows).finding("portfolio.partnership_share_cannot_tell")
    assert finding.number is None


def test_categories_count_agreements_and_suppliers(make_portfolio, three_agreements, make):
    third = make.agreement(id="A-4", name="Tryck", supplier_id="O-2", category="79800000", is_partnership=False)
    finding = make_portfolio(*three_agreements, third).finding("portfolio.categories")
    assert finding.table.to_dict("records")[0] == {
        "cpv_division": "79000000",
        "agreements": 2,
        "suppliers": 2,
        "partnerships": 0,
        "amount_ore": 0,
    }
    assert "Företagstjänster" in finding.sentence("sv")


def test_concentration_is_the_sum_of_squared_shares(make_portfolio, three_agreements):
    month = date(2026, 8, 1)
    # Shares 1/2, 1/4, 1/4: HHI 0.375, effective number 1/0.375 = 2.666667. A supplier with only credit is left out.
    rows = [line(month, "a", 200), line(month, "b", 100), line(month, "c", 100), line(month, "d", -50)]
    rows += [line(month, "a", 900, account="5010", account_text="Hyra")]
    analysis = make_portfolio(*three_agreements, rows=spend(*rows))
    frame = analysis["concentration"].charts[0].frame
    assert frame.to_dict("records") == [
        {
            "account": "5010",
            "account_text": "Hyra",
            "suppliers": 1,
            "effective_number": 1.0,
            "hhi": 1.0,
            "amount_ore": 900,
        },
        {
            "account": "6550",
            "account_text": "Konsulttjänster",
            "suppliers": 3,
            "effective_number": 2.666667,
            "hhi": 0.375,
            "amount_ore": 400,
        },
    ]
    assert analysis.finding("portfolio.concentration").sentence("sv") == (
        "Av de två största kontona är ”Konsulttjänster” mest utspritt: tre leverantörer, "
        "vilket motsvarar 2,7 lika stora. Mest samlat är ”Hyra”, vilket motsvarar 1,0."
    )


def test_renewals_ahead_hold_notice_preparation_and_end(make_portfolio, three_agreements, make):
    soon = make.agreement(
        id="A-4",
        name="Telefoni",
        is_partnership=False,
        end_date=date(2026, 12, 31),
        notice_months=3,
        preparation_months=9,
        renews_automatically=True,
    )
    analysis = make_portfolio(*three_agreements, soon)
    frame = analysis["renewals"].charts[0].frame.set_index("agreement_id")
    assert list(frame.index) == ["A-4", "A-2"]
    assert frame.loc["A-4", "notice_date"] == date(2026, 10, 1)
    assert frame.loc["A-4", "preparation_date"] == date(2026, 4, 1)
    assert analysis.finding("portfolio.renewals").sentence("sv") == (
        "Två avtal löper ut inom 24 månader, två av dem inom ett år."
    )
    assert analysis.finding("portfolio.renewals_notice").signal is Signal.ATTENTION


def test_red_lights_are_the_bad_findings_of_the_partnerships_own_reports(
    make_portfolio, three_agreements, make, report
):
    late = [make.activity("X-1", due_date=date(2026, 5, 1)), *make.working_order(30)]
    finding = make_portfolio(*three_agreements, *late).finding("portfolio.red_lights")
    assert finding.sentence("sv") == "Ett av ett partnerskap har något som kräver åtgärd: ”Skoladministration”."
    row = finding.table.iloc[0]
    assert row["red_sections"] == ("ladder",)
    own = report(*late)
    counted = [s for s in own.sections if s.code not in ("summary", "decisions", "changes")]
    assert row["bad"] == sum(f.signal is Signal.BAD for s in counted for f in s.findings)


def test_an_agreement_without_owner_asks_for_attention_and_a_partnership_is_bad(make_portfolio, three_agreements, make):
    nobody = replace(three_agreements[1], owner_id=None)
    finding = make_portfolio(*three_agreements, nobody).finding("portfolio.without_owner")
    assert finding.sentence("sv") == "Ett av 2 avtal saknar ansvarig."
    assert finding.signal is Signal.ATTENTION
    partnership = make_portfolio(*three_agreements, make.agreement(owner_id=None))
    assert partnership.finding("portfolio.without_owner_partnerships").signal is Signal.BAD


def test_coverage_sums_to_all_spend(make_portfolio, three_agreements):
    month = date(2026, 8, 1)
    rows = spend(
        line(month, "O-2", 600, "A-1"),
        line(month, "O-3", 100, candidates=2),
        line(month, "x", 250),
        line(month, "sole_trader", 50, supplier_key="person:1", supplier_is_person=True),
    )
    finding = make_portfolio(*three_agreements, rows=rows).finding("portfolio.coverage")
    assert list(finding.table["amount_ore"]) == [600, 100, 300]
    assert sum(row["amount_ore"] for row in coverage_rows(rows)) == 1000
    assert finding.number == pytest.approx(0.6)
    assert finding.signal is Signal.ATTENTION  # 30 per cent outside
    assert finding.sentence("sv") == (
        "60\xa0procent av inköpen på 10\xa0kr hör säkert till ett avtal, 10\xa0procent kan höra till flera "
        "och 30\xa0procent ligger utanför avtal."
    )


def test_a_ledger_without_lines_gives_no_shares(make_portfolio, three_agreements, codes):
    analysis = make_portfolio(*three_agreements)
    assert codes(analysis, "coverage") == ["coverage_cannot_tell"]
    assert codes(analysis, "concentration") == ["concentration_cannot_tell"]


def test_a_period_without_agreements_or_not_begun_is_refused(make_portfolio):
    with pytest.raises(ReportError, match="no_agreements_in_period") as refused:
        make_portfolio(period="2019-T2")
    assert "2019-T2" in describe(refused.value, "sv")
    with pytest.raises(UsageError, match="period_not_begun"):
        make_portfolio(period="2027-T1")


def test_the_summary_always_tells_agreements_share_and_coverage(make_portfolio, three_agreements):
    rows = spend(*[line(m, "O-2", 100, "A-1") for m in months(date(2025, 9, 1), 12)])
    summary = make_portfolio(*three_agreements, rows=rows)["summary"].findings
    assert [finding.code for finding in summary[1:4]] == [
        "portfolio.agreements_fewer",
        "portfolio.partnership_share_no_target",
        "portfolio.coverage",
    ]
    assert len({finding.code for finding in summary}) == len(summary)


def test_what_the_act_asks_of_the_agreements_is_told_from_the_ledger(make_portfolio, three_agreements, make):
    capped = make.agreement(
        id="A-4", name="Konsulter", is_partnership=False, kind=AgreementKind.FRAMEWORK_AGREEMENT,
        start_date=date(2023, 2, 1), end_date=date(2027, 1, 31), ceiling_ore=1_000,
    )  # fmt: skip
    passed = make_portfolio(*three_agreements, capped, rows=spend(line(date(2026, 5, 1), "O-2", 1_000, "A-4")))
    finding = passed.finding("portfolio.agreement_rules")
    assert finding.signal is Signal.BAD
    rows = finding.table.set_index("agreement_rule")
    assert (rows.loc["ceiling_passed", "agreement_id"], rows.loc["ceiling_passed", "margin_ore"]) == ("A-4", 0)
    near = make_portfolio(*three_agreements, capped, rows=spend(line(date(2026, 5, 1), "O-2", 800, "A-4")))
    assert near.finding("portfolio.agreement_rules").signal is Signal.ATTENTION


@pytest.mark.parametrize(
    ("start", "code", "days", "signal"),
    [
        (date(2027, 1, 1), "renewals_seamless", None, Signal.GOOD),
        (date(2027, 1, 2), "renewals_gaps", 1, Signal.BAD),
        (date(2026, 12, 2), "renewals_seamless", None, Signal.GOOD),  # 30 days of both: less than a month
        (date(2026, 12, 1), "renewals_overlaps", 31, Signal.ATTENTION),
    ],
)
def test_gaps_and_overlaps_between_old_and_new_are_counted_in_days(
    make_portfolio, three_agreements, make, start, code, days, signal
):
    old = make.agreement(id="A-4", name="Telefoni", is_partnership=False, end_date=date(2026, 12, 31))
    new = make.agreement(id="A-5", is_partnership=False, start_date=start, end_date=date(2030, 12, 31))
    link = Predecessor(id="PR-1", agreement_id="A-5", predecessor_id="A-4")
    analysis = make_portfolio(*three_agreements, old, new, link)
    finding = analysis.finding(f"portfolio.{code}")
    assert (finding.values.get("days"), finding.signal) == (days, signal)
    assert finding.sentence("sv")
    assert finding.sentence("en")
    others = {"renewals_seamless", "renewals_gaps", "renewals_overlaps"} - {code}
    assert not {each.code for each in analysis["renewals"].findings} & {f"portfolio.{other}" for other in others}


def test_of_several_successors_the_first_counts_and_old_handovers_are_left_out(make_portfolio, three_agreements, make):
    old = make.agreement(id="A-4", is_partnership=False, end_date=date(2026, 12, 31))
    ancient = make.agreement(id="A-7", is_partnership=False, end_date=date(2025, 9, 14))
    starts = {"A-5": date(2027, 3, 1), "A-6": date(2027, 1, 1)}
    news = [make.agreement(id=key, is_partnership=False, start_date=day) for key, day in starts.items()]
    links = [Predecessor(id=f"PR-{key}", agreement_id=key, predecessor_id="A-4") for key in starts]
    links.append(Predecessor(id="PR-7", agreement_id="A-5", predecessor_id="A-7"))
    analysis = make_portfolio(*three_agreements, old, ancient, *news, *links)
    assert analysis.finding("portfolio.renewals_seamless").number == 1
