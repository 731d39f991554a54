"""Long work in a notebook shows a bar in a real kernel, leaves nothing in it, and shows none in a report's kernel."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbclient import NotebookClient

from partnership_lib.demo.building import build_demo_workspace
from partnership_lib.reports.execution import FORK, STOCK, execute

WORK = {
    "comparison": 'place.compare("skoladministration", quick=True).evaluations',
    "outcome": 'place.outcome("A-001", "2026-T2").kind',
    "outcome_programme": 'place.outcome_programme("2026-T2").kind',
    "consolidation": "place.consolidation().kind",
}
FAILS = """
from partnership_lib.display.progress import in_notebook
with in_notebook("sv") as draw:
    draw(1, 4, "räknar")
    1 / 0
"""


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("progress") / "demo"
    build_demo_workspace(folder)
    return folder


class _Watching(NotebookClient):
    """Keeps every message about outputs as it comes; the notebook keeps the last state only."""

    def process_message(self, msg: dict[str, Any], cell: Any, cell_index: int) -> Any:
        if msg["msg_type"] in ("display_data", "update_display_data"):
            self.shown.append((msg["msg_type"], msg["content"]["data"]))
        return super().process_message(msg, cell, cell_index)


def notebook(work: str) -> Any:
    opened = "import partnership_lib\nplace = partnership_lib.open('.', language='sv')\n"
    return nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(opened + work)])


def run(work: str, folder: Path, *, allow_errors: bool = False) -> tuple[Any, list[tuple[str, dict[str, str]]]]:
    """Run a notebook as JupyterLab would; return it and what was shown on the way."""
    client = _Watching(
        notebook(work),
        timeout=600,
        kernel_name="python3",
        resources={"metadata": {"path": str(folder)}},
        allow_errors=allow_errors,
    )
    client.shown = []
    return client.execute(), client.shown


def check_bar(executed: Any, shown: list[tuple[str, dict[str, str]]]) -> None:
    """Hold what was shown to be one bar that was drawn, moved, and taken away."""
    assert [kind for kind, _ in shown] == ["display_data"] + ["update_display_data"] * (len(shown) - 1)
    *bars, last = [data for _, data in shown]
    assert bars
    assert all("<progress" in bar["text/html"] for bar in bars)
    assert last == {"text/html": "", "text/plain": ""}
    assert "<progress" not in nbformat.writes(executed)


@pytest.mark.slow
@pytest.mark.timeout(900)
@pytest.mark.parametrize("work", WORK)
def test_long_work_shows_a_bar_and_takes_it_away(work: str, demo: Path) -> None:
    executed, shown = run(WORK[work], demo)
    check_bar(executed, shown)
    assert any("kvar" in data["text/plain"] for _, data in shown)


def test_a_ledger_that_comes_in_shows_a_bar_with_its_rows(demo: Path) -> None:
    file = min((demo / "data" / "demo" / "ledger").iterdir())
    executed, shown = run(f"place.import_ledger({str(file)!r}, dry_run=True).file.tolist()", demo)
    check_bar(executed, shown)
    assert "rader" in shown[0][1]["text/plain"]


def test_work_that_fails_takes_its_bar_away_too(demo: Path) -> None:
    executed, shown = run(FAILS, demo, allow_errors=True)
    check_bar(executed, shown)
    assert executed.cells[0].outputs[-1]["ename"] == "ZeroDivisionError"


@pytest.mark.slow
@pytest.mark.timeout(900)
@pytest.mark.parametrize("engine", [STOCK, FORK])
def test_in_a_reports_kernel_there_is_no_bar_at_all(engine: str, demo: Path, tmp_path: Path) -> None:
    # The control is above: the same work in an ordinary kernel shows one.
    executed = execute(
        notebook(WORK["comparison"]), {}, work=tmp_path, kernel_folder=demo, cell_seconds=600, engine=engine
    )
    outputs = [output["output_type"] for cell in executed["cells"] for output in cell.get("outputs", ())]
    assert outputs == ["execute_result"]
