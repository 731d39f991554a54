"""Run as a script by `test_reports_killed`: publishes what is due, slowly, with a generator that needs no kernel.

``python reports_workshop.py WORKSPACE ours|naive|full|naive-full SECONDS_PER_FILE`` prints the outcome as JSON; in the
last two no file may grow beyond a megabyte, as on a disk that is full, and every report has one that would.
"""

from __future__ import annotations

import json
import signal
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
    letters = 1000
    if sys.argv[2].endswith("full"):
        import resource

        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (2**20, 2**20))
        letters = 2**20
    if sys.argv[2].startswith("naive"):  # the control: writes where readers look, and asks nobody
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
        time.sleep(seconds)
    return folder


if __name__ == "__main__":
    main()
