"""D7: a notebook that misbehaves is never taken for a finished report, whatever papermill calls it."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import nbformat
import papermill
import pytest
from nbclient.exceptions import DeadKernelError

from partnership_lib.errors import ReportError, UsageError
from partnership_lib.reports.completion import delivered_analysis
from partnership_lib.reports.execution import execute
from partnership_lib.reports.jobs import KERNEL_PID
from partnership_lib.reports.life import CAN_FORK
from partnership_lib.reports.parameters import checked_parameters, declared_parameters
from partnership_lib.reports.runner import run_job
from partnership_lib.reports.warm import WarmWorkers

pytestmark = pytest.mark.faults

NOTEBOOKS = Path(__file__).resolve().parents[1] / "notebooks" / "behaviour"
Run = Callable[[str, Path], dict[str, Any]]
needs_fork = pytest.mark.skipif(not CAN_FORK, reason="processes cannot be forked here")
PRESENTATION = {
    "language": "sv", "currency": "SEK", "provenance": [], "compared": [],
    "report": {"key": "follow_up/A-1/2026-T2/internal/sv", "period": None, "as_of": "2026-09-15"},
}  # fmt: skip


def _read(name: str) -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads((NOTEBOOKS / f"{name}.ipynb").read_text(encoding="utf-8"))
    return loaded


@pytest.fixture(scope="module")
def warm() -> Iterator[WarmWorkers]:
    """Workers that are forked from one preloaded process."""
    with WarmWorkers() as workers:
        yield workers


@pytest.fixture(params=["kernels", pytest.param("fork", marks=needs_fork)])
def run(request: pytest.FixtureRequest) -> Run:
    """Run a notebook of ours in a kernel of its own, or in a fork; returns what it delivers."""
    if request.param == "kernels":
        return _in_a_kernel
    workers: WarmWorkers = request.getfixturevalue("warm")
    return lambda name, work: _in_a_fork(workers, name, work)


def _in_a_kernel(name: str, work: Path) -> dict[str, Any]:
    executed = execute(
        _read(name), {"period": "2026-T2"}, work=work, kernel_folder=work, cell_seconds=_cell_seconds(name)
    )
    return delivered_analysis(executed)


def _in_a_fork(workers: WarmWorkers, name: str, work: Path) -> dict[str, Any]:
    bundle = workers.run_job(work, _job(name, work, _cell_seconds(name)), seconds=120)
    delivered: dict[str, Any] = json.loads((bundle / "findings.json").read_text(encoding="utf-8"))
    return delivered


def _cell_seconds(name: str) -> int:
    return 2 if "timeout" in name or name == "too_slow" else 60


def _job(name: str, folder: Path, cell_seconds: int = 60) -> dict[str, Any]:
    return {
        "notebook": _read(name),
        "parameters": {"period": "2026-T2"},
        "kernel_folder": str(folder),
        "cell_seconds": cell_seconds,
        "code_sha256": "",
        "presentation": PRESENTATION,
    }


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("exception", "notebook_failed"),
        ("own_error", "no_data_for_period"),
        ("system_exit_zero", "notebook_failed"),
        ("quit", "notebook_left_early"),
        ("os_exit", "notebook_kernel_died"),
        ("killed", "notebook_kernel_died"),
        ("too_slow", "notebook_timeout"),
        ("swallowed_timeout", "notebook_timeout"),
        ("thread_died", "notebook_thread_died"),
        ("command_failed", "notebook_command_refused"),
        ("recursion", "notebook_failed"),
        ("bad_repr", "notebook_failed"),
        ("large_output", "notebook_too_large"),
        ("no_end_mark", "report_without_end_mark"),
        ("end_mark_too_early", "report_without_end_mark"),
    ],
)
@pytest.mark.target(name="D7")
def test_a_notebook_that_misbehaves_is_a_failed_report_with_its_reason(
    name: str, code: str, run: Run, tmp_path: Path, target: Callable[..., None]
) -> None:
    with pytest.raises(ReportError) as failed:
        run(name, tmp_path)
    target(cases=1, published=0)
    assert failed.value.code == code
    if name not in ("large_output", "no_end_mark", "end_mark_too_early"):
        assert failed.value.values["cell"] == 2


def test_a_notebook_that_behaves_delivers_what_its_parameters_asked_for(run: Run, tmp_path: Path) -> None:
    assert run("complete", tmp_path)["values"]["period"] == "2026-T2"


@pytest.mark.parametrize("name", ["system_exit_zero", "thread_died", "command_failed", "no_end_mark"])
@pytest.mark.target(name="D7", control=True)
def test_papermill_alone_calls_it_a_success(name: str, tmp_path: Path, target: Callable[..., None]) -> None:
    # The control: without our checks each of these would be published.
    papermill.execute_notebook(NOTEBOOKS / f"{name}.ipynb", tmp_path / "out.ipynb", progress_bar=False)
    target(published=1)


def test_papermill_alone_writes_completed_over_a_killed_kernel(tmp_path: Path) -> None:
    # The control: the saved notebook's own word cannot be trusted.
    with pytest.raises(DeadKernelError):
        papermill.execute_notebook(NOTEBOOKS / "killed.ipynb", tmp_path / "out.ipynb", progress_bar=False)
    saved = nbformat.read(tmp_path / "out.ipynb", as_version=4)
    begun = [cell.metadata.papermill for cell in saved.cells if cell.metadata.papermill.start_time]
    assert {(noted.status, noted.exception) for noted in begun} == {("completed", False)}


def test_a_worker_of_its_own_makes_the_whole_bundle(tmp_path: Path) -> None:
    bundle = run_job(tmp_path, _job("complete", tmp_path), seconds=120)
    assert sorted(path.name for path in bundle.iterdir()) == [
        "data",
        "data.xlsx",
        "findings.json",
        "numbers.csv",
        "report.html",
        "report.pdf",
    ]
    assert "executed.ipynb" not in {path.name for path in bundle.rglob("*")}


def test_a_report_that_takes_too_long_is_ended_with_its_kernel(tmp_path: Path) -> None:
    with pytest.raises(ReportError, match="report_timeout"):
        run_job(tmp_path, _job("swallowed_timeout", tmp_path, cell_seconds=600), seconds=4)
    assert _is_gone(int((tmp_path / KERNEL_PID).read_text()))


def test_an_unknown_parameter_is_refused_before_a_kernel_starts(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="unknown_parameter"):
        checked_parameters(declared_parameters(_read("complete")), {"period": "2026-T2", "perod": "x"})
    assert list(tmp_path.iterdir()) == []


def test_papermill_alone_runs_on_with_an_unknown_parameter(tmp_path: Path) -> None:
    # The control: it only warns.
    unknown = {"perod": "2026-T2"}
    papermill.execute_notebook(NOTEBOOKS / "no_end_mark.ipynb", tmp_path / "out.ipynb", unknown, progress_bar=False)


def _is_gone(pid: int) -> bool:
    for _ in range(50):
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return True
        time.sleep(0.1)
    return False
