"""D14: the calendar of twenty years, clocks set back, servers in other zones: no report twice, none missed."""

from __future__ import annotations

import json
import random
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

import partnership_lib
from partnership_lib.domain import Agreement, AgreementKind, Organisation, Party, RequirementType
from partnership_lib.reports import choose_requests, run_reports, runs
from partnership_lib.reports.publish import all_published
from partnership_lib.units import dates
from partnership_lib.units.period import Period, PeriodKind
from partnership_lib.workspace import Workspace

DAYS = [date(2015, 1, 1) + timedelta(days=number) for number in range(7_670)]
RHYTHMS = {"A-M": "month", "A-Q": "quarter", "A-T": "tertial"}
BEGAN = date(2024, 2, 29)


def spelt(kind: PeriodKind, day: date) -> str:
    """Return the name of a day's period by looking the month up in a list: nothing of the program's arithmetic."""
    month = [day.month in months for months in _MONTHS[kind]].index(True) + 1
    return {
        "month": f"{day.year}-{month:02d}",
        "quarter": f"{day.year}-Q{month}",
        "tertial": f"{day.year}-T{month}",
    }.get(kind.value, f"{day.year}")


_MONTHS = {
    PeriodKind.MONTH: [(1,), (2,), (3,), (4,), (5,), (6,), (7,), (8,), (9,), (10,), (11,), (12,)],
    PeriodKind.QUARTER: [(1, 2, 3), (4, 5, 6), (7, 8, 9), (10, 11, 12)],
    PeriodKind.TERTIAL: [(1, 2, 3, 4), (5, 6, 7, 8), (9, 10, 11, 12)],
    PeriodKind.YEAR: [tuple(range(1, 13))],
}


@pytest.mark.target(name="D14")
def test_every_day_of_twenty_years_lies_in_the_one_period_of_each_kind_that_its_name_says(
    target: Callable[..., None],
) -> None:
    wrong = 0
    for kind in PeriodKind:
        named = {label: Period.parse(label) for label in sorted({spelt(kind, day) for day in DAYS})}
        lengths = [(period.start, (period.end - period.start).days) for period in named.values()]
        held = Counter(start + timedelta(days=number) for start, length in lengths for number in range(length))
        wrong += sum(held[day] != 1 for day in DAYS)
        wrong += sum(day not in named[spelt(kind, day)] for day in DAYS)
        wrong += sum(Period.containing(kind, day).label != spelt(kind, day) for day in DAYS)
    target(days=len(DAYS), wrong=wrong)
    assert wrong == 0


@pytest.mark.target(name="D14", control=True)
def test_the_control_weeks_that_are_named_by_the_year_of_the_day_are_wrong(target: Callable[..., None]) -> None:
    weeks = [{day.strftime(name) for day in DAYS if day.weekday() == 3} for name in ("%G-W%V", "%Y-W%V")]
    wrong = sum(day.strftime("%Y-W%V") != day.strftime("%G-W%V") for day in DAYS)
    target(wrong=wrong)
    assert weeks[0] == weeks[1]  # the Thursday decides, and on it both names agree
    assert wrong > 0


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    """Three partnerships that began on a leap day, each with its own rhythm."""
    (tmp_path / "partnership.toml").write_text("[workspace]\nas_of = 2024-03-01\n", encoding="utf-8")
    opened = partnership_lib.open(tmp_path)
    parties = [
        Organisation(id="O-1", name="Prov", party=Party.BUYER),
        Organisation(id="O-2", name="AB", party=Party.SUPPLIER),
    ]
    agreements = [
        Agreement(
            id=agreement_id,
            name=agreement_id,
            buyer_id="O-1",
            supplier_id="O-2",
            kind=AgreementKind.CONTRACT,
            is_partnership=True,
            requirement_type=RequirementType.FUNCTIONAL,
            category="72000000",
            start_date=BEGAN,
            report_rhythm=rhythm,
        )
        for agreement_id, rhythm in RHYTHMS.items()
    ]
    opened.register.save([*parties, *agreements], actor="system:test")
    return opened


