"""Compiled functions on disk."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from partnership_lib.decision.compiling import HAS_NUMBA

with_numba = pytest.mark.skipif(not HAS_NUMBA, reason="numba is not installed")

CALLER = """
from room.compiling import compiled
from room.components.formula import cost

@compiled
def twice(x):
    return 2.0 * cost(x)

print(twice(1.0), sum(twice.stats.cache_hits.values()))
"""
FORMULA = """
from room.compiling import compilable

@compilable
def cost(x):
    return x + {added}
"""


@pytest.fixture
def room(tmp_path: Path, repository: Path) -> Path:
    """A package of its own with the real `compiling.py`, a formula in one file and its caller in another."""
    folder = tmp_path / "room"
    folder.mkdir()
    shutil.copy(repository / "partnership_lib" / "decision" / "compiling.py", folder)
    (folder / "components").mkdir()
    (folder / "caller.py").write_text(CALLER, encoding="utf-8")
    return folder


def _run(room: Path, added: float, **environment: str) -> list[float]:
    (room / "components" / "formula.py").write_text(FORMULA.format(added=added), encoding="utf-8")
    # -B: Python's own cache knows a file by its second and size, and two versions may share both.
    ran = subprocess.run(
        [sys.executable, "-B", "-m", "room.caller"],
        cwd=room.parent,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert ran.returncode == 0, ran.stderr
    return [float(word) for word in ran.stdout.split()]


@with_numba
def test_what_is_compiled_is_kept_until_a_formula_in_another_file_changes(room: Path) -> None:
    assert _run(room, 1.0) == [4.0, 0.0]
    assert _run(room, 1.0) == [4.0, 1.0], "the second process finds it on disk"
    assert _run(room, 5.0) == [12.0, 0.0], "the caller's own file has not changed, the formula's has"


@with_numba
def test_the_users_own_folder_for_compiled_functions_is_used(room: Path, tmp_path: Path) -> None:
    kept = tmp_path / "kept"
    assert _run(room, 1.0, NUMBA_CACHE_DIR=str(kept)) == [4.0, 0.0]
    assert list(kept.rglob("*.nbi")) and not list(room.rglob("*.nbi"))
    assert _run(room, 1.0, NUMBA_CACHE_DIR=str(kept)) == [4.0, 1.0]


@with_numba
def test_without_a_writable_folder_it_is_compiled_all_the_same(room: Path, tmp_path: Path) -> None:
    blocked = tmp_path / "blocked"
    blocked.write_text("a file where folders would have to be", encoding="utf-8")
    (room / "__pycache__").write_text("", encoding="utf-8")
    nowhere = {"HOME": str(blocked), "XDG_CACHE_HOME": str(blocked), "NUMBA_CACHE_DIR": ""}
    assert _run(room, 1.0, **nowhere) == [4.0, 0.0]
    assert not list(room.rglob("*.nbi"))


def test_without_numba_the_formulas_stand_in_for_themselves() -> None:
    program = """
import sys
sys.modules["numba"] = None
from partnership_lib.decision.compiling import HAS_NUMBA, compilable, compiled
from partnership_lib.decision.components import compiled as formulas, procurement
assert not HAS_NUMBA
assert formulas.procedure_sek is procurement.procedure_sek
assert compilable(len) is len and compiled(len) is len
"""
    ran = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=120)
    assert ran.returncode == 0, ran.stderr
