"""The time, the interrupt and the progress of a search: what stands between the solver and the person who waits."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from partnership_lib.consolidation.solving.stray_prints import stray_prints_to_stderr

_GLANCE_SECONDS = 0.1
_LEAST_SECONDS = 0.05


class Stopped(Exception):  # noqa: N818 - not an error: somebody has waited long enough
    """The search was told to stop; the best plan so far is the answer."""


@dataclass(frozen=True)
class Standing:
    """How far a search has come.

    Attributes
    ----------
    step : str
        ``bound``, ``plan`` or ``proof``.
    bound_sek, best_sek : float or None
        No plan is cheaper than this; the cheapest plan found.
    bundles, pool : int
        Bundles that the solver works with, of so many.
    """

    step: str
    bound_sek: float | None
    best_sek: float | None
    bundles: int
    pool: int

    @property
    def gap_share(self) -> float | None:
        """Return by what share of its cost the best plan may be too dear."""
        if self.bound_sek is None or self.best_sek is None:
            return None
        return (self.best_sek - self.bound_sek) / abs(self.best_sek) if self.best_sek else 0.0


@dataclass
class Watch:
    """Runs the solver so that it can be interrupted, within a time, and tells how far it has come.

    Attributes
    ----------
    seconds : float or None
        For the whole search; None: no limit.
    tell : callable or None
        Called with every `Standing`.
    """

    seconds: float | None = None
    tell: Callable[[Standing], None] | None = None
    _started: float = field(default_factory=time.monotonic)

    def run(self, work: Callable[[], Any]) -> Any:
        """Return what `work` returns; it runs beside, because an interrupt does not reach the solver itself.

        Raises
        ------
        Stopped
            Somebody pressed Ctrl-C, or the time is up; the solver then runs on by itself until it is done.
        """
        self.check()
        found: list[Any] = []
        failed: list[BaseException] = []

        def go() -> None:
            try:
                found.append(work())
            except Exception as error:  # noqa: BLE001 - raised again where it is waited for
                failed.append(error)

        beside = threading.Thread(target=go, daemon=True)
        with stray_prints_to_stderr():
            beside.start()
            try:
                while beside.is_alive():
                    beside.join(_GLANCE_SECONDS)
            except KeyboardInterrupt as interrupt:
                raise Stopped from interrupt
        if failed:
            raise failed[0]
        return found[0]

    def check(self) -> None:
        """Do nothing while there is time left.

        Raises
        ------
        Stopped
            The time is up.
        """
        left = self.left()
        if left is not None and left <= 0.0:
            raise Stopped

    def left(self) -> float | None:
        """Return the seconds that are left; None: as many as it takes."""
        return None if self.seconds is None else self.seconds - (time.monotonic() - self._started)

    def time_limit(self) -> dict[str, float]:
        """Return the solver's option for the time that is left."""
        left = self.left()
        return {} if left is None else {"time_limit": max(left, _LEAST_SECONDS)}

    def report(self, standing: Standing) -> None:
        """Tell how far the search has come."""
        if self.tell is not None:
            self.tell(standing)
