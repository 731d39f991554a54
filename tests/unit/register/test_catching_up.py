"""Reading only what has changed gives what reading everything gives, and reads less."""

from dataclasses import replace

import pytest

from partnership_lib.domain import Activity, ActivityComment, Need, Party
from partnership_lib.register import catching_up
from partnership_lib.register.catching_up import caught_up
from partnership_lib.register.store import Register


def _read(register):
    head = register.audit_head()
    return register.load(), head


def _change(register):
    activity = register.load().activities[0]
    comment = ActivityComment(
        id="C-1", activity_id=activity.id, written_date=activity.raised_date, party=Party.BUYER, text="Hej"
    )
    need = Need(id="N-0", name="Först i ordningen", category="48000000")
    register.save([replace(activity, title="Ny rubrik"), comment, need], actor="P-editor")


def test_what_has_changed_is_there_and_the_rest_is_as_it_was(register, monkeypatch):
    content, head = _read(register)
    _change(register)
    whole = register.load()
    monkeypatch.setattr(register, "load", lambda: pytest.fail("everything was read"))
    caught, new_head = caught_up(register, content, head)
    assert caught == whole
    assert caught.find(Activity, whole.activities[0].id).title == "Ny rubrik"
    assert new_head == register.audit_head() != head


def test_nothing_new_is_nothing_read(register):
    content, head = _read(register)
    assert caught_up(register, content, head) == (content, head)
    assert caught_up(register, content, head)[0] is content


def test_what_was_saved_between_the_head_and_the_content_is_not_missed(register):
    head = register.audit_head()
    _change(register)
    content = register.load()
    assert caught_up(register, content, head)[0] == content


def test_another_register_is_read_as_a_whole(register, tmp_path):
    content, head = _read(register)
    other = Register.open(tmp_path / "other.sqlite")
    other.save([Need(id="N-9", name="Annat", category="48000000")], actor="system:test")
    caught, _ = caught_up(other, content, head)
    assert caught == other.load()


def test_after_very_many_changes_everything_is_read(register, monkeypatch):
    content, head = _read(register)
    _change(register)
    monkeypatch.setattr(catching_up, "_WORTH_IT", 2)
    asked = []
    whole = register.load()
    monkeypatch.setattr(register, "load", lambda: asked.append("everything") or whole)
    assert caught_up(register, content, head)[0] == whole
    assert asked == ["everything"]
