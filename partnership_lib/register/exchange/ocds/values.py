"""Field values as JSON holds them: days as midnight in UTC, money in the currency's major unit, exactly."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Any

from partnership_lib.domain import Record
from partnership_lib.errors import UsageError
from partnership_lib.register.values import CellError, Column, columns_of, from_text
from partnership_lib.units.organisation_number import mask_personal_numbers

REST = "x_register"
"""Key under which a piece of a release holds what the standard has no place for."""

UNTOLD = {"follow_up_class_id"}
"""Points to a class of the municipality's own that no release holds."""

_DAY = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2})(?:T.*)?", re.ASCII)


def rest_of(record: Record, *, placed: frozenset[str], shared: bool) -> dict[str, Any]:
    """Return the fields of a record that stand nowhere else in the release; only those of the audience."""
    return {
        column.name: json_value(getattr(record, column.name))
        for column in columns_of(type(record))
        if column.name not in placed | UNTOLD and (column.shared or not shared)
    }


def json_value(value: Any) -> Any:
    """Return a field's value as JSON holds it; personal numbers in texts are masked.

    Examples
    --------
    >>> json_value(date(2026, 3, 1)), json_value(True), json_value(None)
    ('2026-03-01', True, None)
    """
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, StrEnum):
        return value.value
    return mask_personal_numbers(value) if isinstance(value, str) else value


def instant(day: date | None) -> str | None:
    """Return a day as OCDS writes instants.

    Examples
    --------
    >>> instant(date(2026, 3, 1))
    '2026-03-01T00:00:00Z'
    """
    return None if day is None else f"{day.isoformat()}T00:00:00Z"


def money(ore: int | None, currency: str) -> dict[str, Any] | None:
    """Return an amount as an OCDS value; one that a JSON number cannot hold to the öre is refused.

    Examples
    --------
    >>> money(123450, "SEK"), money(100, "SEK")
    ({'amount': 1234.5, 'currency': 'SEK'}, {'amount': 1, 'currency': 'SEK'})
    """
    if ore is None:
        return None
    amount = ore // 100 if ore % 100 == 0 else ore / 100
    if Decimal(str(amount)) * 100 != ore:
        raise UsageError("ocds_amount_too_large", found=ore)
    return {"amount": amount, "currency": currency}


def ore_of(value: Any, currency: str) -> int | None:
    """Return an OCDS value in öre.

    Raises
    ------
    CellError
        ``ocds_field_unreadable``; ``ocds_other_currency``.
    """
    if value is None:
        return None
    amount: Any = value.get("amount") if isinstance(value, dict) else None
    if isinstance(amount, bool) or not isinstance(amount, int | Decimal):
        raise CellError("ocds_field_unreadable")
    if value.get("currency") != currency:
        raise CellError("ocds_other_currency")
    if -(2**63) < amount < 2**63:  # beyond it the exponent may be one that no arithmetic takes
        ore = Decimal(amount) * 100
        if ore == ore.to_integral_value() and abs(ore) < 2**63:
            return int(ore)
    raise CellError("ocds_field_unreadable")


def day_of(value: Any) -> Any:
    """Return the day of an OCDS instant as text; what is none is left as it is, and refused as a field later.

    Examples
    --------
    >>> day_of("2026-03-01T00:00:00Z"), day_of("March")
    ('2026-03-01', 'March')
    """
    match = _DAY.fullmatch(value) if isinstance(value, str) else None
    return match[1] if match else value


def field_value(column: Column, value: Any) -> Any:
    """Return the value of a record's field out of JSON.

    Raises
    ------
    CellError
        ``ocds_field_missing`` or ``ocds_field_unreadable``.
    """
    if value is None:
        if column.nullable:
            return None
        raise CellError("ocds_field_missing")
    accepted = {bool: bool, int: int, float: int | float | Decimal}.get(column.kind, str)
    if not isinstance(value, accepted) or (isinstance(value, bool) and column.kind is not bool):
        raise CellError("ocds_field_unreadable")
    try:
        return from_text(column, str(value).lower() if column.kind is bool else str(value))
    except CellError:
        raise CellError("ocds_field_unreadable") from None
