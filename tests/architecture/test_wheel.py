"""What is installed from a wheel holds the notebooks, the sentences and the templates, and works without a checkout."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import sysconfig
import venv
import zipfile
from collections.abc import Callable
from importlib.resources import files
from pathlib import Path

import pytest


@pytest.fixture(scope="module")
def wheel(repository: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A wheel built from a copy of the source."""
    source = tmp_path_factory.mktemp("source")
    ignored = shutil.ignore_patterns("__pycache__", ".ipynb_checkpoints")
    for folder in ("partnership_lib", "notebooks", "data/assumptions", "data/reference", "data/cases"):
        shutil.copytree(repository / folder, source / folder, ignore=ignored)
    for name in ("pyproject.toml", "setup.py", "README.md"):
        shutil.copy(repository / name, source)
    code = "from setuptools.build_meta import build_wheel; build_wheel('.')"
    subprocess.run([sys.executable, "-c", code], cwd=source, capture_output=True, check=True)
    (wheel,) = source.glob("*.whl")
    return wheel


@pytest.fixture(scope="module")
def wheel_names(wheel: Path) -> set[str]:
    """The names of the files in it."""
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


# --- installed ------------------------------------------------------------------------------------------------------

Run = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture(scope="module")
def environment(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A new environment: the wheel as pip installs it, and the locked packages borrowed from this one."""
    folder = tmp_path_factory.mktemp("installed") / "environment"
    venv.create(folder, symlinks=os.name != "nt")
    python = folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    pip = [sys.executable, "-m", "pip", "--python", python, "install", "--quiet", "--no-index", "--no-deps", wheel]
    subprocess.run([str(part) for part in pip], check=True, env=_without_checkout(), cwd=folder)
    # A path in such a file is put on the path, and nothing more: the checkout that this environment points to is not.
    (packages,) = folder.glob("**/site-packages")
    (packages / "borrowed.pth").write_text(sysconfig.get_path("purelib") + "\n", encoding="utf-8")
    return folder


def _without_checkout() -> dict[str, str]:
    left_out = ("PYTHONPATH", "PYTHONHOME", "VIRTUAL_ENV")
    return {name: value for name, value in os.environ.items() if name not in left_out}


@pytest.fixture(scope="module")
def run(environment: Path, tmp_path_factory: pytest.TempPathFactory) -> Run:
    """What runs a program of that environment in an empty folder, the same one every time."""
    folder = tmp_path_factory.mktemp("elsewhere")
    programs = environment / ("Scripts" if os.name == "nt" else "bin")

    def started(program: str, *arguments: str) -> subprocess.CompletedProcess[str]:
        line = [str(programs / program), *arguments]
        return subprocess.run(line, cwd=folder, env=_without_checkout(), capture_output=True, text=True, check=False)

    return started


@pytest.mark.timeout(900)
def test_an_installed_wheel_makes_a_workspace_publishes_what_is_due_and_finds_nothing_wrong(
    environment: Path, run: Run
) -> None:
    where = run("python", "-c", "import partnership_lib; print(partnership_lib.__file__)").stdout
    assert str(environment) in where

    made = run("partnership", "init", "lindvalla", "--demo")
    assert made.returncode == 0, made.stderr
    root = Path(run("python", "-c", "import os; print(os.getcwd())").stdout.strip()) / "lindvalla"
    settings = root / "partnership.toml"
    only_the_portfolio = settings.read_text(encoding="utf-8").replace('follow_up = "agreement"', 'follow_up = "never"')
    settings.write_text(only_the_portfolio, encoding="utf-8")

    due = run("partnership", "run", "--due", "--workspace", "lindvalla", "--json")
    assert due.returncode == 0, due.stderr
    (published,) = json.loads(due.stdout)["published"]
    assert (published["kind"], (root / published["path"] / "report.pdf").is_file()) == ("portfolio", True)

    doctor = run("partnership", "doctor", "--workspace", "lindvalla", "--json")
    assert json.loads(doctor.stdout)["ok"], doctor.stdout

    copy = run("partnership", "notebook", "follow_up", "--agreement", "A-001", "--workspace", "lindvalla", "--json")
    assert Path(json.loads(copy.stdout)["notebook"]).is_relative_to(root)


def test_an_installed_wheel_gives_jupyterlab_its_section_and_a_workspace_its_notebooks(
    environment: Path, run: Run
) -> None:
    extension = environment / "share/jupyter/labextensions/partnership-workbench"
    loaded = json.loads((extension / "package.json").read_text(encoding="utf-8"))["jupyterlab"]["_build"]["load"]
    assert (extension / loaded).is_file()
    (settings,) = (environment / "etc/jupyter/jupyter_server_config.d").iterdir()
    enabled = json.loads(settings.read_text(encoding="utf-8"))["ServerApp"]["jpserver_extensions"]
    assert enabled == {"partnership_lib.review.lab": True}
    found = "from jupyter_core.paths import jupyter_config_path as c, jupyter_path as s; print(c(), s())"
    paths = run("python", "-c", found).stdout
    assert all(str(environment / folder / "jupyter") in paths for folder in ("etc", "share"))

    place = (
        "from partnership_lib.review.servers import place_notebooks;"
        "from partnership_lib.workspace import create_workspace, open_workspace; from pathlib import Path;"
        "create_workspace(Path('empty'));"
        "print(*sorted(path.name for path in place_notebooks(open_workspace('empty')).rglob('*.ipynb')))"
    )
    placed = run("python", "-c", place).stdout.split()
    assert {"start_sv.ipynb", "start_en.ipynb", "follow_up.ipynb"} <= set(placed)
    assert placed.count("1_spend.ipynb") == placed.count("5_outcome.ipynb") == 2


def test_the_control_without_its_notebooks_an_installed_wheel_publishes_nothing(environment: Path, run: Run) -> None:
    (notebooks,) = environment.glob("**/partnership_lib/notebooks")
    notebooks = notebooks.rename(notebooks.with_name("elsewhere"))
    run("partnership", "init", "control")
    refused = run("partnership", "report", "portfolio", "--workspace", "control", "--json")
    notebooks.rename(notebooks.with_name("notebooks"))
    assert (refused.returncode, "notebook_missing" in refused.stdout) == (1, True)
