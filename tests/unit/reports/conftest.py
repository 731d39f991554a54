"""A tiny workspace with four agreements, and a generator of bundles that needs no kernel."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

import partnership_lib
from partnership_lib.domain import Agreement, AgreementKind, Organisation, Party, RequirementType
from partnership_lib.workspace import Workspace
from partnership_lib.workspace.case_files import shipped_files


def _agreement(agreement_id: str, start: date, end: date | None, rhythm: str) -> Agreement:
    return Agreement(
        id=agreement_id,
        name=f"Avtal {agreement_id}",
        buyer_id="O-1",
        supplier_id="O-2",
        kind=AgreementKind.CONTRACT,
        is_partnership=bool(rhythm),
        requirement_type=RequirementType.FUNCTIONAL,
        category="72000000",
        start_date=start,
        end_date=end,
        report_rhythm=rhythm,
    )


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    """As of 15 September 2026: a tertial one, a quarterly one that is new, one without rhythm, one that has ended."""
    root = tmp_path / "place"
    root.mkdir()
    (root / "partnership.toml").write_text('[workspace]\nname = "Prov"\nas_of = 2026-09-15\n', encoding="utf-8")
    opened = partnership_lib.open(root)
    opened.register.save(
        [
            Organisation(id="O-1", name="Provkommunen", party=Party.BUYER),
            Organisation(id="O-2", name="Prov & Son AB", party=Party.SUPPLIER),
            _agreement("A-1", date(2025, 9, 1), date(2030, 8, 31), "tertial"),
            _agreement("A-2", date(2026, 5, 1), None, "quarter"),
            _agreement("A-3", date(2020, 1, 1), None, ""),
            _agreement("A-4", date(2020, 1, 1), date(2026, 3, 31), "tertial"),
        ],
        actor="system:test",
    )
    return opened


@pytest.fixture
def put_case(workspace: Workspace) -> Callable[..., Path]:
    """Puts the shipped example into the workspace's cases, so cheap to compute that it can be published for real."""
    (example,) = (each for each in shipped_files("cases", ".yaml") if each.name == "example.yaml")
    cheap = {"paths: 65536": "paths: 256", "randomisations: 16": "randomisations: 2", "points: 2048": "points: 16"}

    def put(name: str = "skola", **changed: str) -> Path:
        content = example.read_text(encoding="utf-8")
        for old, new in (cheap | changed).items():
            content = content.replace(old, new)
        file = workspace.root / "data" / "cases" / f"{name}.yaml"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(content, encoding="utf-8")
        return file

    return put


@pytest.fixture
def write_bundle() -> Callable[..., Path]:
    """A stand-in for a worker: files that depend on nothing but the job."""

    def write(work: Path, job: dict[str, Any], **_: object) -> Path:
        bundle = work / "bundle"
        (bundle / "data").mkdir(parents=True)
        (bundle / "report.html").write_text(f"<p>{job['parameters'].get('period', '')}</p>", encoding="utf-8")
        (bundle / "report.pdf").write_bytes(b"%PDF-1.7")
        (bundle / "data.xlsx").write_bytes(b"PK")
        (bundle / "data" / "activities.csv").write_text("a,b\n1,2\n", encoding="utf-8")
        (bundle / "findings.json").write_text(json.dumps(job["parameters"]), encoding="utf-8")
        return bundle

    return write
