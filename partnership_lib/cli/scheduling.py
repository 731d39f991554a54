"""``schedule``: ready lines for whatever wakes the reports every night."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import click

from partnership_lib import text
from partnership_lib.cli.call import Call, command, echo, main


@command(main, "schedule")
@click.option("--cron", "shapes", flag_value="cron", multiple=True, help="A line for crontab.")
@click.option("--systemd", "shapes", flag_value="systemd", multiple=True, help="A service and a timer for systemd.")
@click.option("--windows", "shapes", flag_value="windows", multiple=True, help="A task for the Task Scheduler.")
@click.option("--at", default="05:30", show_default=True, metavar="HH:MM", help="Time of the day.")
@click.option("--all", "choice", flag_value="all", default="due", help="Run what is missing and failed too.")
@click.option("-o", "--output", metavar="DIR", help="Write the files to this folder in place of printing them.")
def schedule(call: Call, shapes: tuple[str, ...], at: str, choice: str, output: str | None) -> int:
    """Print what makes the reports come by themselves: for cron and systemd, or for Windows."""
    from partnership_lib.reports import schedule as made

    alarm = made.nightly_run(call.open().root.resolve(), choice, at)
    makers = {
        "cron": lambda: {"crontab": made.crontab_line(alarm) + "\n"},
        "systemd": lambda: made.systemd_units(alarm),
        "windows": lambda: {made.TASK: made.windows_task(alarm)},
    }
    usual = ("windows",) if os.name == "nt" else ("cron", "systemd")
    chosen = {shape: makers[shape]() for shape in shapes or usual}
    for shape, files in chosen.items():
        _tell(call, shape, files, output)
    call.answer(chosen)
    return 0


def _tell(call: Call, shape: str, files: dict[str, str], output: str | None) -> None:
    """Print files, or write them; how to put them to use is told on the other stream, so that they can be piped."""
    for name, content in files.items():
        if output is not None:
            _write(call, Path(output) / name, content)
        elif not call.as_json:
            heading = f"# {name}\n" if shape != "windows" else ""  # a comment to cron and systemd, not in XML
            echo(heading + content, nl=False)
    _beside(call, f"schedule_{shape}", folder=output or ".")


def _write(call: Call, file: Path, content: str) -> None:
    from partnership_lib.files.atomic import write_bytes

    file.parent.mkdir(parents=True, exist_ok=True)
    # The Task Scheduler reads nothing but UTF-16, cron and systemd nothing but UTF-8.
    write_bytes(file, content.encode("utf-16" if file.suffix == ".xml" else "utf-8"))
    call.say("schedule_written", file=file)


def _beside(call: Call, code: str, **values: Any) -> None:
    if not call.as_json:
        echo(text.sentence(f"cli.{code}", values, call.language), err=True)
