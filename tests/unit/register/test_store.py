from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from partnership_lib import text
from partnership_lib.domain import Activity, Agreement, Organisation, Party, RegisterContent, VolumeObservation
from partnership_lib.errors import ConflictError, InputError, StorageError, UsageError
from partnership_lib.register.store import Register, content_hash


def the_activity(register: Register) -> Activity:
    return register.load().activities[0]


def test_what_was_saved_is_loaded_with_its_version(register: Register) -> None:
    content = register.load()
    assert content.find(Agreement, "A-1").start_date == date(2024, 3, 1)
    assert {record.version for record in content} == {1}
    assert content.find(Agreement, "A-1").is_partnership is True


def test_a_change_raises_the_version_and_an_equal_record_changes_nothing(register: Register) -> None:
    activity = the_activity(register)
    head = register.audit_head()
    assert register.save([activity], actor="P-editor").versions == {(Activity, "T-1"): 1}
    assert register.audit_head() == head
    saved = register.save([replace(activity, title="Nytt")], actor="P-editor")
    assert saved.versions == {(Activity, "T-1"): 2}
    assert the_activity(register).title == "Nytt"
    assert register.audit_head()[0] == head[0] + 1


def test_the_second_of_two_stale_forms_gets_both_texts_and_who_was_first(register: Register) -> None:
    form = the_activity(register)
    register.save([replace(form, title="Först")], actor="P-owner")
    with pytest.raises(ConflictError, match="row_changed") as conflict:
        register.save([replace(form, title="Sedan", due_date=date(2026, 9, 30))], actor="P-editor")
    values = conflict.value.values
    assert (values["actor"], values["at_utc"]) == ("P-owner", "2026-09-15T08:00:00Z")
    assert (values["yours"]["title"], values["theirs"]["title"]) == ("Sedan", "Först")
    for language, opening in (("sv", "INTE SPARAT"), ("en", "NOT SAVED")):
        sentence = text.describe(conflict.value, language)
        assert sentence.startswith(opening)
        assert "Först" in sentence
        assert "Sedan" in sentence
    assert the_activity(register).title == "Först"


def test_a_new_record_under_an_id_that_is_taken_is_a_conflict(register: Register) -> None:
    with pytest.raises(ConflictError, match="row_exists"):
        register.save([replace(the_activity(register), version=0, title="Annan")], actor="P-editor")


def test_a_record_that_was_never_saved_cannot_have_a_version(register: Register) -> None:
    with pytest.raises(StorageError, match="row_missing"):
        register.save([replace(the_activity(register), id="T-9", version=3)], actor="P-editor")


def test_all_are_saved_or_none(register: Register) -> None:
    before, head = register.content_hash(), register.audit_head()
    good = replace(the_activity(register), id="T-2", version=0)
    stale = replace(the_activity(register), version=7)
    with pytest.raises(ConflictError):
        register.save([good, stale], actor="P-editor")
    assert (register.content_hash(), register.audit_head()) == (before, head)


def test_the_same_save_id_again_is_answered_alike_and_changes_nothing(register: Register) -> None:
    changed = replace(the_activity(register), title="Ett")
    first = register.save([changed], actor="P-editor", save_id="7d3f")
    head = register.audit_head()
    second = register.save([changed], actor="P-editor", save_id="7d3f")
    assert (first.repeated, second.repeated) == (False, True)
    assert second.versions == first.versions == {(Activity, "T-1"): 2}
    assert register.audit_head() == head


def test_without_its_save_id_the_repeated_save_is_a_conflict(register: Register) -> None:
    # The control of the test above: it is the id that makes the repetition harmless.
    changed = replace(the_activity(register), title="Ett")
    register.save([changed], actor="P-editor")
    with pytest.raises(ConflictError):
        register.save([changed], actor="P-editor")


def test_a_save_id_cannot_serve_another_change(register: Register) -> None:
    register.save([replace(the_activity(register), title="Ett")], actor="P-editor", save_id="7d3f")
    with pytest.raises(UsageError, match="save_id_reused"):
        register.save([replace(the_activity(register), title="Två")], actor="P-editor", save_id="7d3f")


def test_a_reference_to_nothing_is_refused_with_its_field(register: Register) -> None:
    with pytest.raises(InputError, match="reference_missing") as refused:
        register.save([replace(the_activity(register), need_id="N-404")], actor="P-editor")
    assert refused.value.values["column"] == "need_id"
    assert "behov" in text.describe(refused.value, "sv")


def test_an_activity_and_the_one_above_it_are_saved_together_in_any_order(register: Register) -> None:
    child = replace(the_activity(register), id="T-2", version=0, parent_id="T-3")
    parent = replace(the_activity(register), id="T-3", version=0)
    register.save([child, parent], actor="P-editor")
    assert register.load().find(Activity, "T-2").parent_id == "T-3"


def test_one_save_cannot_hold_a_record_twice(register: Register) -> None:
    activity = the_activity(register)
    with pytest.raises(InputError, match="record_twice"):
        register.save([activity, activity], actor="P-editor")


def test_a_number_with_a_leading_zero_keeps_it(register: Register) -> None:
    supplier = Organisation(id="O-9", name="x", party=Party.SUPPLIER, organisation_number="0556036079")
    register.save([supplier], actor="P-editor")
    assert register.load().find(Organisation, "O-9").organisation_number == "0556036079"


def test_the_content_hash_does_not_know_versions_order_or_machine(
    register: Register, new_database: Callable[[], Any]
) -> None:
    with new_database() as other:
        twin = Register.open(other.url)
        twin.save(reversed([replace(record, version=0) for record in register.load()]), actor="system:test")
        twin.save([replace(the_activity(twin), title="tillfällig")], actor="system:test")
        assert twin.content_hash() != register.content_hash()
        twin.save([replace(the_activity(twin), title=the_activity(register).title)], actor="system:test")
        assert twin.content_hash() == register.content_hash() == content_hash(register.load())
    # The same in every kind of database.
    assert register.content_hash() == "6fff28940370bf3acf30b140a44d77883f75c8e32c1a654d38d93e8f38341c8c"
    assert content_hash(RegisterContent()) == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"


def test_many_records_are_saved_in_one_go(register: Register) -> None:
    many = [VolumeObservation(id=f"V-{n}", driver="pupils", month=date(2026, 1, 1), value=n / 7) for n in range(1_200)]
    register.save(many, actor="system:test")
    loaded = register.load().volume_observations
    assert {record.id: record.value for record in loaded} == {record.id: record.value for record in many}


def test_the_latest_change_says_who_and_when(register: Register) -> None:
    register.save([replace(the_activity(register), title="Nytt")], actor="P-owner")
    entry = register.latest_change(Activity, "T-1")
    assert (entry.actor, entry.action, entry.version) == ("P-owner", "change", 2)
    assert register.latest_change(Activity, "T-404") is None


def test_the_register_is_the_same_after_it_was_closed(register: Register, database: Any) -> None:
    assert Register.open(database.url).load() == register.load()


def test_rows_are_never_removed(register: Register, database: Any) -> None:
    register.save([replace(the_activity(register), title="Nytt")], actor="P-editor", save_id="s")
    raw = database.raw()
    for table in ("audit", "save"):
        with pytest.raises(database.refusals, match="append-only"):
            raw.execute(f"DELETE FROM {table}")
        raw.rollback()
    raw.close()
