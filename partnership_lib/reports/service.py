"""Makes the reports that are asked for, a few at a time; one that fails does not stop the others."""

from __future__ import annotations

import logging
import shutil
import threading
import time
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor, as_completed
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from partnership_lib.errors import PartnershipError, ReportError
from partnership_lib.files.atomic import storage_errors
from partnership_lib.register.connect import transaction
from partnership_lib.reports.attached import attached_calendar
from partnership_lib.reports.attempts import Retries, limits_of, may_pass
from partnership_lib.reports.differences import identity
from partnership_lib.reports.index import INDEX, write_index
from partnership_lib.reports.inputs import ReportInput, gather_input
from partnership_lib.reports.jobs import EXECUTED
from partnership_lib.reports.look import Look, quick_look, remember
from partnership_lib.reports.makers import Maker, chosen_making
from partnership_lib.reports.manifest import Manifest, describe_outputs, describe_report
from partnership_lib.reports.outcome import RunOutcome
from partnership_lib.reports.previous import compared_with, named, previous_period
from partnership_lib.reports.provenance import provenance_rows
from partnership_lib.reports.publish import PublishedReport, publish, published_versions, run_facts, staging_folder
from partnership_lib.reports.request import ReportRequest
from partnership_lib.reports.runner import Limits
from partnership_lib.reports.runs import Claim, claim, finish, latest_run, record_published

if TYPE_CHECKING:
    from partnership_lib.workspace import Workspace

_LOG = logging.getLogger(__name__)
FAILED = "failed"
"""Folder under the reports where the executed notebook of a failed run is kept for whoever has to find the fault."""
NO_DATA = "no_data_for_period"
"""Code of the error that is an outcome: there is nothing to tell of the period."""

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
    look = quick_look(workspace)
    for request in wanted:
        if look.knows(request):
            _take_as_known(outcome, request, look)
    left = [request for request in wanted if not look.knows(request)]
    if left:
        with chosen_making(make_bundle, scheduler) as making:
            outcome.engine = making.engine
            workshop = _Workshop(workspace, limits or limits_of(workspace.settings), making.make, threading.Event())
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
    workshop: _Workshop,
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
    workshop: _Workshop, wanted: list[ReportRequest], workers: int, outcome: RunOutcome, progress: Progress | None
) -> None:
    pool = ThreadPoolExecutor(max_workers=max(1, workers))
    try:
        futures = {pool.submit(_make, workshop, each): each for each in wanted}
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


@dataclass(frozen=True)
class _Workshop:
    """What all reports of one run share."""

    workspace: Workspace
    limits: Limits
    make_bundle: Maker
    stop: threading.Event


def _make(workshop: _Workshop, request: ReportRequest) -> tuple[str, PublishedReport]:
    workspace = workshop.workspace
    before = previous_period(workspace.reports_folder, request)
    report_input = replace(gather_input(workspace, request), previous=named(before))
    standing = find_identical(workspace.reports_folder, request, report_input)
    if standing is not None:
        _note_published(workspace, request, standing)
        return "identical", standing
    _refuse_what_had_no_data(workspace, request, report_input)
    taken = claim(
        workspace.register.engine,
        request.key,
        report_input.input_hash,
        lease_seconds=workshop.limits.lease_seconds,
        data_hash=report_input.data_hash,
    )
    try:
        standing = find_identical(workspace.reports_folder, request, report_input)
        if standing is not None:  # another run published it between our look and our claim
            with transaction(workspace.register.engine) as connection:
                finish(connection, taken, "published", path=_relative(workspace, standing))
            return "identical", standing
        return "published", _run_and_publish(workshop, request, report_input, taken, before)
    except PartnershipError as error:
        _record_failure(workspace, taken, error)
        raise
    except Exception as error:  # a mistake of ours in one report must not stop the others
        _LOG.exception("the report %s failed", request.key)
        failure = ReportError("report_worker_failed", kind=type(error).__name__, reason=str(error)[:300])
        _record_failure(workspace, taken, failure)
        raise failure from error


def _refuse_what_had_no_data(workspace: Workspace, request: ReportRequest, report_input: ReportInput) -> None:
    """Raise what was raised before where the same data had nothing to tell of the period."""
    before = latest_run(workspace.register.engine, request.key) if request.on_schedule else None
    if before and before.state == "no_data" and before.data_hash == report_input.data_hash and before.error:
        raise before.error


