"""What the examples in docstrings may take for granted: they run in the demo workspace."""

from __future__ import annotations

from pathlib import Path

import pytest


@pytest.fixture(scope="session")
def demo_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a demo workspace that all tests share: ask questions only."""
    from partnership_lib.demo.building import build_demo_workspace

    folder = tmp_path_factory.mktemp("demo") / "lindvalla"
    build_demo_workspace(folder)
    return folder


@pytest.fixture(autouse=True)
def _examples_run_in_the_demo(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let an example that opens a workspace stand in the demo, as its reader does."""
    example = getattr(request.node, "dtest", None)
    if example is not None and any("plib.open()" in line.source for line in example.examples):
        monkeypatch.chdir(request.getfixturevalue("demo_folder"))
