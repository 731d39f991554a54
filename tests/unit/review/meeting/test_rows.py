"""The activities as the meeting sees them: where they stand, what happened since last time, what they lack."""

from dataclasses import replace
from datetime import date

from partnership_lib.domain import Activity, ActivityComment, Level, Party, WorkingOrder


def test_an_activity_overdue_for_too_long_stands_on_the_list_above_and_says_why(room):
    row = room.row("O-2")
    assert (row["level"], row["stands_on"], row["overdue_days"]) == ("operational", "tactical", 76)
    assert row["climb"] == "Lyft hit från operativ nivå 1 aug: försenad 76 dagar"
    assert row["since_last"] == ["Lyft till taktisk nivå 1 aug"]


def test_the_others_stand_on_their_own(room):
    row = room.row("O-1")
    assert (row["stands_on"], row["climb"], row["overdue_days"]) == ("operational", "", 0)


def test_rows_come_by_list_with_the_unfinished_first_in_order_of_their_due_dates(room, workspace):
    first = workspace.content().find(Activity, "O-1")
    workspace.register.save(
        [
            replace(first, id="O-3", version=0, due_date=None),
            replace(first, id="O-4", version=0, done_date=date(2026, 2, 1)),
            replace(first, id="O-5", version=0, done_date=date(2026, 3, 1)),
            replace(first, id="O-6", version=0, due_date=date(2026, 10, 1)),
            replace(first, id="O-7", version=0, withdrawn_date=first.raised_date),
        ],
        actor="system:test",
    )
    room.must("refresh")
    shown = [row["id"] for row in room.state()["lists"]]
    assert shown == ["S-1", "O-2", "T-1", "O-6", "O-1", "O-3", "O-5", "O-4"], "O-7 was raised by mistake"


def test_what_an_activity_lacks_is_said_plainly(room, workspace):
    bare = replace(
        workspace.content().find(Activity, "O-1"),
        id="O-3",
        version=0,
        due_date=None,
        buyer_responsible_id=None,
        supplier_responsible_id=None,
        parent_id=None,
    )
    workspace.register.save([bare], actor="system:test")
    room.must("refresh")
    assert room.row("O-3")["lacks"] == [
        "Kommunen har inte utsett någon ansvarig",
        "Leverantören har inte utsett någon ansvarig",
        "Slutdatum saknas",
        "Hör inte till någon taktisk aktivitet",
    ]
    assert room.row("O-1")["lacks"] == []


def test_an_activity_is_to_be_broken_down_when_its_time_for_it_has_passed(room, workspace):
    lonely = replace(workspace.content().find(Activity, "T-1"), id="T-2", version=0, raised_date=date(2026, 9, 1))
    order = replace(workspace.content().find(WorkingOrder, "WO"), breakdown_within_days=30)
    workspace.register.save([lonely, order], actor="system:test")
    room.must("refresh")
    assert room.row("T-2")["lacks"] == []
    workspace.register.save(
        [replace(workspace.content().find(WorkingOrder, "WO"), breakdown_within_days=13)], actor="system:test"
    )
    room.must("refresh")
    assert room.row("T-2")["lacks"] == ["Inte nedbruten på operativ nivå"]


def test_what_was_said_and_done_at_the_last_meeting_is_not_new(room, workspace):
    def comment(number, day):
        return ActivityComment(id=f"C-{number}", activity_id="O-1", written_date=day, party=Party.BUYER, text="Hej")

    last_meeting = date(2026, 6, 1)
    workspace.register.save([comment(1, last_meeting)], actor="system:test")
    room.must("refresh")
    assert room.row("O-1")["since_last"] == []
    workspace.register.save([comment(2, date(2026, 6, 2)), comment(3, date(2026, 6, 3))], actor="system:test")
    room.must("refresh")
    assert room.row("O-1")["since_last"] == ["Två nya kommentarer"]


def test_before_the_first_meeting_nothing_is_since_the_last(room):
    room.must("choose", agreement="A-1", meeting="M-before")
    assert all(row["since_last"] == [] for row in room.state()["lists"])


def test_a_change_without_a_date_is_known_from_the_list_that_was_agreed_then(open_room, workspace):
    room = open_room()
    room.must("propose", level="operational", party="buyer", comment="", counters=None)
    proposal = room.status("operational")["proposal"]
    for party, person in (("buyer", "P-owner"), ("supplier", "P-supplier")):
        room.must(
            "sign",
            list_version=proposal["id"],
            list_hash=proposal["hash"],
            party=party,
            person=person,
            is_present=True,
        )
    room.must("hold", version=1, held_date="2026-09-15")
    room.must("change", activity="O-1", version=1, fields={"title": "Ny rubrik", "supplier_responsible_id": None})
    room.must("choose", agreement="A-1", meeting="M-next")
    assert room.row("O-1")["since_last"] == [
        "Ny rubrik, tidigare ”Aktivitet O-1”",
        "Ansvarig hos leverantören: ingen utsedd, tidigare Fredrik Almroth",
    ]


def test_this_period_is_from_the_last_meeting_to_this_one(room):
    shown = {row["id"]: row["this_period"] for row in room.state()["lists"]}
    assert shown == {"S-1": False, "T-1": False, "O-1": False, "O-2": True}, "O-2 was due on 1 July"


def test_what_has_climbed_is_said_to_have_climbed(room, workspace):
    for level in ("operational", "tactical"):
        room.must("propose", level=level, party="buyer", comment="", counters=None)
    order = workspace.content().find(Activity, "O-1")
    workspace.register.save([replace(order, due_date=date(2026, 7, 2))], actor="system:test")
    room.must("refresh")
    assert room.status("operational")["proposal_differs"] == ["”Aktivitet O-1”: lyft till taktisk nivå"]
    assert room.status("tactical")["proposal_differs"] == ["”Aktivitet O-1”: lyft hit från operativ nivå"]


def test_parts_and_wholes_know_each_other(room):
    assert room.row("T-1")["children"] == ["O-1", "O-2"]
    assert (room.row("O-1")["parent_id"], Level(room.row("S-1")["level"])) == ("T-1", Level.STRATEGIC)
