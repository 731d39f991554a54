"""Tries a server from outside, without its token: whatever answers is a hole."""

from __future__ import annotations

import base64
import http.client
import secrets
import ssl
from collections.abc import Iterator
from dataclasses import dataclass, field

REFUSED = (401, 403)
_KERNEL = "00000000-0000-4000-8000-000000000000"
_UPGRADE = {"Connection": "Upgrade", "Upgrade": "websocket", "Sec-WebSocket-Version": "13"}


@dataclass(frozen=True)
class Attempt:
    """A request that a stranger could make."""

    path: str
    method: str = "GET"
    headers: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Hole:
    """An attempt that was not refused, and the status of the answer."""

    attempt: Attempt
    status: int

    def __str__(self) -> str:
        return f"{self.attempt.method} {self.attempt.path.split('?')[0]} ({self.status})"


def attempts() -> Iterator[Attempt]:
    """Yield what is tried: the page, its tokens and files, kernels, the web socket, what Jupyter has besides."""
    yield Attempt("/")
    yield Attempt("/?token=")
    yield Attempt(f"/?token={secrets.token_urlsafe(32)}")
    yield Attempt("/", headers={"Authorization": "token "})
    yield Attempt("/", headers={"Cookie": "partnership-room=1; username-127-0-0-1=1"})
    yield Attempt("/", method="HEAD")
    for path in ("static/voila.js", "templates/lab/static/theme-light.css", "files/figure.svg", "labextensions/x.js"):
        yield Attempt(f"/voila/{path}")
    for path in ("render/room.ipynb", "tree", "api/contents", "api/themes/x", f"query/{_KERNEL}"):
        yield Attempt(f"/voila/{path}")
    for path in ("/login", "/lab", "/api", "/api/kernels", f"/api/kernels/{_KERNEL}", "/api/contents", "/nothing/here"):
        yield Attempt(path)
    yield Attempt("/api/kernels", method="POST")
    yield Attempt(f"/voila/api/shutdown/{_KERNEL}", method="POST")
    key = base64.b64encode(secrets.token_bytes(16)).decode("ascii")
    yield Attempt(f"/api/kernels/{_KERNEL}/channels", headers={**_UPGRADE, "Sec-WebSocket-Key": key})


def lab_attempts() -> Iterator[Attempt]:
    """Yield what is tried of JupyterLab: its page, files, kernels, web sockets, terminals, what others add to it."""
    for path in (
        "",
        "lab",
        "lab/tree/partnership.toml",
        "lab/api/workspaces",
        "tree",
        "partnership/launcher",
        f"?token={secrets.token_hex(16)}",
    ):
        yield Attempt(f"/{path}")
    for path in ("contents", "kernels", "kernelspecs", "sessions", "status", "config/x", f"kernels/{_KERNEL}", "me"):
        yield Attempt(f"/api/{path}")
    for path in ("files/partnership.toml", "view/x.html", "nbconvert/html/x.ipynb", "metrics", "lsp/status"):
        yield Attempt(f"/{path}")
    for path in ("static/voila.js", "render/x.ipynb", "files/figure.svg", "templates/lab/static/theme-light.css"):
        yield Attempt(f"/voila/{path}")
    for path in ("kernels", "terminals", "sessions", "shutdown"):
        yield Attempt(f"/api/{path}", method="POST")
    yield Attempt("/partnership/notebooks", method="POST")
    key = base64.b64encode(secrets.token_bytes(16)).decode("ascii")
    for path in (f"/api/kernels/{_KERNEL}/channels", "/terminals/websocket/1", "/api/events/subscribe"):
        yield Attempt(path, headers={**_UPGRADE, "Sec-WebSocket-Key": key})


def find_lab_holes(host: str, port: int, *, encrypted: bool = False, timeout_seconds: float = 10.0) -> list[Hole]:
    """Return every attempt that JupyterLab answers without a login; being sent to the login page is no answer."""
    holes = []
    for attempt in lab_attempts():
        connection = _connection(host, port, timeout_seconds, encrypted=encrypted)
        try:
            connection.request(attempt.method, attempt.path, headers=attempt.headers)
            answer = connection.getresponse()
            turned_away = answer.status in (301, 302) and _leads_to_login(answer.headers.get("Location", ""))
            if answer.status < 400 and not turned_away:
                holes.append(Hole(attempt, answer.status))
        except (TimeoutError, ConnectionError, http.client.HTTPException):
            holes.append(Hole(attempt, 0))
        finally:
            connection.close()
    return holes


def _connection(host: str, port: int, timeout_seconds: float, *, encrypted: bool) -> http.client.HTTPConnection:
    if not encrypted:
        return http.client.HTTPConnection(host, port, timeout=timeout_seconds)
    trusting = ssl._create_unverified_context()  # noqa: S323 - it is our own server that is tried
    return http.client.HTTPSConnection(host, port, timeout=timeout_seconds, context=trusting)


def _leads_to_login(location: str) -> bool:
    return location.startswith(("/login?", "/lab?", "/lab/tree")) or location == "/lab"


def find_holes(host: str, port: int, timeout_seconds: float = 10.0) -> list[Hole]:
    """Return every attempt that a server did not refuse; none for a room that is locked."""
    found = ((attempt, status_of(host, port, attempt, timeout_seconds)) for attempt in attempts())
    return [Hole(attempt, status) for attempt, status in found if status not in REFUSED]


def status_of(host: str, port: int, attempt: Attempt, timeout_seconds: float = 10.0) -> int:
    """Return the status of the answer to one attempt; 0 when the server hangs up without one."""
    connection = http.client.HTTPConnection(host, port, timeout=timeout_seconds)
    try:
        connection.request(attempt.method, attempt.path, headers=attempt.headers)
        return connection.getresponse().status
    except (TimeoutError, ConnectionError, http.client.HTTPException):
        return 0
    finally:
        connection.close()
