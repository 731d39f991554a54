"""When an executed notebook counts as done."""

from __future__ import annotations

from typing import Any

import pytest

from partnership_lib.errors import ReportError
from partnership_lib.reports.completion import ANALYSIS_MIME, cell_in_progress, code_cells, delivered_analysis
from partnership_lib.reports.kernel import FAILURE_MIME

ANALYSIS = {"complete": True, "kind": "follow_up", "values": {}, "findings": []}


def _cell(count: int | None, *data: dict[str, Any], tags: tuple[str, ...] = (), started: bool = True) -> dict[str, Any]:
    outputs = [{"output_type": "display_data", "data": each, "metadata": {}} for each in data]
    noted = {"tags": list(tags), "papermill": {"start_time": "now" if started else None}}
    return {"cell_type": "code", "source": ["x"], "execution_count": count, "outputs": outputs, "metadata": noted}


def _notebook(*cells: dict[str, Any]) -> dict[str, Any]:
    return {"cells": list(cells)}


def test_a_complete_analysis_in_the_last_cell_is_the_end_mark() -> None:
    assert delivered_analysis(_notebook(_cell(1), _cell(2, {ANALYSIS_MIME: ANALYSIS}))) == ANALYSIS


@pytest.mark.parametrize(
    ("code", "cells"),
    [
        ("report_without_end_mark", [_cell(1), _cell(2)]),
        ("report_without_end_mark", [_cell(1, {ANALYSIS_MIME: ANALYSIS}), _cell(2)]),
        ("report_without_end_mark", [_cell(1, {ANALYSIS_MIME: ANALYSIS | {"complete": False}})]),
        ("report_without_end_mark", [_cell(1, {ANALYSIS_MIME: ANALYSIS | {"complete": "true"}})]),
        ("report_without_end_mark", []),
        ("notebook_stopped_early", [_cell(None), _cell(2, {ANALYSIS_MIME: ANALYSIS})]),
        (
            "notebook_thread_died",
            [
                _cell(
                    1, {FAILURE_MIME: {"code": "notebook_thread_died", "values": {"kind": "OSError", "reason": "x"}}}
                ),
                _cell(2, {ANALYSIS_MIME: ANALYSIS}),
            ],
        ),
    ],
)
def test_anything_less_is_not_done(code: str, cells: list[dict[str, Any]]) -> None:
    with pytest.raises(ReportError) as refused:
        delivered_analysis(_notebook(*cells))
    assert refused.value.code == code


def test_cells_are_numbered_as_in_the_notebook_before_papermill_put_its_own_in() -> None:
    notebook = _notebook(_cell(1, tags=("parameters",)), _cell(2, tags=("injected-parameters",)), _cell(3))
    assert [number for number, _ in code_cells(notebook)] == [1, 1, 2]


def test_the_cell_in_progress_is_the_last_one_begun() -> None:
    assert cell_in_progress(_notebook(_cell(1), _cell(2), _cell(None, started=False))) == 2
