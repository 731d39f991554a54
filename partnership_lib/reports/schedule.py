"""Ready lines for whatever wakes the reports: crontab, a systemd timer, the Task Scheduler of Windows.

All of them start one command, which finds out by itself what is due; so none of them has to know of reports, and one
that was off for a month or rings twice does no harm.
"""

from __future__ import annotations

import getpass
import os
import shlex
import subprocess
import sys
from dataclasses import dataclass
from datetime import time
from pathlib import Path
from xml.sax.saxutils import escape

from partnership_lib.errors import UsageError

SERVICE, TIMER, TASK = "partnership-reports.service", "partnership-reports.timer", "partnership-reports.xml"
ENVIRONMENT_FILE = "/etc/partnership/reports.env"
"""Where a service finds the settings that are secret: the address of the database and of the mail server."""


@dataclass(frozen=True)
class Alarm:
    """What is to be started, and when.

    Attributes
    ----------
    command : tuple of str
        Program and arguments.
    folder : str
        The workspace, where it is started.
    at : datetime.time
        Time of the day, on the clock of the machine.
    """

    command: tuple[str, ...]
    folder: str
    at: time


def nightly_run(folder: Path, choice: str, at: str) -> Alarm:
    """Return the alarm that publishes what is due (``due``), or all that is lacking (``all``), in a workspace.

    Raises
    ------
    UsageError
        ``unknown_time`` when `at` is no time of the day such as 05:30.
    """
    try:
        moment = time.fromisoformat(at)
    except ValueError:
        raise UsageError("unknown_time", found=at) from None
    arguments = ("run", f"--{choice}", "--workspace", str(folder))
    return Alarm((*_program(), *arguments), str(folder), moment.replace(second=0, microsecond=0, tzinfo=None))


def _program() -> tuple[str, ...]:
    """Return what starts the workbench: its own program beside Python's, otherwise Python with the module."""
    name = "partnership.exe" if os.name == "nt" else "partnership"
    own = Path(sys.executable).with_name(name)
    return (str(own),) if own.is_file() else (sys.executable, "-m", "partnership_lib.cli")


def crontab_line(alarm: Alarm) -> str:
    """Return a line for ``crontab -e``; what fails is told on the error stream, which cron sends by mail.

    Examples
    --------
    >>> crontab_line(Alarm(("partnership", "run", "--due"), "/srv/100% ours", time(5, 30)))
    "30 5 * * * cd '/srv/100\\\\% ours' && partnership run --due >/dev/null"
    """
    line = f"cd {shlex.quote(alarm.folder)} && {shlex.join(alarm.command)} >/dev/null"
    return f"{alarm.at.minute} {alarm.at.hour} * * * " + line.replace("%", r"\%")  # cron ends the command at a bare %


def systemd_units(alarm: Alarm) -> dict[str, str]:
    """Return the service and the timer, by file name; a night that the machine slept through is made up for."""
    service = f"""[Unit]
Description=Follow-up reports of the supplier partnerships
After=network-online.target
Wants=network-online.target

[Service]
Type=oneshot
User={_in_unit(getpass.getuser())}
WorkingDirectory={_in_unit(alarm.folder)}
EnvironmentFile=-{ENVIRONMENT_FILE}
ExecStart={" ".join(_as_word(part) for part in alarm.command)}
Nice=10
"""
    timer = f"""[Unit]
Description=Time for the follow-up reports of the supplier partnerships

[Timer]
OnCalendar={calendar_of(alarm)}
Persistent=true
Unit={SERVICE}

[Install]
WantedBy=timers.target
"""
    return {SERVICE: service, TIMER: timer}


def calendar_of(alarm: Alarm) -> str:
    """Return when the timer rings, as systemd writes it."""
    return f"*-*-* {alarm.at:%H:%M:%S}"


def _in_unit(value: str) -> str:
    return value.replace("%", "%%")


def _as_word(part: str) -> str:
    """Return one word of a command line in a unit, in quotes where it needs them."""
    told = _in_unit(part).replace("\\", "\\\\").replace("$", "$$").replace('"', '\\"')
    return f'"{told}"' if any(letter in told for letter in " '\"\\;") else told


def windows_task(alarm: Alarm) -> str:
    """Return the task as XML for ``schtasks /Create /XML``; a night that was slept through is made up for."""
    program, *arguments = alarm.command
    return f"""<?xml version="1.0" encoding="UTF-16"?>
<Task version="1.2" xmlns="http://schemas.microsoft.com/windows/2004/02/mit/task">
  <RegistrationInfo>
    <Description>Follow-up reports of the supplier partnerships</Description>
  </RegistrationInfo>
  <Triggers>
    <CalendarTrigger>
      <StartBoundary>2026-01-01T{alarm.at:%H:%M:%S}</StartBoundary>
      <Enabled>true</Enabled>
      <ScheduleByDay><DaysInterval>1</DaysInterval></ScheduleByDay>
    </CalendarTrigger>
  </Triggers>
  <Settings>
    <MultipleInstancesPolicy>IgnoreNew</MultipleInstancesPolicy>
    <DisallowStartIfOnBatteries>false</DisallowStartIfOnBatteries>
    <StopIfGoingOnBatteries>false</StopIfGoingOnBatteries>
    <StartWhenAvailable>true</StartWhenAvailable>
    <ExecutionTimeLimit>PT0S</ExecutionTimeLimit>
  </Settings>
  <Actions>
    <Exec>
      <Command>{escape(program)}</Command>
      <Arguments>{escape(subprocess.list2cmdline(arguments))}</Arguments>
      <WorkingDirectory>{escape(alarm.folder)}</WorkingDirectory>
    </Exec>
  </Actions>
</Task>
"""
