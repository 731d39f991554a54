"""The room as its notebook opens it: what is wrong is said in the page, not as a traceback."""

from __future__ import annotations

import os

import ipywidgets as widgets

from partnership_lib.errors import PartnershipError
from partnership_lib.review.meeting.widget import MeetingWidget
from partnership_lib.review.refusal import refusal
from partnership_lib.review.told import AGREEMENT_VARIABLE, LANGUAGE_VARIABLE
from partnership_lib.workspace import open_workspace


def open_meeting(workspace: str, agreement: str = "", language: str = "") -> widgets.Widget:
    """Return the room's widget, or the sentence that says why there is none.

    Parameters
    ----------
    workspace : str
        A folder in the workspace.
    agreement : str
        Id of the partnership; empty: the one that the launcher names, else the first.
    language : str
        ``sv`` or ``en``; empty: the one that the launcher names, else the workspace's.
    """
    language = language or os.environ.get(LANGUAGE_VARIABLE, "")
    try:
        place = open_workspace(workspace, language=language)
        return MeetingWidget(place, agreement or os.environ.get(AGREEMENT_VARIABLE, ""))
    except PartnershipError as error:
        return refusal(error, language)
