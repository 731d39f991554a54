"""Work that follows a slider: the latest value wins, nothing queues up."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence

PAUSE_SECONDS = 0.01
"""Long enough for the next value to come in, too short to be seen."""


class Latest:
    """Does the same steps again whenever something has changed, for all that has changed since they began.

    Parameters
    ----------
    steps : sequence of callable
        Done in this order, always all of them: words and pictures belong together also while a slider moves.
    failed : callable
        Told of an error that a step did not expect, which would otherwise pass in silence.
    """

    def __init__(self, steps: Sequence[Callable[[], None]], failed: Callable[[BaseException], None]) -> None:
        self._steps = tuple(steps)
        self._failed = failed
        self._changed = False
        self._task: asyncio.Task[None] | None = None

    def request(self) -> None:
        """Have the steps done soon; at once where no event loop runs, as in a script or a test."""
        try:
            loop = asyncio.get_running_loop()
        except RuntimeError:
            for step in self._steps:
                step()
            return
        self._changed = True
        if self._task is None or self._task.done():
            self._task = loop.create_task(self._run())
            self._task.add_done_callback(self._report)

    async def _run(self) -> None:
        while self._changed:
            await asyncio.sleep(PAUSE_SECONDS)
            self._changed = False
            for step in self._steps:
                step()

    def _report(self, task: asyncio.Task[None]) -> None:
        error = None if task.cancelled() else task.exception()
        if error is not None:
            self._failed(error)
