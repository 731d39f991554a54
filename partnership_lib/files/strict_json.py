"""A JSON text, read strictly: no key twice, nothing that is no number, not too deep; each refusal with its place."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any, NoReturn

from partnership_lib.errors import InputError

DEEPEST = 100
"""More levels than anything that is exchanged has; what walks through the values could not follow them down."""

_HALF = re.compile(r"\\u[dD][89a-fA-F]")
"""How half of a character outside the first 65,536 is written; alone it is no text that anything can store."""


def strict_json(
    text: str,
    file: str,
    *,
    parse_float: Callable[[str], Any],
    parse_int: Callable[[str], Any] = int,
    key: Callable[[str], str] = str,
) -> Any:
    """Return what a JSON text holds.

    Parameters
    ----------
    parse_float, parse_int : callable
        What becomes of a number, given as it is written; never a float unless asked for.
    key : callable
        What becomes of a name in an object.

    Raises
    ------
    InputError
        ``json_unreadable``, ``json_key_twice``, ``json_not_a_number`` or ``json_too_deep``.

    Examples
    --------
    >>> strict_json('{"belopp": 1.10}', "a.json", parse_float=str)
    {'belopp': '1.10'}
    """

    def object_of(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        found = {key(name): value for name, value in pairs}
        if len(found) != len(pairs):
            raise InputError("json_key_twice", file=file, found=", ".join(name for name, _ in pairs)[:200])
        return found

    def no_number(constant: str) -> NoReturn:
        raise InputError("json_not_a_number", file=file, found=constant)

    try:
        found = json.loads(
            text, object_pairs_hook=object_of, parse_float=parse_float, parse_int=parse_int, parse_constant=no_number
        )
    except RecursionError as error:
        raise InputError("json_too_deep", file=file) from error
    except json.JSONDecodeError as error:
        raise InputError(
            "json_unreadable", file=file, line=error.lineno, column=error.colno, reason=error.msg
        ) from error
    except ValueError as error:  # an integer of more digits than Python reads
        raise InputError("json_not_a_number", file=file, found=str(error)[:80]) from error
    _refuse_deep(found, file)
    _refuse_halves(text, found, file)
    return found


def _refuse_deep(found: Any, file: str) -> None:
    level = [found]
    for _ in range(DEEPEST):
        held = (each.values() if isinstance(each, dict) else each for each in level if isinstance(each, dict | list))
        level = [value for values in held for value in values if isinstance(value, dict | list)]
        if not level:
            return
    raise InputError("json_too_deep", file=file)


def _refuse_halves(text: str, found: Any, file: str) -> None:
    half = _HALF.search(text)
    if half is None:
        return
    try:
        json.dumps(found, ensure_ascii=False, default=str).encode()
    except UnicodeEncodeError as error:
        line, column = text.count("\n", 0, half.start()) + 1, half.start() - text.rfind("\n", 0, half.start())
        raise InputError("json_unreadable", file=file, line=line, column=column, reason=half[0]) from error
