"""A room is locked, is tried before it is used, and leaves nothing behind."""

import http.client
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from partnership_lib.errors import PartnershipError
from partnership_lib.review.launcher import Room, running_room
from partnership_lib.review.launcher.probe import Attempt, find_holes, status_of

CODE = "import os, pathlib; pathlib.Path('kernel.pid').write_text(str(os.getpid())); os.environ['PARTNERSHIP_CASE']"
# Voilà as it is when nobody has thought of a token, or has misspelt the option.
OPEN_SERVER = """
import json, sys
from tornado.httpserver import HTTPServer
from tornado.ioloop import IOLoop
from tornado.netutil import bind_sockets
from voila.app import Voila
class Open(Voila):
    def listen(self):
        sockets = bind_sockets(0, "127.0.0.1")
        HTTPServer(self.app).add_sockets(sockets)
        print(json.dumps({"port": sockets[0].getsockname()[1]}), flush=True)
        self.ioloop = IOLoop.current()
        self.ioloop.start()
orders = json.loads(sys.stdin.readline())
server = Open(open_browser=False, log_level="ERROR")
server.initialize([orders["room"]["notebook"]])
server.start()
"""


@pytest.fixture(scope="module")
def notebook(tmp_path_factory) -> Path:
    file = tmp_path_factory.mktemp("rummet") / "room.ipynb"
    cell = {"cell_type": "code", "id": "a", "metadata": {}, "outputs": [], "execution_count": None, "source": CODE}
    file.write_text(json.dumps({"cells": [cell], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}), encoding="utf-8")
    return file


@pytest.fixture(scope="module")
def room(notebook):
    with running_room(Room(notebook, "sv", {"PARTNERSHIP_CASE": "fallet.yaml"}, most_kernels=1)) as running:
        yield running


def _get(port, path, **headers):
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    connection.request("GET", path, headers=headers)
    answer = connection.getresponse()
    return answer, answer.read().decode("utf-8")


def _cookie(room):
    answer, _ = _get(room.port, f"/?token={room.token}")
    assert answer.status == 302
    assert answer.headers["Location"] == "/"
    return answer.headers["Set-Cookie"].split(";")[0]


def _is_alive(pid):
    state = Path(f"/proc/{pid}/stat")
    return state.exists() and state.read_text(encoding="utf-8").split()[2] != "Z"


def _wait_until(true, seconds=10.0):
    limit = time.monotonic() + seconds
    while not true() and time.monotonic() < limit:
        time.sleep(0.05)
    return true()


def test_nothing_is_answered_without_the_token(room):
    assert find_holes("127.0.0.1", room.port) == []


def test_what_is_refused_says_how_to_get_in(room):
    answer, page = _get(room.port, "/")
    assert answer.status == 403
    assert "Rummet är låst" in page


def test_the_token_is_shown_once_and_gives_a_cookie_that_scripts_cannot_read(room):
    answer, _ = _get(room.port, f"/?token={room.token}")
    assert "HttpOnly" in answer.headers["Set-Cookie"]
    assert room.token not in answer.headers["Set-Cookie"]
    assert _get(room.port, "/voila/static/voila.js", Cookie=_cookie(room))[0].status == 200


def test_a_page_of_somebody_else_is_refused_even_with_the_cookie(room):
    cookie = _cookie(room)
    kernel = "/api/kernels/00000000-0000-4000-8000-000000000000/channels"
    upgrade = {"Connection": "Upgrade", "Upgrade": "websocket", "Sec-WebSocket-Version": "13",
               "Sec-WebSocket-Key": "AAAAAAAAAAAAAAAAAAAAAA=="}  # fmt: skip
    assert status_of("127.0.0.1", room.port, Attempt(kernel, headers={**upgrade, "Cookie": cookie})) == 404
    foreign = {**upgrade, "Cookie": cookie, "Origin": "http://127.0.0.1:8000"}
    assert status_of("127.0.0.1", room.port, Attempt(kernel, headers=foreign)) == 403
    assert _get(room.port, "/", Cookie=cookie, Host="rebound.invalid")[0].status == 403


