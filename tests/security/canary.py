"""A server that counts who calls it and a file that nobody may read: both tell on whoever has been there."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

SECRET = "kanarieinnehåll-som-ingen-får-läsa-7Q4ZP"


@dataclass
class Canary:
    """The address of the server, the file, and the calls until now."""

    host: str
    file: Path
    calls: list[str] = field(default_factory=list)


@contextmanager
def counting_server(file: Path) -> Iterator[Canary]:
    """Yield a server on this machine that writes down every call and answers with the secret."""

    class Counting(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            found.calls.append(self.path)
            self.send_response(200)
            self.end_headers()
            self.wfile.write(SECRET.encode())

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Counting)
    found = Canary(f"http://127.0.0.1:{server.server_port}", file)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield found
    server.shutdown()
    server.server_close()
