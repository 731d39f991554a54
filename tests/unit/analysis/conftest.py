"""A tiny partnership that tests build on: every test adds only what it is about."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from types import SimpleNamespace
from typing import Any

import pandas as pd
import pytest

from partnership_lib.analysis.follow_up import follow_up
from partnership_lib.domain import (
    Activity,
    ActivityKind,
    Agreement,
    AgreementKind,
    EscalationRule,
    Level,
    Meeting,
    Organisation,
    Party,
    Person,
    Record,
    RegisterContent,
    RequirementType,
    WorkingOrder,
)
from partnership_lib.findings import Analysis
from partnership_lib.units.period import Period

AS_OF = date(2026, 9, 15)


def _agreement(**values: Any) -> Agreement:
    usual = {
        "id": "A-1",
        "name": "Skoladministration",
        "buyer_id": "O-1",
        "supplier_id": "O-2",
        "kind": AgreementKind.CONTRACT,
        "is_partnership": True,
        "requirement_type": RequirementType.FUNCTIONAL,
        "category": "48000000",
        "start_date": date(2024, 3, 1),
        "end_date": date(2036, 2, 29),
        "owner_id": "P-1",
    }
    return Agreement(**(usual | values))


def _activity(activity_id: str, **values: Any) -> Activity:
    usual = {
        "agreement_id": "A-1",
        "level": Level.OPERATIONAL,
        "title": f"Aktivitet {activity_id}",
        "kind": ActivityKind.IMPROVEMENT,
        "raised_by": Party.BUYER,
        "raised_date": date(2026, 1, 10),
        "buyer_responsible_id": "P-1",
        "supplier_responsible_id": "P-2",
    }
    return Activity(id=activity_id, **(usual | values))


def _meeting(meeting_id: str, planned: date, **values: Any) -> Meeting:
    usual = {"agreement_id": "A-1", "level": Level.OPERATIONAL, "planned_date": planned}
    return Meeting(id=meeting_id, **(usual | values))


def _working_order(climbs_after_days: int = 30, **values: Any) -> list[Record]:
    order = WorkingOrder(id="W-1", agreement_id="A-1", valid_from=date(2024, 3, 1), **values)
    rules = [
        EscalationRule(id=f"E-{level.value}", working_order_id="W-1", level=level, overdue_days=climbs_after_days)
        for level in (Level.OPERATIONAL, Level.TACTICAL)
    ]
    return [order, *rules]


def _monthly_spend(values_ore: dict[date, int | tuple[int, int]]) -> pd.DataFrame:
    rows = []
    for month, value in values_ore.items():
        certain, possible = value if isinstance(value, tuple) else (value, value)
        rows.append({"month": month, "certain_ore": certain, "possible_ore": possible, "lines": 1})
    return pd.DataFrame(rows, columns=["month", "certain_ore", "possible_ore", "lines"])


@pytest.fixture
def make() -> SimpleNamespace:
    """Makers of records with usual values.

    ``agreement`` A-1 (a partnership since March 2024), ``activity`` (operational, raised in January 2026, somebody
    responsible on both sides), ``meeting`` (operational), ``working_order`` (with its rules: everything climbs after so
    many days), ``spend`` by month (a pair is certain, possible).
    """
    return SimpleNamespace(
        agreement=_agreement,
        activity=_activity,
        meeting=_meeting,
        working_order=_working_order,
        spend=_monthly_spend,
    )


@pytest.fixture
def parties() -> list[Record]:
    """A municipality and a supplier with one person each, and their partnership."""
    return [
        Organisation(id="O-1", name="Lindvalla kommun", party=Party.BUYER),
        Organisation(id="O-2", name="Lärportalen AB", party=Party.SUPPLIER),
        Person(id="P-1", name="Anna Berg", organisation_id="O-1"),
        Person(id="P-2", name="Olle Lind", organisation_id="O-2"),
        _agreement(),
    ]


@pytest.fixture
def report(parties: list[Record]) -> Callable[..., Analysis]:
    """Makes the follow-up of tertial 2 2026, seen on 2026-09-15, with the given records added to the parties."""

    def follow(*records: Record, period: str = "2026-T2", spend: pd.DataFrame | None = None, **values: Any) -> Analysis:
        by_id = {(type(record), record.id): record for record in [*parties, *records]}
        return follow_up(
            RegisterContent.of(by_id.values()),
            _monthly_spend({}) if spend is None else spend,
            values.pop("agreement_id", "A-1"),
            Period.parse(period),
            values.pop("as_of", AS_OF),
            **values,
        )

    return follow


@pytest.fixture
def codes() -> Callable[[Analysis, str], list[str]]:
    """Names the findings of a section, without the name of the analysis."""

    def listed(analysis: Analysis, section: str) -> list[str]:
        return [finding.code.split(".", 1)[1] for finding in analysis[section].findings]

    return listed
