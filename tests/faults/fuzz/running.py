"""Starts the child that reads mutated files, again and again where an input has killed it, and gathers the verdicts."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from partnership_lib.files.guarded import _FRUGAL
from tests.faults.fuzz.child import COSTS, ESCAPES, VERDICTS
from tests.faults.fuzz.judging import ESCAPED, REFUSED, STOPPED, TAKEN
from tests.faults.fuzz.readers import READERS

REPOSITORY = Path(__file__).resolve().parents[3]


@dataclass
class Tally:
    """What trying a reader came to.

    Attributes
    ----------
    stopped : int
        Inputs that the guard of the workbench would have stopped: out of memory, out of time, or dead.
    """

    reader: str
    taken: int = 0
    refused: int = 0
    stopped: int = 0
    escapes: list[str] = field(default_factory=list)
    slowest_seconds: float = 0.0
    peak_mebibytes: int = 0

    @property
    def inputs(self) -> int:
        """How many there were."""
        return self.taken + self.refused + self.stopped + len(self.escapes)

    def __str__(self) -> str:
        return (
            f"reader={self.reader.replace(' ', '-')} inputs={self.inputs} taken={self.taken} refused={self.refused} "
            f"stopped={self.stopped} escaped={len(self.escapes)} slowest={self.slowest_seconds:.2f}s "
            f"peak={self.peak_mebibytes}MiB"
        )


def tried(names: Sequence[str], count: int, folder: Path) -> list[Tally]:
    """Return what `count` inputs for each of some readers came to."""
    while any(_done(folder / name) < count for name in names):
        before = [_done(folder / name) for name in names]
        command = [sys.executable, "-m", "tests.faults.fuzz.child", str(folder), str(count), *names]
        died = subprocess.run(
            command, cwd=REPOSITORY, env=os.environ | _FRUGAL, capture_output=True, text=True, check=False
        )
        if died.returncode > 0:
            raise AssertionError(f"the child failed before it read anything:\n{died.stderr[-2_000:]}")
        if died.returncode < 0:
            name = next(each for each in names if _done(folder / each) < count)
            _note_death(name, folder / name, signal.Signals(-died.returncode).name)
        assert [_done(folder / name) for name in names] != before, died.stderr[-2_000:]
    return [_tally(name, folder / name) for name in names]


def _done(place: Path) -> int:
    return (place / VERDICTS).stat().st_size if (place / VERDICTS).exists() else 0


def _note_death(name: str, place: Path, how: str) -> None:
    """A reader in the guard may be killed; one without it takes the whole program down."""
    place.mkdir(exist_ok=True)
    number = _done(place)
    if not READERS[name].guarded:
        with open(place / ESCAPES, "a", encoding="ascii") as escapes:
            escapes.write(json.dumps({"number": number, "kind": how, "where": "–", "what": "killed"}) + "\n")
    with open(place / VERDICTS, "ab") as verdicts:
        verdicts.write(STOPPED if READERS[name].guarded else ESCAPED)


def _tally(name: str, place: Path) -> Tally:
    verdicts = Counter((place / VERDICTS).read_bytes())
    costs = json.loads((place / COSTS).read_text(encoding="ascii")) if (place / COSTS).exists() else {}
    return Tally(
        name,
        *(verdicts[each[0]] for each in (TAKEN, REFUSED, STOPPED)),
        escapes=list(_escapes(place)),
        **costs,
    )


def _escapes(place: Path) -> Iterator[str]:
    for line in (place / ESCAPES).read_text(encoding="ascii").splitlines():
        found = json.loads(line)
        yield f"input {found['number']}: {found['kind']} at {found['where']}: {found['what']}"
