"""Rows of a JSON file, strictly: numbers stay the text they were written as, a key stands once in an object."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, NoReturn

from partnership_lib.errors import InputError
from partnership_lib.files.delimited import Record

_NESTED = "json_nested_value"


def read_json_rows(text: str, rows_key: str, file: str) -> tuple[list[str], Iterator[Record]]:
    """Return the column names and the rows of a list of objects, at the top or under `rows_key`.

    The line number of a row is its place in the list, counted from 1.

    Raises
    ------
    InputError
        ``json_unreadable``, ``json_key_twice``, ``json_not_a_number``, ``json_too_deep`` or ``json_no_rows``.
    """
    rows = _rows(_parsed(text, file), rows_key, file)
    names = list(dict.fromkeys(name for row in rows if isinstance(row, dict) for name in row))
    return names, (_record(number, row, names) for number, row in enumerate(rows, start=1))


def _parsed(text: str, file: str) -> Any:
    def object_of(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        found = {name.replace("\ufeff", "").strip(): value for name, value in pairs}
        if len(found) != len(pairs):
            raise InputError("json_key_twice", file=file, found=", ".join(name for name, _ in pairs)[:200])
        return found

    def no_number(constant: str) -> NoReturn:
        raise InputError("json_not_a_number", file=file, found=constant)

    try:
        return json.loads(text, object_pairs_hook=object_of, parse_float=str, parse_int=str, parse_constant=no_number)
    except RecursionError as error:
        raise InputError("json_too_deep", file=file) from error
    except json.JSONDecodeError as error:
        raise InputError(
            "json_unreadable", file=file, line=error.lineno, column=error.colno, reason=error.msg
        ) from error


def _rows(content: Any, rows_key: str, file: str) -> list[Any]:
    if isinstance(content, dict):
        content = content.get(rows_key)
    if not isinstance(content, list):
        raise InputError("json_no_rows", file=file, allowed=rows_key)
    return content


def _record(number: int, row: Any, names: list[str]) -> Record:
    raw = json.dumps(row, ensure_ascii=False)
    if not isinstance(row, dict):
        return Record(number, None, raw, "json_not_an_object")
    values = [row.get(name) for name in names]
    if any(isinstance(value, dict | list) for value in values):
        return Record(number, None, raw, _NESTED)
    return Record(number, [_as_text(value) for value in values], raw)


def _as_text(value: Any) -> str:
    if value is None:
        return ""
    return value if isinstance(value, str) else str(value).lower()
