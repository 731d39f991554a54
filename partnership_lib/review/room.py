"""The review meeting's room: the three activity lists side by side, and saving what is agreed on."""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import date
from typing import Any

import ipywidgets as widgets

from partnership_lib import text
from partnership_lib.display.safe import escape
from partnership_lib.domain import AccessRole, Activity, Level, Person
from partnership_lib.errors import PartnershipError, UsageError
from partnership_lib.review.edits import activities_by_level, complete_activity, move_activity, reopen_activity
from partnership_lib.workspace import Workspace

AGREEMENT_VARIABLE = "PARTNERSHIP_AGREEMENT"


class ReviewRoom:
    """Widgets for going through an agreement's activities with the supplier in the room.

    Parameters
    ----------
    workspace : Workspace
        An open workspace.
    agreement : str
        Id of the partnership; empty: the one named in ``PARTNERSHIP_AGREEMENT``, else the first.
    """

    def __init__(self, workspace: Workspace, agreement: str = "") -> None:
        self._workspace = workspace
        self._content = workspace.content()
        partnerships = [each for each in self._content.agreements if each.is_partnership]
        if not partnerships:
            raise UsageError("no_partnerships", folder=str(workspace.root))
        chosen = agreement or os.environ.get(AGREEMENT_VARIABLE) or partnerships[0].id
        if chosen not in {each.id for each in partnerships}:
            allowed = ", ".join(each.id for each in partnerships)
            raise UsageError("unknown_partnership", found=chosen, allowed=allowed)
        self._make_controls(partnerships, chosen)
        self._show_lists()

    @property
    def widget(self) -> widgets.VBox:
        """Return the room as one widget."""
        head = widgets.HBox([self.agreement, self.person], layout=widgets.Layout(flex_flow="row wrap"))
        form = widgets.VBox([self.activity, self.day, self.note, widgets.HBox(self.buttons)])
        return widgets.VBox([head, self.lists, form, self.message])

    def _make_controls(self, partnerships: list[Any], chosen: str) -> None:
        wide = widgets.Layout(width="min(32rem, 100%)")
        style = {"description_width": "9rem"}
        self.agreement = widgets.Dropdown(
            options=[(each.name, each.id) for each in partnerships],
            value=chosen,
            description=self._say("agreement"),
            style=style,
            layout=wide,
        )
        self.person = widgets.Dropdown(
            options=self._editors(), description=self._say("person"), style=style, layout=wide
        )
        self.lists = widgets.HTML()
        self.activity = widgets.Dropdown(description=self._say("activity"), style=style, layout=wide)
        self.day = widgets.DatePicker(value=self._workspace.as_of, description=self._say("day"), style=style)
        self.note = widgets.Textarea(description=self._say("note"), style=style, layout=wide)
        self.message = widgets.HTML()
        self.buttons = [
            self._button("complete", self._complete, "success"),
            self._button("move", self._move, ""),
            self._button("reopen", self._reopen, ""),
        ]
        self.agreement.observe(lambda _: self._show_lists(), names="value")

    def _button(self, code: str, action: Callable[[Activity, date, str, str], Activity], look: str) -> widgets.Button:
        button = widgets.Button(description=self._say(code), button_style=look)
        button.on_click(lambda _: self._do(action))
        return button

    def _editors(self) -> list[tuple[str, str]]:
        readers = AccessRole.READER
        people: list[Person] = [each for each in self._content.people if each.access_role is not readers]
        return [(f"{each.name}, {each.title}" if each.title else each.name, each.id) for each in people]

    def _say(self, code: str, **values: Any) -> str:
        return text.sentence(f"review.{code}", values, self._workspace.language)

    def _show_lists(self) -> None:
        lists = activities_by_level(self._content, self.agreement.value)
        columns = "".join(self._list_html(level, lists[level]) for level in Level)
        self.lists.value = f'<div style="display:flex;gap:1.5rem;flex-wrap:wrap;line-height:1.45">{columns}</div>'
        everything = [each for level in Level for each in lists[level]]
        self.activity.options = [(f"{each.id} · {each.title}", each.id) for each in everything]

    def _list_html(self, level: Level, activities: list[Activity]) -> str:
        heading = escape(self._say(f"list_{level}", count=len(activities)))
        rows = "".join(self._row_html(each) for each in activities)
        return (
            f'<section style="flex:1 1 14rem"><h3>{heading}</h3><ul style="padding-left:1.1rem">{rows}</ul></section>'
        )

    def _row_html(self, activity: Activity) -> str:
        language = self._workspace.language
        status = text.word("activity_status", activity.status_on(self._workspace.as_of), language)
        due = activity.due_date.isoformat() if activity.due_date else "–"
        return f"<li><strong>{escape(activity.title)}</strong><br>{escape(due)} · {escape(status)}</li>"

    def _do(self, action: Callable[[Activity, date, str, str], Activity]) -> None:
        activity = self._content.find(Activity, self.activity.value)
        if activity is None or self.day.value is None or self.person.value is None:
            self._tell(self._say("choose_first"))
            return
        try:
            saved = action(activity, self.day.value, self.note.value, self.person.value)
        except PartnershipError as error:
            # What was typed stays in the form, so that nothing is lost.
            self._tell(f"{self._say('not_saved')} {text.describe(error, self._workspace.language)}")
            return
        self._content = self._workspace.content()
        self._show_lists()
        self.activity.value = saved.id
        self.note.value = ""
        self._tell(self._say("saved", title=saved.title))

    def _complete(self, activity: Activity, day: date, note: str, person: str) -> Activity:
        return complete_activity(self._workspace.register, activity, day, note, person)

    def _move(self, activity: Activity, day: date, note: str, person: str) -> Activity:
        return move_activity(self._workspace.register, activity, day, note, person, self._workspace.as_of)

    def _reopen(self, activity: Activity, day: date, note: str, person: str) -> Activity:
        return reopen_activity(self._workspace.register, activity, person)

    def _tell(self, message: str) -> None:
        self.message.value = f'<p role="status">{escape(message)}</p>'
