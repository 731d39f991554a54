"""What each field of a record holds, and its form in the database and in text.

Derived once from the dataclasses of `domain`, so that tables, files and templates cannot drift apart.
"""

from __future__ import annotations

import math
import operator
import re
import types
from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import date
from enum import StrEnum
from functools import cache
from typing import Any, TypeVar, Union, get_args, get_origin, get_type_hints

from partnership_lib.domain import RECORD_TYPES, Record, is_required
from partnership_lib.errors import InputError
from partnership_lib.units.dates import DATES_ALLOWED, in_calendar, parse_date

Stored = str | int | float | None
"""What a database column or a line of JSON holds."""

AnyRecord = TypeVar("AnyRecord", bound=Record)

_INT64 = 2**63
_INTEGER = re.compile(r"-?[0-9]{1,19}", re.ASCII)
_UNSTORABLE = re.compile(r"[\x00\ud800-\udfff]")
_YES_NO = {"true": True, "false": False}


class CellError(ValueError):
    """A cell that holds no value of its column; whoever knows file and row makes a `RowIssue` of it."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True)
class Column:
    """One field of a record type.

    Attributes
    ----------
    kind : type
        ``str``, ``int``, ``float``, ``bool``, ``date`` or one of the domain's enumerations.
    nullable : bool
        Whether None is a value.
    required : bool
        Whether a record cannot be made without it.
    references : str or None
        Key in `RECORD_TYPES` of the records whose id it holds.
    """

    name: str
    kind: type
    nullable: bool
    required: bool
    references: str | None
    shared: bool
    personal: bool

    @property
    def allowed(self) -> str:
        """Return in a few words what the column can hold."""
        if issubclass(self.kind, StrEnum):
            return ", ".join(self.kind)
        return {str: "text", int: "integer", float: "number", bool: "true, false", date: DATES_ALLOWED}[self.kind]


def table_name(kind: type[Record]) -> str:
    """Return the name of the table, and of the CSV file, of a record type.

    Examples
    --------
    >>> from partnership_lib.domain import Person
    >>> table_name(Person)
    'people'
    """
    return _table_names()[kind.__name__]


@cache
def _table_names() -> dict[str, str]:
    return {kind.__name__: name for name, kind in RECORD_TYPES.items()}


def columns_of(kind: type[Record]) -> tuple[Column, ...]:
    """Return the columns of a record type in the order of its fields, without `version`."""
    return _columns(table_name(kind))


@cache
def _columns(name: str) -> tuple[Column, ...]:
    kind = RECORD_TYPES[name]
    hints = get_type_hints(kind)
    return tuple(
        _column(definition, hints[definition.name]) for definition in fields(kind) if definition.name != "version"
    )


def _column(definition: Any, hint: Any) -> Column:
    kinds = get_args(hint) if get_origin(hint) in (Union, types.UnionType) else (hint,)
    target = definition.metadata.get("references")
    return Column(
        name=definition.name,
        kind=next(kind for kind in kinds if kind is not type(None)),
        nullable=type(None) in kinds,
        required=is_required(definition),
        references=_table_names()[target] if target else None,
        shared=bool(definition.metadata.get("shared")),
        personal=bool(definition.metadata.get("personal")),
    )


def to_row(record: Record) -> dict[str, Stored]:
    """Return a record as database values, without its version.

    Raises
    ------
    InputError
        ``value_not_storable``: a value of another type than the field's, a number that is not finite, a day beyond the
        calendar, NUL in a text.
    """
    row = {column.name: _to_stored(column, getattr(record, column.name), record) for column in columns_of(type(record))}
    if not row["id"]:
        raise InputError("record_without_id", record=table_name(type(record)))
    return row


def _to_stored(column: Column, value: Any, record: Record) -> Stored:
    try:
        if value is None and column.nullable:
            return None
        return _checked(column.kind, value)
    except (TypeError, ValueError):
        raise InputError(
            "value_not_storable",
            record=table_name(type(record)),
            id=str(record.id),
            column=column.name,
            found=f"{value!r:.60} ({type(value).__name__})",
            allowed=column.allowed,
        ) from None


def _checked(kind: type, value: Any) -> Stored:
    """Return a value as the database holds it; exact types, because SQLite would store a numpy integer as a blob."""
    if kind is date and type(value) is date:
        return _in_calendar(value).isoformat()
    if kind is bool and type(value) is bool:
        return int(value)
    if kind is int and not isinstance(value, bool):
        return _bounded(operator.index(value))
    if kind is float and not isinstance(value, bool | str):
        return _finite(float(value))
    if issubclass(kind, str) and isinstance(value, str):
        return _clean(str(kind(value)))
    raise TypeError(kind)


def _in_calendar(day: date) -> date:
    if not in_calendar(day):
        raise ValueError("a year that no term can be added to")
    return day


def _bounded(number: int) -> int:
    if not -_INT64 <= number < _INT64:
        raise ValueError("beyond 64 bits")
    return number


def _finite(number: float) -> float:
    if not math.isfinite(number):
        raise ValueError("not a finite number")
    return number + 0.0  # a negative zero comes back from SQLite as zero and would look like a change


def _clean(text: str) -> str:
    if _UNSTORABLE.search(text):
        raise ValueError("NUL or half a character pair")
    return text


def from_row(kind: type[AnyRecord], row: Mapping[str, Any]) -> AnyRecord:
    """Return the record that `to_row` wrote; `row` may also hold the version."""
    values = {column.name: _from_stored(column.kind, row[column.name]) for column in columns_of(kind)}
    return kind(version=row.get("version", 0), **values)


def _from_stored(kind: type, value: Any) -> Any:
    if value is None:
        return None
    if kind is date:
        return date.fromisoformat(value)
    return value if kind is str else kind(value)


def to_text(column: Column, value: Any) -> str:
    """Return a field's value as the text of a CSV cell; None is empty."""
    if value is None:
        return ""
    if column.kind is bool:
        return "true" if value else "false"
    return value.isoformat() if column.kind is date else str(value)


def from_text(column: Column, text: str) -> Any:
    """Return the value that `to_text` wrote.

    Raises
    ------
    CellError
        ``cell_missing`` where a value is required, ``cell_unreadable`` where it is none of the column's.
    """
    if column.kind is str and not column.nullable:
        return _checked_cell(column, text)
    if text == "":
        if column.nullable:
            return None
        raise CellError("cell_missing")
    return _checked_cell(column, text)


def _checked_cell(column: Column, text: str) -> Any:
    try:
        return _from_cell(column.kind, text)
    except (ValueError, KeyError, InputError):
        raise CellError("cell_unreadable") from None


def _from_cell(kind: type, text: str) -> Any:
    if kind is date:
        return parse_date(text)
    if kind is bool:
        return _YES_NO[text]
    if kind is int:
        if not _INTEGER.fullmatch(text):
            raise ValueError(text)
        return _bounded(int(text))
    if kind is float:
        return _finite(float(text))
    return kind(_clean(text))
