"""A column of the room: what one alternative comes to, in words and in two pictures."""

from __future__ import annotations

from collections.abc import Mapping

import ipywidgets as widgets

from partnership_lib.decision.measures.quick import QuickAnswer, QuickRoom
from partnership_lib.findings import Chart
from partnership_lib.review.what_if.controls import Value
from partnership_lib.review.what_if.pictures import picture_html, pictures_of
from partnership_lib.review.what_if.words import Words

_WHOLE = {"cost_waterfall": (4.0, 3.75), "difference_distribution": (3.4, 3.75)}
_HALF = {"cost_waterfall": (3.7, 1.75), "difference_distribution": (3.7, 1.37)}
"""Width and height of a picture [inches]: its letters keep their size when two columns stand side by side."""
_STEPS_WHOLE, _STEPS_HALF = 7, 5
"""How many parts of the cost have a step of their own."""


class Column:
    """Shows the answer to one alternative.

    Attributes
    ----------
    name : str
        ``A`` or ``B``.
    answer : QuickAnswer or None
        The last good answer; None before there is one.
    """

    def __init__(self, name: str, words: Words) -> None:
        self.name = name
        self._words = words
        self.answer: QuickAnswer | None = None
        self._asked: dict[str, Value] | None = None
        self._drawn: dict[str, Chart] = {}
        self.text = widgets.HTML()
        self.pictures = {code: widgets.HTML() for code in _WHOLE}
        pictures = widgets.Box(list(self.pictures.values())).add_class("what-if-pictures")
        self.widget = widgets.VBox([self.text, pictures]).add_class("what-if-column")

    def ask(self, quick: QuickRoom, changes: Mapping[str, Value]) -> None:
        """Ask what these changes come to, and say it.

        Raises
        ------
        PartnershipError
            When the changes do not go together; the last good answer is left standing.
        """
        if changes == self._asked:
            return
        self.answer = quick.answer(changes)
        self._asked = dict(changes)
        months = float(changes.get("settings.horizon_months", quick.case.settings.horizon_months))
        open_ones = sum(
            each.varies and not each.confirmed_by and each.key not in changes for each in quick.case.assumptions
        )
        self.text.value = self._words.answer_html(self.name, self.answer, len(changes), months, open_ones)

    def draw(self, beside: QuickAnswer | None) -> None:
        """Draw the pictures of the last good answer: for the whole width, or for half of it `beside` another answer."""
        if self.answer is None:
            return
        sizes = _WHOLE if beside is None else _HALF
        steps = _STEPS_WHOLE if beside is None else _STEPS_HALF
        for chart in pictures_of(self.answer, self._words.currency, steps, beside):
            if _is_same(chart, self._drawn.get(chart.code)):
                continue
            self._drawn[chart.code] = chart
            said = self._words.alternative_text(chart.code, self.name, self.answer)
            self.pictures[chart.code].value = picture_html(chart, self._words.language, said, sizes[chart.code])

    def mark_edited(self, edited: bool) -> None:
        """Show whether the controls change this alternative."""
        (self.widget.add_class if edited else self.widget.remove_class)("what-if-edited")


def _is_same(chart: Chart, drawn: Chart | None) -> bool:
    return drawn is not None and chart.values == drawn.values and chart.frame.equals(drawn.frame)
