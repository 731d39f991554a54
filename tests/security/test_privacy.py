"""A personal number in every text and an internal mark in every internal field: neither leaves the protected store."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Any

import pytest
from artefacts import personal_numbers, said_by, said_in
from click.testing import CliRunner
from hostile import INTERNAL_MARK, PERSONAL_NUMBERS, command, free_texts

from partnership_lib.cli import main
from partnership_lib.domain import RECORD_TYPES, Activity
from partnership_lib.domain.record import internal_fields
from partnership_lib.register.values import table_name
from partnership_lib.reports.publish import PublishedReport
from partnership_lib.review.meeting.session import MeetingSession
from partnership_lib.units.organisation_number import mask_personal_numbers
from partnership_lib.workspace import Workspace

MASK = "******-****"


def test_the_control_the_search_finds_every_way_of_writing_the_number() -> None:
    assert [text for text in PERSONAL_NUMBERS if not personal_numbers(f"x {text} y")] == []


@pytest.mark.parametrize("written", PERSONAL_NUMBERS)
def test_every_way_of_writing_it_is_masked(written: str) -> None:
    assert personal_numbers(mask_personal_numbers(f"Ring {written}, tack")) == []


@pytest.mark.parametrize(
    "text",
    [
        "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
        "ab8112189876cd04e3b0c44298fc1c14",
        "556036-0793",
        "2026-09-15 2026-09-16",
        "123 456 789 kr",
        "A-001-102",
    ],
)
def test_what_is_no_personal_number_is_left_as_it_is(text: str) -> None:
    assert mask_personal_numbers(text) == text


@pytest.mark.target(name="T18")
def test_no_published_report_names_a_personal_number(
    hostile: Workspace, published: dict[str, PublishedReport], target: Any
) -> None:
    found = {
        (name, file): personal_numbers(said)
        for name, report in published.items()
        for file, said in said_in(report.folder).items()
    }
    found["list", "index.html"] = personal_numbers(said_by(hostile.reports_folder / "index.html"))
    target(artefacts=len(found), numbers=sum(map(len, found.values())))
    assert {place: numbers for place, numbers in found.items() if numbers} == {}
    assert any(MASK in said_by(report.html) for report in published.values())  # they were there to be masked


@pytest.mark.target(name="T18", control=True)
def test_the_control_without_the_mask_the_numbers_are_found(
    hostile: Workspace, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, target: Any
) -> None:
    from partnership_lib.register.exchange import cells, export_table

    monkeypatch.setattr(cells, "mask_personal_numbers", lambda text: text)
    export_table("activities", hostile.content(), tmp_path / "careless.xlsx", "sv")
    found = personal_numbers(said_by(tmp_path / "careless.xlsx"))
    target(numbers=len(found))
    assert found


def _run(root: Path, *arguments: str) -> str:
    done = CliRunner().invoke(main, [*arguments, "--workspace", str(root)])
    assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
    return done.output


EXPORTS = [
    ("agreements", ".xlsx", ()),
    ("activities", ".csv", ()),
    ("activities", ".xlsx", ("--agreement", "A-001", "--audience", "shared")),
    ("suppliers", ".xlsx", ()),
    ("calendar", ".ics", ()),
    ("ocds", ".json", ()),
]


@pytest.mark.target(name="T18")
@pytest.mark.parametrize(("kind", "suffix", "options"), EXPORTS)
def test_no_export_names_a_personal_number(
    kind: str, suffix: str, options: tuple[str, ...], hostile: Workspace, tmp_path: Path, target: Any
) -> None:
    file = tmp_path / f"out{suffix}"
    told = _run(hostile.root, "export", kind, *options, "-o", str(file))
    found = personal_numbers(said_by(file) + told)
    target(artefacts=1, numbers=len(found))
    assert found == []


COMMANDS = [
    ("check",),
    ("check", "--json"),
    ("doctor", "--json"),
    ("verify", "--json"),
    ("meetings", "A-001"),
    ("erase", "P-002"),
    ("erase", "P-002", "--json"),
    ("report", "follow_up", "--agreement", "811218-9876"),
    ("report", "follow_up", "--agreement", "8112189876", "--json"),
    ("import", "activities", "saknas-811218-9876.csv"),
    ("compare", "fientlig"),
    ("diff", "811218-9876", "8112189876"),
]


@pytest.mark.target(name="T18")
@pytest.mark.parametrize("words", COMMANDS, ids=" ".join)
def test_no_command_prints_a_personal_number_or_steers_the_terminal(
    words: tuple[str, ...], hostile: Workspace, target: Any, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG, logger="partnership_lib")
    told = _run(hostile.root, *words)
    found = personal_numbers(told) + personal_numbers(caplog.text)
    target(artefacts=1, numbers=len(found))
    assert told
    assert found == []
    assert not set(told) & {"\x1b", "\x07", "\x08", "\x9b", "\u202e", "\u2066"}


@pytest.fixture
def room(hostile: Workspace) -> MeetingSession:
    return MeetingSession(hostile, "A-001", environment={"PARTNERSHIP_ACTOR": "P-002"})


@pytest.mark.target(name="T18")
@pytest.mark.parametrize("audience", ["internal", "shared"])
def test_the_page_of_the_review_room_never_gets_a_personal_number(
    hostile: Workspace, audience: str, target: Any
) -> None:
    told: list[Any] = []
    room = MeetingSession(
        hostile, "A-001", tell=told.append, audience=audience, environment={"PARTNERSHIP_ACTOR": "P-002"}
    )
    state = room.state()
    answers = [
        room.handle(command("share_knowledge", party="buyer", title="811218-9876", text="19811218 9876")),
        room.handle(command("comment", activity="A-001-102", party="buyer", text="811218-9876")),
        room.handle(command("comment", activity="8112189876", party="buyer", text="x")),
        room.handle(command("hold", version=1, held_date="811218-9876")),
    ]
    found = personal_numbers(str([state, answers, told]))
    target(artefacts=1, numbers=len(found))
    assert MASK in str(state)
    assert found == []
    if audience == "shared":
        assert INTERNAL_MARK not in str([state, answers, told])


def test_a_text_that_comes_back_masked_does_not_overwrite_the_one_that_stands(room: MeetingSession) -> None:
    row = next(row for row in room.state(with_figures=False)["lists"] if MASK in row["title"])
    before = room._content.find(Activity, row["id"])
    same = room.handle(
        command(
            "change", activity=row["id"], version=row["version"], fields={"title": row["title"], "kind": row["kind"]}
        )
    )
    assert same["ok"], same
    assert " ".join(room._content.find(Activity, row["id"]).title.split()) == " ".join(before.title.split())


# --- what is internal -------------------------------------------------------------------------------------------------


def internal_places() -> list[str]:
    """Every free text of the domain that only the municipality may see, by introspection: a new one comes by itself."""
    return [
        f"{table_name(kind)}-{name}"
        for kind in RECORD_TYPES.values()
        for name in free_texts(kind)
        if name in internal_fields(kind)
    ]


@pytest.mark.target(name="T18")
def test_no_internal_text_is_in_any_shared_artefact(
    hostile: Workspace, published: dict[str, PublishedReport], tmp_path: Path, target: Any
) -> None:
    said = {name: said_in(report.folder) for name, report in published.items()}
    for kind, suffix in (("activities", ".xlsx"), ("agreements", ".csv"), ("calendar", ".ics"), ("ocds", ".json")):
        file = tmp_path / f"{kind}{suffix}"
        _run(hostile.root, "export", kind, "--agreement", "A-001", "--audience", "shared", "-o", str(file))
        said[f"{kind} shared"] = {file.name: said_by(file)}
    shared = {
        (name, file): text for name, files in said.items() if name.endswith("shared") for file, text in files.items()
    }
    found = [place for place, text in shared.items() if INTERNAL_MARK in text]
    target(shared_artefacts=len(shared), internal_texts=len(internal_places()), internal_found=len(found))
    assert found == []
    assert any(INTERNAL_MARK in text for text in said["follow_up internal"].values())  # the control


def test_internal_places_are_many() -> None:
    assert len(internal_places()) >= 12
