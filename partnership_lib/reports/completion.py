"""Whether an executed notebook has really come to its end, judged by what it delivered, never by its own word."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from partnership_lib.errors import ReportError
from partnership_lib.reports.failures import from_json
from partnership_lib.reports.kernel import FAILURE_MIME

ANALYSIS_MIME = "application/vnd.partnership.analysis+json"
"""Type of the output that the last cell delivers: findings with numbers, sentences and tables."""

_PAPERMILLS_OWN = {"injected-parameters", "papermill-error-cell-tag"}


def delivered_analysis(notebook: Mapping[str, Any]) -> dict[str, Any]:
    """Return the analysis that the last code cell delivered.

    Raises
    ------
    ReportError
        ``notebook_failed`` or the failure's own code when a cell says that something failed, ``notebook_stopped_early``
        when a cell was not run, ``report_without_end_mark`` when the last cell did not deliver a complete analysis.
    """
    cells = list(code_cells(notebook))
    for number, cell in cells:
        refuse_failures(number, cell)
    for number, cell in cells:
        if cell.get("execution_count") is None:
            raise ReportError("notebook_stopped_early", cell=number)
    last_number, last = cells[-1] if cells else (0, {"outputs": []})
    for output in last["outputs"]:
        analysis = output.get("data", {}).get(ANALYSIS_MIME)
        if isinstance(analysis, Mapping) and analysis.get("complete") is True:
            return dict(analysis)
    raise ReportError("report_without_end_mark", cell=last_number)


def code_cells(notebook: Mapping[str, Any]) -> Iterator[tuple[int, Mapping[str, Any]]]:
    """Yield the code cells that hold anything, numbered as in the notebook before papermill put its own cells in."""
    number = 0
    for cell in notebook["cells"]:
        if not _PAPERMILLS_OWN & set(cell.get("metadata", {}).get("tags", [])):
            number += 1
        if cell["cell_type"] == "code" and "".join(cell["source"]).strip():
            yield number, cell


def refuse_failures(number: int, cell: Mapping[str, Any]) -> None:
    """Raise when an output of the cell says that something failed in it."""
    for output in cell["outputs"]:
        failure = output.get("data", {}).get(FAILURE_MIME)
        if failure:
            raise from_json(failure, cell=number)
    for output in cell["outputs"]:
        if output["output_type"] == "error":
            raise ReportError("notebook_failed", cell=number, kind=output["ename"], reason=output["evalue"][:300])


def cell_in_progress(notebook: Mapping[str, Any]) -> int | None:
    """Return the number of the last cell that was begun: the one to blame when the kernel is gone."""
    begun = [number for number, cell in code_cells(notebook) if _papermill(cell).get("start_time")]
    return begun[-1] if begun else None


def _papermill(cell: Mapping[str, Any]) -> Mapping[str, Any]:
    noted: Mapping[str, Any] = cell.get("metadata", {}).get("papermill", {})
    return noted
