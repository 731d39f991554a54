"""Empty tables to fill in: headings in the reader's language, an example row, a sheet that explains every column."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from partnership_lib import text
from partnership_lib.errors import StorageError, UsageError
from partnership_lib.files.spreadsheet import Sheet, write_csv, write_xlsx
from partnership_lib.register.exchange.cells import written_text
from partnership_lib.register.exchange.layout import (
    LEDGER_COLUMNS,
    LEDGER_REQUIRED,
    allowed,
    columns_of_table,
    heading,
    plain,
)
from partnership_lib.register.exchange.reading import RawRow, Table


def write_template(kind: str, path: Path, language: str) -> None:
    """Write an empty table for ``agreements``, ``activities``, ``needs`` or ``ledger``, as XLSX or CSV by its suffix.

    Raises
    ------
    UsageError
        ``unknown_table`` or ``table_suffix``.
    StorageError
        ``template_exists``: what stands there may have been filled in, and is never written over.
    """
    if path.exists():
        raise StorageError("template_exists", file=str(path), kind=kind)
    if kind == "ledger":
        headings, rows = list(LEDGER_COLUMNS), []
        lines = _ledger_instructions(language)
    else:
        columns = columns_of_table(kind)
        headings = [heading(kind, column, language) for column in columns]
        rows = [_example(kind, language)]
        lines = _instructions(kind, language)
    write_sheets(path, [Sheet(_title(kind, language), headings, rows), *lines], language)


def write_sheets(path: Path, sheets: Sequence[Sheet], language: str) -> None:
    """Write sheets to a workbook, or the first of them to a CSV file.

    Raises
    ------
    UsageError
        ``table_suffix`` when the name ends in something else.
    """
    yes_no = (text.word("yes_no", True, language), text.word("yes_no", False, language))
    suffix = path.suffix.lower()
    if suffix == ".xlsx":
        write_xlsx(path, sheets, yes_no=yes_no)
    elif suffix == ".csv":
        write_csv(path, sheets[0].headings, sheets[0].rows, language, yes_no)
    else:
        raise UsageError("table_suffix", found=path.name, allowed=".xlsx, .csv")


def _title(kind: str, language: str) -> str:
    return text.sentence(f"template_sheet.{kind}", {}, language)


def _example(kind: str, language: str) -> list[str]:
    return [text.sentence(f"template.{kind}.{c.name}.example", {}, language) for c in columns_of_table(kind)]


def is_example(kind: str, table: Table, row: RawRow) -> bool:
    """Return whether a row is the template's example, untouched, in either language."""
    if row.cells is None or len(row.cells) < len(table.headings):
        return False
    written = {column.name: plain(written_text(row.cells[i])) for i, column in table.columns}
    return any(
        written
        == dict(zip((c.name for c in columns_of_table(kind)), map(plain, _example(kind, language)), strict=True))
        for language in text.LANGUAGES
    )


def _instructions(kind: str, language: str) -> list[Sheet]:
    headings = [text.sentence(f"template_sheet.{name}", {}, language) for name in _EXPLAINED]
    rows = [
        [
            heading(kind, column, language),
            text.sentence(f"template.{kind}.{column.name}.meaning", {}, language),
            text.word("yes_no", column.required, language),
            allowed(column, language),
            text.sentence(f"template.{kind}.{column.name}.example", {}, language),
        ]
        for column in columns_of_table(kind)
    ]
    notes = [[text.sentence(f"template_sheet.{name}", {}, language)] for name in ("note_example", "note_columns")]
    return [Sheet(_title("instructions", language), headings, [*rows, [""], *notes])]


_EXPLAINED = ("column", "meaning", "required", "allowed", "example")


def _ledger_instructions(language: str) -> list[Sheet]:
    headings = [text.sentence(f"template_sheet.{name}", {}, language) for name in _EXPLAINED]
    rows = [
        [
            name,
            text.sentence(f"template.ledger.{name}.meaning", {}, language),
            text.word("yes_no", number < LEDGER_REQUIRED, language),
            text.sentence(f"template.ledger.{name}.allowed", {}, language),
            text.sentence(f"template.ledger.{name}.example", {}, language),
        ]
        for number, name in enumerate(LEDGER_COLUMNS)
    ]
    note = [text.sentence("template_sheet.note_ledger", {}, language)]
    return [Sheet(_title("instructions", language), headings, [*rows, [""], note])]
