"""The start page of a workspace in JupyterLab: what there is here, and what to do next."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any

from partnership_lib.analysis.meeting_pack.known import is_coming
from partnership_lib.analysis.tables import table
from partnership_lib.domain.agreement import AgreementStatus
from partnership_lib.findings import Analysis, Finding, Section, Signal
from partnership_lib.reports import choose_requests
from partnership_lib.reports.plan import plan_rows, plan_run
from partnership_lib.reports.seals import NOTEBOOK_PACKAGE
from partnership_lib.units.dates import parse_date

if TYPE_CHECKING:
    from partnership_lib.domain import RegisterContent
    from partnership_lib.workspace import Workspace

START_NOTEBOOKS = {"sv": "start_sv.ipynb", "en": "start_en.ipynb"}
"""The start page's notebook in each language."""
_MEETINGS_WITHIN_DAYS = 30


def start_page(workspace: Workspace) -> Analysis:
    """Return what there is in a workspace (``here``) and what waits for somebody (``next``)."""
    content = workspace.content()
    here = (_agreements(workspace, content), _ledger(workspace))
    following = tuple(_next(workspace, content))
    name = workspace.settings.name or workspace.root.name
    return Analysis(
        "start", (Section("here", here), Section("next", following)), {"name": name}, (("seen_on", workspace.as_of),)
    )


def _agreements(workspace: Workspace, content: RegisterContent) -> Finding:
    if not content.agreements:
        return Finding("start.no_agreements", 0, "count", signal=Signal.ATTENTION)
    day = workspace.as_of
    in_force = [each for each in content.agreements if each.status_on(day) is AgreementStatus.IN_FORCE]
    partnerships = sum(each.is_partnership for each in in_force)
    values = {"n": len(in_force), "partnerships": partnerships, "all": len(content.agreements)}
    return Finding("start.agreements", len(in_force), "count", values)


def _ledger(workspace: Workspace) -> Finding:
    totals = workspace.warehouse.totals()
    if not totals["lines"]:
        return Finding("start.no_ledger", 0, "count", signal=Signal.ATTENTION)
    last = max(file.last_date for file in workspace.warehouse.current_files() if file.last_date)
    values = {**totals, "last": parse_date(last)}
    waiting = Signal.ATTENTION if totals["quarantined"] else Signal.NONE
    return Finding("start.ledger", totals["lines"], "count", values, signal=waiting)


def _next(workspace: Workspace, content: RegisterContent) -> Iterator[Finding]:
    failed = choose_requests(workspace, "failed")
    if failed:
        yield Finding("start.failed", len(failed), "count", {"n": len(failed)}, signal=Signal.BAD)
    rows = plan_rows(workspace, plan_run(workspace, choose_requests(workspace, "due")))
    due = table(rows, ("report", "when", "why"))
    code, signal = ("start.due", Signal.ATTENTION) if rows else ("start.nothing_due", Signal.GOOD)
    yield Finding(code, len(rows), "count", {"n": len(rows)}, due, signal)
    meetings = table(_coming(workspace, content), ("agreement", "level", "planned_date"))
    code = "start.meetings" if len(meetings) else "start.no_meetings"
    yield Finding(code, len(meetings), "count", {"n": len(meetings), "days": _MEETINGS_WITHIN_DAYS}, meetings)


def _coming(workspace: Workspace, content: RegisterContent) -> Iterator[dict[str, Any]]:
    names = {agreement.id: f"{agreement.id} {agreement.name}" for agreement in content.agreements}
    last = workspace.as_of + timedelta(days=_MEETINGS_WITHIN_DAYS)
    coming = (each for each in content.meetings if is_coming(each, workspace.as_of) and each.planned_date <= last)
    for meeting in sorted(coming, key=lambda each: (each.planned_date, each.id)):
        yield {
            "agreement": names.get(meeting.agreement_id, meeting.agreement_id),
            "level": meeting.level,
            "planned_date": meeting.planned_date,
        }


def runs_by_itself(notebook: Path) -> bool:
    """Return whether a start page holds the package's own code and nothing else: only then is it run unasked."""
    own = files(NOTEBOOK_PACKAGE).joinpath(notebook.name)
    try:
        return _code(notebook.read_text(encoding="utf-8")) == _code(own.read_text(encoding="utf-8"))
    except (OSError, ValueError, KeyError, TypeError):  # not there, or no notebook
        return False


def _code(notebook: str) -> list[str]:
    return ["".join(cell["source"]) for cell in json.loads(notebook)["cells"] if cell["cell_type"] == "code"]
