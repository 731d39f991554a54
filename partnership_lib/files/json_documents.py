"""A JSON file, or one JSON text on each line, read strictly: numbers exact, no key twice, not too large."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

from partnership_lib.errors import InputError
from partnership_lib.files.strict_json import strict_json

LARGEST_BYTES = 100 * 2**20


def read_documents(path: Path) -> list[Any]:
    """Return the JSON texts in a file: one, or one on each line. To be called in a guarded child process.

    Raises
    ------
    InputError
        ``notice_too_large``, ``json_unreadable``, ``json_key_twice``, ``json_not_a_number``, ``json_too_deep``.
    """
    size = path.stat().st_size
    if size > LARGEST_BYTES:
        raise InputError("notice_too_large", file=path.name, found=size, allowed=LARGEST_BYTES)
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise InputError("json_unreadable", file=path.name, line=1, column=error.start, reason="UTF-8") from error
    lines = [line for line in text.splitlines() if line.strip()]
    if len(lines) > 1 and all(line.startswith("{") and line.rstrip().endswith("}") for line in lines):
        return [strict_json(line, path.name, parse_float=Decimal) for line in lines]
    return [strict_json(text, path.name, parse_float=Decimal)]
