"""What was taken out of the audit trail because the law asked for it, and the entries that vouch for what is left.

An entry keeps the hash that it was written with, so the chain holds. The hash of what is left of it stands in a later
entry of the chain, which says who took something out, when and why.
"""

from __future__ import annotations

import json

from sqlalchemy import Connection, func, select

from partnership_lib.register.schema import AUDIT

ERASURE = "erasure"
"""Object type of the entries that vouch; nothing can ever be taken out of them."""


def vouched_for(connection: Connection) -> dict[int, str]:
    """Return the hash of what is left of each entry that something was taken out of, by number; the newest counts."""
    query = select(AUDIT.c.after).where(AUDIT.c.object_type == ERASURE).order_by(AUDIT.c.seq)
    return {int(seq): left for after in connection.scalars(query) for seq, left in json.loads(after)["left"].items()}


def erasures(connection: Connection) -> int:
    """Return how many times somebody's data has been erased."""
    query = select(func.count()).select_from(AUDIT).where(AUDIT.c.object_type == ERASURE)
    return connection.scalar(query) or 0
