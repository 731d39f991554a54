"""The room's widget without a browser: the state goes one way, commands come the other, figures when they are ready."""

import time
import uuid

import pytest

from partnership_lib.review.meeting import session
from partnership_lib.review.meeting.opening import open_meeting
from partnership_lib.review.meeting.widget import MeetingWidget


@pytest.fixture
def widget(workspace, monkeypatch):
    monkeypatch.setenv("PARTNERSHIP_ACTOR", "P-owner")
    return MeetingWidget(workspace, "A-1")


def _sent(widget, monkeypatch):
    answers = []
    monkeypatch.setattr(widget, "send", answers.append)
    return answers


def _command(name, **values):
    return {"type": "command", "id": str(uuid.uuid4()), "name": name, "values": values}


def _wait_for(happens, seconds=20):
    end = time.monotonic() + seconds
    while not happens():
        assert time.monotonic() < end, "it did not happen"
        time.sleep(0.02)


def test_what_a_browser_says_that_the_state_is_is_not_listened_to(widget):
    widget.set_state({"frame": {"may_edit": True, "words": {}}, "lists": []})
    assert widget.frame["words"]
    assert widget.lists


def test_a_command_is_answered_after_the_lists_have_changed(widget, monkeypatch):
    seen = []
    monkeypatch.setattr(widget, "send", lambda answer: seen.append((answer["ok"], len(widget.lists))))
    before = len(widget.lists)
    values = {"level": "tactical", "title": "Ny", "kind": "improvement", "raised_by": "buyer"}
    widget._answer(widget, _command("add", **values), [])
    assert seen == [(True, before + 1)]


def test_figures_come_when_they_are_ready_and_the_meeting_does_not_wait_for_them(widget, monkeypatch):
    answers = _sent(widget, monkeypatch)
    waiting = []

    def slow(*place):
        waiting.append(place)
        _wait_for(lambda: len(answers) >= 2)
        return [{"code": "x", "section": "s", "sentence": "En siffra", "signal": "none", "svg": ""}]

    monkeypatch.setattr(widget._session._figures, "shown", slow)
    widget._answer(widget, _command("refresh"), [])
    widget._answer(widget, _command("refresh"), [])
    assert [answer["ok"] for answer in answers] == [True, True]
    _wait_for(lambda: widget.figures is not None)
    assert (len(waiting), widget.figures[0]["sentence"]) == (1, "En siffra")


def test_figures_of_what_is_no_longer_shown_are_not_shown(widget, monkeypatch):
    answers = _sent(widget, monkeypatch)

    def shown(agreement, audience):
        if audience == "internal":
            _wait_for(lambda: len(answers) >= 2)
        return [{"code": audience, "section": "s", "sentence": audience, "signal": "none", "svg": ""}]

    monkeypatch.setattr(widget._session._figures, "shown", shown)
    widget._answer(widget, _command("refresh"), [])
    widget._answer(widget, _command("audience", audience="shared"), [])
    _wait_for(lambda: widget.figures is not None)
    time.sleep(0.1)
    assert widget.figures[0]["code"] == "shared"


def test_an_agreement_that_is_not_there_is_said_in_the_page(workspace, monkeypatch):
    monkeypatch.delenv("PARTNERSHIP_ACTOR", raising=False)
    said = open_meeting(str(workspace.root), "A-<b>99").value
    assert 'role="alert"' in said
    assert "A-&lt;b&gt;99" in said
    assert isinstance(open_meeting(str(workspace.root), "A-1"), MeetingWidget)


def test_the_launcher_says_which_agreement_and_language(workspace, monkeypatch):
    monkeypatch.setenv("PARTNERSHIP_AGREEMENT", "A-2")
    monkeypatch.setenv("PARTNERSHIP_LANGUAGE", "en")
    frame = open_meeting(str(workspace.root)).frame
    assert (frame["agreement"]["id"], frame["language"]) == ("A-2", "en")
    assert session.utc_clock().endswith("Z")
