"""A document frozen for an agreement: what was promised at award, kept where nobody changes it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from partnership_lib.domain import FrozenDocument, FrozenKind, Person, document_hash, standing_document
from partnership_lib.errors import UsageError
from partnership_lib.register.frozen_documents import new_document

if TYPE_CHECKING:
    from partnership_lib.workspace.place import Workspace


def freeze(
    workspace: Workspace, agreement: str, kind: FrozenKind, said: Any, actor: str, reason: str = ""
) -> FrozenDocument:
    """Return the document as it stands frozen: a new one, or the one that already says the same.

    Raises
    ------
    UsageError
        ``freeze_needs_person`` when the actor is no person in the register.
    InputError
        ``document_not_plain`` for what is no JSON, ``reference_missing`` for an unknown agreement.
    """
    content = workspace.content()
    if content.find(Person, actor) is None:
        raise UsageError("freeze_needs_person", found=actor)
    document = new_document(content, agreement, kind, said, workspace.as_of, actor, reason)
    standing = standing_document(content.frozen_documents, agreement, kind)
    if standing is not None and document_hash(document.document) == standing.sha256:
        return standing
    workspace.register.save([document], actor=actor)
    return document


def frozen(workspace: Workspace, agreement: str, kind: FrozenKind) -> FrozenDocument | None:
    """Return the document of a kind that stood frozen for an agreement on the as-of date, or None."""
    return standing_document(workspace.content().frozen_documents, agreement, kind, workspace.as_of)
