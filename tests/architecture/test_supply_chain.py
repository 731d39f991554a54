"""What the workbench is built on: known flaws, licences, nothing of others in the repository."""

from __future__ import annotations

import importlib.util
import json
import os
import re
import shutil
import socket
import subprocess
import sys
import threading
import warnings
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import ModuleType

import pytest
from flaw_audit import audit

SMALL = ("jinja2", "markupsafe", "click")
VENDORED = re.compile(r"\.(?:woff2?|[ot]tf|eot|min\.js|whl|jar|so|dll|exe)$|(?:^|/)(?:vendor|node_modules)/")
# Licences that would ask the municipality to publish what it adds, or whose terms we have not read.
REFUSED = re.compile(
    r"(?<!L)(?<!Lesser )(?<!of )(?:\bA?GPL|General Public License)|SSPL|BUSL|Commons Clause|proprietary", re.I
)


@pytest.fixture(scope="module")
def small_lock(repository: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A few entries of the real lock, hashes and all."""
    text = (repository / "requirements.lock").read_text(encoding="utf-8")
    entries = re.split(r"^(?=[A-Za-z0-9])", text, flags=re.M)[1:]
    chosen = [entry for entry in entries if entry.split("==")[0] in SMALL]
    assert len(chosen) == len(SMALL)
    lock = tmp_path_factory.mktemp("lock") / "requirements.lock"
    lock.write_text("".join(chosen), encoding="utf-8")
    return lock


class _Flaws(BaseHTTPRequestHandler):
    """A database of flaws on this machine, which knows one in one package."""

    flawed = ""
    asked: list[str]

    def do_POST(self) -> None:
        name = json.loads(self.rfile.read(int(self.headers["Content-Length"])))["package"]["name"]
        self.asked.append(name)
        package = {"name": name, "ecosystem": "PyPI"}
        flaw = {"id": "TEST-2026-1", "summary": "x", "affected": [{"package": package, "ranges": []}]}
        answer = json.dumps({"vulns": [flaw]} if name == self.flawed else {}).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def flaws() -> Iterator[Callable[[str], tuple[str, list[str]]]]:
    """Starts a database of flaws; its address, and what it has been asked for."""
    running = []

    def start(flawed: str = "") -> tuple[str, list[str]]:
        asked: list[str] = []
        handler = type("Known", (_Flaws,), {"flawed": flawed, "asked": asked})
        server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        running.append(server)
        return f"http://127.0.0.1:{server.server_port}/v1/query", asked

    yield start
    for server in running:
        server.shutdown()
        server.server_close()


@pytest.mark.target(name="T21")
def test_an_audit_that_has_looked_everything_up_is_clean_and_counts(
    small_lock: Path, flaws: Callable[..., tuple[str, list[str]]], tmp_path: Path
) -> None:
    url, asked = flaws()
    done = audit(small_lock, tmp_path, url)
    assert (done.is_clean, done.audited, sorted(asked)) == (True, len(SMALL), sorted(SMALL)), str(done)


@pytest.mark.target(name="T21", control=True)
def test_the_control_a_known_flaw_is_named(
    small_lock: Path, flaws: Callable[..., tuple[str, list[str]]], tmp_path: Path, target: Callable[..., None]
) -> None:
    url, _ = flaws("jinja2")
    done = audit(small_lock, tmp_path, url)
    target(flaws=len(done.flaws))
    assert not done.is_clean
    assert [flaw.split()[0] for flaw in done.flaws] == ["jinja2"]


@pytest.mark.target(name="T21", control=True)
def test_the_control_a_database_of_flaws_out_of_reach_is_not_taken_for_no_flaws(
    small_lock: Path, tmp_path: Path, target: Callable[..., None]
) -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        done = audit(small_lock, tmp_path, f"http://127.0.0.1:{closed.getsockname()[1]}/v1/query")
    target(not_audited=int(not done.is_complete))
    assert (done.is_clean, done.is_complete, done.audited) == (False, False, 0)
    assert str(done).startswith("NOT AUDITED: 0 of 3")


@pytest.mark.target(name="T21")
@pytest.mark.skipif(os.environ.get("PARTNERSHIP_PROOF") != "1", reason="asks the network: only in the proof")
def test_no_locked_package_has_a_known_flaw(repository: Path, tmp_path: Path, target: Callable[..., None]) -> None:
    done = audit(repository / "requirements.lock", tmp_path)
    if not done.is_complete:
        warnings.warn(str(done), stacklevel=1)
        pytest.skip(f"!!!!! {done} !!!!!")
    target(audited=done.audited, flaws=len(done.flaws))
    assert done.is_clean, str(done)


# --- licences -------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def third_party(repository: Path) -> ModuleType:
    specification = importlib.util.spec_from_file_location("third_party", repository / "docs" / "make_third_party.py")
    assert specification is not None and specification.loader is not None
    module = importlib.util.module_from_spec(specification)
    sys.modules["third_party"] = module
    specification.loader.exec_module(module)
    return module


def test_the_page_of_third_parties_is_what_is_installed(third_party: ModuleType) -> None:
    written = third_party.PAGE.read_text(encoding="utf-8")
    assert written == third_party.page(), "make it anew: python docs/make_third_party.py"


def test_every_package_states_a_licence_and_none_a_refused_one(third_party: ModuleType) -> None:
    found = {each.name: each.licence for each in third_party.packages()}
    assert len(found) > 80
    assert not [name for name, licence in found.items() if licence == third_party.UNKNOWN]
    assert not {name: licence for name, licence in found.items() if REFUSED.search(licence)}


@pytest.mark.parametrize(
    ("licence", "refused"),
    [
        ("GPL-3.0-only", True),
        ("GNU Affero General Public License v3", True),
        ("AGPL-3.0", True),
        ("BUSL-1.1", True),
        ("LGPL-3.0-only", False),
        ("GNU Lesser General Public License v3 (LGPLv3)", False),
        ("BSD-3-Clause AND MIT", False),
    ],
)
def test_the_control_a_refused_licence_is_seen(licence: str, refused: bool) -> None:
    assert bool(REFUSED.search(licence)) is refused


def test_the_repository_holds_nothing_of_others(repository: Path) -> None:
    if not (repository / ".git").exists() or shutil.which("git") is None:
        pytest.skip("this is not a git checkout")
    listed = subprocess.run(["git", "ls-files"], cwd=repository, capture_output=True, text=True, check=True)
    assert not [name for name in listed.stdout.splitlines() if VENDORED.search(name)]
    assert VENDORED.search("partnership_lib/x/jquery.min.js") and VENDORED.search("vendor/x.py")
