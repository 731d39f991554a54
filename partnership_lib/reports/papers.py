"""Everything that is sent out for a meeting, published in one call: from the review room, or from a notebook."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from partnership_lib.domain import Meeting
from partnership_lib.domain.audience import AUDIENCES
from partnership_lib.errors import UsageError
from partnership_lib.reports.outcome import RunOutcome
from partnership_lib.reports.request import ReportRequest, one_request
from partnership_lib.reports.service import run_reports

if TYPE_CHECKING:
    from partnership_lib.workspace import Workspace


def meeting_pack(
    workspace: Workspace, agreement: str, meeting: str | None = None, *, language: str | None = None
) -> RunOutcome:
    """Return how it went when the papers of a meeting were published, for both audiences, each with its calendar file.

    Parameters
    ----------
    meeting : str, optional
        Its minutes when it has been held, its agenda when it has not. Without it the minutes of the latest meeting held
        and the agenda of the next one planned.

    Raises
    ------
    UsageError
        ``unknown_agreement``, ``unknown_meeting``, ``meeting_of_other_agreement``, ``meeting_cancelled``, or
        ``no_meeting_planned`` where no meeting has been held either.
    """
    kinds = _kinds(workspace, agreement, meeting)
    requests = [
        one_request(workspace, kind, agreement=agreement, meeting=meeting, audience=audience, language=language)
        for kind in kinds
        for audience in AUDIENCES
    ]
    return run_reports(workspace, requests, workers=workspace.settings.workers)


def _kinds(workspace: Workspace, agreement: str, meeting: str | None) -> list[str]:
    if meeting is not None:
        found = workspace.content().find(Meeting, meeting)
        held = found is not None and found.held_date is not None and found.held_date <= workspace.as_of
        return ["minutes"] if held else ["agenda"]
    possible = [request.kind for request in _possible(workspace, agreement)]
    return possible or ["agenda"]  # which says what is missing


def _possible(workspace: Workspace, agreement: str) -> Iterator[ReportRequest]:
    for kind in ("minutes", "agenda"):
        try:
            yield one_request(workspace, kind, agreement=agreement)
        except UsageError as error:
            if not error.code.startswith("no_meeting_"):
                raise
