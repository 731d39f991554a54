"""The one way into a room: a request without the token, or the cookie that was given for it, gets nothing."""

from __future__ import annotations

import secrets
from typing import Any
from urllib.parse import urlsplit

from tornado.httputil import HTTPHeaders, HTTPMessageDelegate, HTTPServerRequest, ResponseStartLine
from tornado.routing import Router

_LOCAL = ("127.0.0.1", "localhost")
_CLOSED = {"Cache-Control": "no-store", "Referrer-Policy": "no-referrer", "X-Content-Type-Options": "nosniff"}


class Door(Router):
    """Stands before a whole web application, its static files and web sockets too.

    Voilà leaves several of its addresses open (static files, labextensions, files beside the notebook), and a misspelt
    option opens all of it. Here nothing depends on the handlers: whoever does not show the token is refused.

    Parameters
    ----------
    inside : tornado.routing.Router
        The application. It asks for the same token; the door shows it on behalf of a visitor who is let in.
    token : str
        Shown once, as ``/?token=...``; the answer is a cookie and an address without the token, so that it does not
        stay on a projector.
    refusal : str
        The page that everybody else gets.

    Raises
    ------
    ValueError
        Without a token.
    """

    def __init__(self, inside: Router, token: str, refusal: str) -> None:
        if not token:
            raise ValueError("a door needs a token")
        self._inside = inside
        self._token = token
        self._refusal = refusal.encode("utf-8")
        self._cookie_name = f"partnership-room-{secrets.token_hex(4)}"
        self._cookie = secrets.token_urlsafe(32)

    def find_handler(self, request: HTTPServerRequest, **kwargs: Any) -> HTTPMessageDelegate | None:
        """Return what answers a request."""
        if not _is_local(request):
            return _Answer(request, 403, self._refusal)
        if self._shows_cookie(request):
            request.headers["Authorization"] = f"token {self._token}"
            return self._inside.find_handler(request, **kwargs)
        if self._shows_token(request):
            # Lax: the page that opens the browser is a file, and a strict cookie would not survive the way from there.
            cookie = f"{self._cookie_name}={self._cookie}; HttpOnly; SameSite=Lax; Path=/"
            return _Answer(request, 302, b"", {"Location": "/", "Set-Cookie": cookie})
        return _Answer(request, 403, self._refusal)

    def _shows_cookie(self, request: HTTPServerRequest) -> bool:
        cookie = request.cookies.get(self._cookie_name)
        return cookie is not None and secrets.compare_digest(cookie.value.encode(), self._cookie.encode())

    def _shows_token(self, request: HTTPServerRequest) -> bool:
        shown = request.query_arguments.get("token", [b""])[-1]
        right = secrets.compare_digest(shown, self._token.encode())
        return right and request.method == "GET" and request.path == "/"


def _is_local(request: HTTPServerRequest) -> bool:
    """Return whether a request names this machine and comes from the room's own page.

    A page of somebody else can reach this machine by a name of its own; cookies are sent to every port of a host.
    """
    origin = request.headers.get("Origin")
    named_here = urlsplit(f"//{request.host}").hostname in _LOCAL
    return named_here and (origin is None or origin == f"http://{request.host}")


class _Answer(HTTPMessageDelegate):
    """Answers a request at the door, whatever it asked for."""

    def __init__(
        self, request: HTTPServerRequest, status: int, page: bytes, headers: dict[str, str] | None = None
    ) -> None:
        self._request = request
        self._line = ResponseStartLine("", status, {302: "Found", 403: "Forbidden"}[status])
        self._page = b"" if request.method == "HEAD" else page
        self._headers = HTTPHeaders({**_CLOSED, "Content-Type": "text/html; charset=utf-8", **(headers or {})})
        self._headers["Content-Length"] = str(len(page))

    def data_received(self, chunk: bytes) -> None:
        """Take what is sent along and leave it unread."""

    def finish(self) -> None:
        """Send the answer."""
        connection = self._request.connection
        assert connection is not None
        connection.write_headers(self._line, self._headers, self._page)
        connection.finish()

    def on_connection_close(self) -> None:
        """Have nothing to put away."""
