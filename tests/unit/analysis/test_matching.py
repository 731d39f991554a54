"""Lines to agreements: certain, possible, outside."""

from __future__ import annotations

from datetime import date
from typing import Any

import ibis
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from partnership_lib.analysis.matching import agreement_segments, agreement_spend, match_lines, portfolio_spend
from partnership_lib.domain import (
    Agreement,
    AgreementKind,
    ExtensionOption,
    Organisation,
    Party,
    RegisterContent,
    RequirementType,
)
from partnership_lib.ledger.columns import LEDGER_SCHEMA

NUMBER, OTHER, PERSON = "5560360793", "5560160680", "9001010017"


def organisation(name_and_id: str, number: str = "", name: str = "") -> Organisation:
    return Organisation(id=name_and_id, name=name or name_and_id, party=Party.SUPPLIER, organisation_number=number)


def agreement(agreement_id: str, start: date, end: date | None, supplier: str = "S1") -> Agreement:
    return Agreement(
        id=agreement_id,
        name=agreement_id,
        buyer_id="B",
        supplier_id=supplier,
        kind=AgreementKind.CONTRACT,
        requirement_type=RequirementType.FUNCTIONAL,
        category="72000000",
        start_date=start,
        end_date=end,
    )


def content(*agreements: Agreement, options: tuple[ExtensionOption, ...] = ()) -> RegisterContent:
    suppliers = (organisation("S1", "556036-0793"), organisation("S2", "", "Foreign Ltd"), organisation("S3", PERSON))
    return RegisterContent.of([*suppliers, *agreements, *options])


def line(
    day: date, amount_ore: int, supplier_key: str = NUMBER, reference: str = "", name: str = "Bolag"
) -> dict[str, Any]:
    blank = {field.name: "" for field in LEDGER_SCHEMA}
    return blank | {
        "supplier_key": supplier_key,
        "supplier": name,
        "supplier_is_person": supplier_key == PERSON,
        "account": "6010",
        "account_text": "Hyra",
        "amount_ore": amount_ore,
        "booked_date": day,
        "agreement_reference": reference,
        "line_number": 1,
    }


def table(*lines: dict[str, Any]) -> ibis.Table:
    return ibis.memtable(pa.Table.from_pylist(list(lines), schema=LEDGER_SCHEMA))


def matched(register: RegisterContent, *lines: dict[str, Any]) -> list[tuple[int, int, str | None]]:
    found = match_lines(table(*lines), agreement_segments(register)).to_pyarrow().to_pylist()
    return sorted((row["amount_ore"], row["candidates"], row["agreement_id"]) for row in found)


FIRST = agreement("A-1", date(2026, 1, 1), date(2026, 6, 30))
SECOND = agreement("A-2", date(2026, 4, 1), date(2026, 12, 31))


def test_overlapping_agreements_are_cut_into_pieces_that_do_not_overlap_and_leave_no_day_out() -> None:
    frame = agreement_segments(content(FIRST, SECOND))
    assert [
        tuple(row) for row in frame.drop(columns=["candidates", "only_id", "named_coverage"]).itertuples(index=False)
    ] == [
        (0, NUMBER, date(1, 1, 1), date(2026, 1, 1), [], "before_start", "A-1"),
        (1, NUMBER, date(2026, 1, 1), date(2026, 4, 1), ["A-1"], "certain", None),
        (2, NUMBER, date(2026, 4, 1), date(2026, 7, 1), ["A-1", "A-2"], "shared", None),
        (3, NUMBER, date(2026, 7, 1), date(2026, 8, 30), ["A-2"], "certain", None),  # A-1 is trailing
        (4, NUMBER, date(2026, 8, 30), date(2027, 1, 1), ["A-2"], "certain", None),
        (5, NUMBER, date(2027, 1, 1), date(2027, 3, 2), [], "trailing", "A-2"),
        (6, NUMBER, date(2027, 3, 2), date(9999, 12, 31), [], "after_expiry", "A-2"),
    ]
    assert list(zip(frame["candidates"], frame["only_id"], strict=True)) == [
        (0, None), (1, "A-1"), (2, None), (1, "A-2"), (1, "A-2"), (0, None), (0, None),
    ]  # fmt: skip
    assert [(said["A-1"], said["A-2"]) for said in frame["named_coverage"]] == [
        ("before_start", "before_start"),
        ("certain", "before_start"),
        ("certain", "certain"),
        ("trailing", "certain"),
        ("after_expiry", "certain"),
        ("after_expiry", "trailing"),
        ("after_expiry", "after_expiry"),
    ]


