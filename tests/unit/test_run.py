"""The starter: what it says, when it stops, and that it does nothing when nothing is to be done."""

from __future__ import annotations

import importlib.util
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
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


@DEBIAN_ONLY
def test_without_root_a_missing_database_server_is_said_loudly_with_the_line_to_type(
    repository: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    starter = _starter(repository)
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    monkeypatch.setattr(starter, "POSTGRESQL_FOLDER", tmp_path)
    monkeypatch.setenv("PATH", str(tmp_path))
    (tmp_path / "apt-get").touch(0o755)
    starter.provide_system_packages(("database",))
    said = capsys.readouterr().err
    assert "the tests of the register on PostgreSQL will be SKIPPED" in said
    assert "sudo apt-get install -y --no-install-recommends postgresql" in said
    (tmp_path / "17" / "bin").mkdir(parents=True)
    (tmp_path / "17" / "bin" / "initdb").touch()
    assert starter.missing_system_packages(("database",)) == []


@DEBIAN_ONLY
@pytest.mark.parametrize("says", ["", "openjdk 11.0.25 2024-10-15", "openjdk 17.0.15 2025-04-15"])
def test_without_root_a_missing_or_old_java_is_said_loudly_with_the_line_to_type(
    repository: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path, says: str
) -> None:
    starter = _starter(repository)
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    monkeypatch.setenv("PATH", str(tmp_path))
    (tmp_path / "apt-get").touch(0o755)
    if says:
        (tmp_path / "java").write_text(f"#!/bin/sh\necho '{says}'\n")
        (tmp_path / "java").chmod(0o755)
    starter.provide_system_packages(("spark",))
    said = capsys.readouterr().err
    if "17" in says:
        assert said == ""
    else:
        assert "the test that Spark answers as DuckDB does will be SKIPPED" in said
        assert "sudo apt-get install -y --no-install-recommends default-jre-headless" in said


def test_spark_is_fetched_once_and_what_cannot_be_fetched_is_said_loudly(
    checkout: Path, repository: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    shutil.copy(repository / "requirements-spark.lock", checkout)
    starter = _starter(checkout)
    outcomes, asked = [1, 0], []

    def fetch(*command: object, **_: object) -> int:
        asked.append(command)
        starter.SPARK.mkdir()
        return outcomes[len(asked) - 1]

    monkeypatch.setattr(starter, "provide_uv", lambda: Path("uv"))
    monkeypatch.setattr(starter, "start", fetch)
    starter.provide_spark()
    assert "the test that Spark answers as DuckDB does will be SKIPPED" in capsys.readouterr().err
    assert not starter.SPARK.exists()
    starter.provide_spark()
    starter.provide_spark()
    assert len(asked) == 2
    assert capsys.readouterr().err == ""


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


HAS_SOMETHING_TO_FINISH = """
import signal, sys, time
signal.signal(signal.SIGTERM, signal.default_int_handler)
try:
    print("begun", flush=True)
    time.sleep(60)
except KeyboardInterrupt:
    time.sleep(1)
    print("finished", flush=True)
    sys.exit(3)
"""
STARTS_IT = """
import pathlib, signal, sys, run
signal.signal(signal.SIGINT, signal.default_int_handler)
run.ENVIRONMENT = pathlib.Path(sys.prefix)
sys.exit(run.start(sys.executable, "-c", sys.argv[1]))
"""


@pytest.mark.skipif(os.name == "nt", reason="signals are those of POSIX")
@pytest.mark.parametrize(("end", "told"), [(os.killpg, signal.SIGINT), (os.kill, signal.SIGTERM)])
def test_who_ends_the_starter_lets_what_it_has_started_finish(
    repository: Path, end: Callable[[int, int], None], told: signal.Signals
) -> None:
    command = [sys.executable, "-c", STARTS_IT, HAS_SOMETHING_TO_FINISH]
    starter = subprocess.Popen(command, cwd=repository, stdout=subprocess.PIPE, text=True, start_new_session=True)
    assert starter.stdout is not None
    assert starter.stdout.readline() == "begun\n"
    end(starter.pid, told)  # Ctrl-C at a terminal is told to everybody there, SIGTERM to one program
    said, _ = starter.communicate(timeout=30)
    assert said == "finished\n"
    assert starter.returncode == (3 if told == signal.SIGTERM else -signal.SIGINT)
