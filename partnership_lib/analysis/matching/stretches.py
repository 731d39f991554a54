"""The pieces of a supplier's time, several to a row: a line then meets one row of its supplier, not all its pieces."""

from __future__ import annotations

from functools import reduce
from operator import add
from typing import TYPE_CHECKING, Any

import numpy as np

from partnership_lib.analysis.matching.lines import small_table
from partnership_lib.analysis.matching.segments import BEGINNING, FOR_EVER

if TYPE_CHECKING:
    import ibis
    import pandas as pd

BORDERS = 7
"""Days inside a stretch on which the next piece begins: more of them make a line compare more, fewer make it meet more
rows. Most suppliers have fewer."""

_ID_BREAK = "\n"
_BORDER_NAMES = [f"border_{number}" for number in range(1, BORDERS + 1)]


def stretches_table(segments: pd.DataFrame) -> ibis.Table:
    """Return the pieces of each supplier in turn, up to `BORDERS` + 1 of them to a row.

    Parameters
    ----------
    segments : pandas.DataFrame
        From `agreement_segments`: the pieces of a supplier follow each other, in time and in number.

    Returns
    -------
    ibis.Table
        piece_supplier, start, end_exclusive, first_piece, ``is_divided`` (the supplier has had several agreements in
        force on one day), ``agreement_ids`` (all of the supplier, as one text) and the days on which the second piece
        begins, the third, and so on; for ever where none does.
    """
    piece, starts = segments["piece"].to_numpy(), _days(segments["start"])
    first_of_supplier = np.maximum.accumulate(np.where(starts == np.datetime64(BEGINNING), piece, 0))
    is_shared = segments["candidates"].to_numpy() > 1
    first = piece[(piece - first_of_supplier) % (BORDERS + 1) == 0]
    after = np.append(first, len(piece))[1:]
    begins = np.append(starts, np.datetime64(FOR_EVER))
    borders = {
        name: np.where(first + place < after, begins[np.minimum(first + place, len(piece))], np.datetime64(FOR_EVER))
        for place, name in enumerate(_BORDER_NAMES, start=1)
    }
    return small_table(
        {
            "piece_supplier": (segments["supplier_key"].to_numpy()[first], "string"),
            "is_divided": (np.isin(first_of_supplier, first_of_supplier[is_shared])[first], "bool"),
            "agreement_ids": (
                [_ID_BREAK.join(named) for named in segments["named_coverage"].to_numpy()[first]],
                "string",
            ),
            "first_piece": (first, "int64"),
            "start": (starts[first], "date32"),
            "end_exclusive": (_days(segments["end_exclusive"])[after - 1], "date32"),
            **{name: (days, "date32") for name, days in borders.items()},
        }
    )


def _days(days: pd.Series) -> np.ndarray:
    import pyarrow as pa

    return pa.array(days, pa.date32()).to_numpy(zero_copy_only=False)  # ten times as fast as NumPy's own reading


def piece_of(joined: Any) -> Any:
    """Return the piece of each line that is joined with its stretch: every border that has passed is one piece more."""
    return reduce(
        add, [(joined.booked_date >= joined[name]).cast("int64") for name in _BORDER_NAMES], joined.first_piece
    )
