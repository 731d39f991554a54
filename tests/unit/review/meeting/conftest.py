"""A small municipality with a partnership, its supplier in the room, and things that the supplier must not see."""

from __future__ import annotations

import shutil
import uuid
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from partnership_lib.domain import (
    AccessRole,
    Activity,
    ActivityKind,
    Agreement,
    AgreementKind,
    Cadence,
    EscalationRule,
    Level,
    Meeting,
    Organisation,
    Participant,
    Party,
    Person,
    Record,
    RequirementType,
    Risk,
    WorkingOrder,
)
from partnership_lib.review.meeting.session import MeetingSession
from partnership_lib.workspace import Workspace, create_workspace, open_workspace

TODAY = date(2026, 9, 15)
OWNER, EDITOR, READER, SUPPLIER = "P-owner", "P-editor", "P-reader", "P-supplier"


def agreement(agreement_id: str, name: str, supplier: str) -> Agreement:
    return Agreement(
        id=agreement_id,
        name=name,
        buyer_id="O-kommun",
        supplier_id=supplier,
        kind=AgreementKind.CONTRACT,
        is_partnership=True,
        requirement_type=RequirementType.FUNCTIONAL,
        category="48000000",
        start_date=date(2024, 1, 1),
        owner_id=OWNER,
        internal_note="CANARY agreement",
    )


def activity(activity_id: str, level: Level, **values: Any) -> Activity:
    given: dict[str, Any] = {
        "agreement_id": "A-1",
        "title": f"Aktivitet {activity_id}",
        "kind": ActivityKind.IMPROVEMENT,
        "raised_by": Party.BUYER,
        "raised_date": date(2026, 1, 10),
        "due_date": date(2026, 12, 1),
        "buyer_responsible_id": EDITOR,
        "supplier_responsible_id": SUPPLIER,
        "internal_note": f"CANARY {activity_id}",
    }
    return Activity(id=activity_id, level=level, **{**given, **values})


def records() -> list[Record]:
    owner = AccessRole.PARTNERSHIP_OWNER
    return [
        Organisation(id="O-kommun", name="Lindvalla kommun", party=Party.BUYER),
        Organisation(id="O-bolag", name="Bolaget AB", party=Party.SUPPLIER),
        Organisation(id="O-annat", name="CANARY Annat AB", party=Party.SUPPLIER),
        Person(
            id=OWNER,
            name="Maria Sandelin",
            organisation_id="O-kommun",
            access_role=owner,
            email="maria.CANARY@lindvalla.example",
        ),
        Person(
            id=EDITOR, name="Bo Alm", organisation_id="O-kommun", access_role=AccessRole.EDITOR, email="bo@l.example"
        ),
        Person(id=READER, name="Cia Berg CANARY", organisation_id="O-kommun", access_role=AccessRole.READER),
        Person(id=SUPPLIER, name="Fredrik Almroth", organisation_id="O-bolag", access_role=AccessRole.EDITOR),
        Person(id="P-other", name="CANARY Dag Dahl", organisation_id="O-annat"),
        agreement("A-1", "Skoladministration", "O-bolag"),
        agreement("A-2", "CANARY Lokalvård", "O-annat"),
        WorkingOrder(id="WO", agreement_id="A-1", valid_from=date(2024, 1, 1)),
        EscalationRule(id="E-1", working_order_id="WO", level=Level.OPERATIONAL, overdue_days=30),
        Cadence(id="C-T", working_order_id="WO", level=Level.TACTICAL, meetings_per_year=4),
        Participant(id="PA-1", cadence_id="C-T", person_id=SUPPLIER),
        Meeting(
            id="M-before",
            agreement_id="A-1",
            level=Level.TACTICAL,
            planned_date=date(2026, 6, 1),
            held_date=date(2026, 6, 1),
            internal_note="CANARY meeting",
        ),
        Meeting(id="M-now", agreement_id="A-1", level=Level.TACTICAL, planned_date=TODAY),
        Meeting(id="M-next", agreement_id="A-1", level=Level.TACTICAL, planned_date=date(2026, 12, 1)),
        Risk(
            id="R-1",
            agreement_id="A-1",
            description="CANARY risk",
            probability=3,
            consequence=3,
            assessed_date=date(2026, 5, 10),
        ),
        activity("S-1", Level.STRATEGIC),
        activity("T-1", Level.TACTICAL, parent_id="S-1"),
        activity("O-1", Level.OPERATIONAL, parent_id="T-1"),
        activity("O-2", Level.OPERATIONAL, parent_id="T-1", due_date=date(2026, 7, 1)),
        activity("X-1", Level.OPERATIONAL, agreement_id="A-2", title="CANARY annans", supplier_responsible_id=None),
    ]


@pytest.fixture(scope="session")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace that nobody has worked in yet, made once."""
    root = tmp_path_factory.mktemp("kommun")
    create_workspace(root)
    register = open_workspace(root, as_of=TODAY).register
    register.save(records(), actor="system:test")
    register.engine.dispose()
    return root


@pytest.fixture
def workspace(filled: Path, tmp_path: Path) -> Workspace:
    shutil.copytree(filled, tmp_path, dirs_exist_ok=True)
    return open_workspace(tmp_path, as_of=TODAY)


class Room:
    """A session with the page's part played: sends commands, keeps what was told."""

    def __init__(self, workspace: Workspace, actor: str = OWNER, **values: Any) -> None:
        self.told: list[dict[str, Any]] = []
        environment = {"PARTNERSHIP_ACTOR": actor} if actor else {}
        self.session = MeetingSession(
            workspace,
            values.pop("agreement", "A-1"),
            tell=self.told.append,
            environment=environment,
            clock=lambda: "2026-09-15T12:02:00Z",
            **values,
        )

    def send(self, command: str, *, command_id: str = "", **values: Any) -> dict[str, Any]:
        """What the kernel answers to a command."""
        message = {
            "type": "command",
            "id": command_id or str(uuid.uuid4()),
            "name": command,
            "values": values,
        }
        return dict(self.session.handle(message))

    def must(self, command: str, **values: Any) -> dict[str, Any]:
        """The answer to a command that has to succeed."""
        answer = self.send(command, **values)
        assert answer["ok"], answer
        return answer

    def state(self) -> dict[str, Any]:
        """Everything shown but the figures."""
        return self.session.state(with_figures=False)

    def row(self, activity_id: str) -> dict[str, Any]:
        """An activity as it is shown."""
        return next(row for row in self.state()["lists"] if row["id"] == activity_id)

    def status(self, level: str) -> dict[str, Any]:
        """A list's standing as it is shown."""
        return next(status for status in self.state()["status"] if status["level"] == level)


@pytest.fixture
def open_room(workspace: Workspace) -> Callable[..., Room]:
    def opened(actor: str = OWNER, **values: Any) -> Room:
        return Room(workspace, actor, **values)

    return opened


@pytest.fixture
def room(open_room: Callable[..., Room]) -> Room:
    return open_room()
