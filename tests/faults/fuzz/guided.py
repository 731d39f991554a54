"""The process that looks for texts by what they reach in a parser: ``python -m tests.faults.fuzz.guided PARSER RUNS``.

Its last line tells the runs and what escaped.
"""

from __future__ import annotations

import json
import os
import sys
import tempfile
from pathlib import Path

import atheris

# What is to be guided by must be imported under the instrument.
with atheris.instrument_imports(
    include=["partnership_lib.units", "partnership_lib.ledger", "partnership_lib.register"]
):
    from tests.faults.fuzz.judging import ESCAPED, judged
    from tests.faults.fuzz.parsers import EXAMPLES, PARSERS

MOST_ESCAPES = 5


@atheris.instrument_func
def hidden_fault(written: str) -> object:
    """Fails for a text that nobody would guess at once."""
    if not written.startswith("T"):
        return None
    if not written.startswith("T2"):
        return None
    if not written.startswith("T2-"):
        return None
    return {"": None}[written[3:]]


def main(name: str, runs: str) -> None:
    """Look until there were so many runs or escapes enough, and tell."""
    parser = {**PARSERS, "hidden fault": hidden_fault}[name]
    tried, escapes = 0, []

    def one(given: bytes) -> None:
        nonlocal tried
        tried += 1
        verdict, escape = judged(parser, given.decode("utf-8", "surrogateescape"))
        if verdict == ESCAPED:
            escapes.append(f"{escape} of {given[:200]!r}")
        if tried >= int(runs) or len(escapes) >= MOST_ESCAPES:
            print(json.dumps({"runs": tried, "escapes": escapes}), flush=True)
            os._exit(0)

    with tempfile.TemporaryDirectory() as corpus:
        for number, example in enumerate(EXAMPLES):
            Path(corpus, str(number)).write_bytes(example.encode())
        limits = ["-seed=1", "-max_len=120", "-len_control=0", "-rss_limit_mb=2048", "-timeout=60"]
        atheris.Setup([sys.argv[0], corpus, *limits], one)
        atheris.Fuzz()


if __name__ == "__main__":
    main(*sys.argv[1:])
