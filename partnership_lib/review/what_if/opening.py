"""The room as its notebook opens it: what is wrong is said in the page, not as a traceback."""

from __future__ import annotations

import os

import ipywidgets as widgets

from partnership_lib.errors import PartnershipError, UsageError
from partnership_lib.review.refusal import refusal
from partnership_lib.review.told import CASE_VARIABLE, LANGUAGE_VARIABLE
from partnership_lib.review.what_if.room import WhatIfRoom
from partnership_lib.workspace import Workspace, open_workspace
from partnership_lib.workspace.case_files import case_files


def open_room(workspace: str, case: str = "", language: str = "") -> widgets.Widget:
    """Return the room's widget, or the sentence that says why there is none.

    Parameters
    ----------
    workspace : str
        A folder in the workspace.
    case : str
        Path of a case file; empty: the one that the launcher names, else the first in ``data/cases``.
    language : str
        ``sv`` or ``en``; empty: the one that the launcher names, else the workspace's.
    """
    language = language or os.environ.get(LANGUAGE_VARIABLE, "")
    try:
        place = open_workspace(workspace, language=language)
        return WhatIfRoom(place, case or os.environ.get(CASE_VARIABLE) or _first_case(place)).widget
    except PartnershipError as error:
        return refusal(error, language)


def _first_case(workspace: Workspace) -> str:
    files = case_files(workspace.root)
    if not files:
        raise UsageError("no_case", folder=str(workspace.root / "data" / "cases"))
    return str(files[0])
