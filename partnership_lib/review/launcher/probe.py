"""Tries a server from outside, without its token: whatever answers is a hole."""

from __future__ import annotations

import base64
import http.client
import secrets
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
