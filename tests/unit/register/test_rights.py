from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from partnership_lib.domain import (
    AccessRole,
    Activity,
    ActivityKind,
    ActivityListItem,
    ActivityListVersion,
    Level,
    Party,
    Person,
    SignOff,
)
from partnership_lib.domain.list_rules import list_hash
from partnership_lib.errors import ConflictError, InputError, UsageError
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
)
BUYER_SIGNS = SignOff(
    id="S-1",
    list_version_id="L-1",
    party=Party.BUYER,
    person_id="P-owner",
    signed_date=date(2026, 9, 2),
    list_hash=list_hash(LIST, [ITEM]),
)
SUPPLIER_SIGNS = replace(
    BUYER_SIGNS, id="S-2", party=Party.SUPPLIER, person_id="P-supplier", signed_date=date(2026, 9, 3)
)


@pytest.fixture
def proposed(register: Register) -> Register:
    """A register with a proposed activity list that nobody has signed off."""
    register.save([LIST, ITEM], actor="P-editor")
    return register


def edited(register: Register) -> Activity:
    return replace(register.load().activities[0], title="Annan titel")


@pytest.mark.parametrize("actor", ["P-editor", "P-owner", "P-admin", "P-agreement-owner", "system:import"])
def test_an_editor_and_those_above_may_change_an_activity(register: Register, actor: str) -> None:
    register.save([edited(register)], actor=actor)
    assert register.load().activities[0].title == "Annan titel"


@pytest.mark.parametrize("actor", ["P-reader", "P-supplier"])
def test_a_reader_may_save_nothing(register: Register, actor: str) -> None:
    with pytest.raises(UsageError, match="not_allowed"):
        register.save([edited(register)], actor=actor)


@pytest.mark.parametrize("actor", ["P-unknown", "", "system:"])
def test_nobody_unknown_may_save(register: Register, actor: str) -> None:
    with pytest.raises(UsageError, match="unknown_actor"):
        register.save([edited(register)], actor=actor)


def test_nobody_lets_himself_in_by_saving_himself(register: Register) -> None:
    with pytest.raises(UsageError, match="unknown_actor"):
        register.save([Person(id="P-x", name="x", organisation_id="O-K", access_role=AccessRole.ADMIN)], actor="P-x")


def test_only_an_admin_changes_what_others_may_do(register: Register) -> None:
    reader = register.load().find(Person, "P-reader")
    promoted = replace(reader, access_role=AccessRole.ADMIN)
    with pytest.raises(UsageError, match="not_allowed"):
        register.save([promoted], actor="P-owner")
    register.save([replace(reader, title="Rektor")], actor="P-editor")
    register.save([replace(promoted, title="Rektor", version=2)], actor="P-admin")
    assert register.load().find(Person, "P-reader").access_role is AccessRole.ADMIN


@pytest.mark.parametrize("actor", ["P-owner", "P-admin", "P-agreement-owner"])
def test_partnership_owner_admin_and_the_agreements_owner_sign_for_the_buyer(proposed: Register, actor: str) -> None:
    proposed.save([BUYER_SIGNS], actor=actor)
    assert len(proposed.load().sign_offs) == 1


def test_an_editor_does_not_sign_for_the_buyer_but_records_the_suppliers_sign_off(proposed: Register) -> None:
    with pytest.raises(UsageError, match="not_allowed"):
        proposed.save([BUYER_SIGNS], actor="P-editor")
    proposed.save([SUPPLIER_SIGNS], actor="P-editor")
    assert [each.party for each in proposed.load().sign_offs] == [Party.SUPPLIER]


def test_nobody_signs_for_the_other_party(proposed: Register) -> None:
    with pytest.raises(InputError, match="sign_off_wrong_party"):
        proposed.save([replace(BUYER_SIGNS, person_id="P-supplier")], actor="P-owner")


def test_a_party_signs_only_once(proposed: Register) -> None:
    proposed.save([BUYER_SIGNS], actor="P-owner")
    with pytest.raises(ConflictError, match="row_taken"):
        proposed.save([replace(BUYER_SIGNS, id="S-9")], actor="P-owner")


def test_an_unsigned_list_can_change(proposed: Register) -> None:
    proposed.save([replace(ITEM, version=1, title="Annat")], actor="P-editor")
    assert proposed.load().activity_list_items[0].title == "Annat"


@pytest.mark.parametrize("signatures", [[BUYER_SIGNS], [BUYER_SIGNS, SUPPLIER_SIGNS]])
@pytest.mark.parametrize(
    "change",
    [
        replace(LIST, version=1, proposed_date=date(2026, 9, 9)),
        replace(ITEM, version=1, title="Annat"),
        replace(ITEM, id="I-2", title="Tillagd i efterhand"),
    ],
    ids=["the list", "an item", "a new item"],
)
def test_a_list_that_was_signed_off_cannot_change(proposed: Register, signatures: list, change: object) -> None:
    proposed.save(signatures, actor="P-owner")
    before = proposed.content_hash()
    for actor in ("P-admin", "system:import"):
        with pytest.raises(UsageError, match="list_frozen"):
            proposed.save([change], actor=actor)
    assert proposed.content_hash() == before


def test_a_sign_off_is_final(proposed: Register) -> None:
    proposed.save([BUYER_SIGNS, SUPPLIER_SIGNS], actor="P-owner")
    with pytest.raises(UsageError, match="sign_off_final"):
        proposed.save([replace(BUYER_SIGNS, version=1, signed_date=date(2026, 1, 1))], actor="P-admin")


def test_an_item_cannot_be_moved_out_of_a_signed_list(proposed: Register) -> None:
    other = replace(LIST, id="L-2", number=2)
    proposed.save([other, BUYER_SIGNS], actor="P-owner")
    with pytest.raises(UsageError, match="list_frozen"):
        proposed.save([replace(ITEM, version=1, list_version_id="L-2")], actor="P-editor")


def test_a_whole_signed_list_can_be_brought_in_at_once(register: Register) -> None:
    register.save([LIST, ITEM, BUYER_SIGNS, SUPPLIER_SIGNS], actor="system:import")
    assert len(register.load().sign_offs) == 2
