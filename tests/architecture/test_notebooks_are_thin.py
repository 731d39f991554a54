"""A notebook calls the library and holds no logic, no results and no surprises for papermill."""

from __future__ import annotations

import ast
import json
from pathlib import Path
from typing import Any

import pytest

FOLDER = Path(__file__).resolve().parents[2] / "notebooks"
NOTEBOOKS = sorted((*FOLDER.glob("*.ipynb"), *FOLDER.glob("tutorial/*/*.ipynb")))
LOGIC = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda, ast.For, ast.While, ast.Try)
MOST_CODE_CELLS = 25

each_notebook = pytest.mark.parametrize("notebook", NOTEBOOKS, ids=lambda path: str(path.relative_to(FOLDER)))


def _cells(notebook: Path, kind: str = "code") -> list[dict[str, Any]]:
    cells = json.loads(notebook.read_text(encoding="utf-8"))["cells"]
    return [{**cell, "source": "".join(cell["source"])} for cell in cells if cell["cell_type"] == kind]


def _logic(source: str) -> list[str]:
    return [
        f"{type(node).__name__} on line {node.lineno}"
        for node in ast.walk(ast.parse(source))
        if isinstance(node, LOGIC)
    ]


def test_there_are_notebooks() -> None:
    assert {"follow_up.ipynb", "portfolio.ipynb"} <= {notebook.name for notebook in NOTEBOOKS}


@each_notebook
def test_a_notebook_holds_no_logic(notebook: Path) -> None:
    cells = _cells(notebook)
    assert len(cells) <= MOST_CODE_CELLS
    found = {cell.get("id"): _logic(cell["source"]) for cell in cells}
    assert not {cell: logic for cell, logic in found.items() if logic}, f"{notebook.name}: move this into the library"


@each_notebook
def test_a_notebook_is_committed_without_results(notebook: Path) -> None:
    with_results = [c.get("id") for c in _cells(notebook) if c["outputs"] or c["execution_count"] is not None]
    assert not with_results, f"{notebook.name}: clear the outputs of {with_results}"


@each_notebook
def test_the_cells_of_a_notebook_have_stable_names(notebook: Path) -> None:
    names = [cell.get("id") for kind in ("code", "markdown") for cell in _cells(notebook, kind)]
    assert None not in names, f"{notebook.name}: a cell without id"
    assert len(set(names)) == len(names), f"{notebook.name}: two cells with one id"


@each_notebook
def test_a_notebook_has_one_parameters_cell_of_plain_literals(notebook: Path) -> None:
    tagged = [cell["source"] for cell in _cells(notebook) if "parameters" in cell["metadata"].get("tags", [])]
    assert len(tagged) == 1, f"{notebook.name}: {len(tagged)} cells are tagged 'parameters'"
    for line in filter(None, tagged[0].splitlines()):
        (statement,) = ast.parse(line).body
        assert isinstance(statement, ast.Assign | ast.AnnAssign), f"{notebook.name}: {line}"
        ast.literal_eval(statement.value)
        # papermill does not see a parameter whose comment or text holds a second equals sign.
        assert line.count("=") == 1, f"{notebook.name}: {line}"
        assert "#" in line, f"{notebook.name}: say what it means: {line}"


def test_logic_in_a_cell_is_seen() -> None:
    assert _logic("for row in rows:\n    total += row") == ["For on line 1"]
    assert _logic("def saving(x):\n    return x") == ["FunctionDef on line 1"]
    assert _logic("report = ws.follow_up(agreement, period)") == []
