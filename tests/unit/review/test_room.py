"""The review room without a browser: what the widgets show, save and refuse."""

from datetime import date

import pytest

import partnership_lib
from partnership_lib.demo.building import build_demo_workspace
from partnership_lib.domain import Activity
from partnership_lib.errors import UsageError
from partnership_lib.review.room import ReviewRoom
from partnership_lib.review.servers import lab_command, place_notebooks


@pytest.fixture(scope="module")
def workspace(tmp_path_factory):
    root = tmp_path_factory.mktemp("kommunen")
    build_demo_workspace(root)
    return partnership_lib.open(root)


def _press(room, code):
    texts = {"complete": 0, "move": 1, "reopen": 2}
    room.buttons[texts[code]].click()


def test_the_room_shows_the_three_lists_of_the_chosen_partnership(workspace):
    room = ReviewRoom(workspace, "A-001")
    assert all(heading in room.lists.value for heading in ("Strategisk nivå", "Taktisk nivå", "Operativ nivå"))
    assert len(room.activity.options) == sum(each.agreement_id == "A-001" for each in workspace.content().activities)


def test_what_is_done_in_the_room_is_saved_and_said(workspace):
    room = ReviewRoom(workspace, "A-001")
    chosen = next(
        each for each in workspace.content().activities if each.agreement_id == "A-001" and each.done_date is None
    )
    room.activity.value = chosen.id
    room.day.value = date(2026, 9, 15)
    room.note.value = "Visat på mötet"
    _press(room, "complete")
    assert "Sparat" in room.message.value
    assert workspace.content().find(Activity, chosen.id).evidence == "Visat på mötet"
    assert room.note.value == ""


def test_what_cannot_be_saved_keeps_the_text_and_says_so(workspace):
    room = ReviewRoom(workspace, "A-001")
    room.activity.value = room.activity.options[0][1]
    room.day.value = date(2020, 1, 1)
    room.note.value = "Viktig text"
    _press(room, "complete")
    assert "INTE SPARAT" in room.message.value
    assert room.note.value == "Viktig text"


def test_a_title_from_outside_is_inert_in_the_room(workspace):
    activity = next(each for each in workspace.content().activities if each.agreement_id == "A-002")
    from dataclasses import replace

    hostile = replace(activity, title="<img src=x onerror=alert(1)>")
    workspace.register.save([hostile], actor="system:test")
    room = ReviewRoom(workspace, "A-002")
    assert "<img" not in room.lists.value
    assert "&lt;img" in room.lists.value


def test_an_unknown_partnership_is_refused_with_those_there_are(workspace):
    with pytest.raises(UsageError) as caught:
        ReviewRoom(workspace, "A-999")
    assert "A-001" in caught.value.values["allowed"]


def test_the_server_listens_on_this_machine_only_and_keeps_its_token(workspace):
    command = lab_command(workspace.root, "notebooks/review_meeting.ipynb")
    assert "--ServerApp.ip=127.0.0.1" in command
    assert not [option for option in command if "token" in option.lower() or "allow_origin" in option.lower()]


def test_a_new_workspace_gets_the_notebooks_and_keeps_its_own(workspace):
    folder = place_notebooks(workspace)
    (folder / "follow_up.ipynb").write_text("min egen", encoding="utf-8")
    place_notebooks(workspace)
    assert (folder / "follow_up.ipynb").read_text(encoding="utf-8") == "min egen"
    assert (folder / "review_meeting.ipynb").exists()
