"""What is written in the meeting: who came, minutes, decisions on figures, pulse, shared knowledge."""

import uuid
from dataclasses import replace
from datetime import date

import pytest

from partnership_lib.domain import Agreement, Decision, Deviation, Meeting


def _meeting(room):
    return room.state()["meeting"]


def test_the_room_opens_on_todays_meeting(room):
    assert room.state()["frame"]["meeting"] == "M-now"


def test_without_one_today_the_next_is_chosen_and_else_the_latest(open_room, workspace):
    content = workspace.content()
    now, ahead = content.find(Meeting, "M-now"), content.find(Meeting, "M-next")
    workspace.register.save([replace(now, cancelled_reason="Sjukdom")], actor="system:test")
    assert open_room().state()["frame"]["meeting"] == "M-next"
    workspace.register.save([replace(ahead, cancelled_reason="Sjukdom")], actor="system:test")
    assert open_room().state()["frame"]["meeting"] == "M-before"


def test_the_meeting_is_held_today_or_earlier(room):
    assert room.send("hold", version=1, held_date="2026-09-16")["code"] == "held_date_wrong"
    room.must("hold", version=1, held_date="2026-09-15")
    assert _meeting(room)["held_date"] == "2026-09-15"


def test_minutes_are_kept_as_they_are_typed(room):
    room.must("minutes", version=1, text="Vi gick igenom listan.\n\n– Nästa steg: bilder")
    assert _meeting(room)["minutes"] == "Vi gick igenom listan.\n\n– Nästa steg: bilder"


def test_who_is_there_can_be_changed(room, workspace):
    room.must("attend", person="P-supplier", present=True)
    room.must("attend", person="P-supplier", present=False)
    assert _meeting(room)["attendance"] == {"P-supplier": False}
    assert len(workspace.content().attendances) == 1


def test_those_whom_the_working_order_names_are_expected(room):
    assert _meeting(room)["participants"] == ["P-supplier"]


def test_somebody_elses_supplier_is_not_at_the_meeting(room):
    assert room.send("attend", person="P-other", present=True)["code"] == "person_not_of_parties"
    assert room.send("attend", person="nobody", present=True)["code"] == "participant_unknown"


def test_a_decision_keeps_the_figure_that_was_shown(room, workspace):
    shown = {figure["code"]: figure for figure in room.session.state()["figures"]}
    code = "follow_up.activities_tactical"
    room.must("decide", text="Vi fortsätter så", figure=code, activity="T-1")
    (decision,) = workspace.content().decisions
    assert decision.figure_sentence == shown[code]["sentence"]
    assert (decision.figure_code, decision.meeting_id, decision.activity_id) == (code, "M-now", "T-1")
    assert isinstance(decision.figure_number, float) and decision.figure_date == workspace.as_of


def test_a_decision_is_not_tied_to_what_the_supplier_does_not_see(room, workspace):
    internal = {figure["code"] for figure in room.session.state()["figures"]}
    assert "follow_up.risks" in internal, "the control: the internal view shows it"
    answer = room.send("decide", text="Vi fortsätter", figure="follow_up.risks", activity=None)
    assert answer["code"] == "figure_not_shown"
    assert not workspace.content().decisions


def test_a_decision_is_not_tied_to_a_figure_that_the_supplier_sees_with_other_numbers(room, workspace):
    hidden = Deviation(id="V-1", agreement_id="A-1", noticed_date=date(2026, 6, 1), description="Stopp")
    told = replace(hidden, id="V-2", supplier_told_date=date(2026, 6, 2))
    workspace.register.save([hidden, told], actor="system:test")
    room.must("refresh")
    internal = {figure["code"] for figure in room.session.figures()}
    assert "follow_up.deviations" in internal
    assert room.send("decide", text="x", figure="follow_up.deviations", activity=None)["code"] == "figure_not_shown"
    room.must("audience", audience="shared")
    room.session.figures()
    room.must("decide", text="x", figure="follow_up.deviations", activity=None)


def test_an_agreement_that_was_not_in_force_in_the_period_has_no_figures(open_room, workspace):
    agreement = workspace.content().find(Agreement, "A-2")
    workspace.register.save([replace(agreement, start_date=date(2026, 9, 10))], actor="system:test")
    room = open_room(agreement="A-2")
    assert room.session.state()["figures"] == []
    assert room.send("decide", text="x", figure="follow_up.activities", activity=None)["code"] == "no_meeting_chosen"


