"""A workspace: a folder with ``partnership.toml``, ``data/`` and ``reports/``."""

from partnership_lib.workspace.periods import as_period
from partnership_lib.workspace.place import DATABASE_VARIABLE, Workspace, open_workspace
from partnership_lib.workspace.settings import SETTINGS_FILE, Settings, create_workspace, find_root, read_settings

__all__ = [
    "DATABASE_VARIABLE",
    "SETTINGS_FILE",
    "Settings",
    "Workspace",
    "as_period",
    "create_workspace",
    "find_root",
    "open_workspace",
    "read_settings",
]
