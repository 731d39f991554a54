"""What is due, missing or failed on the as-of date. Any trigger may ask, any number of times: the data answer."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import TYPE_CHECKING

from partnership_lib.domain import Agreement, RegisterContent
from partnership_lib.errors import UsageError
from partnership_lib.reports.publish import published_versions
from partnership_lib.reports.request import ReportRequest, request_of
from partnership_lib.reports.runs import latest_runs
from partnership_lib.units.dates import parse_date
from partnership_lib.units.period import Period, PeriodKind

if TYPE_CHECKING:
    from partnership_lib.workspace import Workspace

_OF_A_RHYTHM = ("follow_up", "portfolio")
CHOICES = ("due", "missing", "failed", "all")


def choose_requests(workspace: Workspace, choice: str = "due") -> list[ReportRequest]:
    """Return the reports to run, in the default language and for the internal audience.

    Parameters
    ----------
    choice : str
        ``due``: the last closed period of every agreement with a rhythm, and of the portfolio. ``missing``: every
        closed period since the agreement (or the ledger) began that has no report. ``failed``: what failed last
        time. ``all``: all of them.
    """
    chosen = {
        "due": lambda: due_requests(workspace),
        "missing": lambda: missing_requests(workspace),
        "failed": lambda: failed_requests(workspace),
    }
    if choice not in CHOICES:
        raise UsageError("unknown_run_choice", found=choice, allowed=", ".join(CHOICES))
    wanted = [choice] if choice != "all" else list(chosen)
    return list({request.key: request for name in wanted for request in chosen[name]()}.values())


def due_requests(workspace: Workspace) -> list[ReportRequest]:
    """Return the last closed period of the portfolio, and of every agreement with a rhythm that was in force in it."""
    content = workspace.content()
    requests = [
        _request(workspace, "follow_up", agreement.id, period)
        for agreement in _with_rhythm(content)
        if in_force_in(agreement, period := Period.last_closed(PeriodKind(agreement.report_rhythm), workspace.as_of))
    ]
    if content.agreements:
        last = Period.last_closed(PeriodKind(workspace.settings.portfolio_rhythm), workspace.as_of)
        requests.append(_request(workspace, "portfolio", None, last))
    return requests


def missing_requests(workspace: Workspace) -> list[ReportRequest]:
    """Return every closed period, oldest first, that an agreement or the portfolio lacks a published report for."""
    content = workspace.content()
    first_day = _first_ledger_day(workspace)
    requests = [
        _request(workspace, "follow_up", agreement.id, period)
        for agreement in _with_rhythm(content)
        for period in _closed_since(_later(agreement.start_date, first_day), agreement.report_rhythm, workspace.as_of)
        if in_force_in(agreement, period)
    ]
    starts = [agreement.start_date for agreement in content.agreements]
    if starts:
        begin = first_day or min(starts)
        periods = _closed_since(begin, workspace.settings.portfolio_rhythm, workspace.as_of)
        requests += [_request(workspace, "portfolio", None, period) for period in periods]
    return [request for request in requests if not published_versions(workspace.reports_folder, request.slug)]


def failed_requests(workspace: Workspace) -> list[ReportRequest]:
    """Return the reports whose latest run failed, or was broken off: of a rhythm, and those that somebody asked for."""
    latest = latest_runs(workspace.register.engine)
    failed = {key for key, run in latest.items() if run.state in ("failed", "running")}
    known = {request.key: request for request in (*_all_closed(workspace), *due_requests(workspace))}
    asked = [each for each in map(request_of, sorted(failed)) if each.kind not in _OF_A_RHYTHM]
    return [request for key, request in known.items() if key in failed] + asked


def in_force_in(agreement: Agreement, period: Period) -> bool:
    """Return whether the agreement was in force on any day of the period."""
    return agreement.start_date < period.end and (agreement.end_date is None or agreement.end_date >= period.start)


def _all_closed(workspace: Workspace) -> Iterator[ReportRequest]:
    content = workspace.content()
    for agreement in _with_rhythm(content):
        for period in _closed_since(agreement.start_date, agreement.report_rhythm, workspace.as_of):
            yield _request(workspace, "follow_up", agreement.id, period)
    if content.agreements:
        begin = min(agreement.start_date for agreement in content.agreements)
        for period in _closed_since(begin, workspace.settings.portfolio_rhythm, workspace.as_of):
            yield _request(workspace, "portfolio", None, period)


def _with_rhythm(content: RegisterContent) -> list[Agreement]:
    return [agreement for agreement in content.agreements if agreement.report_rhythm]


def _closed_since(begin: date, rhythm: str, as_of: date) -> list[Period]:
    """Return the periods from the one that `begin` falls in to the last one closed on `as_of`."""
    last = Period.last_closed(PeriodKind(rhythm), as_of)
    period = Period.containing(PeriodKind(rhythm), begin)
    periods = []
    while period.start <= last.start:
        periods.append(period)
        period = period.next()
    return periods


def _first_ledger_day(workspace: Workspace) -> date | None:
    days = [file.first_date for file in workspace.warehouse.files() if file.first_date]
    return parse_date(min(days)) if days else None


def _later(day: date, other: date | None) -> date:
    return day if other is None else max(day, other)


def _request(workspace: Workspace, kind: str, agreement: str | None, period: Period) -> ReportRequest:
    return ReportRequest(kind, agreement, period, "internal", workspace.language, on_schedule=True)
