"""``partnership schedule``: lines that can be piped to where they belong, and files that can be loaded."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from partnership_lib.cli import main


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    assert CliRunner().invoke(main, ["init", str(tmp_path)]).exit_code == 0
    return tmp_path


def _call(workspace: Path, *arguments: str) -> Any:
    return CliRunner().invoke(main, ["schedule", "--workspace", str(workspace), *arguments])


def test_what_is_printed_for_cron_can_be_piped_to_it(workspace: Path) -> None:
    answer = _call(workspace, "--cron", "--at", "04:15")
    comment, line = answer.stdout.splitlines()
    assert comment.startswith("#")
    assert line.startswith("15 4 * * * cd ")
    assert "run --due" in line
    assert "crontab -e" in answer.stderr


def test_all_that_is_lacking_can_be_caught_up_with_every_night(workspace: Path) -> None:
    assert "run --all" in _call(workspace, "--cron", "--all").stdout


def test_the_files_are_written_where_they_are_asked_for_as_their_readers_want_them(
    workspace: Path, tmp_path: Path
) -> None:
    answer = _call(workspace, "--systemd", "--windows", "-o", str(tmp_path / "units"))
    assert answer.exit_code == 0
    files = {file.name: file.read_bytes() for file in (tmp_path / "units").iterdir()}
    assert sorted(files) == ["partnership-reports.service", "partnership-reports.timer", "partnership-reports.xml"]
    assert b"ExecStart=" in files["partnership-reports.service"]
    assert files["partnership-reports.xml"].decode("utf-16").startswith("<?xml")


def test_the_machine_gets_them_all_as_json(workspace: Path) -> None:
    answer = json.loads(_call(workspace, "--cron", "--systemd", "--windows", "--json").stdout)
    assert sorted(answer) == ["cron", "systemd", "windows"]


def test_a_time_that_is_none_is_a_wrong_call(workspace: Path) -> None:
    answer = _call(workspace, "--at", "25:00")
    assert answer.exit_code == 2
    assert "25:00" in answer.stderr
