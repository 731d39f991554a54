"""Frames whose words are there in two languages: each reader gets hers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from partnership_lib.display.values import is_missing

if TYPE_CHECKING:
    import pandas as pd

_SWEDISH = "_sv"


def in_language(frame: pd.DataFrame, language: str) -> pd.DataFrame:
    """Return a frame with one column of words where it has two, such as ``source`` and ``source_sv``.

    Somebody's own words, which nobody has translated, are shown as they are.

    Examples
    --------
    >>> import pandas as pd
    >>> frame = pd.DataFrame({"source": ["A guess.", "Egen mätning"], "source_sv": ["En gissning.", None]})
    >>> list(in_language(frame, "sv")["source"]), list(in_language(frame, "en")["source"])
    (['En gissning.', 'Egen mätning'], ['A guess.', 'Egen mätning'])
    """
    columns = [str(column) for column in frame.columns]
    pairs = [(name, name + _SWEDISH) for name in columns if name + _SWEDISH in columns]
    if not pairs:
        return frame
    chosen = frame.drop(columns=[swedish for _, swedish in pairs])
    if language == "sv":
        for name, swedish in pairs:
            both = zip(frame[name], frame[swedish], strict=True)
            chosen[name] = [plain if is_missing(translated) else translated for plain, translated in both]
    return chosen
