"""What wakes the reports: every line is read by the program that it is written for, where that is on the machine."""

from __future__ import annotations

import shlex
import shutil
import subprocess
import xml.etree.ElementTree as ET
from datetime import time
from pathlib import Path

import pytest

from partnership_lib.errors import UsageError
from partnership_lib.reports.schedule import (
    Alarm,
    calendar_of,
    crontab_line,
    nightly_run,
    systemd_units,
    windows_task,
)

NASTY = "Års rapporter & 100 % \"vårt\" $HOME; 'x'"


@pytest.fixture
def alarm(tmp_path: Path) -> Alarm:
    """An alarm for a workspace whose name holds all that shells and units give a meaning to."""
    folder = tmp_path / NASTY
    folder.mkdir()
    return nightly_run(folder, "due", "05:30")


def test_the_command_is_one_program_and_the_workspace(alarm: Alarm) -> None:
    assert alarm.command[-4:] == ("run", "--due", "--workspace", alarm.folder)
    assert Path(alarm.command[0]).is_absolute()


@pytest.mark.parametrize("at", ["5.30", "25:00", "", "imorgon"])
def test_what_is_no_time_of_the_day_is_refused(tmp_path: Path, at: str) -> None:
    with pytest.raises(UsageError, match="unknown_time"):
        nightly_run(tmp_path, "due", at)


def test_the_shell_that_cron_starts_runs_the_command_in_the_workspace(alarm: Alarm, tmp_path: Path) -> None:
    told = Alarm(("printf", "%s\\n", "run", "--workspace", alarm.folder), alarm.folder, time(5, 30))
    minute, hour, *days, command = crontab_line(told).split(" ", 5)
    assert (minute, hour, days) == ("30", "5", ["*", "*", "*"])
    as_cron_reads_it = command.replace("\\%", "%").replace(">/dev/null", "&& pwd")
    said = subprocess.run(["/bin/sh", "-c", as_cron_reads_it], capture_output=True, text=True, check=True).stdout
    assert said.splitlines() == ["run", "--workspace", alarm.folder, alarm.folder]


def test_cron_would_cut_the_command_at_a_bare_percent_sign(alarm: Alarm) -> None:
    # The control: what the line would be without the backslash is another command.
    careless = f"cd {shlex.quote(alarm.folder)}"
    assert "%" in careless.replace("\\%", "")
    assert "%" not in crontab_line(alarm).replace("\\%", "")


def _systemd() -> str:
    found = shutil.which("systemd-analyze")
    if found is None:
        pytest.skip("no systemd-analyze on this machine")
    return found


def _verified(folder: Path, units: dict[str, str]) -> subprocess.CompletedProcess[str]:
    for name, content in units.items():
        (folder / name).write_text(content, encoding="utf-8")
    files = [str(folder / name) for name in units]
    return subprocess.run([_systemd(), "verify", "--man=no", *files], capture_output=True, text=True, check=False)


def _own_words(answer: subprocess.CompletedProcess[str]) -> list[str]:
    # systemd also tells what it thinks of other units of the machine.
    return [line for line in answer.stderr.splitlines() if "partnership-reports" in line]


def test_systemd_finds_nothing_wrong_with_the_service_and_the_timer(alarm: Alarm, tmp_path: Path) -> None:
    assert _own_words(_verified(tmp_path, systemd_units(alarm))) == []


def test_systemd_does_find_what_is_wrong_with_a_unit(alarm: Alarm, tmp_path: Path) -> None:
    # The control: the same check on a unit whose command does not exist and whose timer says nothing that it knows.
    units = systemd_units(alarm)
    spoilt = {
        name: content.replace(alarm.command[0], "/no/such/program").replace("OnCalendar=*", "OnCalendar=soon")
        for name, content in units.items()
    }
    assert len(_own_words(_verified(tmp_path, spoilt))) >= 2


def test_the_timer_rings_once_a_day_at_the_time_asked_for(alarm: Alarm) -> None:
    answer = subprocess.run(
        [_systemd(), "calendar", "--iterations=2", "--base-time=2026-09-15 12:00:00 UTC", calendar_of(alarm)],
        capture_output=True, text=True, check=True, env={"TZ": "UTC", "LC_ALL": "C", "PATH": "/usr/bin:/bin"},
    ).stdout  # fmt: skip
    assert "2026-09-16 05:30:00" in answer
    assert "2026-09-17 05:30:00" in answer


def test_a_night_that_was_slept_through_is_made_up_for(alarm: Alarm) -> None:
    assert "Persistent=true" in systemd_units(alarm)["partnership-reports.timer"]
    assert "<StartWhenAvailable>true</StartWhenAvailable>" in windows_task(alarm)


def test_the_task_for_windows_is_xml_that_says_what_to_start_where_and_when() -> None:
    alarm = Alarm(
        (r"C:\Program Files\p.exe", "run", "--due", "--workspace", r"D:\Vår & er"), r"D:\Vår & er", time(5, 30)
    )
    task = ET.fromstring(windows_task(alarm).encode("utf-16"))
    words = {element.tag.rpartition("}")[2]: (element.text or "").strip() for element in task.iter()}
    assert words["Command"] == r"C:\Program Files\p.exe"
    assert words["Arguments"] == r'run --due --workspace "D:\Vår & er"'
    assert words["WorkingDirectory"] == r"D:\Vår & er"
    assert words["StartBoundary"] == "2026-01-01T05:30:00"
