"""The data dictionary: what every column means, and which frames there are.

A column's name means the same in all frames of the house, so it is told once, in ``columns.toml``. ``frames.toml``
lists the columns of every frame that the demo shows; a test holds both against what is really there.
"""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, NamedTuple

from partnership_lib import text
from partnership_lib.errors import UsageError
from partnership_lib.workspace.material.nearest import nearest

if TYPE_CHECKING:
    import pandas as pd

DICTIONARY_COLUMNS = ("frame", "column", "type", "unit", "meaning", "swedish")


class Column(NamedTuple):
    """A column: its type, its unit (empty: none) and what it means."""

    name: str
    type: str
    unit: str
    meaning: str

    @property
    def swedish(self) -> str:
        """Return the Swedish heading of the column, as the reports have it; empty where no report shows it."""
        key = f"column.{self.name}"
        return text.sentence(key, {}, "sv") if text.has(key, "sv") else ""


def dictionary(of: str | pd.DataFrame = "") -> pd.DataFrame:
    """Return what the columns of the public frames mean: frame, column, type, unit, meaning, swedish.

    Parameters
    ----------
    of : str or pandas.DataFrame, optional
        A frame at hand, or how the name of one begins, such as ``follow_up.activities``; default: all.

    Raises
    ------
    UsageError
        ``unknown_frame`` with the nearest that there are.

    Examples
    --------
    >>> import partnership_lib as plib
    >>> plib.dictionary("ledger.by.supplier")[["column", "type", "unit"]].values.tolist()[2:]
    [['amount_ore', 'integer', 'öre'], ['lines', 'integer', 'count']]
    """
    import pandas as pd

    if isinstance(of, pd.DataFrame):
        chosen = {"": tuple(map(str, of.columns))}
    else:
        known = frames()
        chosen = {name: columns for name, columns in known.items() if name == of or name.startswith(of)}
        if not chosen:
            raise UsageError("unknown_frame", found=of, allowed=nearest(of, known))
    rows = [
        (frame, *told, told.swedish)
        for frame, columns in chosen.items()
        for told in (column_of(name, frame) for name in columns)
    ]
    return pd.DataFrame(rows, columns=list(DICTIONARY_COLUMNS), dtype=object)


def column_of(name: str, frame: str = "") -> Column:
    """Return what a column means, in a frame that gives it a meaning of its own or everywhere; an unknown one is empty.

    Examples
    --------
    >>> column_of("amount_ore").unit, column_of("colour").meaning
    ('öre', '')
    """
    told = _columns()
    written = told.get(f"{frame}.{name}", told.get(name, "|  |"))
    kind, unit, meaning = (part.strip() for part in written.split("|", 2))
    return Column(name, kind, unit, meaning)


def frames() -> dict[str, tuple[str, ...]]:
    """Return the columns of every public frame by its name."""
    return {name: tuple(columns.split()) for name, columns in _read("frames.toml")["frames"].items()}


def _columns() -> dict[str, str]:
    return _read("columns.toml")["columns"]


@cache
def _read(name: str) -> dict[str, dict[str, str]]:
    return tomllib.loads(files(__package__).joinpath(name).read_text(encoding="utf-8"))
