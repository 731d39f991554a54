"""A signed activity list says what was signed: refused at save, and proven afterwards, on both databases."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from partnership_lib.domain import (
    ActivityKind,
    ActivityListItem,
    ActivityListVersion,
    Level,
    Party,
    SignOff,
)
from partnership_lib.domain.list_rules import list_hash
from partnership_lib.errors import ConflictError
from partnership_lib.register.hashing import GENESIS, chain_hash
from partnership_lib.register.store import Register

LIST = ActivityListVersion(
    id="L-1",
    agreement_id="A-1",
    level=Level.TACTICAL,
    number=1,
    proposed_date=date(2026, 9, 1),
    proposed_by=Party.BUYER,
)
ITEM = ActivityListItem(
    id="I-1",
    list_version_id="L-1",
    activity_id="T-1",
    title="Inför e-legitimation",
    kind=ActivityKind.OBLIGATION,
    raised_by=Party.BUYER,
    own_level=Level.TACTICAL,
    due_date=date(2026, 8, 31),
)


def sign_off(party: Party, *items: ActivityListItem, version: ActivityListVersion = LIST) -> SignOff:
    return SignOff(
        id=f"S-{party}",
        list_version_id="L-1",
        party=party,
        person_id="P-owner" if party is Party.BUYER else "P-supplier",
        signed_date=date(2026, 9, 2),
        list_hash=list_hash(version, items),
    )


@pytest.fixture
def agreed(register: Register) -> Register:
    """A register with a list that both parties have signed."""
    register.save([LIST, ITEM], actor="P-editor")
    register.save([sign_off(Party.BUYER, ITEM), sign_off(Party.SUPPLIER, ITEM)], actor="P-owner")
    return register


def test_an_agreed_list_holds(agreed: Register) -> None:
    assert agreed.verify() == []
    assert agreed.signed_lists() == 1


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE activity_list_items SET title = 'Inför ingenting' WHERE id = 'I-1'",
        "UPDATE activity_list_items SET due_date = '2027-08-31' WHERE id = 'I-1'",
        "UPDATE activity_list_items SET due_date = NULL WHERE id = 'I-1'",
        "DELETE FROM activity_list_items WHERE id = 'I-1'",
        "UPDATE activity_list_versions SET number = 2 WHERE id = 'L-1'",
        "UPDATE sign_offs SET list_hash = 'x' WHERE party = 'supplier'",
    ],
)
def test_what_was_changed_in_an_agreed_list_is_found_and_the_list_named(
    agreed: Register, database: Any, statement: str
) -> None:
    database.forge(statement)
    found = agreed.verify()
    assert "activity_list_versions L-1" in {problem["where"] for problem in found}
    assert any(
        "L-1" in problem["what"] and "leverantören" in problem["what"] for problem in agreed.verify(language="sv")
    )


def test_a_forger_who_mends_the_trail_too_is_found_by_what_was_signed(agreed: Register, database: Any) -> None:
    """The trail alone is a chain without a secret: whoever computes it anew is found by the signatures."""
    database.forge("UPDATE activity_list_items SET title = 'Inför ingenting' WHERE id = 'I-1'")
    names = ("seq", "at_utc", "actor", "action", "object_type", "object_id", "before", "after")
    previous = GENESIS
    for row in database.rows(f"SELECT {', '.join(names)} FROM audit ORDER BY seq"):
        body = dict(zip(names, row, strict=True))
        body["after"] = str(body["after"]).replace(
            '"title":"Inför e-legitimation"',
            '"title":"Inför ingenting"'
            if body["object_type"] == "activity_list_items"
            else '"title":"Inför e-legitimation"',
        )
        entry = chain_hash(previous, body)
        database.forge(
            "UPDATE audit SET after = ?, prev_hash = ?, hash = ? WHERE seq = ?",
            values=(body["after"], previous, entry, body["seq"]),
        )
        previous = entry
    assert [problem["where"] for problem in agreed.verify()] == ["activity_list_versions L-1"] * 2


def test_nobody_signs_another_text_than_the_one_that_stands(register: Register) -> None:
    register.save([LIST, ITEM], actor="P-editor")
    seen = sign_off(Party.SUPPLIER, ITEM)
    register.save([replace(ITEM, version=1, title="Ändrad medan den lästes")], actor="P-editor")
    with pytest.raises(ConflictError, match="sign_off_other_text"):
        register.save([seen], actor="P-owner")
    assert register.load().sign_offs == ()


def test_a_list_that_is_changed_and_signed_in_one_save_is_signed_as_changed(register: Register) -> None:
    register.save([LIST, ITEM], actor="P-editor")
    changed = replace(ITEM, version=1, title="Ny lydelse")
    with pytest.raises(ConflictError, match="sign_off_other_text"):
        register.save([changed, sign_off(Party.SUPPLIER, ITEM)], actor="P-owner")
    other = replace(LIST, version=1, number=7)
    with pytest.raises(ConflictError, match="sign_off_other_text"):
        register.save([other, sign_off(Party.SUPPLIER, ITEM)], actor="P-owner")
    register.save([changed, other, sign_off(Party.SUPPLIER, changed, version=other)], actor="P-owner")
    assert register.verify() == []
