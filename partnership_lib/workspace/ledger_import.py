"""Ledger files brought into a workspace from a notebook, with a bar that says how far it has come."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from partnership_lib.display.progress import by_lines, in_notebook

if TYPE_CHECKING:
    import pandas as pd

    from partnership_lib.workspace.place import Workspace


def import_files(
    workspace: Workspace, files: Sequence[Path | str], profile: str | Path | None, *, period: str, dry_run: bool
) -> pd.DataFrame:
    """Return what became of each file: one row, with what was accepted and what waits in quarantine."""
    import pandas as pd

    from partnership_lib.ledger.importing import COUNTED, import_ledger

    with in_notebook(workspace.language) as draw:
        accounts = import_ledger(
            [Path(file) for file in files],
            workspace.warehouse,
            profile,
            workspace.currency,
            by_lines(draw, workspace.language),
            period=period,
            dry_run=dry_run,
        )
    columns = ["file", *COUNTED, "already_imported"]
    return pd.DataFrame([account.as_json() for account in accounts], columns=columns)
