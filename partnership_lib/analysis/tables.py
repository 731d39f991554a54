"""Small tables behind findings: Python values in, none of them turned into floats."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import pandas as pd


def table(rows: Iterable[Mapping[str, Any]], columns: Sequence[str]) -> pd.DataFrame:
    """Return rows as a frame of plain Python values: whole öre stay whole, what is missing is None.

    Examples
    --------
    >>> table([{"level": "tactical", "agreed": 2}], ["level", "agreed", "done_date"]).to_dict("records")
    [{'level': 'tactical', 'agreed': 2, 'done_date': None}]
    """
    listed = [{column: row.get(column) for column in columns} for row in rows]
    return pd.DataFrame(listed, columns=list(columns), dtype=object)
