"""Starts a room, tries its lock before anybody is let in, and stops it with all its kernels."""

from __future__ import annotations

import contextlib
import json
import secrets
import subprocess
import sys
import tempfile
import threading
import webbrowser
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote

from partnership_lib.errors import PartnershipError
from partnership_lib.review.launcher.orders import ADDRESS, Orders, Room
from partnership_lib.review.launcher.probe import find_holes

SERVER = (sys.executable, "-m", "partnership_lib.review.launcher.server")
START_SECONDS = 60.0
STOP_SECONDS = 5.0


@dataclass(frozen=True)
class RunningRoom:
    """A room that has been tried and is open.

    Attributes
    ----------
    address : str
        With the token, once; whoever opens it gets a cookie.
    """

    port: int
    token: str = field(repr=False)
    process: subprocess.Popen[str] = field(repr=False)
    folder: Path = field(repr=False)

    @property
    def address(self) -> str:
        """Return the address that opens the room."""
        return f"http://{ADDRESS}:{self.port}/?token={quote(self.token)}"

    def wait(self) -> int:
        """Return the server's exit code when it has ended."""
        return self.process.wait()

    def show(self) -> bool:
        """Return whether a browser was asked to open the room.

        It is asked to open a file of ours that leads on: what a program is called with can be read by everybody on the
        machine. A browser inside the terminal would take the terminal away, so it is not asked.
        """
        with contextlib.suppress(webbrowser.Error):
            browser = webbrowser.get()
            if type(browser) is webbrowser.GenericBrowser:
                return False
            page = self.folder / "room.html"
            page.write_text(f'<meta http-equiv="refresh" content="0;url={self.address}">', encoding="ascii")
            return browser.open(page.as_uri())
        return False


@contextlib.contextmanager
def running_room(room: Room, command: Sequence[str] = SERVER) -> Iterator[RunningRoom]:
    """Yield a room that listens on this machine only and refuses whoever lacks its token; it stops with the block.

    Parameters
    ----------
    room : Room
        What is opened.
    command : sequence of str
        The server; reads its orders from its input and answers with its port.

    Raises
    ------
    PartnershipError
        ``room_not_started``; ``room_not_locked`` when anything is answered without the token: the server has been
        stopped then.
    """
    token = secrets.token_urlsafe(32)
    process = subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, encoding="utf-8", start_new_session=True
    )
    try:
        port = _port_of(process, Orders(room, token))
        holes = find_holes(ADDRESS, port)
        if holes:
            process.terminate()
            raise PartnershipError("room_not_locked", found=", ".join(map(str, holes)))
        with tempfile.TemporaryDirectory(prefix="partnership-") as folder:
            yield RunningRoom(port, token, process, Path(folder))
    finally:
        _stop(process)


def _port_of(process: subprocess.Popen[str], orders: Orders) -> int:
    """Return the port that a server answers with."""
    assert process.stdin is not None
    assert process.stdout is not None
    giving_up = threading.Timer(START_SECONDS, process.kill)
    giving_up.start()
    try:
        process.stdin.write(orders.as_line())
        process.stdin.flush()
        return int(json.loads(process.stdout.readline())["port"])
    except (OSError, ValueError, KeyError):
        process.kill()
        raise PartnershipError("room_not_started", exit_code=process.wait()) from None
    finally:
        giving_up.cancel()


def _stop(process: subprocess.Popen[str]) -> None:
    """Close the server's input: the order to stop its kernels and itself. Insist where it does not."""
    for pipe in (process.stdin, process.stdout):
        if pipe is not None:
            with contextlib.suppress(OSError):
                pipe.close()
    for insist in (process.terminate, process.kill):
        try:
            process.wait(STOP_SECONDS)
            return
        except subprocess.TimeoutExpired:
            insist()
    process.wait()
