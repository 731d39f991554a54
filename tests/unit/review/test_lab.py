"""JupyterLab is closed whatever the machine's own Jupyter settings say; one that is not is caught and not started."""

from __future__ import annotations

import http.client
import json
import os
import shutil
import signal
import socket
import ssl
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psutil
import pytest
from click.testing import CliRunner

from partnership_lib.cli import main
from partnership_lib.review.launcher.guards import GUARDS, is_local
from partnership_lib.review.launcher.lab import EXAMINE
from partnership_lib.review.launcher.probe import find_lab_holes
from partnership_lib.review.servers import lab_command
from partnership_lib.workspace import create_workspace

TOKEN = "bara-for-provet"
# Every protective setting turned the wrong way, as it may stand in somebody's home folder or under /etc.
DANGEROUS = """
c.ServerApp.ip = "0.0.0.0"
c.ServerApp.allow_remote_access = True
c.ServerApp.allow_unauthenticated_access = True
c.ServerApp.disable_check_xsrf = True
c.ServerApp.allow_origin_pat = ".*"
c.ServerApp.allow_credentials = True
c.ServerApp.root_dir = "{elsewhere}"
c.ServerApp.terminals_enabled = True
c.ServerApp.kernel_manager_class = "jupyter_server.services.kernels.kernelmanager.AsyncMappingKernelManager"
c.MappingKernelManager.cull_idle_timeout = 0
c.ServerApp.extra_services = ["jupyter_server.nbconvert.handlers"]
c.ServerApp.jpserver_extensions = {{"voila.server_extension": True}}
c.LabApp.extension_manager = "pypi"
c.IdentityProvider.secure_cookie = False
c.PasswordIdentityProvider.cookie_options = {{"httponly": False, "secure": False}}
"""
NO_LOGIN = 'c.IdentityProvider.token = ""\n'
# The same program with the guards taken away.
UNGUARDED = (
    "import sys; from partnership_lib.review.launcher import lab; "
    "lab.forced_options = lambda asked: []; lab.LocalServer.default_services += ('nbconvert',); lab.main(sys.argv[1:])"
)


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("kommunen")
    create_workspace(root)
    return root


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., dict[str, str]]:
    """The environment of a machine whose own Jupyter settings are as told."""
    folder = tmp_path_factory.mktemp("jupyter")

    def environment(content: str = "") -> dict[str, str]:
        (folder / "jupyter_server_config.py").write_text(content.format(elsewhere=folder), encoding="utf-8")
        own = {"JUPYTER_CONFIG_DIR": str(folder), "JUPYTER_TOKEN": TOKEN, "JUPYTER_NO_CONFIG": ""}
        return {**os.environ, **own, "JUPYTER_RUNTIME_DIR": str(folder / "run")}

    return environment


def examined(root: Path, environment: dict[str, str], *, guarded: bool = True) -> dict[str, dict[str, Any]]:
    """What is read off a server that is made on such a machine, by the name of the guard."""
    command = [*lab_command(root), "--no-browser", EXAMINE]
    if not guarded:
        command = [sys.executable, "-c", UNGUARDED, *(each for each in command[3:] if "root_dir" not in each)]
    said = subprocess.run(command, env=environment, cwd=root, capture_output=True, text=True, timeout=120)
    assert said.stdout, said.stderr[-2000:]
    return {row["name"]: row for row in json.loads(said.stdout)["lab"]}


@contextmanager
def running(command: list[str], environment: dict[str, str], root: Path) -> Iterator[tuple[int, int]]:
    """A server that has been started; its port and the number of its process."""
    with socket.socket() as place:
        place.bind(("127.0.0.1", 0))
        port = int(place.getsockname()[1])
    started = subprocess.Popen(
        [*command, "--no-browser", f"--ServerApp.port={port}", "--ServerApp.port_retries=0"],
        env=environment, cwd=root, stderr=subprocess.DEVNULL, start_new_session=True,
    )  # fmt: skip
    try:
        limit = time.monotonic() + 120
        while time.monotonic() < limit and started.poll() is None:
            with socket.socket() as caller:
                if caller.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.1)
        yield port, started.pid
    finally:
        os.killpg(started.pid, signal.SIGTERM)
        started.wait(20)


def tried(port: int, path: str, context: ssl.SSLContext, token: str = "") -> http.client.HTTPResponse:
    """What an encrypted request is answered, by a server whose certificate holds."""
    connection = http.client.HTTPSConnection("127.0.0.1", port, timeout=30, context=context)
    try:
        connection.request("GET", path, headers={"Authorization": f"token {token}"} if token else {})
        return connection.getresponse()
    finally:
        connection.close()


