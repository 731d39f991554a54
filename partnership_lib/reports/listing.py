"""What the list of reports holds: every report in all its versions, and those that failed or had nothing to tell."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from partnership_lib.domain import Agreement, Meeting, RegisterContent
from partnership_lib.errors import PartnershipError
from partnership_lib.reports.catalogue import KINDS
from partnership_lib.reports.publish import PublishedReport, all_published
from partnership_lib.reports.request import ReportRequest, request_of
from partnership_lib.reports.runs import Run, latest_runs
from partnership_lib.units.outward_text import clean_text

if TYPE_CHECKING:
    from partnership_lib.workspace import Workspace

LISTED_STATES = ("published", "stale", "failed", "no_data")
"""What a report can be: there; there, but the latest run failed; not there, because it failed or found no data."""


@dataclass(frozen=True)
class Line:
    """One report in all its versions, the oldest first, and its latest run where that one published nothing."""

    request: ReportRequest
    versions: tuple[PublishedReport, ...]
    run: Run | None

    @property
    def state(self) -> str:
        """Return one of `LISTED_STATES`."""
        if self.run is None or (self.run.state == "no_data" and self.versions):
            return "published"
        if self.run.state == "failed" and self.versions:
            return "stale"
        return self.run.state

    @property
    def key(self) -> str:
        """Return the key of the report."""
        return self.request.key


def listed(workspace: Workspace, content: RegisterContent) -> list[Line]:
    """Return what the list holds, the newest period or meeting first; only what stands whole counts as published."""
    versions: dict[str, list[PublishedReport]] = {}
    for report in all_published(workspace.reports_folder):
        versions.setdefault(report.manifest.body["key"], []).append(report)
    runs = latest_runs(workspace.register.engine)
    ended = {key: run for key, run in runs.items() if run.state in ("failed", "no_data")}
    lines = [_line(key, versions.get(key, ()), ended.get(key)) for key in versions.keys() | ended.keys()]
    return sorted((line for line in lines if line), key=lambda line: _place(line, content))


def _line(key: str, versions: Iterable[PublishedReport], run: Run | None) -> Line | None:
    try:
        return Line(request_of(key), tuple(versions), run)
    except PartnershipError:  # of a kind that this version no longer knows
        return None


def _place(line: Line, content: RegisterContent) -> tuple[Any, ...]:
    asked = line.request
    newest_first = -last_day(asked, content).toordinal()
    kinds: Mapping[str, int] = {name: number for number, name in enumerate(KINDS)}
    return (newest_first, kinds.get(asked.kind, len(kinds)), asked.subject or "", asked.audience, asked.language)


def last_day(request: ReportRequest, content: RegisterContent) -> date:
    """Return the day that reports are ordered by: the end of the period, or the day of the meeting."""
    if request.period is not None:
        return request.period.end
    meeting = content.find(Meeting, request.meeting or "")
    return date.min if meeting is None else meeting.held_date or meeting.planned_date


def names_of(lines: Iterable[Line], content: RegisterContent) -> dict[str, str]:
    """Return id and name of every agreement, meeting's agreement or case that the list is about, by their names."""
    subjects = {line.request.subject for line in lines if line.request.subject}
    agreements = {agreement.id: clean_text(agreement.name) for agreement in content.agreements}
    named = {each: f"{agreements[each]} ({each})" if each in agreements else each for each in subjects}
    return dict(sorted(named.items(), key=lambda pair: pair[1].casefold()))


READ_BY_LISTS = (Agreement, Meeting)
"""The records whose names and days stand in the list."""
