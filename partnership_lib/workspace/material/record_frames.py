"""Records of the register as frames: their fields in order, names beside ids, states beside dates."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import fields
from datetime import date
from enum import Enum
from typing import TYPE_CHECKING, Any, get_type_hints

from partnership_lib.analysis.follow_up.meetings import meeting_state
from partnership_lib.analysis.suppliers.masking import SOLE_TRADER
from partnership_lib.domain import RECORD_TYPES, Activity, Agreement, Meeting, Organisation, Record, RegisterContent
from partnership_lib.units.organisation_number import (
    is_natural_person,
    mask_personal_numbers,
    normalise_organisation_number,
)

if TYPE_CHECKING:
    import pandas as pd

_TYPES: Mapping[str, type[Record]] = {kind.__name__: kind for kind in RECORD_TYPES.values()}
_DTYPES: Mapping[type, str] = {int: "Int64", float: "float64", bool: "boolean", date: "datetime64[s]"}
_NOT_SHOWN = ("version",)

Derived = Mapping[str, tuple[type, Callable[[Any, date], Any]]]
DERIVED: Mapping[type[Record], Derived] = {
    # What is told of a record on a day: column -> its type and how it is found.
    Agreement: {"status": (str, lambda record, day: record.status_on(day).value)},
    Activity: {
        "status": (str, lambda record, day: record.status_on(day).value),
        "overdue_days": (int, lambda record, day: record.overdue_days_on(day)),
    },
    Meeting: {"state": (str, meeting_state)},
}


def record_columns(kind: type[Record]) -> dict[str, type]:
    """Return the columns of the frame of a kind of records, each with its Python type.

    Examples
    --------
    >>> list(record_columns(Agreement))[:6]
    ['id', 'name', 'buyer_id', 'buyer', 'supplier_id', 'supplier']
    """
    columns: dict[str, type] = {}
    for name, plain in _field_types(kind).items():
        columns[name] = plain
        if _named_by(kind, name) is not None:
            columns[name.removesuffix("_id")] = str
    return columns | {name: plain for name, (plain, _) in DERIVED.get(kind, {}).items()}


def record_frame(kind: type[Record], records: Iterable[Any], content: RegisterContent, day: date) -> pd.DataFrame:
    """Return records of one kind as a frame with the columns of `record_columns`; what is missing is empty.

    Money is whole öre (``Int64``), days are ``datetime64``, codes are their English words.
    """
    import pandas as pd

    columns = record_columns(kind)
    named = {name: _named_by(kind, name) for name in _field_types(kind)}
    rows = [dict(_cells(named, record, content, day)) for record in records]
    frame = pd.DataFrame(rows, columns=list(columns), dtype=object)
    types = {name: _DTYPES[plain] for name, plain in columns.items() if plain in _DTYPES}
    return frame.astype(types)


def _shown(record: Record | None, name: str, value: Any) -> Any:
    """Return a value as a frame shows it: a sole trader has no name there, and nobody a personal number."""
    if isinstance(record, Organisation):
        number = normalise_organisation_number(record.organisation_number)
        if number and is_natural_person(number):
            return {"name": SOLE_TRADER, "organisation_number": ""}.get(name, value)
    return mask_personal_numbers(value) if isinstance(value, str) else value


def _field_types(kind: type[Record]) -> dict[str, type]:
    hints = get_type_hints(kind)
    shown = [field.name for field in fields(kind) if field.name not in _NOT_SHOWN]
    return {name: _plain(hints[name]) for name in ("id", *(each for each in shown if each != "id"))}


def _plain(hint: Any) -> type:
    """Return the type of a field that may be empty."""
    parts = [part for part in getattr(hint, "__args__", ()) if part is not type(None)]
    chosen = parts[0] if parts and not isinstance(hint, type) else hint
    return chosen if isinstance(chosen, type) else object


def _named_by(kind: type[Record], name: str) -> type[Record] | None:
    """Return the type of the records that a field points to, where these have names."""
    target = next((f.metadata.get("references") for f in fields(kind) if f.name == name), None)
    found = _TYPES.get(target or "")
    known = {field.name for field in fields(kind)}
    has_name = found is not None and "name" in {field.name for field in fields(found)}
    return found if has_name and name.endswith("_id") and name.removesuffix("_id") not in known else None


def _cells(
    named: Mapping[str, type[Record] | None], record: Any, content: RegisterContent, day: date
) -> Iterator[tuple[str, Any]]:
    for name, target in named.items():
        value = getattr(record, name)
        yield name, _shown(record, name, value.value if isinstance(value, Enum) else value)
        if target is not None:
            found = content.find(target, value)
            yield name.removesuffix("_id"), _shown(found, "name", getattr(found, "name", None))
    for name, (_, tell) in DERIVED.get(type(record), {}).items():
        yield name, tell(record, day)
