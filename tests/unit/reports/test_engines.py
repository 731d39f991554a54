"""A forked notebook and a cold kernel give the same outputs cell by cell, and reports of the same bytes, anywhere."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import pytest

import partnership_lib
from partnership_lib.demo.building import build_demo_workspace
from partnership_lib.domain import Agreement, AgreementKind, Organisation, Party, RequirementType
from partnership_lib.reports import ReportRequest, one_request, run_reports
from partnership_lib.reports.catalogue import KINDS
from partnership_lib.reports.jobs import EXECUTED
from partnership_lib.reports.life import CAN_FORK
from partnership_lib.reports.makers import Maker
from partnership_lib.reports.runner import run_job
from partnership_lib.reports.warm import WarmWorkers
from partnership_lib.workspace import Workspace

pytestmark = [
    pytest.mark.skipif(not CAN_FORK, reason="processes cannot be forked here"),
    pytest.mark.timeout(1800),
]


@dataclass
class Made:
    """What a run has made: the cells' outputs, the published files, and what the manifests say but for the run."""

    cells: dict[str, list[Any]] = field(default_factory=dict)
    files: dict[str, bytes] = field(default_factory=dict)
    bodies: dict[str, Any] = field(default_factory=dict)


def _made(workspace: Workspace, requests: list[ReportRequest], maker: Maker, workers: int) -> Made:
    made = Made()

    def make(work: Path, job: dict[str, Any], **limits: Any) -> Path:
        bundle = maker(work, job, **limits)
        executed = json.loads((work / EXECUTED).read_text(encoding="utf-8"))
        made.cells[job["key"]] = [
            (cell["source"], cell.get("execution_count"), cell.get("outputs")) for cell in executed["cells"]
        ]
        return bundle

    outcome = run_reports(workspace, requests, make_bundle=make, workers=workers)
    assert outcome.as_json()["failed"] == []
    assert len(outcome.published) == len(requests)
    for request, report in outcome.published:
        made.bodies[request.key] = report.manifest.body
        for name in report.manifest.body["outputs"]:
            made.files[f"{request.key} {name}"] = (report.folder / name).read_bytes()
    shutil.rmtree(workspace.reports_folder)
    return made


@pytest.fixture
def elsewhere(monkeypatch: pytest.MonkeyPatch) -> None:
    """Another language, another end of the world, other hashes."""
    for name, value in {
        "LANG": "sv_SE.UTF-8", "LC_ALL": "tr_TR.UTF-8", "TZ": "Pacific/Kiritimati", "PYTHONHASHSEED": "7",
    }.items():  # fmt: skip
        monkeypatch.setenv(name, value)


@pytest.fixture(scope="module")
def warm() -> Iterator[WarmWorkers]:
    """Workers that are forked from one preloaded process."""
    with WarmWorkers() as workers:
        yield workers


@pytest.fixture
def small(tmp_path: Path) -> Workspace:
    """One agreement with a meeting, and no ledger."""
    (tmp_path / "partnership.toml").write_text("[workspace]\nas_of = 2026-09-15\n", encoding="utf-8")
    opened = partnership_lib.open(tmp_path)
    agreement = Agreement(
        id="A-1",
        name="Avtal ett",
        buyer_id="O-1",
        supplier_id="O-2",
        kind=AgreementKind.CONTRACT,
        requirement_type=RequirementType.FUNCTIONAL,
        category="72000000",
        start_date=date(2024, 1, 1),
        report_rhythm="tertial",
    )
    parties = [
        Organisation(id="O-1", name="Prov", party=Party.BUYER),
        Organisation(id="O-2", name="Bolag", party=Party.SUPPLIER),
    ]
    opened.register.save([*parties, agreement], actor="system:test")
    return opened


def test_a_fork_and_a_cold_kernel_elsewhere_make_the_same_report(
    small: Workspace, warm: WarmWorkers, request: pytest.FixtureRequest
) -> None:
    asked = [one_request(small, "follow_up", agreement="A-1", period="2026-T2")]
    forked = _made(small, asked, warm.run_job, workers=1)
    request.getfixturevalue("elsewhere")
    cold = _made(small, asked, run_job, workers=1)
    assert len(forked.cells[asked[0].key]) > 10
    assert forked == cold
    told = b"".join(content for name, content in forked.files.items() if name.endswith((".html", ".json", ".csv")))
    assert date.today().isoformat().encode() not in told


def test_the_control_a_notebook_that_tells_the_time_is_seen_to_differ(small: Workspace, warm: WarmWorkers) -> None:
    asked = [one_request(small, "follow_up", agreement="A-1", period="2026-T2")]

    def make(work: Path, job: dict[str, Any], **limits: Any) -> Path:
        cells = job["notebook"]["cells"]
        timed = {**cells[-1], "id": "timed", "source": "import time; time.time_ns()"}
        return warm.run_job(work, {**job, "notebook": {**job["notebook"], "cells": [timed, *cells]}}, **limits)

    first, second = (_made(small, asked, make, workers=1) for _ in range(2))
    assert first.cells != second.cells
    assert first.files == second.files  # printed text is not published


@pytest.mark.slow
def test_every_kind_of_report_is_the_same_in_forks_and_in_cold_kernels_at_any_number_of_workers(
    tmp_path: Path, warm: WarmWorkers, request: pytest.FixtureRequest
) -> None:
    build_demo_workspace(tmp_path)
    place = partnership_lib.open(tmp_path)
    asked = _one_of_every_kind(place)
    one_at_a_time = _made(place, asked, warm.run_job, workers=1)
    request.getfixturevalue("elsewhere")
    with WarmWorkers() as others:
        three_at_a_time = _made(place, asked, others.run_job, workers=3)
    assert three_at_a_time == one_at_a_time
    assert _made(place, asked, run_job, workers=2) == one_at_a_time


def _one_of_every_kind(place: Workspace) -> list[ReportRequest]:
    content = place.content()
    agreement = next(
        each.id for each in content.agreements
        if each.is_partnership and any(meeting.agreement_id == each.id for meeting in content.meetings)
    )  # fmt: skip
    subjects: dict[str, dict[str, Any]] = {
        "agreement": {"agreement": agreement},
        "meeting": {"agreement": agreement},
        "case": {"case": next(iter(place.cases))},
    }
    return [
        one_request(place, kind.name, audience=kind.audiences[-1], **subjects.get(kind.subject, {}))
        for kind in KINDS.values()
    ]
