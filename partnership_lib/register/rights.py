"""Who may save what, checked where the save happens: a form with a greyed-out button stops nobody."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection, select

from partnership_lib.domain import (
    AccessRole,
    ActivityListItem,
    ActivityListVersion,
    Agreement,
    Organisation,
    Party,
    Person,
    SignOff,
)
from partnership_lib.domain.list_rules import list_hash
from partnership_lib.errors import ConflictError, InputError, UsageError
from partnership_lib.register.audit import Change, Row
from partnership_lib.register.changes import Rows
from partnership_lib.register.schema import RECORD_TABLES
from partnership_lib.register.values import from_row

SYSTEM = "system:"
"""Prefix of an actor that is a program, such as ``system:import``."""

REFUSALS = frozenset(
    {
        *("unknown_actor", "not_allowed", "list_frozen", "sign_off_final"),
        *("sign_off_wrong_party", "sign_off_other_text", "document_frozen"),
    }
)
"""Codes of what is refused to somebody rather than to a text: such attempts stand in the trail of changes."""


def check_rights(rows: Rows, changes: Sequence[Change], actor: str) -> None:
    """Raise unless `actor` may make these changes.

    Raises
    ------
    UsageError
        ``unknown_actor`` for somebody who is not in the register, ``not_allowed`` for a reader, for a change of
        access roles by anyone but an admin, and for the buyer's sign-off by anyone without that right.
    """
    if actor.startswith(SYSTEM) and len(actor) > len(SYSTEM):
        return
    person = rows.find(Person, actor) if (Person, actor) not in rows.batch or rows.stored[Person, actor] else None
    if person is None:
        raise UsageError("unknown_actor", found=actor)
    role = AccessRole(str(person["access_role"]))
    if role is AccessRole.READER:
        raise UsageError("not_allowed", actor=actor, role=role.value, action="save")
    for change in changes:
        if change.kind is Person and role is not AccessRole.ADMIN and _role_moves(change):
            raise UsageError("not_allowed", actor=actor, role=role.value, action="roles")
        if change.kind is SignOff and not _may_sign(rows, change.after, actor, role):
            raise UsageError("not_allowed", actor=actor, role=role.value, action="sign_off")


def _role_moves(change: Change) -> bool:
    before = change.before["access_role"] if change.before else AccessRole.READER
    return before != change.after["access_role"]


def _may_sign(rows: Rows, sign_off: Row, actor: str, role: AccessRole) -> bool:
    if sign_off["party"] != Party.BUYER or role in (AccessRole.PARTNERSHIP_OWNER, AccessRole.ADMIN):
        return True
    version = rows.find(ActivityListVersion, sign_off["list_version_id"])
    agreement = rows.find(Agreement, version["agreement_id"]) if version else None
    return agreement is not None and agreement["owner_id"] == actor


def check_agreed_lists(rows: Rows, changes: Sequence[Change]) -> None:
    """Raise when a change touches an activity list that has been signed off, or a sign-off itself.

    A list is locked from its first sign-off: what the second party signs must be what the first one signed.

    Raises
    ------
    UsageError
        ``list_frozen`` with the list and who has signed it, ``sign_off_final``.
    InputError
        ``sign_off_wrong_party`` when the person belongs to the other party.
    ConflictError
        ``sign_off_other_text`` when the hash that is signed is not that of the list as it stands.
    """
    touched = set()
    for change in changes:
        if change.kind is SignOff:
            _check_sign_off(rows, change)
        elif change.kind is ActivityListVersion and change.before:
            touched.add(change.id)
        elif change.kind is ActivityListItem:
            touched.update(str(row["list_version_id"]) for row in (change.before, change.after) if row)
    for list_id in sorted(touched):
        signed = _signed_by(rows.connection, list_id)
        if signed:
            raise UsageError("list_frozen", list=list_id, parties=signed[0] if len(signed) == 1 else "both")


def _check_sign_off(rows: Rows, change: Change) -> None:
    if change.before:
        raise UsageError("sign_off_final", sign_off=change.id)
    person = rows.find(Person, change.after["person_id"])
    organisation = rows.find(Organisation, person["organisation_id"]) if person else None
    if organisation and organisation["party"] != change.after["party"]:
        raise InputError(
            "sign_off_wrong_party", sign_off=change.id, party=change.after["party"], found=organisation["party"]
        )
    _check_signed_text(rows, change.id, change.after)


def _check_signed_text(rows: Rows, sign_off_id: str, sign_off: Row) -> None:
    """Raise unless the hash that is signed is that of the list as it stands: nobody signs something else."""
    list_id = str(sign_off["list_version_id"])
    version = rows.batch.get((ActivityListVersion, list_id)) or rows.find(ActivityListVersion, list_id)
    if version is None:
        return  # the reference itself is refused
    items = _items_of(rows, list_id)
    standing = list_hash(from_row(ActivityListVersion, version), items)
    if standing != sign_off["list_hash"]:
        raise ConflictError(
            "sign_off_other_text", sign_off=sign_off_id, list=list_id, found=str(sign_off["list_hash"])[:16]
        )


def _items_of(rows: Rows, list_id: str) -> list[ActivityListItem]:
    """Return the items of a list: those that stand, and those that are saved together with the sign-off."""
    table = RECORD_TABLES[ActivityListItem]
    standing = rows.connection.execute(select(table).where(table.c.list_version_id == list_id)).mappings()
    found: dict[str, Row] = {str(row["id"]): dict(row) for row in standing}
    found |= {record_id: row for (kind, record_id), row in rows.batch.items() if kind is ActivityListItem}
    return [from_row(ActivityListItem, row) for row in found.values() if row["list_version_id"] == list_id]


def _signed_by(connection: Connection, list_id: str) -> list[str]:
    table = RECORD_TABLES[SignOff]
    query = select(table.c.party).where(table.c.list_version_id == list_id).order_by(table.c.party)
    return [str(party) for party in connection.scalars(query)]
