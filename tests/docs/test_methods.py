"""The methods: every section of the reports and every part of the models has a heading with all that a reader asks."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from partnership_lib.decision.components import COMPONENTS
from partnership_lib.text import catalogue

PARTS = {
    "What": r"\*\*What\*\* \(`",
    "Formula or How": r"\*\*(Formula|How)\*\*",
    "Example": r"\*\*Example\*\*[^\n]*\n(.*\n)*?```python\n>>> ",
    "Why": r"\*\*Why\*\*",
    "Not in it": r"\*\*Not in it\*\*",
    "Source": r"\*\*Source\*\*",
}
REPORTS = {
    "follow_up": "analysis/follow_up",
    "portfolio": "analysis/portfolio",
    "spend": "analysis/spend",
    "comparison": "decision/report",
    "consolidation": "consolidation/report",
    "outcome": "analysis/outcome/report",
}
BESIDE = ("outcome_programme", "ledger_quality")
MODEL_PARTS = ("consolidation/candidates", "consolidation/costs", "consolidation/planning", "consolidation/solving")
NOT_MEASURES = {"__init__", "answer_json", "compare", "comparison", "expected", "quick"}  # order, hold, hand on


def blocks(pages: str) -> Iterator[str]:
    """The text under each heading that tells of a number, the heading with it."""
    yield from (part for part in re.split(r"^(?=## )", pages, flags=re.MULTILINE) if "**What**" in part)


def names(block: str) -> set[str]:
    """What a heading tells of: the names after its *What*, such as ``spend.pareto``."""
    said = re.search(r"\*\*What\*\* \(([^)]*)\)", block)
    return set(re.findall(r"`([\w./]+)`", said[1])) if said else set()


def lacking(block: str) -> list[str]:
    """The parts that a heading does not have."""
    return [name for name, form in PARTS.items() if not re.search(form, block)]


def asked_for(repository: Path) -> set[str]:
    """Every section of a report, component, measure and part of the optimiser, by name."""
    keys = (key.split(".") for key in catalogue.keys("en") if key.startswith("section."))
    sections = {f"{kind}.{code}" for _, kind, code in keys if kind in REPORTS or kind in BESIDE}
    measures = {file.stem for file in (repository / "partnership_lib/decision/measures").glob("*.py")} - NOT_MEASURES
    components = {f"component.{name}" for name in COMPONENTS}
    return sections | components | {f"measures.{name}" for name in measures} | set(MODEL_PARTS)


@pytest.fixture(scope="module")
def pages(repository: Path) -> str:
    files = sorted((repository / "docs" / "methods").glob("*.md"))
    return "\n".join(file.read_text(encoding="utf-8") for file in files)


def test_every_section_and_every_part_of_the_models_has_a_heading(repository: Path, pages: str) -> None:
    told = {name for block in blocks(pages) for name in names(block)}
    assert not sorted(asked_for(repository) - told), "give these a heading in docs/methods, with the name after *What*"


def test_every_heading_has_all_six_parts(pages: str) -> None:
    wanting = {block.split("\n")[0]: lacking(block) for block in blocks(pages) if lacking(block)}
    assert not wanting


@pytest.mark.parametrize("kind", REPORTS)
def test_every_section_that_the_program_makes_is_asked_for(repository: Path, kind: str) -> None:
    known = asked_for(repository)
    made = {
        node.args[0].value
        for file in (repository / "partnership_lib" / REPORTS[kind]).glob("*.py")
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "Section"
        if node.args and isinstance(node.args[0], ast.Constant) and isinstance(node.args[0].value, str)
    }
    assert made
    assert not {code for code in made if not any(f"{report}.{code}" in known for report in (kind, *BESIDE))}


WHOLE = """## Gap

**What** (`component.gap`): months. **Formula**: a × b. **Example**: two of three:

```python
>>> 2 * 3
6
```

**Why**: so. **Not in it**: more. **Source**: a law.
"""


@pytest.mark.parametrize("part", PARTS)
def test_a_part_that_is_missing_is_seen(part: str) -> None:
    taken_out = {"Formula or How": "**Formula**", "Example": ">>> "}.get(part, f"**{part}**")
    assert lacking(WHOLE) == []
    assert lacking(WHOLE.replace(taken_out, "")) == [part]


def test_a_section_without_a_heading_is_seen(repository: Path, pages: str) -> None:
    told = {name for block in blocks(pages.replace("(`follow_up.risks`)", "")) for name in names(block)}
    assert asked_for(repository) - told == {"follow_up.risks"}
