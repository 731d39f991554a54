"""What is installed from a wheel holds the notebooks, the sentences and the templates."""

from __future__ import annotations

import shutil
import subprocess
import sys
import zipfile
from importlib.resources import files
from pathlib import Path

import pytest


@pytest.fixture(scope="module")
def wheel_names(repository: Path, tmp_path_factory: pytest.TempPathFactory) -> set[str]:
    """The names of the files in a wheel built from a copy of the source."""
    source = tmp_path_factory.mktemp("source")
    ignored = shutil.ignore_patterns("__pycache__", ".ipynb_checkpoints")
    for folder in ("partnership_lib", "notebooks", "data/assumptions", "data/reference", "data/cases"):
        shutil.copytree(repository / folder, source / folder, ignore=ignored)
    for name in ("pyproject.toml", "setup.py", "README.md"):
        shutil.copy(repository / name, source)
    code = "from setuptools.build_meta import build_wheel; build_wheel('.')"
    subprocess.run([sys.executable, "-c", code], cwd=source, capture_output=True, check=True)
    (wheel,) = source.glob("*.whl")
    return set(zipfile.ZipFile(wheel).namelist())


def test_the_notebooks_travel_in_the_wheel(repository: Path, wheel_names: set[str]) -> None:
    folder = repository / "notebooks"
    notebooks = {path.relative_to(folder).as_posix() for path in folder.rglob("*.ipynb") if "mine" not in path.parts}
    assert {
        "follow_up.ipynb",
        "start_sv.ipynb",
        "tutorial/sv/1_spend.ipynb",
        "tutorial/en/5_outcome.ipynb",
    } <= notebooks
    assert {f"partnership_lib/notebooks/{name}" for name in notebooks} <= wheel_names


def test_the_default_assumptions_and_the_cases_travel_in_the_wheel(repository: Path, wheel_names: set[str]) -> None:
    assumptions = {path.name for path in (repository / "data" / "assumptions").glob("*.yaml")}
    assert assumptions
    assert {f"partnership_lib/assumptions/{name}" for name in assumptions} <= wheel_names
    assert "partnership_lib/reference/bidders.csv" in wheel_names
    cases = {Path(name).name for name in wheel_names if "example_cases" in name}
    assert cases == {"example.yaml", "skoladministration.yaml", "hantverk.yaml"}


def test_everything_in_the_package_travels_in_the_wheel(repository: Path, wheel_names: set[str]) -> None:
    package = repository / "partnership_lib"
    files_there = {path for path in package.rglob("*") if path.is_file() and "__pycache__" not in path.parts}
    left_behind = {str(path.relative_to(repository)) for path in files_there} - wheel_names
    assert not left_behind, "see [tool.setuptools.package-data] in pyproject.toml; folders need an __init__.py"


def test_the_notebooks_are_found_where_the_project_is_installed_for_editing(repository: Path) -> None:
    names = {entry.name for entry in files("partnership_lib.notebooks").iterdir()}
    assert {path.name for path in (repository / "notebooks").glob("*.ipynb")} <= names
