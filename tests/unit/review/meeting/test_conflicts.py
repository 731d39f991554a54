"""Two people at once: the second sees both texts and chooses; nothing is overwritten in silence."""

from partnership_lib.domain import Activity, Meeting


def _title(workspace):
    return workspace.content().find(Activity, "O-1").title


def test_the_second_of_two_sees_both_texts_and_overwrites_nothing(open_room, workspace):
    anna, bo = open_room(), open_room("P-editor")
    anna.must("change", activity="O-1", version=1, fields={"title": "Annas", "kind": "challenge"})
    answer = bo.send("change", activity="O-1", version=1, fields={"title": "Bos"})
    assert answer["said"] == "INTE SPARAT: Maria Sandelin hann ändra samma sak, " + answer["conflict"]["at"] + (
        ". Välj vilken text som ska gälla."
    )
    (field,) = answer["conflict"]["fields"]
    assert (field["label"], field["yours"], field["theirs"]) == ("Rubrik", "Bos", "Annas")
    assert _title(workspace) == "Annas"


def test_a_choice_against_their_version_settles_it(open_room, workspace):
    anna, bo = open_room(), open_room("P-editor")
    anna.must("change", activity="O-1", version=1, fields={"title": "Annas", "kind": "challenge"})
    conflict = bo.send("change", activity="O-1", version=1, fields={"title": "Bos"})["conflict"]
    bo.must("change", activity="O-1", version=conflict["version"], fields={"title": "Bos"})
    saved = workspace.content().find(Activity, "O-1")
    assert (saved.title, saved.kind, saved.version) == ("Bos", "challenge", 3)


def test_words_and_raw_values_are_both_there(open_room):
    anna, bo = open_room(), open_room("P-editor")
    anna.must("change", activity="O-1", version=1, fields={"kind": "challenge", "buyer_responsible_id": None})
    fields = {"kind": "deviation", "buyer_responsible_id": "P-owner"}
    found = {f["field"]: f for f in bo.send("change", activity="O-1", version=1, fields=fields)["conflict"]["fields"]}
    assert (found["kind"]["yours"], found["kind"]["theirs_value"]) == ("Avvikelse", "challenge")
    assert found["buyer_responsible_id"]["theirs"] == "ingen utsedd"
    assert found["buyer_responsible_id"]["yours"] == "Maria Sandelin"


def test_two_who_write_the_same_are_at_one(open_room):
    anna, bo = open_room(), open_room("P-editor")
    anna.must("complete", activity="O-1", version=1, done_date="2026-09-14", evidence="Protokoll")
    answer = bo.send("complete", activity="O-1", version=1, done_date="2026-09-14", evidence="Protokoll")
    assert answer["ok"] and "samma sak" in answer["said"]


def test_a_move_against_an_old_version_moves_nothing(open_room, workspace):
    anna, bo = open_room(), open_room("P-editor")
    anna.must("complete", activity="O-1", version=1, done_date="2026-09-14", evidence="")
    answer = bo.send("move", activity="O-1", version=1, due_date="2027-01-01", reason="x")
    assert [field["field"] for field in answer["conflict"]["fields"]] == ["due_date"]
    assert workspace.content().activity_moves == ()


def test_two_who_write_the_minutes_see_both_texts(open_room, workspace):
    anna, bo = open_room(), open_room("P-editor")
    anna.must("minutes", version=1, text="Annas anteckningar")
    conflict = bo.send("minutes", version=1, text="Bos anteckningar")["conflict"]
    assert (conflict["meeting"], conflict["activity"]) == ("M-now", "")
    assert (conflict["fields"][0]["yours"], conflict["fields"][0]["theirs"]) == (
        "Bos anteckningar",
        "Annas anteckningar",
    )
    assert workspace.content().find(Meeting, "M-now").minutes == "Annas anteckningar"


def test_the_page_sees_the_other_text_before_it_is_asked(open_room):
    anna, bo = open_room(), open_room("P-editor")
    bo.state()
    anna.must("change", activity="O-1", version=1, fields={"title": "Annas"})
    bo.send("change", activity="O-1", version=1, fields={"title": "Bos"})
    assert next(row["title"] for row in bo.told[-1]["lists"] if row["id"] == "O-1") == "Annas"


def test_what_another_has_done_is_there_after_a_refresh(open_room):
    anna, bo = open_room(), open_room("P-editor")
    bo.state()
    anna.must("change", activity="O-1", version=1, fields={"title": "Annas"})
    bo.must("refresh")
    assert set(bo.told[-1]) == {"lists"}
    bo.must("refresh")
    assert len(bo.told) == 1, "nothing new, nothing told"
