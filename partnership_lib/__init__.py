"""Partnership workbench: agreements, activity lists and supplier partnerships of a municipality.

`open` opens a workspace; what it can be asked for, it says itself (``help(ws)``, or show it in a notebook).
`dictionary` tells what every column means.

>>> import partnership_lib as plib
>>> ws = plib.open()
>>> ws.agreements.in_force().partnerships().frame["name"].tolist()[:2]
['Skoladministration', 'Livsmedel till kommunens kök']
>>> ws.spend("2026-T2").pareto.table.columns.tolist()[:3]
['abc_class', 'suppliers', 'suppliers_share']
>>> plib.dictionary("spend.pareto.pareto").set_index("column")["meaning"]["suppliers_share"]
'Share of all suppliers.'
"""

from importlib import import_module
from typing import Any

__version__ = "0.1.0"
__all__ = ["Period", "Workspace", "dictionary", "open"]

_PLACES = {
    "dictionary": ("partnership_lib.workspace.dictionary", "dictionary"),
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
