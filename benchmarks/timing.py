"""Times contenders in turn (A B A B ...), so that a drift of the machine hits all of them alike."""

from __future__ import annotations

import compileall
import statistics
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import partnership_lib


def compile_as_installed() -> None:
    """Write the bytecode that an installation has, so that no process of any contender compiles the package again."""
    compileall.compile_dir(Path(partnership_lib.__file__).parent, quiet=1)


def time_in_turn(
    contenders: Mapping[str, Callable[[], Any]], rounds: int, clock: Callable[[], float] = time.perf_counter
) -> dict[str, tuple[float, Any]]:
    """Return median seconds and the last answer of each contender.

    Parameters
    ----------
    clock : callable
        `time.thread_time` for work on one thread of a machine that others use too.
    """
    seconds: dict[str, list[float]] = {name: [] for name in contenders}
    answers: dict[str, Any] = {}
    for _ in range(rounds):
        for name, contender in contenders.items():
            start = clock()
            answers[name] = contender()
            seconds[name].append(clock() - start)
    return {name: (statistics.median(seconds[name]), answers[name]) for name in contenders}


def print_ratios(title: str, results: Mapping[str, tuple[float, Any]]) -> None:
    """Print a line per contender: seconds, and how many times slower than the first it is."""
    first = next(iter(results.values()))[0]
    print(title)
    for name, (seconds, _) in results.items():
        print(f"  {name:<46}{seconds:8.2f} s   {seconds / first:5.2f} x")
