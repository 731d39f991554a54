"""What the preloaded process does before it forks: the work of a report, and nothing that a fork could trip over."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

pytest.importorskip("weasyprint", exc_type=OSError, reason="Pango is not on this machine")

_IN_A_PROCESS_OF_ITS_OWN = """
import importlib, os
from partnership_lib.reports.zygote import PRELOADED
for name in PRELOADED:
    importlib.import_module(name)
from partnership_lib.reports.warming import warm_up
folder = "/proc/self/task"
before = len(os.listdir(folder)) if os.path.isdir(folder) else 0
first = warm_up()
assert first.startswith(b"%PDF") and first == warm_up()
print((len(os.listdir(folder)) if before else 0) - before)
"""


def test_warming_leaves_no_thread_behind_and_makes_the_same_page_each_time(repository: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", _IN_A_PROCESS_OF_ITS_OWN],
        env={**os.environ, "PYTHONPATH": str(repository)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stdout == "0\n", done.stderr
