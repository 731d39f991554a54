"""A document frozen when an agreement was awarded: what was promised, and how it shall be evaluated."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from partnership_lib.domain.record import Record, fact


class FrozenKind(StrEnum):
    """What a frozen document is: the comparison that the award rested on, or the plan for evaluating it."""

    COMPARISON = "comparison"
    EVALUATION_PLAN = "evaluation_plan"


@dataclass(frozen=True, kw_only=True)
class FrozenDocument(Record):
    """A document that nobody changes after it was frozen; another one can take its place. Internal as a whole.

    Attributes
    ----------
    number : int
        1, 2, 3 ... among the documents of this kind for the agreement.
    document : str
        The content as canonical JSON.
    sha256 : str
        `document_hash` of `document`.
    replaces_id : str or None
        The document before it, that it takes the place of; None for the first.
    reason : str
        Why it was replaced.
    """

    agreement_id: str = fact(references="Agreement")
    kind: FrozenKind = fact()
    number: int = fact()
    document: str = fact()
    sha256: str = fact()
    frozen_date: date = fact()
    frozen_by_id: str = fact(references="Person")
    replaces_id: str | None = fact(references="FrozenDocument", default=None)
    reason: str = fact(default="")

    @property
    def content(self) -> Any:
        """Return what the document says, as dictionaries, lists, numbers and text."""
        return json.loads(self.document)


def document_hash(document: str) -> str:
    """Return the SHA-256 of a document's text in UTF-8.

    Examples
    --------
    >>> document_hash('{"a":1}')[:12]
    '015abd7f5cc5'
    """
    return hashlib.sha256(document.encode("utf-8")).hexdigest()


def standing_document(
    documents: Iterable[FrozenDocument], agreement_id: str, kind: FrozenKind, day: date | None = None
) -> FrozenDocument | None:
    """Return the newest document of a kind for an agreement that was frozen by `day`, or None."""
    frozen = [
        document
        for document in documents
        if document.agreement_id == agreement_id
        and document.kind is kind
        and (day is None or document.frozen_date <= day)
    ]
    return max(frozen, key=lambda document: document.number, default=None)
