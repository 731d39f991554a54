"""The last thing done can be taken back, also after a restart, until somebody has signed; nothing is deleted."""

import pytest

from partnership_lib.domain import Activity, ActivityListVersion

NEW = {"level": "operational", "title": "Manual", "kind": "improvement", "raised_by": "buyer"}


def _offered(room):
    return room.state()["meeting"]["undoable"]


def _undo(room):
    return room.send("undo", save=_offered(room)["save_id"])


def _agree(room, level="operational"):
    room.must("propose", level=level, party="buyer", comment="", counters=None)
    proposal = room.status(level)["proposal"]
    for party, person in (("buyer", "P-owner"), ("supplier", "P-supplier")):
        values = {"list_version": proposal["id"], "list_hash": proposal["hash"], "person": person}
        room.must("sign", party=party, is_present=True, **values)


def test_nothing_is_offered_before_anything_is_done(room):
    assert _offered(room) is None


@pytest.mark.parametrize(
    ("command", "values", "words"),
    [
        ("change", {"activity": "O-1", "version": 1, "fields": {"title": "Ny"}}, "”Ny” ändrades"),
        (
            "move",
            {"activity": "O-1", "version": 1, "due_date": "2027-01-01", "reason": "x"},
            "”Aktivitet O-1” fick nytt slutdatum",
        ),
        (
            "complete",
            {"activity": "O-1", "version": 1, "done_date": "2026-09-14", "evidence": "x"},
            "”Aktivitet O-1” blev klar",
        ),
        ("withdraw", {"activity": "O-1", "version": 1, "comment": "x"}, "”Aktivitet O-1” ströks"),
        ("comment", {"activity": "O-1", "party": "buyer", "text": "x"}, "kommentar till ”Aktivitet O-1”"),
        ("add", NEW, "”Manual” lades till"),
        ("hold", {"version": 1, "held_date": "2026-09-15"}, "mötet noterades som hållet"),
        ("minutes", {"version": 1, "text": "x"}, "anteckningarna ändrades"),
        ("decide", {"text": "Vi byter", "figure": "", "activity": None}, "beslutet ”Vi byter”"),
        ("share_knowledge", {"party": "buyer", "title": "Lag", "text": ""}, "”Lag” delades"),
    ],
)
def test_what_was_done_is_as_before_and_both_are_in_the_trail(room, workspace, command, values, words):
    def shown():
        state = room.state()
        rows = [{**row, "version": 0} for row in state["lists"]]
        return rows, {**state["meeting"], "version": 0, "undoable": None}, state["status"]

    before, seq = shown(), workspace.register.audit_head()[0]
    room.must(command, **values)
    assert shown() != before, "the control: something was done"
    assert _offered(room)["words"] == words
    answer = _undo(room)
    assert answer["ok"] and answer["said"].endswith(f"Ångrat: {words}."), answer
    assert shown() == before
    assert workspace.register.audit_head()[0] >= seq + 2
    assert workspace.register.verify() == []


def test_a_proposal_is_undone_by_withdrawing_it(room, workspace):
    room.must("propose", level="tactical", party="buyer", comment="", counters=None)
    assert _offered(room)["words"] == "förslag, version 1 av den taktiska listan"
    assert _undo(room)["ok"]
    assert room.status("tactical")["proposal"] is None
    assert len([v for v in workspace.content().activity_list_versions if isinstance(v, ActivityListVersion)]) == 1


def test_one_thing_after_another_is_taken_back_newest_first(room, workspace):
    room.must("change", activity="O-1", version=1, fields={"title": "Ett"})
    room.must("change", activity="O-1", version=2, fields={"kind": "challenge"})
    room.must("comment", activity="O-1", party="buyer", text="Tre")
    for _ in range(3):
        assert _undo(room)["ok"]
    stored = workspace.content().find(Activity, "O-1")
    assert (stored.title, stored.kind) == ("Aktivitet O-1", "improvement")
    assert _offered(room) is None


def test_after_a_restart_it_is_still_offered(open_room):
    open_room().must("change", activity="O-1", version=1, fields={"title": "Ny"})
    again = open_room()
    assert _undo(again)["ok"]
    assert again.row("O-1")["title"] == "Aktivitet O-1"


def test_each_takes_back_only_her_own(open_room):
    anna, bo = open_room(), open_room("P-editor")
    anna.must("change", activity="O-1", version=1, fields={"title": "Annas"})
    assert _offered(bo) is None
    assert bo.send("undo", save=_offered(anna)["save_id"])["code"] == "undo_not_yours"
    assert bo.send("undo", save="nothing")["code"] == "undo_not_yours"


def test_what_another_has_changed_since_is_not_undone(open_room):
    anna, bo = open_room(), open_room("P-editor")
    anna.must("change", activity="O-1", version=1, fields={"title": "Annas"})
    bo.must("change", activity="O-1", version=2, fields={"title": "Bos"})
    anna.must("refresh")
    assert _undo(anna)["code"] == "undo_changed_since"
    assert bo.row("O-1")["title"] == "Bos"


def test_what_has_been_signed_since_is_not_undone(open_room):
    anna, bo = open_room("P-editor"), open_room()
    anna.must("change", activity="O-1", version=1, fields={"title": "Annas"})
    _agree(bo)
    anna.must("refresh")
    assert _undo(anna)["code"] == "undo_signed"


def test_a_list_that_was_signed_without_the_activity_does_not_stand_in_the_way(open_room):
    anna, bo = open_room("P-editor"), open_room()
    anna.must("change", activity="O-1", version=1, fields={"title": "Annas"})
    _agree(bo, "strategic")
    anna.must("refresh")
    assert _undo(anna)["ok"]


def test_a_signature_cannot_be_undone_and_nothing_before_it(room):
    room.must("change", activity="O-1", version=1, fields={"title": "Ny"})
    _agree(room)
    assert _offered(room) is None


def test_a_click_that_another_click_takes_back_is_passed_over(room):
    room.must("change", activity="O-1", version=1, fields={"title": "Ny"})
    room.must("attend", person="P-supplier", present=True)
    room.must("pulse", party="buyer", question="value", score=4)
    assert _offered(room)["words"] == "”Ny” ändrades"


def test_what_was_done_in_another_agreement_is_not_offered_here(room):
    room.must("choose", agreement="A-2", meeting="")
    room.must("change", activity="X-1", version=1, fields={"title": "Ny"})
    room.must("choose", agreement="A-1", meeting="")
    assert _offered(room) is None


def test_the_same_undo_sent_twice_is_done_once(open_room, workspace):
    room = open_room()
    room.must("change", activity="O-1", version=1, fields={"title": "Ny"})
    save_id = _offered(room)["save_id"]
    again = "7d0f5f0e-8a53-4f3c-9f5e-0a8a1d2f6f10"
    assert room.send("undo", command_id=again, save=save_id)["ok"]
    stands = workspace.register.content_hash()
    assert open_room().send("undo", command_id=again, save=save_id)["ok"]
    assert workspace.register.content_hash() == stands


def test_a_reader_undoes_nothing(open_room):
    owner = open_room()
    owner.must("change", activity="O-1", version=1, fields={"title": "Ny"})
    assert not open_room("P-reader").send("undo", save=_offered(owner)["save_id"])["ok"]
