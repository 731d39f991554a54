"""Writing tables of the register so that people can read them and bring them back."""

from __future__ import annotations

import difflib
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from partnership_lib import text
from partnership_lib.domain import (
    Activity,
    Agreement,
    ExtensionOption,
    Need,
    Organisation,
    Party,
    Person,
    RegisterContent,
)
from partnership_lib.errors import UsageError
from partnership_lib.files.spreadsheet import Cell, Money, Sheet
from partnership_lib.register.exchange.cells import as_in_a_table
from partnership_lib.register.exchange.layout import (
    LONG_TEXTS,
    VERSION_COLUMN,
    CellKind,
    TemplateColumn,
    columns_of_table,
    heading,
    plain,
    shared_columns,
)
from partnership_lib.register.exchange.templates import write_sheets
from partnership_lib.units.dates import add_months
from partnership_lib.units.organisation_number import is_natural_person

_MASKED = "******-****"
_AUDIENCES = ("internal", "shared")


def export_table(
    kind: str,
    content: RegisterContent,
    path: Path,
    language: str,
    audience: str = "internal",
    *,
    agreement: str | None = None,
) -> int:
    """Return the number of rows written to `path` (XLSX or CSV); `import_table` reads them back unchanged.

    Parameters
    ----------
    kind : str
        ``agreements``, ``activities`` or ``needs``.
    audience : str
        ``internal``, or ``shared``: without the fields that only the municipality may see.
    agreement : str, optional
        Id of the only agreement to write.

    Raises
    ------
    UsageError
        ``unknown_table``, ``unknown_audience``, ``unknown_agreement`` or ``table_suffix``.
    """
    columns = columns_of_table(kind)
    if audience not in _AUDIENCES:
        raise UsageError("unknown_audience", found=audience, allowed=", ".join(_AUDIENCES))
    if agreement is not None:
        agreement_named(content, agreement)
    shown = (*columns, VERSION_COLUMN) if audience == "internal" else shared_columns(kind)
    view = CellView(content, language)
    rows = [[view.cell(record, column) for column in shown] for record in _records(kind, content, agreement)]
    headings = [heading(kind, column, language) for column in shown]
    title = text.sentence(f"template_sheet.{kind}", {}, language)
    write_sheets(path, [Sheet(title, headings, rows)], language)
    return len(rows)


def agreement_named(content: RegisterContent, agreement_id: str) -> Agreement:
    """Return an agreement by its id.

    Raises
    ------
    UsageError
        ``unknown_agreement`` with the ids that are nearest.
    """
    found = content.find(Agreement, agreement_id)
    if found is None:
        ids = [each.id for each in content.agreements]
        near = difflib.get_close_matches(agreement_id, ids, n=3, cutoff=0.3) or ids[:3]
        raise UsageError("unknown_agreement", agreement=agreement_id, allowed=", ".join(near) or "–")
    return found


def _records(kind: str, content: RegisterContent, agreement: str | None) -> list[Any]:
    if agreement is None:
        return list(getattr(content, kind))
    if kind == "agreements":
        return [each for each in content.agreements if each.id == agreement]
    if kind == "activities":
        return [each for each in content.activities if each.agreement_id == agreement]
    covered = {part.need_id for part in content.agreement_parts if part.agreement_id == agreement}
    return [need for need in content.needs if need.id in covered]


class CellView:
    """How a record's values are written in a cell."""

    def __init__(self, content: RegisterContent, language: str) -> None:
        self._content = content
        self._language = language

    def cell(self, record: Agreement | Activity | Need, column: TemplateColumn) -> Cell:
        """Return what a reader sees of a record in a column."""
        if isinstance(record, Agreement) and column.name in _OF_AGREEMENT:
            return getattr(self, f"_{column.name}")(record)
        value = getattr(record, column.name)
        if value is None or value == "":
            return None
        if column.cell is CellKind.MONEY:
            return Money(value)
        if column.cell is CellKind.WORD:
            return text.word(column.words, value, self._language)
        if column.cell is CellKind.PERSON:
            return self.person(value)
        if column.cell is CellKind.TEXT:
            return as_in_a_table(value, long_text=column.name in LONG_TEXTS)
        return value

    def person(self, person_id: str) -> str:
        """Return a person's name, or the id where others in the organisation have the same name."""
        person = self._content.find(Person, person_id)
        if person is None:
            return person_id
        namesakes = [
            each
            for each in self._content.people
            if each.organisation_id == person.organisation_id and _same_name(each.name, person.name)
        ]
        return as_in_a_table(person.name) if len(namesakes) == 1 else person_id

    def _supplier(self, agreement: Agreement) -> str:
        """Return a supplier's name, or the id where others have the same name."""
        supplier = self._content.find(Organisation, agreement.supplier_id)
        if supplier is None:
            return agreement.supplier_id
        suppliers = (each for each in self._content.organisations if each.party is Party.SUPPLIER)
        namesakes = [each for each in suppliers if _same_name(each.name, supplier.name)]
        return as_in_a_table(supplier.name) if len(namesakes) == 1 else supplier.id

    def _supplier_number(self, agreement: Agreement) -> str | None:
        supplier = self._content.find(Organisation, agreement.supplier_id)
        number = supplier.organisation_number if supplier else ""
        if not number:
            return None
        return _MASKED if is_natural_person(number) else f"{number[:6]}-{number[6:]}"

    def _needs(self, agreement: Agreement) -> str | None:
        covered = [part.need_id for part in self._content.agreement_parts if part.agreement_id == agreement.id]
        return "; ".join(self._need(each) for each in dict.fromkeys(covered)) or None

    def _need(self, need_id: str) -> str:
        need = self._content.find(Need, need_id)
        namesakes = [each for each in self._content.needs if need and _same_name(each.name, need.name)]
        return as_in_a_table(need.name) if need and len(namesakes) == 1 and ";" not in need.name else need_id

    def _predecessors(self, agreement: Agreement) -> str | None:
        earlier = [each.predecessor_id for each in self._content.predecessors if each.agreement_id == agreement.id]
        return "; ".join(earlier) or None

    def _options(self, agreement: Agreement) -> str | None:
        unit = text.sentence("template_sheet.months", {}, self._language)
        return "; ".join(f"{option.months} {unit}" for option in self._ordered_options(agreement)) or None

    def _ordered_options(self, agreement: Agreement) -> list[ExtensionOption]:
        options = [each for each in self._content.extension_options if each.agreement_id == agreement.id]
        return sorted(options, key=lambda option: (option.decide_by, option.id))

    def _option_notice_months(self, agreement: Agreement) -> int | None:
        """Return how long before each option's term it must be decided, where one number says it for all."""
        options = self._ordered_options(agreement)
        if not options or agreement.end_date is None:
            return None
        first_day = agreement.end_date + timedelta(days=1)
        for notice_months in range(61):
            if _decision_days(options, first_day, notice_months) == [option.decide_by for option in options]:
                return notice_months
        return None


def _same_name(one: str, other: str) -> bool:
    return plain(as_in_a_table(one)) == plain(as_in_a_table(other))


def _decision_days(options: list[ExtensionOption], first_day: date, notice_months: int) -> list[date]:
    lengths = [option.months for option in options]
    return [add_months(first_day, sum(lengths[:number]) - notice_months) for number in range(len(lengths))]


_OF_AGREEMENT = ("supplier", "supplier_number", "needs", "predecessors", "options", "option_notice_months")
