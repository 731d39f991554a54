"""Messages from the page are checked before anything is done: a browser can send whatever it likes."""

import uuid
from datetime import date

import pytest

from partnership_lib.errors import InputError
from partnership_lib.review.meeting.acts import ACTS
from partnership_lib.review.meeting.commands import LONGEST_TEXT, NOT_SAVING, checked, day, title, told
from partnership_lib.review.meeting.protocol import COMMANDS

ID = str(uuid.UUID(int=1))
COMMENT = {"activity": "O-1", "party": "buyer", "text": "Bra"}


def _message(**changed):
    return {"type": "command", "id": ID, "name": "comment", "values": COMMENT, **changed}


def _code(message):
    with pytest.raises(InputError) as caught:
        checked(message)
    return caught.value.code


def test_a_whole_message_is_taken():
    assert checked(_message()).values == COMMENT


@pytest.mark.parametrize(
    "message",
    [
        None,
        "comment",
        [],
        {},
        _message(type="answer"),
        _message(values=[]),
        _message(id="1"),
        _message(id=7),
        _message(id=ID.upper() + " "),
        _message(id="{" + ID + "}"),
        {**_message(), "actor": "P-owner"},
        _message(place="A-1"),
        _message(place={"agreement": "A-1"}),
        _message(place={"agreement": "A-1", "meeting": None}),
        _message(place={"agreement": "A-1", "meeting": "", "actor": "P-owner"}),
    ],
)
def test_a_message_of_another_shape_is_refused(message):
    assert _code(message) == "command_malformed"


@pytest.mark.parametrize("name", ["save", "", None, 3, "__init__", ["comment"], {"comment": 1}])
def test_an_unknown_command_is_refused(name):
    assert _code(_message(name=name)) == "command_unknown"


@pytest.mark.parametrize("missing", list(COMMENT))
def test_a_missing_value_is_refused(missing):
    assert _code(_message(values={k: v for k, v in COMMENT.items() if k != missing})) == "command_value_missing"


def test_a_value_too_many_is_refused():
    assert _code(_message(values={**COMMENT, "author_id": "P-owner"})) == "command_value_unknown"


@pytest.mark.parametrize("wrong", [None, 1, True, ["Bra"], {"text": "Bra"}, 1.5])
def test_a_value_of_another_type_is_refused(wrong):
    assert _code(_message(values={**COMMENT, "text": wrong})) == "command_value_type"


@pytest.mark.parametrize("version", [True, 10**30, -(10**30), "1", 1.0, None])
def test_a_version_is_a_whole_number_of_a_size_that_there_is(version):
    values = {"version": version, "text": ""}
    assert _code(_message(name="minutes", values=values)) == "command_value_type"


def test_what_may_be_left_out_may_be_left_out():
    values = {"level": "tactical", "title": "Ny", "kind": "improvement", "raised_by": "buyer"}
    assert checked(_message(name="add", values=values)).name == "add"


def test_a_text_of_ten_thousand_characters_is_taken_and_a_longer_one_is_refused():
    assert checked(_message(values={**COMMENT, "text": "å" * LONGEST_TEXT}))
    assert _code(_message(values={**COMMENT, "text": "å" * (LONGEST_TEXT + 1)})) == "room_text_too_long"


@pytest.mark.parametrize("text", ["a\x00b", "a\ud800b"])
def test_characters_that_no_database_holds_are_refused(text):
    assert _code(_message(values={**COMMENT, "text": text})) == "text_not_storable"


@pytest.mark.parametrize("text", ["", "   ", "\n\t", "\u200b\u200b", "\u2060 \ufeff", "\u00a0", "\u0301"])
def test_a_text_that_nobody_can_see_is_empty(text):
    with pytest.raises(InputError, match="text_empty"):
        told(text, "comment")


@pytest.mark.parametrize("text", ["x", "é", "🙂", "–", "1"])
def test_a_text_that_somebody_can_see_is_kept(text):
    assert told(f" {text} ", "comment") == text


def test_a_title_stands_on_one_line():
    assert title("Ny\nmanual   för\tvikarier") == "Ny manual för vikarier"


@pytest.mark.parametrize(
    "text", ["20260915", "2026-9-15", "2026-02-30", "15 september", "", "２０２６-09-15", "2026-W38"]
)
def test_only_a_whole_date_is_a_day(text):
    with pytest.raises(InputError, match="day_unreadable"):
        day(text)


def test_a_whole_date_is_read():
    assert day("2026-09-15") == date(2026, 9, 15)


def test_every_command_of_the_protocol_has_its_act():
    assert set(ACTS) == set(COMMANDS) - NOT_SAVING - {"undo"}
