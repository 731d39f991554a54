"""The process of a room: Voilà behind the door, ``python -m partnership_lib.review.launcher.server``.

It reads one line of JSON from its input (`Orders`), writes one line with its port, and stops when its input ends: the
token stands neither in the list of processes nor in an environment, and no server outlives who started it.
"""

from __future__ import annotations

import json
import logging
import os
import shutil
import sys
import threading
from importlib.resources import files
from socket import socket
from typing import Any

sys.modules.setdefault("rfc3987_syntax", None)  # type: ignore[arg-type]  # before Jupyter is imported: saves a second

from jupyter_core.utils import run_sync  # noqa: E402
from tornado.httpserver import HTTPServer  # noqa: E402
from tornado.ioloop import IOLoop  # noqa: E402
from tornado.netutil import bind_sockets  # noqa: E402
from traitlets.config import Config  # noqa: E402
from voila.app import Voila  # noqa: E402

from partnership_lib import palette, text  # noqa: E402
from partnership_lib.review.launcher.door import Door  # noqa: E402
from partnership_lib.review.launcher.kernels import FewKernels, OwnInterpreter  # noqa: E402
from partnership_lib.review.launcher.orders import ADDRESS, Orders  # noqa: E402

_POLICY = (
    "default-src 'self'; base-uri 'self'; form-action 'none'; frame-ancestors 'none'; object-src 'none'; "
    "img-src 'self' data: blob:; font-src 'self' data:; style-src 'self' 'unsafe-inline'; "
    "script-src 'self' 'unsafe-inline' 'unsafe-eval' blob:; worker-src 'self' blob:; "
    f"connect-src 'self' ws://{ADDRESS}:* ws://localhost:*"
)
"""What the page may ask for: nothing that is not on this machine."""
_WORDS = ("language", "opening", "opening_text", "locked", "locked_text", "full", "full_text", "broken", "broken_text")


class RoomServer(Voila):
    """Voilà on one port of this machine, behind the door, with the workbench's own page."""

    orders: Orders
    template_paths: Any

    def setup_template_dirs(self) -> None:
        """Look for the page's template here first: Voilà's own asks for icons from another machine."""
        super().setup_template_dirs()
        self.template_paths = [str(files(__package__).joinpath("template")), *self.template_paths]

    def listen(self) -> None:
        """Answer requests until told to stop."""
        self.app.settings["voila_jinja2_env"].globals["room"] = words(self.orders.room.language)
        server = HTTPServer(Door(self.app, self.token, self._refusal()))
        sockets = _sockets(self.orders.room.port)
        server.add_sockets(sockets)
        self.port = sockets[0].getsockname()[1]
        self.ioloop = IOLoop.current()
        threading.Thread(target=self._stop_at_end_of_input, daemon=True).start()
        _tell({"port": self.port})
        try:
            self.ioloop.start()
        finally:
            self.stop()

    def stop(self) -> None:
        """Stop the kernels at once: what is to be kept has been saved when it was made."""
        shutil.rmtree(self.connection_dir, ignore_errors=True)
        run_sync(self.kernel_manager.shutdown_all)(now=True)

    def _stop_at_end_of_input(self) -> None:
        sys.stdin.read()
        self.ioloop.add_callback(self.ioloop.stop)

    def _refusal(self) -> str:
        page = self.app.settings["voila_jinja2_env"].get_template("locked.html")
        refusal: str = page.render(language=self.orders.room.language)
        return refusal


def _sockets(port: int) -> list[socket]:
    """Return sockets on the port that is asked for, or on any free one when it is taken."""
    try:
        return bind_sockets(port, ADDRESS)
    except OSError:
        return bind_sockets(0, ADDRESS)


def words(language: str) -> dict[str, str]:
    """Return what the page itself says while it opens and when it cannot, and the colours that it says it in."""
    said = {code: text.sentence(f"room.{code}", {}, language) for code in _WORDS}
    return said | {"variables": palette.variables(":root", dark=False)}


def settings(orders: Orders) -> Config:
    """Return Voilà's settings for a room."""
    room = orders.room
    return Config(
        {
            "Voila": {
                "notebook_path": str(room.notebook),
                "root_dir": str(room.notebook.parent),
                "token": orders.token,
                "ip": ADDRESS,
                "open_browser": False,
                "log_level": "ERROR",
                "tornado_settings": {
                    "headers": {"Content-Security-Policy": _POLICY, "Referrer-Policy": "no-referrer"},
                    "allow_remote_access": False,
                },
            },
            "VoilaConfiguration": {
                "allow_template_override": "NO",
                "allow_theme_override": "NO",
                "file_allowlist": [],
                "extension_denylist": ["@jupyterlab/scheduler", "@voila-dashboards/jupyterlab-preview"],
                "kernel_spec_manager_class": OwnInterpreter,
                "multi_kernel_manager_class": FewKernels,
                "resources": {"room": words(room.language)},
            },
            "VoilaExporter": {"language_code": room.language},
            "VoilaExecutor": {"timeout": 600},
            "FewKernels": {
                "most_kernels": room.most_kernels,
                "cull_idle_timeout": room.idle_seconds,
                "cull_interval": max(1, room.idle_seconds // 4),
                "cull_connected": False,
            },
            "KernelManager": {"transport_encryption": "auto"},
        }
    )


def _tell(answer: dict[str, int]) -> None:
    """Write the one line that is waited for, and send everything that is printed later elsewhere."""
    print(json.dumps(answer), flush=True)  # noqa: T201
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())


def main() -> None:
    """Serve a room until the input ends."""
    orders = Orders.from_line(sys.stdin.readline())
    os.environ.update(orders.room.environment)
    logging.getLogger("tornado").setLevel(logging.ERROR)
    server = RoomServer(config=settings(orders))
    server.orders = orders
    server.config_file_paths = []
    server.initialize([])
    server.start()


if __name__ == "__main__":
    main()
