"""Which published report a new one is compared with: its own earlier version, and the period before."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from partnership_lib.reports.differences import identity
from partnership_lib.reports.numbers import NUMBERS, read_numbers
from partnership_lib.reports.publish import PublishedReport, published_versions

if TYPE_CHECKING:
    from partnership_lib.reports.request import ReportRequest

OF_THE_VERSION, OF_THE_PERIOD = "version", "period"
"""Why two reports are compared: the same period made anew, or the period before."""

_PERIODS_BACK = 24


def previous_period(reports_folder: Path, request: ReportRequest) -> PublishedReport | None:
    """Return the newest version of the latest report on an earlier period, else alike in every way; None without one.

    A paper for a meeting has no period, and so none before it.
    """
    for earlier in _earlier(request):
        versions = [each for each in published_versions(reports_folder, earlier.slug) if _has_numbers(each)]
        if versions:
            return versions[-1]
    return None


def _earlier(request: ReportRequest) -> Iterator[ReportRequest]:
    period = request.period
    for _ in range(_PERIODS_BACK if period is not None else 0):
        assert period is not None
        period = period.previous()
        yield replace(request, period=period)


def _has_numbers(report: PublishedReport) -> bool:
    return NUMBERS in report.manifest.body["outputs"]


def named(report: PublishedReport | None) -> dict[str, Any] | None:
    """Return what identifies a report that another is compared with: key, version, and the hash of its numbers."""
    if report is None:
        return None
    body = report.manifest.body
    return {"key": body["key"], "version": body["version"], "sha256": body["outputs"][NUMBERS]["sha256"]}


def compared_with(period: PublishedReport | None, version: PublishedReport | None) -> list[dict[str, Any]]:
    """Return the reports that a new one is compared with, as its job carries them: its own earlier version first.

    Each has ``why`` (`OF_THE_VERSION` or `OF_THE_PERIOD`), ``name`` (see `named`), ``body`` (`identity`) and
    ``numbers``: rows of `Number` by name.
    """
    found = ((OF_THE_VERSION, version), (OF_THE_PERIOD, period))
    return [
        {
            "why": why,
            "name": named(report),
            "body": identity(report.manifest.body),
            "numbers": [vars(number) for number in read_numbers(report.folder / NUMBERS)],
        }
        for why, report in found
        if report is not None and _has_numbers(report)
    ]
