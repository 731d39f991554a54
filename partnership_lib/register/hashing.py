"""Canonical JSON and the hashes made of it: the same on every machine."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Iterable
from typing import Any

from partnership_lib.domain import Record
from partnership_lib.register.values import table_name, to_row

GENESIS = "0" * 64
"""What the first record of the audit trail has before it."""


_ENCODER = json.JSONEncoder(sort_keys=True, ensure_ascii=False, separators=(",", ":"), allow_nan=False)


def canonical(value: Any) -> str:
    """Return a value as JSON in one fixed form.

    Examples
    --------
    >>> canonical({"b": 1.5, "a": "å"})
    '{"a":"å","b":1.5}'
    """
    return _ENCODER.encode(value)


def records_hash(records: Iterable[Record]) -> str:
    """Return the SHA-256 of records without their versions, whatever their order."""
    digest = hashlib.sha256()
    for line in sorted(canonical([table_name(type(record)), to_row(record)]) for record in records):
        digest.update(line.encode("utf-8") + b"\n")
    return digest.hexdigest()


def chain_hash(prev_hash: str, body: Any) -> str:
    """Return the hash that ties a record of the audit trail to the one before it."""
    return hashlib.sha256((prev_hash + canonical(body)).encode("utf-8")).hexdigest()


def keyed_hash(key: str, value: str) -> str:
    """Return a hash that stands for personal data: it says nothing without the key."""
    return "hmac:" + hmac.new(bytes.fromhex(key), value.encode("utf-8"), "sha256").hexdigest()
