"""Reports made by the machines of a cluster: one that dies is replaced, and every report is published once."""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from pathlib import Path
from typing import Any

import pytest

import partnership_lib
from partnership_lib.errors import ReportError, UsageError
from partnership_lib.reports import choose_requests, run_reports, verify_report
from partnership_lib.reports.cluster import ClusterWorkers, make_remotely
from partnership_lib.workspace import Workspace
from tests.made import BUYER, SUPPLIER, agreement

distributed = pytest.importorskip("distributed", reason="Dask is not installed")
pytestmark = pytest.mark.faults


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    """Three agreements with a rhythm and no ledger: with the portfolio, four reports are due."""
    (tmp_path / "partnership.toml").write_text("[workspace]\nas_of = 2026-09-15\n", encoding="utf-8")
    opened = partnership_lib.open(tmp_path)
    agreements = [agreement(f"A-{n}", name=f"Avtal {n}", report_rhythm="tertial") for n in range(3)]
    opened.register.save([BUYER, SUPPLIER, *agreements], actor="system:test")
    return opened


@pytest.fixture(params=[1])
def cluster(request: pytest.FixtureRequest) -> Iterator[Any]:
    """A scheduler and its machines, each a process of its own."""
    with distributed.LocalCluster(n_workers=request.param, threads_per_worker=1, dashboard_address=None) as started:
        yield started


def test_a_report_made_by_another_machine_is_published_here(workspace: Workspace, cluster: Any) -> None:
    wanted = choose_requests(workspace)[:1]
    outcome = run_reports(workspace, wanted, scheduler=cluster.scheduler_address)
    assert (outcome.engine, outcome.as_json()["failed"]) == ("cluster", [])
    (_, report), *others = outcome.published
    assert others == []
    assert [finding for finding in verify_report(workspace, report.folder) if finding["severity"] == "error"] == []


@pytest.mark.slow
@pytest.mark.parametrize("cluster", [2], indirect=True)
def test_a_machine_that_is_killed_is_replaced_and_every_report_is_published_once(
    workspace: Workspace, cluster: Any
) -> None:
    killed: list[int] = []
    watcher = threading.Thread(target=_kill_one_at_work, args=(cluster.scheduler_address, killed))
    watcher.start()
    seen: list[tuple[int, int]] = []
    requests = choose_requests(workspace)
    outcome = run_reports(
        workspace,
        requests,
        scheduler=cluster.scheduler_address,
        progress=lambda done, total, _: seen.append((done, total)),
    )
    watcher.join()
    assert len(killed) == 1
    assert (outcome.engine, outcome.as_json()["failed"]) == ("cluster", [])
    assert [request.key for request, _ in outcome.published] == [request.key for request in requests]
    assert seen == [(number, len(requests)) for number in range(1, len(requests) + 1)]
    versions = sorted((workspace.reports_folder / "published").glob("*/*"))
    assert [folder.name[:2] for folder in versions] == ["1-"] * len(requests)
    for folder in versions:
        assert [finding for finding in verify_report(workspace, folder) if finding["severity"] == "error"] == []


def test_a_pool_of_processes_loses_the_whole_run_with_one_of_them() -> None:
    # The control: nobody takes over the work of a process that was killed.
    with ProcessPoolExecutor(2) as pool, pytest.raises(BrokenProcessPool):
        list(pool.map(_die_at, range(4)))


def test_a_machine_with_other_code_other_data_or_no_workspace_refuses(workspace: Workspace, tmp_path: Path) -> None:
    from partnership_lib.reports.inputs import code_hash

    job = {
        "key": choose_requests(workspace)[0].key,
        "code_sha256": code_hash(),
        "kernel_folder": str(tmp_path),
        "parameters": {"as_of": "2026-09-15"},
        "fingerprint": {"register": {"sha256": "of other data"}},
    }
    changes = {
        "cluster_code_differs": {"code_sha256": "other"},
        "cluster_workspace_missing": {"kernel_folder": str(tmp_path / "nowhere")},
        "cluster_data_differ": {},
    }
    found = {code: make_remotely(job | change, 60.0)["error"]["code"] for code, change in changes.items()}
    assert found == {code: code for code in changes}


def test_an_address_where_nobody_answers_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("partnership_lib.reports.cluster._CONNECTING_SECONDS", 1)
    with pytest.raises(UsageError, match="cluster_unreachable"):
        ClusterWorkers("tcp://127.0.0.1:9")


def test_what_a_machine_sends_lands_nowhere_but_in_the_bundle(tmp_path: Path) -> None:
    from partnership_lib.reports.cluster import _unpacked

    with pytest.raises(ReportError, match="cluster_failed"):
        _unpacked(tmp_path / "bundle", {"../outside": b"x"})
    assert not (tmp_path / "outside").exists()


def _kill_one_at_work(address: str, killed: list[int]) -> None:
    """Kill the process of a machine that is making a report."""
    with distributed.Client(address, set_as_default=False) as client:
        processes = client.run(os.getpid)
        deadline = time.monotonic() + 120
        while time.monotonic() < deadline:
            for worker, tasks in client.processing().items():
                if tasks and worker in processes:
                    os.kill(processes[worker], signal.SIGKILL)
                    killed.append(processes[worker])
                    return
            time.sleep(0.05)


def _die_at(number: int) -> int:
    if number == 1:
        os.kill(os.getpid(), signal.SIGKILL)
    return number
