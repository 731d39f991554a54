"""The register itself: load everything, save some records, all or nothing, with a trail of who did it."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, insert, select

from partnership_lib import text
from partnership_lib.domain import RECORD_TYPES, Record, RegisterContent
from partnership_lib.errors import ConflictError, PartnershipError, StorageError, UsageError
from partnership_lib.register import audit
from partnership_lib.register.agreed_lists import signed_lists
from partnership_lib.register.changes import Rows, check_references, planned_changes, write_changes
from partnership_lib.register.connect import connect, reading, transaction
from partnership_lib.register.frozen_documents import check_frozen_documents, frozen_documents
from partnership_lib.register.hashing import records_hash
from partnership_lib.register.migrations import migrate
from partnership_lib.register.proof import problems_in
from partnership_lib.register.rights import REFUSALS, check_agreed_lists, check_rights
from partnership_lib.register.schema import RECORD_TABLES, SAVE
from partnership_lib.register.values import from_row, table_name
from partnership_lib.register.vouching import erasures

_log = logging.getLogger(__name__)


def utc_now() -> str:
    """Return this instant as ISO text in UTC, to the second."""
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


@dataclass(frozen=True)
class Saved:
    """What a save led to.

    Attributes
    ----------
    versions : Mapping
        Version of every record in the save, by record type and id.
    repeated : bool
        Whether this save id had been saved before; nothing was written again.
    """

    versions: Mapping[tuple[type[Record], str], int]
    repeated: bool


def content_hash(content: RegisterContent) -> str:
    """Return a hash of all records without their versions; the same content gives the same hash anywhere."""
    return records_hash(content)


class Register:
    """The municipality's register in a database; holds no connection between calls."""

    def __init__(self, engine: Engine, *, clock: Callable[[], str] = utc_now) -> None:
        self.engine = engine
        self._clock = clock

    @classmethod
    def open(cls, url: str | Path, *, clock: Callable[[], str] = utc_now) -> Register:
        """Return the register at a database address or in an SQLite file; made when missing, migrated when older."""
        engine = connect(url)
        migrate(engine)
        return cls(engine, clock=clock)

    def load(self, *kinds: type[Record]) -> RegisterContent:
        """Return all records as they are at this moment, or only those of some kinds."""
        with reading(self.engine) as connection:
            return RegisterContent.of(
                from_row(kind, dict(row))
                for kind in kinds or RECORD_TABLES
                for row in connection.execute(select(RECORD_TABLES[kind])).mappings()
            )

    def save(self, records: Iterable[Record], *, actor: str, save_id: str | None = None) -> Saved:
        """Return the versions of the records after saving all of them, or raise having saved none.

        Parameters
        ----------
        records : iterable of Record
            New ones with version 0, changed ones with the version they were read at.
        actor : str
            Id of the person who saves, or ``system:<name>``.
        save_id : str, optional
            Made by the client for this one save. Sent again, after an answer that never came, it changes nothing.

        Raises
        ------
        ConflictError
            Somebody else changed one of the records first; both texts are in the values.
        UsageError
            The actor may not do this, or a signed-off activity list or a frozen document would change.
        InputError
            A value, an id or a reference cannot be stored.
        StorageError
            The database could not take it.

        Notes
        -----
        A save whose connection is lost is tried once more. Lost while it was being committed, it can have arrived:
        then only a save with a `save_id` is tried again, and one without ends in ``register_answer_lost``.
        What is refused for want of a right, or because it has been signed, is noted in the trail.
        """
        batch = list(records)
        try:
            return self._retried(batch, actor, save_id)
        except PartnershipError as error:
            if error.code in REFUSALS:
                about = f"{table_name(type(batch[0]))} {batch[0].id}" if batch else ""
                self.note_refusal(audit.Refusal(error.code, about, len(batch)), actor)
            raise

    def note_refusal(self, refusal: audit.Refusal, actor: str) -> None:
        """Add to the trail that somebody tried what he may not; where that cannot be saved it goes to the log."""
        try:
            with transaction(self.engine) as connection:
                audit.note_refusal(connection, refusal, actor, self._clock())
        except StorageError as error:
            _log.warning("refused %s to %r, and could not note it: %s", refusal, actor[: audit.LONGEST_ACTOR], error)

    def refusals(self) -> list[tuple[int, str, str, str, str]]:
        """Return every refusal in the trail: number of the entry, when, who, what it was about, code of why."""
        with reading(self.engine) as connection:
            return audit.refusals(connection)

    def _retried(self, batch: list[Record], actor: str, save_id: str | None) -> Saved:
        try:
            return self._save(batch, actor, save_id)
        except StorageError as lost:
            if lost.code == "register_connection_lost":
                return self._save(batch, actor, save_id)
            if lost.code != "register_answer_lost" or save_id is None:
                raise
            return self._settle(batch, actor, save_id, lost)

    def _settle(self, batch: list[Record], actor: str, save_id: str, lost: StorageError) -> Saved:
        """Return what the save led to whose answer was lost: it stands already, or it is saved now."""
        try:
            return self._save(batch, actor, save_id)
        except ConflictError:
            raise
        except StorageError as still_lost:
            raise lost from still_lost

    def _save(self, batch: list[Record], actor: str, save_id: str | None) -> Saved:
        with transaction(self.engine) as connection:
            earlier = _earlier_save(connection, save_id, batch)
            if earlier is not None:
                return Saved(earlier, repeated=True)
            rows = Rows.of(connection, batch)
            changes = planned_changes(rows, batch)
            check_rights(rows, changes, actor)
            check_references(rows, changes)
            check_agreed_lists(rows, changes)
            check_frozen_documents(rows, changes)
            write_changes(connection, changes)
            versions = _versions(batch, changes)
            self._note(connection, changes, actor, save_id, batch, versions)
        return Saved(versions, repeated=False)

    def _note(
        self,
        connection: Connection,
        changes: list[audit.Change],
        actor: str,
        save_id: str | None,
        batch: list[Record],
        versions: Mapping[tuple[type[Record], str], int],
    ) -> None:
        at_utc = self._clock()
        audit.append(connection, changes, actor, at_utc)
        if save_id is not None:
            changed = {(change.kind, change.id) for change in changes}
            listed = json.dumps(
                [
                    [table_name(kind), record_id, number, (kind, record_id) in changed]
                    for (kind, record_id), number in versions.items()
                ]
            )
            connection.execute(
                insert(SAVE).values(
                    id=save_id, at_utc=at_utc, actor=actor, records_hash=records_hash(batch), versions=listed
                )
            )

    def earlier_save(self, save_id: str) -> tuple[str, str] | None:
        """Return when (ISO, UTC) and by whom something was saved under an id, or None."""
        with reading(self.engine) as connection:
            row = connection.execute(select(SAVE.c.at_utc, SAVE.c.actor).where(SAVE.c.id == save_id)).first()
        return None if row is None else (row.at_utc, row.actor)

    def content_hash(self) -> str:
        """Return a hash of all records without their versions; the same content gives the same hash anywhere."""
        return content_hash(self.load())

    def audit_head(self) -> tuple[int, str]:
        """Return the number and the hash of the newest entry of the audit trail, to be printed in reports."""
        with reading(self.engine) as connection:
            return audit.head(connection)

    def signed_lists(self) -> int:
        """Return how many versions of activity lists somebody has signed: `verify` proves each of them."""
        with reading(self.engine) as connection:
            return signed_lists(connection)

    def frozen_documents(self) -> int:
        """Return how many documents are frozen: `verify` proves each of them."""
        with reading(self.engine) as connection:
            return frozen_documents(connection)

    def erasures(self) -> int:
        """Return how many times somebody's data has been erased: the trail vouches for what is left of each entry."""
        with reading(self.engine) as connection:
            return erasures(connection)

    def latest_change(self, kind: type[Record], record_id: str) -> audit.AuditEntry | None:
        """Return who changed a record last and when, or None."""
        with reading(self.engine) as connection:
            return audit.latest_change(connection, kind, record_id)

    def verify(self, printed_head: tuple[int, str] | None = None, language: str = "en") -> list[dict[str, Any]]:
        """Return what does not hold, as rows with ``severity``, ``where`` and ``what``; empty when all holds.

        Parameters
        ----------
        printed_head : (int, str), optional
            An `audit_head` from a report or a backup: the trail must still contain it.
        """
        with reading(self.engine) as connection:
            problems = list(problems_in(connection, printed_head))
        return [
            {
                "severity": problem.severity,
                "where": problem.where,
                "what": text.sentence(f"problem.{problem.code}", problem.values, language),
            }
            for problem in problems
        ]


def _versions(batch: list[Record], changes: list[audit.Change]) -> dict[tuple[type[Record], str], int]:
    versions = {(type(record), record.id): int(record.version) for record in batch}
    versions.update({(change.kind, change.id): change.version for change in changes})
    return versions


def _earlier_save(
    connection: Connection, save_id: str | None, batch: list[Record]
) -> dict[tuple[type[Record], str], int] | None:
    row = connection.execute(select(SAVE).where(SAVE.c.id == save_id)).first() if save_id is not None else None
    if row is None:
        return None
    if row.records_hash != records_hash(batch):
        raise UsageError("save_id_reused", found=save_id)
    return {(RECORD_TYPES[name], record_id): version for name, record_id, version, *_ in json.loads(row.versions)}
