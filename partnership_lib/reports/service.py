"""Makes the reports that are asked for, a few at a time; one that fails does not stop the others."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable
from concurrent.futures import Future, ThreadPoolExecutor, as_completed
from typing import TYPE_CHECKING

from partnership_lib.errors import PartnershipError
from partnership_lib.reports.attempts import Retries, limits_of, may_pass
from partnership_lib.reports.index import INDEX, write_index
from partnership_lib.reports.look import Look, quick_look, remember
from partnership_lib.reports.makers import Maker, chosen_making
from partnership_lib.reports.making import NO_DATA, Workshop, make_report
from partnership_lib.reports.outcome import RunOutcome
from partnership_lib.reports.publish import PublishedReport
from partnership_lib.reports.request import ReportRequest
from partnership_lib.reports.runner import Limits

if TYPE_CHECKING:
    from partnership_lib.workspace import Workspace

Progress = Callable[[int, int, str], None]


def run_reports(
    workspace: Workspace,
    requests: Iterable[ReportRequest],
    *,
    workers: int = 2,
    progress: Progress | None = None,
    limits: Limits | None = None,
    retries: Retries | None = None,
    make_bundle: Maker | None = None,
    scheduler: str | None = None,
) -> RunOutcome:
    """Return how it went when every requested report was made that is new, and write the list of reports.

    Parameters
    ----------
    workers : int
        Reports at a time, each in a process of its own.
    progress : callable, optional
        Called with done, total and the key of the report that has just ended.
    limits : Limits, optional
        How long things may take; default: as the settings say.
    retries : Retries, optional
        How often what failed is tried again; default: never.
    make_bundle : callable
        What turns a job into a folder of files, in place of what `chosen_making` finds; everything around it (claims,
        staging, publishing) stays the same.
    scheduler : str, optional
        Address of a Dask scheduler that the bundles are made through.
    """
    wanted = list({request.key: request for request in requests}.values())
    outcome = RunOutcome(workspace.language)
    workspace.register.engine.connect().close()  # made or brought up to date once, before the threads start
    look = quick_look(workspace, wanted)
    for request in wanted:
        if look.knows(request):
            _take_as_known(outcome, request, look)
    left = [request for request in wanted if not look.knows(request)]
    if left:
        with chosen_making(make_bundle, scheduler) as making:
            outcome.engine = making.engine
            workshop = Workshop(workspace, limits or limits_of(workspace.settings), making.make, threading.Event())
            _make_patiently(workshop, left, max(workers, making.places), outcome, progress, retries or Retries())
        remember(workspace, look, outcome)
    outcome.put_in_order(wanted)
    if left or not (workspace.reports_folder / INDEX).exists():
        write_index(workspace)
    return outcome


def _take_as_known(outcome: RunOutcome, request: ReportRequest, look: Look) -> None:
    standing = look.standing.get(request.key)
    if standing is None:
        outcome.no_data.append(request)
    else:
        outcome.identical.append((request, standing))


def _make_patiently(
    workshop: Workshop,
    wanted: list[ReportRequest],
    workers: int,
    outcome: RunOutcome,
    progress: Progress | None,
    retries: Retries,
) -> None:
    _make_all(workshop, wanted, workers, outcome, progress)
    for wait_seconds in retries.waits():
        again = [request for request, error in outcome.failed if may_pass(error)]
        if not again or workshop.stop.wait(wait_seconds):
            return
        outcome.failed = [(request, error) for request, error in outcome.failed if not may_pass(error)]
        _make_all(workshop, again, workers, outcome, progress)


def _make_all(
    workshop: Workshop, wanted: list[ReportRequest], workers: int, outcome: RunOutcome, progress: Progress | None
) -> None:
    pool = ThreadPoolExecutor(max_workers=max(1, workers))
    try:
        futures = {pool.submit(make_report, workshop, each): each for each in wanted}
        for done, future in enumerate(as_completed(futures), start=1):
            _sort_in(outcome, futures[future], future)
            if progress:
                progress(done, len(wanted), futures[future].key)
    except BaseException:
        workshop.stop.set()  # ends what is running when the user breaks off
        raise
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


def _sort_in(outcome: RunOutcome, request: ReportRequest, future: Future[tuple[str, PublishedReport]]) -> None:
    try:
        state, report = future.result()
    except PartnershipError as error:
        if error.code == NO_DATA:
            outcome.no_data.append(request)
        elif error.code == "report_running":
            outcome.running.append(request)
        else:
            outcome.failed.append((request, error))
        return
    (outcome.published if state == "published" else outcome.identical).append((request, report))
