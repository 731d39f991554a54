"""The review room with 500 activities: what a command costs from message to answer, and what is shown.

``python -m benchmarks.review --activities 500 --edits 200``

The target is that the state (without figures, which are computed once) is there in 150 ms, and that 99 of 100 edits
are answered, with the new state told to the page, in less than 250 ms. Drawing it in a browser is measured by
``benchmarks.review_in_browser``.
"""

from __future__ import annotations

import argparse
import json
import statistics
import tempfile
import time
import uuid
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

from partnership_lib.demo.building import build_demo_workspace
from partnership_lib.domain import ActivityComment, ActivityMove, Level, Party
from partnership_lib.review.meeting.session import MeetingSession
from partnership_lib.workspace import Workspace, open_workspace

AGREEMENT = "A-001"
EDITOR = "P-002"


def crowded_workspace(root: Path, activities: int) -> Workspace:
    """Return the demo with an agreement of so many activities, each moved once and commented on twice."""
    build_demo_workspace(root)
    workspace = open_workspace(root)
    pattern = next(a for a in workspace.content().activities if a.agreement_id == AGREEMENT)
    levels = tuple(Level)
    records: list[Any] = []
    for number in range(activities):
        made = replace(
            pattern,
            id=f"{AGREEMENT}-B{number}",
            version=0,
            level=levels[number % 3],
            title=f"Aktivitet {number}: gemensam genomgång av rutinen för vikarier",
            due_date=workspace.as_of + timedelta(days=number % 300 - 100),
            done_date=workspace.as_of - timedelta(days=number) if number % 4 == 0 else None,
            raised_date=workspace.as_of - timedelta(days=700),
        )
        move = ActivityMove(
            id=f"{made.id}-M", activity_id=made.id, moved_date=workspace.as_of, to_date=made.due_date, reason="Prov"
        )
        said = [
            ActivityComment(
                id=f"{made.id}-C{each}",
                activity_id=made.id,
                written_date=workspace.as_of,
                party=Party.BUYER,
                text="Vi väntar på besked från förvaltningen.",
            )
            for each in range(2)
        ]
        records += [made, move, *said]
    workspace.register.save(records, actor="system:benchmark")
    return workspace


def measured(work: Callable[[], Any], rounds: int) -> list[float]:
    """Return how long each round took, in milliseconds, shortest first."""
    taken = []
    for _ in range(rounds):
        start = time.perf_counter()
        work()
        taken.append((time.perf_counter() - start) * 1000)
    return sorted(taken)


def main(arguments: list[str] | None = None) -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--activities", type=int, default=500)
    parser.add_argument("--edits", type=int, default=200)
    options = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as folder:
        workspace = crowded_workspace(Path(folder), options.activities)
        told: list[int] = []
        session = MeetingSession(
            workspace,
            AGREEMENT,
            tell=lambda changed: told.append(len(json.dumps(changed))),
            environment={"PARTNERSHIP_ACTOR": EDITOR},
        )
        opened = measured(
            lambda: MeetingSession(workspace, AGREEMENT, environment={}).state(with_figures=False), rounds=15
        )
        session.state(with_figures=False)
        known = measured(lambda: session.state(with_figures=False), rounds=15)
        edits = measured(lambda: _edited(session, AGREEMENT), rounds=options.edits)
        figures = measured(session.state, rounds=1)
        print(f"The review room, {options.activities} activities")
        print(f"  opened, state without figures      {statistics.median(opened):8.0f} ms")
        print(f"  state again, nothing read          {statistics.median(known):8.0f} ms")
        print(f"  an edit, answered, page told  p50  {_quantile(edits, 0.50):8.0f} ms")
        print(f"                                p99  {_quantile(edits, 0.99):8.0f} ms")
        print(f"  sent to the page for an edit       {statistics.median(told) / 1024:8.0f} KiB")
        print(f"  figures, once for a meeting        {figures[0]:8.0f} ms")


def _edited(session: MeetingSession, agreement: str) -> None:
    values = {"activity": f"{agreement}-B1", "party": "buyer", "text": "Klart till nästa gång"}
    message = {"type": "command", "id": str(uuid.uuid4()), "name": "comment", "values": values}
    answer = session.handle(message)
    if not answer["ok"]:
        raise SystemExit(f"the edit was refused: {answer['said']}")


def _quantile(ordered: list[float], part: float) -> float:
    return ordered[min(len(ordered) - 1, int(part * len(ordered)))]


if __name__ == "__main__":
    main()
