"""What a run's work folder holds, and how its kernel is ended: known to both sides of the process border."""

from __future__ import annotations

import os
import signal
import subprocess
from pathlib import Path

JOB, RESULT, BUNDLE, LOG = "job.json", "result.json", "bundle", "worker.log"

EXECUTED = "executed.ipynb"
"""The executed notebook; never published (it holds every parameter and all code)."""

KERNEL_PID = "kernel.pid"


def end_kernel(work: Path) -> None:
    """End the kernel that a run has left behind, if it did; its process group is another than the worker's."""
    file = work / KERNEL_PID
    if file.exists() and (pid := file.read_text(encoding="ascii").strip()).isdigit():
        end_group(int(pid))


def end_group(pid: int) -> None:
    """End a process and all that it started."""
    if os.name == "nt":
        subprocess.run(["taskkill", "/F", "/T", "/PID", str(pid)], capture_output=True, check=False)  # noqa: S607
        return
    try:
        if os.getpgid(pid) == pid:  # the number has not been given to another process meanwhile
            os.killpg(pid, signal.SIGKILL)
    except ProcessLookupError:
        return
