"""Workers forked from one preloaded process: each is alone, none outlives its run, none sees what another has done."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

import partnership_lib
from partnership_lib.errors import ReportError
from partnership_lib.reports.jobs import EXECUTED, KERNEL_PID
from partnership_lib.reports.life import CAN_FORK
from partnership_lib.reports.warm import WarmWorkers

pytestmark = [pytest.mark.faults, pytest.mark.skipif(not CAN_FORK, reason="processes cannot be forked here")]

DELIVER = """
import IPython
analysis = {"complete": True, "kind": "follow_up", "values": {"agreement": "Prov", "period": period, "told": told},
            "findings": [], "charts": []}
IPython.display.display({"application/vnd.partnership.analysis+json": analysis}, raw=True)
"""
LEAVES_TRACES = """
import os, random, sys, types
import matplotlib, numpy, pandas
matplotlib.rcParams["figure.dpi"] = 33
pandas.set_option("display.max_rows", 3)
numpy.random.seed(1); random.seed(1)
sys.modules["left_behind"] = types.ModuleType("left_behind")
os.environ["LEFT_BEHIND"] = "1"
os.chdir("/")
import partnership_lib.text; partnership_lib.text.left_behind = True
"""
LOOKS_FOR_TRACES = """
import os, random, sys
import matplotlib, numpy, pandas, partnership_lib.text
told = {
    "dpi": matplotlib.rcParams["figure.dpi"] == 33,
    "option": pandas.get_option("display.max_rows") == 3,
    "module": "left_behind" in sys.modules,
    "environment": "LEFT_BEHIND" in os.environ,
    "folder": os.getcwd() == "/",
    "attribute": hasattr(partnership_lib.text, "left_behind"),
    "number": numpy.random.random(),
    "other number": random.random(),
}
"""


@pytest.fixture(scope="module")
def warm() -> Iterator[WarmWorkers]:
    """Workers that are forked from one preloaded process."""
    with WarmWorkers() as workers:
        yield workers


def test_a_worker_that_is_killed_fails_its_report_only(warm: WarmWorkers, tmp_path: Path) -> None:
    with ThreadPoolExecutor(2) as pool:
        doomed = _submit(pool, warm, tmp_path / "doomed", "import time; time.sleep(600); told = 0")
        notebook = _process_of(tmp_path / "doomed")
        spared = _submit(pool, warm, tmp_path / "spared", "told = 1")
        os.kill(_parent_of(notebook), signal.SIGKILL)
        with pytest.raises(ReportError) as failed:
            doomed.result(timeout=60)
        assert failed.value.code == "report_worker_died"
        assert (spared.result(timeout=60) / "report.pdf").exists()
    _wait_for(lambda: not _lives(notebook))


def test_a_preloaded_process_that_is_killed_is_started_anew(warm: WarmWorkers, tmp_path: Path) -> None:
    with ThreadPoolExecutor(1) as pool:
        doomed = _submit(pool, warm, tmp_path / "doomed", "import time; time.sleep(600); told = 0")
        notebook = _process_of(tmp_path / "doomed")
        os.kill(_parent_of(_parent_of(notebook)), signal.SIGKILL)
        with pytest.raises(ReportError) as failed:
            doomed.result(timeout=60)
        assert failed.value.code == "report_worker_died"
        _wait_for(lambda: not _lives(notebook))
        assert (_submit(pool, warm, tmp_path / "next", "told = 1").result(timeout=120) / "report.pdf").exists()


def test_a_report_that_takes_too_long_is_ended_with_what_its_notebook_has_started(
    warm: WarmWorkers, tmp_path: Path
) -> None:
    slow = "import subprocess, time; s = subprocess.Popen(['sleep', '600'])\nopen('sleeper', 'w').write(str(s.pid))"
    with ThreadPoolExecutor(1) as pool:
        running = _submit(pool, warm, tmp_path / "slow", f"{slow}\ntime.sleep(600); told = 0", seconds=8)
        notebook = _process_of(tmp_path / "slow")
        with pytest.raises(ReportError) as failed:
            running.result(timeout=60)
    assert failed.value.code == "report_timeout"
    sleeper = int((tmp_path / "slow" / "sleeper").read_text())
    _wait_for(lambda: not _lives(notebook) and not _lives(sleeper))


def test_a_run_that_is_stopped_ends_its_worker(warm: WarmWorkers, tmp_path: Path) -> None:
    stop = threading.Event()
    with ThreadPoolExecutor(1) as pool:
        running = _submit(pool, warm, tmp_path / "stopped", "import time; time.sleep(600); told = 0", stop=stop)
        notebook = _process_of(tmp_path / "stopped")
        stop.set()
        with pytest.raises(ReportError, match="report_stopped"):
            running.result(timeout=60)
    _wait_for(lambda: not _lives(notebook))


def test_the_preloaded_process_has_no_thread_and_no_connection_that_a_fork_could_break(
    warm: WarmWorkers, tmp_path: Path
) -> None:
    stop = threading.Event()
    with ThreadPoolExecutor(1) as pool:
        running = _submit(pool, warm, tmp_path / "looked_at", "import time; time.sleep(600); told = 0", stop=stop)
        preloaded = Path("/proc") / str(_parent_of(_parent_of(_process_of(tmp_path / "looked_at"))))
        threads = [(task / "comm").read_text().strip() for task in (preloaded / "task").iterdir()]
        opened = [os.readlink(handle) for handle in (preloaded / "fd").iterdir()]
        stop.set()
        assert running.exception(timeout=60) is not None
    assert len([name for name in threads if name != "jemalloc_bg_thd"]) == 1  # Arrow's allocator minds forks itself
    assert [name for name in opened if name.startswith("socket:") or "sqlite" in name] == []


@pytest.mark.parametrize("tied", [True, False])
def test_a_forked_process_ends_with_its_parent_only_when_it_is_tied_to_it(tied: bool, tmp_path: Path) -> None:
    # The untied one is the control: it lives on and would go on computing.
    tie = "from partnership_lib.reports.life import end_with_parent; end_with_parent(parent)" if tied else ""
    script = f"import os, time\nparent = os.getpid()\nchild = os.fork()\nif child == 0:\n    {tie or 'pass'}\n"
    script += "    open('child', 'w').write(str(os.getpid()))\ntime.sleep(600)"
    path = str(Path(partnership_lib.__file__).parents[1])
    process = subprocess.Popen([sys.executable, "-c", script], cwd=tmp_path, env=os.environ | {"PYTHONPATH": path})
    child = int(_wait_for(lambda: (tmp_path / "child").exists() and (tmp_path / "child").read_text()))
    process.kill()
    process.wait()
    if tied:
        _wait_for(lambda: not _lives(child))
    else:
        assert _lives(child)
        os.kill(child, signal.SIGKILL)


def test_a_notebook_finds_nothing_that_another_has_left_behind(warm: WarmWorkers, tmp_path: Path) -> None:
    _make(warm, tmp_path / "first", LEAVES_TRACES + "\ntold = 1")
    told = [_told(_make(warm, tmp_path / name, LOOKS_FOR_TRACES)) for name in ("second", "third")]
    assert {name for name, found in told[0].items() if found is True} == set()
    for number in ("number", "other number"):  # and the random numbers of two notebooks differ
        assert told[0][number] != told[1][number]


def test_in_one_process_the_next_notebook_finds_what_was_left_behind(tmp_path: Path) -> None:
    # The control: a warm kernel that is only emptied of names.
    script = f"exec({LEAVES_TRACES!r}, {{}})\nnext = {{}}\nexec({LOOKS_FOR_TRACES!r}, next)\nprint(next['told'])"
    path = str(Path(partnership_lib.__file__).parents[1])
    environment = os.environ | {"PYTHONPATH": path}
    answer = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True, env=environment)
    assert answer.stdout.count("True") == 6


def _make(workers: WarmWorkers, work: Path, source: str, **limits: Any) -> Path:
    work.mkdir(parents=True)
    cells = [_cell("parameters", 'period = ""', ["parameters"]), _cell("work", source), _cell("deliver", DELIVER)]
    job = {
        "notebook": {"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5},
        "parameters": {"period": "2026-T2"},
        "kernel_folder": str(work),
        "cell_seconds": 600,
        "code_sha256": "",
        "presentation": {
            "language": "sv",
            "currency": "SEK",
            "provenance": [],
            "compared": [],
            "report": {"key": "follow_up/A-1/2026-T2/internal/sv", "period": None, "as_of": "2026-09-15"},
        },
    }
    return workers.run_job(work, job, **{"seconds": 120.0, **limits})


def _submit(pool: ThreadPoolExecutor, workers: WarmWorkers, work: Path, source: str, **limits: Any) -> Future[Path]:
    return pool.submit(_make, workers, work, source, **limits)


def _cell(name: str, source: str, tags: list[str] | None = None) -> dict[str, Any]:
    metadata = {"tags": tags} if tags else {}
    return {
        "cell_type": "code",
        "id": name,
        "metadata": metadata,
        "source": source,
        "outputs": [],
        "execution_count": None,
    }


def _told(bundle: Path) -> dict[str, Any]:
    told: dict[str, Any] = json.loads((bundle / "findings.json").read_text(encoding="utf-8"))["values"]["told"]
    return told


def _process_of(work: Path) -> int:
    """Return the id of the notebook's process, once its second cell runs."""
    file = work / KERNEL_PID
    pid = int(_wait_for(lambda: file.exists() and file.read_text()))
    _wait_for(lambda: (work / EXECUTED).exists())
    return pid


def _parent_of(pid: int) -> int:
    return int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])


def _lives(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def _wait_for(question: Callable[[], Any]) -> Any:
    deadline = time.monotonic() + 60
    while not (answer := question()):
        assert time.monotonic() < deadline
        time.sleep(0.02)
    return answer
