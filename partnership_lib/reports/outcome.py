"""How a run of reports went: for people, and for machines."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from partnership_lib import text
from partnership_lib.errors import PartnershipError
from partnership_lib.reports.publish import PublishedReport
from partnership_lib.reports.request import ReportRequest


@dataclass
class RunOutcome:
    """How a run of reports went.

    Attributes
    ----------
    published, identical : list
        What was made now, and what stood already and was left alone.
    no_data : list of ReportRequest
        Where there is nothing to tell of the period: the agreement was not in force in it.
    running : list of ReportRequest
        What another run is making at this moment.
    failed : list of (ReportRequest, PartnershipError)
    engine : str
        How bundles were made: ``fork`` (warm workers), ``kernels`` (a new kernel each), ``cluster``, or ``given``;
        empty where none had to be made.
    """

    language: str = "sv"
    engine: str = ""
    published: list[tuple[ReportRequest, PublishedReport]] = field(default_factory=list)
    identical: list[tuple[ReportRequest, PublishedReport]] = field(default_factory=list)
    no_data: list[ReportRequest] = field(default_factory=list)
    running: list[ReportRequest] = field(default_factory=list)
    failed: list[tuple[ReportRequest, PartnershipError]] = field(default_factory=list)

    def put_in_order(self, wanted: Iterable[ReportRequest]) -> None:
        """Sort every list as the reports were asked for, whichever was ready first."""
        place = {request.key: number for number, request in enumerate(wanted)}
        for pairs in (self.published, self.identical, self.failed):
            pairs.sort(key=lambda pair: place[pair[0].key])
        for keys in (self.no_data, self.running):
            keys.sort(key=lambda request: place[request.key])

    def as_json(self) -> dict[str, Any]:
        """Return the outcome as ``--json`` prints it."""
        return {
            "engine": self.engine,
            "published": [_published_line(request, report) for request, report in self.published],
            "identical": [request.key for request, _ in self.identical],
            "no_data": [request.key for request in self.no_data],
            "running": [request.key for request in self.running],
            "failed": [
                {"key": request.key, "reason": text.describe(error, self.language), "code": error.code}
                for request, error in self.failed
            ],
        }


def _published_line(request: ReportRequest, report: PublishedReport) -> dict[str, Any]:
    return {
        "key": request.key,
        "kind": request.kind,
        "agreement": request.agreement,
        "case": request.case,
        "meeting": request.meeting,
        "period": request.period and request.period.label,
        "path": str(report.folder),
        "html": str(report.html),
        "version": report.version,
    }
