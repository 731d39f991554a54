"""The starter: what it says, when it stops, and that it does nothing when nothing is to be done."""

from __future__ import annotations

import importlib.util
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path
from types import ModuleType

import pytest

DEBIAN_ONLY = pytest.mark.skipif(shutil.which("apt-get") is None, reason="the line to type is another one here")


def _starter(folder: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location("starter", folder / "run.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def _start(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "run.py", *arguments], cwd=folder, capture_output=True, text=True)


@pytest.fixture
def checkout(repository: Path, tmp_path: Path) -> Path:
    """An empty checkout with what the set-up reads."""
    for name in ("run.py", "requirements.lock", "pyproject.toml", "setup.py"):
        shutil.copy(repository / name, tmp_path)
    return tmp_path


def test_the_starter_alone_lists_its_jobs(repository: Path) -> None:
    result = _start(repository)
    assert result.returncode == 0
    for job in ("report", "test", "test-all", "lab", "review", "bench", "proof"):
        assert f"python3 run.py {job} " in result.stdout


def test_an_unknown_job_is_refused_with_the_list_of_jobs(repository: Path) -> None:
    result = _start(repository, "reprot")
    assert result.returncode == 2
    assert "'reprot'" in result.stderr
    assert "python3 run.py report" in result.stderr


def test_a_python_outside_the_range_stops_in_plain_words(
    repository: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    starter = _starter(repository)
    for version in ((3, 10, 14), (3, 15, 0)):
        monkeypatch.setattr(sys, "version_info", version)
        with pytest.raises(SystemExit):
            starter.check_python()
        assert f"This is Python 3.{version[1]}" in capsys.readouterr().err


@DEBIAN_ONLY
def test_without_root_a_missing_system_package_stops_with_the_line_to_type(
    repository: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    starter = _starter(repository)
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    monkeypatch.setattr(starter, "PDF_LIBRARIES", {"libnowhere0": ("libnowhere.so.0",)})
    with pytest.raises(SystemExit):
        starter.provide_system_packages(("pdf",))
    assert "sudo apt-get install -y --no-install-recommends libnowhere0" in capsys.readouterr().err


@DEBIAN_ONLY
def test_without_root_a_missing_browser_is_said_loudly_and_the_work_goes_on(
    repository: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    starter = _starter(repository)
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    monkeypatch.setattr(starter, "BROWSERS", ("no-such-browser",))
    starter.provide_system_packages(("browser",))
    assert "browser tests will be SKIPPED" in capsys.readouterr().err


def test_a_set_up_environment_is_left_alone_and_the_job_starts_at_once(checkout: Path) -> None:
    starter = _starter(checkout)
    starter.STAMP.parent.mkdir()
    starter.STAMP.write_text("\n".join(starter.fingerprints()))
    scripts = checkout / ".venv" / starter.SCRIPTS
    scripts.mkdir()
    starter.program("python").symlink_to(sys.executable)
    started = time.monotonic()
    result = _start(checkout, "bench")
    assert time.monotonic() - started < 2
    assert "Setting up" not in result.stdout
    assert "benchmarks" in result.stderr  # the job was reached: there is no such module in the empty checkout
    assert not (checkout / ".uv").exists()


@pytest.mark.parametrize("file", ["requirements.lock", "pyproject.toml", "setup.py"])
def test_a_changed_lock_or_project_calls_for_a_new_set_up(checkout: Path, file: str) -> None:
    starter = _starter(checkout)
    base, content = starter.fingerprints()
    with (checkout / file).open("a") as changed:
        changed.write("# changed\n")
    assert starter.fingerprints()[0] == base
    assert starter.fingerprints()[1] != content


def test_what_is_started_may_cache_its_bytecode(repository: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONDONTWRITEBYTECODE", "1")
    assert "PYTHONDONTWRITEBYTECODE" not in _starter(repository).surroundings({})


def test_a_jobs_exit_code_is_the_starters_exit_code(repository: Path) -> None:
    starter = _starter(repository)
    starter.ENVIRONMENT = Path(sys.prefix)
    assert starter.start(sys.executable, "-c", "raise SystemExit(7)") == 7
