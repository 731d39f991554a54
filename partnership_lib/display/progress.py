"""How far long work has come: a bar on a terminal or in a notebook, and nothing at all in a published report.

Work tells where it is as ``tell(step, done, of)`` and knows nothing of bars. `Steps` turns that into a share of the
whole, with the words for the step, and one of the two faces draws it: `on_terminal` or `in_notebook`.
"""

from __future__ import annotations

import sys
import time
import uuid
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from itertools import islice
from typing import Any

from partnership_lib import text
from partnership_lib.display.safe import escape
from partnership_lib.palette import LIGHT

Tell = Callable[[str, int, int], None]
"""Hears the code of a step, how much of it is done, and of how much."""
Draw = Callable[[float, float, str], None]
"""Hears how much of the whole is done, of how much, and what is being done, in words."""

_ON_TERMINAL = "{desc} {percentage:3.0f} % |{bar}| {elapsed} < {remaining}"
_LONGEST_LABEL = 60
_REST_AFTER_SECONDS, _REST_AFTER_SHARE = 1.0, 0.03
"""Before this, nothing can be said of the time that is left."""
_BETWEEN_SECONDS = 0.2
_NOTHING = {"text/html": "", "text/plain": ""}
_silent = False


def be_silent() -> None:
    """Draw nothing in this process from now on: what a report's notebook shows is published as it stands."""
    global _silent  # noqa: PLW0603 - a process is a report's, or it is not
    _silent = True


class Steps:
    """Turns told steps into a share of the whole, which never goes back.

    Parameters
    ----------
    shares : Mapping of str to float
        What share of the time each step takes, in their order; a step that is not in it takes none.
    words : str
        The group of words in `text` that names the steps.
    about : str
        What stands before the words for the step.
    """

    def __init__(self, draw: Draw, shares: Mapping[str, float], words: str, language: str, about: str = "") -> None:
        self._draw, self._shares = draw, shares
        self._words, self._language, self._about = words, language, about
        self._reached = 0.0

    def tell(self, step: str, done: int = 0, of: int = 1) -> None:
        """Draw that so much of a step is done."""
        if step in self._shares:
            before = sum(islice(self._shares.values(), list(self._shares).index(step)))
            self._reached = max(self._reached, before + self._shares[step] * done / max(of, 1))
        self.say(text.word(self._words, step, self._language))

    def say(self, words: str) -> None:
        """Draw other words on the bar as it stands."""
        self._draw(self._reached, 1.0, f"{self._about}: {words}" if self._about else words)


def part(draw: Draw, number: int, count: int) -> Draw:
    """Return what draws one of `count` equal parts of the whole, the first of which is number 0."""
    return lambda done, of, label: draw(number + done / of, count, label)


def by_lines(draw: Draw, language: str) -> Callable[[int, int, str, int], None]:
    """Return what hears bytes done, bytes in all, the file and the lines read, and says how fast it goes."""
    began = time.monotonic()

    def tell(done: int, of: int, file: str, lines: int) -> None:
        speed = lines / max(time.monotonic() - began, 0.001)
        read = text.sentence("progress.lines_read", {"lines": lines, "speed": speed}, language)
        draw(done, of, f"{file[: _LONGEST_LABEL // 2]} {read}")

    return tell


# --- on a terminal --------------------------------------------------------------------------------------------------


@contextmanager
def on_terminal(*, quiet: bool = False) -> Iterator[Draw]:
    """Yield what draws a bar on a terminal, and nothing where there is none."""
    if quiet or not sys.stderr.isatty():
        yield _draw_nothing
        return
    bar: Any = None

    def draw(done: float, of: float, label: str) -> None:
        nonlocal bar
        if bar is None:
            from tqdm import tqdm  # here: most commands draw none

            bar = tqdm(total=of, file=sys.stderr, leave=False, bar_format=_ON_TERMINAL)
        bar.total = of
        bar.set_description_str(label[:_LONGEST_LABEL], refresh=False)
        bar.update(done - bar.n)
        bar.refresh()

    try:
        yield draw
    finally:
        if bar is not None:
            bar.close()


def _draw_nothing(done: float, of: float, label: str) -> None:
    """Draw nothing."""


# --- in a notebook --------------------------------------------------------------------------------------------------


@contextmanager
def in_notebook(language: str) -> Iterator[Draw]:
    """Yield what draws a bar below the cell that runs, and nothing outside of a notebook or in a report's.

    When the work is done, or has failed, the bar is gone: nothing of it is saved with the notebook.
    """
    bar = None if _silent or not _is_notebook() else _NotebookBar(language)
    try:
        yield _draw_nothing if bar is None else bar.draw
    finally:
        if bar is not None:
            bar.take_away()


def _is_notebook() -> bool:
    """Return whether this runs in a kernel, whose page can show a bar and take it away."""
    ipython = sys.modules.get("IPython")
    shell = ipython.get_ipython() if ipython is not None else None
    return getattr(shell, "kernel", None) is not None


class _NotebookBar:
    """A bar that is one output of a cell, drawn anew as the work goes on."""

    def __init__(self, language: str) -> None:
        self._language = language
        self._id = uuid.uuid4().hex
        self._began = time.monotonic()
        self._drawn: float | None = None

    def draw(self, done: float, of: float, label: str) -> None:
        """Draw how far it has come; what comes too soon after the last is left out."""
        from IPython.display import display

        now = time.monotonic()
        if self._drawn is not None and now - self._drawn < _BETWEEN_SECONDS:
            return
        share = min(done / of, 1.0) if of else 0.0
        shown = _bar_html(share, label[:_LONGEST_LABEL], self._rest(share, now))
        display(shown, raw=True, display_id=self._id, update=self._drawn is not None)
        self._drawn = now

    def take_away(self) -> None:
        """Leave nothing behind."""
        if self._drawn is not None:
            from IPython.display import display

            display(_NOTHING, raw=True, display_id=self._id, update=True)

    def _rest(self, share: float, now: float) -> str:
        """Return how long it still takes if it goes on as it went, in words; nothing while too little is known."""
        past = now - self._began
        if past < _REST_AFTER_SECONDS or share < _REST_AFTER_SHARE:
            return ""
        return rest_in_words(past / share - past, self._language)


def rest_in_words(seconds: float, language: str) -> str:
    """Return how long is left, as roughly as it is known.

    Examples
    --------
    >>> rest_in_words(44.0, "en"), rest_in_words(200.0, "en")
    ('about 45 seconds left', 'about 3 minutes left')
    """
    if seconds < 90:
        return text.sentence("progress.seconds_left", {"n": max(5, 5 * round(seconds / 5))}, language)
    return text.sentence("progress.minutes_left", {"n": round(seconds / 60)}, language)


def _bar_html(share: float, label: str, rest: str) -> dict[str, str]:
    percent = round(100 * share)
    said = f"{label} · {rest}" if rest else label
    return {
        "text/html": (
            f'<div role="status"><progress max="100" value="{percent}" aria-label="{escape(label)}" '
            f'style="width: 16rem; vertical-align: middle; accent-color: {LIGHT["teal"]}">{percent} %</progress> '
            f"{percent} % · {escape(said)}</div>"
        ),
        "text/plain": f"{percent} % · {said}",
    }
