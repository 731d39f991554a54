"""The controls of the room: a row per number or choice, which tells what was changed and computes nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import ipywidgets as widgets

from partnership_lib import text
from partnership_lib.display.safe import escape
from partnership_lib.errors import InputError
from partnership_lib.review.what_if.knobs import Choice, Knob
from partnership_lib.review.what_if.numbers import read_number

Value = float | str

_ECHO = 0.001
_DECIMALS = 9


class Control:
    """A row: what it is called, what it says, and how it is taken back.

    Parameters
    ----------
    changed : callable
        Called with the key and the new value, or None when the row was taken back to what the case has.
    """

    def __init__(self, key: str, language: str, changed: Callable[[str, Value | None], None]) -> None:
        self.key = key
        self._language = language
        self._changed = changed
        self._is_told = False
        self.reset = widgets.Button(description=self._say("reset"), tooltip=self._say("reset_tooltip"))
        self.reset.add_class("what-if-reset")
        self.reset.on_click(lambda _: changed(key, None))

    def _say(self, code: str, **values: Any) -> str:
        return text.sentence(f"what_if.{code}", values, self._language)

    @contextmanager
    def _told(self) -> Iterator[None]:
        """Set the row's own widgets without taking that for an edit."""
        self._is_told = True
        try:
            yield
        finally:
            self._is_told = False

    def _mark(self, row: widgets.Box, chosen: bool) -> None:
        (row.add_class if chosen else row.remove_class)("what-if-chosen")
        self.reset.disabled = not chosen


class KnobRow(Control):
    """A number: a box to type in and a slider, the band in which it lies today, and a way back to all of that band."""

    def __init__(
        self,
        knob: Knob,
        language: str,
        changed: Callable[[str, Value | None], None],
        refused: Callable[[InputError], None],
    ) -> None:
        super().__init__(knob.key, language, changed)
        self.knob = knob
        self._refused = refused
        self.box = widgets.Text(description=knob.name, continuous_update=False, style={"description_width": "auto"})
        low, high, step = (knob.shown(each) for each in (knob.low, knob.high, knob.step))
        self.slider = widgets.FloatSlider(value=knob.on_grid(knob.today), min=low, max=high, step=step, readout=False)
        unit = widgets.HTML(escape(knob.short_unit)).add_class("what-if-unit")
        track = widgets.HTML(self._track_html()).add_class("what-if-track")
        band = widgets.HTML(self._band_html()).add_class("what-if-band")
        self.widget = widgets.VBox(
            [
                widgets.HBox([self.box, unit]).add_class("what-if-line"),
                track,
                self.slider,
                widgets.HBox([band, self.reset]).add_class("what-if-line"),
            ]
        ).add_class("what-if-row")
        self.box.observe(self._typed, names="value")
        self.slider.observe(self._slid, names="value")
        self.show(None)

    def show(self, value: Value | None) -> None:
        """Show a changed value, or for None what the case has."""
        knob, language = self.knob, self._language
        number = knob.today if value is None else float(value)
        with self._told():
            self._move(knob.on_grid(number))
            self.box.value = knob.rounded(number, language) if value is None else knob.written(number, language)
        self.box.remove_class("what-if-wrong")
        self._mark(self.widget, value is not None)

    def _move(self, place: float) -> None:
        """Move the slider; where it is there already it is left alone, for somebody may be dragging it."""
        if abs(self.slider.value - place) >= _ECHO * self.slider.step:
            self.slider.max = max(self.slider.max, place)
            self.slider.min = min(self.slider.min, place)
            self.slider.value = place

    def _slid(self, change: dict[str, Any]) -> None:
        # The browser sends the slider's place back when it first draws it: an echo, off by a rounding.
        is_echo = abs(change["new"] - change["old"]) < _ECHO * self.slider.step
        if not self._is_told and not is_echo:
            self._changed(self.key, self.knob.value(round(change["new"], _DECIMALS)))

    def _typed(self, change: dict[str, Any]) -> None:
        if self._is_told:
            return
        knob = self.knob
        least, most = knob.shown(knob.least), knob.shown(knob.most)
        try:
            shown = read_number(change["new"], knob.name, knob.unit, least, most, self._language)
        except InputError as error:
            self.box.add_class("what-if-wrong")
            self._refused(error)
            return
        self._changed(self.key, knob.value(shown))

    def _band_html(self) -> str:
        """Return what the case has, in words."""
        knob, language = self.knob, self._language
        if knob.p10 is None or knob.p90 is None:
            return escape(self._say("certain", value=knob.written(knob.today, language), unit=knob.unit))
        low, high = (knob.rounded(value, language) for value in (knob.p10, knob.p90))
        return escape(self._say("uncertain", low=low, high=high, unit=knob.unit))

    def _track_html(self) -> str:
        """Return where on the slider the case's value lies eight times of ten."""
        knob = self.knob
        if knob.p10 is None or knob.p90 is None:
            return ""
        width = (knob.high - knob.low) or 1.0
        left, right = (100 * (end - knob.low) / width for end in (knob.p10, knob.p90))
        return f'<i aria-hidden="true" style="left:{left:.1f}%;width:{right - left:.1f}%"></i>'


class ChoiceRow(Control):
    """A choice from a list."""

    def __init__(self, choice: Choice, language: str, changed: Callable[[str, Value | None], None]) -> None:
        super().__init__(choice.key, language, changed)
        self.choice = choice
        self.list = widgets.Dropdown(
            description=choice.name, options=choice.options, value=choice.today, style={"description_width": "auto"}
        )
        self.widget = widgets.HBox([self.list, self.reset]).add_class("what-if-row").add_class("what-if-line")
        self.list.observe(self._picked, names="value")
        self.show(None)

    def show(self, value: Value | None) -> None:
        """Show a changed value, or for None what the case has."""
        with self._told():
            self.list.value = self.choice.today if value is None else value
        self._mark(self.widget, value is not None)

    def _picked(self, change: dict[str, Any]) -> None:
        if not self._is_told:
            picked = change["new"]
            self._changed(self.key, None if picked == self.choice.today else picked)
