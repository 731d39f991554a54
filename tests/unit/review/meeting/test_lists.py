"""Lists are proposed, answered and signed: what both sign is exactly what was on the screen."""

import pytest

from partnership_lib.domain import ActivityListVersion, SignOff


def _propose(room, level="tactical", party="buyer", counters=None):
    room.must("propose", level=level, party=party, comment="Inför hösten", counters=counters)
    return room.status(level)["proposal"]


def _sign(room, proposal, party, **changed):
    person = "P-owner" if party == "buyer" else "P-supplier"
    values = {"list_version": proposal["id"], "list_hash": proposal["hash"], "person": person, "is_present": True}
    return room.send("sign", party=party, **{**values, **changed})


def test_a_proposal_holds_the_activities_that_stand_on_the_level(room):
    proposal = _propose(room)
    # O-2 has been overdue for more than 30 days and has climbed from the operational level.
    assert [(item["activity"], item["climbed"]) for item in proposal["items"]] == [("O-2", True), ("T-1", False)]
    assert (proposal["number"], proposal["party"], proposal["signed"]) == (1, "buyer", {})
    assert room.status("tactical")["proposal_differs"] == []


def test_a_list_is_agreed_when_both_have_signed_and_says_who_and_where(room, workspace):
    proposal = _propose(room)
    assert "godkänd av kommunen" in _sign(room, proposal, "buyer")["said"]
    assert "överenskommen" in _sign(room, proposal, "supplier")["said"]
    agreed = room.status("tactical")["agreed"]
    assert agreed["hash"] == proposal["hash"][:12]
    assert agreed["signatures"] == [
        "Maria Sandelin för kommunen 15 sep",
        "Fredrik Almroth för leverantören 15 sep, på plats; infört av Maria Sandelin",
    ]
    assert room.status("tactical")["proposal"] is None
    sign_offs = {sign_off.party: sign_off for sign_off in workspace.content().sign_offs}
    assert (sign_offs["supplier"].entered_by_id, sign_offs["supplier"].meeting_id) == ("P-owner", "M-now")
    assert sign_offs["buyer"].entered_by_id is None
    assert {sign_off.list_hash for sign_off in sign_offs.values()} == {proposal["hash"]}


def test_who_signs_in_the_room_is_noted_as_present_at_the_meeting(room, workspace):
    _sign(room, _propose(room), "supplier")
    assert room.state()["meeting"]["attendance"] == {"P-supplier": True}


def test_a_signature_that_was_given_elsewhere_is_not_the_meetings(room, workspace):
    proposal = _propose(room)
    assert _sign(room, proposal, "supplier", is_present=False)["ok"]
    (sign_off,) = workspace.content().sign_offs
    assert (sign_off.meeting_id, sign_off.is_present) == (None, False)
    assert room.state()["meeting"]["attendance"] == {}
    assert room.status("tactical")["proposal"]["signed"]["supplier"].endswith("infört av Maria Sandelin")


def test_what_is_signed_must_be_what_was_shown(room, workspace):
    proposal = _propose(room)
    answer = _sign(room, proposal, "buyer", list_hash="0" * 64)
    assert answer["code"] == "shown_list_differs"
    assert not workspace.content().sign_offs


def test_an_older_proposal_cannot_be_signed_with_the_hash_of_a_newer_one(room):
    first = _propose(room)
    room.must("change", activity="T-1", version=1, fields={"title": "Ny rubrik"})
    second = _propose(room)
    assert second["hash"] != first["hash"]
    assert _sign(room, {**first, "hash": second["hash"]}, "buyer")["code"] == "proposal_closed"
    assert _sign(room, {**second, "hash": first["hash"]}, "buyer")["code"] == "shown_list_differs"


def test_a_change_after_the_proposal_is_seen_and_the_proposal_stays_as_it_was(room):
    proposal = _propose(room)
    room.must("move", activity="T-1", version=1, due_date="2027-03-01", reason="Väntar")
    status = room.status("tactical")
    assert status["proposal"]["hash"] == proposal["hash"]
    assert status["proposal_differs"] == ["”Aktivitet T-1”: senarelagd från 1 dec till 1 mars 2027"]


def test_a_proposal_that_says_the_same_is_not_made_again(room):
    _propose(room)
    answer = room.send("propose", level="tactical", party="supplier", comment="", counters=None)
    assert answer["code"] == "proposal_stands"


