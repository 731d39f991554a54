"""One report in one process, executed, rendered and written: ``python -m partnership_lib.reports.worker FOLDER``.

It lives only as long as its parent: when the pipe to it closes, the process ends itself and its kernel.
"""

from __future__ import annotations

import json
import os
import sys
import threading
import time
import traceback
from pathlib import Path
from typing import Any

from partnership_lib.errors import PartnershipError
from partnership_lib.files.atomic import storage_errors
from partnership_lib.reports.failures import as_json
from partnership_lib.reports.jobs import BUNDLE, JOB, RESULT, end_kernel


def main() -> None:
    """Do the job in the folder that the first argument names, and leave `RESULT` there."""
    work = Path(sys.argv[1])
    threading.Thread(target=_end_with_parent, args=(work,), daemon=True).start()
    leave_result(work)
    os._exit(0)  # nothing that a library left behind may hold the process up


def leave_result(work: Path) -> None:
    """Do the job in a work folder, and write there how it went."""
    (work / RESULT).write_text(json.dumps(_outcome(work), ensure_ascii=False), encoding="utf-8")


def _outcome(work: Path) -> dict[str, Any]:
    try:
        seconds = make_bundle(work, json.loads((work / JOB).read_text(encoding="utf-8")))
    except PartnershipError as error:
        return {"error": as_json(error)}
    except Exception as error:  # noqa: BLE001 - whatever it is must reach the run table; the trace goes to the log
        traceback.print_exc()
        values = {"kind": type(error).__name__, "reason": str(error)[:300]}
        return {"error": {"code": "report_worker_failed", "values": values}}
    return {"done": True, "seconds": seconds}


def make_bundle(work: Path, job: dict[str, Any]) -> dict[str, float]:
    """Write everything that is published, the manifest left out, to the bundle in the work folder.

    Returns
    -------
    dict of str to float
        How long the notebook and the rendering took [s].
    """
    from partnership_lib.reports.bundle import write_bundle
    from partnership_lib.reports.completion import delivered_analysis
    from partnership_lib.reports.execution import execute

    began = time.perf_counter()
    executed = execute(
        job["notebook"],
        job["parameters"],
        work=work,
        kernel_folder=Path(job["kernel_folder"]),
        cell_seconds=job["cell_seconds"],
        engine=job["engine"],
    )
    analysis = delivered_analysis(executed)
    ran = time.perf_counter()
    with storage_errors(work / BUNDLE):
        write_bundle(work / BUNDLE, executed, analysis, job["presentation"])
    return {"notebook": ran - began, "rendering": time.perf_counter() - ran}


def _end_with_parent(work: Path) -> None:
    sys.stdin.buffer.read()  # returns when the parent has gone
    end_kernel(work)
    os._exit(1)


if __name__ == "__main__":
    main()
