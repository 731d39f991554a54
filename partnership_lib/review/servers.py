"""Starts JupyterLab on a workspace, and its rooms: on this machine only, with a token."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import zlib
from collections.abc import Callable
from importlib.resources import as_file, files
from importlib.resources.abc import Traversable
from pathlib import Path
from urllib.parse import quote

from partnership_lib.files.atomic import write_bytes
from partnership_lib.reports.seals import sealed_notebook
from partnership_lib.review.lab.start_page import START_NOTEBOOKS
from partnership_lib.review.launcher import Room, running_room
from partnership_lib.review.launcher.guards import is_local
from partnership_lib.review.meeting.choosing import chosen_partnership
from partnership_lib.review.told import AGREEMENT_VARIABLE, CASE_VARIABLE, LANGUAGE_VARIABLE
from partnership_lib.text import LANGUAGES
from partnership_lib.workspace import Workspace
from partnership_lib.workspace.case_files import find_case

ROOMS = ".rooms"
"""The folder, among a workspace's notebooks, of those that the program itself writes and opens as rooms."""
_PORTS = range(20_000, 32_000)
"""Below those that systems hand out by themselves."""
_LAB_OPTIONS = (
    "--KernelManager.transport_encryption=auto",
    "--LabApp.news_url=None",
    "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate",
    # Named here, so that a checkout has it too: what an installer puts beside Jupyter is missing there.
    f"--LabApp.extra_labextensions_path={Path(__file__).parent / 'lab' / 'labextensions'}",
)


def lab_command(root: Path, notebook: str = "", address: str = "") -> list[str]:
    """Return the command that starts JupyterLab on `root`, opened on a notebook when one is named.

    Parameters
    ----------
    address : str
        An address of this machine that others reach; without one only this machine does.
    """
    opened = f"/lab/tree/{quote(notebook)}" if notebook else "/lab"
    return [
        sys.executable,
        "-m",
        "partnership_lib.review.launcher.lab",
        f"--ServerApp.root_dir={root}",
        f"--LabApp.default_url={opened}",
        *_LAB_OPTIONS,
        *([f"--LocalServer.asked_address={address}"] if address else []),
        *(["--allow-root"] if _is_root() else []),
    ]


def _is_root() -> bool:
    # In a container everybody is root; the server still listens on this machine only and asks for its token.
    return hasattr(os, "geteuid") and os.geteuid() == 0


def place_notebooks(workspace: Workspace) -> Path:
    """Return the workspace's folder of notebooks, with every notebook of the package that was missing put there."""
    folder = workspace.root / "notebooks"
    _place(files("partnership_lib.notebooks"), folder)
    return folder


def _place(source: Traversable, target: Path) -> None:
    """Copy the notebooks in a folder and in those below it; what is there stays."""
    target.mkdir(exist_ok=True)
    for entry in source.iterdir():
        place = target / entry.name
        if entry.is_dir() and entry.name in ("tutorial", *LANGUAGES):
            _place(entry, place)
        elif entry.name.endswith(".ipynb") and not place.exists():
            with as_file(entry) as notebook:
                shutil.copyfile(notebook, place)


def place_room(workspace: Workspace, name: str) -> Path:
    """Return the notebook of a room, written anew from the program: what lies in the workspace is never run unasked.

    Raises
    ------
    ReportError
        ``notebook_altered`` when the program's own is not the one that was released.
    """
    room = workspace.root / "notebooks" / ROOMS / name
    write_bytes(room, sealed_notebook(name))
    return room


def start_lab(workspace: Workspace, notebook: str = "", address: str = "") -> int:
    """Return JupyterLab's exit code after it has been open on the workspace, at first on its start page.

    Parameters
    ----------
    notebook : str
        What it is opened on instead, seen from the workspace.
    address : str
        Where it listens; empty, on this machine only.
    """
    place_notebooks(workspace)
    opened = notebook or f"notebooks/{START_NOTEBOOKS[workspace.language]}"
    os.environ[LANGUAGE_VARIABLE] = workspace.language
    command = lab_command(workspace.root, opened, "" if is_local(address) else address)
    return subprocess.run(command, check=False, cwd=workspace.root).returncode


def start_review(
    workspace: Workspace, agreement: str, *, browser: bool, in_lab: bool, opened: Callable[[str], None]
) -> int:
    """Return the exit code of the review room when it has been closed.

    The agreement reaches the room through the environment, so that the notebook stays as it is.

    Parameters
    ----------
    agreement : str
        Id of the partnership; empty: the first. One that there is not opens nothing.
    browser : bool
        Whether a browser is asked to open the room.
    in_lab : bool
        Opens the same notebook in JupyterLab.
    opened : callable
        Told the room's address, with its token, when it is open and has been tried.

    Raises
    ------
    UsageError
        ``no_partnerships`` or ``unknown_partnership``.
    PartnershipError
        ``room_not_started`` or ``room_not_locked``.
    """
    chosen = chosen_partnership(workspace.content(), agreement, str(workspace.root))
    told = {AGREEMENT_VARIABLE: chosen.id, LANGUAGE_VARIABLE: workspace.language}
    if in_lab:
        os.environ.update(told)
        return start_lab(workspace, "notebooks/review_meeting.ipynb")
    notebook = place_room(workspace, "review_meeting.ipynb")
    # The page keeps what has not been saved under its address: a room that is opened again has the same one.
    room = Room(notebook, workspace.language, told, most_kernels=8, port=usual_port(notebook))
    return _kept_open(room, browser=browser, opened=opened)


def usual_port(notebook: Path) -> int:
    """Return the port that the room of a notebook asks for; the same one every time.

    Examples
    --------
    >>> usual_port(Path("/srv/kommunen/notebooks/review_meeting.ipynb"))
    27197
    """
    return _PORTS.start + zlib.crc32(str(notebook).encode()) % len(_PORTS)


def start_what_if(workspace: Workspace, case: str, *, browser: bool, opened: Callable[[str], None]) -> int:
    """Return the exit code of the what-if room when it has been closed.

    Parameters
    ----------
    case : str
        Path of a case file; one that is refused opens nothing.
    browser : bool
        Whether a browser is asked to open the room.
    opened : callable
        Told the room's address, with its token, when it is open and has been tried.

    Raises
    ------
    InputError, UsageError
        What is wrong with the case.
    PartnershipError
        ``room_not_started`` or ``room_not_locked``.
    """
    file = find_case(workspace.root, case)
    workspace.case(file)
    told = {CASE_VARIABLE: str(file), LANGUAGE_VARIABLE: workspace.language}
    room = Room(place_room(workspace, "what_if.ipynb"), workspace.language, told)
    return _kept_open(room, browser=browser, opened=opened)


def _kept_open(room: Room, *, browser: bool, opened: Callable[[str], None]) -> int:
    """Return the exit code of a room when it has been closed."""
    with running_room(room) as running:
        opened(running.address)
        if browser:
            running.show()
        try:
            return running.wait()
        except KeyboardInterrupt:
            return 0
