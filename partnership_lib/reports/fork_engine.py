"""papermill's engine ``fork``: every notebook runs in a fork of this process, and finds its imports done.

It speaks the language of a stock run: a dead notebook is a `DeadKernelError`, a slow cell a `CellTimeoutError`.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import sys
import time
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from multiprocessing.connection import Connection
from typing import Any

sys.modules.setdefault("rfc3987_syntax", None)  # type: ignore[arg-type]  # before Jupyter is imported: saves a second

from ipykernel.ipkernel import IPythonKernel  # noqa: E402
from jupyter_client.session import json_packer, json_unpacker  # noqa: E402
from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError  # noqa: E402
from papermill.clientwrap import PapermillNotebookClient  # noqa: E402
from papermill.engines import Engine, NBClientEngine, NotebookExecutionManager  # noqa: E402
from papermill.log import logger  # noqa: E402

from partnership_lib.reports.life import CAN_FORK, end_with_parent  # noqa: E402

_LOOK_SECONDS = 1.0
"""How often a silent notebook is looked after: one that died while a process of its own lives closes no pipe."""


class ForkEngine(Engine):
    """Runs notebooks in forks of this process; where there are none (`life.CAN_FORK`) in stock kernels, and says so."""

    @classmethod
    def execute_managed_notebook(
        cls,
        nb_man: NotebookExecutionManager,
        kernel_name: str,
        *,
        execution_timeout: float | None = None,
        **options: Any,
    ) -> None:
        """Run every cell, and leave the outputs in the managed notebook.

        Parameters
        ----------
        execution_timeout : float, optional
            Longest time for one cell [s].
        """
        if not CAN_FORK:
            logger.warning("Processes cannot be forked here: the notebook runs in a kernel of its own.")
            NBClientEngine.execute_managed_notebook(nb_man, kernel_name, execution_timeout=execution_timeout, **options)
            return
        ForkedClient(nb_man, timeout=execution_timeout, kernel_name=kernel_name).execute()


class ForkedClient(PapermillNotebookClient):
    """papermill's client with a forked notebook in the place of a kernel.

    papermill writes the whole notebook twice for every cell, text too, which took longer than running it. Here it is
    written when a cell keeps one waiting, so that whoever ends the run can see which one, and at the end, as papermill
    does.
    """

    def execute(self, **_: Any) -> Any:
        """Return the executed notebook."""
        self.reset_execution_trackers()
        with forked_notebook() as self._notebook, _saved_on_request(self.nb_man) as self._save:
            self.papermill_execute_cells()
        self.nb.metadata["language_info"] = IPythonKernel.language_info
        self.set_widgets_metadata()
        return self.nb

    def execute_cell(self, cell: Any, cell_index: int, **_: Any) -> Any:
        """Return the cell with its outputs; see `NotebookClient.async_execute_cell`."""
        if cell.cell_type != "code" or not cell.source.strip():
            return cell
        cell["metadata"]["execution"] = {}
        cell.outputs = []
        self.clear_before_next_output = False
        self._notebook.send({"code": cell.source})
        reply = self._take_outputs(cell, cell_index)
        if reply["status"] == "error":
            raise CellExecutionError.from_cell_and_msg(cell, reply)
        return cell

    def _take_outputs(self, cell: Any, cell_index: int) -> dict[str, Any]:
        deadline = None if not self.timeout else time.monotonic() + self.timeout
        while True:
            message = self._notebook.receive(deadline, self._save)
            if message is None:
                raise CellTimeoutError.error_from_timeout_and_cell("", int(self.timeout or 0), cell)
            if message["msg_type"] == "execute_reply":
                content: dict[str, Any] = message["content"]
                return content
            self.process_message(message, cell, cell_index)


@dataclass(frozen=True)
class ForkedNotebook:
    """A notebook's process and the pipe to it."""

    pid: int
    channel: Connection

    def send(self, content: dict[str, Any]) -> None:
        """Send a cell."""
        try:
            self.channel.send_bytes(json_packer(content))
        except OSError:
            raise DeadKernelError("the notebook's process has died") from None

    def receive(self, deadline: float | None, while_waiting: Callable[[], None]) -> dict[str, Any] | None:
        """Return the next message, or None when it has not come at the deadline (`time.monotonic`)."""
        while not self.channel.poll(_LOOK_SECONDS if deadline is None else _until(deadline)):
            if deadline is not None and time.monotonic() >= deadline:
                return None
            if os.waitid(os.P_PID, self.pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) and not self.channel.poll():
                raise DeadKernelError("the notebook's process has died")
            while_waiting()
        try:
            message: dict[str, Any] = json_unpacker(self.channel.recv_bytes())
        except (EOFError, OSError):
            raise DeadKernelError("the notebook's process has died") from None
        return message

    def end(self) -> None:
        """End the process and what it started, and wait for it."""
        self.channel.close()
        for kill in (os.killpg, os.kill):  # not yet waited for: the number is still its own
            with suppress(ProcessLookupError, PermissionError):
                kill(self.pid, signal.SIGKILL)
        os.waitpid(self.pid, 0)


@contextmanager
def _saved_on_request(manager: NotebookExecutionManager) -> Iterator[Callable[[], None]]:
    """Yield what saves the notebook, which nothing else does meanwhile."""
    save = manager.save
    manager.save = lambda **_: None
    try:
        yield save
    finally:
        del manager.save


def _until(deadline: float) -> float:
    return max(0.0, min(_LOOK_SECONDS, deadline - time.monotonic()))


@contextmanager
def forked_notebook() -> Iterator[ForkedNotebook]:
    """Yield a process that was forked from this one and runs cells; ended afterwards."""
    ours, theirs = multiprocessing.Pipe()
    sys.stdout.flush()
    sys.stderr.flush()
    parent = os.getpid()
    pid = os.fork()
    if pid == 0:
        _be_the_notebook(parent, ours, theirs)
    theirs.close()
    notebook = ForkedNotebook(pid, ours)
    try:
        yield notebook
    finally:
        notebook.end()


def _be_the_notebook(parent: int, ours: Connection, theirs: Connection) -> None:
    status = 1
    try:
        end_with_parent(parent)
        ours.close()
        from partnership_lib.reports.forked_shell import run_forked_shell

        run_forked_shell(theirs)
        status = 0
    except BaseException:  # noqa: BLE001 - nothing of the notebook may run on in the parent's place
        traceback.print_exc(file=sys.__stderr__)
    finally:
        os._exit(status)
