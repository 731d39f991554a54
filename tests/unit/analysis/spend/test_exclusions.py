"""Accounts that are not open to procurement are left out, counted apart, and nothing is lost between."""

from __future__ import annotations

from datetime import date
from types import SimpleNamespace
from typing import Any

from partnership_lib.analysis.spend import account_months, spend_analysis
from partnership_lib.analysis.spend.exclusions import without_excluded
from partnership_lib.findings import Analysis
from partnership_lib.ledger.excluded import ExcludedAccounts
from partnership_lib.units.period import Period

GRANTS = ExcludedAccounts("45*", "bidrag", "Kommun-Bas")
TAXES = ExcludedAccounts("4?11", "skatter", "skattekontot")
DAY = date(2026, 5, 4)


def lines_of(make: SimpleNamespace) -> list[dict[str, Any]]:
    return [
        make.line(DAY, 100.01, account="6811"),
        make.line(DAY, 20.02, account="4511"),  # both rules name it; the first takes it
        make.line(date(2021, 3, 1), 3.03, account="4599"),
        make.line(DAY, -0.04, account="4599"),
        make.line(DAY, 7, account="4611"),
        make.line(DAY, 5, account="14511"),
    ]


def analysis_with(make: SimpleNamespace, *rules: ExcludedAccounts) -> Analysis:
    table = make.table(lines_of(make))
    return spend_analysis(make.register(), table, Period.parse("2026-T2"), date(2026, 9, 15), excluded_accounts=rules)


def test_what_is_left_out_and_what_is_kept_sum_to_the_ledger_by_hand(make: SimpleNamespace) -> None:
    table = make.table(lines_of(make))
    kept, months, out = without_excluded(table, account_months(table), [GRANTS, TAXES])
    assert out is not None
    assert [tuple(row)[3:] for row in out.itertuples(index=False)] == [(2, 3, 2_301), (1, 1, 700)]
    assert int(months["amount_ore"].sum()) == kept.amount_ore.sum().to_pyarrow().as_py() == 10_501
    assert sum(line["amount_ore"] for line in lines_of(make)) == 10_501 + 2_301 + 700


def test_the_method_says_what_was_left_out_why_and_who_says_so(make: SimpleNamespace) -> None:
    found = analysis_with(make, GRANTS, TAXES).finding("spend.method_exclusions")
    assert found.number == 4
    assert (found.values["amount_ore"], found.values["kept_ore"], found.values["all_ore"]) == (3_001, 10_501, 13_502)
    assert found.table is not None
    assert list(found.table["reason"]) == ["bidrag", "skatter"]
    assert list(found.table["reason_source"]) == ["Kommun-Bas", "skattekontot"]
    assert found.sentence("sv").replace("\xa0", " ") == (
        "Utelämnat: 4 konteringar, tillsammans 30,01 kr, på 3 konton som inte är inköp i lagens mening enligt "
        "inställningarna. Kvar är 105,01 kr av reskontrans 135,02 kr."
    )
    assert "105.01" in found.sentence("en")


def test_no_section_sees_an_account_that_is_left_out(make: SimpleNamespace) -> None:
    def accounts(analysis: Analysis) -> set[str]:
        tables = [finding.table for section in analysis.sections for finding in section.findings]
        return {str(each) for table in tables if table is not None and "account" in table for each in table["account"]}

    everything, kept = analysis_with(make), analysis_with(make, GRANTS, TAXES)
    assert {"4511", "4611"} <= accounts(everything)
    assert accounts(kept) == {"6811", "14511"}
    assert (everything.values["total_ore"], kept.values["total_ore"]) == (13_199, 10_501)


def test_without_rules_nothing_is_left_out_and_the_method_says_so(make: SimpleNamespace) -> None:
    assert analysis_with(make).finding("spend.method_exclusions_none").table is None
    named_but_not_there = analysis_with(make, ExcludedAccounts("99*", "bidrag", "Kommun-Bas"))
    assert named_but_not_there.finding("spend.method_exclusions").number == 0
