"""Makes one report: claimed, made in a folder of its own, published whole or not at all, its failure kept."""

from __future__ import annotations

import json
import logging
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from partnership_lib.errors import PartnershipError, ReportError
from partnership_lib.files.atomic import storage_errors, write_text
from partnership_lib.register.connect import transaction
from partnership_lib.reports.attached import attached_calendar
from partnership_lib.reports.differences import identity
from partnership_lib.reports.inputs import ReportInput, gather_input
from partnership_lib.reports.jobs import EXECUTED
from partnership_lib.reports.makers import Maker
from partnership_lib.reports.manifest import Manifest, describe_outputs, describe_report
from partnership_lib.reports.previous import compared_with, named, previous_period
from partnership_lib.reports.provenance import provenance_rows
from partnership_lib.reports.publish import PublishedReport, publish, published_versions, run_facts, staging_folder
from partnership_lib.reports.request import ReportRequest
from partnership_lib.reports.runner import Limits
from partnership_lib.reports.runs import Claim, claim, finish, latest_run, record_published
from partnership_lib.units.organisation_number import mask_personal_numbers

if TYPE_CHECKING:
    from partnership_lib.workspace import Workspace

_LOG = logging.getLogger(__name__)
FAILED = "failed"
"""Folder under the reports where the executed notebook of a failed run is kept for whoever has to find the fault."""
NO_DATA = "no_data_for_period"
"""Code of the error that is an outcome: there is nothing to tell of the period."""


@dataclass(frozen=True)
class Workshop:
    """What all reports of one run share."""

    workspace: Workspace
    limits: Limits
    make_bundle: Maker
    stop: threading.Event


def input_and_previous(workspace: Workspace, request: ReportRequest) -> tuple[ReportInput, PublishedReport | None]:
    """Return all that the report would be made from now, and the published one that it is held against."""
    before = previous_period(workspace.reports_folder, request)
    return replace(gather_input(workspace, request), previous=named(before)), before


def make_report(workshop: Workshop, request: ReportRequest) -> tuple[str, PublishedReport]:
    """Return ``published`` or ``identical``, and the report.

    Raises
    ------
    PartnershipError
        Why there is none; the run table says it too.
    """
    workspace = workshop.workspace
    report_input, before = input_and_previous(workspace, request)
    standing = find_identical(workspace.reports_folder, request, report_input)
    if standing is not None:
        _note_published(workspace, request, standing)
        return "identical", standing
    if found_nothing := nothing_to_tell(workspace, request, report_input):
        raise found_nothing
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


def nothing_to_tell(workspace: Workspace, request: ReportRequest, report_input: ReportInput) -> ReportError | None:
    """Return what was said before where these same data had nothing to tell of the period, else None."""
    before = latest_run(workspace.register.engine, request.key) if request.on_schedule else None
    same = before is not None and before.state == "no_data" and before.data_hash == report_input.data_hash
    return before.error if before is not None and same else None


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
    workshop: Workshop, request: ReportRequest, report_input: ReportInput, taken: Claim, before: PublishedReport | None
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
    """Keep what the notebook came to, without the personal numbers that an error may tell of what it met."""
    if (work / EXECUTED).exists():
        kept = _diagnosis_file(reports_folder, slug)
        kept.parent.mkdir(parents=True, exist_ok=True)
        said = (work / EXECUTED).read_text(encoding="utf-8", errors="replace")
        try:
            masked = json.dumps(json.loads(said, object_hook=_masked), ensure_ascii=False, indent=1)
        except ValueError:  # its worker was killed while writing
            masked = mask_personal_numbers(said)
        write_text(kept, masked)


def _masked(part: dict[str, Any]) -> dict[str, Any]:
    return {name: _masked_value(value) for name, value in part.items()}


def _masked_value(value: Any) -> Any:
    if isinstance(value, list):
        return [_masked_value(each) for each in value]
    return mask_personal_numbers(value) if isinstance(value, str) else value


def _diagnosis_file(reports_folder: Path, slug: str) -> Path:
    return reports_folder / FAILED / f"{slug}.ipynb"


def _note_published(workspace: Workspace, request: ReportRequest, standing: PublishedReport) -> None:
    input_hash = standing.manifest.body["input_hash"]
    record_published(workspace.register.engine, request.key, input_hash, _relative(workspace, standing))


def _relative(workspace: Workspace, report: PublishedReport) -> str:
    return report.folder.relative_to(workspace.reports_folder).as_posix()
