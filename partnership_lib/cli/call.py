"""What every command has in common: where, in which language, how to answer, what to do with errors."""

from __future__ import annotations

import errno
import json
import os
import sys
from collections.abc import Callable
from contextlib import AbstractContextManager, suppress
from functools import wraps
from pathlib import Path
from typing import Any

import click

from partnership_lib import text
from partnership_lib.display.progress import Draw, on_terminal
from partnership_lib.errors import PartnershipError, StorageError
from partnership_lib.units.outward_text import terminal_text
from partnership_lib.workspace import Workspace, open_workspace


def echo(lines: str, *, err: bool = False, nl: bool = True) -> None:
    """Print for a person or a program; whatever came from outside can neither steer the terminal nor name a number."""
    click.echo(terminal_text(lines), err=err, nl=nl)


class Call:
    """What every command gets: where, in which language, and how to answer."""

    def __init__(self, workspace: str, language: str | None, as_json: bool, day: str | None = None) -> None:
        self.folder = Path(workspace)
        self.chosen_language = language
        self.as_json = as_json
        self.day = day

    def open(self) -> Workspace:
        """Return the workspace that the call is about."""
        return open_workspace(self.folder, as_of=self.day, language=self.chosen_language)

    @property
    def language(self) -> str:
        """Return the language to speak, even where no workspace can be opened."""
        if self.chosen_language in text.LANGUAGES:
            return str(self.chosen_language)
        try:
            return open_workspace(self.folder).language
        except PartnershipError:
            return "sv"

    def say(self, code: str, **values: Any) -> None:
        """Print the sentence ``cli.<code>`` for a person; nothing when the answer is JSON."""
        if not self.as_json:
            echo(text.told(f"cli.{code}", values, self.language))

    def say_next(self, workspace: Workspace) -> None:
        """Print what a new workspace lacks next; nothing when it lacks nothing or the answer is JSON."""
        if self.as_json:
            return
        from partnership_lib.reports.first_steps import next_step

        if step := next_step(workspace):
            self.say(f"next.{step.code}", **step.values)

    def answer(self, result: Any) -> None:
        """Print the machine-readable result when the answer is JSON."""
        if self.as_json:
            # Text by text: ten digits that are an amount are no personal number.
            click.echo(json.dumps(_outward(result), ensure_ascii=False, indent=2))


def _outward(value: Any) -> Any:
    """Return a result in types that JSON has, its texts as they may be printed."""
    if isinstance(value, dict):
        return {str(name): _outward(each) for name, each in value.items()}
    if isinstance(value, (list, tuple)):
        return [_outward(each) for each in value]
    is_plain = value is None or isinstance(value, (bool, int, float))
    return value if is_plain else terminal_text(str(value))


def _plain(value: Any) -> Any:
    """Return an error as plain values, also those that it gathers."""
    if isinstance(value, PartnershipError):
        return {"code": value.code, "values": {name: _plain(each) for name, each in value.values.items()}}
    return [_plain(each) for each in value] if isinstance(value, tuple) else value


def command(group: click.Group, name: str) -> Callable[[Callable[..., Any]], click.Command]:
    """Return a decorator that adds a command with the options every command takes."""

    def decorate(function: Callable[..., Any]) -> click.Command:
        @wraps(function)
        def run(workspace: str, language: str | None, as_json: bool, **options: Any) -> None:
            call = Call(workspace, language, as_json, options.get("date"))
            try:
                exit_code = function(call, **options)
            except PartnershipError as error:
                echo(text.describe(error, call.language), err=True)
                call.answer({"error": _plain(error)})
                exit_code = error.exit_code
            except OSError as error:
                exit_code = _unwritten(call, error)
            sys.exit(exit_code or 0)

        run = click.option("--json", "as_json", is_flag=True, help="Print a machine-readable result.")(run)
        run = click.option("--language", help="sv or en; default: the workspace's.")(run)
        run = click.option("--workspace", default=".", metavar="DIR", help="Default: the current folder.")(run)
        return group.command(name, help=function.__doc__)(run)

    return decorate


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110})
@click.version_option(package_name="partnership-workbench")
def main() -> None:
    """Model agreements and activity lists, follow up supplier partnerships, publish reports."""


@main.group("import")
def import_group() -> None:
    """Bring in the ledger and the tables of the register."""


def _unwritten(call: Call, error: OSError) -> int:
    """Return the exit code where the answer did not fit where it was sent; any other error is raised again.

    Files are written by `partnership_lib.files`, which names them: an error without a file's name is of the output.
    """
    if error.filename is not None or error.errno not in (errno.ENOSPC, errno.EFBIG, errno.EIO):
        raise error
    lost = StorageError("answer_unwritten", reason=error.strerror)
    with suppress(OSError):
        echo(text.describe(lost, call.language), err=True)
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)  # what waits to be written would fail once more at the end
    return lost.exit_code


def progress_bar(call: Call) -> AbstractContextManager[Draw]:
    """Return what draws a bar on a terminal, and nothing where the answer is JSON."""
    return on_terminal(quiet=call.as_json)
