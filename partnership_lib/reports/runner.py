"""Gives every report a process of its own and gets the truth out of it: done, or why not; hung ones are ended."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import partnership_lib
from partnership_lib.errors import ReportError
from partnership_lib.reports.failures import from_json
from partnership_lib.reports.jobs import BUNDLE, JOB, LOG, RESULT, end_group, end_kernel

POLL_SECONDS = 0.05
_ALIKE_EVERYWHERE = {
    "PYTHONHASHSEED": "0",
    "TQDM_DISABLE": "1",
    "MPLBACKEND": "agg",
    "OPENBLAS_NUM_THREADS": "1",
    "OMP_NUM_THREADS": "1",
}


@dataclass(frozen=True)
class Limits:
    """How long things may take [s].

    Attributes
    ----------
    cell_seconds : int
        One cell of a notebook.
    report_seconds : float
        A whole report, rendering included; then the worker, its kernel and whatever they started are ended.
    """

    cell_seconds: int = 300
    report_seconds: float = 900.0

    @property
    def lease_seconds(self) -> float:
        """Return how long a claim holds: longer than any report can take."""
        return self.report_seconds + 120.0


def run_job(work: Path, job: dict[str, Any], *, seconds: float, stop: threading.Event | None = None) -> Path:
    """Return the folder with the finished bundle.

    Parameters
    ----------
    work : Path
        An empty folder of this run's own.
    job : dict
        See `worker.make_bundle`.
    stop : threading.Event, optional
        Ends the run when it is set.

    Raises
    ------
    ReportError
        Why there is no bundle; with ``cell``, the number of the failing cell, where there is one.
    """
    write_job(work, job | {"engine": "nbclient"})
    with open(work / LOG, "wb") as log:
        worker = subprocess.Popen(
            [sys.executable, "-P", "-m", "partnership_lib.reports.worker", str(work)],
            stdin=subprocess.PIPE,
            stdout=log,
            stderr=log,
            env=worker_environment(),
            start_new_session=True,
        )
        try:
            status = _wait(worker, seconds, stop or threading.Event())
        finally:
            _end(worker, work)
    return read_result(work, status)


def write_job(work: Path, job: dict[str, Any]) -> None:
    """Write what a worker has to do into its work folder."""
    (work / JOB).write_text(json.dumps(job, ensure_ascii=False), encoding="utf-8")


def worker_environment() -> dict[str, str]:
    """Return the environment of workers.

    The same package as this process runs, also where it is not installed; no progress bars; sets in one order; sums on
    one thread, so that they do not depend on how many cores there are.
    """
    here = str(Path(partnership_lib.__file__).parents[1])
    path = os.pathsep.join(part for part in (here, os.environ.get("PYTHONPATH", "")) if part)
    return os.environ | {"PYTHONPATH": path} | _ALIKE_EVERYWHERE


def _wait(worker: subprocess.Popen[bytes], seconds: float, stop: threading.Event) -> int:
    deadline = time.monotonic() + seconds
    while (status := worker.poll()) is None:
        if stop.wait(POLL_SECONDS):
            raise ReportError("report_stopped")
        if time.monotonic() > deadline:
            raise ReportError("report_timeout", seconds=round(seconds))
    return status


def read_result(work: Path, status: int | None, last_words: str = "") -> Path:
    """Return the folder with the bundle that a worker has made, or raise what it left.

    Parameters
    ----------
    status : int or None
        How its process ended; None when nobody saw it.
    last_words : str
        Said where its own log is empty.
    """
    try:
        result = json.loads((work / RESULT).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        raise ReportError("report_worker_died", status=status, reason=_last_line(work / LOG) or last_words) from None
    if "error" in result:
        raise from_json(result["error"])
    return work / BUNDLE


def _last_line(log: Path) -> str:
    if not log.exists():
        return ""
    lines = log.read_text(encoding="utf-8", errors="replace").strip().splitlines()
    return lines[-1][:300] if lines else ""


def _end(worker: subprocess.Popen[bytes], work: Path) -> None:
    end_kernel(work)
    if worker.poll() is None:
        end_group(worker.pid)
        worker.kill()
        worker.wait()
    if worker.stdin is not None:
        worker.stdin.close()
