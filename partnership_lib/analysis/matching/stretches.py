"""The pieces of a supplier's time, several to a row: a line then meets one row of its supplier, not all its pieces."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from functools import reduce
from itertools import groupby
from operator import add, itemgetter
from typing import TYPE_CHECKING, Any

from partnership_lib.analysis.matching.lines import small_table
from partnership_lib.analysis.matching.segments import FOR_EVER

if TYPE_CHECKING:
    import ibis
    import pandas as pd

BORDERS = 7
"""Days inside a stretch on which the next piece begins: more of them make a line compare more, fewer make it meet more
rows. Most suppliers have fewer."""

_BORDER_NAMES = [f"border_{number}" for number in range(1, BORDERS + 1)]
_COLUMNS = {
    "piece_supplier": "string",
    "is_divided": "bool",
    "first_piece": "int64",
    "start": "date32",
    "end_exclusive": "date32",
    **dict.fromkeys(_BORDER_NAMES, "date32"),
}


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
        force on one day) and the days on which the second piece begins, the third, and so on; for ever where none does.
    """
    divided = set(segments.loc[[len(ids) > 1 for ids in segments["agreement_ids"]], "supplier_key"])
    rows = zip(*(segments[name] for name in ("supplier_key", "piece", "start", "end_exclusive")), strict=True)
    stretches = [
        (key, key in divided, *stretch)
        for key, pieces in groupby(rows, key=itemgetter(0))
        for stretch in _stretches(list(pieces))
    ]
    columns = zip(*stretches, strict=True) if stretches else [()] * len(_COLUMNS)
    return small_table({name: (column, kind) for (name, kind), column in zip(_COLUMNS.items(), columns, strict=True)})


def _stretches(pieces: list[tuple[str, int, date, date]]) -> Iterator[tuple[Any, ...]]:
    """Yield first piece, start, end and borders of the stretches of a supplier."""
    for place in range(0, len(pieces), BORDERS + 1):
        (_, first_piece, start, _), *others = some = pieces[place : place + BORDERS + 1]
        borders = [border for _, _, border, _ in others]
        yield first_piece, start, some[-1][-1], *borders, *[FOR_EVER] * (BORDERS - len(borders))


def piece_of(joined: Any) -> Any:
    """Return the piece of each line that is joined with its stretch: every border that has passed is one piece more."""
    return reduce(
        add, [(joined.booked_date >= joined[name]).cast("int64") for name in _BORDER_NAMES], joined.first_piece
    )
