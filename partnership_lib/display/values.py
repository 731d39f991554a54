"""How a value in a table is written: its column name says what it is."""

from __future__ import annotations

import numbers
import re
from collections.abc import Iterable
from datetime import date
from typing import Any

from partnership_lib import text
from partnership_lib.errors import PartnershipError
from partnership_lib.text.formatting import (
    format_count,
    format_measure,
    format_money,
    format_period,
    format_plain,
    format_plain_share,
    format_share,
    join,
    millions_unit,
)

MISSING = "–"

WORD_GROUPS: dict[str, tuple[str, ...]] = {
    # Column name -> groups of words its codes can come from; the groups of one column share no code. A column that is
    # not here takes its words from the group of its own name.
    "level": ("level",),
    "parent_level": ("level",),
    "meeting_level": ("level",),
    "climbed_to": ("level",),
    "status": ("activity_status", "law_change_status", "agreement_status"),
    "status_before": ("activity_status", "law_change_status", "agreement_status"),
    "kind": ("activity_kind", "agreement_kind"),
    "before": ("activity_kind", "party", "level"),
    "after": ("activity_kind", "party", "level"),
    "raised_by": ("party",),
    "proposed_by": ("party",),
    "shared_by": ("party",),
    "party": ("party",),
    "requirement_type": ("requirement_type",),
    "legal_ground": ("legal_ground",),
    "state": ("meeting_state",),
    "signal": ("signal",),
    "choice": ("plan",),
    "leans": ("plan",),
    "concerned": ("component",),
    "scope": ("domain",),
    "volume_driver": ("driver",),
}

_HEADINGS_AS_WORDS = {"red_sections": ("section.follow_up",)}
"""Columns that name sections of a report."""


_OF_EVERY_SIZE = ("low_end", "middle", "assumed_value", "high_end", "p10", "p90", "today", "break_even", "median_years")
"""Columns whose rows have units of their own: hours beside shares beside kronor."""
_WHOLE_PER_CENT = ("index_share", "fragmented_share", "consolidated_share", "ready_share", "best_cheaper_share")
"""Shares that are whole per cent as a rule: empty decimals would only look exact."""
_DRAWN = ("p10", "p90")
"""Columns of points in a distribution: three digits of them mean something. What somebody has typed stands as typed."""
UNIT_OF_ROW = "assumption_unit"
"""The column that says in what unit such a row is."""
_SPACE_BEFORE_PER_CENT = re.compile(r"(?<=\d) (?=%)")


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


def unit_of(column: str, language: str, currency: str = "SEK") -> str:
    """Return the unit that stands in the heading of a column; empty where every value has its own.

    Examples
    --------
    >>> unit_of("difference_sek", "sv"), unit_of("amount_ore", "sv")
    ('mnkr', '')
    """
    return millions_unit(language, currency) if column.endswith("_sek") else ""


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


def format_value(column: str, value: Any, language: str, currency: str = "SEK", row_unit: str = "") -> str:
    """Return a value as it stands in a table: money, per cent, ISO dates, words for codes.

    `row_unit` is the unit of the row, where every row has its own.

    Examples
    --------
    >>> format_value("amount_ore", 123456700, "sv").replace("\\xa0", " "), format_value("share", 0.125, "en")
    ('1 234 567 kr', '12.5%')
    >>> format_value("due_date", date(2026, 9, 15), "sv"), format_value("level", "strategic", "sv")
    ('2026-09-15', 'strategisk')
    >>> format_value("p10", 0.125, "en", row_unit="share/year"), format_value("p10", 0.125, "en", row_unit="h")
    ('12.5%', '0.125')
    """
    if is_missing(value):
        return MISSING
    if column in _OF_EVERY_SIZE and is_number(value):
        return format_in_unit(float(f"{value:.3g}") if column in _DRAWN else value, row_unit, language)
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


def format_in_unit(value: float, unit: str, language: str) -> str:
    """Return a value of an assumption: shares as per cent, the rest as it is.

    Examples
    --------
    >>> format_in_unit(0.093, "share/year", "en"), format_in_unit(650.0, "SEK/h", "en")
    ('9.3%', '650')
    """
    return format_plain_share(value, language) if unit.startswith("share") else format_plain(value, language)


def _format_number(column: str, value: Any, language: str, currency: str) -> str:
    if column.endswith("_ore"):
        return format_money(value, language, currency)
    if column.endswith("_sek"):
        return format_count(round(value / 1e6, 1) + 0.0, language, 1)  # the heading has the unit: `unit_of`
    if column in _WHOLE_PER_CENT:
        return format_plain_share(value, language)
    if column.endswith("_share") or column == "share":
        return format_share(value, language, 1)
    if column == "year":
        return str(int(value))
    if column == "hhi":
        return format_count(value, language, 2)
    return format_measure(value, language)


def _format_date(column: str, value: date) -> str:
    iso = value.isoformat()[:10]
    return iso[:7] if column == "month" or column.endswith("_month") else iso


def _format_text(column: str, value: str, language: str) -> str:
    if column == "period" or column.endswith("_period"):
        try:
            return format_period(value, language)
        except PartnershipError:
            return value  # A free text in a column of that name is shown as it is.
    return _SPACE_BEFORE_PER_CENT.sub("\u00a0", value)  # A number and its per cent sign stay on one line.
