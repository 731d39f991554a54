"""From what the tests noted to one row for each target: what was found, what the control found, kept or not."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, Literal, TypedDict

from proof_targets import Target

Value = int | float | str
KEPT, NOT_KEPT, NOT_RUN = "kept", "NOT kept", "NOT RUN"


class Row(TypedDict):
    """A target's row of the record."""

    target: str
    found: dict[str, Value]
    control: dict[str, Value]
    verdict: Literal["kept", "NOT kept", "NOT RUN"]
    why: list[str]


def read_notes(file: Path) -> list[dict[str, Any]]:
    """Return the last note of each test: how it ended, or that it was begun and never ended."""
    notes = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()] if file.exists() else []
    last: dict[str, dict[str, Any]] = {}
    for note in notes:
        if last.get(note["test"], {}).get("outcome") != "failed":  # one that fails at its end has passed before
            last[note["test"]] = note
    return list(last.values())


def through(targets: Iterable[Target], notes: Sequence[dict[str, Any]]) -> list[Target]:
    """Return the targets that have tests, all of which have ended."""
    endings: dict[str, set[str]] = defaultdict(set)
    for note in notes:
        for name, _ in note["targets"]:
            endings[name].add(note["outcome"])
    return [target for target in targets if endings[target.name] and "begun" not in endings[target.name]]


def verdict(target: Target, notes: Iterable[dict[str, Any]]) -> Row:
    """Return the row of a target."""
    found, control, why = [], [], []
    failed = False
    controlled = False
    for note in notes:
        for name, is_control in note["targets"]:
            if name != target.name:
                continue
            (control if is_control else found).extend(note["found"])
            controlled |= is_control and note["outcome"] == "passed"
            failed |= note["outcome"] == "failed"
            if note["outcome"] != "passed":
                why.append(f"{_short(note['test'])}: {_ending(note)}")
    return _judged(target, added_up(found), added_up(control), why, failed=failed, controlled=controlled)


def _judged(
    target: Target,
    values: dict[str, Value],
    control: dict[str, Value],
    why: list[str],
    *,
    failed: bool,
    controlled: bool,
) -> Row:
    control |= {name.removeprefix("control_"): values.pop(name) for name in list(values) if name.startswith("control_")}
    row = Row(target=target.name, found=values, control=control, verdict=KEPT, why=why)
    if not values and not failed:
        return row | {"verdict": NOT_RUN, "why": why or ["no test has said anything"]}
    broken = [f"{name}={values[name]}" for name in target.nought if values.get(name)]
    unsaid = [f"{name} was not counted" for name in (*target.nought, *target.at_least) if name not in values]
    few = [
        f"{name}: {values[name]} of {least}" for name, least in target.at_least.items() if _is_few(values, name, least)
    ]
    blind = [f"control {name}=0: the fault is not seen" for name, value in control.items() if value == 0]
    if not controlled and not control:
        blind.append("no control has been seen to fail")
    if failed or broken or blind:
        return row | {"verdict": NOT_KEPT, "why": [*why, *broken, *blind, *unsaid, *few]}
    if why or unsaid or few:
        return row | {"verdict": NOT_RUN, "why": [*why, *unsaid, *few]}
    return row


def added_up(found: Iterable[dict[str, Value]]) -> dict[str, Value]:
    """Return whole numbers added up, of decimals the largest, words in a row.

    >>> added_up([{"kills": 3, "p99_ms": 2.5, "on": "sqlite"}, {"kills": 4, "p99_ms": 7.5, "on": "postgresql"}])
    {'kills': 7, 'p99_ms': 7.5, 'on': 'sqlite, postgresql'}
    """
    together: dict[str, list[Value]] = defaultdict(list)
    for values in found:
        for name, value in values.items():
            together[name].append(value)
    return {name: _one(values) for name, values in together.items()}


def _one(values: list[Value]) -> Value:
    if all(isinstance(value, int) for value in values):
        return sum(int(value) for value in values)
    if any(isinstance(value, str) for value in values):
        return ", ".join(dict.fromkeys(map(str, values)))
    return max(float(value) for value in values)


def _is_few(values: dict[str, Value], name: str, least: int) -> bool:
    value = values.get(name)
    return isinstance(value, int) and value < least


def _short(test: str) -> str:
    return test.rpartition("::")[2]


def _ending(note: dict[str, Any]) -> str:
    endings = {"begun": "did not end", "skipped": f"skipped, {note['why'].removeprefix('Skipped: ')}"}
    return endings.get(note["outcome"], str(note["outcome"]))
