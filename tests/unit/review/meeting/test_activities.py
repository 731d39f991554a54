"""What the meeting does to activities: saved with its trace, or refused with a sentence that says what to do."""

import pytest

from partnership_lib.domain import Activity, ActivityComment
from partnership_lib.errors import StorageError
from partnership_lib.review.meeting import session

NEW = {"level": "operational", "title": "Manual för vikarier", "kind": "improvement", "raised_by": "supplier"}


def _stored(workspace, activity_id):
    return workspace.content().find(Activity, activity_id)


def _refused(answer, code):
    assert (answer["ok"], answer["code"]) == (False, code), answer
    assert answer["said"].startswith("INTE SPARAT")


def test_a_new_activity_is_raised_today_and_told_to_the_page(room, workspace):
    answer = room.must("add", **NEW, due_date="2026-10-01", supplier_responsible_id="P-supplier", parent_id="T-1")
    assert answer["said"] == "Sparat 14.02. ”Manual för vikarier” är tillagd."
    (row,) = [row for row in room.told[-1]["lists"] if row["title"] == NEW["title"]]
    assert (row["raised_date"], row["due_date"], row["version"]) == ("2026-09-15", "2026-10-01", 1)
    assert row["lacks"] == ["Kommunen har inte utsett någon ansvarig"]
    assert _stored(workspace, row["id"]).raised_by == "supplier"


def test_a_change_keeps_every_other_field(room, workspace):
    before = _stored(workspace, "O-1")
    room.must("change", activity="O-1", version=1, fields={"title": " Ny rubrik ", "kind": "challenge"})
    after = _stored(workspace, "O-1")
    assert (after.title, after.kind) == ("Ny rubrik", "challenge")
    assert (after.due_date, after.internal_note, after.parent_id) == (before.due_date, before.internal_note, "T-1")


def test_a_move_leaves_its_trace_with_the_reason(room, workspace):
    room.must("move", activity="O-1", version=1, due_date="2027-01-15", reason="väntar på leverans")
    (move,) = workspace.content().activity_moves
    assert (move.from_date.isoformat(), move.to_date.isoformat()) == ("2026-12-01", "2027-01-15")
    row = room.row("O-1")
    assert row["moved_times"] == 1
    assert row["since_last"] == ["Flyttad från 1 dec till 15 jan 2027: väntar på leverans"]


def test_what_is_done_can_be_opened_again_with_a_comment_and_keeps_its_evidence(room, workspace):
    room.must("complete", activity="O-1", version=1, done_date="2026-09-14", evidence="Protokoll 7")
    assert room.row("O-1")["status"] == "done"
    room.must("reopen", activity="O-1", version=2, comment="Manualen saknar bilder")
    assert (_stored(workspace, "O-1").done_date, _stored(workspace, "O-1").evidence) == (None, "Protokoll 7")
    (comment,) = room.row("O-1")["comments"]
    assert (comment["author"], comment["text"]) == ("Maria Sandelin", "Manualen saknar bilder")


def test_what_is_withdrawn_stays_in_the_register_with_the_reason(room, workspace):
    room.must("withdraw", activity="O-1", version=1, comment="Görs i annat avtal")
    assert room.row("O-1")["status"] == "withdrawn"
    assert _stored(workspace, "O-1") is not None


def test_what_the_supplier_says_is_said_by_the_supplier(room, workspace):
    room.must("comment", activity="O-1", party="supplier", text="Vi väntar på er")
    (comment,) = workspace.content().activity_comments
    assert (comment.party, comment.author_id, comment.meeting_id) == ("supplier", None, "M-now")
    assert room.row("O-1")["comments"][0]["author"] == "Leverantören"


