"""What the supplier in the room may see: nothing internal is in what the page is sent, so nothing can leak from it."""

import json

CANARY = "CANARY"


def _sent(room):
    shown = room.session.state()
    return json.dumps([shown, room.told], ensure_ascii=False)


def test_the_shared_view_holds_nothing_internal(open_room):
    room = open_room(audience="shared")
    room.must("comment", activity="O-1", party="buyer", text="Till båda")
    room.must("change", activity="O-2", version=1, fields={"title": "Ny"})
    assert CANARY not in _sent(room)


def test_the_control_the_internal_view_holds_it_all(open_room):
    sent = _sent(open_room(audience="internal"))
    assert all(word in sent for word in ("CANARY O-1", "CANARY Lokalvård", "Cia Berg CANARY"))


def test_after_the_switch_nothing_internal_is_told(room):
    room.session.state()
    room.told.clear()
    room.must("audience", audience="shared")
    assert room.told, "the page was told"
    assert CANARY not in _sent(room)
    assert "internal_note" not in room.row("O-1")


def test_the_shared_view_edits_but_not_what_is_internal(open_room, workspace):
    from partnership_lib.domain import Activity

    room = open_room(audience="shared")
    room.must("change", activity="O-1", version=1, fields={"title": "Ny rubrik"})
    answer = room.send("change", activity="O-1", version=2, fields={"internal_note": "x"})
    assert answer["code"] == "field_not_changeable"
    assert "internal_note" not in answer["said"].replace("”internal_note”", "")
    assert workspace.content().find(Activity, "O-1").internal_note == "CANARY O-1"


def test_the_internal_view_edits_what_is_internal(room, workspace):
    from partnership_lib.domain import Activity

    room.must("change", activity="O-1", version=1, fields={"internal_note": "Ta upp i ledningsgruppen"})
    assert workspace.content().find(Activity, "O-1").internal_note == "Ta upp i ledningsgruppen"


def test_a_conflict_in_the_shared_view_shows_no_internal_field(open_room):
    internal, shared = open_room(), open_room("P-editor", audience="shared")
    internal.must("change", activity="O-1", version=1, fields={"internal_note": "CANARY ny", "title": "Annas"})
    answer = shared.send("change", activity="O-1", version=1, fields={"title": "Bos"})
    assert [field["field"] for field in answer["conflict"]["fields"]] == ["title"]
    assert CANARY not in json.dumps(answer, ensure_ascii=False)


def test_there_are_two_audiences(room):
    assert room.send("audience", audience="everybody")["code"] == "value_not_a_choice"


def test_text_from_outside_is_sent_as_it_is_for_the_page_to_show_as_text(room):
    hostile = "<img src=x onerror=alert(1)>"
    room.must("change", activity="O-1", version=1, fields={"title": hostile})
    assert room.row("O-1")["title"] == hostile
