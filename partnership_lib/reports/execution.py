"""Runs a notebook with papermill in this very process; `runner` gives every report a process of its own."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from partnership_lib.errors import ReportError
from partnership_lib.reports.completion import cell_in_progress, code_cells, refuse_failures
from partnership_lib.reports.jobs import EXECUTED, KERNEL_PID
from partnership_lib.reports.kernel import PID_VARIABLE

sys.modules.setdefault("rfc3987_syntax", None)  # type: ignore[arg-type]  # before Jupyter is imported: saves a second

import nbformat  # noqa: E402
import papermill  # noqa: E402
from jupyter_client.kernelspec import KernelSpec  # noqa: E402
from jupyter_client.manager import AsyncKernelManager  # noqa: E402
from nbclient.exceptions import CellTimeoutError, DeadKernelError  # noqa: E402
from papermill.engines import papermill_engines  # noqa: E402
from papermill.exceptions import PapermillExecutionError  # noqa: E402
from traitlets.config import Config  # noqa: E402

from partnership_lib.reports.fork_engine import ForkEngine  # noqa: E402

_TRAITS = ("--InteractiveShellApp.ignore_cwd=True", "--HistoryManager.enabled=False")
STOCK, FORK = "nbclient", "fork"
"""Names of papermill's engines: one that starts a kernel, and ours, which forks this process."""

_LARGEST_NOTEBOOK_BYTES = 32 * 2**20


class OwnInterpreterKernel(AsyncKernelManager):
    """A kernel of this very interpreter, whatever kernels are installed on the machine."""

    @property
    def kernel_spec(self) -> KernelSpec:
        """Return how the strict kernel is started."""
        return KernelSpec(
            argv=[sys.executable, "-P", "-m", "partnership_lib.reports.kernel", "-f", "{connection_file}", *_TRAITS],
            display_name="Python (partnership report)",
            language="python",
            metadata={"supported_encryption": ["curve"]},
        )


_STOCK_KERNEL: dict[str, Any] = {
    "kernel_manager_class": OwnInterpreterKernel,
    "shutdown_kernel": "immediate",
    "config": Config({"KernelManager": {"transport_encryption": "auto"}}),
}
papermill_engines.register(FORK, ForkEngine)  # also where the package is not installed, and has no entry points


def execute(
    notebook: Mapping[str, Any],
    parameters: Mapping[str, Any],
    *,
    work: Path,
    kernel_folder: Path,
    cell_seconds: int,
    engine: str = STOCK,
) -> dict[str, Any]:
    """Return the executed notebook.

    Parameters
    ----------
    work : Path
        Folder of this run; the executed notebook is kept there for whoever has to find a fault.
    kernel_folder : Path
        Current folder of the notebook.
    cell_seconds : int
        Longest time for one cell [s].
    engine : str
        ``nbclient``: a kernel is started; ``fork``: the notebook runs in a fork of this process.

    Raises
    ------
    ReportError
        Why it did not come through, with the number of the cell.
    """
    with _in_folder(work):
        try:
            _run_papermill(notebook, dict(parameters), kernel_folder, cell_seconds, engine)
        except PapermillExecutionError:
            raise _first_failure(_read(work)) from None
        except DeadKernelError:
            raise ReportError("notebook_kernel_died", cell=cell_in_progress(_read(work))) from None
        except CellTimeoutError:
            raise ReportError("notebook_timeout", cell=cell_in_progress(_read(work)), seconds=cell_seconds) from None
    return _read(work)


def _run_papermill(
    notebook: Mapping[str, Any], parameters: dict[str, Any], kernel_folder: Path, cell_seconds: int, engine: str
) -> None:
    papermill.execute_notebook(
        nbformat.from_dict(notebook),
        EXECUTED,  # papermill fills in braces in a path: this one has none, and is taken in the current folder
        parameters=parameters,
        engine_name=engine,
        kernel_name="python3",
        language="python",
        cwd=str(kernel_folder),
        progress_bar=False,
        start_timeout=60,
        execution_timeout=cell_seconds,
        **(_STOCK_KERNEL if engine == STOCK else {}),
    )


@contextmanager
def _in_folder(work: Path) -> Iterator[None]:
    before = Path.cwd()
    os.environ[PID_VARIABLE] = str(work / KERNEL_PID)
    os.chdir(work)
    try:
        yield
    finally:
        os.chdir(before)


def _read(work: Path) -> dict[str, Any]:
    file = work / EXECUTED
    if file.stat().st_size > _LARGEST_NOTEBOOK_BYTES:
        raise ReportError("notebook_too_large", found=file.stat().st_size, allowed=_LARGEST_NOTEBOOK_BYTES)
    loaded: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
    return loaded


def _first_failure(executed: Mapping[str, Any]) -> ReportError:
    try:
        for number, cell in code_cells(executed):
            refuse_failures(number, cell)
    except ReportError as failure:
        return failure
    return ReportError("notebook_failed", cell=cell_in_progress(executed), kind="CellExecutionError", reason="")
