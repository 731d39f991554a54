"""Small tables behind findings: Python values in, none of them turned into floats."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import pandas as pd
import pyarrow as pa

if TYPE_CHECKING:
    import ibis


def table(rows: Iterable[Mapping[str, Any]], columns: Sequence[str]) -> pd.DataFrame:
    """Return rows as a frame of plain Python values: whole öre stay whole, what is missing is None.

    Examples
    --------
    >>> table([{"level": "tactical", "agreed": 2}], ["level", "agreed", "done_date"]).to_dict("records")
    [{'level': 'tactical', 'agreed': 2, 'done_date': None}]
    """
    listed = [{column: row.get(column) for column in columns} for row in rows]
    return pd.DataFrame(listed, columns=list(columns), dtype=object)


def records(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """Return the rows of a frame by column name."""
    return [dict(zip(map(str, frame.columns), row, strict=True)) for row in frame.itertuples(index=False, name=None)]


def fetched(query: ibis.Table) -> pd.DataFrame:
    """Return a small result as pandas: whole numbers as int64, dates as dates, what is empty as None."""
    rows = query.to_pyarrow()
    return pd.DataFrame({name: _column(rows[name]) for name in rows.column_names})


def _column(values: pa.ChunkedArray) -> pd.Series[Any]:
    kind = values.type
    if pa.types.is_integer(kind) or pa.types.is_decimal(kind):
        whole = values.cast(pa.int64())
        return pd.Series(whole.to_pylist(), dtype=object) if whole.null_count else pd.Series(whole.to_numpy())
    if pa.types.is_floating(kind):
        return pd.Series(values.to_numpy(), dtype="float64")
    if pa.types.is_timestamp(kind):
        return pd.Series(values.cast(pa.timestamp("us")).cast(pa.date32()).to_pylist(), dtype=object)
    if pa.types.is_boolean(kind) and not values.null_count:
        return pd.Series(values.to_numpy(), dtype=bool)
    if pa.types.is_string(kind):
        return pd.Series(values.to_numpy(), dtype=object)
    return pd.Series(values.to_pylist(), dtype=object)