@pytest.mark.parametrize(
    ("command", "values", "code"),
    [
        ("add", {**NEW, "title": "\u200b"}, "text_empty"),
        ("add", {**NEW, "level": "daily"}, "value_not_a_choice"),
        ("add", {**NEW, "due_date": "snart"}, "day_unreadable"),
        ("add", {**NEW, "due_date": "2026-09-14"}, "due_before_raised"),
        ("add", {**NEW, "parent_id": "S-1"}, "parent_wrong_level"),
        ("add", {**NEW, "parent_id": "X-1"}, "not_in_agreement"),
        ("add", {**NEW, "buyer_responsible_id": "P-supplier"}, "person_wrong_party"),
        ("add", {**NEW, "supplier_responsible_id": "P-other"}, "person_wrong_party"),
        ("add", {**NEW, "supplier_responsible_id": "P-nobody"}, "participant_unknown"),
        ("change", {"activity": "X-1", "version": 1, "fields": {"title": "Ny"}}, "not_in_agreement"),
        ("change", {"activity": "O-1", "version": 1, "fields": {"agreement_id": "A-2"}}, "field_not_changeable"),
        ("change", {"activity": "O-1", "version": 1, "fields": {"due_date": "2027-01-01"}}, "field_not_changeable"),
        ("change", {"activity": "O-1", "version": 1, "fields": {"title": 7}}, "command_value_type"),
        ("change", {"activity": "O-1", "version": 1, "fields": {"title": None}}, "text_empty"),
        ("change", {"activity": "O-1", "version": 1, "fields": {"title": "x" * 301}}, "room_text_too_long"),
        ("change", {"activity": "O-1", "version": 1, "fields": {"evidence": "x" * 10_001}}, "room_text_too_long"),
        ("change", {"activity": "O-1", "version": 1, "fields": {"parent_id": "O-1"}}, "parent_wrong_level"),
        (
            "change",
            {"activity": "T-1", "version": 1, "fields": {"level": "strategic", "parent_id": None}},
            "level_has_parts",
        ),
        ("change", {"activity": "O-1", "version": 1, "fields": {"level": "tactical"}}, "parent_wrong_level"),
        ("move", {"activity": "O-1", "version": 1, "due_date": "2027-01-01", "reason": "  "}, "text_empty"),
        ("move", {"activity": "O-1", "version": 1, "due_date": "2026-12-01", "reason": "x"}, "due_date_same"),
        ("move", {"activity": "O-1", "version": 1, "due_date": "2025-01-01", "reason": "x"}, "due_before_raised"),
        ("complete", {"activity": "O-1", "version": 1, "done_date": "2026-09-16", "evidence": ""}, "done_date_wrong"),
        ("complete", {"activity": "O-1", "version": 1, "done_date": "2026-01-09", "evidence": ""}, "done_date_wrong"),
        ("reopen", {"activity": "O-1", "version": 1, "comment": "x"}, "activity_is_open"),
        ("withdraw", {"activity": "O-1", "version": 1, "comment": ""}, "text_empty"),
        ("comment", {"activity": "O-1", "party": "nobody", "text": "x"}, "value_not_a_choice"),
        ("comment", {"activity": "nothing", "party": "buyer", "text": "x"}, "not_in_agreement"),
    ],
)
def test_what_cannot_be_done_is_refused_and_changes_nothing(room, workspace, command, values, code):
    before = workspace.register.content_hash()
    _refused(room.send(command, **values), code)
    assert workspace.register.content_hash() == before


def test_what_is_done_is_not_moved_or_done_again(room):
    room.must("complete", activity="O-1", version=1, done_date="2026-09-14", evidence="")
    _refused(room.send("move", activity="O-1", version=2, due_date="2027-01-01", reason="x"), "activity_is_done")
    _refused(room.send("complete", activity="O-1", version=2, done_date="2026-09-14", evidence=""), "activity_is_done")
    room.must("withdraw", activity="O-2", version=1, comment="x")
    _refused(room.send("move", activity="O-2", version=2, due_date="2027-01-01", reason="x"), "activity_is_withdrawn")


def test_the_same_command_sent_twice_is_done_once_and_answered_the_same(room, workspace):
    again = "7d0f5f0e-8a53-4f3c-9f5e-0a8a1d2f6f10"
    first = room.send("comment", command_id=again, activity="O-1", party="buyer", text="En gång")
    second = room.send("comment", command_id=again, activity="O-1", party="buyer", text="En gång")
    assert first == second
    assert len(workspace.content().activity_comments) == 1


def test_the_same_id_for_another_command_is_refused(room, workspace):
    again = "7d0f5f0e-8a53-4f3c-9f5e-0a8a1d2f6f10"
    room.send("comment", command_id=again, activity="O-1", party="buyer", text="En gång")
    _refused(room.send("comment", command_id=again, activity="O-1", party="buyer", text="Annat"), "save_id_reused")
    assert len(workspace.content().activity_comments) == 1


