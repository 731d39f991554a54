"""The erasure itself: in one transaction, by an admin, with an entry in the trail that vouches for what is left."""

from __future__ import annotations

import json
import secrets
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import Connection, delete, insert, select, update

from partnership_lib import text
from partnership_lib.domain import RECORD_TYPES, AccessRole, Person
from partnership_lib.errors import InputError, UsageError
from partnership_lib.register import audit
from partnership_lib.register.changes import write_changes
from partnership_lib.register.connect import transaction
from partnership_lib.register.erasure.mentions import Mention, PersonNames, find_mentions, place_of, text_columns
from partnership_lib.register.erasure.plan import find_person
from partnership_lib.register.erasure.tables import changeable, forget_free_space
from partnership_lib.register.hashing import canonical, chain_hash
from partnership_lib.register.schema import AUDIT, PERSONAL_KEY, RECORD_TABLES, SAVE
from partnership_lib.register.store import Register, utc_now
from partnership_lib.register.values import table_name, to_row
from partnership_lib.register.vouching import ERASURE

PEOPLE = table_name(Person)
FORGOTTEN = "erased"
"""Stands for the hash of a save that held the person: nobody can try names against it."""


@dataclass(frozen=True)
class Erased:
    """What was done: the pseudonym, the texts that were altered, the entries of the trail that lost something."""

    pseudonym: str
    texts: tuple[str, ...]
    entries: int


def erase(
    register: Register,
    person_id: str,
    *,
    actor: str,
    reason: str,
    texts: Collection[str] | None = (),
    language: str = "sv",
    clock: Callable[[], str] = utc_now,
) -> Erased:
    """Take a person's data out of the register and out of its trail; what stays is a pseudonym.

    Parameters
    ----------
    actor : str
        Id of an admin, and not of the person.
    reason : str
        The decision that this follows, such as its reference number. It stays in the trail.
    texts : collection of str, optional
        Places of the texts that shall name the person no longer (`Mention.place`); None for all that can be altered.

    Raises
    ------
    UsageError
        ``unknown_person``, ``unknown_actor``, ``erasure_not_allowed``, ``erasure_of_oneself``, ``erasure_place`` for a
        text that does not name the person or cannot be altered.
    InputError
        ``erasure_reason`` when there is none, or when it names the person.
    """
    with transaction(register.engine) as connection:
        person = find_person(connection, person_id)
        _check_actor(connection, person, actor)
        names = PersonNames(person.name, person.email)
        if not reason.strip() or names.surely(reason):
            raise InputError("erasure_reason", person=person_id)
        chosen = _chosen(find_mentions(connection, person_id, names), texts)
        mark = text.sentence("erasure.mark", {}, language)
        pseudonym = text.sentence("erasure.pseudonym", {"id": person_id}, language)
        with changeable(connection, AUDIT, SAVE):
            left = _redact_trail(connection, person_id, names, chosen, mark)
            _forget_saves(connection, person_id)
        changes = [_anonymous(connection, person, pseudonym), *_texts_without(connection, chosen, names, mark)]
        _renew_key(connection, person_id)
        write_changes(connection, changes)
        vouching = {"person": person_id, "reason": reason, "left": left, "texts": sorted(chosen)}
        audit.append_erasure(connection, changes, ERASURE, person_id, vouching, actor, clock())
    forget_free_space(register.engine)
    return Erased(pseudonym, tuple(sorted(chosen)), len(left))


def _check_actor(connection: Connection, person: Person, actor: str) -> None:
    table = RECORD_TABLES[Person]
    role = connection.scalar(select(table.c.access_role).where(table.c.id == actor))
    if role is None:
        raise UsageError("unknown_actor", found=actor)
    if role != AccessRole.ADMIN:
        raise UsageError("not_allowed", actor=actor, role=str(role), action="erase")
    if actor == person.id:
        raise UsageError("erasure_of_oneself", person=actor)


def _chosen(mentions: Collection[Mention], texts: Collection[str] | None) -> set[str]:
    can = {mention.place for mention in mentions if not mention.is_fixed}
    if texts is None:
        return can
    for place in texts:
        if place not in can:
            raise UsageError("erasure_place", found=place, allowed=", ".join(sorted(can)[:5]) or "–")
    return set(texts)


