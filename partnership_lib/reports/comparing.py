"""Two published reports held against each other: what ``partnership diff`` prints."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from partnership_lib import text
from partnership_lib.errors import ReportError, UsageError
from partnership_lib.findings import Finding
from partnership_lib.reports.bundle import FINDINGS
from partnership_lib.reports.differences import Differences, compare
from partnership_lib.reports.manifest import read_manifest
from partnership_lib.reports.names import safe_name
from partnership_lib.reports.numbers import NUMBERS, Number, read_numbers
from partnership_lib.reports.publish import PublishedReport, published_versions
from partnership_lib.reports.since_last import difference_findings
from partnership_lib.reports.verify import find_folder

if TYPE_CHECKING:
    from partnership_lib.workspace import Workspace

_VERSION_MARK = "@"


@dataclass(frozen=True)
class Compared:
    """Two reports and what differs; `analysis` is the later one as its notebook delivered it."""

    differences: Differences
    analysis: Mapping[str, Any]

    def findings(self, language: str, currency: str) -> Iterator[Finding]:
        """Yield what differs, in short."""
        before = text.sentence("differences.named", self.differences.before, language)
        return difference_findings(before, self.differences, self.analysis, language, currency)

    def as_json(self) -> dict[str, Any]:
        """Return everything that differs as plain values."""
        found = self.differences
        return {
            "before": {name: found.before[name] for name in ("key", "version")},
            "now": {name: found.now[name] for name in ("key", "version")},
            "causes": list(found.causes),
            "same": found.same,
            "moved": [
                _named(each.now)
                | {"before": each.before.value, "now": each.now.value}
                | {"change": each.change, "relative_change": each.relative}
                for each in found.moved
            ],
            "new": [_named(number) | {"value": number.value} for number in found.came],
            "gone": [_named(number) | {"value": number.value} for number in found.gone],
        }


def _named(number: Number) -> dict[str, Any]:
    return {name: value for name, value in asdict(number).items() if name not in ("value", "low", "high", "signal")}


def compare_reports(workspace: Workspace, before: str, now: str) -> Compared:
    """Return what differs between two published reports.

    Parameters
    ----------
    before, now : str
        Keys such as ``follow_up/A-001/2026-T2/internal/sv`` (the newest version) or with the version at the end
        (``...@1``), or folders of published reports.

    Raises
    ------
    UsageError
        ``unknown_report``, ``unknown_version``, or ``diff_other_kind`` for reports of different kinds.
    ReportError
        ``diff_no_numbers`` for a report without numbers beside it.
    """
    reports = _find(workspace, before), _find(workspace, now)
    bodies = [report.manifest.body for report in reports]
    if bodies[0]["kind"] != bodies[1]["kind"]:
        raise UsageError("diff_other_kind", before=bodies[0]["key"], now=bodies[1]["key"])
    numbers = [_numbers(report) for report in reports]
    analysis = json.loads((reports[1].folder / FINDINGS).read_text(encoding="utf-8"))
    return Compared(compare(bodies[0], numbers[0], bodies[1], numbers[1]), analysis)


def _find(workspace: Workspace, name: str) -> PublishedReport:
    key, mark, number = name.rpartition(_VERSION_MARK)
    if not mark or Path(name).exists():
        folder = find_folder(workspace, name)
        return PublishedReport(folder, read_manifest(folder))
    versions = published_versions(workspace.reports_folder, safe_name(key))
    for each in versions:
        if str(each.version) == number:
            return each
    if not versions:
        find_folder(workspace, key)  # says that there is no such report, and which there are
    raise UsageError("unknown_version", report=key, found=number, allowed=", ".join(str(v.version) for v in versions))


def _numbers(report: PublishedReport) -> list[Number]:
    if NUMBERS not in report.manifest.body["outputs"]:
        raise ReportError("diff_no_numbers", report=report.manifest.body["key"], file=NUMBERS)
    return read_numbers(report.folder / NUMBERS)