def test_the_page_runs_the_notebook_in_its_environment_and_asks_for_nothing_elsewhere(room, notebook):
    answer, page = _get(room.port, "/", Cookie=_cookie(room))
    assert answer.status == 200
    assert "fallet.yaml" in page
    assert 'lang="sv"' in page
    assert "Rummet öppnas" in page
    assert "//cdn" not in page
    assert "default-src 'self'" in answer.headers["Content-Security-Policy"]


def test_there_are_no_more_kernels_than_there_may_be(room):
    cookie = _cookie(room)
    answers = [_get(room.port, "/", Cookie=cookie) for _ in range(2)]
    assert answers[-1][0].status == 503
    assert "Rummet är fullt" in answers[-1][1]


def test_the_token_stands_neither_in_the_list_of_processes_nor_in_an_environment(room):
    if not Path("/proc").is_dir():
        pytest.skip("this system has no /proc")
    process = Path("/proc", str(room.process.pid))
    assert room.token.encode() not in process.joinpath("cmdline").read_bytes()
    assert room.token.encode() not in process.joinpath("environ").read_bytes()
    assert room.token not in repr(room)


def test_a_server_without_a_token_is_caught_and_stopped(notebook):
    command = (sys.executable, "-c", OPEN_SERVER)
    started = []
    popen = subprocess.Popen

    class Watched(popen):
        def __init__(self, *arguments, **options):
            super().__init__(*arguments, **options)
            started.append(self)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(subprocess, "Popen", Watched)
        with pytest.raises(PartnershipError) as caught, running_room(Room(notebook, "sv"), command):
            pytest.fail("an open room was handed out")
    assert caught.value.code == "room_not_locked"
    assert "GET /voila/static/voila.js (200)" in caught.value.values["found"]
    assert [process.poll() is None for process in started] == [False]


def test_a_server_that_does_not_start_is_reported_with_its_exit_code(notebook):
    with (
        pytest.raises(PartnershipError) as caught,
        running_room(Room(notebook, "sv"), (sys.executable, "-c", "exit(7)")),
    ):
        pytest.fail("there is no room")
    assert caught.value.code == "room_not_started"


def test_a_kernel_whose_page_has_gone_is_stopped(notebook):
    with running_room(Room(notebook, "sv", {"PARTNERSHIP_CASE": "x"}, idle_seconds=4)) as running:
        _get(running.port, "/", Cookie=_cookie(running))
        kernel = int(notebook.with_name("kernel.pid").read_text(encoding="utf-8"))
        assert _wait_until(lambda: not _is_alive(kernel), seconds=30)
        assert running.process.poll() is None


def test_a_closed_room_leaves_no_kernel(notebook):
    pid_file = notebook.with_name("kernel.pid")
    with running_room(Room(notebook, "en", {"PARTNERSHIP_CASE": "x"})) as running:
        _get(running.port, "/", Cookie=_cookie(running))
        kernel = int(pid_file.read_text(encoding="utf-8"))
        assert _is_alive(kernel)
    assert running.process.poll() == 0
    assert _wait_until(lambda: not _is_alive(kernel))


def test_a_room_ends_with_whoever_started_it(notebook):
    program = (
        "import sys, time\nfrom pathlib import Path\nfrom partnership_lib.review.launcher import Room, running_room\n"
        "with running_room(Room(Path(sys.argv[1]), 'sv')) as room:\n"
        "    print(room.process.pid, flush=True)\n    time.sleep(60)\n"
    )
    starter = subprocess.Popen([sys.executable, "-c", program, notebook], stdout=subprocess.PIPE, text=True)
    server = int(starter.stdout.readline())
    starter.send_signal(signal.SIGKILL)
    starter.wait()
    starter.stdout.close()
    assert _wait_until(lambda: not _is_alive(server))
    if _is_alive(server):
        os.kill(server, signal.SIGKILL)
