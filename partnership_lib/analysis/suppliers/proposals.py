"""Names without a number that may be a supplier with one: proposals, which only a person can accept."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from rapidfuzz import fuzz, process

from partnership_lib.analysis.suppliers.names import comparable_name
from partnership_lib.analysis.tables import table

LEAST_LIKENESS = 88
"""Below this nothing is proposed; see `tests/reference/test_supplier_proposals.py` for what it means on real names."""

_NEAR = 3
"""Another supplier that is as like but for so much makes the proposal ambiguous."""
_SHORTEST, _SHORTEST_BEGINNING = 4, 5
_AT_A_TIME = 500
_COLUMNS = ("alias_key", "alias", "supplier_key", "supplier", "likeness", "evidence", "amount_ore", "lines")


class Likeness(NamedTuple):
    """The place of the likest name, how like it is (0-100) and in what way."""

    place: int
    score: float
    evidence: str


def alias_proposals(suppliers: pd.DataFrame) -> pd.DataFrame:
    """Return for names without an organisation number the supplier that they may be.

    Parameters
    ----------
    suppliers : pandas.DataFrame
        ``supplier_key``, ``supplier``, ``supplier_is_person``, ``amount_ore`` and ``lines`` of every supplier in the
        ledger; natural persons are left out.

    Returns
    -------
    pandas.DataFrame
        alias_key, alias, supplier_key, supplier, likeness, evidence (``same_name``, ``same_letters``, ``like_name``,
        ``ambiguous`` or ``begins_with``), amount_ore, lines of the alias; those with the most spend first.
    """
    companies = suppliers[~suppliers["supplier_is_person"].astype(bool)]
    numbered = companies["supplier_key"].str.fullmatch(r"[0-9]{10}")
    known, unknown = companies[numbered], companies[~numbered]
    if known.empty or unknown.empty:
        return table([], _COLUMNS)
    found = likest_names(list(unknown["supplier"]), list(known["supplier"]))
    rows = [
        _row(alias, known.iloc[likeness.place], likeness)
        for alias, likeness in zip(unknown.to_dict("records"), found, strict=True)
        if likeness is not None
    ]
    rows.sort(key=lambda row: (-row["amount_ore"], row["alias_key"]))
    return table(rows, _COLUMNS)


def _row(alias: dict[Any, Any], supplier: pd.Series[Any], likeness: Likeness) -> dict[str, Any]:
    return {
        "alias_key": alias["supplier_key"],
        "alias": alias["supplier"],
        "supplier_key": supplier["supplier_key"],
        "supplier": supplier["supplier"],
        "likeness": round(likeness.score),
        "evidence": likeness.evidence,
        "amount_ore": int(alias["amount_ore"]),
        "lines": int(alias["lines"]),
    }


def likest_names(names: Sequence[str], known: Sequence[str]) -> list[Likeness | None]:
    """Return for each name the known one that it is likest, or None where none is like enough.

    Notes
    -----
    Two likenesses of rapidfuzz, the larger counts: of the words in alphabetical order, and of the letters without
    spaces. Names of fewer than four letters are only taken when they are the same. Else a known name of at least five
    letters that the name begins with, the longest: often another company of the same group, which has a number of its
    own, so look twice.
    """
    wanted, there = [comparable_name(name) for name in names], [comparable_name(name) for name in known]
    places = {name: place for place, name in reversed(list(enumerate(there)))}
    found: list[Likeness | None] = []
    for begin in range(0, len(wanted), _AT_A_TIME):
        part = wanted[begin : begin + _AT_A_TIME]
        scores = np.maximum(
            process.cdist(part, there, scorer=fuzz.token_sort_ratio, score_cutoff=LEAST_LIKENESS, workers=-1),
            process.cdist(_joined(part), _joined(there), scorer=fuzz.ratio, score_cutoff=LEAST_LIKENESS, workers=-1),
        )
        found += [_likest(name, row, there) or _longer(name, places) for name, row in zip(part, scores, strict=True)]
    return found


def _joined(names: Sequence[str]) -> list[str]:
    return [name.replace(" ", "") for name in names]


def _likest(name: str, scores: np.ndarray[Any, Any], known: Sequence[str]) -> Likeness | None:
    place = int(scores.argmax())
    score = float(scores[place])
    if score < LEAST_LIKENESS or (len(name.replace(" ", "")) < _SHORTEST and name != known[place]):
        return None
    near = {known[int(other)] for other in np.flatnonzero(scores >= score - _NEAR)}
    if name == known[place]:
        evidence = "same_name" if sum(each == name for each in known) == 1 else "ambiguous"
    elif len(near) > 1:
        evidence = "ambiguous"
    else:
        evidence = "same_letters" if name.replace(" ", "") == known[place].replace(" ", "") else "like_name"
    return Likeness(place, score, evidence)


def _longer(name: str, places: dict[str, int]) -> Likeness | None:
    """Return the longest known name that a name begins with, word by word."""
    words = name.split()
    for count in range(len(words) - 1, 0, -1):
        beginning = " ".join(words[:count])
        if beginning in places and len(beginning) >= _SHORTEST_BEGINNING:
            return Likeness(places[beginning], 100 * len(beginning) / len(name), "begins_with")
    return None
