"""The what-if room: other assumptions, and what they do to the answer while they are turned."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import ipywidgets as widgets

from partnership_lib import text
from partnership_lib.decision.measures.quick import QuickRoom
from partnership_lib.errors import PartnershipError
from partnership_lib.review.what_if.columns import Column
from partnership_lib.review.what_if.controls import ChoiceRow, KnobRow, Value
from partnership_lib.review.what_if.knobs import Knob, assumption_knobs
from partnership_lib.review.what_if.latest import Latest
from partnership_lib.review.what_if.page import behaviour, style_html
from partnership_lib.review.what_if.saving import SaveForm
from partnership_lib.review.what_if.terms import setting_choices, setting_knobs
from partnership_lib.review.what_if.words import Words
from partnership_lib.workspace import Workspace
from partnership_lib.workspace.case_files import find_case

NAMES = ("A", "B")
SHOWN_AT_FIRST = 8


class WhatIfRoom:
    """Widgets for asking "what if?" of a case, with two alternatives side by side.

    Nothing is computed here: a control changes an alternative, the alternative is asked of the `QuickRoom`, and the
    columns show its answer.

    Parameters
    ----------
    workspace : Workspace
        An open workspace.
    case : str
        Path of the case file.
    """

    def __init__(self, workspace: Workspace, case: str) -> None:
        self.language = workspace.language
        file = find_case(workspace.root, case)
        self.case = workspace.case(file)
        self.changes: dict[str, dict[str, Value]] = {name: {} for name in NAMES}
        self._quick = QuickRoom(self.case)
        self._words = Words(self.language, workspace.currency)
        self.columns = {name: Column(name, self._words) for name in NAMES}
        self.save_form = SaveForm(workspace, file, self.case, self._words, self._edited_changes)
        self._make_controls()
        self._latest = Latest([self._answer, self._draw], self._failed)
        self._answer()
        self._draw()

    @property
    def widget(self) -> widgets.VBox:
        """Return the room as one widget."""
        title = widgets.HTML(self._words.title_html(self.case)).add_class("what-if-head")
        body = widgets.HBox([self._controls, self._answers]).add_class("what-if-body")
        return widgets.VBox([widgets.HTML(style_html()), title, body, behaviour()]).add_class("what-if")

    @property
    def edited(self) -> str:
        """Return the name of the alternative that the controls change."""
        return str(self.alternative.value)

    def change(self, key: str, value: Value | None) -> None:
        """Change the edited alternative; None takes a change back."""
        changes = self.changes[self.edited]
        if value is None:
            changes.pop(key, None)
        else:
            changes[key] = value
        self.rows[key].show(value)
        self._tell("")
        self._latest.request()

    def _edited_changes(self) -> dict[str, Value]:
        return dict(self.changes[self.edited])

    def _make_controls(self) -> None:
        say, language = self._words.say, self.language
        self.alternative = widgets.ToggleButtons(options=NAMES, description=say("alternative"))
        self.side_by_side = widgets.Checkbox(description=say("side_by_side"), indent=False)
        self.copy = widgets.Button(description=say("copy", source="A", target="B"))
        self.reset_all = widgets.Button(description=say("reset_all"))
        self.message = widgets.HTML().add_class("what-if-status")
        choices = [ChoiceRow(each, language, self.change) for each in setting_choices(self.case, language)]
        settings = [self._knob_row(each) for each in setting_knobs(self.case, language)]
        first = self._assumption_rows(self._quick.order[:SHOWN_AT_FIRST])
        terms: list[ChoiceRow | KnobRow] = [*choices, *settings]
        self.rows = {row.key: row for row in [*terms, *first]}
        self._lay_out(terms, first)
        self.alternative.observe(lambda _: self._show_rows(), names="value")
        self.side_by_side.observe(lambda _: self._show_columns(), names="value")
        self.copy.on_click(lambda _: self._copy())
        self.reset_all.on_click(lambda _: self._reset_all())

    def _knob_row(self, knob: Knob) -> KnobRow:
        return KnobRow(knob, self.language, self.change, self._refuse)

    def _assumption_rows(self, keys: Sequence[str]) -> list[KnobRow]:
        return [self._knob_row(knob) for knob in assumption_knobs(self.case, keys, self.language)]

    def _more(self) -> list[widgets.Widget]:
        """Return the fold that the less important assumptions are in; its rows are made when it is opened."""
        rest = self._quick.order[SHOWN_AT_FIRST:]
        inside = widgets.VBox()
        fold = widgets.Accordion([inside], titles=[self._words.say("more", count=len(rest))])

        def open_fold(_: Any) -> None:
            if not inside.children:
                rows = self._assumption_rows(rest)
                self.rows |= {row.key: row for row in rows}
                inside.children = [row.widget for row in rows]
                self._show_rows()

        fold.observe(open_fold, names="selected_index")
        return [fold] if rest else []

    def _lay_out(self, terms: list[ChoiceRow | KnobRow], first: list[KnobRow]) -> None:
        switch = widgets.HBox([self.alternative, self.side_by_side]).add_class("what-if-switch")
        parts = [
            switch,
            widgets.HBox([self.copy, self.reset_all]).add_class("what-if-actions"),
            self._words.heading("assumptions"),
            *(row.widget for row in first),
            self._words.heading("terms"),
            *(row.widget for row in terms),
            self.save_form.widget,
            *self._more(),
            self.message,
        ]
        self._controls = widgets.VBox(parts).add_class("what-if-controls")
        self._between = widgets.HTML()
        self._pair = widgets.HBox().add_class("what-if-pair")
        self._answers = widgets.VBox([self._between, self._pair]).add_class("what-if-answers")
        self.copy.disabled = True

    def _show_rows(self) -> None:
        """Show the edited alternative in the controls; editing B shows B."""
        if self.edited == "B" and not self.side_by_side.value:
            self.side_by_side.value = True
        for key, row in self.rows.items():
            row.show(self.changes[self.edited].get(key))
        for name, column in self.columns.items():
            column.mark_edited(name == self.edited)
        self._tell("")

    def _show_columns(self) -> None:
        """Show one column or two, when there is something to show in them."""
        self.copy.disabled = not self.side_by_side.value
        if not self.side_by_side.value:
            self.alternative.value = "A"
        self._latest.request()

    def _copy(self) -> None:
        self.changes["B"] = dict(self.changes["A"])
        self._show_rows()
        self._latest.request()

    def _reset_all(self) -> None:
        self.changes[self.edited] = {}
        self._show_rows()
        self._latest.request()

    def _shown(self) -> list[Column]:
        return [self.columns[name] for name in (NAMES if self.side_by_side.value else NAMES[:1])]

    def _answer(self) -> None:
        """Ask for what the alternatives come to; what cannot be computed leaves the last good answer."""
        try:
            for column in self._shown():
                column.ask(self._quick, self.changes[column.name])
        except PartnershipError as error:
            self._refuse(error)

    def _draw(self) -> None:
        """Draw what is shown, and only then put it there: a column without its pictures is never seen."""
        shown = self._shown()
        answers = [column.answer for column in shown if column.answer is not None]
        # Words first: drawing takes longer, and they must not speak of the answer before.
        self._between.value = self._words.comparison_html(*answers) if len(answers) == len(NAMES) else ""
        for column in shown:
            column.draw(next((other.answer for other in shown if other is not column), None))
        self._pair.children = [column.widget for column in shown]

    def _refuse(self, error: PartnershipError) -> None:
        self._tell(text.describe(error, self.language), "refused")

    def _failed(self, error: BaseException) -> None:
        self._tell(self._words.say("failed", reason=f"{type(error).__name__}: {error}"), "refused")

    def _tell(self, message: str, kind: str = "calm") -> None:
        self.message.value = self._words.message_html(message, kind) if message else ""
