"""Documents frozen at award: made once, refused when changed, and proven afterwards by their hash."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

from sqlalchemy import Connection, func, select

from partnership_lib.domain import (
    FrozenDocument,
    FrozenKind,
    RegisterContent,
    document_hash,
    standing_document,
)
from partnership_lib.errors import InputError, UsageError
from partnership_lib.register.audit import Change, Problem
from partnership_lib.register.changes import Rows
from partnership_lib.register.hashing import canonical
from partnership_lib.register.schema import RECORD_TABLES


def new_document(
    content: RegisterContent,
    agreement_id: str,
    kind: FrozenKind,
    said: Any,
    day: date,
    person_id: str,
    reason: str = "",
) -> FrozenDocument:
    """Return the record that freezes `said` for an agreement, in the place of the one that stands, if any.

    Parameters
    ----------
    said : Any
        Dictionaries, lists, finite numbers, text, True, False and None; kept as canonical JSON.

    Raises
    ------
    InputError
        ``document_not_plain`` when `said` holds anything else.
    """
    standing = standing_document(content.frozen_documents, agreement_id, kind)
    number = standing.number + 1 if standing else 1
    record_id = f"FD-{agreement_id}-{kind.value.replace('_', '-')}-{number}"
    try:
        document = canonical(said)
    except (TypeError, ValueError) as error:
        raise InputError("document_not_plain", document=record_id, reason=str(error)) from error
    return FrozenDocument(
        id=record_id,
        agreement_id=agreement_id,
        kind=kind,
        number=number,
        document=document,
        sha256=document_hash(document),
        frozen_date=day,
        frozen_by_id=person_id,
        replaces_id=standing.id if standing else None,
        reason=reason,
    )


def check_frozen_documents(rows: Rows, changes: Sequence[Change]) -> None:
    """Raise when a change touches a frozen document, or when a new one is not what it says.

    Raises
    ------
    UsageError
        ``document_frozen``: what stands is never changed.
    InputError
        ``document_hash`` when the hash is not that of canonical JSON, ``document_number`` when the document does not
        take the place of the one before it.
    """
    for change in changes:
        if change.kind is not FrozenDocument:
            continue
        if change.before:
            raise UsageError("document_frozen", document=change.id, agreement=str(change.before["agreement_id"]))
        _check_hash(change)
        _check_place(rows, change)


def _check_hash(change: Change) -> None:
    document, said = str(change.after["document"]), str(change.after["sha256"])
    found = document_hash(document) if _is_canonical(document) else ""
    if found != said:
        raise InputError("document_hash", document=change.id, found=found[:16] or "–", allowed=said[:16])


def _is_canonical(document: str) -> bool:
    try:
        return canonical(json.loads(document)) == document
    except (ValueError, RecursionError):
        return False


def _check_place(rows: Rows, change: Change) -> None:
    after = change.after
    replaced = rows.find(FrozenDocument, after["replaces_id"])
    place = (after["agreement_id"], after["kind"], after["number"])
    follows = (replaced["agreement_id"], replaced["kind"], int(str(replaced["number"])) + 1) if replaced else place
    if place != follows or (replaced is None and after["number"] != 1):
        raise InputError("document_number", document=change.id, found=after["number"], replaced=after["replaces_id"])


def altered_documents(connection: Connection) -> Iterator[Problem]:
    """Yield each frozen document that no longer says what was frozen."""
    table = RECORD_TABLES[FrozenDocument]
    for row in connection.execute(select(table.c.id, table.c.document, table.c.sha256).order_by(table.c.id)):
        if (found := document_hash(row.document)) != row.sha256:
            values = {"document": row.id, "found": found[:16], "allowed": row.sha256[:16]}
            yield Problem("error", f"{table.name} {row.id}", "document_altered", values)


def frozen_documents(connection: Connection) -> int:
    """Return how many documents are frozen."""
    return connection.scalar(select(func.count()).select_from(RECORD_TABLES[FrozenDocument])) or 0
