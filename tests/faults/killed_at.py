"""Does a job again and again in forks of one process and kills each at its N-th step; the steps are counted first.

A step is a file that is opened, renamed, removed or made, or a statement that is sent to a database. A line of its
input is a job as JSON: name, arguments, environment, step. It answers with how the job ended: its exit code (-9:
killed) and how many steps it had taken.
"""

from __future__ import annotations

import json
import os
import signal
import sys
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, event
from sqlalchemy import text as sql

from partnership_lib.register.connect import connect, transaction
from partnership_lib.register.migrations import STEPS, migrate
from partnership_lib.safekeeping import back_up, move, restore
from partnership_lib.workspace import open_workspace

FILE_STEPS = ("open", "os.rename", "os.remove", "os.mkdir", "os.rmdir", "os.chmod", "sqlite3.connect")


def restore_it(file: str, folder: str) -> None:
    restore(Path(file), Path(folder))


def restore_carelessly(file: str, folder: str) -> None:
    """The control: unpacked straight into its place."""
    import zipfile

    zipfile.ZipFile(file).extractall(folder)


def back_it_up(root: str, file: str) -> None:
    back_up(open_workspace(root), Path(file))


def back_up_carelessly(root: str, file: str) -> None:
    """The control: written straight to its place."""
    import zipfile

    with zipfile.ZipFile(file, "w") as archive:
        for path in sorted(Path(root).rglob("*")):
            archive.write(path, path.relative_to(root))


def move_it(root: str, direction: str) -> None:
    move(open_workspace(root), direction)


def upgrade(url: str) -> None:
    migrate(connect(url))


def upgrade_carelessly(url: str) -> None:
    """The control: every step in a transaction of its own."""
    engine = connect(url)
    for number, step in STEPS.items():
        with transaction(engine) as connection:
            step(connection)
            connection.execute(sql(f"INSERT INTO schema_version VALUES ({number + 1}, 'x')"))


class Steps:
    """Counts, and kills this process when the count is full."""

    def __init__(self, last: int) -> None:
        self.taken, self._last = 0, last

    def take(self, *_: Any) -> None:
        self.taken += 1
        if self.taken == self._last:
            os.kill(os.getpid(), signal.SIGKILL)

    def watch(self, name: str, arguments: tuple[Any, ...]) -> None:
        if name in FILE_STEPS and not (name == "open" and str(arguments[0]).endswith((".py", ".pyc", ".toml"))):
            self.take()


def one_life(job: str, arguments: list[str], environment: dict[str, str], last: int) -> tuple[int, int]:
    reading, writing = os.pipe()
    pid = os.fork()
    if pid == 0:
        steps, code = Steps(last), 1
        os.environ.update(environment)
        try:
            sys.addaudithook(steps.watch)
            for moment in ("before_cursor_execute", "commit"):
                event.listen(Engine, moment, lambda *given: steps.take())
            globals()[job](*arguments)
            code = 0
        finally:
            os.write(writing, str(steps.taken).encode())
            os._exit(code)
    os.close(writing)
    _, status = os.waitpid(pid, 0)
    with os.fdopen(reading, "rb") as told:
        said = told.read()
    return os.waitstatus_to_exitcode(status), int(said or last)


if __name__ == "__main__":
    for line in sys.stdin:
        print(*one_life(*json.loads(line)), flush=True)
