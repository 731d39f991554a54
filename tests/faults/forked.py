"""Processes to be killed, forked from one that has the program loaded: a life costs milliseconds, not a second."""

from __future__ import annotations

import multiprocessing
import os
import tempfile
from collections.abc import Callable
from functools import cache
from io import TextIOWrapper
from multiprocessing.connection import Connection
from multiprocessing.context import ForkServerContext
from typing import IO

LOADED = ("partnership_lib.register.store", "partnership_lib.reports", "partnership_lib.workspace", "psycopg")


class Forked:
    """A process that runs one function; what it says is read as from a program of its own.

    Attributes
    ----------
    stdout : text stream
        What it prints; ends when the process does.
    stderr : text stream
        What it complains about, to be read when it has ended.
    """

    def __init__(self, function: Callable[..., object], *arguments: str) -> None:
        read, write = os.pipe()
        errors: IO[bytes] = tempfile.TemporaryFile()  # noqa: SIM115 - closed with the wrapper around it
        said, complained = Connection(write, readable=False), Connection(os.dup(errors.fileno()))
        self._process = _context().Process(target=_run, args=(said, complained, function, arguments), daemon=True)
        self._process.start()
        said.close()
        complained.close()
        self.stdout = os.fdopen(read, encoding="utf-8")
        self.stderr = TextIOWrapper(errors, encoding="utf-8")

    @property
    def pid(self) -> int:
        """Its number."""
        assert self._process.pid is not None
        return self._process.pid

    @property
    def returncode(self) -> int | None:
        """How it ended: -9 when it was killed; None while it runs."""
        return self._process.exitcode

    def kill(self) -> None:
        """End it with ``kill -9``."""
        self._process.kill()

    def wait(self, seconds: float) -> int | None:
        """Wait until it has ended; return how."""
        self._process.join(seconds)
        self.stderr.seek(0)
        return self.returncode

    def communicate(self, timeout: float) -> tuple[str, str]:
        """Return all it says and complains about, when it has ended."""
        said = self.stdout.read()
        self.wait(timeout)
        return said, self.stderr.read()


@cache
def _context() -> ForkServerContext:
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(list(LOADED))
    return context


def _run(said: Connection, complained: Connection, function: Callable[..., object], arguments: tuple[str, ...]) -> None:
    os.dup2(said.fileno(), 1)
    os.dup2(complained.fileno(), 2)
    said.close()
    complained.close()
    function(*arguments)