def test_the_nearest_agreement_is_the_one_that_ended_last_or_begins_first() -> None:
    register = content(
        agreement("A-2", date(2026, 1, 1), date(2026, 6, 30)),
        agreement("A-1", date(2026, 2, 1), date(2026, 6, 30)),
        agreement("A-0", date(2026, 2, 1), date(2026, 3, 31)),
    )
    frame = agreement_segments(register)
    outside = frame[frame["nearest_id"].notna()]
    assert list(zip(outside["coverage"], outside["nearest_id"], strict=True)) == [
        ("before_start", "A-2"),
        ("trailing", "A-2"),
        ("after_expiry", "A-2"),
    ]


def test_a_gap_between_two_agreements_belongs_to_the_one_that_ended() -> None:
    later = agreement("A-5", date(2026, 8, 1), None)
    lines = [line(date(2026, 7, 2), 1), line(date(2026, 8, 1), 2), line(date(2025, 1, 1), 3)]
    found = match_lines(table(*lines), agreement_segments(content(FIRST, later))).to_pyarrow().to_pylist()
    assert sorted((row["amount_ore"], row["coverage"], row["nearest_id"]) for row in found) == [
        (1, "trailing", "A-1"),
        (2, "certain", None),
        (3, "before_start", "A-1"),
    ]


def test_how_a_line_stands_to_the_agreements_follows_the_one_that_it_names() -> None:
    lines = [
        line(date(2026, 5, 1), 1),
        line(date(2026, 5, 1), 2, reference="A-1"),
        line(date(2026, 8, 1), 3, reference="A-1"),
        line(date(2026, 12, 1), 4, reference="A-1"),
        line(date(2026, 2, 1), 5, reference="A-2"),
        line(date(2026, 5, 1), 6, OTHER, reference="A-1"),
    ]
    found = match_lines(table(*lines), agreement_segments(content(FIRST, SECOND))).to_pyarrow().to_pylist()
    assert sorted((row["amount_ore"], row["coverage"], row["nearest_id"]) for row in found) == [
        (1, "shared", None),
        (2, "certain", "A-1"),
        (3, "trailing", "A-1"),
        (4, "after_expiry", "A-1"),
        (5, "before_start", "A-2"),
        (6, "no_agreement", None),
    ]


def test_a_line_belongs_to_the_only_agreement_in_force_with_its_supplier() -> None:
    lines = [
        line(date(2025, 12, 31), 1),
        line(date(2026, 1, 1), 2),
        line(date(2026, 6, 30), 3),
        line(date(2026, 12, 31), 4),
        line(date(2027, 1, 1), 5),
        line(date(2026, 1, 1), 6, OTHER),
    ]
    assert matched(content(FIRST, SECOND), *lines) == [
        (1, 0, None),
        (2, 1, "A-1"),
        (3, 2, None),
        (4, 1, "A-2"),
        (5, 0, None),
        (6, 0, None),
    ]


def test_a_line_that_names_its_agreement_belongs_to_it_whatever_its_date_but_not_to_anothers() -> None:
    other = agreement("A-9", date(2026, 1, 1), None, supplier="S2")
    lines = [
        line(date(2026, 5, 1), 1, reference="A-2"),
        line(date(2027, 1, 15), 2, reference="A-2"),
        line(date(2026, 2, 1), 3, reference="A-9"),
        line(date(2026, 5, 1), 4, reference="A-77"),
    ]
    assert matched(content(FIRST, SECOND, other), *lines) == [
        (1, 2, "A-2"),
        (2, 0, "A-2"),
        (3, 1, "A-1"),
        (4, 2, None),
    ]


def test_the_end_date_holds_the_options_that_were_used_so_an_option_row_lengthens_nothing() -> None:
    def option(option_id: str, exercised: date | None) -> ExtensionOption:
        return ExtensionOption(
            id=option_id, agreement_id="A-1", months=12, decide_by=date(2026, 3, 1), exercised_date=exercised
        )

    register = content(FIRST, options=(option("O-1", date(2026, 2, 1)), option("O-2", None)))
    lines = [line(date(2026, 6, 30), 1), line(date(2026, 7, 1), 2)]
    assert matched(register, *lines) == [(1, 1, "A-1"), (2, 0, None)]


