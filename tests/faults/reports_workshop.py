"""What the tests of killed and meeting runs start in processes of their own: runs of reports, and imports.

In the runs that end in ``full`` no file may grow beyond a megabyte, as on a disk that is full, and every report has one
that would.
"""

from __future__ import annotations

import json
import signal
import time
from pathlib import Path
from typing import Any

import partnership_lib
from partnership_lib.errors import PartnershipError
from partnership_lib.ledger.importing import import_ledger
from partnership_lib.ledger.warehouse import Warehouse
from partnership_lib.reports import choose_requests, one_request, run_reports

FILES = ("report.html", "report.pdf", "data.xlsx", "findings.json")


def publish_due(folder: str, how: str, seconds_per_file: str) -> None:
    """Publish what is due with a generator that needs no kernel; print a dot per file, and the outcome as JSON."""
    workspace = partnership_lib.open(Path(folder))
    seconds = float(seconds_per_file)
    requests = choose_requests(workspace, "due")
    letters = 1000
    if how.endswith("full"):
        import resource

        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (2**20, 2**20))
        letters = 2**20
    if how.startswith("naive"):  # the control: writes where readers look, and asks nobody
        root = workspace.reports_folder / "published"
        published = [write_slowly(root / each.slug / "1-naive", seconds, letters).parent.name for each in requests]
        print(json.dumps({"published": published}))
        return

    def write(work: Path, job: dict[str, Any], **_: object) -> Path:
        return write_slowly(work / "bundle", seconds, letters)

    print(json.dumps(run_reports(workspace, requests, workers=3, make_bundle=write).as_json()))


def write_slowly(folder: Path, seconds: float, letters: int) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    for name in FILES:
        (folder / name).write_text(name * letters, encoding="utf-8")
        print(".", flush=True)
        time.sleep(seconds)
    return folder


def publish_one(folder: str, agreement: str) -> None:
    """Publish a real follow-up report and print the outcome as JSON."""
    workspace = partnership_lib.open(Path(folder))
    asked = one_request(workspace, "follow_up", agreement=agreement)
    print(json.dumps(run_reports(workspace, [asked], workers=1).as_json()))


def import_file(warehouse: str, file: str) -> None:
    """Import a ledger file; print ``new``, ``known``, or the code of the refusal."""
    try:
        (account,) = import_ledger([Path(file)], Warehouse(Path(warehouse)))
        print("known" if account.already_imported else "new")
    except PartnershipError as error:
        print(error.code)


def import_carelessly(table: str, file: str) -> None:
    """Add the lines of a file to a table unless they stand there: the control, which asks nobody to wait."""
    lines = Path(file).read_text(encoding="utf-8").splitlines()
    stood = Path(table).read_text(encoding="utf-8").splitlines()
    time.sleep(0.3)
    with Path(table).open("a", encoding="utf-8") as opened:
        opened.writelines(f"{line}\n" for line in lines if line not in stood)
