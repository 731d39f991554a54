"""What the last page of a report says about the report itself."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import partnership_lib
from partnership_lib import text
from partnership_lib.reports.inputs import ReportInput
from partnership_lib.reports.request import ReportRequest
from partnership_lib.text.formatting import format_count, format_day, format_period

_SHOWN_OF_HASH = 16


def provenance_rows(
    request: ReportRequest,
    report_input: ReportInput,
    *,
    version_number: int,
    supersedes: str | None,
    audit_head: tuple[int, str],
    currency: str,
) -> list[tuple[str, str]]:
    """Return labels and values in the report's language: which report this is and what it stands on."""
    language = request.language
    sources = [text.word("report_input", name, language) for name in report_input.fingerprint]
    rows = {
        "in_short": text.sentence("report.about.in_short", {"sources": sources}, language),
        "key": request.key,
        "version": format_count(version_number, language),
        "supersedes": supersedes or text.sentence("report.about.none", {}, language),
        **_when(request, language),
        "as_of": format_day(report_input.as_of, language),
        **_inputs(report_input.fingerprint, language, currency, counted=request.audience == "internal"),
        "audit_head": f"{audit_head[0]} {audit_head[1][:_SHOWN_OF_HASH]}",
        "notebook": f"{report_input.template.name} {report_input.template.sha256[:_SHOWN_OF_HASH]}",
        "code": f"partnership-workbench {partnership_lib.__version__} {report_input.code_sha256[:_SHOWN_OF_HASH]}",
        "assumptions": _assumptions(report_input, language),
        "input_hash": report_input.input_hash,
        "check": text.sentence("report.about.check", {"key": request.key}, language),
    }
    return [(text.sentence(f"report.label.{name}", {}, language), value) for name, value in rows.items()]


def _when(request: ReportRequest, language: str) -> dict[str, str]:
    """Return the period with its days, or the meeting."""
    if request.period is None:
        return {"meeting": request.meeting or ""}
    dates = {"start": request.period.start, "end": request.period.end - timedelta(days=1)}
    written = format_period(request.period, language)
    return {"period": f"{written} ({text.sentence('report.about.dates', dates, language)})"}


def _assumptions(report_input: ReportInput, language: str) -> str:
    counts = next((facts for facts in report_input.fingerprint.values() if "unconfirmed" in facts), None)
    if counts is None:
        return text.sentence("report.about.no_assumptions", {}, language)
    return text.sentence("report.about.assumptions", counts, language)


def _inputs(fingerprint: Mapping[str, Any], language: str, currency: str, *, counted: bool) -> dict[str, str]:
    """Return one row per source: how many records or lines and how much money where that may be told, and its hash."""
    rows = {}
    for source, facts in fingerprint.items():
        counts = {name: value for name, value in facts.items() if counted and isinstance(value, int)}
        told = [
            text.sentence(f"report.count.{name}", {"n": value, "currency": currency}, language)
            for name, value in counts.items()
        ]
        rows[source] = "; ".join([*told, f"sha256 {str(facts['sha256'])[:_SHOWN_OF_HASH]}"])
    return rows
