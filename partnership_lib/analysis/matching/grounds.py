"""What the published ground of a purchase says: bought on an agreement, awarded directly, or nothing clear."""

from __future__ import annotations

from collections.abc import Sequence
from functools import reduce
from operator import or_
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import ibis

DIRECT_AWARD, ON_AGREEMENT, UNKNOWN = "direct_award", "on_agreement", "unknown"
_DIRECT_WORDS = ("direktupp", "direct award")
_AGREEMENT_WORDS = ("ramavtal", "avrop", "upphandlat", "framework", "call-off")


def ground_kind(ground: Any) -> ibis.Value:
    """Return what a column of grounds says: ``direct_award``, ``on_agreement``, or ``unknown`` where it is unclear."""
    import ibis

    words = ground.lower()
    return ibis.cases(
        ((ground == "") | ground.isnull(), UNKNOWN),
        (_holds_one(words, _DIRECT_WORDS), DIRECT_AWARD),
        (_holds_one(words, _AGREEMENT_WORDS), ON_AGREEMENT),
        else_=UNKNOWN,
    )


def says_direct_award(ground: Any) -> ibis.Value:
    """Return whether a column of grounds says that a purchase was awarded directly."""
    return _holds_one(ground.lower(), _DIRECT_WORDS).fill_null(False)


def _holds_one(words: Any, wanted: Sequence[str]) -> Any:
    return reduce(or_, [words.contains(each) for each in wanted])
