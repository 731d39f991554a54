"""Who makes the bundles of a run: warm workers where processes can be forked, else a process with a kernel each."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from partnership_lib.reports.life import CAN_FORK
from partnership_lib.reports.runner import run_job
from partnership_lib.reports.warm import WarmWorkers


class Maker(Protocol):
    """Makes the bundle of one report: `runner.run_job`, or something with its signature."""

    def __call__(self, work: Path, job: dict[str, Any], *, seconds: float, stop: threading.Event | None = None) -> Path:
        """Return the folder with the finished bundle."""


@dataclass(frozen=True)
class Making:
    """How bundles are made in a run.

    Attributes
    ----------
    engine : str
        ``fork`` (warm workers), ``kernels`` (a new kernel each), ``cluster``, or ``given``.
    places : int
        How many can be made at a time where that is not for this machine to say, else 0.
    """

    engine: str
    make: Maker
    places: int = 0


@contextmanager
def chosen_making(given: Maker | None = None, scheduler: str | None = None) -> Iterator[Making]:
    """Yield how bundles are made: as `given`, by the cluster of a `scheduler`, warm where that can be, else cold."""
    if given is not None:
        yield Making("given", given)
    elif scheduler is not None:
        from partnership_lib.reports.cluster import ClusterWorkers

        with ClusterWorkers(scheduler) as cluster:
            yield Making("cluster", cluster.run_job, cluster.places)
    elif CAN_FORK:
        with WarmWorkers() as warm:
            yield Making("fork", warm.run_job)
    else:
        yield Making("kernels", run_job)
