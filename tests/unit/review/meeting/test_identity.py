"""Who writes: from the environment, else asked once; and who may, decided by the register at every save."""

from dataclasses import replace

import pytest

from partnership_lib.domain import AccessRole, Person
from partnership_lib.errors import UsageError
from partnership_lib.review.meeting.identity import editor_in_environment

COMMENT = {"activity": "O-1", "party": "buyer", "text": "Hej"}


@pytest.mark.parametrize("user", ["P-owner", "p-owner", "maria.canary", "maria.canary@lindvalla.example"])
def test_a_hub_user_is_known_by_id_or_e_mail(workspace, user):
    assert editor_in_environment(workspace.content(), {"JUPYTERHUB_USER": user}).id == "P-owner"


@pytest.mark.parametrize("user", ["", "nobody", "P-supplier", "lindvalla.example"])
def test_an_unknown_hub_user_is_asked_for(workspace, user):
    assert editor_in_environment(workspace.content(), {"JUPYTERHUB_USER": user}) is None


def test_two_with_the_same_name_are_asked_for(workspace):
    other = Person(id="P-9", name="Maria Två", organisation_id="O-kommun", email="maria.canary@annan.example")
    workspace.register.save([other], actor="system:test")
    assert editor_in_environment(workspace.content(), {"JUPYTERHUB_USER": "maria.canary"}) is None


def test_a_name_given_on_purpose_is_not_guessed_at(open_room):
    with pytest.raises(UsageError, match="editor_unknown"):
        open_room("P-nobody")


def test_nothing_is_saved_before_somebody_has_said_who_is_writing(open_room, workspace):
    room = open_room("")
    frame = room.state()["frame"]
    assert (frame["editor"], frame["may_edit"]) == (None, False)
    assert [person["value"] for person in frame["editors"]] == ["P-editor", "P-owner"]
    assert room.send("comment", **COMMENT)["code"] == "editor_missing"
    room.must("identify", person="P-editor")
    assert room.must("comment", **COMMENT)
    assert workspace.content().activity_comments[0].author_id == "P-editor"


@pytest.mark.parametrize("person", ["P-reader", "P-supplier", "P-other", "P-nobody", ""])
def test_only_an_editor_of_the_municipality_can_be_named(open_room, person):
    assert open_room("").send("identify", person=person)["code"] == "editor_not_allowed"


def test_who_is_logged_in_cannot_say_to_be_somebody_else(open_room):
    assert open_room("P-editor").send("identify", person="P-owner")["code"] == "editor_given"


def test_a_reader_sees_everything_and_saves_nothing(open_room, workspace):
    room = open_room("P-reader")
    assert room.state()["frame"]["may_edit"] is False
    before = workspace.register.content_hash()
    for command, values in (
        ("comment", COMMENT),
        ("change", {"activity": "O-1", "version": 1, "fields": {"title": "x"}}),
        ("propose", {"level": "tactical", "party": "buyer", "comment": "", "counters": None}),
        ("minutes", {"version": 1, "text": "x"}),
    ):
        answer = room.send(command, **values)
        assert (answer["ok"], answer["code"]) == (False, "not_allowed"), command
    assert workspace.register.content_hash() == before


def test_a_right_that_is_taken_away_in_the_meeting_is_gone_at_the_next_save(open_room, workspace):
    room = open_room("P-editor")
    room.must("comment", **COMMENT)
    editor = workspace.content().find(Person, "P-editor")
    workspace.register.save([replace(editor, access_role=AccessRole.READER)], actor="system:test")
    assert room.send("comment", **COMMENT)["code"] == "not_allowed"
    assert room.state()["frame"]["may_edit"] is False


@pytest.mark.target(name="T20")
def test_whoever_says_to_be_somebody_else_stands_in_the_trail(open_room, workspace, target):
    open_room("P-editor").send("identify", person="P-owner")
    open_room("").send("identify", person="P-reader")
    open_room("P-reader").send("comment", **COMMENT)
    noted = [(actor, code) for _, _, actor, _, code in workspace.register.refusals()]
    target(refusals=3, unnoted=3 - len(noted))
    assert noted == [("P-editor", "editor_given"), ("?", "editor_not_allowed"), ("P-reader", "not_allowed")]
    assert workspace.register.verify() == []