def status(port: int, path: str, method: str = "GET") -> int:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    connection.request(method, path, headers={"Authorization": f"token {TOKEN}"})
    found = connection.getresponse().status
    connection.close()
    return found


@pytest.mark.target(name="T20")
@pytest.mark.target(name="T22")
def test_on_a_machine_with_dangerous_settings_nothing_is_answered_without_the_token(
    root: Path, settings: Callable[..., dict[str, str]], target: Callable[..., None]
) -> None:
    with running(lab_command(root), settings(DANGEROUS), root) as (port, pid):
        holes = find_lab_holes("127.0.0.1", port)
        process = psutil.Process(pid)
        listening = [line for line in process.net_connections("tcp") if line.status == psutil.CONN_LISTEN]
        target(servers=1, holes=len(holes))
        assert holes == []
        assert {line.laddr.ip for line in listening} == {"127.0.0.1"}
        assert TOKEN not in " ".join(process.cmdline())
        assert status(port, "/api/kernels") == status(port, "/lab") == 200
        shut = ("/nbconvert/html/x.ipynb", "/api/nbconvert", "/api/terminals", "/voila/static/voila.js")
        assert [status(port, path) for path in shut] == [404] * len(shut)


@pytest.mark.target(name="T20", control=True)
@pytest.mark.target(name="T22", control=True)
def test_the_control_a_stock_server_without_a_token_is_caught_by_the_same_attempts(
    root: Path, settings: Callable[..., dict[str, str]], target: Callable[..., None]
) -> None:
    command = [sys.executable, "-m", "jupyterlab", "--allow-root", "--IdentityProvider.token="]
    with running(command, settings(), root) as (port, _):
        holes = {str(hole).split(" (")[0] for hole in find_lab_holes("127.0.0.1", port)}
    target(holes=len(holes))
    assert {"GET /lab", "GET /api/kernels", "GET /api/contents", "GET /voila/static/voila.js"} <= holes


@pytest.mark.target(name="T22")
def test_every_setting_is_forced_and_without_the_guards_every_dangerous_one_is_seen(
    root: Path, settings: Callable[..., dict[str, str]], target: Callable[..., None]
) -> None:
    forced = examined(root, settings(DANGEROUS))
    loose = examined(root, settings(DANGEROUS + NO_LOGIN), guarded=False)
    assert list(forced) == list(loose) == [guard.name for guard in GUARDS]
    target(settings=len(forced), unforced=sum(not row["safe"] for row in forced.values()))
    target(control_dangerous=sum(not row["safe"] for row in loose.values()))
    assert [name for name, row in forced.items() if not row["safe"]] == []
    assert [name for name, row in loose.items() if row["safe"]] == []


@pytest.mark.target(name="T22")
def test_a_server_that_would_ask_for_no_login_is_not_started_and_says_why(
    root: Path, settings: Callable[..., dict[str, str]], monkeypatch: pytest.MonkeyPatch, target: Callable[..., None]
) -> None:
    environment = settings(NO_LOGIN)
    command = [*lab_command(root), "--no-browser"]
    ended = subprocess.run(command, env=environment, cwd=root, capture_output=True, text=True, timeout=120)
    target(refused=int(ended.returncode == 1))
    assert ended.returncode == 1
    assert "JupyterLab öppnades inte" in ended.stderr and "login = no" in ended.stderr
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    said = CliRunner().invoke(main, ["doctor", "--workspace", str(root), "--json"])
    faults = [row for row in json.loads(said.stdout)["findings"] if row["severity"] == "error"]
    assert said.exit_code == 1
    assert [row["where"] for row in faults] == ["JupyterLab"]
    assert faults[0]["what"].startswith("kräver nyckel eller lösenord: nej")


