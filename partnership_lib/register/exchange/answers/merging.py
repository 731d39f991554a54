"""The three-way merge of one cell: as it was sent, as it stands with us, as it came back."""

from __future__ import annotations

from enum import StrEnum
from typing import Any


class Outcome(StrEnum):
    """What becomes of a cell; each cell has exactly one.

    ``kept``: the supplier did not change it; ours stands, changed or not. ``same``: both say the same. ``taken``:
    only the supplier changed it. ``conflict``: both changed it, differently. ``locked``: the supplier changed what
    is not the supplier's to change. ``unknown``: it differs, and who changed it cannot be known. ``closed``: only the
    supplier changed it, but the activity has been finished with us since. ``refused``: it cannot be understood, or
    cannot be right; the reason is told.
    """

    KEPT = "kept"
    SAME = "same"
    TAKEN = "taken"
    CONFLICT = "conflict"
    LOCKED = "locked"
    UNKNOWN = "unknown"
    CLOSED = "closed"
    REFUSED = "refused"

    @property
    def must_be_decided(self) -> bool:
        """Return whether somebody has to decide which one stands."""
        return self not in (Outcome.KEPT, Outcome.SAME, Outcome.TAKEN)


def merge(base: Any, ours: Any, theirs: Any) -> Outcome:
    """Return what becomes of a cell.

    Examples
    --------
    >>> merge("a", "a", "b").value, merge("a", "b", "a").value, merge("a", "b", "b").value, merge("a", "b", "c").value
    ('taken', 'kept', 'same', 'conflict')
    """
    if theirs == base:
        return Outcome.KEPT
    if theirs == ours:
        return Outcome.SAME
    return Outcome.TAKEN if ours == base else Outcome.CONFLICT


def merge_without_base(ours: Any, theirs: Any) -> Outcome:
    """Return what becomes of a cell when nobody knows any more what was sent."""
    return Outcome.SAME if theirs == ours else Outcome.UNKNOWN
