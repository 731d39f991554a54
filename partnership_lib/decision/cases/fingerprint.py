"""What identifies a case: a hash of everything that its comparison is computed from."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict

from partnership_lib.decision.cases.records import Case


def fingerprint(case: Case) -> str:
    """Return the SHA-256 of a case with its assumptions, its bidder counts and all that a scenario inherits.

    The same content gives the same hash, however the files are written; another number, source or name another.
    """
    content = json.dumps(asdict(case), ensure_ascii=False, sort_keys=True, default=str)
    return hashlib.sha256(content.encode("utf-8")).hexdigest()
