"""What is wrong or missing in a workspace, as a frame."""

from __future__ import annotations

from typing import TYPE_CHECKING

from partnership_lib.analysis.tables import table
from partnership_lib.workspace.checks import check

if TYPE_CHECKING:
    import pandas as pd

    from partnership_lib.workspace.place import Workspace

CHECK_COLUMNS = ("severity", "rule", "where", "what", "section", "remedy", "margin", "margin_unit")


def check_frame(workspace: Workspace) -> pd.DataFrame:
    """Return the findings of ``partnership check``, the gravest first, in the workspace's language."""
    return table((finding.row(workspace.language) for finding in check(workspace)), CHECK_COLUMNS)
