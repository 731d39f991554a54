"""The preloaded process that report workers are forked from: ``python -m partnership_lib.reports.zygote``.

It imports, and makes a page that nobody needs (see `warming`): no connection is open and no thread of ours runs when it
forks. One line of JSON on its input forks a worker (``{"job": number, "work": folder}``) or ends one (``{"end":
number}``); when a worker has ended it says so on its output (``{"job": number, "status": ...}``). When its input
closes, it ends itself and every worker.
"""

from __future__ import annotations

import gc
import importlib
import json
import os
import select
import signal
import sys
from contextlib import suppress
from pathlib import Path
from typing import Any

from partnership_lib.reports.jobs import LOG, end_group, end_kernel
from partnership_lib.reports.life import end_with_parent

PRELOADED = (
    "duckdb",
    "email.policy",
    "ibis.backends.duckdb",
    "matplotlib.backends.backend_svg",
    "matplotlib.style",
    "pandas",
    "pikepdf",
    "pyarrow.dataset",
    "typst",
    "xlsxwriter",
    "partnership_lib.analysis.follow_up",
    "partnership_lib.analysis.ledger_quality",
    "partnership_lib.analysis.matching",
    "partnership_lib.analysis.meeting_pack",
    "partnership_lib.analysis.portfolio",
    "partnership_lib.analysis.spend",
    "partnership_lib.analysis.suppliers.aliases",
    "partnership_lib.display.figures.drawing",
    "partnership_lib.display.formatters",
    "partnership_lib.ledger.quality",
    "partnership_lib.ledger.warehouse",
    "partnership_lib.register.store",
    "partnership_lib.reports.bundle",
    "partnership_lib.reports.datafiles",
    "partnership_lib.reports.execution",
    "partnership_lib.reports.forked_shell",
    "partnership_lib.reports.pdf",
    "partnership_lib.reports.render",
    "partnership_lib.reports.worker",
    "partnership_lib.workspace.material.views",
    "partnership_lib.workspace.place",
)
"""What the reports that come in great numbers import; comparisons load their compiled kernels themselves."""


def main() -> None:
    """Import, then serve until the input closes."""
    answers = os.dup(1)
    os.dup2(2, 1)  # nothing that a library prints may stand among the answers
    for name in PRELOADED:
        importlib.import_module(name)
    from partnership_lib.reports.warming import warm_up

    warm_up()
    gc.collect()
    gc.freeze()  # children share these objects until they change them
    gc.disable()
    Nursery(answers).serve()


class Nursery:
    """Forks workers and waits for them."""

    def __init__(self, answers: int) -> None:
        self._answers = answers
        self._workers: dict[int, tuple[int, Path]] = {}
        self._woken, self._wake = os.pipe()
        for end in (self._woken, self._wake):
            os.set_blocking(end, False)

    def serve(self) -> None:
        """Fork and end workers as the input asks."""
        signal.set_wakeup_fd(self._wake)
        signal.signal(signal.SIGCHLD, lambda *_: None)  # only wakes the wait below
        waiting = b""
        while True:
            ready, _, _ = select.select([0, self._woken], [], [])
            if self._woken in ready:
                with suppress(BlockingIOError):
                    os.read(self._woken, 512)
                self._see_who_ended()
            if 0 in ready:
                read = os.read(0, 65536)
                if not read:
                    break
                *lines, waiting = (waiting + read).split(b"\n")
                for line in lines:
                    self._do(json.loads(line))
        for pid in self._workers:
            self._end(pid)

    def _do(self, request: dict[str, Any]) -> None:
        if "end" in request:
            for pid in [pid for pid, (number, _) in self._workers.items() if number == request["end"]]:
                self._end(pid)
            return
        work = Path(request["work"])
        parent = os.getpid()
        pid = os.fork()
        if pid == 0:
            self._become_worker(parent, work)
        self._workers[pid] = (request["job"], work)

    def _end(self, pid: int) -> None:
        end_kernel(self._workers[pid][1])
        end_group(pid)
        os.kill(pid, signal.SIGKILL)  # if it had no group of its own yet

    def _see_who_ended(self) -> None:
        for pid in list(self._workers):
            found, status = os.waitpid(pid, os.WNOHANG)
            if found:
                number, _ = self._workers.pop(pid)
                answer = {"job": number, "status": os.waitstatus_to_exitcode(status)}
                os.write(self._answers, json.dumps(answer).encode("ascii") + b"\n")

    def _become_worker(self, parent: int, work: Path) -> None:
        try:
            signal.set_wakeup_fd(-1)
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            end_with_parent(parent)
            os.setsid()
            for end in (self._answers, self._woken, self._wake):
                os.close(end)
            os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
            log = os.open(work / LOG, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
            os.dup2(log, 1)
            os.dup2(log, 2)
            from partnership_lib.reports.worker import leave_result

            leave_result(work)
        finally:
            sys.stdout.flush()
            sys.stderr.flush()
            os._exit(0)


if __name__ == "__main__":
    main()
