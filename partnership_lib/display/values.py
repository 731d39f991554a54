"""How a value in a table is written: its column name says what it is."""

from __future__ import annotations

import numbers
from collections.abc import Iterable
from datetime import date
from typing import Any

from partnership_lib import text
from partnership_lib.errors import PartnershipError
from partnership_lib.text.formatting import format_count, format_money, format_period, format_share, join

MISSING = "–"

WORD_GROUPS: dict[str, tuple[str, ...]] = {
    # Column name -> groups of words its codes can come from; the groups of one column share no code. A column that is
    # not here takes its words from the group of its own name.
    "level": ("level",),
    "parent_level": ("level",),
    "status": ("activity_status", "law_change_status", "agreement_status"),
    "status_before": ("activity_status", "law_change_status", "agreement_status"),
    "kind": ("activity_kind", "agreement_kind"),
    "raised_by": ("party",),
    "proposed_by": ("party",),
    "party": ("party",),
    "requirement_type": ("requirement_type",),
    "legal_ground": ("legal_ground",),
    "state": ("meeting_state",),
    "signal": ("signal",),
}

_HEADINGS_AS_WORDS = {"red_sections": ("section.follow_up",)}
"""Columns that name sections of a report."""


def is_missing(value: Any) -> bool:
    """Return whether a cell is empty: None, NaN, NaT, an empty text or list."""
    if isinstance(value, (str, tuple, list)):
        return not value
    return value is None or bool(value != value)


def is_yes_no(value: Any) -> bool:
    """Return whether a value is true or false, Python's or numpy's."""
    return type(value).__name__ in ("bool", "bool_")


def is_number(value: Any) -> bool:
    """Return whether a value is a number (true and false are not)."""
    return not is_yes_no(value) and isinstance(value, numbers.Real)


def heading(column: str, language: str, chart: str = "") -> str:
    """Return the heading of a column, where need be as a chart means it; plain words where nobody has written one.

    Examples
    --------
    >>> heading("share", "sv", chart="partnership_share"), heading("some_new_column", "sv")
    ('Andel i partnerskap', 'Some new column')
    """
    for key in (f"chart_column.{chart}.{column}", f"column.{column}"):
        if text.has(key, language):
            return text.sentence(key, {}, language)
    return column.replace("_", " ").capitalize()


def word_of(column: str, value: Any, language: str) -> str | None:
    """Return the reader's word for a code in a column, or None where the column holds no codes.

    Examples
    --------
    >>> word_of("status", "overdue", "sv"), word_of("title", "overdue", "sv")
    ('försenad', None)
    """
    for key in _HEADINGS_AS_WORDS.get(column, ()):
        if text.has(f"{key}.{value}", language):
            return text.sentence(f"{key}.{value}", {}, language)
    for group in WORD_GROUPS.get(column, (column,)):
        if text.has(f"word.{group}.{value}", language):
            return text.word(group, value, language)
    return None


def format_value(column: str, value: Any, language: str, currency: str = "SEK") -> str:
    """Return a value as it stands in a table: money, per cent, ISO dates, words for codes.

    Examples
    --------
    >>> format_value("amount_ore", 123456700, "sv").replace("\\xa0", " "), format_value("share", 0.125, "en")
    ('1 234 567 kr', '12.5%')
    >>> format_value("due_date", date(2026, 9, 15), "sv"), format_value("level", "strategic", "sv")
    ('2026-09-15', 'strategisk')
    """
    if is_missing(value):
        return MISSING
    if is_yes_no(value):
        return text.word("yes_no", bool(value), language)
    if is_number(value):
        return _format_number(column, float(value) if isinstance(value, float) else value, language, currency)
    if isinstance(value, date):
        return _format_date(column, value)
    if isinstance(value, str):
        return word_of(column, value, language) or _format_text(column, value, language)
    if isinstance(value, Iterable):
        return join([word_of(column, item, language) or item for item in value], language)
    return str(value)


def _format_number(column: str, value: Any, language: str, currency: str) -> str:
    if column.endswith("_ore"):
        return format_money(value, language, currency)
    if column.endswith("_share") or column == "share":
        return format_share(value, language, 1)
    if column == "year":
        return str(int(value))
    if column == "hhi":
        return format_count(value, language, 2)
    return format_count(value, language, 0 if float(value).is_integer() else 1 if abs(value) >= 10 else 2)


def _format_date(column: str, value: date) -> str:
    iso = value.isoformat()[:10]
    return iso[:7] if column == "month" or column.endswith("_month") else iso


def _format_text(column: str, value: str, language: str) -> str:
    if column == "period" or column.endswith("_period"):
        try:
            return format_period(value, language)
        except PartnershipError:
            return value  # A free text in a column of that name is shown as it is.
    return value
