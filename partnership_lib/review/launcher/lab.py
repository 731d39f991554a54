"""The process of JupyterLab on a workspace: ``python -m partnership_lib.review.launcher.lab``.

It starts with our settings, whatever the machine's own Jupyter settings say, reads them off the server before anybody
is let in, and then tries the lock from outside. ``--examine`` only prints what was read, and what the rooms are set to,
for ``partnership doctor``.
"""

from __future__ import annotations

import json
import os
import sys
import threading
from typing import Any

sys.modules.setdefault("rfc3987_syntax", None)  # type: ignore[arg-type]  # before Jupyter is imported: saves a second

from jupyter_server.serverapp import ServerApp  # noqa: E402
from jupyterlab.labapp import LabApp  # noqa: E402
from tornado.ioloop import IOLoop  # noqa: E402
from traitlets import Unicode  # noqa: E402

from partnership_lib import text  # noqa: E402
from partnership_lib.errors import PartnershipError  # noqa: E402
from partnership_lib.review.launcher.guards import SERVICES_OFF, forced_options, judged  # noqa: E402
from partnership_lib.review.launcher.probe import find_lab_holes  # noqa: E402
from partnership_lib.review.launcher.room_guards import judged_room  # noqa: E402
from partnership_lib.review.told import LANGUAGE_VARIABLE  # noqa: E402

EXAMINE = "--examine"


class LocalServer(ServerApp):
    """Jupyter's server for one person on this machine."""

    name = "jupyter_server"
    default_services: Any = tuple(name for name in ServerApp.default_services if name not in SERVICES_OFF)
    asked_address = Unicode("", help="An address that somebody asked for, although others reach it.").tag(config=True)

    def start(self) -> None:
        """Answer requests until told to stop; not at all with a setting that would let others in."""
        dangers = [row for row in judged(self) if not row["safe"]]
        if dangers:
            self.http_server.stop()
            _refuse("lab_not_safe", ", ".join(f"{row['name']} = {row['seen']}" for row in dangers))
        super().start()

    def start_ioloop(self) -> None:
        """Answer requests, and be the first to make some: from outside, without the token."""
        trying = threading.Thread(target=self._try_the_lock, daemon=True)
        IOLoop.current().add_callback(trying.start)
        super().start_ioloop()

    def _try_the_lock(self) -> None:
        holes = find_lab_holes(self.ip, self.port, encrypted=bool(self.certfile))
        if holes:
            try:
                _refuse("room_not_locked", ", ".join(map(str, holes)))
            finally:
                os._exit(1)


class LocalLab(LabApp):
    """JupyterLab on that server."""

    name = "lab"
    serverapp_class = LocalServer

    @classmethod
    def get_extension_package(cls) -> str:
        """Return the package whose extension this is; it would be looked for beside the class otherwise."""
        return "jupyterlab"


def _refuse(code: str, found: str) -> None:
    language = os.environ.get(LANGUAGE_VARIABLE, text.LANGUAGES[0])
    known = language if language in text.LANGUAGES else text.LANGUAGES[0]
    print(text.describe(PartnershipError(code, found=found), known), file=sys.stderr)  # noqa: T201
    raise SystemExit(1)


def main(arguments: list[str]) -> None:
    """Serve JupyterLab until told to stop, or print what its settings are."""
    examines = EXAMINE in arguments
    given = [each for each in arguments if each != EXAMINE]
    server: Any = LocalLab.initialize_server(argv=[*given, *forced_options(_asked_address(given))])
    if examines:
        print(json.dumps({"lab": judged(server), "room": judged_room()}))  # noqa: T201
        return
    server.start()


def _asked_address(given: list[str]) -> str:
    """Return the address, which others reach, that somebody has asked for."""
    name = "--LocalServer.asked_address="
    return next((each.removeprefix(name) for each in given if each.startswith(name)), "")


if __name__ == "__main__":
    main(sys.argv[1:])
