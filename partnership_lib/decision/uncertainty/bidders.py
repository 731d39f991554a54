"""How many bidders procedures draw: from real lots per CPV division, or from a fitted distribution."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
from scipy.stats import nbinom

from partnership_lib.errors import InputError
from partnership_lib.files.small_tables import read_rows

if TYPE_CHECKING:
    import pandas as pd

# Lots with more bids are nearly all one framework's, whose many lots repeat one count; lots with none were cancelled.
MOST_BIDDERS = 30
# A division with fewer lots than this says too little about itself.
FEWEST_LOTS = 100
# 4.6 bidders a procedure and every fifth with one: Upphandlingsmyndigheten 2022 and 2024.
FALLBACK_FURTHER_BIDDERS_MEAN = 3.6
FALLBACK_DISPERSION = 1.1175461261

COLUMNS = ("division", "bidders", "lots", "source")
MUNICIPAL_LOTS = "Upphandlingsmyndigheten, open data (CC0), first half of 2021: lots of municipal buyers"
ALL_LOTS = "Upphandlingsmyndigheten, open data (CC0), first half of 2021: lots of all buyers"
# Software (48) is bought too seldom to stand alone and much like IT services (72).
POOLED = {"48": ("48", "72")}


def fallback_weights(
    further_bidders_mean: float = FALLBACK_FURTHER_BIDDERS_MEAN, dispersion: float = FALLBACK_DISPERSION
) -> tuple[float, ...]:
    """Return the probabilities of 1 to 30 bidders where no counts are known: 1 + a negative binomial, cut at 30.

    Examples
    --------
    >>> weights = fallback_weights()
    >>> len(weights), round(weights[0], 3)
    (30, 0.2)
    """
    weights = further_bidders_probability(np.arange(MOST_BIDDERS), further_bidders_mean, dispersion)
    return tuple(float(weight) for weight in weights / weights.sum())


def further_bidders_probability(count: npt.ArrayLike, mean: float, dispersion: float) -> npt.NDArray[np.float64]:
    """Return the probability of so many bidders beyond the first: negative binomial with this mean and dispersion.

    Examples
    --------
    >>> round(float(further_bidders_probability(0, 3.6, 1.1175461261)), 10)
    0.2
    """
    return np.asarray(nbinom.pmf(count, dispersion, dispersion / (dispersion + mean)))


def mean_bidders(weights: tuple[float, ...]) -> float:
    """Return the mean number of bidders.

    Examples
    --------
    >>> mean_bidders((0.5, 0.25, 0.25))
    1.75
    """
    return sum(count * weight for count, weight in enumerate(weights, start=1))


def bidder_counts(lots: pd.DataFrame) -> pd.DataFrame:
    """Return how many lots had 1, 2, ... 30 bidders, per CPV division with at least 100 such lots.

    A division's lots are those of municipal buyers where they are enough, else those of all buyers.

    Parameters
    ----------
    lots : pandas.DataFrame
        One row per lot: ``division`` (two digits), ``bidders`` (0 and more), ``municipal`` (bool).

    Returns
    -------
    pandas.DataFrame
        ``division``, ``bidders``, ``lots``, ``source``, ordered.
    """
    import pandas as pd

    usable = lots[lots["bidders"].between(1, MOST_BIDDERS)]
    divisions = sorted(set(usable["division"]) | set(POOLED))
    tables = [table for division in divisions if (table := _division_counts(usable, division)) is not None]
    return pd.concat(tables, ignore_index=True) if tables else pd.DataFrame(columns=list(COLUMNS))


def _division_counts(lots: pd.DataFrame, division: str) -> pd.DataFrame | None:
    pool = POOLED.get(division, (division,))
    of_all = lots[lots["division"].isin(pool)]
    of_municipal = of_all[of_all["municipal"]]
    chosen, source = (of_municipal, MUNICIPAL_LOTS) if len(of_municipal) >= FEWEST_LOTS else (of_all, ALL_LOTS)
    if len(chosen) < FEWEST_LOTS:
        return None
    counts = chosen["bidders"].value_counts().sort_index().rename("lots").rename_axis("bidders").reset_index()
    return counts.assign(division=division, source=source + (f", CPV {' + '.join(pool)}" if len(pool) > 1 else ""))[
        list(COLUMNS)
    ]


def parse_bidder_counts(text: str, where: str = "bidders.csv") -> dict[str, tuple[float, ...]]:
    """Return the probabilities of 1, 2, ... bidders per CPV division from a table of counts; ``""``: the fallback.

    Parameters
    ----------
    text : str
        CSV with the columns ``division``, ``bidders``, ``lots`` and ``source``.
    where : str
        Name of the file, for the errors.

    Raises
    ------
    InputError
        ``bidder_counts_missing`` when a column or every row is missing; ``bidder_counts_unreadable``,
        ``bidder_counts_twice`` and ``bidder_counts_without_source`` for a row, or ``table_unreadable``.

    Examples
    --------
    >>> counts = parse_bidder_counts("division,bidders,lots,source\\n72,1,30,a\\n72,3,10,a\\n")
    >>> counts["72"], counts[""] == fallback_weights()
    ((0.75, 0.0, 0.25), True)
    """
    headings, rows = read_rows(text, where)
    missing = [column for column in COLUMNS if column not in headings]
    counts: defaultdict[str, dict[int, int]] = defaultdict(dict)
    if not missing:
        for line, row in rows:
            _add_row(counts, row, where, line)
    if missing or not counts:
        found = ", ".join(missing) or "–"
        raise InputError("bidder_counts_missing", file=where, found=found, allowed=", ".join(COLUMNS))
    divisions = {division: _weights(of_division) for division, of_division in sorted(counts.items())}
    return {"": fallback_weights(), **divisions}


def _add_row(counts: dict[str, dict[int, int]], row: dict[str, str], where: str, line: int) -> None:
    def number(column: str, allowed: range) -> int:
        found = row[column]
        if not (found.isascii() and found.isdigit() and len(found) < 10 and int(found) in allowed):
            raise InputError(
                "bidder_counts_unreadable",
                file=where,
                line=line,
                column=column,
                found=found[:40],
                allowed=f"{allowed[0]}–{allowed[-1]}",
            )
        return int(found)

    division = f"{number('division', range(1, 100)):02}"
    bidders, lots = number("bidders", range(1, MOST_BIDDERS + 1)), number("lots", range(1, 10_000_000))
    if bidders in counts[division]:
        raise InputError("bidder_counts_twice", file=where, line=line, division=division, bidders=bidders)
    if not row["source"]:
        raise InputError("bidder_counts_without_source", file=where, line=line)
    counts[division][bidders] = lots


def _weights(counts: dict[int, int]) -> tuple[float, ...]:
    total = sum(counts.values())
    return tuple(counts.get(bidders, 0) / total for bidders in range(1, max(counts) + 1))
