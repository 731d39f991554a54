"""Starts JupyterLab on a workspace: on this machine only, with a token."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from importlib.resources import as_file, files
from pathlib import Path
from urllib.parse import quote

from partnership_lib.errors import UsageError
from partnership_lib.workspace import Workspace

_LAB_OPTIONS = (
    "--ServerApp.ip=127.0.0.1",
    "--ServerApp.allow_remote_access=False",
    "--ServerApp.terminals_enabled=False",
    "--KernelManager.transport_encryption=auto",
    "--LabApp.news_url=None",
    "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate",
)


def lab_command(root: Path, notebook: str = "") -> list[str]:
    """Return the command that starts JupyterLab on `root`, opened on a notebook when one is named."""
    opened = f"/lab/tree/{quote(notebook)}" if notebook else "/lab"
    return [
        sys.executable,
        "-m",
        "jupyterlab",
        f"--ServerApp.root_dir={root}",
        f"--LabApp.default_url={opened}",
        *_LAB_OPTIONS,
        *(["--allow-root"] if _is_root() else []),
    ]


def _is_root() -> bool:
    # In a container everybody is root; the server still listens on this machine only and asks for its token.
    return hasattr(os, "geteuid") and os.geteuid() == 0


def place_notebooks(workspace: Workspace) -> Path:
    """Return the workspace's folder of notebooks, with every notebook of the package that was missing put there."""
    folder = workspace.root / "notebooks"
    folder.mkdir(exist_ok=True)
    for entry in files("partnership_lib.notebooks").iterdir():
        if entry.name.endswith(".ipynb") and not (folder / entry.name).exists():
            with as_file(entry) as source:
                shutil.copyfile(source, folder / entry.name)
    return folder


def start_lab(workspace: Workspace, notebook: str = "") -> int:
    """Return JupyterLab's exit code after it has been open on the workspace."""
    place_notebooks(workspace)
    return subprocess.run(lab_command(workspace.root, notebook), check=False, cwd=workspace.root).returncode


def start_review(workspace: Workspace, agreement: str | None) -> int:
    """Return the exit code of JupyterLab opened on the review meeting of an agreement.

    The agreement reaches the room through the environment, so that the notebook stays as it is.
    """
    if agreement is not None:
        known = [each.id for each in workspace.content().agreements if each.is_partnership]
        if agreement not in known:
            raise UsageError("unknown_partnership", found=agreement, allowed=", ".join(known))
        os.environ["PARTNERSHIP_AGREEMENT"] = agreement
    return start_lab(workspace, "notebooks/review_meeting.ipynb")
