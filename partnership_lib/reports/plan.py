"""What a run would make, and why: for whoever wants to know before anything is made."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from partnership_lib import text
from partnership_lib.domain import Agreement, Meeting
from partnership_lib.reports.look import quick_look
from partnership_lib.reports.making import find_identical, input_and_previous, nothing_to_tell
from partnership_lib.reports.publish import published_versions
from partnership_lib.reports.request import ReportRequest
from partnership_lib.reports.runs import latest_run
from partnership_lib.reports.titles import subject_of, when_of
from partnership_lib.reports.verify import moved_inputs

if TYPE_CHECKING:
    from partnership_lib.workspace import Workspace


@dataclass(frozen=True)
class Planned:
    """A report that a run would make.

    Attributes
    ----------
    reason : str
        ``new`` (there is none yet), ``failed`` (the last attempt did), ``changed`` (what it is made from has), or
        ``asked`` (it is the as-of date alone that is another).
    values : Mapping
        What the reason names: the last day of the period, or what has changed.
    """

    request: ReportRequest
    reason: str
    values: Mapping[str, Any] = field(default_factory=dict)


def plan_run(workspace: Workspace, requests: Iterable[ReportRequest]) -> list[Planned]:
    """Return the reports that would be made now, in the order of the requests; what stands unchanged is left out."""
    requests = list(requests)
    look = quick_look(workspace, requests)
    looked_at = (_planned(workspace, request) for request in requests if not look.knows(request))
    return [planned for planned in looked_at if planned is not None]


def _planned(workspace: Workspace, request: ReportRequest) -> Planned | None:
    before = latest_run(workspace.register.engine, request.key)
    versions = published_versions(workspace.reports_folder, request.slug)
    without_data = before is not None and before.state == "no_data"
    new = Planned(request, "new", {"ended": request.period.end - timedelta(days=1)} if request.period else {})
    if not versions and not without_data:  # no input has to be read to say so
        return Planned(request, "failed") if before is not None and before.state == "failed" else new
    report_input, _ = input_and_previous(workspace, request)
    if find_identical(workspace.reports_folder, request, report_input):
        return None
    if without_data:
        return None if nothing_to_tell(workspace, request, report_input) else new
    if before is not None and before.state == "failed":
        return Planned(request, "failed")
    moved = moved_inputs(versions[-1].manifest.body, report_input)
    return Planned(request, "changed", {"moved": moved}) if moved else Planned(request, "asked")


def plan_rows(workspace: Workspace, plan: Iterable[Planned]) -> list[dict[str, str]]:
    """Return what a person reads of a plan: ``report``, ``when`` and ``why``, in the language of the workspace."""
    content = workspace.register.load(Agreement, Meeting)
    language = workspace.language
    return [
        {
            "report": subject_of(each.request, content, language),
            "when": when_of(each.request, content, language),
            "why": _why(each, language),
        }
        for each in plan
    ]


def _why(planned: Planned, language: str) -> str:
    values = dict(planned.values)
    if "moved" in values:
        values["moved"] = [text.word("report_input", name, language) for name in values["moved"]]
    if planned.reason == "new" and not values:
        return text.sentence("plan.new_without_period", {}, language)
    return text.sentence(f"plan.{planned.reason}", values, language)