def test_an_address_that_others_reach_is_refused_unless_it_is_asked_for(
    root: Path, settings: Callable[..., dict[str, str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    refused = CliRunner().invoke(main, ["lab", "--workspace", str(root), "--address", "0.0.0.0", "--language", "en"])
    assert refused.exit_code == 2
    assert "would not be encrypted" in refused.output
    started: list[str] = []
    monkeypatch.setattr(
        subprocess, "run", lambda command, **_: started.extend(command) or type("R", (), {"returncode": 0})
    )
    asked = ["lab", "--workspace", str(root), "--address", "10.1.2.3", "--exposed", "--language", "en"]
    said = CliRunner().invoke(main, asked)
    assert said.exit_code == 0 and "WARNING" in said.output
    assert "--LocalServer.asked_address=10.1.2.3" in started


def test_an_address_that_was_asked_for_needs_an_encrypted_connection(
    root: Path, settings: Callable[..., dict[str, str]]
) -> None:
    asked = [*lab_command(root, address="0.0.0.0"), "--no-browser"]
    said = subprocess.run(asked, env=settings(), cwd=root, capture_output=True, text=True, timeout=120)
    assert said.returncode == 1
    assert "address = 0.0.0.0" in said.stderr


def test_only_loopback_is_this_machine_only() -> None:
    assert [is_local(each) for each in ("127.0.0.1", "127.9.9.9", "::1", "localhost")] == [True] * 4
    assert [is_local(each) for each in ("0.0.0.0", "::", "", "192.168.1.5", "*", "example.org")] == [False] * 6


# --- others reach it on purpose -------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with an authority of our own and what it has signed for 127.0.0.1."""
    if shutil.which("openssl") is None:
        pytest.skip("no openssl on this machine")
    folder = tmp_path_factory.mktemp("authority")
    new = ("openssl", "req", "-newkey", "rsa:2048", "-nodes", "-days", "2")
    for command in (
        (*new, "-x509", "-subj", "/CN=Provkommunens utfardare", "-keyout", "ca.key", "-out", "ca.pem"),
        (*new, "-x509", "-subj", "/CN=Nagon annan", "-keyout", "other.key", "-out", "other.pem"),
        (
            *(*new, "-x509", "-subj", "/CN=partnerskap", "-addext", "subjectAltName=IP:127.0.0.1"),
            *("-CA", "ca.pem", "-CAkey", "ca.key", "-keyout", "server.key", "-out", "server.pem"),
        ),
    ):
        subprocess.run(command, cwd=folder, check=True, capture_output=True)
    return folder


@pytest.mark.target(name="T20")
@pytest.mark.target(name="T22")
def test_a_server_that_others_reach_on_purpose_is_encrypted_and_asks_for_the_token_all_the_same(
    root: Path, settings: Callable[..., dict[str, str]], authority: Path, target: Callable[..., None]
) -> None:
    certified = f'c.ServerApp.certfile = "{authority}/server.pem"\nc.ServerApp.keyfile = "{authority}/server.key"\n'
    trusting = ssl.create_default_context(cafile=str(authority / "ca.pem"))
    with running(lab_command(root, address="0.0.0.0"), settings(DANGEROUS + certified), root) as (port, pid):
        listening = [line for line in psutil.Process(pid).net_connections("tcp") if line.status == psutil.CONN_LISTEN]
        holes = find_lab_holes("127.0.0.1", port, encrypted=True)
        assert tried(port, "/api/kernels", trusting, TOKEN).status == 200
        assert tried(port, "/api/kernels", trusting, f"{TOKEN}x").status == 403
        with pytest.raises((ConnectionError, http.client.HTTPException)):
            status(port, "/api/kernels")
        with pytest.raises(ssl.SSLCertVerificationError):
            tried(port, "/lab", ssl.create_default_context(cafile=str(authority / "other.pem")))
        cookies = tried(port, "/lab", trusting, TOKEN).headers.get_all("Set-Cookie", [])
    (login,) = [cookie for cookie in cookies if cookie.startswith("username-")]
    flags = {part.strip().lower() for part in login.split(";")[1:]}
    target(servers=1, holes=len(holes))
    assert holes == []
    assert {line.laddr.ip for line in listening} == {"0.0.0.0"}
    assert {"httponly", "secure", "samesite=lax"} <= flags


@pytest.mark.target(name="T22", control=True)
def test_the_control_an_unguarded_server_gives_a_cookie_that_scripts_and_open_lines_may_carry(
    root: Path, settings: Callable[..., dict[str, str]], authority: Path, target: Callable[..., None]
) -> None:
    trusting = ssl.create_default_context(cafile=str(authority / "ca.pem"))
    careless = (
        *(sys.executable, "-m", "jupyterlab", "--allow-root", "--ServerApp.ip=127.0.0.1"),
        *(f"--ServerApp.certfile={authority}/server.pem", f"--ServerApp.keyfile={authority}/server.key"),
    )
    with running([*careless], settings(DANGEROUS), root) as (port, _):
        cookies = tried(port, "/lab", trusting, TOKEN).headers.get_all("Set-Cookie", [])
    (login,) = [cookie.lower() for cookie in cookies if cookie.startswith("username-")]
    target(bare_cookies=int("httponly" not in login and "secure" not in login))
    assert "httponly" not in login
    assert "secure" not in login
