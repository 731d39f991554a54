"""What the preloaded process does before it forks: the work of a report, and nothing that a fork could trip over."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

_IN_A_PROCESS_OF_ITS_OWN = """
import importlib, os
from partnership_lib.reports.zygote import PRELOADED
for name in PRELOADED:
    importlib.import_module(name)
from partnership_lib.reports.warming import warm_up
folder = "/proc/self/task"
before = len(os.listdir(folder)) if os.path.isdir(folder) else 0
first = warm_up()
assert "<table" in first and "data:image/svg" in first and first == warm_up()
print((len(os.listdir(folder)) if before else 0) - before)
"""
_SETS_A_PAGE = """
from partnership_lib.reports.pdf import render_pdf
render_pdf(first.replace("<h2", "<h1", 1).replace("</h2", "</h1", 1), title="x", language="sv")
"""


def test_warming_leaves_no_thread_behind_and_makes_the_same_page_each_time(repository: Path) -> None:
    done = _run(_IN_A_PROCESS_OF_ITS_OWN, repository)
    assert done.stdout == "0\n", done.stderr


@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="the system does not list threads")
def test_the_control_a_page_that_is_set_leaves_threads_behind(repository: Path) -> None:
    """So the preloaded process must not set one."""
    *warming, counting = _IN_A_PROCESS_OF_ITS_OWN.strip().split("\n")
    done = _run("\n".join([*warming, _SETS_A_PAGE, counting]), repository)
    assert int(done.stdout) > 0, done.stderr


def _run(code: str, repository: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", code],
        env={**os.environ, "PYTHONPATH": str(repository)},
        capture_output=True,
        text=True,
        check=False,
    )
