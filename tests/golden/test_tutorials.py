"""The tutorials run on the demo municipality, in Swedish and in English, and their figures are those that are told."""

from __future__ import annotations

import ast
import json
import math
from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbclient import NotebookClient

TUTORIALS = Path(__file__).resolve().parents[2] / "notebooks" / "tutorial"
PARTS = ("1_spend", "2_case", "3_consolidation", "4_follow_up", "5_outcome")
ASK = "import json\nprint(json.dumps({{each: eval(each) for each in {expressions!r}}}, default=float))"


def _wanted(part: str) -> dict[str, Any]:
    """What is asked of the notebook when it has run, and the answers that must not move."""
    return json.loads(Path(__file__).with_name(f"tutorial_{part}.json").read_text(encoding="utf-8"))


def _answers(notebook: Path, workspace: Path, expressions: list[str]) -> dict[str, Any]:
    """What a notebook, run from top to bottom in a kernel of its own, answers in the end."""
    run = nbformat.read(notebook, 4)
    run.cells.append(nbformat.v4.new_code_cell(ASK.format(expressions=expressions)))
    resources = {"metadata": {"path": str(workspace)}}
    NotebookClient(run, timeout=280, resources=resources, shutdown_kernel="immediate").execute()
    return json.loads("".join(output["text"] for output in run.cells[-1].outputs if output.get("name") == "stdout"))


def _moved(found: dict[str, Any], wanted: dict[str, Any]) -> dict[str, Any]:
    """The figures that are not what they should be; whole numbers and texts to the letter."""
    return {each: (found[each], wanted[each]) for each in wanted if not _same(found[each], wanted[each])}


def _same(one: Any, other: Any) -> bool:
    if isinstance(one, float) and isinstance(other, float):
        return math.isclose(one, other, rel_tol=1e-6)
    return bool(one == other)


# The third computes as long as all the others; its report's own notebook runs every day.
DAILY = [pytest.param(part, marks=[pytest.mark.slow] if part == "3_consolidation" else []) for part in PARTS]


@pytest.mark.parametrize("part", DAILY)
def test_the_figures_of_the_swedish_tutorial_are_those_that_are_told(demo_folder: Path, part: str) -> None:
    wanted = _wanted(part)
    assert not _moved(_answers(TUTORIALS / "sv" / f"{part}.ipynb", demo_folder, list(wanted)), wanted)


@pytest.mark.slow
@pytest.mark.parametrize("part", PARTS)
def test_the_figures_of_the_english_tutorial_are_the_same(demo_folder: Path, part: str) -> None:
    wanted = _wanted(part)
    assert not _moved(_answers(TUTORIALS / "en" / f"{part}.ipynb", demo_folder, list(wanted)), wanted)


@pytest.mark.parametrize("part", PARTS)
def test_a_figure_that_has_moved_is_seen(part: str) -> None:
    wanted = _wanted(part)
    for name, value in wanted.items():
        other = value * (1 + 1e-5) if isinstance(value, float) else value + 1 if isinstance(value, int) else f"{value}."
        assert list(_moved(wanted | {name: other}, wanted)) == [name]


def _cells(language: str, part: str) -> list[Any]:
    return nbformat.read(TUTORIALS / language / f"{part}.ipynb", 4).cells


def _code(source: str) -> str:
    """The code without its comments, whatever its language is."""
    return ast.dump(ast.parse(source.replace('"sv"', '"en"')))


@pytest.mark.parametrize("part", PARTS)
def test_both_languages_are_the_same_cell_by_cell_but_for_the_language(part: str) -> None:
    pairs = list(zip(_cells("sv", part), _cells("en", part), strict=True))
    for swedish, english in pairs:
        assert (swedish.id, swedish.cell_type, swedish.metadata) == (english.id, english.cell_type, english.metadata)
        if swedish.cell_type == "code":
            assert _code(swedish.source) == _code(english.source), swedish.id
        else:
            assert swedish.source != english.source
            assert swedish.source.count("\n") == english.source.count("\n"), f"{swedish.id}: a paragraph is missing"


def test_every_tutorial_leads_on_to_the_next_and_says_what_to_beware_of() -> None:
    for language, beware in (("sv", "## Se upp med"), ("en", "## Beware")):
        for part, following in zip(PARTS, [*PARTS[1:], None], strict=True):
            last = _cells(language, part)[-1].source
            assert beware in last
            assert following is None or f"({following}.ipynb)" in last
    assert {path.stem for path in TUTORIALS.rglob("*.ipynb")} == set(PARTS)
