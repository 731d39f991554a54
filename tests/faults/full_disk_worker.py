"""What the tests of a full disk run in processes of their own: each door of the program that writes."""

from __future__ import annotations

import resource
import signal
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import partnership_lib
from partnership_lib import text
from partnership_lib.domain import IndexValue
from partnership_lib.errors import PartnershipError
from partnership_lib.ledger.importing import import_ledger
from partnership_lib.register.exchange.exporting import export_table
from partnership_lib.reports import one_request, run_reports
from partnership_lib.safekeeping.backup import back_up
from partnership_lib.workspace import Workspace


def save(workspace: Workspace) -> None:
    """Save a value whose text is large."""
    value = IndexValue(id="large", series="x" * 2**20, month=date(2026, 1, 1), value=1.0)
    workspace.register.save([value], actor="system:test")


def import_file(workspace: Workspace) -> None:
    """Import the ledger file that lies beside the workspace."""
    import_ledger([workspace.root.parent / "large.csv"], workspace.warehouse)


def publish(workspace: Workspace) -> None:
    """Publish a report of a megabyte."""

    def write(work: Path, _: dict[str, Any], **__: object) -> Path:
        (work / "bundle").mkdir()
        (work / "bundle" / "report.html").write_bytes(b"x" * 2**20)
        return work / "bundle"

    outcome = run_reports(workspace, [one_request(workspace, "portfolio")], make_bundle=write)
    for _, error in outcome.failed:
        raise error


def export(workspace: Workspace) -> None:
    """Write the agreements over the workbook that was written before."""
    content = workspace.content()
    many = tuple(each for each in content.agreements for _ in range(4_000))
    export_table("agreements", type(content)(agreements=many), workspace.root / "agreements.csv", "sv")


def back_up_all(workspace: Workspace) -> None:
    """Back the workspace up over the backup that was made before."""
    back_up(workspace, workspace.root / "backup.zip")


def go_through(door: str, folder: str, limit_bytes: str) -> None:
    """Go through a door and say how it went: ``done``, or the code of the refusal and its sentence."""
    if int(limit_bytes):
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (int(limit_bytes), int(limit_bytes)))
    doors: dict[str, Callable[[Workspace], None]] = {
        "save": save, "import_file": import_file, "publish": publish, "export": export, "back_up_all": back_up_all,
    }  # fmt: skip
    try:
        doors[door](partnership_lib.open(Path(folder)))
        print("done")
    except PartnershipError as error:
        print(error.code, text.describe(error, "sv"))
