"""What the supplier was sent: every cell as it stood then, carried inside the workbook with a checksum."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from partnership_lib.domain import Activity
from partnership_lib.register.exchange.answers.columns import FIELDS
from partnership_lib.register.exchange.answers.packing import packed_lines, unpacked
from partnership_lib.register.values import CellError, columns_of, from_text, to_text
from partnership_lib.units.organisation_number import mask_personal_numbers

MARKER = "partnership answers 1"


@dataclass(frozen=True)
class BaseRow:
    """An activity as it was sent.

    Attributes
    ----------
    values : Mapping
        Its fields as text that `stored_value` reads.
    shown : Mapping
        What the reader saw in each column, by its code.
    """

    version: int
    values: Mapping[str, str]
    shown: Mapping[str, str]


@dataclass(frozen=True)
class Snapshot:
    """Everything that was sent, and to whom.

    Attributes
    ----------
    export_id : str
        Of this very workbook; the ids of new activities and comments are made of it, so that none is taken twice.
    """

    agreement_id: str
    export_id: str
    exported_date: date
    language: str
    new_ids: tuple[str, ...]
    rows: Mapping[str, BaseRow]

    def lines(self) -> list[str]:
        """Return the snapshot as lines of plain letters that any spreadsheet program keeps as they are."""
        return packed_lines(MARKER, asdict(self))


def read_snapshot(lines: Iterable[str]) -> Snapshot | None:
    """Return the snapshot that `Snapshot.lines` wrote, or None when it is not whole."""
    said = unpacked(MARKER, lines)
    try:
        rows = {activity_id: BaseRow(**row) for activity_id, row in said.pop("rows").items()}
        for row in rows.values():
            for name in _FIELD_COLUMNS:
                stored_value(name, row.values[name])
        day = date.fromisoformat(said.pop("exported_date"))
        return Snapshot(**{**said, "new_ids": tuple(said["new_ids"])}, exported_date=day, rows=rows)
    except (TypeError, KeyError, AttributeError, ValueError, CellError):
        return None


_FIELD_COLUMNS = {
    column.name: column for column in columns_of(Activity) if column.name in {field.name for field in FIELDS}
}


def stored_texts(activity: Activity) -> dict[str, str]:
    """Return the fields of an activity that the workbook carries, as text."""
    return {name: stored_text(name, getattr(activity, name)) for name in _FIELD_COLUMNS}


def stored_text(name: str, value: Any) -> str:
    """Return a field's value as text that `stored_value` reads; personal numbers do not leave with it."""
    return mask_personal_numbers(to_text(_FIELD_COLUMNS[name], value))


def stored_value(name: str, written: str) -> Any:
    """Return the value of a field that `stored_text` wrote."""
    return from_text(_FIELD_COLUMNS[name], written)


def as_it_was(sent: Any, standing: Any) -> Any:
    """Return what was sent as the register has it: a text that differs only in its masked numbers has not changed."""
    masked = isinstance(sent, str) and isinstance(standing, str) and sent == mask_personal_numbers(standing)
    return standing if masked else sent


def typed_value(name: str, value: Any) -> Any:
    """Return what a cell was understood as, as the value of the activity's field: codes become enumerations."""
    column = _FIELD_COLUMNS[name]
    if value in (None, "") and column.nullable:
        return None
    return column.kind(value) if issubclass(column.kind, str) else value


def row_key(export_id: str, activity: Activity | None) -> str:
    """Return what a row is known by without the snapshot: the export, the version and a hash of what was sent."""
    if activity is None:
        return f"{export_id}:0:"
    return f"{export_id}:{activity.version}:{sent_hash(activity.id, stored_texts(activity))}"


def sent_hash(activity_id: str, values: Mapping[str, str]) -> str:
    """Return a short hash of an activity as it was sent."""
    said = json.dumps([activity_id, dict(values)], ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(said.encode()).hexdigest()[:16]
