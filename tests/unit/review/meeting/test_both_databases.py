"""A whole meeting on each kind of database: said, changed, in conflict, undone, proposed, signed."""

from partnership_lib.workspace import DATABASE_VARIABLE


def test_a_meeting_from_beginning_to_end(database, open_room, workspace, monkeypatch):
    _copy(workspace, database.url)
    monkeypatch.setenv(DATABASE_VARIABLE, database.url)
    workspace.__dict__.pop("register", None)  # opened again at the new address
    anna, bo = open_room(), open_room("P-editor")
    assert workspace.register.engine.dialect.name == database.kind
    anna.must("hold", version=1, held_date="2026-09-15")
    anna.must("attend", person="P-supplier", present=True)
    anna.must("comment", activity="O-1", party="supplier", text="Vi är klara i oktober")
    bo.must("move", activity="O-1", version=1, due_date="2026-10-15", reason="Väntar på leverans")
    late = anna.send("complete", activity="O-1", version=1, done_date="2026-09-15", evidence="")
    assert late["conflict"]["by"] == "Bo Alm"
    anna.must("change", activity="T-1", version=1, fields={"title": "Fel rubrik"})
    anna.must("undo", save=anna.state()["meeting"]["undoable"]["save_id"])
    assert anna.row("T-1")["title"] == "Aktivitet T-1"
    anna.must("propose", level="operational", party="buyer", comment="", counters=None)
    proposal = anna.status("operational")["proposal"]
    for party, person in (("buyer", "P-owner"), ("supplier", "P-supplier")):
        values = {"list_version": proposal["id"], "list_hash": proposal["hash"], "person": person}
        anna.must("sign", party=party, is_present=True, **values)
    bo.must("refresh")
    assert bo.status("operational")["agreed"]["hash"] == proposal["hash"][:12]
    assert workspace.register.verify() == []
    workspace.register.engine.dispose()


def _copy(workspace, url):
    from partnership_lib.register.store import Register

    register = Register.open(url)
    fresh = [type(record)(**{**vars(record), "version": 0}) for record in workspace.content()]
    register.save(fresh, actor="system:test")
    register.engine.dispose()