def bundle(work: Path, job: dict[str, Any], **_: object) -> Path:
    (work / "bundle").mkdir()
    (work / "bundle" / "report.html").write_text(json.dumps(job["parameters"]), encoding="utf-8")
    return work / "bundle"


def expected(as_of: date) -> set[str]:
    """Return what stands when all has been caught up with: every period that has begun since and ended by then."""
    found = set()
    for agreement, rhythm in RHYTHMS.items():
        days = [BEGAN + timedelta(days=number) for number in range((as_of - BEGAN).days + 1)]
        labels = [spelt(PeriodKind(rhythm), day) for day in days]
        found |= {f"follow_up/{agreement}/{label}" for label in labels if label != labels[-1]}
    return found


def published(workspace: Workspace) -> Counter[str]:
    keys = [each.manifest.body["key"].rsplit("/", 2)[0] for each in all_published(workspace.reports_folder)]
    return Counter(key for key in keys if key.startswith("follow_up"))


@pytest.mark.target(name="D14")
def test_a_server_that_is_off_now_and_then_catches_up_with_exactly_what_is_missing(
    workspace: Workspace,
    rounds: Callable[[int, int], int],
    target: Callable[..., None],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Nights of summer time, leap days and turns of the year among the days; the clock goes back an hour each time."""
    choice = random.Random(20260915)
    last = BEGAN + timedelta(days=rounds(120, 900))
    nights = [date(2024, 3, 31), date(2024, 10, 27), date(2024, 12, 31), date(2025, 1, 1), date(2026, 1, 1)]
    days = sorted({*(day for day in nights if day < last), *choice.sample(range_of(BEGAN, last), rounds(3, 20)), last})
    clock = [datetime(2024, 3, 1, 2, 30, tzinfo=UTC)]
    monkeypatch.setattr(runs, "_now", lambda: clock[0])
    missing = dup = 0
    for day in days:
        at = replace(workspace, as_of=day)
        clock[0] = datetime(day.year, day.month, day.day, 0, 30, tzinfo=UTC)
        run_reports(at, choose_requests(at, "missing"), make_bundle=bundle)
        clock[0] -= timedelta(hours=1)  # set back: what was done an hour ago lies in the future
        again = run_reports(at, choose_requests(at, "all"), make_bundle=bundle)
        dup += sum(request.kind == "follow_up" for request, _ in again.published)
        stands = published(workspace)
        missing += len(expected(day) - set(stands)) + len(again.failed)
        dup += len(set(stands) - expected(day)) + sum(count - 1 for count in stands.values())
    target(catch_ups=len(days), missing=missing, dup=dup)
    assert (missing, dup) == (0, 0)


def range_of(first: date, last: date) -> list[date]:
    return [first + timedelta(days=number) for number in range(1, (last - first).days)]


@pytest.mark.target(name="D14")
@pytest.mark.parametrize(
    ("instant", "day"),
    [
        ("2026-12-31T22:59:59", date(2026, 12, 31)),
        ("2026-12-31T23:00:00", date(2027, 1, 1)),
        ("2026-06-30T21:59:59", date(2026, 6, 30)),
        ("2026-06-30T22:00:00", date(2026, 7, 1)),
        ("2026-03-29T00:59:59", date(2026, 3, 29)),
        ("2026-10-25T01:30:00", date(2026, 10, 25)),
        ("2028-02-28T23:30:00", date(2028, 2, 29)),
    ],
)
def test_today_is_the_day_in_sweden_whatever_zone_the_server_keeps(
    instant: str, day: date, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, target: Callable[..., None]
) -> None:
    monkeypatch.setattr(dates, "now", lambda: datetime.fromisoformat(instant).replace(tzinfo=UTC))
    (tmp_path / "partnership.toml").write_text("[workspace]\n", encoding="utf-8")
    found = partnership_lib.open(tmp_path).as_of
    target(instants=1, wrong=int(found != day))
    assert found == day
