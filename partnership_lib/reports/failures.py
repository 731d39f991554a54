"""Errors on their way between kernel, worker, run table and reader: as JSON and back, days still days."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from partnership_lib.errors import PartnershipError, ReportError


def as_json(error: PartnershipError) -> dict[str, Any]:
    """Return an error's code and values in types that JSON has.

    Examples
    --------
    >>> as_json(ReportError("no_data_for_period", start_date=date(2026, 9, 1), cell=3))
    {'code': 'no_data_for_period', 'values': {'start_date': '2026-09-01', 'cell': 3}}
    """
    return {"code": error.code, "values": {name: _plain(value) for name, value in error.values.items()}}


def from_json(stored: Mapping[str, Any], **more: Any) -> ReportError:
    """Return the error that `as_json` was given, as a `ReportError`; `more` values are added.

    Examples
    --------
    >>> from_json({"code": "no_data_for_period", "values": {"start_date": "2026-09-01"}}, cell=3).values
    {'start_date': datetime.date(2026, 9, 1), 'cell': 3}
    """
    values = {name: _revived(value) for name, value in stored["values"].items()}
    return ReportError(stored["code"], **{**values, **more})


def _plain(value: Any) -> Any:
    return value if type(value) in (str, int, float, bool, type(None)) else str(value)


def _revived(value: Any) -> Any:
    # Sentences write days in the reader's language; a text that only looks like a day reads the same either way.
    if isinstance(value, str) and len(value) == 10:
        try:
            return date.fromisoformat(value)
        except ValueError:
            return value
    return value
