"""The kernel of a report run, stricter than JupyterLab's: ``python -m partnership_lib.reports.kernel -f FILE``.

papermill calls a notebook completed when it left quietly, when a thread in it died or a shell command failed. Here the
first two say so in the cell's outputs, where `completion` finds it, and shell commands are refused.
"""

from __future__ import annotations

import os
import sys
import threading
from pathlib import Path
from typing import Any

from partnership_lib.display.progress import be_silent
from partnership_lib.errors import PartnershipError
from partnership_lib.reports.failures import as_json

FAILURE_MIME = "application/vnd.partnership.failure+json"
"""Type of the output that says what failed: ``{"code", "values"}``."""

PID_VARIABLE = "PARTNERSHIP_KERNEL_PID_FILE"
"""Names the file that the kernel writes its process id to, so that a hung one can be ended."""


def main() -> None:
    """Run a kernel until it is told to stop."""
    tell_process_id()
    sys.modules.setdefault("rfc3987_syntax", None)  # type: ignore[arg-type]  # a second of import that nothing needs
    from ipykernel.kernelapp import IPKernelApp

    application = IPKernelApp.instance()
    application.initialize()
    make_strict(application.shell)
    application.start()


def tell_process_id() -> None:
    """Write this process's id where the run looks for it, if it does."""
    if PID_VARIABLE in os.environ:
        Path(os.environ[PID_VARIABLE]).write_text(str(os.getpid()), encoding="ascii")


def make_strict(shell: Any) -> None:
    """Make an IPython shell report what would otherwise pass in silence, and show nothing that is not the report's."""
    be_silent()
    failures: list[PartnershipError] = []

    def thread_died(arguments: Any) -> None:
        failures.append(PartnershipError("notebook_thread_died", **_named(arguments.exc_value)))

    def after_cell(result: Any) -> None:
        raised = result.error_in_exec
        if isinstance(raised, PartnershipError):
            failures.append(raised)
        for failure in failures:
            shell.display_pub.publish({FAILURE_MIME: as_json(failure)})
        failures.clear()

    threading.excepthook = thread_died
    shell.events.register("post_run_cell", after_cell)
    shell.system = _refuse_command
    shell.ask_exit = _refuse_to_leave


def _refuse_command(command: str) -> None:
    raise PartnershipError("notebook_command_refused", command=command[:200])


def _refuse_to_leave() -> None:
    raise PartnershipError("notebook_left_early")


def _named(raised: BaseException | None) -> dict[str, str]:
    return {"kind": type(raised).__name__, "reason": str(raised)[:300]}


if __name__ == "__main__":
    main()
