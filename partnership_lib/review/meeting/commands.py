"""A message from the page becomes a checked command, or is refused: nothing that a browser says is trusted."""

from __future__ import annotations

import re
import unicodedata
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from types import NoneType, UnionType
from typing import Any, get_args

from partnership_lib.errors import InputError
from partnership_lib.review.meeting.protocol import COMMANDS
from partnership_lib.units.dates import parse_date

LONGEST_TEXT = 10_000
"""More characters than this is no comment but a document."""
LONGEST_TITLE = 300
LARGEST_NUMBER = 2**31
"""No version and no score is larger."""
NOT_SAVING = frozenset({"identify", "choose", "audience", "refresh"})
"""Commands that only change what is shown."""

_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)


@dataclass(frozen=True)
class CheckedCommand:
    """A command whose name is known and whose values have the right names and types."""

    id: str
    name: str
    values: Mapping[str, Any]
    place: Mapping[str, str] | None = None


def checked(message: Any) -> CheckedCommand:
    """Return the command in a message from outside.

    Raises
    ------
    InputError
        ``command_malformed``, ``command_unknown``, ``command_value_missing``, ``command_value_unknown``,
        ``command_value_type`` or ``room_text_too_long``.

    Examples
    --------
    >>> message = {"type": "command", "id": str(uuid.UUID(int=7)), "name": "refresh", "values": {}}
    >>> checked(message).name
    'refresh'
    """
    if not isinstance(message, dict) or set(message) - {"place"} != {"type", "id", "name", "values"}:
        raise InputError("command_malformed", found=_short(message))
    if message["type"] != "command" or not isinstance(message["values"], dict):
        raise InputError("command_malformed", found=_short(message))
    name = message["name"]
    if not isinstance(name, str) or name not in COMMANDS:
        raise InputError("command_unknown", found=_short(name), allowed=", ".join(sorted(COMMANDS)))
    _check_values(name, message["values"])
    return CheckedCommand(_command_id(message["id"]), name, message["values"], _place(message.get("place")))


def _place(found: Any) -> Mapping[str, str] | None:
    if found is None:
        return None
    if not isinstance(found, dict) or set(found) != {"agreement", "meeting"}:
        raise InputError("command_malformed", found=_short(found))
    if not all(type(value) is str for value in found.values()):
        raise InputError("command_malformed", found=_short(found))
    return found


def _command_id(found: Any) -> str:
    try:
        canonical = str(uuid.UUID(found)) if isinstance(found, str) else ""
    except ValueError:
        canonical = ""
    if not canonical or canonical != found:
        # Two spellings of one id would be two saves.
        raise InputError("command_malformed", found=_short(found))
    return canonical


def _check_values(command: str, values: Mapping[Any, Any]) -> None:
    allowed = COMMANDS[command]
    for name, kind in allowed.items():
        if name not in values:
            if NoneType in get_args(kind):
                continue
            raise InputError("command_value_missing", command=command, missing=name)
        if not _fits(values[name], kind):
            raise InputError("command_value_type", command=command, name=name, found=_short(values[name]))
        if isinstance(values[name], str):
            check_length(values[name])
    for name in values:
        if name not in allowed:
            raise InputError("command_value_unknown", command=command, found=_short(name))


def _fits(value: Any, kind: Any) -> bool:
    kinds = get_args(kind) if isinstance(kind, UnionType) else (kind,)
    # A bool is an int to Python, but a version is never true or false.
    return type(value) in kinds and (type(value) is not int or abs(value) <= LARGEST_NUMBER)


def check_length(written: str, allowed: int = LONGEST_TEXT) -> None:
    """Raise ``room_text_too_long``, or ``text_not_storable`` when it has a character that no database can hold."""
    if len(written) > allowed:
        raise InputError("room_text_too_long", found=len(written), allowed=allowed)
    if "\x00" in written or any(0xD800 <= ord(letter) <= 0xDFFF for letter in written):
        raise InputError("text_not_storable", found=_short(written))


def told(written: str, what: str, *, allowed: int = LONGEST_TEXT) -> str:
    """Return a text that must say something, without the space around it; `what` names it in the refusal.

    Raises
    ------
    InputError
        ``text_empty`` when there is nothing to see in it, only spaces or zero-width characters; ``room_text_too_long``.

    Examples
    --------
    >>> told("  Klart enligt protokollet ", "comment")
    'Klart enligt protokollet'
    """
    if not any(_is_seen(letter) for letter in written):
        raise InputError("text_empty", what=what)
    check_length(written, allowed)
    return written.strip()


def title(written: str) -> str:
    """Return the title of an activity on one line."""
    return told(" ".join(written.split()), "title", allowed=LONGEST_TITLE)


def _is_seen(letter: str) -> bool:
    return unicodedata.category(letter)[0] not in "CZM"


def day(written: str) -> date:
    """Return the day in ``YYYY-MM-DD``.

    Raises
    ------
    InputError
        ``day_unreadable``.
    """
    try:
        if _DAY.fullmatch(written):
            return parse_date(written)
    except InputError:
        pass
    raise InputError("day_unreadable", found=_short(written))


def _short(found: Any) -> str:
    written = found if isinstance(found, str) else repr(found)
    # A lone surrogate cannot be written to any log or page.
    return written.encode("utf-8", "replace").decode()[:60]
