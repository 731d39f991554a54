"""Every line on the analyst's page runs on the demo, and answers with something."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

import partnership_lib as plib

PAGE = Path(__file__).resolve().parents[2] / "docs" / "api.md"
SLOW = ("Which agreements to bring together", "Did it pay off?", "Should these agreements become one?")
SEQUENCES = (str, list, tuple, dict)
NEEDS_THE_REPORT = ("Follow-up of an agreement",)
MAY_BE_EMPTY = ("missed", "proposed_meetings")


def parts() -> dict[str, str]:
    """The parts of the page by heading, each with what it needs of the one before."""
    found = dict(re.findall(r"^## (.+?)\n(.+?)(?=^## |\Z)", PAGE.read_text(encoding="utf-8"), re.DOTALL | re.MULTILINE))
    return {head: (found["A report"] if head in NEEDS_THE_REPORT else "") + body for head, body in found.items()}


def lines(part: str) -> tuple[list[str], list[str]]:
    """The blocks of code and the lines of the tables."""
    blocks = re.findall(r"```python\n(.+?)```", part, re.DOTALL)
    return blocks, re.findall(r"^\| .+ \| `(.+)` \|$", part, re.MULTILINE)


def is_empty(answer: Any) -> bool:
    """Whether an answer tells nothing."""
    if answer is None:
        return True
    return bool(answer.empty) if isinstance(answer, pd.DataFrame) else isinstance(answer, SEQUENCES) and not answer


@pytest.mark.timeout(900)
@pytest.mark.parametrize("head", [pytest.param(h, marks=[pytest.mark.slow] * (h in SLOW)) for h in parts()])
def test_every_line_of_the_page_answers(head: str, demo_folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(demo_folder)
    names: dict[str, Any] = {"plib": plib, "ws": plib.open()}
    blocks, asked = lines(parts()[head])
    assert asked
    for block in blocks:
        exec(compile(block, head, "exec"), names)
    silent = [line for line in asked if is_empty(eval(line, names)) and not any(word in line for word in MAY_BE_EMPTY)]
    assert not silent, "these lines answer nothing"


def test_every_question_of_the_page_is_seen_by_the_test() -> None:
    rows = [line for line in PAGE.read_text(encoding="utf-8").splitlines() if line.startswith("| ")]
    questions = [line for line in rows if not line.startswith(("| question", "|---"))]
    seen = [line for part in parts().values() for line in lines(part)[1]]
    assert set(re.findall(r"`([^`]+)` \|$", "\n".join(questions), re.MULTILINE)) == set(seen)
    assert len(questions) > 80
    assert is_empty(pd.DataFrame()) and not is_empty(0.0)
