"""How patient a run is: how long a report may take, and how often and when one that failed is tried again."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from partnership_lib.errors import InputError, PartnershipError, UsageError
from partnership_lib.reports.runner import Limits

if TYPE_CHECKING:
    from partnership_lib.workspace.settings import Settings

_DECIDED = ("report_claim_lost", "report_stopped")
"""Failures that are decisions: another run has taken over, or somebody broke the run off."""


@dataclass(frozen=True)
class Retries:
    """How often what failed is tried again in the same run, after everything else has been made.

    Attributes
    ----------
    count : int
        Attempts after the first one.
    wait_seconds : float
        Before the second attempt; each wait after it is twice as long as the one before.
    """

    count: int = 0
    wait_seconds: float = 60.0

    def waits(self) -> Iterator[float]:
        """Yield how long to wait before each attempt after the first [s].

        Examples
        --------
        >>> list(Retries(3, 60).waits())
        [60, 120, 240]
        """
        for number in range(self.count):
            yield self.wait_seconds * 2**number


def retries_of(settings: Settings) -> Retries:
    """Return the retries that ``partnership.toml`` asks for."""
    return Retries(settings.retries, settings.retry_wait_seconds)


def limits_of(settings: Settings) -> Limits:
    """Return the limits that ``partnership.toml`` sets."""
    return Limits(cell_seconds=60 * settings.cell_minutes, report_seconds=60.0 * settings.report_minutes)


def may_pass(error: PartnershipError) -> bool:
    """Return whether a failure can be gone at the next attempt: not where the call or the data are wrong.

    Examples
    --------
    >>> from partnership_lib.errors import ReportError
    >>> may_pass(ReportError("report_timeout", seconds=900)), may_pass(UsageError("unknown_agreement"))
    (True, False)
    """
    return not isinstance(error, UsageError | InputError) and error.code not in _DECIDED
