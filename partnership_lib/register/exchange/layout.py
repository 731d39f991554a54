"""The columns of the tables that people fill in: agreements, activities, needs; and the ledger's fifteen.

Headings, meanings and examples stand in `text` under ``template.<kind>.<column>``. A column that carries a field of a
record has the field's name, and is shown to the supplier only if the field is.
"""

from __future__ import annotations

import difflib
import re
import unicodedata
from dataclasses import dataclass
from enum import StrEnum

from partnership_lib import text
from partnership_lib.domain import (
    Activity,
    ActivityKind,
    Agreement,
    AgreementKind,
    Level,
    Need,
    Party,
    Record,
    RequirementType,
    shared_fields,
)
from partnership_lib.errors import UsageError
from partnership_lib.units.period import PeriodKind


class CellKind(StrEnum):
    """What a cell of a column holds."""

    TEXT = "text"
    IDENTIFIER = "identifier"
    LIST = "list"
    DATE = "date"
    MONEY = "money"
    NUMBER = "number"
    MONTHS = "months"
    YES_NO = "yes_no"
    WORD = "word"
    CPV = "cpv"
    ORGANISATION_NUMBER = "organisation_number"
    PERSON = "person"
    OPTIONS = "options"


@dataclass(frozen=True)
class TemplateColumn:
    """A column of a table that people fill in.

    Attributes
    ----------
    words : str
        Group of words in `text` for a column of kind `WORD`.
    codes : tuple of str
        The codes that those words stand for.
    """

    name: str
    cell: CellKind = CellKind.TEXT
    required: bool = False
    shared: bool = True
    words: str = ""
    codes: tuple[str, ...] = ()


RECORD_OF: dict[str, type[Record]] = {"agreements": Agreement, "activities": Activity, "needs": Need}
"""The record type that a row of each table is."""

TABLE_KINDS = tuple(RECORD_OF)

LONG_TEXTS = ("evidence", "internal_note")
"""Columns that may hold several lines: the last ones, where a line of theirs cannot be taken for a row."""

VERSION_COLUMN = TemplateColumn("version", CellKind.NUMBER, shared=False)
"""Written by exports, so that a row that somebody changed in the meantime is not overwritten."""

IGNORED_HEADINGS = ("quarantine_row", "quarantine_reason")
"""What a quarantine file has beside the columns: it can be corrected and imported as it is."""


def _words(name: str, group: str, codes: type[StrEnum], *, required: bool = True) -> TemplateColumn:
    return TemplateColumn(name, CellKind.WORD, required, words=group, codes=tuple(code.value for code in codes))


_REQUIRED_TEXT = {"cell": CellKind.TEXT, "required": True}

_COLUMNS: dict[str, tuple[TemplateColumn, ...]] = {
    "agreements": (
        TemplateColumn("id", CellKind.IDENTIFIER, required=True),
        TemplateColumn("name", required=True),
        TemplateColumn("supplier", required=True),
        TemplateColumn("supplier_number", CellKind.ORGANISATION_NUMBER),
        _words("kind", "agreement_kind", AgreementKind),
        TemplateColumn("is_partnership", CellKind.YES_NO),
        _words("requirement_type", "requirement_type", RequirementType),
        TemplateColumn("category", CellKind.CPV, required=True),
        TemplateColumn("start_date", CellKind.DATE, required=True),
        TemplateColumn("end_date", CellKind.DATE),
        TemplateColumn("signed_date", CellKind.DATE),
        TemplateColumn("ceiling_ore", CellKind.MONEY),
        TemplateColumn("contract_value_ore", CellKind.MONEY),
        TemplateColumn("notice_months", CellKind.MONTHS),
        TemplateColumn("renews_automatically", CellKind.YES_NO),
        TemplateColumn("options", CellKind.OPTIONS),
        TemplateColumn("option_notice_months", CellKind.MONTHS),
        TemplateColumn("preparation_months", CellKind.MONTHS),
        TemplateColumn("procurement_started_date", CellKind.DATE),
        TemplateColumn("replacement_started_date", CellKind.DATE),
        TemplateColumn("owner_id", CellKind.PERSON),
        _words("report_rhythm", "report_rhythm", PeriodKind, required=False),
        TemplateColumn("needs", CellKind.LIST),
        TemplateColumn("predecessors", CellKind.LIST),
        TemplateColumn("internal_note"),
    ),
    "activities": (
        TemplateColumn("id", CellKind.IDENTIFIER, required=True),
        TemplateColumn("agreement_id", CellKind.IDENTIFIER, required=True),
        _words("level", "level", Level),
        TemplateColumn("title", required=True),
        _words("kind", "activity_kind", ActivityKind),
        _words("raised_by", "party", Party),
        TemplateColumn("raised_date", CellKind.DATE, required=True),
        TemplateColumn("due_date", CellKind.DATE),
        TemplateColumn("done_date", CellKind.DATE),
        TemplateColumn("withdrawn_date", CellKind.DATE),
        TemplateColumn("buyer_responsible_id", CellKind.PERSON),
        TemplateColumn("supplier_responsible_id", CellKind.PERSON),
        TemplateColumn("parent_id", CellKind.IDENTIFIER),
        TemplateColumn("need_id", CellKind.IDENTIFIER),
        TemplateColumn("evidence"),
        TemplateColumn("internal_note"),
    ),
    "needs": (
        TemplateColumn("id", CellKind.IDENTIFIER, required=True),
        TemplateColumn("name", required=True),
        TemplateColumn("category", CellKind.CPV, required=True),
        TemplateColumn("domain"),
        TemplateColumn("annual_value_ore", CellKind.MONEY),
        TemplateColumn("volume_driver"),
    ),
}

