"""Rows of a JSON file, strictly: numbers stay the text they were written as, a key stands once in an object."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from partnership_lib.errors import InputError
from partnership_lib.files.delimited import Record
from partnership_lib.files.strict_json import strict_json

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


def are_json_lines(first: str, second: str) -> bool:
    """Return whether the first two lines of a file make it one object on each line instead of one JSON text.

    Examples
    --------
    >>> are_json_lines('{"a": 1}', '{"a": 2}'), are_json_lines('{"results": [', '{"a": 1}'), are_json_lines("[{", "")
    (True, False, False)
    """
    try:
        return second.lstrip().startswith("{") and isinstance(json.loads(first), dict)
    except (ValueError, RecursionError):
        return False


def read_json_lines(open_lines: Callable[[], Iterable[str]], file: str) -> tuple[list[str], Iterator[Record]]:
    """Return the column names and the rows of a file with one object on each line; it is read twice, never held.

    A line that is no JSON is a row that cannot be read, as in a file of separated values.
    """
    names: dict[str, None] = {}
    for line in open_lines():
        row = _line_parsed(line, file)
        names |= dict.fromkeys(row) if isinstance(row, dict) else {}
    return list(names), _records_of_lines(open_lines(), list(names), file)


def _records_of_lines(lines: Iterable[str], names: list[str], file: str) -> Iterator[Record]:
    for number, line in enumerate(lines, start=1):
        raw = line.rstrip("\n")
        row = _line_parsed(line, file) if raw.strip() else {}
        if isinstance(row, InputError):
            yield Record(number, None, raw, "json_line_unreadable")
        else:
            yield _record(number, row, names, raw)


def _line_parsed(line: str, file: str) -> Any:
    """Return what stands on a line, or why it cannot be read."""
    try:
        return _parsed(line, file) if line.strip() else {}
    except InputError as error:
        return error


def _parsed(text: str, file: str) -> Any:
    return strict_json(text, file, parse_float=str, parse_int=str, key=_name)


def _name(written: str) -> str:
    return written.replace("\ufeff", "").strip()


def _rows(content: Any, rows_key: str, file: str) -> list[Any]:
    if isinstance(content, dict):
        content = content.get(rows_key)
    if not isinstance(content, list):
        raise InputError("json_no_rows", file=file, allowed=rows_key)
    return content


def _record(number: int, row: Any, names: list[str], written: str = "") -> Record:
    raw = written or json.dumps(row, ensure_ascii=False)
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
