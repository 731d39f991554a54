"""What an analyst asks a workspace for in one line: records, ledger lines, cases, sections of a report."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

import partnership_lib as plib
from partnership_lib.domain import RECORD_TYPES, Agreement, Organisation
from partnership_lib.errors import UsageError
from partnership_lib.findings import Finding, Section
from partnership_lib.text import describe
from partnership_lib.units.organisation_number import mask_personal_numbers
from partnership_lib.workspace import Workspace


@pytest.fixture(scope="module")
def ws(demo_folder: Path) -> Workspace:
    return plib.open(demo_folder)


# --- records --------------------------------------------------------------------------------------------------------


def test_a_chain_reads_like_a_sentence_and_says_what_the_records_say(ws: Workspace) -> None:
    overdue = ws.agreement("A-001").activities(level="tactical").overdue()
    day = date(2026, 9, 15)
    by_hand = [
        each
        for each in ws.content().activities
        if each.agreement_id == "A-001" and each.level == "tactical" and each.status_on(day) == "overdue"
    ]
    assert list(overdue) == by_hand != []
    assert overdue.frame["overdue_days"].tolist() == [(day - each.due_date).days for each in by_hand if each.due_date]


def test_every_kind_of_record_is_a_frame_with_a_row_for_each(ws: Workspace) -> None:
    for name in RECORD_TYPES:
        frame = getattr(ws.records, name).frame
        assert len(frame) == len(getattr(ws.content(), name)), name
        assert frame.columns.is_unique and frame.columns[0] == "id", name


def test_money_is_whole_and_days_are_days(ws: Workspace) -> None:
    frame = ws.agreements.frame
    assert frame["ceiling_ore"].dtype == "Int64" and frame["is_partnership"].dtype == "boolean"
    assert int(frame["ceiling_ore"].sum()) == sum(each.ceiling_ore or 0 for each in ws.content().agreements)
    assert (frame[frame["end_date"] < "2027-01-01"]["end_date"].dt.year <= 2026).all()


def test_an_agreement_has_its_own_records_and_nobody_elses(ws: Workspace) -> None:
    content, own = ws.content(), ws.agreement("A-001")
    meetings = {each.id for each in content.meetings if each.agreement_id == "A-001"}
    lists = {each.id for each in content.activity_list_versions if each.agreement_id == "A-001"}
    assert {each.id for each in own.meetings} == meetings
    assert own.sign_offs.records == tuple(each for each in content.sign_offs if each.list_version_id in lists)
    assert own.attendances.records == tuple(each for each in content.attendances if each.meeting_id in meetings)
    assert {each.id for each in own.needs} == {p.need_id for p in content.agreement_parts if p.agreement_id == "A-001"}
    assert [each.id for each in own.agreements] == ["A-001"]


def test_the_records_of_all_agreements_together_are_all_there_are(ws: Workspace) -> None:
    content = ws.content()
    owners = [ws.agreement(each.id) for each in content.agreements]
    for name in ("activities", "sign_offs", "indicator_observations", "cadences", "pulse_answers", "escalation_rules"):
        parts = [getattr(owner, name) for owner in owners]
        assert sum(map(len, parts)) == len(getattr(content, name)) > 0, name


@pytest.mark.parametrize(
    ("ask", "nearest"),
    [
        (lambda ws: ws.agreement("A-0001"), "Menade du A-001?"),
        (lambda ws: ws.agreements["A-0001"], "Menade du A-001?"),
        (lambda ws: ws.activities(levl="tactical"), "Menade du level?"),
        (lambda ws: ws.activities(level="taktisk"), "Menade du operational, strategic, tactical?"),
        (lambda ws: ws.agreements(status="expired"), "ended"),
        (lambda ws: ws.agreements(status="overdue"), "coming, ended, in_force"),
        (lambda ws: ws.agreements(supplier="Läsårsringen"), "Menade du Läsårsringen Sverige AB?"),
        (lambda ws: ws.ledger(supplier="läsårsringen"), "Menade du Läsårsringen Sverige AB?"),
        (lambda ws: ws.ledger(account="615"), "6151"),
        (lambda ws: ws.ledger.by("suplier"), "Menade du supplier?"),
        (lambda ws: ws.ledger(agreement="A-0001"), "Menade du A-001?"),
        (lambda ws: ws.ledger("2025-T4"), "2025-T4"),
        (lambda ws: ws.ledger.by("agreement", "account"), "account"),
        (lambda ws: ws.cases["skoladmin"], "skoladministration"),
    ],
)
def test_a_wrong_name_says_which_exist(ws: Workspace, ask: Callable[[Workspace], Any], nearest: str) -> None:
    with pytest.raises(UsageError) as refused:
        ask(ws)
    assert nearest in describe(refused.value, "sv")


def test_a_wrong_attribute_says_the_nearest(ws: Workspace) -> None:
    with pytest.raises(AttributeError, match="risks"):
        _ = ws.records.rsks
    with pytest.raises(AttributeError, match="sign_offs"):
        _ = ws.agreement("A-001").signoffs


# --- the ledger -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "by", [("supplier",), ("account",), ("administration", "month"), ("year", "coverage"), ("ground",)]
)
def test_sums_of_the_ledger_sum_to_its_lines_to_the_ore(ws: Workspace, by: tuple[str, ...]) -> None:
    lines = ws.warehouse.lines().to_pyarrow().to_pylist()
    year = [line for line in lines if line["booked_date"].year == 2025]
    frame = ws.ledger(2025).by(*by)
    assert int(frame["amount_ore"].sum()) == sum(line["amount_ore"] for line in year) == ws.ledger(2025).total_ore
    assert int(frame["lines"].sum()) == len(year) == len(ws.ledger(2025).frame)


def test_bounds_by_category_are_those_of_its_agreements(ws: Workspace) -> None:
    agreements, categories = ws.ledger(2025).by("agreement"), ws.ledger(2025).by("category")
    for column in ("lower_ore", "likely_ore", "upper_ore", "lines"):
        assert agreements[column].sum() == categories[column].sum()
    assert (agreements["lower_ore"] <= agreements["upper_ore"]).all()


def test_the_ledger_of_an_agreement_is_the_certain_part_of_its_spend(ws: Workspace) -> None:
    school = ws.agreement("A-001")
    spend = school.spend
    year = spend[[month.year == 2025 for month in spend["month"]]]
    assert ws.ledger(2025, agreement="A-001").total_ore == int(year["certain_ore"].sum())
    assert school.ledger.frame["amount_ore"].sum() == spend["certain_ore"].sum()


def test_no_frame_of_the_ledger_names_a_sole_trader(ws: Workspace) -> None:
    lines = ws.warehouse.lines()
    persons = lines.filter(lines.supplier_is_person).select("supplier", "supplier_key").distinct().to_pyarrow()
    names = set(persons["supplier"].to_pylist()) | set(persons["supplier_key"].to_pylist())
    assert names, "the demo has sole traders"
    shown = ws.ledger.frame.to_csv() + ws.ledger.by("supplier").to_csv() + ws.ledger.table.to_pandas().to_csv()
    assert not [name for name in names if name in shown]
    assert "sole_trader" in shown
    assert any(name in lines.to_pandas().to_csv() for name in names)  # the protected store does name them


def test_the_quarantine_is_a_frame_with_every_refused_row(ws: Workspace) -> None:
    frame = ws.ledger.quarantine
    assert len(frame) == ws.warehouse.totals()["quarantined"] == int(ws.ledger.files["rows_quarantined"].sum())
    assert [mask_personal_numbers(raw) for raw in frame["raw"]] == frame["raw"].tolist()


def test_the_ledger_is_an_ibis_table_too(ws: Workspace) -> None:
    table = ws.ledger(2025).table
    assert int(table.amount_ore.sum().to_pyarrow().as_py()) == ws.ledger(2025).total_ore


def test_an_empty_workspace_answers_with_empty_frames(tmp_path: Path) -> None:
    from partnership_lib.workspace import create_workspace

    create_workspace(tmp_path)
    empty = plib.open(tmp_path)
    for frame in (empty.agreements.frame, empty.ledger.frame, empty.ledger.by("supplier"), empty.ledger.quarantine):
        assert isinstance(frame, pd.DataFrame) and frame.empty and len(frame.columns)
    assert empty.ledger.by("agreement").empty and empty.ledger.by("category").empty
    with pytest.raises(UsageError, match="unknown_agreement"):
        empty.agreement("A-001")


# --- reports --------------------------------------------------------------------------------------------------------


def test_every_section_and_table_of_a_report_is_one_line_away(ws: Workspace) -> None:
    report = ws.follow_up("A-001", "2026-T2")
    assert report.activities is report["activities"]
    assert report.activities.table is report.finding("follow_up.activities").table
    assert report.activities["activities_tactical"].code == "follow_up.activities_tactical_overdue"
    assert next(iter(report.activities.tables)) == "activities"
    numbers = report.numbers("en")
    assert len(numbers) == len(list(report.findings()))
    assert numbers.set_index("finding")["number"]["activities"] == report.activities["activities"].number


def test_tables_of_several_findings_with_one_name_are_one_table_and_none_is_lost() -> None:
    parts = [Finding("plan.reason", table=pd.DataFrame({"reason": [each]})) for each in ("first", "second")]
    section = Section("reasons", (*parts, Finding("plan.none")))
    assert section.table["reason"].tolist() == ["first", "second"]
    assert list(section.tables) == ["reason"]
    assert section["reason"] is parts[0]
    with pytest.raises(KeyError, match="no table in the section empty"):
        _ = Section("empty").table


def test_a_report_says_what_it_has_when_asked_for_something_else(ws: Workspace) -> None:
    report = ws.agenda("A-001")
    with pytest.raises(AttributeError, match="overview"):
        _ = report.overviev
    with pytest.raises(KeyError, match="overdue"):
        report["overdu"]
    with pytest.raises(KeyError, match="climbed_away"):
        report.overdue["climbed_awy"]
    with pytest.raises(KeyError, match=r"agenda\.overview"):
        report.finding("agenda.overviev")


def test_a_figure_is_drawn_in_our_style_and_the_readers_settings_stay(ws: Workspace) -> None:
    import matplotlib as mpl

    before = dict(mpl.rcParams)
    figure = ws.figure(ws.follow_up("A-001", "2026-T2").activities.chart("burn_up"))
    assert figure.axes
    assert dict(mpl.rcParams) == before


def test_a_year_can_be_asked_for_by_its_number(ws: Workspace) -> None:
    assert ws.ledger(2025).period == ws.ledger("2025").period


def test_a_sole_trader_in_the_register_is_not_named_in_the_frames(tmp_path: Path, ws: Workspace) -> None:
    from partnership_lib.workspace import create_workspace

    create_workspace(tmp_path)
    own = plib.open(tmp_path)
    person = Organisation(id="L-1", name="Anna Firma", party="supplier", organisation_number="9001010017")  # type: ignore[arg-type]
    buyer = Organisation(id="K-1", name="Kommunen", party="buyer", organisation_number="2120003005")  # type: ignore[arg-type]
    known = ws.content().find(Agreement, "A-060")
    assert known is not None
    alone = {"owner_id": None, "follow_up_class_id": None, "version": 0}
    agreement = replace(known, buyer_id="K-1", supplier_id="L-1", **alone)  # type: ignore[arg-type]
    own.register.save([person, buyer, agreement], actor="system:test")
    shown = own.suppliers.frame.to_csv() + own.agreements.frame.to_csv()
    assert "Anna Firma" not in shown and "9001010017" not in shown
    assert "sole_trader" in shown and "Kommunen" in shown
