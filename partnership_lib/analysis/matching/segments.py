"""The time of each supplier cut into pieces in which the same agreements are in force: the segment method."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import date, timedelta
from operator import attrgetter
from typing import TYPE_CHECKING, Any, NamedTuple

from partnership_lib.domain import Agreement, Organisation, RegisterContent
from partnership_lib.errors import InputError
from partnership_lib.ledger.suppliers import identify_supplier

if TYPE_CHECKING:
    import pandas as pd

BEGINNING, FOR_EVER = date(1, 1, 1), date(9999, 12, 31)
TRAILING_DAYS = 60
"""An invoice follows its delivery: so long after an agreement's last day a line may still belong to its term."""

_TRAILING = timedelta(days=TRAILING_DAYS)
_COLUMNS = ("supplier_key", "start", "end_exclusive", "agreement_ids", "candidates", "only_id", "coverage",
            "nearest_id", "named_coverage")  # fmt: skip


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
        piece (a number, the row's place), supplier_key, start, end_exclusive, agreement_ids (in force, sorted),
        candidates (how many), only_id (where it is one), coverage, nearest_id and named_coverage. The pieces of a
        supplier do not overlap and leave no day out, and on all days of a piece each of its agreements stands alike.
        `named_coverage` says how, by agreement, as the standing of a line that names it: ``before_start``,
        ``certain``, ``trailing`` up to `TRAILING_DAYS` after the last day, then ``after_expiry``. `coverage` is the
        standing of a line that names none: ``certain`` where one agreement is in force, ``shared`` where several are,
        else its standing to `nearest_id`: the agreement that ended last, or begins first; None in force.
    """
    import pandas as pd

    terms: dict[str, list[_Term]] = defaultdict(list)
    for agreement in content.agreements:
        key = supplier_key_of(content.find(Organisation, agreement.supplier_id))
        end = term_end_exclusive(agreement)
        if key is not None and agreement.start_date < end:
            terms[key].append(_Term(agreement.start_date, end, agreement.id))
    columns = zip(*((key, *piece) for key in sorted(terms) for piece in _pieces(terms[key])), strict=True)
    frame = pd.DataFrame(dict.fromkeys(_COLUMNS, ()) | dict(zip(_COLUMNS, columns, strict=False)), dtype=object)
    return frame.astype({"candidates": "int64"}).rename_axis("piece").reset_index()


def _pieces(terms: list[_Term]) -> Iterator[tuple[Any, ...]]:
    """Yield the pieces of a supplier, without its key."""
    by_id = sorted(terms, key=attrgetter("agreement_id"))
    changes: dict[date, dict[str, str]] = defaultdict(dict, {FOR_EVER: {}})
    last_ended: dict[date, str] = {}
    for start, end, agreement_id in by_id:
        changes[start][agreement_id] = "certain"
        if end < FOR_EVER:
            changes[end][agreement_id] = "trailing"
            changes[end + _TRAILING][agreement_id] = "after_expiry"
            last_ended[end] = agreement_id
    begins, nearest_id = BEGINNING, min(terms).agreement_id
    named = {term.agreement_id: "before_start" for term in by_id}
    for day in sorted(changes):
        if begins < day:
            yield begins, day, *_standing(named, nearest_id), named
        begins, named, nearest_id = day, named | changes[day], last_ended.get(day, nearest_id)


def _standing(named: dict[str, str], nearest_id: str) -> tuple[list[str], int, str | None, str, str | None]:
    """Return the agreements in force, how many, the only one, and how a line stands that names none."""
    in_force = [agreement_id for agreement_id, coverage in named.items() if coverage == "certain"]
    if not in_force:
        return in_force, 0, None, named[nearest_id], nearest_id
    if len(in_force) == 1:
        return in_force, 1, in_force[0], "certain", None
    return in_force, len(in_force), None, "shared", None
