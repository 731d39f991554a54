"""A small workspace with something of all that is worth keeping: register, signed list, ledger, reports, notes."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

from partnership_lib.domain import (
    AccessRole,
    ActivityListItem,
    ActivityListVersion,
    Level,
    Party,
    Person,
    SignOff,
)
from partnership_lib.domain.list_rules import list_hash
from partnership_lib.ledger.importing import import_ledger
from partnership_lib.reports import choose_requests, run_reports
from partnership_lib.workspace import Workspace, create_workspace, open_workspace
from tests.made import BUYER, SUPPLIER, activity, agreement

LINES = 300
_HEADING = "kopare_id,kopare,verifikationsnummer,leverantor,leverantor_id,konto_nr,konto_text,belopp,datum\n"


def make_kept_workspace(root: Path) -> Workspace:
    """Make it and return it: opened, with one published report for each of two periods."""
    create_workspace(root, name="Prov", as_of=date(2026, 9, 15))
    workspace = open_workspace(root)
    workspace.register.save(_records(), actor="system:test", save_id="first")
    ledger = root / "data" / "ledger-2026.csv"
    rows = [f"2120003005,Kommunen,{n},Bolag {n % 7},5560360793,6811,Licenser,{n}.25,2026-05-0{1 + n % 9}\n"
            for n in range(LINES)]  # fmt: skip
    ledger.write_text(_HEADING + "".join(rows) + "2120003005,Kommunen,x,Y,,6811,Z,trasigt,2026-05-01\n", "utf-8")
    import_ledger([ledger], workspace.warehouse)
    (root / "notebooks").mkdir(exist_ok=True)
    (root / "notebooks" / "egen.ipynb").write_text("{}", encoding="utf-8")
    outcome = run_reports(workspace, choose_requests(workspace, "all"), make_bundle=_make_bundle)
    assert outcome.published
    return workspace


def _records() -> list[Any]:
    school = agreement(start_date=date(2025, 1, 1), report_rhythm="tertial", internal_note="bara för oss")
    asked = activity()
    version = ActivityListVersion(
        id="L-1", agreement_id="A-1", level=Level.TACTICAL, number=1, proposed_date=date(2026, 9, 1),
        proposed_by=Party.BUYER,
    )  # fmt: skip
    item = ActivityListItem(
        id="I-1", list_version_id="L-1", activity_id=asked.id, title=asked.title, kind=asked.kind,
        raised_by=Party.BUYER, own_level=Level.TACTICAL,
    )  # fmt: skip
    signed = SignOff(
        id="S-1", list_version_id="L-1", party=Party.BUYER, person_id="P-1", signed_date=date(2026, 9, 2),
        list_hash=list_hash(version, [item]),
    )  # fmt: skip
    return [
        *(BUYER, replace(SUPPLIER, name="Skolbolaget åäö AB")),
        Person(id="P-1", name="Anna Berg", organisation_id="O-K", access_role=AccessRole.PARTNERSHIP_OWNER),
        *(school, asked, version, item, signed),
    ]  # fmt: skip


def _make_bundle(work: Path, job: dict[str, Any], **_: object) -> Path:
    (work / "bundle" / "data").mkdir(parents=True)
    for name in ("report.html", "report.pdf", "data.xlsx", "data/activities.csv"):
        (work / "bundle" / name).write_text(f"{name} {job['parameters']}", encoding="utf-8")
    return work / "bundle"
