"""A promise frozen at award, scored year by year against values worked out by hand."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from types import SimpleNamespace
from typing import Any

import pytest

from partnership_lib.analysis.promise import PromiseState, read_promise, score, spend_beside
from partnership_lib.domain import (
    AgreementPart,
    FrozenDocument,
    FrozenKind,
    IndexClause,
    IndexValue,
    Need,
    RegisterContent,
    RequirementType,
    VolumeObservation,
    document_hash,
)
from partnership_lib.findings import Analysis, Signal
from partnership_lib.units.dates import add_months

START = date(2024, 3, 1)
Report = Callable[..., Analysis]

# By hand, in kronor a month: 2024 has ten months of 1,000 (P10 900, P90 1,100), 2025 twelve of 1,020, 2026 of 1,040.
FORECAST = [
    {"year": 2024, "months": 10, "mean_sek": 10_000.0, "p10_sek": 9_000.0, "p50_sek": 10_000.0, "p90_sek": 11_000.0},
    {"year": 2025, "months": 12, "mean_sek": 12_240.0, "p10_sek": 11_000.0, "p50_sek": 12_200.0, "p90_sek": 13_500.0},
    {"year": 2026, "months": 12, "mean_sek": 12_480.0, "p10_sek": 11_200.0, "p50_sek": 12_400.0, "p90_sek": 13_800.0},
]


def promise(*, volume: float | None = 100.0, inflation: float = 0.0, number: int = 1, day: date = date(2023, 11, 27)):
    said = {
        "case": {"name": "Skolan"},
        "base_month": "2022-09-01",
        "start_month": START.isoformat(),
        "inflation_share": inflation,
        "forecast": FORECAST,
        "volume": None if volume is None else {"driver": "pupils", "value": volume},
        "assumptions": [{"confirmed_by": "Anna Berg"}, {"confirmed_by": ""}],
    }
    text = json.dumps(said)
    return FrozenDocument(
        id=f"FD-{number}",
        agreement_id="A-1",
        kind=FrozenKind.COMPARISON,
        number=number,
        document=text,
        sha256=document_hash(text),
        frozen_date=day,
        frozen_by_id="P-1",
        replaces_id=f"FD-{number - 1}" if number > 1 else None,
        reason="fler skolor" if number > 1 else "",
    )


def months(first: date, count: int) -> list[date]:
    return [add_months(first, number) for number in range(count)]


def cost(*years: tuple[int, int]) -> dict[date, int]:
    """Each (months, kronor a month) after the other from the start, in öre."""
    found, first = {}, START
    for count, sek in years:
        found |= dict.fromkeys(months(first, count), sek * 100)
        first = add_months(first, count)
    return found


def pupils(*values: float) -> list[VolumeObservation]:
    return [
        VolumeObservation(id=f"V-{n}", driver="pupils", month=add_months(START, n), value=value, source="påhittad")
        for n, value in enumerate(values)
    ]


def need(need_id: str = "N-1", driver: str = "pupils") -> Need:
    return Need(id=need_id, name="Närvaro", category="48000000", volume_driver=driver)


def part(agreement_id: str = "A-1", need_id: str = "N-1") -> AgreementPart:
    return AgreementPart(
        id=f"{agreement_id}-{need_id}",
        agreement_id=agreement_id,
        need_id=need_id,
        requirement_type=RequirementType.FUNCTIONAL,
        start_date=START,
    )


@pytest.mark.parametrize(
    ("monthly_sek", "state"),
    [
        (1_000, PromiseState.INSIDE),
        (1_101, PromiseState.ABOVE),
        (899, PromiseState.BELOW),
        (1_100, PromiseState.INSIDE),
    ],
)
def test_a_whole_year_lies_inside_its_interval_or_not(monthly_sek: int, state: PromiseState) -> None:
    [year] = score(read_promise(promise()), cost((10, monthly_sek)), {})
    assert (year.state, year.promised_ore, year.difference_ore) == (state, 1_000_000, monthly_sek * 1_000 - 1_000_000)


def test_a_year_is_below_only_when_even_what_may_have_been_bought_is() -> None:
    certain = cost((10, 800))
    [year] = score(read_promise(promise()), certain, {month: ore + 15_000 for month, ore in certain.items()})
    assert year.state is PromiseState.INSIDE


def test_a_year_that_runs_is_held_against_the_same_months_and_not_judged() -> None:
    *_, running = score(read_promise(promise()), cost((10, 1_000), (12, 1_000), (3, 5_000)), {})
    assert (running.year, running.months, running.state) == (2026, 3, PromiseState.RUNNING)
    assert (running.promised_ore, running.low_ore, running.high_ore) == (312_000, 280_000, 345_000)


def test_what_was_bought_before_the_agreement_began_does_not_count() -> None:
    early = {add_months(START, -1): 99_900_000}
    [year] = score(read_promise(promise()), early | cost((10, 1_000)), {})
    assert year.actual_ore == 1_000_000


def test_the_follow_up_scores_the_promise_and_the_bridge_sums_to_the_difference(
    report: Report, make: SimpleNamespace
) -> None:
    # 30 months: promised 10,000 + 12,240 + 8/12 of 12,480 = 30,560; cost 30 * 990 = 29,700; 860 less.
    # Volume 100 -> 110: 10 more a month at the mean price. Prices per unit: 30,560 / 3,000 and 29,700 / 3,300 = 9.00;
    # price (9 - 10.18667) * (3,000 + 3,300) / 2 = -3,738; volume 300 * (9 + 10.18667) / 2 = 2,878.
    spend = make.spend(cost((30, 990)))
    analysis = report(promise(), need(), part(), *pupils(*[110.0] * 30), spend=spend)
    kept = analysis.finding("follow_up.promise_cheaper")
    assert kept.number == pytest.approx((22 * 990 - 22_240) / 22_240)
    assert (kept.values["inside"], kept.values["years"], kept.signal) == (2, 2, Signal.GOOD)
    found = analysis.finding("follow_up.promise_bridge_cheaper")
    assert found.number == -86_000
    parts = {row["promise_part"]: row["amount_ore"] for row in found.table.to_dict("records")}
    assert parts == {"price": -373_800, "index": 0, "volume": 287_800, "mix": 0, "leakage": 0, "all": -86_000}


def test_the_index_clause_is_held_against_the_inflation_that_the_promise_assumed(
    report: Report, make: SimpleNamespace
) -> None:
    # The clause gives nothing while the promise assumed 2 per cent a year: the whole difference of the level is index.
    level = sum(1.02 ** (n / 12) for n in range(30)) / 30
    spend = make.spend(cost((30, 990)))
    with_inflation = report(promise(inflation=0.02), need(), part(), *pupils(*[100.0] * 30), spend=spend)
    values = with_inflation.finding("follow_up.promise_bridge_cheaper").values
    assert values["index_ore"] == pytest.approx(3_056_000 * (1 / level - 1), abs=1)
    assert values["price_ore"] + values["index_ore"] == -86_000
    clause = IndexClause(
        id="I-1", agreement_id="A-1", series="LCI", publisher="SCB", base_month=date(2024, 1, 1), base_value=100.0,
        share=1.0, dead_band_share=0.0, adjustment_month=3, lag_months=2,
    )  # fmt: skip
    index = [IndexValue(id=f"IV-{year}", series="LCI", month=date(year, 1, 1), value=value, source="påhittad")
             for year, value in ((2025, 110.0), (2026, 121.0))]  # fmt: skip
    adjusted = report(promise(), need(), part(), *pupils(*[100.0] * 30), clause, *index, spend=spend)
    # Twelve months at 1.00, twelve at 1.10, six at 1.21: on average 1.082.
    values = adjusted.finding("follow_up.promise_bridge_cheaper").values
    assert values["index_ore"] == pytest.approx(3_056_000 * 0.082, abs=1)


def test_what_was_bought_beside_the_agreement_is_leakage(report: Report, make: SimpleNamespace) -> None:
    beside = {date(2024, 5, 1): 70_000, date(2023, 1, 1): 5}
    spend = make.spend(cost((30, 990)))
    analysis = report(promise(), need(), part(), *pupils(*[100.0] * 30), spend=spend, beside_ore=beside)
    assert analysis.finding("follow_up.promise_bridge_cheaper").values["leakage_ore"] == 70_000


def test_only_other_agreements_on_the_same_needs_are_beside(make: SimpleNamespace) -> None:
    import pandas as pd

    content = RegisterContent.of([part("A-1", "N-1"), part("A-2", "N-1"), part("A-3", "N-2")])
    rows = [("A-1", START, 5), ("A-2", START, 7), ("A-3", START, 9), ("A-2", add_months(START, 1), 11)]
    spend = pd.DataFrame(rows, columns=["agreement_id", "month", "certain_ore"])
    assert spend_beside(content, spend, "A-1") == {START: 7, add_months(START, 1): 11}


@pytest.mark.parametrize("observed", [[], [100.0] * 29])
def test_without_a_volume_for_every_month_nobody_can_tell(
    report: Report, make: SimpleNamespace, observed: list[float]
) -> None:
    analysis = report(promise(), need(), part(), *pupils(*observed), spend=make.spend(cost((30, 990))))
    found = analysis.finding("follow_up.promise_bridge_cannot_tell")
    assert (found.number, found.values["unsplit_ore"], found.table) == (-86_000, -86_000, None)


def test_a_year_above_its_interval_asks_for_attention(report: Report, make: SimpleNamespace) -> None:
    analysis = report(promise(), spend=make.spend(cost((10, 1_200), (12, 1_000))))
    found = analysis.finding("follow_up.promise_dearer")
    assert (found.signal, found.values["inside"]) == (Signal.ATTENTION, 1)


def test_without_a_promise_or_spend_the_section_says_so(
    report: Report, make: SimpleNamespace, codes: Callable[..., list[str]]
) -> None:
    assert codes(report(), "promise") == ["promise_none"]
    assert codes(report(promise()), "promise") == ["promise_no_spend", "promise_frozen"]
    few = report(promise(), spend=make.spend(cost((3, 1_000))), period="2024-T2", as_of=date(2024, 6, 30))
    assert codes(few, "promise") == ["promise_early", "promise_running_cheaper", "promise_bridge_cannot_tell",
                                     "promise_frozen"]  # fmt: skip


def test_the_newest_promise_that_was_frozen_by_the_day_counts(report: Report, codes: Callable[..., list[str]]) -> None:
    later = promise(number=2, day=date(2026, 9, 1))
    assert "promise_replaced" in codes(report(promise(), later), "promise")
    assert "promise_frozen" in codes(report(promise(), later, as_of=date(2026, 8, 31)), "promise")


def test_the_supplier_never_sees_the_promise(report: Report, make: SimpleNamespace) -> None:
    analysis: Any = report(promise(), spend=make.spend(cost((30, 990))), audience="shared")
    assert analysis.get("promise") is None
    assert not any("promise" in finding.code for finding in analysis.findings())
