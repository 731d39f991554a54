"""What is due, missing or failed on the as-of date. Any trigger may ask, any number of times: the data answer."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING, Any

from partnership_lib.domain import Agreement, RegisterContent
from partnership_lib.errors import UsageError
from partnership_lib.reports.catalogue import KINDS, ReportKind
from partnership_lib.reports.publish import published_versions
from partnership_lib.reports.request import ReportRequest, request_of
from partnership_lib.reports.rhythms import READ_BY_RHYTHMS, check_rhythms, rhythm_of
from partnership_lib.reports.runs import latest_runs
from partnership_lib.units.dates import parse_date
from partnership_lib.units.period import Period, PeriodKind

if TYPE_CHECKING:
    from partnership_lib.workspace import Workspace


def choose_requests(workspace: Workspace, choice: str = "due") -> list[ReportRequest]:
    """Return the reports to run, in the default language and for the internal audience, the newest period first.

    Parameters
    ----------
    choice : str
        ``due``: the last closed period of all that has a rhythm: agreements, the portfolio and what the settings
        name. ``missing``: every closed period since the agreement (or the ledger) began that has no report, however
        long ago. ``failed``: what failed last time. ``all``: all of them.

    Raises
    ------
    UsageError
        ``unknown_run_choice``, or what is wrong with a rhythm in ``partnership.toml``.
    """
    if choice not in CHOICES:
        raise UsageError("unknown_run_choice", found=choice, allowed=", ".join(CHOICES))
    check_rhythms(workspace.settings)
    asked = _CHOOSE.values() if choice == "all" else [_CHOOSE[choice]]
    chosen = {request.key: request for requests in asked for request in requests(workspace)}
    return newest_first(chosen.values())


def newest_first(requests: Iterable[ReportRequest]) -> list[ReportRequest]:
    """Return the requests by the end of their period, the newest first; what has no period comes before all."""
    kinds = list(KINDS)

    def place(request: ReportRequest) -> tuple[Any, ...]:
        end = request.period.end if request.period else date.max
        return (-end.toordinal(), kinds.index(request.kind), request.key)

    return sorted(requests, key=place)


@dataclass(frozen=True)
class _Series:
    """The reports of one kind on one subject, period after period."""

    kind: ReportKind
    agreement: Agreement | None
    rhythm: PeriodKind
    begin: date

    def closed(self, as_of: date, begin: date) -> Iterator[Period]:
        """Yield the periods that have closed on `as_of`, the newest first, back to the one that `begin` falls in."""
        period = Period.last_closed(self.rhythm, as_of)
        while period.end > begin:
            if self.agreement is None or in_force_in(self.agreement, period):
                yield period
            period = period.previous()

    def request(self, period: Period, language: str) -> ReportRequest:
        subject = None if self.agreement is None else self.agreement.id
        return ReportRequest(self.kind.name, subject, period, "internal", language, on_schedule=True)


def _series(workspace: Workspace) -> Iterator[_Series]:
    """Yield one series for every rhythm on the as-of date."""
    content = workspace.register.load(*READ_BY_RHYTHMS)
    first_day = min((each.start_date for each in content.agreements), default=None)
    for kind in KINDS.values():
        for agreement in _subjects(kind, content):
            rhythm = rhythm_of(kind, workspace.settings, content, agreement, workspace.as_of)
            if rhythm is not None and first_day is not None:
                yield _Series(kind, agreement, rhythm, agreement.start_date if agreement else first_day)


def _subjects(kind: ReportKind, content: RegisterContent) -> Iterable[Agreement | None]:
    if not kind.of_a_period:
        return ()
    if kind.subject != "agreement":
        return (None,)
    return (each for each in content.agreements if each.is_partnership or not kind.only_partnerships)


def due_requests(workspace: Workspace) -> list[ReportRequest]:
    """Return the last closed period of everything that has a rhythm; of agreements, of those in force in it."""
    found = []
    for series in _series(workspace):
        last = Period.last_closed(series.rhythm, workspace.as_of)
        if series.agreement is None or in_force_in(series.agreement, last):
            found.append(series.request(last, workspace.language))
    return found


def missing_requests(workspace: Workspace) -> list[ReportRequest]:
    """Return every closed period that something with a rhythm lacks a published report for."""
    first_day = _first_ledger_day(workspace)
    requests = []
    for series in _series(workspace):
        begin = max(day for day in (series.begin, first_day, workspace.settings.since) if day is not None)
        requests += [series.request(each, workspace.language) for each in series.closed(workspace.as_of, begin)]
    return [request for request in requests if not published_versions(workspace.reports_folder, request.slug)]


def failed_requests(workspace: Workspace) -> list[ReportRequest]:
    """Return the reports whose latest run failed, or was broken off, where what they are about is still there."""
    runs = latest_runs(workspace.register.engine)
    failed = [request_of(key) for key, run in runs.items() if run.state in ("failed", "running")]
    agreements = {agreement.id for agreement in workspace.register.load(Agreement).agreements} if failed else set()
    possible = [each for each in failed if each.agreement is None or each.agreement in agreements]
    scheduled = {request.key for request in due_requests(workspace)} if failed else set()
    return [replace(each, on_schedule=each.key in scheduled) for each in possible]


_CHOOSE: Mapping[str, Callable[[Workspace], list[ReportRequest]]] = {
    "missing": missing_requests,
    "failed": failed_requests,
    "due": due_requests,  # last: where a report is chosen twice, that it is on schedule stands
}
CHOICES = ("due", "missing", "failed", "all")


def in_force_in(agreement: Agreement, period: Period) -> bool:
    """Return whether the agreement was in force on any day of the period."""
    return agreement.start_date < period.end and (agreement.end_date is None or agreement.end_date >= period.start)


def _first_ledger_day(workspace: Workspace) -> date | None:
    days = [file.first_date for file in workspace.warehouse.files() if file.first_date]
    return parse_date(min(days)) if days else None
