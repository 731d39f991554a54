"""Whoever tries what he may not is refused, changes nothing, and stands in the trail; on both databases."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from partnership_lib.domain import (
    AccessRole,
    ActivityListItem,
    ActivityListVersion,
    Level,
    Party,
    Person,
    Record,
    SignOff,
)
from partnership_lib.domain.list_rules import list_hash
from partnership_lib.errors import PartnershipError, StorageError, UsageError
from partnership_lib.register import store
from partnership_lib.register.catching_up import caught_up
from partnership_lib.register.store import Register

LIST = ActivityListVersion(
    id="L-1", agreement_id="A-1", level=Level.TACTICAL, number=1, proposed_date=date(2026, 9, 1),
    proposed_by=Party.BUYER,
)  # fmt: skip


def signed(register: Register) -> SignOff:
    """The buyer's sign-off of a list with one item, which is saved here."""
    (activity,) = register.load().activities
    item = ActivityListItem(
        id="I-1", list_version_id="L-1", activity_id="T-1", title=activity.title, kind=activity.kind,
        raised_by=Party.BUYER, own_level=Level.TACTICAL,
    )  # fmt: skip
    register.save([LIST, item], actor="P-editor")
    return SignOff(
        id="S-1", list_version_id="L-1", party=Party.BUYER, person_id="P-owner", signed_date=date(2026, 9, 2),
        list_hash=list_hash(LIST, [item]),
    )  # fmt: skip


def attempts(register: Register) -> list[tuple[str, Record, str]]:
    """Who tries to save what, and the code of why he may not."""
    activity, sign_off = register.load().activities[0], signed(register)
    reader = register.load().find(Person, "P-reader")
    register.save([sign_off], actor="P-owner")
    other = replace(LIST, id="L-2", number=2)
    register.save([other], actor="P-editor")
    empty = replace(sign_off, id="S-2", list_version_id="L-2", list_hash=list_hash(other, []))
    return [
        ("P-reader", replace(activity, title="x"), "not_allowed"),
        ("P-supplier", replace(activity, title="x"), "not_allowed"),
        ("P-editor", replace(reader, access_role=AccessRole.ADMIN), "not_allowed"),
        ("P-editor", empty, "not_allowed"),
        ("nobody", replace(activity, title="x"), "unknown_actor"),
        ("P-owner", replace(empty, list_hash="0" * 64), "sign_off_other_text"),
        ("P-owner", replace(empty, person_id="P-supplier"), "sign_off_wrong_party"),
        ("P-admin", replace(LIST, version=1, proposed_date=date(2026, 9, 9)), "list_frozen"),
        ("P-admin", replace(sign_off, version=1, signed_date=date(2026, 1, 1)), "sign_off_final"),
    ]


@pytest.mark.target(name="T20")
def test_every_refusal_stands_in_the_trail_and_changes_nothing(register: Register, target: Callable[..., None]) -> None:
    tried = attempts(register)
    before, content, head = register.content_hash(), register.load(), register.audit_head()
    for actor, record, code in tried:
        with pytest.raises(PartnershipError) as refused:
            register.save([record], actor=actor, save_id=f"{actor} {record.id} {code}")
        assert refused.value.code == code
    noted = [(actor, about.split()[1], code) for _, _, actor, about, code in register.refusals()]
    wanted = [(actor, record.id, code) for actor, record, code in tried]
    saved = int(register.content_hash() != before)
    target(refusals=len(wanted), unnoted=len(wanted) - len(noted), saved=saved)
    assert noted == wanted
    assert not saved and register.verify() == []
    assert caught_up(register, content, head) == (content, register.audit_head())


@pytest.mark.target(name="T20", control=True)
def test_the_control_a_refusal_that_somebody_takes_out_of_the_trail_is_missed(
    register: Register, database: Any, target: Callable[..., None]
) -> None:
    for actor in ("nobody", "P-reader"):
        with pytest.raises(UsageError):
            register.save([replace(register.load().activities[0], title="x")], actor=actor)
    (first, *_), _ = register.refusals()
    database.forge("DELETE FROM audit WHERE seq = ?", values=(first,))
    found = [problem["where"] for problem in register.verify()]
    target(found=len(found))
    assert found == [f"audit seq {first}"]


def test_a_personal_number_given_as_a_name_is_masked_in_the_trail(register: Register) -> None:
    with pytest.raises(UsageError, match="unknown_actor"):
        register.save([replace(register.load().activities[0], title="x")], actor="811218-9876")
    assert "9876" not in str(register.refusals())


def test_a_refusal_stands_even_when_it_cannot_be_noted_and_the_log_says_so(
    register_in_a_file: Register, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    register = register_in_a_file

    def full(*_: Any) -> None:
        raise StorageError("register_disk_full", outcome="not_saved", register="x", reason="x")

    monkeypatch.setattr(store.audit, "note_refusal", full)
    with caplog.at_level(logging.WARNING), pytest.raises(UsageError, match="not_allowed"):
        register.save([replace(register.load().activities[0], title="x")], actor="P-reader")
    assert "could not note it" in caplog.text
    assert register.refusals() == []


def test_what_is_wrong_with_a_text_is_no_refusal_of_a_person(register: Register) -> None:
    with pytest.raises(PartnershipError, match="row_changed"):
        register.save([replace(register.load().activities[0], version=7)], actor="P-editor")
    assert register.refusals() == []
