"""The process that reads mutated files: many in one, within the limits of the guard, each verdict noted at once.

``python -m tests.faults.fuzz.child FOLDER COUNT READER...`` tries COUNT inputs for each reader, from where it came to
when it was last started with that folder. ``python -m tests.faults.fuzz.child READER NUMBER`` writes one of them to
the standard output.
"""

from __future__ import annotations

import json
import os
import resource
import signal
import sys
import time
from dataclasses import asdict
from pathlib import Path
from random import Random

from tests.faults.fuzz.judging import ESCAPED, STOPPED, judged
from tests.faults.fuzz.mutations import mutated
from tests.faults.fuzz.readers import READERS, FileReader, unguard

MOST_BYTES = 2 * 2**30
VERDICTS, ESCAPES, COSTS = "verdicts", "escapes.jsonl", "costs.json"
_SPOILED_KIBIBYTES = 2**20
"""What filled so much memory may have left it in pieces: the rest is read by a fresh child."""


def given(reader: str, number: int, clean: dict[str, bytes]) -> tuple[str, bytes]:
    """Return an input by its number: always the same name and the same bytes."""
    source = Random(f"{reader} {number}")
    name = source.choice(sorted(clean))
    return name, mutated(clean[name], source)


def main(folder: str, count: str, *names: str) -> None:
    """Try inputs, and note what each comes to."""
    unguard()
    signal.signal(signal.SIGPROF, signal.SIG_DFL)
    resource.setrlimit(resource.RLIMIT_AS, (MOST_BYTES, MOST_BYTES))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    for name in names:
        place = Path(folder, name)
        done = (place / VERDICTS).stat().st_size if (place / VERDICTS).exists() else 0
        if done < int(count):
            _try(name, READERS[name], place, range(done, int(count)))
    os._exit(0)  # threads of libraries must not hold back a finished answer


def _try(reader_name: str, reader: FileReader, place: Path, numbers: range) -> None:
    work = place / "work"
    work.mkdir(parents=True, exist_ok=True)
    clean = reader.seeds()
    for name, content in clean.items():  # so that everything is imported, and the seeds are known to be clean
        (work / name).write_bytes(content)
        reader.read(work / name)
    slowest = 0.0
    with open(place / VERDICTS, "ab", buffering=0) as verdicts, open(place / ESCAPES, "a", encoding="ascii") as escapes:
        for number in numbers:
            name, content = given(reader_name, number, clean)
            (work / name).write_bytes(content)
            started = time.process_time()
            signal.setitimer(signal.ITIMER_PROF, reader.most_seconds)
            verdict, escape = judged(reader.read, work / name, guarded=reader.guarded)
            signal.setitimer(signal.ITIMER_PROF, 0)
            slowest = max(slowest, time.process_time() - started)
            if escape is not None:
                escapes.write(json.dumps({"number": number, **asdict(escape)}) + "\n")
                escapes.flush()
            verdicts.write(verdict)
            (work / name).unlink()
            peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
            if verdict in (STOPPED, ESCAPED) and peak > _SPOILED_KIBIBYTES:
                os._exit(0)
        costs = {"slowest_seconds": slowest, "peak_mebibytes": peak // 1024}
        (place / COSTS).write_text(json.dumps(costs), encoding="ascii")


def show(reader: str, number: str) -> None:
    """Write an input to the standard output."""
    name, content = given(reader, int(number), READERS[reader].seeds())
    sys.stderr.write(f"{name}\n")
    sys.stdout.buffer.write(content)


if __name__ == "__main__":
    (main if Path(sys.argv[1]).is_dir() else show)(*sys.argv[1:])