LEDGER_COLUMNS = (
    "kopare_id",
    "kopare",
    "verifikationsnummer",
    "leverantor",
    "leverantor_id",
    "konto_nr",
    "konto_text",
    "belopp",
    "datum",
    "forvaltning",
    "fakturanummer",
    "grund",
    "avtal",
    "kommun_id",
    "s_kod_nr",
)
"""Headings of the national specification leverantörsreskontra 1.1, in its order."""

LEDGER_REQUIRED = 9
"""How many of them are mandatory, from the first."""


def columns_of_table(kind: str) -> tuple[TemplateColumn, ...]:
    """Return the columns of a table in their order.

    Raises
    ------
    UsageError
        ``unknown_table`` with the tables there are.
    """
    if kind not in _COLUMNS:
        raise UsageError("unknown_table", found=kind, allowed=", ".join(TABLE_KINDS))
    return _COLUMNS[kind]


def shared_columns(kind: str) -> tuple[TemplateColumn, ...]:
    """Return the columns that the supplier may see."""
    record = RECORD_OF[kind]
    own = {column.name for column in columns_of_table(kind)} & set(record.__dataclass_fields__)
    visible = set(shared_fields(record))
    return tuple(c for c in columns_of_table(kind) if (c.name in visible if c.name in own else c.shared))


def heading(kind: str, column: TemplateColumn, language: str) -> str:
    """Return the heading of a column.

    Examples
    --------
    >>> heading("needs", columns_of_table("needs")[1], "sv")
    'Behov'
    """
    if column == VERSION_COLUMN:
        return text.sentence("column.version", {}, language)
    return text.sentence(f"template.{kind}.{column.name}.heading", {}, language)


def allowed(column: TemplateColumn, language: str) -> str:
    """Return in a few words what a cell of the column may hold."""
    if column.cell is CellKind.WORD:
        return ", ".join(text.word(column.words, code, language) for code in column.codes)
    return text.sentence(f"template_allowed.{column.cell}", {}, language)


def known_headings(kind: str) -> dict[str, tuple[TemplateColumn, str]]:
    """Return the column and the language of every heading that is understood: both languages, and the codes."""
    known: dict[str, tuple[TemplateColumn, str]] = {}
    for column in (*columns_of_table(kind), VERSION_COLUMN):
        known[plain(column.name)] = (column, "")
        for language in reversed(text.LANGUAGES):
            known[plain(heading(kind, column, language))] = (column, language)
    return known


def nearest_headings(found: str, kind: str, language: str) -> list[str]:
    """Return the headings that `found` was probably meant to be, or all of them."""
    headings = [heading(kind, column, language) for column in columns_of_table(kind)]
    by_plain = {plain(each): each for each in headings}
    close = difflib.get_close_matches(plain(found), by_plain, n=2, cutoff=0.5)
    return [by_plain[each] for each in close] or headings


def plain(written: str) -> str:
    """Return text for comparing: without case, and with every kind of space and hyphen alike.

    Examples
    --------
    >>> plain(" Avtals\u2011ID\u00a0 1") == plain("avtals-id 1")
    True
    """
    folded = unicodedata.normalize("NFKC", written).casefold()
    return " ".join(re.sub(r"[\u2010-\u2015\u2212\u00ad]", "-", folded).replace("_", " ").split())
