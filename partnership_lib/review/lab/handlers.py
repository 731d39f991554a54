"""What JupyterLab's page asks the server: what there is to choose, and for a new copy. Only who is let in may ask."""

from __future__ import annotations

import asyncio
import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

from jupyter_server.base.handlers import APIHandler
from jupyter_server.utils import url_path_join
from tornado.web import Application, authenticated

from partnership_lib import text
from partnership_lib.errors import PartnershipError
from partnership_lib.review.told import LANGUAGE_VARIABLE
from partnership_lib.workspace import Workspace, open_workspace
from partnership_lib.workspace.settings import SETTINGS_FILE

_ASKED = ("agreement", "case", "meeting", "period", "audience", "language")


class _Handler(APIHandler):
    """Answers about the workspace that the server was started on."""

    @property
    def root(self) -> Path:
        """Return the folder that the server shows."""
        return Path(os.path.expanduser(self.settings["server_root_dir"]))

    async def answer(self, work: Callable[[], Any]) -> None:
        """Send what `work` gives, done in a thread; what it refuses is sent as the sentence that says why."""
        try:
            self.finish(await asyncio.to_thread(work))
        except PartnershipError as error:
            self.set_status(400)
            self.finish({"message": text.describe(error, _language() or "sv")})


class LauncherHandler(_Handler):
    """Says what the launcher offers; nothing where the server does not show a workspace."""

    @authenticated
    async def get(self) -> None:
        """Send the words, the start page and the cards."""
        if not (self.root / SETTINGS_FILE).is_file():
            self.finish({"cards": []})
            return
        await self.answer(lambda: offered(self.root))


class CopyHandler(_Handler):
    """Makes a new copy of a report's notebook."""

    @authenticated
    async def post(self) -> None:
        """Send where the copy is."""
        asked = {name: value for name, value in json.loads(self.request.body).items() if isinstance(value, str)}
        await self.answer(lambda: {"path": copied(self.root, asked)})


def offered(root: Path) -> dict[str, Any]:
    """Return what the launcher offers on the workspace in `root`."""
    from partnership_lib.review.lab.cards import launcher  # here: it brings pandas, which no start of the server needs

    return launcher(_opened(root))


def copied(root: Path, asked: dict[str, str]) -> str:
    """Return where the copy is that a form asks for, seen from `root`."""
    from partnership_lib.reports.request import one_request
    from partnership_lib.review.lab.copies import new_copy

    workspace = _opened(root, asked.get("date", ""))
    chosen: dict[str, Any] = {name: asked[name] for name in _ASKED if asked.get(name)}
    copy = new_copy(workspace, one_request(workspace, asked.get("kind", ""), **chosen))
    return copy.relative_to(workspace.root).as_posix()


def _opened(root: Path, day: str = "") -> Workspace:
    return open_workspace(root, as_of=day or None, language=_language())


def _language() -> str | None:
    return os.environ.get(LANGUAGE_VARIABLE) or None


def add_handlers(application: Application) -> None:
    """Let the server answer."""
    base = application.settings["base_url"]
    application.add_handlers(
        ".*$",
        [
            (url_path_join(base, "partnership", "launcher"), LauncherHandler),
            (url_path_join(base, "partnership", "notebooks"), CopyHandler),
        ],
    )
