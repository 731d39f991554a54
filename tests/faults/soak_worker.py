"""The people and machines of the soak, each a process that works on one workspace until it is told to stop.

Each says on a line of its own what has been acknowledged to it, and every second what it holds: memory and files.
"""

from __future__ import annotations

import os
import random
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import replace
from datetime import date
from pathlib import Path

import partnership_lib
from partnership_lib.domain import AccessRole, Cadence, Level, Meeting, Person, Record, WorkingOrder
from partnership_lib.ledger.importing import import_ledger
from partnership_lib.reports import one_request, run_reports
from partnership_lib.review.meeting.session import MeetingSession
from tests.made import BUYER, SUPPLIER, activity, agreement

PEOPLE = ("P-1", "P-2", "P-3")
HEADER = "kopare_id,kopare,verifikationsnummer,leverantor,leverantor_id,konto_nr,konto_text,belopp,datum\n"
LINE = "2120003005,Uppsala kommun,{name}-{number},Bolag AB,5560360793,6010,Hyra,{kronor}.50,2026-06-{day:02d}\n"


def records() -> list[Record]:
    """A partnership with a working order, meetings before and to come, and activities to work on."""
    people = [Person(id=each, name=each, organisation_id=BUYER.id, access_role=AccessRole.ADMIN) for each in PEOPLE]
    school = agreement(owner_id="P-1", report_rhythm="tertial")
    order = [
        WorkingOrder(id="WO", agreement_id="A-1", valid_from=date(2024, 1, 1)),
        Cadence(id="C-T", working_order_id="WO", level=Level.TACTICAL, meetings_per_year=4),
    ]
    held = date(2026, 6, 1)
    meetings = [
        Meeting(id="M-0", agreement_id="A-1", level=Level.TACTICAL, planned_date=held, held_date=held),
        Meeting(id="M-1", agreement_id="A-1", level=Level.TACTICAL, planned_date=date(2026, 9, 15)),
        Meeting(id="M-2", agreement_id="A-1", level=Level.TACTICAL, planned_date=date(2026, 12, 1)),
    ]
    activities = [activity(f"T-{number}", title="Från början", due_date=date(2026, 12, 1)) for number in range(6)]
    supplier = replace(SUPPLIER, organisation_number="5560360793")  # the one whose invoices are brought in
    return [BUYER, supplier, *people, school, *order, *meetings, *activities]


def say(*words: object) -> None:
    """Say something on a line of its own."""
    print(*words, flush=True)


def until_told(folder: str, pause_seconds: float, do: Callable[[int], None]) -> None:
    """Do something once, say ``ready``, and do it again and again until the folder has a file called ``stop``."""
    do(0)
    say("ready")
    number, said_at = 1, 0.0
    while not (Path(folder) / "stop").exists():
        do(number)
        number += 1
        if time.monotonic() - said_at > 1:
            said_at = time.monotonic()
            say("holds", *held())
        time.sleep(pause_seconds)


def held() -> Iterator[int]:
    """Yield the memory of this process in KiB and the number of its open files."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    yield int(status.partition("VmRSS:")[2].split()[0])
    yield len(os.listdir("/proc/self/fd"))


def edit(folder: str, person: str) -> None:
    """Sit in the review room: change activities, comment now and then, write the minutes; the others do the same."""
    workspace = partnership_lib.open(Path(folder) / "place")
    room = MeetingSession(workspace, "A-1", environment={"PARTNERSHIP_ACTOR": person})
    choice = random.Random(person)

    def send(name: str, **values: object) -> None:
        command_id = str(uuid.uuid4())
        answer = room.handle({"type": "command", "id": command_id, "name": name, "values": values})
        if answer["ok"]:
            say("saved", command_id, values["text"] if name == "comment" else "")
        else:
            say("conflict" if answer.get("conflict") else f"refused {answer['said']}")

    def act(number: int) -> None:
        room.handle({"type": "command", "id": str(uuid.uuid4()), "name": "refresh", "values": {}})
        state = room.state(with_figures=False)
        row = choice.choice(state["lists"])
        if number % 20 == 5:
            send("comment", activity=row["id"], party="buyer", text=f"{person}-{number}")
        elif number % 20 == 10:
            send("minutes", version=state["meeting"]["version"], text=f"{person} {number}")
        else:
            send("change", activity=row["id"], version=row["version"], fields={"title": f"{person} {number}"})

    def act_or_rest(number: int) -> None:
        # A report whose data change while it is made is refused; in the breaks of a meeting there are none that do.
        if time.time() % 60 < 30 or number < 20:
            act(number)

    until_told(folder, 0.3, act_or_rest)


def bring_in(folder: str, _: str) -> None:
    """Import one new ledger file after the other."""
    warehouse = partnership_lib.open(Path(folder) / "place").warehouse

    def act(number: int) -> None:
        file = Path(folder) / f"ledger-{number}.csv"
        rows = [LINE.format(name=number, number=row, kronor=number + row, day=1 + row % 28) for row in range(40)]
        file.write_text(HEADER + "".join(rows), encoding="utf-8")
        import_ledger([file], warehouse)
        say("imported", len(rows), sum((number + row) * 100 + 50 for row in range(40)))

    until_told(folder, 2.0, act)


def report(folder: str, _: str) -> None:
    """Publish the follow-up, the agenda and the minutes, which are new whenever somebody has changed something."""

    def act(_: int) -> None:
        workspace = partnership_lib.open(Path(folder) / "place")
        asked = [one_request(workspace, kind, agreement="A-1") for kind in ("agenda", "minutes", "follow_up")]
        outcome = run_reports(workspace, asked, workers=1)
        say("reported", len(outcome.published))
        for request, error in outcome.failed:
            changed = error.code == "input_changed_during_run"
            say("put_off" if changed else "failed", request.key, error.code, error.values)

    until_told(folder, 1.0, act)


def leak(folder: str, minutes: str) -> None:
    """Keep ever more memory and files, a hundred of each in all: the control, which must be seen to."""
    kept: list[bytes] = []
    with ExitStack() as opened:

        def act(_: int) -> None:
            kept.append(os.urandom(2**20))
            opened.enter_context(open(os.devnull, "rb"))

        until_told(folder, float(minutes) * 60 / 100, act)
