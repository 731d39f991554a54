"""Only the notebooks that were released are run: on schedule, by hand and as rooms."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner

from partnership_lib.cli import main
from partnership_lib.errors import ReportError
from partnership_lib.reports import seals
from partnership_lib.reports.catalogue import KINDS, read_template
from partnership_lib.review import servers
from partnership_lib.workspace import create_workspace, open_workspace

EVIL = "import pathlib; pathlib.Path('ran').write_text('x')"


def test_every_notebook_is_sealed_as_it_is() -> None:
    assert seals.seals() == seals.seals_today(), "seal them anew: python -m partnership_lib.reports.seals"


def test_a_program_takes_the_notebooks_of_its_own_copy(repository: Path) -> None:
    own = [place for place in seals._places("spend.ipynb") if place.is_file()]
    assert own == [repository / "notebooks" / "spend.ipynb"]


@pytest.fixture
def tampered(tmp_path: Path, repository: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str, str], None]:
    """A program whose notebooks somebody can write to."""
    folder = tmp_path / "notebooks"
    shutil.copytree(repository / "notebooks", folder)
    monkeypatch.setattr(seals, "_places", lambda name: iter([folder / name]))

    def tamper(name: str, how: str) -> None:
        content = json.loads((folder / name).read_text(encoding="utf-8"))
        if how == "a cell":
            cell = {"cell_type": "code", "id": "x", "metadata": {}, "outputs": [], "execution_count": None}
            content["cells"].append({**cell, "source": EVIL})
        if how == "a tag":
            content["cells"][0]["metadata"]["tags"] = ["raises-exception"]
        text = json.dumps(content, indent=1) + (" " if how == "a space" else "\n")
        (folder / name).write_text(text, encoding="utf-8")

    return tamper


@pytest.mark.target(name="T23")
@pytest.mark.parametrize("how", ["a cell", "a tag", "a space"])
def test_a_notebook_that_was_changed_is_never_run(
    tampered: Callable[[str, str], None], how: str, target: Callable[..., None]
) -> None:
    run = 0
    for kind in KINDS.values():
        assert read_template(kind).notebook["cells"]
        tampered(kind.notebook, how)
        with pytest.raises(ReportError, match="notebook_altered") as refused:
            read_template(kind)
        assert refused.value.values["notebook"] == kind.notebook
    target(tampered=len(KINDS), run=run)


@pytest.mark.target(name="T23", control=True)
def test_the_control_without_its_seal_a_changed_notebook_would_be_run(
    tampered: Callable[[str, str], None], monkeypatch: pytest.MonkeyPatch, target: Callable[..., None]
) -> None:
    tampered("follow_up.ipynb", "a cell")
    monkeypatch.setattr(seals, "_assert_seal", lambda name, content: None)
    would_run = EVIL in json.dumps(read_template(KINDS["follow_up"]).notebook)
    target(would_run=int(would_run))
    assert would_run


def test_a_report_of_a_changed_notebook_says_so_and_publishes_nothing(
    tampered: Callable[[str, str], None], tmp_path: Path
) -> None:
    create_workspace(tmp_path / "w")
    tampered("portfolio.ipynb", "a cell")
    options = ["--workspace", str(tmp_path / "w"), "--date", "2026-09-15", "--language", "en"]
    said = CliRunner().invoke(main, ["report", "portfolio", *options])
    assert said.exit_code == 1
    assert "portfolio.ipynb is not the one that was released" in said.output
    assert not (tmp_path / "w" / "reports" / "published").exists()


@pytest.mark.target(name="T23")
def test_a_notebook_that_came_with_a_workspace_is_not_opened_as_a_room(
    tmp_path: Path, target: Callable[..., None]
) -> None:
    create_workspace(tmp_path)
    brought = tmp_path / "notebooks" / "review_meeting.ipynb"
    for place in (brought, tmp_path / "notebooks" / servers.ROOMS / "review_meeting.ipynb"):
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(json.dumps({"cells": [{"cell_type": "code", "source": EVIL}]}), encoding="utf-8")
    room = servers.place_room(open_workspace(tmp_path), "review_meeting.ipynb")
    opened = room.read_bytes()
    target(brought=2, run=int(EVIL.encode() in opened))
    assert opened == seals.sealed_notebook("review_meeting.ipynb")
    assert EVIL in brought.read_text(encoding="utf-8")  # left as it is, for whoever brought it
