"""Run as a script by `test_reports_killed`: publishes what is due, slowly, with a generator that needs no kernel.

``python reports_workshop.py WORKSPACE ours|naive SECONDS_PER_FILE`` prints the outcome as JSON.
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path
from typing import Any

import partnership_lib
from partnership_lib.reports import choose_requests, run_reports

FILES = ("report.html", "report.pdf", "data.xlsx", "findings.json")


def main() -> None:
    workspace = partnership_lib.open(Path(sys.argv[1]))
    seconds = float(sys.argv[3])
    requests = choose_requests(workspace, "due")
    if sys.argv[2] == "naive":  # the control: writes where readers look, and asks nobody
        published = [write_naively(workspace.reports_folder / "published" / each.slug, seconds) for each in requests]
        print(json.dumps({"published": published}))
        return

    def write(work: Path, job: dict[str, Any], **_: object) -> Path:
        return write_slowly(work / "bundle", seconds)

    print(json.dumps(run_reports(workspace, requests, workers=3, make_bundle=write).as_json()))


def write_naively(folder: Path, seconds: float) -> str:
    write_slowly(folder / "1-naive", seconds)
    return folder.name


def write_slowly(folder: Path, seconds: float) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    for name in FILES:
        (folder / name).write_text(name * 1000, encoding="utf-8")
        time.sleep(seconds)
    return folder


if __name__ == "__main__":
    main()
