"""What the supplier sees: no internal field, nothing of other agreements; proven with canaries."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import fields, replace
from datetime import date
from functools import cache
from typing import Any

import pandas as pd
import pytest

from partnership_lib.analysis.follow_up import follow_up
from partnership_lib.demo import invent_register
from partnership_lib.domain import RECORD_TYPES, Agreement, Record, RegisterContent
from partnership_lib.domain.audience import agreement_view, shared_view
from partnership_lib.domain.record import internal_fields
from partnership_lib.findings import Analysis
from partnership_lib.units.period import Period

CANARY = "KANARIEFÅGEL"
CANARY_MONTHS = 777
MONTHS_SEEN = re.compile(rf"(?<![\d.]){CANARY_MONTHS}(?!\d)")


@cache
def register() -> RegisterContent:
    """The invented municipality."""
    return invent_register("small", 1)


def with_canaries(record: Record) -> Record:
    """The record with every internal field filled with something that can be found again."""
    values: dict[str, Any] = {}
    for field in fields(record):
        if field.name in internal_fields(type(record)):
            value = getattr(record, field.name)
            if field.name == "preparation_months":
                values[field.name] = CANARY_MONTHS
            elif field.name == "document":
                values[field.name] = json.dumps(json.loads(value) | {"case": {"name": f"{CANARY}-case"}})
            elif type(value) is str and field.name not in ("agreement_id", "supplier_id", "measure"):
                values[field.name] = f"{CANARY}-{type(record).__name__}-{field.name}"
    return replace(record, **values)


def everything_said(analysis: Analysis) -> Iterator[str]:
    """Every sentence, value, table cell and chart cell of an analysis."""
    yield repr(analysis.values) + repr(analysis.facts)
    for section in analysis.sections:
        for finding in section.findings:
            yield finding.sentence("sv") + finding.sentence("en") + repr(dict(finding.values))
            yield from _cells(finding.table)
        for chart in section.charts:
            yield repr(dict(chart.values))
            yield from _cells(chart.frame)


def _cells(frame: pd.DataFrame | None) -> Iterator[str]:
    if frame is not None:
        yield from map(repr, frame.to_numpy(dtype=object).ravel())


def report(
    content: RegisterContent, audience: str, agreement_id: str = "A-001", spend: pd.DataFrame | None = None
) -> Analysis:
    """The follow-up of tertial 2 2026."""
    if spend is None:
        spend = pd.DataFrame(columns=["month", "certain_ore", "possible_ore", "lines"])
    return follow_up(content, spend, agreement_id, Period.parse("2026-T2"), date(2026, 9, 15), audience)


@pytest.fixture(scope="module")
def canaries() -> RegisterContent:
    """The invented municipality with a canary in every internal field."""
    return RegisterContent.of(with_canaries(record) for record in register())


def partnerships() -> list[str]:
    """The ids of the demo's partnerships."""
    return [agreement.id for agreement in register().agreements if agreement.is_partnership]


@pytest.mark.parametrize("agreement_id", partnerships())
def test_no_canary_comes_into_a_shared_report(canaries, agreement_id):
    said = "\n".join(everything_said(report(canaries, "shared", agreement_id)))
    assert CANARY not in said
    assert not MONTHS_SEEN.search(said)


def test_the_canaries_do_come_into_the_internal_report(canaries):
    # The control: were they not there, the test above would prove nothing.
    said = "\n".join(everything_said(report(canaries, "internal")))
    assert f"{CANARY}-Risk-description" in said
    assert f"{CANARY}-Risk-treatment" in said
    spend = pd.DataFrame([{"month": date(2024, 3, 1), "certain_ore": 1, "possible_ore": 1, "lines": 1}])
    assert f"{CANARY}-case" in "\n".join(everything_said(report(canaries, "internal", spend=spend)))


def test_our_own_lead_time_is_in_the_internal_report_only(canaries):
    ending = replace(canaries.find(Agreement, "A-001"), end_date=date(2027, 6, 30))
    content = RegisterContent.of([r for r in canaries if r.id != ending.id] + [ending])
    assert MONTHS_SEEN.search("\n".join(everything_said(report(content, "internal"))))
    assert not MONTHS_SEEN.search("\n".join(everything_said(report(content, "shared"))))


@pytest.mark.parametrize("kind", RECORD_TYPES)
def test_the_shared_view_keeps_no_internal_text(canaries, kind):
    shown = shared_view(canaries)
    for record in getattr(shown, kind):
        hidden = {getattr(record, name) for name in internal_fields(type(record))}
        assert not any(CANARY in str(value) for value in hidden)


def test_what_is_internal_as_a_whole_is_left_out_and_the_rest_is_kept():
    shown = shared_view(register())
    assert (shown.risks, shown.dialogue_notes, shown.targets) == ((), (), ())
    assert [a.id for a in shown.activities] == [a.id for a in register().activities]


def test_nothing_of_another_agreement_is_left_in_the_view_of_one():
    reduced = agreement_view(shared_view(register()), "A-001")
    assert [agreement.id for agreement in reduced.agreements] == ["A-001"]
    whole = register()
    others = {a.title for a in whole.activities if a.agreement_id != "A-001"}
    others |= {m.id for m in whole.activity_moves if m.activity_id not in {a.id for a in reduced.activities}}
    others |= {o.name for o in whole.organisations} - {o.name for o in reduced.organisations}
    assert others
    text = repr(list(reduced))
    assert not [name for name in others if f"'{name}'" in text]
    assert len(reduced.organisations) == 2


def test_the_view_of_one_agreement_keeps_everything_its_records_point_to():
    reduced = agreement_view(register(), "A-001")
    known = {record.id for record in reduced}
    for record in reduced:
        for field in fields(record):
            target = field.metadata.get("references")
            value = getattr(record, field.name)
            if target and value is not None and field.name != "predecessor_id":
                assert value in known, (record, field.name)


def test_the_view_of_one_agreement_counts_the_same_records_by_hand():
    whole, reduced = register(), agreement_view(register(), "A-001")
    orders = {order.id for order in whole.working_orders if order.agreement_id == "A-001"}
    assert {c.id for c in reduced.cadences} == {c.id for c in whole.cadences if c.working_order_id in orders}
    meetings = {meeting.id for meeting in whole.meetings if meeting.agreement_id == "A-001"}
    assert {a.id for a in reduced.attendances} == {a.id for a in whole.attendances if a.meeting_id in meetings}
    indicators = {i.id for i in whole.indicators if i.agreement_id == "A-001"}
    assert {o.id for o in reduced.indicator_observations} == {
        o.id for o in whole.indicator_observations if o.indicator_id in indicators
    }
