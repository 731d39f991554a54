"""What workers write for themselves while they make a report: working folders, logs, what is kept of a failure."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from artefacts import personal_numbers, said_by, said_in
from hostile import PERSONAL_NUMBERS
from watching import Watched

from partnership_lib.reports import one_request, run_reports
from partnership_lib.reports.runner import Limits
from partnership_lib.reports.warm import WarmWorkers
from partnership_lib.workspace import Workspace

pytestmark = pytest.mark.slow
ASKED = {"agreement": "A-001", "period": "2026-T1", "language": "en"}


@pytest.fixture
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder in which this process, and whatever it starts, has its temporary files."""
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setenv("TMPDIR", str(folder))
    monkeypatch.setattr(tempfile, "tempdir", None)
    return folder


def logs(warm: WarmWorkers) -> str:
    """What the preloaded processes have printed."""
    said = []
    for zygote in warm._zygotes.values():
        zygote._log.seek(0)
        said.append(zygote._log.read().decode("utf-8", "replace"))
    return "\n".join(said)


@pytest.mark.target(name="T18")
def test_warm_workers_write_no_personal_number_while_they_work(
    hostile: Workspace, temporary: Path, target: Callable[..., None]
) -> None:
    request = one_request(hostile, "follow_up", **ASKED)
    with WarmWorkers() as warm, Watched(personal_numbers, hostile.reports_folder, temporary) as watched:
        outcome = run_reports(hostile, [request], make_bundle=warm.run_job)
        assert outcome.failed == []
        found = personal_numbers(logs(warm))
    target(artefacts=len(watched.seen), numbers=len(found) + len(watched.found))
    assert {Path(each).name for each in watched.seen} >= {"job.json", "executed.ipynb", "worker.log"}
    assert (found, watched.found) == ([], {})


@pytest.mark.target(name="T18")
def test_what_is_kept_of_a_report_that_failed_names_no_personal_number(
    hostile: Workspace, monkeypatch: pytest.MonkeyPatch, target: Callable[..., None]
) -> None:
    """The notebook stops in the middle of its work, with the municipality's texts all around it."""
    request = one_request(hostile, "follow_up", **ASKED | {"audience": "shared"})

    def failing(work: Path, job: dict[str, Any], **options: Any) -> Path:
        cells = job["notebook"]["cells"]
        last = next(cell for cell in reversed(cells) if cell["cell_type"] == "code")
        last["source"] += "\nraise RuntimeError(str(place.content().meetings) + str(place.content().activities))"
        return warm.run_job(work, job, **options)

    with WarmWorkers() as warm:
        outcome = run_reports(hostile, [request], make_bundle=failing)
        said = {"logs": logs(warm), "outcome": str(outcome.as_json())}
    said |= said_in(hostile.reports_folder / "failed") | {"index": said_by(hostile.reports_folder / "index.html")}
    found = {place: numbers for place, text in said.items() if (numbers := personal_numbers(text))}
    target(artefacts=len(said), numbers=len(found))
    assert len(outcome.failed) == 1
    assert found == {}


@pytest.mark.target(name="T18")
def test_a_clusters_workers_write_no_personal_number(
    hostile: Workspace, temporary: Path, target: Callable[..., None]
) -> None:
    distributed = pytest.importorskip("distributed", reason="Dask is not installed")
    request = one_request(hostile, "follow_up", **ASKED | {"period": "2025-T3"})
    spool = temporary / "spool"
    with (
        distributed.LocalCluster(
            n_workers=1, threads_per_worker=1, dashboard_address=None, local_directory=str(spool)
        ) as cluster,
        distributed.Client(cluster) as client,
        Watched(personal_numbers, hostile.reports_folder, temporary) as watched,
    ):
        outcome = run_reports(hostile, [request], scheduler=cluster.scheduler_address, limits=Limits())
        said = str([client.get_worker_logs(nanny=True), client.get_worker_logs(), client.get_scheduler_logs()])
    found = personal_numbers(said)
    target(artefacts=len(watched.seen), numbers=len(found) + len(watched.found))
    assert (outcome.engine, outcome.failed) == ("cluster", [])
    assert {Path(each).name for each in watched.seen} >= {"job.json", "executed.ipynb"}
    assert (found, watched.found) == ([], {})


@pytest.mark.target(name="T18", control=True)
def test_the_control_a_worker_that_notes_what_it_reads_is_seen_though_it_tidies_up(
    tmp_path: Path, target: Callable[..., None]
) -> None:
    with Watched(personal_numbers, tmp_path) as watched:
        for number in PERSONAL_NUMBERS[:3]:
            (tmp_path / "worker.log").write_text(f'{{"title": "{number}"}}', encoding="utf-8")
            while watched.seen.get(str(tmp_path / "worker.log"), 0) == 0:
                pass
        (tmp_path / "worker.log").unlink()
    target(numbers=len(watched.found))
    assert list(watched.found) == [str(tmp_path / "worker.log")]
