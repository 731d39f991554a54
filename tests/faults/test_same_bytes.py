"""D15: the same reports made on another day, in another place and another way have the same bytes in every file."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

import partnership_lib
from partnership_lib.domain import Organisation
from partnership_lib.workspace import Workspace

pytestmark = [pytest.mark.faults, pytest.mark.slow]

# A clock that is 40 days behind for whoever loads it; Python asks the system by these calls. Behind and not ahead: who
# waits until some hour then gives up at once, instead of in 40 days.
CLOCK = r"""
#define _GNU_SOURCE
#include <dlfcn.h>
#include <time.h>
#include <sys/time.h>
static const long behind = 40L * 86400 + 7654;
int clock_gettime(clockid_t id, struct timespec *at) {
    static int (*real)(clockid_t, struct timespec *);
    if (!real) real = dlsym(RTLD_NEXT, "clock_gettime");
    int answer = real(id, at);
    if (!answer && id == CLOCK_REALTIME) at->tv_sec -= behind;
    return answer;
}
int gettimeofday(struct timeval *at, void *zone) {
    struct timespec now;
    int answer = clock_gettime(CLOCK_REALTIME, &now);
    at->tv_sec = now.tv_sec; at->tv_usec = now.tv_nsec / 1000;
    return answer;
}
time_t time(time_t *at) {
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    if (at) *at = now.tv_sec;
    return now.tv_sec;
}
"""
REPORTS = (
    ("follow_up", "--agreement", "A-001", "--period", "2026-T2"),
    ("follow_up", "--agreement", "A-001", "--period", "2026-T2", "--audience", "shared", "--language", "en"),
    ("portfolio", "--period", "2026-T2"),
    ("spend", "--period", "2026-T2"),
    ("agenda", "--agreement", "A-001"),
    ("minutes", "--agreement", "A-001"),
    ("comparison", "--case", "skoladministration"),
)
THREADS = ("NUMBA_NUM_THREADS", "OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS")


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """The demo municipality."""
    command = [sys.executable, "-m", "partnership_lib.cli", "init", str(tmp_path / "demo"), "--demo"]
    subprocess.run(command, check=True, capture_output=True)
    return tmp_path / "demo"


@pytest.fixture
def another_day(tmp_path: Path) -> dict[str, str]:
    """What lets a program believe that it is 40 days earlier; without a C compiler the test is skipped."""
    (tmp_path / "clock.c").write_text(CLOCK, encoding="utf-8")
    library = tmp_path / "clock.so"
    compiler = shutil.which("cc") or shutil.which("gcc")
    if compiler is None:
        pytest.skip("no C compiler on this machine")
    subprocess.run([compiler, "-shared", "-fPIC", "-o", str(library), str(tmp_path / "clock.c"), "-ldl"], check=True)
    around = {"LD_PRELOAD": str(library)}
    asked = [sys.executable, "-c", "import time, datetime; print(time.time(), datetime.datetime.now().timestamp())"]
    now, behind = (
        subprocess.run(asked, env=os.environ | extra, capture_output=True, text=True).stdout for extra in ({}, around)
    )
    assert all(float(a) - float(b) > 39 * 86_400 for a, b in zip(now.split(), behind.split(), strict=True))
    return around


def made(place: Path, reports: tuple[tuple[str, ...], ...], around: dict[str, str], cwd: Path) -> dict[str, str]:
    """Return the hash of every file of every report after publishing them in a process with other surroundings."""
    path = str(Path(partnership_lib.__file__).parents[1])
    for kind, *options in reports:
        command = [
            sys.executable,
            "-m",
            "partnership_lib.cli",
            "report",
            kind,
            *options,
            "--workspace",
            str(place),
            "--json",
        ]
        ended = subprocess.run(
            command, env=os.environ | {"PYTHONPATH": path} | around, cwd=cwd, capture_output=True, text=True
        )
        assert ended.returncode == 0, ended.stdout + ended.stderr
        assert json.loads(ended.stdout)["published"], ended.stdout
    root = place / "reports" / "published"
    files = sorted(file for file in root.rglob("*") if file.is_file())
    return {str(file.relative_to(root)): digest(file) for file in files}


def digest(file: Path) -> str:
    """Return the hash of a file; of a manifest that of its body, since who made it and when stands outside it."""
    content = file.read_bytes()
    if file.name == "MANIFEST.json":
        content = json.dumps(json.loads(content)["body"], sort_keys=True).encode()
    return hashlib.sha256(content).hexdigest()


@pytest.mark.target(name="D15")
def test_reports_made_on_another_day_in_another_place_and_way_are_the_same_to_the_byte(
    place: Path,
    another_day: dict[str, str],
    tmp_path: Path,
    rounds: Callable[[int, int], int],
    target: Callable[..., None],
) -> None:
    reports = REPORTS[-rounds(2, len(REPORTS)) :]
    other = tmp_path / "på annat ställe" / "demo"
    shutil.copytree(place, other)
    here = {"PYTHONHASHSEED": "0", "TZ": "UTC", "LC_ALL": "C", **dict.fromkeys(THREADS, "1")}
    one = made(place, reports, here, tmp_path)
    elsewhere = {
        **dict.fromkeys(THREADS, "2"),  # a comparison is computed by threads, not by workers
        "PYTHONHASHSEED": "4711",
        "TZ": "Asia/Tokyo",
        "LC_ALL": "sv_SE.UTF-8",
        "LANG": "tr_TR.UTF-8",
        "HOME": str(other),
    }
    two = made(other, reports, {**elsewhere, **another_day}, other)
    differing = sum(one.get(name) != two.get(name) for name in {*one, *two})
    target(reports=len(reports), files=len(one), differing=differing)
    assert {name for name in {*one, *two} if one.get(name) != two.get(name)} == set()


@pytest.mark.target(name="D15")
def test_one_worker_or_two_make_the_same_bytes_and_a_second_run_makes_nothing(
    place: Path, tmp_path: Path, target: Callable[..., None]
) -> None:
    other = tmp_path / "other"
    shutil.copytree(place, other)
    hashes, again = [], 0
    for root, workers in ((place, "1"), (other, "2")):
        for _ in range(2):
            command = [sys.executable, "-m", "partnership_lib.cli", "run", "--due", "--workers", workers, "--json"]
            ended = subprocess.run([*command, "--workspace", str(root)], capture_output=True, text=True, check=True)
            outcome = json.loads(ended.stdout)
            assert outcome["failed"] == []
        again += len(outcome["published"])
        published = root / "reports" / "published"
        files = [file for file in sorted(published.rglob("*")) if file.is_file()]
        hashes.append({str(file.relative_to(published)): digest(file) for file in files})
    differing = sum(hashes[0].get(name) != hashes[1].get(name) for name in {*hashes[0], *hashes[1]})
    target(reports=len(outcome["identical"]), files=len(hashes[0]), differing=differing + again)
    assert hashes[0] == hashes[1]
    assert again == 0


@pytest.mark.target(name="D15", control=True)
def test_the_control_another_name_in_the_register_is_another_report(
    place: Path, tmp_path: Path, target: Callable[..., None]
) -> None:
    other = tmp_path / "other"
    shutil.copytree(place, other)
    workspace: Workspace = partnership_lib.open(other)
    supplier = next(each for each in workspace.content().organisations if isinstance(each, Organisation))
    workspace.register.save([replace(supplier, name=f"{supplier.name} & Co")], actor="system:test")
    reports = (("agenda", "--agreement", "A-001"),)
    one, two = made(place, reports, {}, tmp_path), made(other, reports, {}, tmp_path)
    differing = len({*one.items()} ^ {*two.items()})
    target(differing=differing)
    assert differing > 0