def test_the_other_party_answers_and_the_first_proposal_is_countered(room, workspace):
    first = _propose(room)
    room.must("change", activity="T-1", version=1, fields={"title": "Leverantörens rubrik"})
    second = _propose(room, party="supplier", counters=first["id"])
    stored = workspace.content().find(ActivityListVersion, second["id"])
    assert (stored.number, stored.counters_id, stored.proposed_by_id) == (2, first["id"], None)
    assert [entry["state"] for entry in room.status("tactical")["history"]] == ["proposed", "countered"]


def test_a_party_that_proposes_anew_withdraws_its_own_unsigned_proposal(room):
    _propose(room)
    room.must("change", activity="T-1", version=1, fields={"title": "Ny rubrik"})
    _propose(room)
    assert [entry["state"] for entry in room.status("tactical")["history"]] == ["proposed", "withdrawn"]


def test_the_next_version_starts_from_the_agreed_one_and_says_what_is_new(room, workspace):
    first = _propose(room)
    _sign(room, first, "buyer"), _sign(room, first, "supplier")
    room.must("complete", activity="T-1", version=1, done_date="2026-09-15", evidence="Protokoll")
    assert room.status("tactical")["changes_since_agreed"] == ["”Aktivitet T-1”: klar 15 sep"]
    second = _propose(room)
    assert workspace.content().find(ActivityListVersion, second["id"]).based_on_id == first["id"]
    assert second["changes"] == ["”Aktivitet T-1”: klar 15 sep"]
    assert [item["changes"] for item in second["items"] if item["activity"] == "T-1"] == [["done"]]


def test_nothing_in_an_agreed_version_follows_later_changes(room):
    first = _propose(room)
    _sign(room, first, "buyer"), _sign(room, first, "supplier")
    before = room.status("tactical")["agreed"]
    room.must("change", activity="T-1", version=1, fields={"title": "Något annat"})
    assert room.status("tactical")["agreed"] == before


def test_a_withdrawn_proposal_cannot_be_signed(room):
    proposal = _propose(room)
    room.must("withdraw_proposal", list_version=proposal["id"], version=proposal["version"])
    assert room.status("tactical")["proposal"] is None
    assert _sign(room, proposal, "buyer")["code"] == "proposal_closed"


@pytest.mark.parametrize(
    ("party", "changed", "code"),
    [
        ("buyer", {"person": "P-supplier"}, "person_wrong_party"),
        ("supplier", {"person": "P-owner"}, "person_wrong_party"),
        ("supplier", {"person": "P-other"}, "person_wrong_party"),
        ("supplier", {"person": ""}, "signer_missing"),
        ("buyer", {"person": "P-editor"}, "signer_without_right"),
        ("buyer", {"list_version": "A-1-LV-nothing"}, "not_in_agreement"),
    ],
)
def test_only_those_who_may_sign_do(room, workspace, party, changed, code):
    proposal = _propose(room)
    assert _sign(room, proposal, party, **changed)["code"] == code
    assert not workspace.content().sign_offs


def test_an_editor_without_the_right_cannot_enter_the_owners_signature(open_room, workspace):
    editor = open_room("P-editor")
    proposal = _propose(editor)
    assert _sign(editor, proposal, "buyer")["code"] == "not_allowed"
    assert not workspace.content().sign_offs
    assert _sign(editor, proposal, "supplier")["ok"]


def test_a_party_signs_once(room, workspace):
    proposal = _propose(room)
    _sign(room, proposal, "buyer")
    assert _sign(room, proposal, "buyer")["code"] == "signed_already"
    assert len([s for s in workspace.content().sign_offs if isinstance(s, SignOff)]) == 1


def test_a_signed_proposal_stands_until_another_is_agreed(room):
    first = _propose(room)
    _sign(room, first, "buyer")
    answer = room.send("withdraw_proposal", list_version=first["id"], version=first["version"])
    assert answer["code"] == "list_frozen"
    room.must("change", activity="T-1", version=1, fields={"title": "Ny rubrik"})
    second = _propose(room)
    assert second["number"] == 2
    _sign(room, second, "buyer"), _sign(room, second, "supplier")
    assert [entry["state"] for entry in room.status("tactical")["history"]] == ["agreed", "replaced"]


def test_an_empty_list_is_not_proposed(room):
    for activity in ("T-1", "O-2"):
        room.must("withdraw", activity=activity, version=1, comment="Behövs inte")
    room.must("withdraw", activity="O-1", version=1, comment="Behövs inte")
    answer = room.send("propose", level="operational", party="buyer", comment="", counters=None)
    assert answer["code"] == "list_is_empty"


def test_an_answer_to_a_proposal_that_has_gone_is_refused(room):
    answer = room.send("propose", level="tactical", party="buyer", comment="", counters="A-1-LV-gone")
    assert answer["code"] == "proposal_not_open"
