"""Reports from warm workers: one preloaded process forks a worker for every report, so that none waits for imports."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import IO, Any

from partnership_lib.errors import ReportError
from partnership_lib.reports.jobs import end_kernel
from partnership_lib.reports.runner import POLL_SECONDS, read_result, worker_environment, write_job

_ENDING_SECONDS = 30.0


@dataclass
class _Running:
    """A worker that was asked for; `status` is set when it has ended, None when nobody can say how."""

    ended: threading.Event = field(default_factory=threading.Event)
    status: int | None = None


class WarmWorkers:
    """Makes bundles as `runner.run_job` does, each in a fork of one preloaded process; for threads to share.

    The preloaded process is started at the first report, and anew when somebody has killed it or the code is not the
    one that it has loaded (``code_sha256`` of the job). All end with the ``with`` block, or with this process, and take
    their workers along.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._zygotes: dict[str, _Zygote] = {}

    def __enter__(self) -> WarmWorkers:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, raised: BaseException | None, trace: TracebackType | None
    ) -> None:
        with self._lock:
            for zygote in self._zygotes.values():
                zygote.close()
            self._zygotes.clear()

    def run_job(self, work: Path, job: dict[str, Any], *, seconds: float, stop: threading.Event | None = None) -> Path:
        """Return the folder with the finished bundle; see `runner.run_job`."""
        write_job(work, job | {"engine": "fork"})
        zygote = self._living_zygote(job["code_sha256"])
        number, running = zygote.fork(work)
        try:
            _wait(running, seconds, stop or threading.Event())
        finally:
            end_kernel(work)
            if not running.ended.is_set():
                zygote.end(number, running)
        return read_result(work, running.status, zygote.last_words())

    def _living_zygote(self, code: str) -> _Zygote:
        with self._lock:
            zygote = self._zygotes.get(code)
            if zygote is not None and not zygote.lives:
                zygote.close()
            if zygote is None or not zygote.lives:
                zygote = self._zygotes[code] = _Zygote()
            return zygote


def _wait(running: _Running, seconds: float, stop: threading.Event) -> None:
    deadline = time.monotonic() + seconds
    while not running.ended.wait(POLL_SECONDS):
        if stop.is_set():
            raise ReportError("report_stopped")
        if time.monotonic() > deadline:
            raise ReportError("report_timeout", seconds=round(seconds))


class _Zygote:
    """The preloaded process as seen from here."""

    def __init__(self) -> None:
        self._log = tempfile.TemporaryFile()  # noqa: SIM115 - as long as the process
        self._process = subprocess.Popen(
            [sys.executable, "-P", "-m", "partnership_lib.reports.zygote"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._log,
            env=worker_environment(),
            start_new_session=True,
        )
        self._lock = threading.Lock()
        self._running: dict[int, _Running] = {}
        self._asked = 0
        self.lives = True
        self._listener = threading.Thread(target=self._listen, args=(self._process.stdout,), daemon=True)
        self._listener.start()

    def fork(self, work: Path) -> tuple[int, _Running]:
        """Return the number of the job and its worker to be."""
        with self._lock:
            self._asked += 1
            number, running = self._asked, _Running()
            self._running[number] = running
            if not self.lives:
                running.ended.set()
        self._say({"job": number, "work": str(work.resolve())})
        return number, running

    def end(self, number: int, running: _Running) -> None:
        """End a worker and wait until it is gone."""
        self._say({"end": number})
        if not running.ended.wait(_ENDING_SECONDS):
            self._process.kill()  # its workers go with it
            running.ended.wait(_ENDING_SECONDS)

    def last_words(self) -> str:
        """Return the last line that the preloaded process itself has printed."""
        size = self._log.seek(0, 2)
        self._log.seek(max(0, size - 2000))
        lines = self._log.read().decode("utf-8", "replace").strip().splitlines()
        return lines[-1][:300] if lines else ""

    def close(self) -> None:
        """End the preloaded process; it ends its workers first."""
        if self._process.stdin is not None:
            self._process.stdin.close()
        try:
            self._process.wait(_ENDING_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._listener.join()
        self._log.close()

    def _say(self, request: dict[str, Any]) -> None:
        with self._lock:
            if self._process.stdin is not None:
                try:
                    self._process.stdin.write(json.dumps(request).encode("ascii") + b"\n")
                    self._process.stdin.flush()
                except (OSError, ValueError):
                    return  # it has died: the listener tells everybody who waits

    def _listen(self, answers: IO[bytes]) -> None:
        for line in answers:
            answer = json.loads(line)
            with self._lock:
                running = self._running.pop(answer["job"])
            running.status = answer["status"]
            running.ended.set()
        with self._lock:
            self.lives = False
            for running in self._running.values():
                running.ended.set()
            self._running.clear()
        self._process.wait()