def find_identical(reports_folder: Path, request: ReportRequest, report_input: ReportInput) -> PublishedReport | None:
    """Return the newest published version when it was made from this very input, else None.

    A report that the calendar asks for is not made again only because the as-of date has moved on: while its data are
    the same, what was published for the closed period stands. Asked for by name, it follows the as-of date.
    """
    versions = published_versions(reports_folder, request.slug)
    if not versions:
        return None
    body = versions[-1].manifest.body
    same = (
        body["data_hash"] == report_input.data_hash
        if request.on_schedule
        else body["input_hash"] == report_input.input_hash
    )
    return versions[-1] if same and body["key"] == request.key else None


def _run_and_publish(
    workshop: _Workshop, request: ReportRequest, report_input: ReportInput, taken: Claim, before: PublishedReport | None
) -> PublishedReport:
    started = time.monotonic()
    workspace, limits = workshop.workspace, workshop.limits
    versions = published_versions(workspace.reports_folder, request.slug)
    facts: dict[str, Any] = {
        "version_number": versions[-1].version + 1 if versions else 1,
        "supersedes": versions[-1].folder.name if versions else None,
        "audit_head": workspace.register.audit_head(),
    }
    reports = workspace.reports_folder
    with storage_errors(reports), staging_folder(reports, request.slug, taken) as work:
        try:
            job = _job(workspace, request, report_input, limits, facts)
            job["presentation"]["compared"] = compared_with(before, versions[-1] if versions else None)
            bundle = workshop.make_bundle(work, job, seconds=limits.report_seconds, stop=workshop.stop)
            _refuse_moved_input(workspace, request, report_input)
        except ReportError:
            _keep_for_diagnosis(work, reports, request.slug)
            raise
        body = describe_report(request, report_input, outputs=describe_outputs(bundle), **facts)
        manifest = Manifest(body, run_facts(started))
        report = publish(workspace.register.engine, taken, bundle, manifest, reports, request.slug)
    _diagnosis_file(reports, request.slug).unlink(missing_ok=True)
    return report


def _job(
    workspace: Workspace, request: ReportRequest, report_input: ReportInput, limits: Limits, facts: Mapping[str, Any]
) -> dict[str, Any]:
    provenance = provenance_rows(request, report_input, currency=workspace.currency, **facts)
    presentation = {
        "language": request.language,
        "currency": workspace.currency,
        "provenance": provenance,
        "report": identity(describe_report(request, report_input, outputs={}, **facts)),
    }
    return {
        "notebook": report_input.template.notebook,
        "parameters": dict(report_input.parameters),
        "kernel_folder": str(workspace.root.resolve()),
        "cell_seconds": limits.cell_seconds,
        "code_sha256": report_input.code_sha256,
        "key": request.key,
        "fingerprint": dict(report_input.fingerprint),
        "presentation": presentation | {"calendar": attached_calendar(workspace, request)},
    }


def _refuse_moved_input(workspace: Workspace, request: ReportRequest, report_input: ReportInput) -> None:
    # The notebook read the data itself: a change meanwhile would make the manifest say something untrue.
    found = replace(gather_input(workspace, request), previous=report_input.previous)
    if found.input_hash != report_input.input_hash:
        raise ReportError("input_changed_during_run", key=request.key)


def _record_failure(workspace: Workspace, taken: Claim, error: PartnershipError) -> None:
    state = "no_data" if error.code == NO_DATA else "failed"
    try:
        with transaction(workspace.register.engine) as connection:
            finish(connection, taken, state, error=error)
    except PartnershipError as second:  # the first one is what the user must hear of
        error.add_note(f"and it could not be noted in the run table: {second}")


def _keep_for_diagnosis(work: Path, reports_folder: Path, slug: str) -> None:
    if (work / EXECUTED).exists():
        kept = _diagnosis_file(reports_folder, slug)
        kept.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(work / EXECUTED, kept)


def _diagnosis_file(reports_folder: Path, slug: str) -> Path:
    return reports_folder / FAILED / f"{slug}.ipynb"


def _note_published(workspace: Workspace, request: ReportRequest, standing: PublishedReport) -> None:
    input_hash = standing.manifest.body["input_hash"]
    record_published(workspace.register.engine, request.key, input_hash, _relative(workspace, standing))


def _relative(workspace: Workspace, report: PublishedReport) -> str:
    return report.folder.relative_to(workspace.reports_folder).as_posix()
