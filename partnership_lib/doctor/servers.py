"""What JupyterLab and the rooms would be started with, read off the server itself."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from partnership_lib.doctor.observation import Observation
from partnership_lib.review.servers import lab_command

if TYPE_CHECKING:
    from partnership_lib.workspace import Workspace

SECTION = "servers"
PATIENCE_SECONDS = 120


def servers(workspace: Workspace) -> Iterator[Observation]:
    """Yield every setting that keeps JupyterLab and the rooms closed, as they would be on this machine."""
    from partnership_lib.review.launcher.lab import EXAMINE

    command = [*lab_command(workspace.root), "--no-browser", EXAMINE]
    ended = subprocess.run(
        command, cwd=workspace.root, capture_output=True, text=True, timeout=PATIENCE_SECONDS, check=False
    )
    yield from observed(ended.stdout, ended.stderr)


def observed(said: str, complaint: str) -> Iterator[Observation]:
    """Yield what is seen in the answer of a server that was made but not started."""
    try:
        judged: Mapping[str, Sequence[Mapping[str, Any]]] = json.loads(said)
    except ValueError:
        reason = (complaint.strip().splitlines() or ["–"])[-1][:200]
        yield Observation("error", SECTION, "JupyterLab", "server_not_examined", {"reason": reason})
        return
    for server, rows in judged.items():
        for row in rows:
            severity, code = ("info", "server_setting") if row["safe"] else ("error", "server_setting_dangerous")
            where = {"lab": "JupyterLab", "room": "review, what-if"}[server]
            yield Observation(severity, SECTION, where, code, {"setting": row["name"], "found": row["seen"]})
