"""A person's data is erased, on both databases; the trail still proves itself, and still finds what is forged."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from partnership_lib.domain import (
    Activity,
    ActivityListVersion,
    Level,
    Meeting,
    Party,
    Person,
    SignOff,
)
from partnership_lib.domain.list_rules import items_of, list_hash
from partnership_lib.errors import InputError, UsageError
from partnership_lib.register.erasure import erase, plan_erasure
from partnership_lib.register.store import Register

NAME, EMAIL, TITLE = "Märta Ödlund-Sträng", "marta.odlund@exempelkommun.example", "Enhetschef på Kanariegatan"
WORDS = (NAME, EMAIL, TITLE, "Märta", "Ödlund-Sträng")
BY = {"actor": "P-admin", "reason": "Beslut 2026-09-15, dnr KS 2026/123", "clock": lambda: "2026-09-15T09:00:00Z"}


@pytest.fixture
def peopled(register: Register) -> Register:
    """A register where somebody owns, signs, is named in minutes, in a title that was changed and in a signed list."""
    person = Person(id="P-9", name=NAME, organisation_id="O-K", title=TITLE, email=EMAIL, follow_up_hours_per_year=40.0)
    register.save([person], actor="system:test", save_id="save-of-a-person")
    activity = register.load().activities[0]
    named = replace(activity, title=f"{NAME} inför e-legitimation", buyer_responsible_id="P-9")
    register.save([named], actor="P-editor")
    meeting = Meeting(
        id="M-1", agreement_id="A-1", level=Level.TACTICAL, planned_date=date(2026, 9, 1), held_date=date(2026, 9, 1),
        minutes=f"{NAME} ({EMAIL}) redogjorde. Märta återkommer.",
    )  # fmt: skip
    register.save([meeting], actor="P-editor")
    _sign_the_list(register)
    later = register.load().activities[0]
    register.save([replace(later, title="Inför e-legitimation", evidence="Ödlund-Sträng har intyg")], actor="P-editor")
    return register


def _sign_the_list(register: Register) -> None:
    content = register.load()
    version = ActivityListVersion(
        id="L-1", agreement_id="A-1", level=Level.TACTICAL, number=1, proposed_date=date(2026, 9, 1),
        proposed_by=Party.BUYER,
    )  # fmt: skip
    levels = {each.id: each.level for each in content.activities}
    items = items_of("L-1", content.activities, levels, None, Level.TACTICAL)
    signed = SignOff(
        id="S-1", list_version_id="L-1", party=Party.BUYER, person_id="P-9", signed_date=date(2026, 9, 1),
        list_hash=list_hash(version, items),
    )  # fmt: skip
    register.save([version, *items, signed], actor="system:test")


def _everything(database: Any) -> str:
    """All that stands in the database, whatever table it is in."""
    names = ["people", "activities", "meetings", "activity_list_items", "audit", "save", "personal_key"]
    return json.dumps([database.rows(f"SELECT * FROM {name}") for name in names], ensure_ascii=False, default=str)


def test_the_plan_says_where_somebody_is_named_and_changes_nothing(peopled: Register) -> None:
    before = peopled.audit_head()
    plan = plan_erasure(peopled, "P-9")
    told = {mention.place: (mention.is_now, mention.is_sure, mention.is_fixed) for mention in plan.mentions}
    assert told == {
        "activities/T-1/evidence": (True, False, False),
        "activities/T-1/title": (False, True, False),
        "activity_list_items/L-1-T-1/title": (True, True, True),
        "meetings/M-1/minutes": (True, True, False),
    }
    assert plan.fields == ("name", "title", "email", "follow_up_hours_per_year")
    assert plan.stays == {"activities": 1, "activity_list_items": 1, "sign_offs": 1}
    assert not plan.id_names_them
    assert peopled.audit_head() == before


def test_erased_the_person_is_gone_but_for_what_is_signed_and_the_register_proves_itself(
    peopled: Register, database: Any
) -> None:
    assert all(word in _everything(database) for word in (NAME, EMAIL, TITLE))  # the control
    done = erase(peopled, "P-9", texts=None, **BY)
    left = _everything(database)
    assert [word for word in (EMAIL, TITLE) if word in left] == []
    items = peopled.load().activity_list_items
    signed_in = sum(NAME in text for text in (*(item.title for item in items),))
    assert (signed_in, left.count(NAME)) == (1, 2)  # the item of the signed list, and the entry that made it
    assert peopled.verify() == []
    assert done.texts == ("activities/T-1/evidence", "activities/T-1/title", "meetings/M-1/minutes")
    content = peopled.load()
    assert content.find(Person, "P-9") == replace(
        content.find(Person, "P-9"), name="Raderad person (P-9)", title="", email="", follow_up_hours_per_year=None
    )
    assert content.find(Meeting, "M-1").minutes == "[raderat] ([raderat]) redogjorde. [raderat] återkommer."
    assert content.sign_offs[0].person_id == "P-9"  # that somebody signed, stays


def test_only_the_texts_that_were_chosen_are_altered(peopled: Register) -> None:
    erase(peopled, "P-9", texts=["meetings/M-1/minutes"], **BY)
    content = peopled.load()
    assert content.find(Activity, "T-1").evidence == "Ödlund-Sträng har intyg"
    assert NAME not in content.find(Meeting, "M-1").minutes
    assert peopled.verify() == []


ENTRY = "object_id = 'M-1' AND action = 'create'"


@pytest.mark.parametrize(
    "statement",
    [
        f"UPDATE audit SET after = replace(after, '[raderat]', 'Någon') WHERE {ENTRY}",
        "UPDATE people SET name = 'Märta Ödlund-Sträng' WHERE id = 'P-9'",
        "UPDATE audit SET after = replace(after, 'dnr KS', 'dnr XX') WHERE object_type = 'erasure'",
        "DELETE FROM audit WHERE object_type = 'erasure'",
        f"UPDATE audit SET hash = prev_hash WHERE {ENTRY}",
    ],
)
def test_what_is_forged_after_an_erasure_is_found(peopled: Register, database: Any, statement: str) -> None:
    erase(peopled, "P-9", texts=None, **BY)
    assert peopled.verify() == []
    database.forge(statement)
    assert peopled.verify() != []


def test_the_control_an_entry_that_nobody_vouches_for_breaks_the_trail(peopled: Register, database: Any) -> None:
    database.forge("UPDATE audit SET after = replace(after, 'Märta', 'Någon') WHERE object_id = 'M-1'")
    assert peopled.verify() != []


def test_the_trail_is_as_closed_as_before_afterwards(peopled: Register, database: Any) -> None:
    erase(peopled, "P-9", texts=None, **BY)
    for statement in ("UPDATE audit SET actor = 'x'", "DELETE FROM audit", "UPDATE save SET actor = 'x'"):
        with pytest.raises(database.refusals):
            database.rows(f"{statement} WHERE 1 = 1 RETURNING 1")


def test_two_people_in_one_text_are_erased_one_after_the_other(peopled: Register) -> None:
    other = Person(id="P-8", name="Botvid Alvarsson", organisation_id="O-S")
    peopled.save([other], actor="system:test")
    meeting = peopled.load().find(Meeting, "M-1")
    peopled.save([replace(meeting, minutes=f"{NAME} och Botvid Alvarsson")], actor="P-editor")
    erase(peopled, "P-9", texts=None, **BY)
    erase(peopled, "P-8", texts=None, **BY)
    assert peopled.verify() == []
    assert peopled.load().find(Meeting, "M-1").minutes == "[raderat] och [raderat]"
    activity = peopled.load().activities[0]
    peopled.save([replace(activity, title="Nytt")], actor="P-editor")  # and work goes on
    assert peopled.verify() == []


@pytest.mark.parametrize(
    ("actor", "person", "code"),
    [
        ("P-editor", "P-9", "not_allowed"),
        ("P-owner", "P-9", "not_allowed"),
        ("system:test", "P-9", "unknown_actor"),
        ("P-admin", "P-admin", "erasure_of_oneself"),
        ("P-admin", "P-0", "unknown_person"),
    ],
)
def test_only_another_admin_may_and_nothing_happens_otherwise(
    peopled: Register, actor: str, person: str, code: str
) -> None:
    before = peopled.audit_head()
    with pytest.raises(UsageError) as refused:
        erase(peopled, person, **{**BY, "actor": actor})
    assert refused.value.code == code
    assert peopled.audit_head() == before


def test_a_signed_text_or_one_without_the_name_is_refused_and_nothing_happens(peopled: Register) -> None:
    before = peopled.audit_head()
    for place in ("activity_list_items/L-1-T-1/title", "activities/T-1/internal_note"):
        with pytest.raises(UsageError, match="erasure_place"):
            erase(peopled, "P-9", texts=[place], **BY)
    for reason in ("", f"Begäran från {NAME}"):
        with pytest.raises(InputError, match="erasure_reason"):
            erase(peopled, "P-9", **{**BY, "reason": reason})
    assert peopled.audit_head() == before
    assert peopled.load().find(Person, "P-9").name == NAME


def test_nothing_of_the_person_is_left_in_the_bytes_of_the_file(peopled: Register, database: Any) -> None:
    if database.kind != "sqlite":
        pytest.skip("a server's files are its own: see docs/privacy.md")
    assert NAME.encode() in database.path.read_bytes()  # the control
    unsigned = [m.place for m in plan_erasure(peopled, "P-9").mentions if not m.is_fixed]
    erase(peopled, "P-9", texts=unsigned, **BY)
    content = b"".join(file.read_bytes() for file in database.path.parent.iterdir() if file.is_file())
    assert [word for word in (EMAIL, TITLE) if word.encode() in content] == []
    assert content.count(NAME.encode()) == 2  # in the list that is signed


def test_a_name_in_an_id_is_told(register: Register) -> None:
    register.save([Person(id="marta.odlund", name="Märta Odlund", organisation_id="O-K")], actor="system:test")
    assert plan_erasure(register, "marta.odlund").id_names_them
    assert not plan_erasure(register, "P-reader").id_names_them
