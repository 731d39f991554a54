"""Partnership workbench: agreements, activity lists and supplier partnerships of a municipality.

>>> import partnership_lib as plib
>>> callable(plib.open)
True
"""

from importlib import import_module
from typing import Any

__version__ = "0.1.0"
__all__ = ["Period", "Workspace", "open"]

_PLACES = {
    "open": ("partnership_lib.workspace", "open_workspace"),
    "Workspace": ("partnership_lib.workspace", "Workspace"),
    "Period": ("partnership_lib.units.period", "Period"),
}


def __getattr__(name: str) -> Any:
    # Loaded at first use, so that the command line starts without pandas and friends.
    if name not in _PLACES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    module, attribute = _PLACES[name]
    return getattr(import_module(module), attribute)


def __dir__() -> list[str]:
    return sorted([*__all__, "__version__"])
