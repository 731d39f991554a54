"""Who makes the bundles of a run: warm workers where processes can be forked, else a process with a kernel each."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Protocol

from partnership_lib.reports.life import CAN_FORK
from partnership_lib.reports.runner import run_job
from partnership_lib.reports.warm import WarmWorkers


class Maker(Protocol):
    """Makes the bundle of one report: `runner.run_job`, or something with its signature."""

    def __call__(self, work: Path, job: dict[str, Any], *, seconds: float, stop: threading.Event | None = None) -> Path:
        """Return the folder with the finished bundle."""


@contextmanager
def bundle_maker(scheduler: str | None = None) -> Iterator[tuple[str, Maker]]:
    """Yield the name of the way in which bundles are made, and what makes them.

    Parameters
    ----------
    scheduler : str, optional
        Address of a Dask scheduler whose workers make them; see `cluster`.
    """
    if scheduler is not None:
        from partnership_lib.reports.cluster import ClusterWorkers

        with ClusterWorkers(scheduler) as cluster:
            yield "cluster", cluster.run_job
    elif CAN_FORK:
        with WarmWorkers() as warm:
            yield "fork", warm.run_job
    else:
        yield "kernels", run_job
