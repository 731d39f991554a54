"""Moves a workspace's register between the file in the workspace and the server that the environment names."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from partnership_lib.errors import UsageError
from partnership_lib.register.connect import connect, place
from partnership_lib.register.copying import move_register
from partnership_lib.register.store import Register
from partnership_lib.safekeeping.contents import REGISTER
from partnership_lib.workspace import DATABASE_VARIABLE

if TYPE_CHECKING:
    from partnership_lib.workspace import Workspace

DIRECTIONS = ("server", "file")


@dataclass(frozen=True)
class Moved:
    """A register that stands in two places now: where it was, and where it is to be used from.

    Attributes
    ----------
    source, target : str
        For people to read, without any password.
    rows : Mapping of str to int
        The number of rows of every table, counted and found to be the same in both.
    head : (int, str)
        Number and hash of the newest entry of the audit trail.
    """

    source: str
    target: str
    rows: Mapping[str, int]
    head: tuple[int, str]


def move(workspace: Workspace, direction: str) -> Moved:
    """Return what was moved to the ``server`` that ``PARTNERSHIP_DATABASE_URL`` names, or from it to the ``file``.

    The address comes from the environment alone: what a program is called with can be read by everybody on a machine.

    Raises
    ------
    UsageError
        ``move_no_server``, ``move_no_register``.
    StorageError
        ``register_not_empty``, ``register_does_not_hold``, ``register_copy_differs``, or why a database did not answer;
        nothing was moved.
    """
    file = workspace.root / REGISTER
    url = os.environ.get(DATABASE_VARIABLE, "")
    if not url or connect(url).dialect.name == "sqlite":
        raise UsageError("move_no_server", variable=DATABASE_VARIABLE)
    if direction == "server" and not file.is_file():
        raise UsageError("move_no_register", file=str(file))
    source, target = (file, url) if direction == "server" else (url, file)
    before, after = Register.open(source).engine, connect(target)
    copied = move_register(before, after)
    return Moved(place(before), place(after), copied.rows, copied.head)
