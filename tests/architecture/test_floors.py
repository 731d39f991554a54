"""Imports go downwards only, held by the contracts in pyproject.toml."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

HEAVY = ("pandas", "ibis", "numba", "scipy", "matplotlib")


def _lint_imports(folder: Path, config: Path) -> subprocess.CompletedProcess[str]:
    code = "from importlinter.cli import lint_imports_command; lint_imports_command()"
    return subprocess.run(
        [sys.executable, "-c", code, "--config", str(config), "--no-cache"],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(folder)},
        capture_output=True,
        text=True,
        check=False,
    )


def test_every_import_goes_downwards(repository: Path) -> None:
    result = _lint_imports(repository, repository / "pyproject.toml")
    assert result.returncode == 0, result.stdout + result.stderr


@pytest.mark.parametrize(
    ("module", "line"),
    [
        ("units/money.py", "import partnership_lib.cli"),
        ("domain/record.py", "import pandas"),
        ("ledger/columns.py", "import partnership_lib.register"),
    ],
)
def test_an_import_upwards_sideways_or_of_frames_is_refused(
    repository: Path, tmp_path: Path, module: str, line: str
) -> None:
    ignored = shutil.ignore_patterns("__pycache__")
    copy = shutil.copytree(repository / "partnership_lib", tmp_path / "partnership_lib", ignore=ignored)
    with (copy / module).open("a", encoding="utf-8") as file:
        file.write(f"\n{line}\n")
    result = _lint_imports(tmp_path, repository / "pyproject.toml")
    assert result.returncode != 0
    assert "partnership_lib." + module.removesuffix(".py").replace("/", ".") in result.stdout, result.stderr


def test_a_room_that_nobody_placed_is_refused(repository: Path, tmp_path: Path) -> None:
    ignored = shutil.ignore_patterns("__pycache__")
    copy = shutil.copytree(repository / "partnership_lib", tmp_path / "partnership_lib", ignore=ignored)
    (copy / "attic.py").write_text('"""Nobody placed me."""\n', encoding="utf-8")
    result = _lint_imports(tmp_path, repository / "pyproject.toml")
    assert result.returncode != 0
    assert "attic" in result.stdout + result.stderr


@pytest.mark.parametrize("module", ["partnership_lib", "partnership_lib.cli"])
def test_the_face_loads_nothing_heavy(module: str) -> None:
    code = f"import sys, {module}; print(*(name for name in {HEAVY!r} if name in sys.modules))"
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stderr
    loaded = result.stdout.split()
    assert loaded == [], (
        f"import {module} loads {', '.join(loaded)}; find who with: python -X importtime -c 'import {module}'"
    )
