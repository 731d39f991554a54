"""The time of each supplier cut into pieces in which the same agreements are in force: the segment method."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import date, timedelta
from itertools import pairwise
from operator import attrgetter
from typing import TYPE_CHECKING, NamedTuple

from partnership_lib.domain import Agreement, Organisation, RegisterContent
from partnership_lib.errors import InputError
from partnership_lib.ledger.suppliers import identify_supplier

if TYPE_CHECKING:
    import pandas as pd

BEGINNING, FOR_EVER = date(1, 1, 1), date(9999, 12, 31)
TRAILING_DAYS = 60
"""An invoice follows its delivery: so long after an agreement's last day a line may still belong to its term."""

_TRAILING = timedelta(days=TRAILING_DAYS)
_COLUMNS = ("piece", "supplier_key", "start", "end_exclusive", "agreement_ids", "state", "nearest_id")


class _Term(NamedTuple):
    start: date
    end: date
    agreement_id: str


def term_end_exclusive(agreement: Agreement) -> date:
    """Return the first day after an agreement's term; its end date moves when an option is exercised."""
    return FOR_EVER if agreement.end_date is None else agreement.end_date + timedelta(days=1)


def supplier_key_of(organisation: Organisation | None) -> str | None:
    """Return the key that the ledger knows a supplier by, or None where it cannot be known."""
    if organisation is None:
        return None
    try:
        return identify_supplier(organisation.organisation_number, organisation.name).key
    except InputError:
        return None


def agreement_segments(content: RegisterContent) -> pd.DataFrame:
    """Return the time of each supplier with an agreement, cut where an agreement begins, ends or has ended long ago.

    Returns
    -------
    pandas.DataFrame
        piece (a number), supplier_key, start, end_exclusive, agreement_ids (in force, sorted), state and nearest_id.
        The pieces of a supplier do not overlap and leave no day out, and on all days of a piece each agreement of the
        supplier stands alike: not begun, in force, ended within `TRAILING_DAYS`, or earlier. `state`: ``in_force``;
        ``trailing`` up to `TRAILING_DAYS` after the last day of the last agreement, then ``after_expiry``;
        ``before_start`` where none has been in force yet. `nearest_id`: the agreement that ended last, or begins
        first; None in force.
    """
    import pandas as pd

    terms: dict[str, list[_Term]] = defaultdict(list)
    for agreement in content.agreements:
        key = supplier_key_of(content.find(Organisation, agreement.supplier_id))
        end = term_end_exclusive(agreement)
        if key is not None and agreement.start_date < end:
            terms[key].append(_Term(agreement.start_date, end, agreement.id))
    rows = [(key, *piece) for key in sorted(terms) for piece in _pieces(terms[key])]
    numbered = [(number, *row) for number, row in enumerate(rows)]
    return pd.DataFrame(numbered, columns=list(_COLUMNS), dtype=object)


def _pieces(terms: list[_Term]) -> Iterator[tuple[date, date, list[str], str, str | None]]:
    by_id = sorted(terms, key=attrgetter("agreement_id"))
    borders = {day for term in terms for day in (term.start, term.end)}
    trailing = {term.end + _TRAILING for term in terms if term.end < FOR_EVER}
    for start, end in pairwise(sorted({BEGINNING, FOR_EVER} | borders | trailing)):
        in_force = [term.agreement_id for term in by_id if term.start <= start < term.end]
        yield (start, end, in_force, "in_force", None) if in_force else (start, end, [], *_outside(terms, start))


def _outside(terms: list[_Term], day: date) -> tuple[str, str]:
    """Return in what way no agreement is in force on a day, and the agreement that it is nearest to."""
    ended = [(term.end, term.agreement_id) for term in terms if term.end <= day]
    if not ended:
        return "before_start", min(terms).agreement_id
    last_end, agreement_id = max(ended)
    return "trailing" if day < last_end + _TRAILING else "after_expiry", agreement_id