def test_an_agreement_until_further_notice_never_ends_and_a_foreign_supplier_is_known_by_name() -> None:
    register = content(agreement("A-3", date(2020, 1, 1), None, supplier="S2"))
    assert matched(register, line(date(2090, 1, 1), 1, "name:Foreign Ltd")) == [(1, 1, "A-3")]


def test_spend_is_certain_and_possible_to_the_ore() -> None:
    lines = [
        line(date(2026, 1, 15), 1_000),
        line(date(2026, 1, 31), -200),
        line(date(2026, 4, 2), 50),
        line(date(2026, 4, 3), -7),
        line(date(2026, 4, 4), 10, reference="A-2"),
    ]
    segments = agreement_segments(content(FIRST, SECOND))
    spend = agreement_spend(table(*lines), segments)
    assert [tuple(row) for row in spend.itertuples(index=False)] == [
        ("A-1", date(2026, 1, 1), 800, 800, 2),
        ("A-1", date(2026, 4, 1), -7, 50, 0),
        ("A-2", date(2026, 4, 1), 3, 60, 1),
    ]
    assert [str(spend[name].dtype) for name in ("certain_ore", "possible_ore", "lines")] == ["int64"] * 3


@given(
    st.lists(
        st.tuples(
            st.dates(date(2025, 11, 1), date(2027, 2, 1)),
            st.integers(-500, 500),
            st.sampled_from(["", "A-1", "A-2"]),
        ),
        max_size=12,
    ),
    st.randoms(),
)
def test_whatever_the_truth_is_it_lies_within_the_bounds(rows: list[tuple[date, int, str]], chance: Any) -> None:
    register = content(FIRST, SECOND)
    truth = {"A-1": 0, "A-2": 0}
    for day, amount, reference in rows:
        possible = [reference] if reference else [a.id for a in (FIRST, SECOND) if a.start_date <= day <= a.end_date]  # type: ignore[operator]
        if possible:
            truth[chance.choice(possible)] += amount
    lines = table(*[line(day, amount, reference=reference) for day, amount, reference in rows])
    segments = agreement_segments(register)
    by_month = agreement_spend(lines, segments)
    spend = by_month.groupby("agreement_id").sum(numeric_only=True)
    for name, ore in truth.items():
        low, high = (spend.loc[name, ["certain_ore", "possible_ore"]]) if name in spend.index else (0, 0)
        assert low <= ore <= high


def test_the_portfolio_keeps_every_ore_and_masks_sole_traders() -> None:
    lines = [
        line(date(2026, 1, 15), 1_000),
        line(date(2026, 1, 20), 500),
        line(date(2026, 5, 1), 70),
        line(date(2026, 1, 15), 30, PERSON, name="Anna Andersson Måleri"),
        line(date(2026, 1, 15), 9, "id:17", name="Firma 811218-9876"),
    ]
    spend = portfolio_spend(match_lines(table(*lines), agreement_segments(content(FIRST, SECOND))))
    assert spend["amount_ore"].sum() == 1_609
    assert spend["lines"].sum() == 5
    assert list(spend.columns) == [
        "month", "supplier_key", "supplier", "supplier_is_person", "account", "account_text", "agreement_id",
        "candidates", "amount_ore", "lines",
    ]  # fmt: skip
    everything = spend.to_csv()
    assert not any(secret in everything for secret in (PERSON, "Anna", "811218"))
    [person] = spend[spend["supplier_is_person"]].itertuples()
    assert (person.supplier_key, person.supplier, person.agreement_id) == ("person:1", "sole_trader", None)
    certain = spend[spend["agreement_id"] == "A-1"]
    assert certain["amount_ore"].tolist() == [1_500]


@pytest.mark.parametrize("register", [RegisterContent(), content(FIRST)])
def test_an_empty_ledger_or_register_gives_empty_frames(register: RegisterContent) -> None:
    segments = agreement_segments(register)
    empty = ibis.memtable(LEDGER_SCHEMA.empty_table())
    assert agreement_spend(empty, segments).empty
    assert portfolio_spend(match_lines(empty, segments)).empty