@pytest.mark.parametrize(
    ("command", "values"),
    [
        ("add", NEW),
        ("move", {"activity": "O-1", "version": 1, "due_date": "2027-01-01", "reason": "x"}),
        ("complete", {"activity": "O-1", "version": 1, "done_date": "2026-09-14", "evidence": ""}),
        ("comment", {"activity": "O-1", "party": "buyer", "text": "x"}),
        ("propose", {"level": "tactical", "party": "buyer", "comment": "", "counters": None}),
    ],
)
def test_a_command_whose_answer_was_lost_is_done_once_in_a_new_kernel_too(open_room, workspace, command, values):
    again = "7d0f5f0e-8a53-4f3c-9f5e-0a8a1d2f6f10"
    assert open_room().send(command, command_id=again, **values)["ok"]
    stands = workspace.register.content_hash()
    assert open_room().send(command, command_id=again, **values)["ok"]
    assert workspace.register.content_hash() == stands


@pytest.mark.parametrize("code", ["register_locked", "register_disk_full", "register_connection_lost"])
def test_a_register_that_cannot_save_is_told_and_nothing_more_happens(room, workspace, monkeypatch, code):
    def fails(*_, **__):
        raise StorageError(code, outcome="not_saved", register="register.sqlite", reason="prov")

    monkeypatch.setattr(workspace.register, "save", fails)
    answer = room.send("comment", activity="O-1", party="buyer", text="Viktigt")
    _refused(answer, code)
    monkeypatch.undo()
    assert room.send("comment", activity="O-1", party="buyer", text="Viktigt")["ok"]


def test_a_register_that_cannot_even_be_read_is_told_as_not_saved_and_waited_for_once(room, monkeypatch):
    waited = []

    def locked(*_):
        waited.append("five seconds")
        raise StorageError("register_locked", outcome="not_read", register="register.sqlite", reason="prov")

    monkeypatch.setattr(session, "caught_up", locked)
    answer = room.send("comment", activity="O-1", party="buyer", text="Viktigt")
    _refused(answer, "register_locked")
    assert "KUNDE INTE" not in answer["said"]
    assert len(waited) == 1
    assert room.send("refresh")["said"].startswith("KUNDE INTE LÄSAS")
    monkeypatch.undo()
    assert room.send("comment", activity="O-1", party="buyer", text="Viktigt")["ok"]


def test_an_error_that_nobody_expected_is_told_too(room, workspace, monkeypatch):
    monkeypatch.setattr(workspace.register, "save", lambda *_, **__: 1 / 0)
    answer = room.send("comment", activity="O-1", party="buyer", text="Viktigt")
    assert answer["said"].startswith("INTE SPARAT") and answer["code"] == "unexpected"


def test_what_was_saved_is_said_to_be_saved_even_when_the_page_cannot_be_told(room, workspace, monkeypatch):
    def closed(_):
        raise ConnectionError

    monkeypatch.setattr(room.session, "_tell", closed)
    assert room.send("comment", activity="O-1", party="buyer", text="Viktigt")["ok"]
    assert [comment.text for comment in workspace.content().activity_comments] == ["Viktigt"]
    monkeypatch.undo()
    room.must("refresh")
    assert "lists" in room.told[-1], "it is told when it can be told"


def test_a_comment_never_meets_a_conflict(open_room, workspace):
    one, other = open_room(), open_room("P-editor")
    one.must("change", activity="O-1", version=1, fields={"title": "Ny"})
    other.must("comment", activity="O-1", party="buyer", text="Samtidigt")
    assert [c.author_id for c in workspace.content().activity_comments if isinstance(c, ActivityComment)] == [
        "P-editor"
    ]


def test_english_readers_are_answered_in_english(tmp_path, workspace):
    from partnership_lib.review.meeting.session import MeetingSession
    from partnership_lib.workspace import open_workspace

    english = open_workspace(tmp_path, as_of=workspace.as_of, language="en")
    session = MeetingSession(english, "A-1", environment={})
    answer = session.handle({"type": "command", "id": "x", "name": "comment", "values": {}})
    assert answer["said"].startswith("NOT SAVED")
