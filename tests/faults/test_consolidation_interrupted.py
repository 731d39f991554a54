"""Ctrl-C in the middle of a hard search: the best plan so far with its gap, soon, and as an answer."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest

NEEDS, BUNDLES = 60, 1_500
SOON_SECONDS = 30.0


@pytest.fixture(scope="module")
def hard_problem(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Bundles of random needs at nearly equal prices: the solver has to branch for minutes."""
    random = np.random.default_rng(1)
    names = [f"N-{need:02}" for need in range(NEEDS)]
    bundles = [{"needs": [name], "cost_sek": 100.0} for name in names]
    for _ in range(BUNDLES):
        members = random.choice(NEEDS, size=random.integers(2, 6), replace=False)
        cost = len(members) ** 0.85 * random.uniform(90.0, 110.0)
        bundles.append({"needs": [names[need] for need in members], "cost_sek": cost})
    file = tmp_path_factory.mktemp("hard") / "problem.json"
    file.write_text(json.dumps({"needs": [{"id": name} for name in names], "bundles": bundles}), encoding="utf-8")
    return file


@contextmanager
def started(problem: Path, *options: str) -> Iterator[subprocess.Popen[str]]:
    """A search that runs; it is ended with the test, however that ends."""
    command = [
        sys.executable,
        "-m",
        "partnership_lib.cli",
        "consolidate",
        "--problem",
        str(problem),
        "--json",
        *options,
    ]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as running:
        try:
            yield running
        finally:
            running.kill()


@pytest.mark.faults
def test_an_interrupt_is_answered_soon_with_the_best_plan_so_far(hard_problem: Path) -> None:
    with started(hard_problem) as running:
        time.sleep(8.0)
        assert running.poll() is None, "the problem is too easy to be interrupted"
        running.send_signal(signal.SIGINT)
        output, errors = running.communicate(timeout=SOON_SECONDS)
    assert running.returncode == 0, errors
    answer = json.loads(output)
    assert answer["stopped"] is True
    assert answer["certified"] is False
    assert answer["lower_bound_sek"] is None or answer["lower_bound_sek"] <= answer["expected_cost_sek"]
    assert sorted(need for bundle in answer["bundles"] for need in bundle) == [f"N-{need:02}" for need in range(NEEDS)]


@pytest.mark.faults
def test_a_time_limit_does_the_same(hard_problem: Path) -> None:
    with started(hard_problem, "--time-limit", "4") as running:
        output, errors = running.communicate(timeout=4.0 + SOON_SECONDS)
    assert running.returncode == 0, errors
    assert json.loads(output)["certified"] is False
