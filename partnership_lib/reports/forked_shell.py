"""The shell of a forked notebook: IPython's own kernel without sockets, speaking over a pipe.

What a cell shows is made by the classes that make it in JupyterLab's kernel, and read by those that read it there.
"""

from __future__ import annotations

import asyncio
import base64
import gc
import inspect
import io
import logging
import os
import random
import sys
import threading
from contextlib import suppress
from multiprocessing.connection import Connection
from typing import Any

sys.modules.setdefault("debugpy", None)  # type: ignore[arg-type]  # nobody is there to step through a report

from ipykernel.compiler import XCachingCompiler  # noqa: E402
from ipykernel.ipkernel import IPythonKernel  # noqa: E402
from ipykernel.zmqshell import ZMQInteractiveShell  # noqa: E402
from jupyter_client.session import Session  # noqa: E402
from traitlets import Any as AnyTrait  # noqa: E402
from traitlets import Type  # noqa: E402
from traitlets.config import Config  # noqa: E402

from partnership_lib.reports.kernel import make_strict, tell_process_id  # noqa: E402

_CONFIG = Config({"HistoryManager": {"enabled": False}})


class PipeSession(Session):
    """Sends the messages of a kernel through a pipe; `stream` is the place where a socket would stand."""

    def __init__(self, channel: Connection) -> None:
        super().__init__(key=b"")
        self._channel, self._one_at_a_time = channel, threading.Lock()

    def send(
        self,
        stream: Any,
        msg_or_type: dict[str, Any] | str,
        content: dict[str, Any] | None = None,
        parent: dict[str, Any] | None = None,
        ident: Any = None,
        buffers: Any = None,
        track: bool = False,
        header: dict[str, Any] | None = None,
        metadata: dict[str, Any] | None = None,
    ) -> dict[str, Any]:
        """Return the message that was sent."""
        if isinstance(msg_or_type, str):
            message = self.msg(msg_or_type, content=content, parent=parent, header=header, metadata=metadata)
        else:
            message = msg_or_type
        message["buffers"] = [base64.b64encode(part).decode("ascii") for part in buffers or ()]
        with self._one_at_a_time:
            self._channel.send_bytes(self.pack(message))
        return message


class PipeStream(io.TextIOBase):
    """What a notebook prints, held until something else is shown, its cell ends, or ``flush`` is called."""

    encoding = "UTF-8"

    def __init__(self, kernel: ForkedKernel, name: str) -> None:
        self._kernel, self._name = kernel, name
        self._held: list[str] = []

    def writable(self) -> bool:
        """Return True."""
        return True

    def write(self, text: str) -> int:
        """Return the number of letters, as files do."""
        if not isinstance(text, str):
            raise TypeError(f"write() argument must be str, not {type(text)}")
        self._held.append(text)
        return len(text)

    def flush(self) -> None:
        """Send what is held."""
        held, self._held = self._held, []
        if text := "".join(held):
            self._kernel.publish("stream", {"name": self._name, "text": text})


class ForkedCompiler(XCachingCompiler):
    """Knows which module a cell is in.

    For every frame of a traceback that lies in a cell, `inspect` asks every imported module whether the cell is its
    own; in a preloaded process that made the traceback of an endless recursion take a minute.
    """

    def get_code_name(self, raw_code: str, transformed_code: str, number: int) -> str:
        """Return the name of the file that stands for a cell."""
        name: str = super().get_code_name(raw_code, transformed_code, number)
        inspect.modulesbyfile[os.path.abspath(name)] = "__main__"
        return name


class ForkedKernelShell(ZMQInteractiveShell):
    """The shell of JupyterLab's kernel; there is no event loop of a window to join."""

    def enable_gui(self, gui: Any = None) -> None:
        """Remember the name only."""
        self.active_eventloop = gui


class ForkedKernel(IPythonKernel):
    """IPython's kernel in a forked process: cells come in, messages go out, through one pipe."""

    shell_class = Type(ForkedKernelShell)
    compiler_class = Type(ForkedCompiler)
    iopub_socket = AnyTrait()

    def __init__(self, channel: Connection) -> None:
        self._pipe = PipeSession(channel)
        super().__init__(session=self._pipe, config=_CONFIG, log=logging.getLogger(__name__))
        self._channel = channel
        sys.stdout, sys.stderr = PipeStream(self, "stdout"), PipeStream(self, "stderr")
        make_strict(self.shell)

    def publish(self, kind: str, content: dict[str, Any]) -> None:
        """Send a message about the cell that is running."""
        self._pipe.send(None, kind, content, parent=self.get_parent())

    def run_cells(self) -> None:
        """Run the cells that come through the pipe until it closes."""
        loop = asyncio.new_event_loop()
        asyncio.set_event_loop(loop)
        while (request := self._next_request()) is not None:
            self.set_parent([], request)
            loop.run_until_complete(self.execute_request(None, None, request))

    def _abort_queues(self, subshell_id: str | None = None) -> None:
        """Do nothing: no cell is sent before the one before it has ended."""

    def _next_request(self) -> dict[str, Any] | None:
        try:
            content = self._pipe.unpack(self._channel.recv_bytes())
        except EOFError:
            return None
        request: dict[str, Any] = self._pipe.msg("execute_request", content=content)
        return request | {"metadata": {"cellId": None}}


def run_forked_shell(channel: Connection) -> None:
    """Be a notebook's kernel in a process that has just been forked; the caller ends the process afterwards."""
    os.setsid()
    tell_process_id()
    _forget_the_parent()
    ForkedKernel.instance(channel=channel).run_cells()


def _forget_the_parent() -> None:
    """Give the notebook random numbers and a garbage collector of its own."""
    gc.enable()
    random.seed()
    if "numpy.random" in sys.modules:
        sys.modules["numpy.random"].seed()  # the global state only; generators are seeded where they are made
    with suppress(OSError):
        os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
