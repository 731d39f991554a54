"""Passwords that the environment holds: in no output, log, file of the workspace, report or list of processes."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from artefacts import said_in
from watching import Watched

from partnership_lib.register.store import Register
from partnership_lib.workspace import create_workspace
from tests.made import BUYER, SUPPLIER, agreement

# Of this process alone: the list of processes shows the control's careless program to the tests beside it too.
DATABASE, MAIL = f"kanarie-databas-7hQ2xZ{os.getpid()}", f"kanarie-brev-9kW4vB{os.getpid()}"
SECRETS = re.compile(f"{DATABASE}|{MAIL}")


# A file has no password: only a server's register has one to be told.
pytestmark = pytest.mark.parametrize("new_database", ["postgresql"], indirect=True)


def _with_password(url: str) -> str:
    return url.replace(":hemligt@", f":{DATABASE}@")


@pytest.fixture
def environment(database: Any, tmp_path: Path) -> dict[str, str]:
    """A workspace whose register is on a server, and a mail server that does not answer; both have a password."""
    root = tmp_path / "kommun"
    create_workspace(root, name="Prov", as_of=date(2026, 9, 15))
    school = agreement(start_date=date(2025, 9, 1), report_rhythm="tertial")
    Register.open(database.url).save([BUYER, SUPPLIER, school], actor="system:test")
    mail = {"SMTP_HOST": "127.0.0.1", "SMTP_PORT": "9", "SMTP_USER": "rapporter", "SMTP_PASSWORD": MAIL}
    addresses = {"MAIL_FROM": "rapport@prov.example", "MAIL_TO": "it@prov.example"}
    given = {f"PARTNERSHIP_{name}": value for name, value in (mail | addresses).items()}
    return os.environ | given | {"PARTNERSHIP_DATABASE_URL": _with_password(database.url)}


class Told:
    """What commands have said, and what the list of processes showed meanwhile."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.output = ""
        self.arguments: set[str] = set()
        self.processes = 0

    def run(self, environment: dict[str, str], *words: str) -> int:
        command = [sys.executable, "-X", "dev", "-m", "partnership_lib.cli", *words, "--workspace", str(self.root)]
        with open(self.root.parent / "output", "w+b") as output:
            process = subprocess.Popen(command, env=environment, stdout=output, stderr=subprocess.STDOUT)
            while process.poll() is None:
                self._look_at_processes()
                time.sleep(0.02)
            output.seek(0)
            self.output += output.read().decode("utf-8", "replace")
        return process.returncode

    def _look_at_processes(self) -> None:
        for folder in Path("/proc").iterdir():
            if folder.name.isdigit():
                try:
                    self.arguments.add((folder / "cmdline").read_bytes().decode("utf-8", "replace"))
                    self.processes += 1
                except OSError:
                    continue  # it has ended

    def found(self) -> list[str]:
        """Return where a secret was seen."""
        told = {"output": self.output, "processes": "\n".join(self.arguments), **said_in(self.root)}
        return [place for place, text in told.items() if SECRETS.search(text)]


@pytest.mark.target(name="T19")
def test_no_secret_is_told_by_any_command_file_or_list_of_processes(
    environment: dict[str, str], tmp_path: Path, rounds: Callable[[int, int], int], target: Any
) -> None:
    told = Told(tmp_path / "kommun")
    unreachable = environment | {"PARTNERSHIP_DATABASE_URL": f"postgresql://anna:{DATABASE}@127.0.0.1:9/register"}
    unreadable = environment | {"PARTNERSHIP_DATABASE_URL": f"postgresql://anna:{DATABASE}@x@y:port/register"}
    assert told.run(environment, "doctor", "--json") in (0, 1)
    assert told.run(unreachable, "check", "--json") == 1
    assert told.run(unreadable, "verify") == 2
    if rounds(0, 1):
        assert told.run(environment, "report", "follow_up", "--agreement", "A-1", "--period", "2026-T2") in (0, 1)
        # Nothing listens at the mail server's port: the run says so, and not with which password.
        (told.root / "data" / "ledger").mkdir(parents=True, exist_ok=True)
        assert told.run(environment, "run", "--due", "--workers", "2") in (0, 1)
        assert told.run(environment, "verify", "--json") in (0, 1)
    found = told.found()
    target(places=len(told.arguments) + len(said_in(told.root)) + 1, secrets=len(found))
    assert told.output
    assert told.processes
    assert found == []


@pytest.mark.slow
@pytest.mark.target(name="T19")
def test_no_secret_is_told_by_the_workers_of_a_run_nor_by_those_of_a_cluster(
    environment: dict[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, target: Any
) -> None:
    """Their working folders and logs are read while they work, with what is gone again afterwards."""
    distributed = pytest.importorskip("distributed", reason="Dask is not installed")
    told, temporary = Told(tmp_path / "kommun"), tmp_path / "temporary"
    temporary.mkdir()
    around = environment | {"TMPDIR": str(temporary)}
    for name in ("PARTNERSHIP_DATABASE_URL", "PARTNERSHIP_SMTP_PASSWORD", "TMPDIR"):
        monkeypatch.setenv(name, around[name])  # the machines of a cluster are told where the register is
    with Watched(SECRETS.findall, told.root, temporary) as watched:
        assert told.run(around, "run", "--due", "--workers", "2") in (0, 1)
        with (
            distributed.LocalCluster(
                n_workers=1, threads_per_worker=1, dashboard_address=None, local_directory=str(temporary / "spool")
            ) as cluster,
            distributed.Client(cluster) as client,
        ):
            here = len(list((told.root / "reports" / "published").iterdir()))
            later = ("run", "--due", "--date", "2027-01-15", "--scheduler", cluster.scheduler_address)
            assert told.run(around, *later) in (0, 1)
            assert len(list((told.root / "reports" / "published").iterdir())) > here
            told.output += str([client.get_worker_logs(nanny=True), client.get_worker_logs()])
    found = {*told.found(), *watched.found}
    target(places=len(watched.seen) + len(told.arguments), secrets=len(found))
    assert {Path(each).name for each in watched.seen} >= {"job.json", "executed.ipynb", "worker.log"}
    assert found == set()


@pytest.mark.target(name="T19", control=True)
def test_the_control_a_careless_program_tells_all_three_ways(
    environment: dict[str, str], tmp_path: Path, target: Any
) -> None:
    told = Told(tmp_path / "kommun")
    careless = (
        "import os, sys, time; url = os.environ['PARTNERSHIP_DATABASE_URL']; print(url);"
        " open(sys.argv[1] + '/log.txt', 'w').write(url); time.sleep(0.5)"
    )
    url = environment["PARTNERSHIP_DATABASE_URL"]
    process = subprocess.Popen(
        [sys.executable, "-c", careless, str(told.root), url], env=environment, stdout=subprocess.PIPE, text=True
    )
    while process.poll() is None:
        told._look_at_processes()
    assert process.stdout is not None
    told.output = process.stdout.read()
    process.stdout.close()
    target(secrets=len(told.found()))
    assert sorted(told.found()) == ["log.txt", "output", "processes"]
