"""What stands nearest to a word that was not found, for the sentence that says so."""

from __future__ import annotations

import difflib
from collections.abc import Iterable

_FEW = 12
"""So many words can all be told."""


def nearest(word: object, known: Iterable[object]) -> str:
    """Return the words to tell somebody who wrote another one: the nearest, or all where they are few.

    Examples
    --------
    >>> nearest("A-0001", [f"A-{number:03}" for number in range(1, 41)])
    'A-001'
    >>> nearest("red", ["tactical", "strategic"])
    'tactical, strategic'
    """
    words = list(dict.fromkeys(str(each) for each in known))
    folded = {each.casefold(): each for each in words}
    holding = [each for key, each in folded.items() if str(word) and str(word).casefold() in key]
    if holding:
        return ", ".join(holding[:3])
    close = difflib.get_close_matches(str(word).casefold(), folded, n=3, cutoff=0.75)
    if close:
        best = difflib.SequenceMatcher(None, str(word).casefold(), close[0]).ratio()
        near = [each for each in close if difflib.SequenceMatcher(None, str(word).casefold(), each).ratio() >= best]
        return ", ".join(folded[each] for each in near)
    return ", ".join(words) if len(words) <= _FEW else ", ".join(words[:_FEW]) + " …"
