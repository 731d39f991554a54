"""The room as one widget: its page, the state that the page shows, and the messages between the two."""

from __future__ import annotations

from importlib.resources import files
from threading import Thread
from typing import TYPE_CHECKING, Any

import anywidget
import traitlets

from partnership_lib import palette
from partnership_lib.review.meeting.protocol import Figure
from partnership_lib.review.meeting.session import MeetingSession

if TYPE_CHECKING:
    from partnership_lib.workspace import Workspace

SCRIPTS = (
    *("elements", "icons", "keeping", "days", "sending"),
    *("lists", "forms", "panel", "conflict"),
    *("figures", "presence", "minutes", "decisions", "pulse", "knowledge", "approval", "proposals"),
    *("identity", "head", "room"),
)
"""The page's scripts in the order in which they are joined into one module; the last one hands out the room."""
STYLES = ("room", "lists", "panel", "notes", "approval")


def page_script() -> str:
    """Return the page's scripts as the one ES module that a widget may have."""
    return "\n".join(_page_file(f"{name}.js") for name in SCRIPTS)


def page_style() -> str:
    """Return the page's style sheets as one; its sizes follow the room's."""
    return palette.variables(".review-room", unit="em") + "\n".join(_page_file(f"{name}.css") for name in STYLES)


def _page_file(name: str) -> str:
    return files("partnership_lib.review.meeting").joinpath("page", name).read_text(encoding="utf-8")


class MeetingWidget(anywidget.AnyWidget):
    """The review room's page for one session.

    The state goes to the page and never comes back from it: what a browser says that the state is, is not listened to.

    Parameters
    ----------
    workspace : Workspace
        An open workspace.
    agreement, meeting : str
        Ids; empty: the first partnership, and its meeting of today, the next or the latest.

    Raises
    ------
    PartnershipError
        When the register cannot be opened, or what is named is not in it.
    """

    _esm = page_script()
    _css = page_style()
    frame: Any = traitlets.Dict().tag(sync=True)
    lists: Any = traitlets.List().tag(sync=True)
    status: Any = traitlets.List().tag(sync=True)
    figures: Any = traitlets.List(allow_none=True, default_value=None).tag(sync=True)
    """None until they have been computed."""
    meeting: Any = traitlets.Dict().tag(sync=True)

    def __init__(self, workspace: Workspace, agreement: str = "", meeting: str = "") -> None:
        self._session = MeetingSession(workspace, agreement, meeting, self._show)
        self._figures_of: tuple[str, str] | None = None
        state = self._session.state(with_figures=False)
        super().__init__(**{**state, "figures": None})
        self.on_msg(self._answer)

    def set_state(self, sync_data: dict[str, Any]) -> None:
        """Leave what the page says about the state unread."""

    def _show(self, changed: dict[str, Any]) -> None:
        """Send the parts that have changed, all in one message."""
        with self.hold_sync():
            for part, value in changed.items():
                setattr(self, part, value)
            if self._place() == self._figures_of:
                return
            if self.figures:
                self._figures_of = self._place()  # they were known from before
            else:
                self.figures = None

    def _answer(self, widget: Any, message: Any, buffers: Any) -> None:
        """Answer a message; the figures, which take a while, are computed beside what the meeting does."""
        self.send(self._session.handle(message))
        place = self._place()
        if place != self._figures_of:
            self._figures_of = place
            compute = self._session.figures_to_come()
            Thread(target=lambda: self._tell_figures(place, compute()), daemon=True).start()

    def _tell_figures(self, place: tuple[str, str], figures: list[Figure]) -> None:
        """Send figures that have been computed, unless something else has been chosen meanwhile."""
        if place == self._place():
            self.figures = figures

    def _place(self) -> tuple[str, str]:
        return self.frame["agreement"]["id"], self.frame["audience"]
