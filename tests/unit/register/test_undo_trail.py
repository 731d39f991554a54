"""What somebody saved is read back from the trail, in each kind of database, and can be saved as it was before."""

import json
from dataclasses import replace
from datetime import date

import pytest

from partnership_lib.domain import Activity, ActivityMove, Person
from partnership_lib.errors import UsageError
from partnership_lib.register.store import Register
from partnership_lib.register.undo_trail import restored, saves_of


def _save(register, save_id, *, actor="P-editor", **changes):
    activity = register.load().find(Activity, "T-1")
    register.save([replace(activity, **changes)], actor=actor, save_id=save_id)


def _activity(register):
    return register.load().find(Activity, "T-1")


def test_saves_come_newest_first_also_within_one_second(register):
    for number in range(5):
        _save(register, f"save-{4 - number}", title=f"Rubrik {number}")
    assert [note.save_id for note in saves_of(register, "P-editor")] == [f"save-{n}" for n in range(5)]


def test_a_note_says_what_was_and_what_came(register):
    _save(register, "save-1", title="Ny rubrik")
    (note,) = saves_of(register, "P-editor")
    (change,) = note.changes
    assert (note.actor, change.kind, change.id) == ("P-editor", Activity, "T-1")
    assert (change.before["title"], change.after["title"]) == ("Inför e-legitimation", "Ny rubrik")


def test_what_others_saved_is_not_among_them(register):
    _save(register, "save-1", actor="P-owner", title="Ny")
    assert saves_of(register, "P-editor") == []
    assert len(saves_of(register, "P-owner")) == 1


def test_a_record_that_the_save_left_alone_is_not_in_the_note(register):
    _save(register, "save-1", title="Ny")
    move = ActivityMove(id="M-1", activity_id="T-1", moved_date=date(2026, 9, 15), reason="x")
    register.save([_activity(register), move], actor="P-editor", save_id="save-2")
    assert [change.id for change in saves_of(register, "P-editor")[0].changes] == ["M-1"]


def test_a_save_is_taken_back_by_saving_what_was_before_it(register):
    before = _activity(register)
    _save(register, "save-1", title="Ny rubrik", due_date=date(2027, 1, 1))
    found = restored(register, "save-1")
    assert found.created == ()
    register.save(found.before, actor="P-editor")
    assert replace(_activity(register), version=0) == replace(before, version=0)
    assert _activity(register).version == before.version + 2


def test_what_the_save_created_comes_apart(register):
    move = ActivityMove(id="M-1", activity_id="T-1", moved_date=date(2026, 9, 15), reason="x")
    register.save([replace(_activity(register), title="Ny"), move], actor="P-editor", save_id="save-1")
    found = restored(register, "save-1")
    assert [record.id for record in found.before] == ["T-1"]
    assert found.created == (replace(move, version=1),)


def test_it_is_there_after_a_restart(register, database):
    _save(register, "save-1", title="Ny rubrik")
    again = Register.open(database.url)
    assert [note.save_id for note in saves_of(again, "P-editor")] == ["save-1"]
    assert restored(again, "save-1").before


def test_what_has_been_changed_since_is_refused_with_who_did_it(register):
    _save(register, "save-1", title="Editors")
    _save(register, "save-2", actor="P-owner", title="Owners")
    with pytest.raises(UsageError) as caught:
        restored(register, "save-1")
    assert (caught.value.code, caught.value.values["actor"]) == ("undo_changed_since", "P-owner")


def test_what_says_the_same_again_can_be_taken_back(register):
    _save(register, "save-1", title="Ny")
    _save(register, "save-2", actor="P-owner", title="Annat")
    _save(register, "save-3", actor="P-owner", title="Ny")
    assert restored(register, "save-1").before[0].title == "Inför e-legitimation"


def test_an_unknown_save_is_refused(register):
    with pytest.raises(UsageError, match="undo_unknown"):
        restored(register, "save-9")


def test_personal_data_is_not_brought_back_as_hashes(register):
    person = register.load().find(Person, "P-supplier")
    register.save([replace(person, name="Nytt Namn")], actor="P-admin", save_id="save-1")
    with pytest.raises(UsageError, match="undo_personal"):
        restored(register, "save-1")
    assert "Nytt Namn" not in json.dumps([dict(c.after) for n in saves_of(register, "P-admin") for c in n.changes])
