"""Bundles made by the workers of a Dask cluster; who may make a report, and its publishing, stay with the caller."""

from __future__ import annotations

import socket
import tempfile
import threading
import time
from functools import cache
from pathlib import Path
from types import TracebackType
from typing import Any

from partnership_lib.errors import PartnershipError, ReportError, UsageError
from partnership_lib.files.atomic import storage_errors
from partnership_lib.reports.failures import as_json, from_json
from partnership_lib.reports.jobs import BUNDLE
from partnership_lib.reports.runner import POLL_SECONDS

_CONNECTING_SECONDS = 30


class ClusterWorkers:
    """Makes bundles as `runner.run_job` does, on whichever machine of a Dask cluster is free.

    Parameters
    ----------
    address : str
        Of the scheduler, such as ``tcp://host:8786``; certificates for ``tls://`` are taken from Dask's own settings.

    Raises
    ------
    UsageError
        ``cluster_missing`` where Dask is not installed, ``cluster_unreachable``, or ``cluster_without_workers``.
    """

    def __init__(self, address: str) -> None:
        try:
            from distributed import Client
        except ImportError as error:
            raise UsageError("cluster_missing", found=str(error)) from None
        try:
            self._client = Client(address, timeout=_CONNECTING_SECONDS, set_as_default=False)
        except (OSError, ValueError) as error:
            reason = str(error) or type(error).__name__
            raise UsageError("cluster_unreachable", address=address, found=reason[:200]) from None
        try:
            self._client.wait_for_workers(1, timeout=_CONNECTING_SECONDS)
        except TimeoutError:
            self._client.close()
            raise UsageError("cluster_without_workers", address=address, seconds=_CONNECTING_SECONDS) from None

    def __enter__(self) -> ClusterWorkers:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, raised: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._client.close()

    @property
    def places(self) -> int:
        """Return how many reports the cluster can make at a time."""
        return sum(self._client.nthreads().values())

    def run_job(self, work: Path, job: dict[str, Any], *, seconds: float, stop: threading.Event | None = None) -> Path:
        """Return the folder with the finished bundle; see `runner.run_job`.

        When the machine that makes it dies, the scheduler gives the job to another one; `seconds` are for all of them.
        """
        ended = threading.Event()
        future = self._client.submit(make_remotely, job, seconds, pure=False)
        future.add_done_callback(lambda _: ended.set())
        try:
            _wait(ended, seconds, stop or threading.Event())
            answer = _answer_of(future)
        finally:
            future.cancel()
        if "error" in answer:
            raise from_json(answer["error"])
        return _unpacked(work / BUNDLE, answer["files"])


def _wait(ended: threading.Event, seconds: float, stop: threading.Event) -> None:
    deadline = time.monotonic() + seconds
    while not ended.wait(POLL_SECONDS):
        if stop.is_set():
            raise ReportError("report_stopped")
        if time.monotonic() > deadline:
            raise ReportError("report_timeout", seconds=round(seconds))


def _answer_of(future: Any) -> dict[str, Any]:
    try:
        answer: dict[str, Any] = future.result()
    except Exception as error:  # whatever Dask or the other machine says, it is this report's only  # noqa: BLE001
        raise ReportError("cluster_failed", kind=type(error).__name__, reason=str(error)[:300]) from None
    return answer


def _unpacked(bundle: Path, files: dict[str, bytes]) -> Path:
    with storage_errors(bundle):
        bundle.mkdir()
        for name, content in files.items():
            file = bundle / name
            if not file.resolve().is_relative_to(bundle.resolve()):
                raise ReportError("cluster_failed", kind="name", reason=name[:200])
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(content)
    return bundle


def make_remotely(job: dict[str, Any], seconds: float) -> dict[str, Any]:
    """Return the files of a bundle by name, or the error; called on a machine of the cluster.

    It reads the workspace at the caller's path, and refuses to work on other data or with other code than the caller's.
    """
    from partnership_lib.reports.manifest import output_names

    try:
        _refuse_other_ground(job)
        with tempfile.TemporaryDirectory() as folder:
            bundle = _maker_here()(Path(folder), job, seconds=seconds)
            return {"files": {name: (bundle / name).read_bytes() for name in output_names(bundle)}}
    except PartnershipError as error:
        return {"error": as_json(error)}


def _refuse_other_ground(job: dict[str, Any]) -> None:
    from partnership_lib.reports.inputs import code_hash, gather_input
    from partnership_lib.reports.request import request_of
    from partnership_lib.workspace import open_workspace

    host = socket.gethostname()
    if job["code_sha256"] != code_hash():
        raise ReportError("cluster_code_differs", host=host)
    folder = Path(job["kernel_folder"])
    if not (folder / "partnership.toml").is_file():
        raise ReportError("cluster_workspace_missing", host=host, folder=str(folder))
    workspace = open_workspace(folder, as_of=job["parameters"]["as_of"])
    if dict(gather_input(workspace, request_of(job["key"])).fingerprint) != job["fingerprint"]:
        raise ReportError("cluster_data_differ", host=host, folder=str(folder))


@cache
def _maker_here() -> Any:
    """Return what makes bundles on this machine; it lives as long as the worker process that the cluster runs."""
    from partnership_lib.reports.life import CAN_FORK
    from partnership_lib.reports.runner import run_job
    from partnership_lib.reports.warm import WarmWorkers

    return WarmWorkers().run_job if CAN_FORK else run_job