def test_figures_that_fail_do_not_stop_the_meeting_and_are_tried_again(room, workspace, monkeypatch):
    follow_up = type(workspace).follow_up
    monkeypatch.setattr(type(workspace), "follow_up", lambda *_, **__: 1 / 0)
    assert room.session.state()["figures"] == []
    monkeypatch.setattr(type(workspace), "follow_up", follow_up)
    assert room.session.figures() != []


def test_a_decision_can_do_without_a_figure_and_be_taken_back(room, workspace):
    room.must("decide", text="Vi byter dag", figure="", activity=None)
    (shown,) = _meeting(room)["decisions"]
    room.must("take_back_decision", decision=shown["id"], version=shown["version"])
    assert _meeting(room)["decisions"] == []
    assert workspace.content().find(Decision, shown["id"]).taken_back
    assert room.send("take_back_decision", decision=shown["id"], version=2)["code"] == "decision_is_taken_back"


def test_a_gap_of_two_between_the_parties_is_talked_about(room):
    room.must("pulse", party="buyer", question="openness", score=5)
    room.must("pulse", party="supplier", question="openness", score=4)
    assert _meeting(room)["pulse_gap"] == []
    room.must("pulse", party="supplier", question="openness", score=3)
    (gap,) = _meeting(room)["pulse_gap"]
    assert "kommunen 5, leverantören 3" in gap
    assert _meeting(room)["pulse"] == {"buyer": {"openness": 5}, "supplier": {"openness": 3}}


@pytest.mark.parametrize("score", [0, 6, -1, 2**31])
def test_a_score_outside_the_scale_is_refused(room, score):
    assert room.send("pulse", party="buyer", question="openness", score=score)["code"] == "score_out_of_range"


def test_knowledge_that_is_shared_has_its_place_in_the_meeting(room):
    room.must("share_knowledge", party="supplier", title="Ny lag om betyg", text="Träder i kraft i juli")
    (note,) = _meeting(room)["knowledge"]
    assert (note["party"], note["title"], note["day"]) == ("supplier", "Ny lag om betyg", "2026-09-15")


def test_without_a_meeting_there_is_nothing_to_write_in(open_room, workspace):
    room = open_room(agreement="A-2")
    assert room.state()["meeting"] == {"id": "", "undoable": None}
    assert room.send("decide", text="x", figure="", activity=None)["code"] == "no_meeting_chosen"
    assert room.must("add", level="tactical", title="Ny", kind="challenge", raised_by="buyer")


def test_another_meeting_and_another_agreement_can_be_chosen(room):
    room.must("choose", agreement="A-1", meeting="M-before")
    assert _meeting(room)["id"] == "M-before"
    assert room.send("choose", agreement="A-2", meeting="M-now")["code"] == "meeting_unknown"
    assert room.send("choose", agreement="A-9", meeting="")["code"] == "unknown_partnership"
    room.must("choose", agreement="A-2", meeting="")
    assert room.state()["frame"]["agreement"]["id"] == "A-2"


def test_what_was_written_for_another_meeting_is_saved_there(room, workspace):
    message = {
        "type": "command",
        "id": str(uuid.uuid4()),
        "name": "decide",
        "values": {"text": "Vi byter dag", "figure": "", "activity": None},
        "place": {"agreement": "A-1", "meeting": "M-before"},
    }
    room.must("choose", agreement="A-2", meeting="")
    assert room.session.handle(message)["ok"]
    (decision,) = workspace.content().decisions
    assert (decision.agreement_id, decision.meeting_id) == ("A-1", "M-before")


def test_a_meeting_that_nobody_had_planned_is_added_and_chosen_and_can_be_undone(room, workspace):
    room.must("meet", level="strategic")
    chosen = room.state()["meeting"]
    assert (chosen["level"], chosen["planned_date"]) == ("strategic", "2026-09-15")
    assert room.send("meet", level="strategic")["code"] == "meeting_is_there"
    assert room.send("meet", level="tactical")["code"] == "meeting_is_there", "there is one planned for today"
    assert room.send("meet", level="nowhere")["code"] == "value_not_a_choice"
    room.must("minutes", version=1, text="Vi sågs utan att ha planerat det.")
    room.must("undo", save=room.state()["meeting"]["undoable"]["save_id"])
    room.must("undo", save=room.state()["meeting"]["undoable"]["save_id"])
    assert workspace.content().find(Meeting, chosen["id"]).cancelled_reason == "Lades till av misstag"
    room.must("meet", level="strategic")


def test_decisions_of_one_day_stand_in_the_order_in_which_they_were_made(room):
    texts = [f"Beslut {number}" for number in range(12)]
    for text in texts:
        room.must("decide", text=text, figure="", activity=None)
    assert [decision["text"] for decision in room.state()["meeting"]["decisions"]] == texts