def _redact_trail(
    connection: Connection, person_id: str, names: PersonNames, chosen: Collection[str], mark: str
) -> dict[str, str]:
    """Take the person out of the trail; return the hash of what is left of each entry that lost something."""
    left = {}
    for row in connection.execute(select(AUDIT).order_by(AUDIT.c.seq)).all():
        if row.object_type not in RECORD_TYPES:
            continue
        said = {side: getattr(row, side) for side in ("before", "after")}
        kept = {
            side: old and _without(row, json.loads(old), person_id, names, chosen, mark) for side, old in said.items()
        }
        if kept == said:
            continue
        connection.execute(update(AUDIT).where(AUDIT.c.seq == row.seq).values(**kept))
        left[str(row.seq)] = chain_hash(row.prev_hash, {**audit.body_of(row), **kept})
    return left


def _without(
    row: Any, said: dict[str, Any], person_id: str, names: PersonNames, chosen: Collection[str], mark: str
) -> str:
    """Return one side of an entry without the person, as the trail writes it."""
    if (row.object_type, row.object_id) == (PEOPLE, person_id):
        return canonical({**said, "title": "", "follow_up_hours_per_year": None})
    for column in text_columns(RECORD_TYPES[row.object_type]):
        if said.get(column) and place_of(row.object_type, row.object_id, column) in chosen:
            said[column] = names.without(str(said[column]), mark)
    return canonical(said)


def _forget_saves(connection: Connection, person_id: str) -> None:
    """Replace the hashes of saves that held the person: they are without a key, and names could be tried on them."""
    for row in connection.execute(select(SAVE.c.id, SAVE.c.versions)).all():
        if any(name == PEOPLE and record_id == person_id for name, record_id, *_ in json.loads(row.versions)):
            connection.execute(update(SAVE).where(SAVE.c.id == row.id).values(records_hash=FORGOTTEN))


def _anonymous(connection: Connection, person: Person, pseudonym: str) -> audit.Change:
    nobody = replace(
        person, name=pseudonym, title="", email="", access_role=AccessRole.READER, follow_up_hours_per_year=None
    )
    return _change(connection, PEOPLE, person.id, to_row(nobody))


def _texts_without(
    connection: Connection, chosen: Collection[str], names: PersonNames, mark: str
) -> list[audit.Change]:
    """Return the changes of what the records say now, one for each record that says something else afterwards."""
    records = {tuple(place.rpartition("/")[0].split("/", 1)) for place in chosen}
    changes = []
    for name, record_id in sorted(records):
        row = _row(connection, name, record_id)
        values = {
            column: names.without(str(row[column]), mark)
            for column in text_columns(RECORD_TYPES[name])
            if row[column] and place_of(name, record_id, column) in chosen
        }
        if any(row[column] != value for column, value in values.items()):
            changes.append(_change(connection, name, record_id, {**row, **values}))
    return changes


def _row(connection: Connection, name: str, record_id: str) -> Mapping[str, Any]:
    table = RECORD_TABLES[RECORD_TYPES[name]]
    return dict(connection.execute(select(table).where(table.c.id == record_id)).mappings().one())


def _change(connection: Connection, name: str, record_id: str, after: Mapping[str, Any]) -> audit.Change:
    before = _row(connection, name, record_id)
    written = {column: value for column, value in after.items() if column != "version"}
    return audit.Change(RECORD_TYPES[name], before, written, int(before["version"]) + 1)


def _renew_key(connection: Connection, person_id: str) -> None:
    """Throw away the key of the person's hashes in the trail: from now on nothing can be compared with them."""
    place = {"object_type": PEOPLE, "object_id": person_id}
    connection.execute(
        delete(PERSONAL_KEY).where(PERSONAL_KEY.c.object_type == PEOPLE, PERSONAL_KEY.c.object_id == person_id)
    )
    connection.execute(insert(PERSONAL_KEY).values(**place, key=secrets.token_hex(32)))
